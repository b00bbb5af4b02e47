#include "experiment/expected.h"

#include <math.h>

#include "aisle/abtest_design.h"
#include "base/fail.h"

static double share_converted(const arm_source *s)
{
    return (double)s->n_converted / (double)s->panel->households;
}

aisle_status look_plan_init(look_plan *out, const arm_source *s, double alpha, aisle_error *err)
{
    const aisle_abtest_panel *p = s->panel;
    double count[AISLE_ABTEST_LOOKS_MOST] = {0}, n = (double)p->households, so_far = 0;
    double last = share_converted(s) / (1 - share_converted(s));
    *out = (look_plan){.looks.n = 0};
    for (size_t i = 0; i < s->n_converted; i++)
        count[s->periods[i]]++;
    for (uint32_t k = 0; k < p->periods; k++) {
        so_far += count[k];
        if (count[k] == 0)
            continue;
        out->period[out->looks.n] = k;
        out->looks.information[out->looks.n++] = so_far / (n - so_far) / last;
    }
    out->looks.look = out->looks.n;
    out->looks.information[out->looks.n - 1] = 1;
    for (int b = 0; b < SIMULATED_BOUNDARIES; b++) {
        out->looks.boundary = (aisle_abtest_boundary)b;
        aisle_status status = aisle_abtest_boundary_make(out->critical[b], &out->looks, alpha, err);
        if (status != AISLE_OK)
            return status;
    }
    return AISLE_OK;
}

/* A design of halves of the panel. */
static aisle_abtest_design_options halves(const aisle_abtest_simulation *out, const arm_source *s)
{
    aisle_abtest_design_options o = AISLE_ABTEST_DESIGN_OPTIONS_INIT;
    o.alpha = out->options.alpha;
    o.power = out->options.power;
    o.effect = out->options.effect;
    o.households = (double)s->panel->households / 2;
    return o;
}

/* Standard deviation of factor y - theta x. */
static double spread(const moments *m, double factor, double theta)
{
    double sum = factor * factor * m->yy - 2 * factor * theta * m->xy + theta * theta * m->xx;
    return sqrt(fmax(sum, 0) / (m->n - 1));
}

/* Of y of which theta x is taken off, y times 1 + effect in the treatment; effect 0: found. */
static aisle_status design_mean(double *power, double *effect, aisle_abtest_design_options o,
                                const moments *m, double theta, aisle_error *err)
{
    aisle_abtest_design d;
    o.baseline = m->y;
    o.sd = spread(m, 1, theta);
    o.effect = *effect;
    aisle_status status = aisle_abtest_design_make(&d, &o, err);
    if (status != AISLE_OK)
        return status;
    *effect = o.effect = d.relative;
    o.sd_treatment = spread(m, 1 + d.relative, theta);
    status = aisle_abtest_design_make(&d, &o, err);
    *power = d.power;
    return status;
}

static aisle_status expect_revenue(aisle_abtest_simulation *out, arm_effects *e,
                                   const arm_source *s, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    aisle_abtest_simulated *t = out->tests;
    aisle_abtest_design_options o = halves(out, s);
    const moments *m = &s->revenue, *r = &s->ratio;
    e->revenue = e->ratio = o.effect;
    TRY(design_mean(&t[SIMULATED_WELCH].designed, &e->revenue, o, m, 0, err));
    t[SIMULATED_BOOTSTRAP].designed = t[SIMULATED_WELCH].designed;
    /* The slope of both halves together lies between theirs. */
    double theta = cuped_slope(m) * (1 + e->revenue / 2), effect = e->revenue;
    TRY(design_mean(&t[SIMULATED_CUPED].designed, &effect, o, m, theta, err));
    moments per_visit = *r;
    /* y / x varies as (y - (y / x) x) / mean x does, and that wholly times 1 + effect. */
    per_visit.y = r->y / r->x;
    per_visit.yy =
        (r->yy - 2 * per_visit.y * r->xy + per_visit.y * per_visit.y * r->xx) / (r->x * r->x);
    TRY(design_mean(&t[SIMULATED_DELTA].designed, &e->ratio, o, &per_visit, 0, err));
    t[SIMULATED_WELCH].effect = t[SIMULATED_BOOTSTRAP].effect = t[SIMULATED_CUPED].effect =
        e->revenue;
    t[SIMULATED_DELTA].effect = e->ratio;
done:
    return status;
}

static aisle_status expect_conversion(aisle_abtest_simulation *out, arm_effects *e,
                                      const arm_source *s, const look_plan *plan, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    aisle_abtest_simulated *t = out->tests;
    aisle_abtest_design_options o = halves(out, s);
    aisle_abtest_design d;
    aisle_abtest_looks looks = plan->looks;
    o.baseline = share_converted(s);
    TRY(aisle_abtest_design_make(&d, &o, err));
    e->conversion = o.effect = d.relative;
    t[SIMULATED_Z].designed = t[SIMULATED_CHI2].designed = d.power;
    double middle = (o.baseline + d.expected) / 2;
    double drift = d.effect / sqrt(2 * middle * (1 - middle) / o.households);
    o.formula = AISLE_ABTEST_FLEISS;
    TRY(aisle_abtest_design_make(&d, &o, err));
    t[SIMULATED_FISHER].designed = d.power;
    for (int b = 0; b < SIMULATED_BOUNDARIES; b++) {
        looks.boundary = (aisle_abtest_boundary)b;
        TRY(aisle_abtest_boundary_power(&t[SIMULATED_LOOKS + b].designed, &looks, plan->critical[b],
                                        drift, err));
        t[SIMULATED_LOOKS + b].effect = e->conversion;
    }
    for (int i = SIMULATED_Z; i <= SIMULATED_FISHER; i++)
        t[i].effect = e->conversion;
done:
    return status;
}

aisle_status expect_effects(aisle_abtest_simulation *out, arm_effects *effects, const arm_source *s,
                            const look_plan *looks, aisle_error *err)
{
    aisle_status status = expect_conversion(out, effects, s, looks, err);
    return status == AISLE_OK ? expect_revenue(out, effects, s, err) : status;
}
