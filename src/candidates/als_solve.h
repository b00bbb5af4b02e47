/* candidates/als_solve.h: one half of an iteration of ALS: all rows of x for a fixed y. */
#ifndef CANDIDATES_ALS_SOLVE_H
#define CANDIDATES_ALS_SOLVE_H

#include "base/csr.h"
#include "candidates/dense.h"

enum { ALS_STEPS = 2 }; /* of conjugate gradient: more lower the loss no further for the time */

typedef struct als_settings {
    size_t factors;
    double regularisation;
    int steps; /* of conjugate gradient a row */
    int threads;
} als_settings;

/* What half-steps work in, allocated once a fit. */
typedef struct als_solver {
    als_settings settings;
    size_t stride;
    const dense_kernels *kernels;
    float *whitened;  /* [most rows][stride] */
    double *gram;     /* [stride * stride] YᵀY + λI, then its Cholesky factor L, then 1 / L */
    float *to, *from; /* [stride * stride] L and L⁻¹, row-major */
    float *down;      /* [stride * stride] L⁻ᵀ */
    float *scratch;   /* [threads][als_solver_room] */
} als_solver;

/* rows: the most rows that x or y has. */
aisle_status als_solver_init(als_solver *out, size_t rows, const als_settings *settings,
                             aisle_error *err);
void als_solver_fini(als_solver *s);

/* Moves each row of x `relaxed` (1: all, no more) of the way to where the loss is least for this
 * y, below 2. x: [c->rows][stride], the start and the result; y: [c->columns][stride]; c:
 * confidences. */
aisle_status als_solve_rows(als_solver *s, float *x, const float *y, const csr *c, double relaxed,
                            aisle_error *err);

/* gram = YᵀY: [stride * stride]; y: [n][stride] */
aisle_status als_gram(double *gram, const float *y, size_t n, size_t stride, int threads,
                      aisle_error *err);

#endif
