/* evaluate/bootstrap.h: percentile intervals of ratios of sums over households (Efron and
 * Tibshirani 1993), all columns by the same resamples. */
#ifndef EVALUATE_BOOTSTRAP_H
#define EVALUATE_BOOTSTRAP_H

#include "aisle/evaluate.h"
#include "evaluate/metrics.h"

typedef struct bootstrap_options {
    size_t resamples; /* 0: low = high = value */
    double confidence;
    uint64_t seed;
    int threads;
} bootstrap_options;

/* values: [columns][households]; out: [columns]. The same for any number of threads. */
aisle_status bootstrap_estimate(aisle_estimate *out, const metric_value *values, size_t columns,
                                size_t households, const bootstrap_options *options,
                                aisle_error *err);

#endif
