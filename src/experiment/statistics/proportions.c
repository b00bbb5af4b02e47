#include "experiment/statistics/proportions.h"

#include <math.h>

#include "base/fail.h"
#include "experiment/statistics/special.h"

static double rate(share s)
{
    return s.hits / s.n;
}

double two_sided(double z)
{
    return 2 * special_normal_above(fabs(z));
}

aisle_abtest_interval share_wilson(share s, double z)
{
    double p = rate(s), zz = z * z / s.n;
    double centre = p + zz / 2, half = z * sqrt(p * (1 - p) / s.n + zz / (4 * s.n));
    return (aisle_abtest_interval){s.hits > 0 ? (centre - half) / (1 + zz) : 0,
                                   s.hits < s.n ? (centre + half) / (1 + zz) : 1};
}

aisle_abtest_interval share_exact(share s, double alpha)
{
    double misses = s.n - s.hits;
    aisle_abtest_interval i = {0, 1};
    if (s.hits > 0)
        i.low = special_beta_quantile(alpha / 2, (special_beta){s.hits, misses + 1});
    if (misses > 0)
        i.high = 1 - special_beta_quantile(alpha / 2, (special_beta){misses, s.hits + 1});
    return i;
}

static double pooled(const two_shares *s)
{
    return (s->control.hits + s->treatment.hits) / (s->control.n + s->treatment.n);
}

double shares_z(const two_shares *s)
{
    double p = pooled(s);
    double variance = p * (1 - p) * (1 / s->control.n + 1 / s->treatment.n);
    return variance > 0 ? (rate(s->treatment) - rate(s->control)) / sqrt(variance) : 0;
}

double shares_chi2(const two_shares *s, bool yates)
{
    double a = s->treatment.hits, b = s->treatment.n - a;
    double c = s->control.hits, d = s->control.n - c, n = a + b + c + d;
    double off = fabs(a * d - b * c) - (yates ? n / 2 : 0);
    double products = (a + b) * (c + d) * (a + c) * (b + d);
    return products > 0 && off > 0 ? n * off * off / products : 0;
}

bool shares_are_small(const two_shares *s)
{
    double p = pooled(s), n = fmin(s->control.n, s->treatment.n);
    return n * fmin(p, 1 - p) < 5;
}

aisle_abtest_interval shares_newcombe(const two_shares *s, double z)
{
    aisle_abtest_interval c = share_wilson(s->control, z), t = share_wilson(s->treatment, z);
    double p = rate(s->control), q = rate(s->treatment);
    return (aisle_abtest_interval){q - p - hypot(q - t.low, c.high - p),
                                   q - p + hypot(t.high - q, p - c.low)};
}

static aisle_abtest_interval wald(const two_shares *s, double z)
{
    double p = rate(s->control), q = rate(s->treatment);
    double half = z * sqrt(p * (1 - p) / s->control.n + q * (1 - q) / s->treatment.n);
    return (aisle_abtest_interval){q - p - half, q - p + half};
}

static aisle_abtest_interval lift(const two_shares *s, double z)
{
    double p = rate(s->control), q = rate(s->treatment);
    if (!(p > 0) || !(q > 0))
        return (aisle_abtest_interval){NAN, NAN};
    double half = z * sqrt((1 - p) / s->control.hits + (1 - q) / s->treatment.hits);
    return (aisle_abtest_interval){q / p * exp(-half) - 1, q / p * exp(half) - 1};
}

void shares_compare(aisle_abtest_proportions *out, const two_shares *s, double alpha)
{
    double z = -special_normal_quantile(alpha / 2);
    double a = s->treatment.hits, b = s->treatment.n - a;
    double c = s->control.hits, d = s->control.n - c;
    out->z = shares_z(s);
    out->z_p = two_sided(out->z);
    out->chi2 = shares_chi2(s, false);
    out->chi2_p = special_chi2_above(out->chi2, 1);
    out->yates = shares_chi2(s, true);
    out->yates_p = special_chi2_above(out->yates, 1);
    out->fisher_p = shares_fisher(s);
    out->odds_ratio = a * d / (b * c);
    out->fisher = shares_are_small(s);
    out->difference = rate(s->treatment) - rate(s->control);
    out->relative = c > 0 ? out->difference / rate(s->control) : NAN;
    out->wald = wald(s, z);
    out->newcombe = shares_newcombe(s, z);
    out->score = shares_score(s, z);
    out->lift = lift(s, z);
}

aisle_status share_check(const aisle_abtest_count *c, aisle_error *err)
{
    const char *name = c->name ? c->name : "a group";
    if (c->households == 0)
        return fail(err, AISLE_ERROR_ARGUMENT, "%s: found no household, expected some", name);
    if (c->households > UINT64_C(1000000000000))
        return fail(err, AISLE_ERROR_ARGUMENT, "%s: found %.3g households, expected up to 1e12",
                    name, (double)c->households);
    if (c->converted > c->households)
        return fail(err, AISLE_ERROR_ARGUMENT,
                    "%s: found %llu of %llu households converted, expected no more than there are",
                    name, (unsigned long long)c->converted, (unsigned long long)c->households);
    return AISLE_OK;
}

aisle_status aisle_abtest_compare(aisle_abtest_proportions *out, const aisle_abtest_count *control,
                                  const aisle_abtest_count *treatment, double confidence,
                                  aisle_error *err)
{
    aisle_status status = AISLE_OK;
    TRY(share_check(control, err));
    TRY(share_check(treatment, err));
    if (!(confidence > 0 && confidence < 1))
        return fail(err, AISLE_ERROR_ARGUMENT,
                    "confidence: found %g, expected more than 0, less than 1", confidence);
    two_shares s = {{(double)control->converted, (double)control->households},
                    {(double)treatment->converted, (double)treatment->households}};
    shares_compare(out, &s, 1 - confidence);
done:
    return status;
}
