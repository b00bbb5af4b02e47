/* candidates/factors/als_fold.h: the factors of a household from any pairs, without fitting again.
 *
 * The items' factors stay as they are; the household's are where the loss is least for them,
 * exactly: those that a fit ends with, once it has converged, from the household's own pairs. */
#ifndef CANDIDATES_FACTORS_ALS_FOLD_H
#define CANDIDATES_FACTORS_ALS_FOLD_H

#include "candidates/factors/als_solve.h"
#include "candidates/factors/als_weights.h"

typedef struct als_fold {
    als_solver solver;
    double mean_pairs; /* of a household of the fit, within the catalogue */
} als_fold;

/* items: [n][stride]; settings: of the fit. Any number of threads may use it after. */
aisle_status als_fold_init(als_fold *out, const float *items, size_t n,
                           const als_settings *settings, double mean_pairs, aisle_error *err);
void als_fold_fini(als_fold *f);

/* Floats, 64-byte aligned, that als_fold_user works in. */
size_t als_fold_room(const als_fold *f);

/* x: [stride]; place: [n] of the items; confidence: [n], as als_weights.h has them. */
void als_fold_user(float *x, const als_fold *f, const uint32_t *place, const float *confidence,
                   size_t n, float *scratch);

#endif
