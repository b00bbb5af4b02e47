#include "experiment/statistics/sizes.h"

#include <math.h>

#include "experiment/statistics/special.h"

static double variance(double p)
{
    return p * (1 - p);
}

/* r: households of the control for one of the treatment. */
static void set_proportions(two_groups *out, aisle_abtest_formula formula, double p, double q,
                            double r)
{
    double pooled = (q + r * p) / (1 + r), both = 1 + 1 / r;
    out->difference = fabs(q - p);
    out->spread = sqrt(variance(q) + variance(p) / r);
    out->null = out->spread;
    switch (formula) {
    case AISLE_ABTEST_UNPOOLED:
        break;
    case AISLE_ABTEST_NULL:
        out->null = sqrt(variance(p) * both);
        break;
    case AISLE_ABTEST_ARCSINE:
        out->difference = fabs(2 * asin(sqrt(q)) - 2 * asin(sqrt(p)));
        out->null = out->spread = sqrt(both);
        break;
    case AISLE_ABTEST_FLEISS:
        out->continuity = 2 * both / out->difference;
        out->null = sqrt(variance(pooled) * both);
        break;
    case AISLE_ABTEST_POOLED:
    default:
        out->null = sqrt(variance(pooled) * both);
        break;
    }
}

bool two_groups_init(two_groups *out, const aisle_abtest_design_options *o, double effect)
{
    double r = 1 / o->ratio, q = o->baseline + effect;
    *out = (two_groups){.difference = fabs(effect)};
    if (o->sd > 0) {
        double sd = o->sd_treatment > 0 ? o->sd_treatment : o->sd;
        out->null = out->spread = sqrt(sd * sd + o->sd * o->sd / r);
        return true;
    }
    if (!(q > 0 && q < 1))
        return false;
    set_proportions(out, o->formula, o->baseline, q, r);
    return true;
}

/* The zb of which both tails together have the power: P(Z < zb) + P(Z < -zb - 2 za) = power. */
static double both_tails(double z_alpha, double power)
{
    double low = -z_alpha, high = special_normal_quantile(power);
    for (int i = 0; i < 100; i++) {
        double z = low + (high - low) / 2;
        if (special_normal_below(z) + special_normal_below(-z - 2 * z_alpha) < power)
            low = z;
        else
            high = z;
    }
    return high;
}

size_quantiles size_quantiles_of(const aisle_abtest_design_options *o)
{
    double tail = o->alpha / o->treatments / (o->one_sided ? 1 : 2);
    size_quantiles z = {-special_normal_quantile(tail), special_normal_quantile(o->power)};
    if (o->formula == AISLE_ABTEST_ARCSINE && o->sd == 0 && !o->one_sided && o->power > 2 * tail)
        z.power = both_tails(z.alpha, o->power);
    return z;
}

double size_of(const two_groups *g, size_quantiles z)
{
    double a = (z.alpha * g->null + z.power * g->spread) / g->difference;
    double root = (a + sqrt(a * a + g->continuity)) / 2;
    return root * root;
}

/* The root of the households that the formula sees. */
static double effective_root(const two_groups *g, double n)
{
    return sqrt(n) - g->continuity / (4 * sqrt(n));
}

double size_quantile(const two_groups *g, double n, double z_alpha)
{
    return (effective_root(g, n) * g->difference - z_alpha * g->null) / g->spread;
}

double size_power(const two_groups *g, double n, size_tails tails)
{
    double shift = effective_root(g, n) * g->difference, bound = tails.z_alpha * g->null;
    double power = special_normal_below(size_quantile(g, n, tails.z_alpha));
    return tails.both ? power + special_normal_below((-shift - bound) / g->spread) : power;
}
