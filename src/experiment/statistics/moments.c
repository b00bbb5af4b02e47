#include "experiment/statistics/moments.h"

#include <math.h>

#include "experiment/statistics/proportions.h"
#include "experiment/statistics/special.h"

moments moments_of(const double *y, const double *x, size_t n)
{
    moments m = {.n = (double)n};
    for (size_t i = 0; i < n; i++) {
        m.y += y[i] / m.n;
        m.x += x ? x[i] / m.n : 0;
    }
    for (size_t i = 0; i < n; i++) {
        double dy = y[i] - m.y, dx = x ? x[i] - m.x : 0;
        m.yy += dy * dy;
        m.xx += dx * dx;
        m.xy += dx * dy;
    }
    return m;
}

moments moments_join(const moments *a, const moments *b)
{
    double n = a->n + b->n, both = a->n * b->n / n, dy = b->y - a->y, dx = b->x - a->x;
    if (a->n == 0 || b->n == 0)
        return a->n == 0 ? *b : *a;
    return (moments){n,
                     a->y + dy * b->n / n,
                     a->x + dx * b->n / n,
                     a->yy + b->yy + dy * dy * both,
                     a->xx + b->xx + dx * dx * both,
                     a->xy + b->xy + dx * dy * both};
}

/* The statistic of a difference that is not there is 0, also where nothing varies. */
static void finish(mean_test *t, double freedom)
{
    double variance = t->variance_c + t->variance_t;
    t->freedom = freedom;
    t->statistic = t->difference == 0 ? 0 : t->difference / sqrt(variance);
    t->p =
        isnan(freedom) ? two_sided(t->statistic) : 2 * special_t_above(fabs(t->statistic), freedom);
    if (variance == 0)
        t->p = t->difference == 0 ? 1 : 0;
}

/* Welch's and Satterthwaite's degrees of freedom. */
static double freedom_of(const mean_test *t, const two_moments *m)
{
    double c = t->variance_c, v = t->variance_t;
    double low = c * c / (m->control.n - 1) + v * v / (m->treatment.n - 1);
    return low > 0 ? (c + v) * (c + v) / low : m->control.n + m->treatment.n - 2;
}

void test_welch(mean_test *out, const two_moments *m)
{
    test_cuped(out, m, 0);
}

/* Variance of the mean of y - theta x. */
static double variance_of(const moments *m, double theta)
{
    double sum = m->yy - 2 * theta * m->xy + theta * theta * m->xx;
    return fmax(sum, 0) / (m->n - 1) / m->n;
}

void test_cuped(mean_test *out, const two_moments *m, double theta)
{
    const moments *c = &m->control, *t = &m->treatment;
    *out = (mean_test){.control = c->y, .treatment = t->y};
    out->difference = t->y - c->y - theta * (t->x - c->x);
    out->variance_c = variance_of(c, theta);
    out->variance_t = variance_of(t, theta);
    finish(out, freedom_of(out, m));
}

double cuped_slope(const moments *all)
{
    return all->xx > 0 ? all->xy / all->xx : 0;
}

/* y / x varies as y - (y / x) x does, over x. */
static double ratio_variance(const moments *m)
{
    return variance_of(m, m->y / m->x) / (m->x * m->x);
}

void test_delta(mean_test *out, const two_moments *m)
{
    const moments *c = &m->control, *t = &m->treatment;
    *out = (mean_test){.control = c->y / c->x, .treatment = t->y / t->x};
    out->difference = out->treatment - out->control;
    out->variance_c = ratio_variance(c);
    out->variance_t = ratio_variance(t);
    finish(out, NAN);
}

double test_half_width(const mean_test *t, double alpha)
{
    /* By the lower tail: 1 - alpha / 2 is 1 for what early looks may spend. */
    double quantile = isnan(t->freedom) ? special_normal_quantile(alpha / 2)
                                        : special_t_quantile(alpha / 2, t->freedom);
    return -quantile * sqrt(t->variance_c + t->variance_t);
}
