/* experiment/statistics/moments.h: means of a group's households, and tests of two groups by them.
 */
#ifndef EXPERIMENT_STATISTICS_MOMENTS_H
#define EXPERIMENT_STATISTICS_MOMENTS_H

#include <stddef.h>

/* Of n households with a value y, and beside it x: visits, or y of a period before. */
typedef struct moments {
    double n, y, x;    /* means */
    double yy, xx, xy; /* sums of products of deviations from them */
} moments;

/* x may be NULL. */
moments moments_of(const double *y, const double *x, size_t n);

/* Of both groups' households together (Chan, Golub and LeVeque 1983). */
moments moments_join(const moments *a, const moments *b);

typedef struct two_moments {
    moments control, treatment;
} two_moments;

/* What a test says of two groups. */
typedef struct mean_test {
    double control, treatment;     /* means or ratios */
    double difference;             /* of the test; by CUPED not of the two above */
    double variance_c, variance_t; /* of the two estimates */
    double statistic, freedom;     /* freedom NaN: normal */
    double p;                      /* two-sided */
} mean_test;

/* Welch's t test of y. */
void test_welch(mean_test *out, const two_moments *m);

/* Of mean y / mean x by the delta method. */
void test_delta(mean_test *out, const two_moments *m);

/* The slope of y on x of all households together; 0 where x does not vary. */
double cuped_slope(const moments *all);

/* Welch's t test of y - theta (x - mean x). */
void test_cuped(mean_test *out, const two_moments *m, double theta);

/* The half width of an interval of the difference. */
double test_half_width(const mean_test *t, double alpha);

#endif
