/* candidates/factors/als_fit.h: factors by alternating least squares, and their loss; knows
 * matrices only.
 *
 * Rows of factors are dense_stride(factors) floats, padded with zeros. */
#ifndef CANDIDATES_FACTORS_ALS_FIT_H
#define CANDIDATES_FACTORS_ALS_FIT_H

#include "candidates/factors/als_solve.h"

/* The confidences by users and by items; both owned. */
typedef struct als_matrix {
    csr users; /* users × items */
    csr items; /* its transpose */
} als_matrix;

/* Takes over `users`, which is left empty. */
aisle_status als_matrix_init(als_matrix *out, csr *users, aisle_error *err);
void als_matrix_fini(als_matrix *m);

/* Random starts, a stream a row. x: [users][stride], y: [items][stride] */
void als_start(float *x, float *y, const als_matrix *m, size_t factors, uint64_t seed);

/* Iteration i of n, i from 0. The last ends with the best x and y can be for the other. */
aisle_status als_iterate(als_solver *s, float *x, float *y, const als_matrix *m, int64_t i,
                         int64_t n, aisle_error *err);

/* What als_iterate lowers, over all pairs of users and items, divided by the sum of all
 * confidences, as implicit's calculate_training_loss has it:
 *     (sum c_ui (p_ui − x_uᵀy_i)² + sum λ_u |x_u|² + sum λ_i |y_i|²) / sum c_ui */
aisle_status als_loss(double *out, const float *x, const float *y, const als_matrix *m,
                      const als_settings *settings, aisle_error *err);

#endif
