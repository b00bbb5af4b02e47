/* experiment/arms.h: one repetition of a simulated test: households in two halves, and what is
 * counted of each. */
#ifndef EXPERIMENT_ARMS_H
#define EXPERIMENT_ARMS_H

#include <stdbool.h>

#include "aisle/abtest_sequential.h"
#include "aisle/abtest_simulate.h"
#include "experiment/statistics/moments.h"

/* Relative effects of the treatment. */
typedef struct arm_effects {
    double conversion, revenue, ratio;
} arm_effects;

typedef struct arm {
    double n;
    double converted[AISLE_ABTEST_LOOKS_MOST]; /* [periods] by the end of each */
    moments revenue;                           /* beside pre_revenue */
    moments ratio;                             /* revenue beside visits */
    double *room;                              /* [households] revenue of those in it */
} arm;

/* One thread's. */
typedef struct arms {
    arm arm[2]; /* control, treatment */
} arms;

/* What all repetitions share. */
typedef struct arm_source {
    const aisle_abtest_panel *panel;
    moments revenue, ratio; /* of all households: sums are of deviations from these means */
    uint32_t *periods;      /* [n_converted] of those that converted, to draw from */
    size_t n_converted;
} arm_source;

aisle_status arm_source_init(arm_source *out, const aisle_abtest_panel *panel, aisle_error *err);
void arm_source_fini(arm_source *s);

aisle_status arms_init(arms *out, size_t households, aisle_error *err);
void arms_fini(arms *a);

typedef struct arm_draw {
    uint64_t seed, repetition;
    bool redraw; /* households with replacement; false: all of them, each once */
} arm_draw;

/* Splits, applies the effects to the treatment, counts. The split depends on the draw alone. */
void arms_fill(arms *a, const arm_source *s, const arm_draw *draw, const arm_effects *effects);

#endif
