/* candidates/factors/als_solve.h: one half of an iteration of ALS: all rows of x for a fixed y. */
#ifndef CANDIDATES_FACTORS_ALS_SOLVE_H
#define CANDIDATES_FACTORS_ALS_SOLVE_H

#include "base/csr.h"
#include "candidates/kernels/dense.h"
#include "config/options.h"

enum { ALS_STEPS = 2 }; /* of conjugate gradient: more lower the loss no further for the time */

typedef struct als_settings {
    size_t factors;
    double regularisation, scale_power;
    int solver, scaled; /* enum als_solver_kind, als_scaled */
    int steps;          /* of conjugate gradient a row, or over its blocks */
    int threads;
} als_settings;

/* What half-steps work in, allocated once a fit. */
typedef struct als_solver {
    als_settings settings;
    size_t stride;
    const dense_kernels *kernels;
    float *whitened;  /* [most rows][stride] */
    double *gram;     /* [stride * stride] YᵀY + λI, then its Cholesky factor L, then 1 / L */
    float *extra;     /* [stride * stride] L⁻¹ L⁻ᵀ, where a row's λ differs; else NULL */
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

/* λ of row r: λ, or λ (n_r / mean n)^scale_power, n_r its pairs (1 where it has none), the mean
 * over all rows: the same sum of λ's for a power of 1 (Zhou et al. 2008; Rendle et al. 2022). */
double als_row_regularisation(const csr *c, uint32_t r, const als_settings *settings);

/* The same from a row's pairs and their mean. */
double als_scaled_regularisation(size_t n, double mean, const als_settings *settings);

/* One row, which needs to be in no matrix. */
typedef struct als_row {
    const uint32_t *column;
    const float *c;
    size_t n;
    double regularisation; /* of this row */
    float relaxed;
} als_row;

/* Of all that als_solve_rows does, what is the same for all rows. y: [n][stride] */
aisle_status als_solver_prepare(als_solver *s, const float *y, size_t n, aisle_error *err);
size_t als_solver_room(size_t stride);

/* Moves x: [stride] as als_solve_rows does, for y as als_solver_prepare left it. scratch:
 * als_solver_room floats, 64-byte aligned. */
void als_solve_row(float *x, const als_solver *s, const als_row *row, float *scratch);

/* gram = YᵀY: [stride * stride]; y: [n][stride] */
aisle_status als_gram(double *gram, const float *y, size_t n, size_t stride, int threads,
                      aisle_error *err);

#endif
