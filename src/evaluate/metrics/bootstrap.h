/* evaluate/metrics/bootstrap.h: percentile intervals of ratios of sums over households (Efron and
 * Tibshirani 1993), all columns by the same resamples. */
#ifndef EVALUATE_METRICS_BOOTSTRAP_H
#define EVALUATE_METRICS_BOOTSTRAP_H

#include "aisle/evaluate.h"
#include "evaluate/metrics/metrics.h"

typedef struct bootstrap_options {
    size_t resamples; /* 0: low = high = value */
    double confidence;
    uint64_t seed;
    int threads;
} bootstrap_options;

/* An estimate, and what each resample gave. */
typedef struct bootstrap_sample {
    double value;
    const double *resampled; /* [resamples] */
} bootstrap_sample;

/* values: [columns][households]; out: [columns]; resampled: [columns][resamples] what each resample
 * gives, in their order, or NULL. The same for any number of threads. */
aisle_status bootstrap_estimate(aisle_estimate *out, double *resampled, const metric_value *values,
                                size_t columns, size_t households, const bootstrap_options *options,
                                aisle_error *err);

/* a less b, of what bootstrap_estimate gave for both from the same households and options: the
 * interval of paired resamples. */
aisle_status bootstrap_difference(aisle_estimate *out, const bootstrap_sample *a,
                                  const bootstrap_sample *b, const bootstrap_options *options,
                                  aisle_error *err);

#endif
