/* candidates/als_solve.h: one half of an iteration of ALS: all rows of x for a fixed y. */
#ifndef CANDIDATES_ALS_SOLVE_H
#define CANDIDATES_ALS_SOLVE_H

#include "base/csr.h"
#include "candidates/dense.h"

/* What half-steps work in, allocated once a fit. */
typedef struct als_solver {
    size_t stride;
    double regularisation;
    int steps; /* of conjugate gradient a row */
    int threads;
    const dense_kernels *kernels;
    float *whitened;  /* [most rows][stride] */
    float *partial;   /* [chunks][stride * stride] Gram matrices, summed in order */
    double *gram;     /* [stride * stride] YᵀY + λI, then its Cholesky factor L, then 1 / L */
    float *to, *from; /* [stride * stride] L and L⁻¹, row-major */
    float *down;      /* [stride * stride] L⁻ᵀ */
    float *scratch;   /* [threads][als_solver_room] */
} als_solver;

/* rows: the most rows that x or y has. */
aisle_status als_solver_init(als_solver *out, size_t rows, size_t factors, double regularisation,
                             int steps, int threads, aisle_error *err);
void als_solver_fini(als_solver *s);

/* x: [c->rows][stride], the start and the result; y: [c->columns][stride]; c: confidences. */
aisle_status als_solve_rows(als_solver *s, float *x, const float *y, const csr *c,
                            aisle_error *err);

#endif
