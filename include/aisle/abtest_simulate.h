/* aisle/abtest_simulate.h: how often each test of an A/B analysis is wrong on the retailer's own
 * receipts. */
#ifndef AISLE_ABTEST_SIMULATE_H
#define AISLE_ABTEST_SIMULATE_H

#include <stddef.h>
#include <stdint.h>

#include "aisle/dataset.h"
#include "aisle/error.h"
#include "aisle/run.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What counts as converting. */
typedef struct aisle_abtest_panel_options {
    uint32_t weeks; /* of the test: the last of the receipts; those before it are pre-period */
    const char *department; /* NULL: any */
    const char *category;   /* NULL: any */
} aisle_abtest_panel_options;

/* clang-format off */
#define AISLE_ABTEST_PANEL_OPTIONS_INIT {4, NULL, NULL}
/* clang-format on */

/* Households as an A/B test sees them: those that bought anything before it began. */
typedef struct aisle_abtest_panel {
    size_t households;
    uint32_t periods;    /* weeks, each with a look at its end */
    int32_t from, to;    /* days [from, to) since 1970-01-01 */
    uint32_t *converted; /* [households] period in which it first bought; periods: it did not */
    double *revenue;     /* [households] of what counts */
    double *visits;      /* [households] baskets of anything */
    double *pre_revenue; /* [households] as revenue, in as many weeks before */
} aisle_abtest_panel;

/* The caller frees *out. */
AISLE_API aisle_status aisle_abtest_panel_make(aisle_abtest_panel **out,
                                               const aisle_dataset *dataset,
                                               const aisle_abtest_panel_options *options,
                                               aisle_error *err);

AISLE_API void aisle_abtest_panel_free(aisle_abtest_panel *panel);

typedef struct aisle_abtest_simulation_options {
    uint32_t repetitions;
    double alpha;
    double effect; /* of the A/B test, relative; 0: for each metric what `power` of tests should
                      find */
    double power;
    uint32_t resamples; /* of each bootstrap */
    uint64_t seed;
} aisle_abtest_simulation_options;

/* clang-format off */
#define AISLE_ABTEST_SIMULATION_OPTIONS_INIT {2000, .05, 0, .8, 199, 1}
/* clang-format on */

/* A share of the repetitions, with its 95 % interval (Clopper and Pearson). */
typedef struct aisle_abtest_frequency {
    double value, low, high;
} aisle_abtest_frequency;

typedef struct aisle_abtest_simulated {
    const char *metric; /* "conversion", "revenue", "revenue_per_visit" */
    const char *test;   /* "z", "chi2", "fisher", "welch", "bootstrap", "cuped", "delta", or a
                           boundary: conversion looked at after each week */
    double effect;      /* relative */
    aisle_abtest_frequency false_positives; /* of A/A tests */
    aisle_abtest_frequency power;           /* of A/B tests */
    double designed;                        /* power by the design's formula */
} aisle_abtest_simulated;

enum { AISLE_ABTEST_SIMULATED = 11 };

typedef struct aisle_abtest_simulation {
    aisle_abtest_simulation_options options;
    size_t households;
    double conversion, revenue, revenue_sd, pre_correlation, revenue_per_visit; /* of all */
    uint32_t looks; /* weeks at whose end somebody has newly converted */
    aisle_abtest_simulated tests[AISLE_ABTEST_SIMULATED];
} aisle_abtest_simulation;

/* A/A tests: the panel's households, a coin tossed for each, and no difference between the halves.
 * A/B tests: as many households drawn with replacement, so that the halves are independent as the
 * design takes them to be; in one of them conversion rises by the effect (households that did not
 * convert do, in the week of one that did, drawn at random) and revenue is multiplied. The looks'
 * information is the odds of having converted, as a share of the last, since z of a growing share
 * of the same households moves as a Brownian motion does in the odds. The same for any number of
 * threads. */
AISLE_API aisle_status aisle_abtest_simulate(aisle_abtest_simulation *out,
                                             const aisle_abtest_panel *panel,
                                             const aisle_abtest_simulation_options *options,
                                             const aisle_run *run, aisle_error *err);

#ifdef __cplusplus
}
#endif

#endif
