#include "aisle/abtest_design.h"

#include <math.h>

#include "base/fail.h"
#include "experiment/look_design.h"
#include "experiment/statistics/sizes.h"

/* Beyond it a number of households is no number of households. */
static const double MOST = 1e15;

static const char *const formula_names[] = {"pooled", "unpooled", "null", "arcsine", "fleiss"};
enum { FORMULAS = sizeof formula_names / sizeof formula_names[0] };

const char *aisle_abtest_formula_name(size_t index)
{
    return index < FORMULAS ? formula_names[index] : NULL;
}

static aisle_status refuse(aisle_error *err, const char *what, double found, const char *expected)
{
    return fail(err, AISLE_ERROR_ARGUMENT, "%s: found %g, expected %s", what, found, expected);
}

static aisle_status check_share(double value, const char *what, aisle_error *err)
{
    return value > 0 && value < 1 ? AISLE_OK : refuse(err, what, value, "more than 0, less than 1");
}

static double absolute_effect(const aisle_abtest_design_options *o)
{
    return o->relative ? o->effect * fabs(o->baseline) : o->effect;
}

static aisle_status check_effect(const aisle_abtest_design_options *o, aisle_error *err)
{
    double q = o->baseline + absolute_effect(o);
    if (!isfinite(o->effect) || (o->effect == 0 && o->households == 0))
        return fail(err, AISLE_ERROR_ARGUMENT,
                    "effect: found %g, expected one other than 0, or a number of households",
                    o->effect);
    if (o->effect != 0 && o->relative && o->baseline == 0)
        return fail(err, AISLE_ERROR_ARGUMENT, "effect: a share of a baseline of 0 is nothing");
    if (o->effect != 0 && o->sd == 0 && !(q > 0 && q < 1))
        return fail(err, AISLE_ERROR_ARGUMENT,
                    "effect: the treatment's rate would be %g, expected more than 0, less than 1",
                    q);
    return AISLE_OK;
}

static aisle_status check_spread(const aisle_abtest_design_options *o, aisle_error *err)
{
    if (!(o->sd >= 0) || isinf(o->sd))
        return refuse(err, "sd", o->sd, "0 or more");
    if (!(o->sd_treatment >= 0) || isinf(o->sd_treatment))
        return refuse(err, "sd of the treatment", o->sd_treatment, "0 or more");
    if (o->sd == 0)
        return check_share(o->baseline, "baseline", err);
    return isfinite(o->baseline) ? AISLE_OK : refuse(err, "mean", o->baseline, "a number");
}

aisle_status aisle_abtest_design_options_check(const aisle_abtest_design_options *o,
                                               aisle_error *err)
{
    aisle_status status = AISLE_OK;
    if ((size_t)o->formula >= FORMULAS)
        return refuse(err, "formula", (double)o->formula, "0 to 4");
    TRY(check_spread(o, err));
    TRY(check_share(o->alpha, "alpha", err));
    TRY(check_share(o->power, "power", err));
    if (!(o->ratio > 0) || !(o->ratio <= 1e6) || !(o->ratio >= 1e-6))
        return refuse(err, "ratio", o->ratio, "one from 1e-6 to 1e6");
    if (o->treatments < 1 || o->treatments > 1000)
        return refuse(err, "treatments", o->treatments, "1 to 1000");
    if (o->households != 0 && !(o->households >= 2 && o->households <= MOST))
        return refuse(err, "households", o->households, "2 to 1e15");
    if (!(o->households / o->ratio <= MOST))
        return fail(err, AISLE_ERROR_ARGUMENT,
                    "households: found %g at a ratio of %g, expected up to 1e15 of the control",
                    o->households, o->ratio);
    if (!(o->daily >= 0) || !(o->daily <= MOST))
        return refuse(err, "daily", o->daily, "0 to 1e15");
    if (!(o->share > 0 && o->share <= 1))
        return refuse(err, "share", o->share, "more than 0, at most 1");
    if (o->looks.n > 0) {
        aisle_abtest_looks looks = o->looks;
        looks.look = looks.n;
        TRY(aisle_abtest_looks_check(&looks, err));
        if (o->one_sided)
            return fail(err, AISLE_ERROR_ARGUMENT, "looks: expected a two-sided test");
    }
    TRY(check_effect(o, err));
done:
    return status;
}

/* What sizes and power go by, besides the groups. */
typedef struct rules {
    size_quantiles z;
    look_design looks;
} rules;

/* The smallest effect upwards that n households find; its power grows with it, so halving finds it.
 * 0: none. */
static double smallest_effect(const aisle_abtest_design_options *o, const rules *r)
{
    double n = o->households / r->looks.inflation;
    size_quantiles z = r->z;
    two_groups g;
    double low = 0, high = o->sd > 0 ? o->sd : 1 - o->baseline;
    /* Of means: without an end. */
    for (int i = 0; o->sd > 0 && i < 64; i++, high *= 2)
        if (two_groups_init(&g, o, high) && size_of(&g, z) <= n)
            break;
    for (int i = 0; i < 200 && high - low > 1e-15 * high; i++) {
        double middle = low + (high - low) / 2;
        if (two_groups_init(&g, o, middle) && size_of(&g, z) > n)
            low = middle;
        else
            high = middle;
    }
    return two_groups_init(&g, o, high) && size_of(&g, z) <= n * (1 + 1e-9) ? high : 0;
}

/* With the design's households. */
static aisle_status find_power(double *power, const aisle_abtest_design *d, const two_groups *g,
                               const rules *r, aisle_error *err)
{
    size_tails tails = {r->z.alpha, !d->options.one_sided};
    double n = (double)d->treatment;
    *power = size_power(g, n, tails);
    if (r->looks.looks.n == 0)
        return AISLE_OK;
    return look_design_power(power, &r->looks, r->z.alpha + size_quantile(g, n, r->z.alpha), err);
}

static aisle_status add_curve(aisle_abtest_design *out, const rules *r, aisle_error *err)
{
    const aisle_abtest_design_options *o = &out->options;
    aisle_status status = AISLE_OK;
    for (int i = 0; i < AISLE_ABTEST_CURVE; i++) {
        two_groups g;
        aisle_abtest_power_point *p = &out->curve[i];
        p->effect = out->effect * (i + 1) / 4;
        p->relative = o->baseline != 0 ? p->effect / fabs(o->baseline) : NAN;
        p->power = p->size = NAN;
        if (!two_groups_init(&g, o, p->effect))
            continue;
        TRY(find_power(&p->power, out, &g, r, err));
        p->size = size_of(&g, r->z) * r->looks.inflation;
    }
done:
    return status;
}

/* Rounded up, but for what is only the rounding of the computer. */
static uint64_t whole(double n)
{
    return (uint64_t)ceil(n * (1 - 1e-12));
}

static aisle_status add_duration(aisle_abtest_design *out, aisle_error *err)
{
    const aisle_abtest_design_options *o = &out->options;
    if (o->daily == 0)
        return AISLE_OK;
    double days = (double)out->total / (o->daily * o->share);
    if (!(days <= MOST))
        return fail(err, AISLE_ERROR_ARGUMENT,
                    "daily: %g households a day, of which %g take part, are too few: over 1e15 "
                    "days would be needed",
                    o->daily, o->share);
    out->days = whole(days);
    out->weeks = (out->days + 6) / 7;
    return AISLE_OK;
}

static aisle_status fill(aisle_abtest_design *out, const rules *r, aisle_error *err)
{
    const aisle_abtest_design_options *o = &out->options;
    aisle_status status = AISLE_OK;
    two_groups g;
    two_groups_init(&g, o, out->effect);
    out->expected = o->baseline + out->effect;
    out->relative = o->baseline != 0 ? out->effect / fabs(o->baseline) : NAN;
    out->alpha_each = o->alpha / o->treatments;
    if (o->households == 0)
        out->exact = size_of(&g, r->z) * r->looks.inflation;
    out->treatment = whole(out->exact);
    out->control = whole(out->exact / o->ratio);
    out->total = out->control + o->treatments * out->treatment;
    out->inflation = r->looks.inflation;
    TRY(add_duration(out, err));
    TRY(find_power(&out->power, out, &g, r, err));
    TRY(add_curve(out, r, err));
done:
    return status;
}

aisle_status aisle_abtest_design_make(aisle_abtest_design *out,
                                      const aisle_abtest_design_options *options, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    TRY(aisle_abtest_design_options_check(options, err));
    rules r = {.z = size_quantiles_of(options)};
    aisle_abtest_design d = {.options = *options, .exact = options->households};
    two_groups g;
    if (r.z.alpha + r.z.power <= 0)
        return fail(err, AISLE_ERROR_ARGUMENT,
                    "power: found %g, expected more than alpha, which no household at all gives",
                    options->power);
    TRY(look_design_init(&r.looks, &options->looks, options->alpha / options->treatments, r.z,
                         err));
    d.effect = options->effect != 0 ? absolute_effect(options) : smallest_effect(options, &r);
    if (d.effect == 0)
        return fail(err, AISLE_ERROR_ARGUMENT,
                    "households: %.0f are too few to find any effect with a power of %g",
                    options->households, options->power);
    two_groups_init(&g, options, d.effect);
    if (options->households == 0 &&
        !(size_of(&g, r.z) * r.looks.inflation <= MOST * fmin(options->ratio, 1)))
        return fail(err, AISLE_ERROR_ARGUMENT,
                    "effect: %g is too small: over 1e15 households would be needed", d.effect);
    TRY(fill(&d, &r, err));
    *out = d;
done:
    return status;
}
