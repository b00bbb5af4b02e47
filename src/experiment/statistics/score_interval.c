#include <math.h>

#include "experiment/statistics/proportions.h"

/* The control's rate that is likeliest where the treatment's is d more: the likelihood is concave,
 * so the zero of its slope is found by halving. */
static double likeliest(const two_shares *s, double d)
{
    const share *c = &s->control, *t = &s->treatment;
    double low = fmax(0, -d), high = fmin(1, 1 - d);
    for (int i = 0; i < 100 && high - low > 1e-17; i++) {
        double p = low + (high - low) / 2, q = p + d;
        double slope = 0;
        slope += c->hits > 0 ? c->hits / p : 0;
        slope -= c->hits < c->n ? (c->n - c->hits) / (1 - p) : 0;
        slope += t->hits > 0 ? t->hits / q : 0;
        slope -= t->hits < t->n ? (t->n - t->hits) / (1 - q) : 0;
        if (slope > 0)
            low = p;
        else
            high = p;
    }
    return low + (high - low) / 2;
}

/* Of the hypothesis that the difference is d (Mee 1984). */
static double score(const two_shares *s, double d)
{
    double p = likeliest(s, d), q = p + d;
    double off = s->treatment.hits / s->treatment.n - s->control.hits / s->control.n - d;
    double variance = p * (1 - p) / s->control.n + q * (1 - q) / s->treatment.n;
    if (off == 0)
        return 0;
    return variance > 0 ? off / sqrt(variance) : off > 0 ? INFINITY : -INFINITY;
}

/* score falls from over z at -1 to under -z at 1. */
static double cross(const two_shares *s, double z)
{
    double low = -1, high = 1;
    for (int i = 0; i < 60; i++) {
        double d = low + (high - low) / 2;
        if (score(s, d) > z)
            low = d;
        else
            high = d;
    }
    return low + (high - low) / 2;
}

aisle_abtest_interval shares_score(const two_shares *s, double z)
{
    return (aisle_abtest_interval){cross(s, z), cross(s, -z)};
}
