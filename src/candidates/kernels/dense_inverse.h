/* candidates/kernels/dense_inverse.h: large symmetric matrices of doubles, and their inverse.
 *
 * Only the lower triangle is kept, in square tiles: tile (i, j), j <= i, has rows
 * [128 i, 128 i + 128) and columns [128 j, 128 j + 128), row-major. */
#ifndef CANDIDATES_KERNELS_DENSE_INVERSE_H
#define CANDIDATES_KERNELS_DENSE_INVERSE_H

#include "base/fail.h"
#include "candidates/kernels/dense.h"

#include <stddef.h>

typedef struct dense_symmetric {
    size_t n, tiles; /* tiles of a side: places beyond n have 1 on the diagonal, else 0 */
    double *data;    /* [tiles (tiles + 1) / 2][128 * 128] */
} dense_symmetric;

/* All zero, but for the 1 beyond n. */
aisle_status dense_symmetric_init(dense_symmetric *out, size_t n, aisle_error *err);
void dense_symmetric_fini(dense_symmetric *m);

/* Bytes that a matrix of n takes. */
double dense_symmetric_bytes(size_t n);

/* Row i of the lower triangle from column 128 tile on, 128 columns. */
static inline double *dense_symmetric_row(const dense_symmetric *m, size_t i, size_t tile)
{
    size_t row = i / DENSE_SQUARE;
    return m->data + (row * (row + 1) / 2 + tile) * DENSE_SQUARE * DENSE_SQUARE +
           i % DENSE_SQUARE * DENSE_SQUARE;
}

/* Entry (i, j), j <= i. */
static inline double *dense_symmetric_at(const dense_symmetric *m, size_t i, size_t j)
{
    return dense_symmetric_row(m, i, j / DENSE_SQUARE) + j % DENSE_SQUARE;
}

/* In place: m becomes −m⁻¹, by sweeping (Goodnight 1979) a tile of the diagonal at a time.
 * m must be positive definite; *smallest is its least pivot, <= 0 where it was not (then the
 * result is of no use). The same bits for any number of threads. */
aisle_status dense_symmetric_sweep(dense_symmetric *m, double *smallest, int threads,
                                   aisle_error *err);

#endif
