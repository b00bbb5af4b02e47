/* experiment/statistics/resample.h: a difference of two means by resampling the households of each
 * group. */
#ifndef EXPERIMENT_STATISTICS_RESAMPLE_H
#define EXPERIMENT_STATISTICS_RESAMPLE_H

#include "aisle/abtest_analysis.h"

typedef struct resample_group {
    const double *y;
    size_t n;
} resample_group;

typedef struct resample_options {
    uint32_t resamples;
    double alpha;
    uint64_t seed;
    int threads;
} resample_options;

/* The interval of the mean of b less that of a, by percentiles (Efron and Tibshirani 1993): order
 * statistic (resamples + 1) alpha / 2 from either end, so 199 or 1999 resamples go well with .05.
 * The same for any number of threads. */
aisle_status resample_difference(aisle_abtest_interval *out, const resample_group *a,
                                 const resample_group *b, const resample_options *options,
                                 aisle_error *err);

/* The same of one thread, in the caller's room for the resamples. */
void resample_into(aisle_abtest_interval *out, const resample_group *a, const resample_group *b,
                   const resample_options *options, double *room);

#endif
