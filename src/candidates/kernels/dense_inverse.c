#include "candidates/kernels/dense_inverse.h"

#include "base/mem.h"

#include <math.h>
#include <string.h>

enum { SIDE = DENSE_SQUARE, AREA = SIDE * SIDE };

static double *tile_at(const dense_symmetric *m, size_t i, size_t j)
{
    return m->data + (i * (i + 1) / 2 + j) * AREA;
}

double dense_symmetric_bytes(size_t n)
{
    double tiles = (double)((n + SIDE - 1) / SIDE);
    return tiles * (tiles + 1) / 2 * AREA * sizeof(double);
}

aisle_status dense_symmetric_init(dense_symmetric *out, size_t n, aisle_error *err)
{
    size_t tiles = (n + SIDE - 1) / SIDE;
    dense_symmetric m = {n, tiles, NEW_ZEROED(double, tiles *(tiles + 1) / 2 * AREA)};
    if (!m.data)
        return fail_memory(err);
    for (size_t i = n; i < tiles * SIDE; i++)
        *dense_symmetric_at(&m, i, i) = 1;
    *out = m;
    return AISLE_OK;
}

void dense_symmetric_fini(dense_symmetric *m)
{
    mem_free(m->data);
    memset(m, 0, sizeof *m);
}

static void transpose(double *out, const double *a)
{
    for (size_t i = 0; i < SIDE; i++)
        for (size_t j = 0; j < SIDE; j++)
            out[j * SIDE + i] = a[i * SIDE + j];
}

/* a, whole and symmetric, becomes −a⁻¹, an entry of the diagonal at a time; returns the least
 * pivot. */
static double sweep_tile(double *a)
{
    double smallest = INFINITY, column[SIDE];
    for (size_t k = 0; k < SIDE; k++) {
        double pivot = a[k * SIDE + k];
        smallest = pivot < smallest || isnan(pivot) ? pivot : smallest;
        for (size_t i = 0; i < SIDE; i++)
            column[i] = i == k ? 0 : a[i * SIDE + k];
        for (size_t i = 0; i < SIDE; i++) {
            double scale = column[i] / pivot;
            for (size_t j = 0; j < SIDE; j++)
                a[i * SIDE + j] -= scale * column[j];
        }
        for (size_t i = 0; i < SIDE; i++)
            a[i * SIDE + k] = a[k * SIDE + i] = column[i] / pivot;
        a[k * SIDE + k] = -1 / pivot;
    }
    return smallest;
}

/* A sweep's work: for each tile row i, C_i = m_ik as it was, and C_iᵀ. */
typedef struct sweep {
    double *column, *transposed; /* [tiles][AREA] */
    double pivot[AREA];          /* −m_kk⁻¹ */
} sweep;

static double start_sweep(sweep *s, const dense_symmetric *m, size_t k)
{
    double *diagonal = tile_at(m, k, k);
    for (size_t i = 0; i < SIDE; i++)
        for (size_t j = i + 1; j < SIDE; j++)
            diagonal[i * SIDE + j] = diagonal[j * SIDE + i];
    double smallest = sweep_tile(diagonal);
    memcpy(s->pivot, diagonal, sizeof s->pivot);
    return smallest;
}

/* C_i and C_iᵀ; m_ik becomes W_i = C_i m_kk⁻¹, or its transpose where i < k, kept in place. */
static void sweep_column(sweep *s, const dense_symmetric *m, size_t i, size_t k,
                         const dense_kernels *kernels)
{
    double *c = s->column + i * AREA, *ct = s->transposed + i * AREA;
    if (i == k)
        return;
    if (i > k) {
        double *at = tile_at(m, i, k);
        memcpy(c, at, AREA * sizeof *c);
        transpose(ct, c);
        memset(at, 0, AREA * sizeof *at);
        kernels->subtract(at, c, s->pivot);
        memcpy(c, at, AREA * sizeof *c);
    } else {
        double *at = tile_at(m, k, i);
        memcpy(ct, at, AREA * sizeof *ct);
        memset(at, 0, AREA * sizeof *at);
        /* −m_kk⁻¹ is symmetric */
        kernels->subtract(at, s->pivot, ct);
        transpose(c, at);
    }
}

/* Columns hold W_i now: m_ij −= W_i C_jᵀ. */
static void sweep_rest(const sweep *s, const dense_symmetric *m, size_t i, size_t k,
                       const dense_kernels *kernels)
{
    for (size_t j = 0; j <= i; j++)
        if (i != k && j != k)
            kernels->subtract(tile_at(m, i, j), s->column + i * AREA, s->transposed + j * AREA);
}

aisle_status dense_symmetric_sweep(dense_symmetric *m, double *smallest, int threads,
                                   aisle_error *err)
{
    const dense_kernels *kernels = dense_kernels_best();
    size_t tiles = m->tiles;
    aisle_status status = AISLE_OK;
    sweep *work = NEW_ZEROED(sweep, 1);
    *smallest = INFINITY;
    TRY_ALLOC(work);
    TRY_ALLOC(work->column = NEW_ARRAY(double, tiles *AREA));
    TRY_ALLOC(work->transposed = NEW_ARRAY(double, tiles *AREA));
    for (size_t k = 0; k < tiles; k++) {
        double least = start_sweep(work, m, k);
        *smallest = least < *smallest || isnan(least) ? least : *smallest;
#pragma omp parallel num_threads(threads) if (tiles > 2)
        {
#pragma omp for schedule(dynamic)
            for (size_t i = 0; i < tiles; i++)
                sweep_column(work, m, i, k, kernels);
                /* the longest rows first */
#pragma omp for schedule(dynamic)
            for (size_t i = 0; i < tiles; i++)
                sweep_rest(work, m, tiles - 1 - i, k, kernels);
        }
    }
done:
    if (work) {
        mem_free(work->column);
        mem_free(work->transposed);
    }
    mem_free(work);
    return status;
}
