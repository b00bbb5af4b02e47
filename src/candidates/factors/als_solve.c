/* Hu, Koren and Volinsky 2008: with confidences c (1 where nothing was bought), row i of x
 * minimises
 *
 *     sum_j c_ij (p_ij − x_iᵀy_j)² + λ |x_i|²,   p = 1 where c_ij > 0,
 *
 * so (YᵀY + λI + sum_j (|c_ij| − 1) y_j y_jᵀ) x_i = sum_j c_ij y_j over the pairs of i.
 * With YᵀY + λI = L Lᵀ, z_j = L⁻¹ y_j and w = Lᵀ x_i this is (I + Z (|C| − I) Zᵀ) w = Z c: a step
 * of conjugate gradient costs two passes over the pairs and nothing of the order of factors², and
 * it converges at once in the directions that the pairs leave alone (YᵀY + λI is the
 * preconditioner). */
#include "candidates/factors/als_solve.h"

#include "base/mem.h"

#include <math.h>
#include <omp.h>
#include <string.h>

/* The least regularisation, as a share of the mean of the diagonal of YᵀY. */
static const double least_share = 1e-5;

enum { CHUNKS_MOST = 128, CHUNK_LEAST = 512, PARTIAL_MOST = 1 << 24, BLOCK = 64 };

/* The floats that a thread works in: BLOCK rows of w, a row's start, then the kernel's scratch. */
size_t als_solver_room(size_t stride)
{
    return (BLOCK + 1) * stride + (dense_scratch(stride) + 15) / 16 * 16;
}

aisle_status als_solver_init(als_solver *out, size_t rows, const als_settings *settings,
                             aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t stride = dense_stride(settings->factors), square = stride * stride;
    size_t threads = (size_t)settings->threads;
    als_solver s = {.settings = *settings, .stride = stride, .kernels = dense_kernels_best()};
    TRY_ALLOC(s.whitened = NEW_ARRAY(float, rows *stride));
    TRY_ALLOC(s.gram = NEW_ARRAY(double, square));
    TRY_ALLOC(s.to = NEW_ARRAY(float, square));
    TRY_ALLOC(s.from = NEW_ARRAY(float, square));
    TRY_ALLOC(s.down = NEW_ARRAY(float, square));
    if (settings->scaled != ALS_SCALED_NONE)
        TRY_ALLOC(s.extra = NEW_ARRAY(float, square));
    TRY_ALLOC(s.scratch = NEW_ARRAY(float, threads *als_solver_room(stride)));
    *out = s;
    return AISLE_OK;
done:
    als_solver_fini(&s);
    return status;
}

void als_solver_fini(als_solver *s)
{
    mem_free(s->whitened);
    mem_free(s->gram);
    mem_free(s->to);
    mem_free(s->from);
    mem_free(s->down);
    mem_free(s->extra);
    mem_free(s->scratch);
    memset(s, 0, sizeof *s);
}

/* Rows of a chunk of a Gram matrix. They depend on n and stride alone: chunks are summed in order.
 */
static size_t chunk_rows(size_t n, size_t stride)
{
    size_t most = PARTIAL_MOST / (stride * stride);
    most = most > CHUNKS_MOST ? CHUNKS_MOST : most;
    size_t rows = (n + most - 1) / most;
    return rows < CHUNK_LEAST ? CHUNK_LEAST : rows;
}

aisle_status als_gram(double *gram, const float *y, size_t n, size_t stride, int threads,
                      aisle_error *err)
{
    const dense_kernels *kernels = dense_kernels_best();
    size_t square = stride * stride, rows = chunk_rows(n, stride), chunks = (n + rows - 1) / rows;
    float *partial = NEW_ZEROED(float, chunks *square);
    if (!partial)
        return fail_memory(err);
#pragma omp parallel for num_threads(threads) schedule(dynamic) if (chunks > 1)
    for (size_t c = 0; c < chunks; c++) {
        size_t first = c * rows, m = n - first < rows ? n - first : rows;
        kernels->gram(partial + c * square, y + first * stride, m, stride);
    }
    for (size_t i = 0; i < stride; i++) {
        for (size_t j = i; j < stride; j++) {
            double sum = 0;
            for (size_t c = 0; c < chunks; c++)
                sum += (double)partial[c * square + i * stride + j];
            gram[i * stride + j] = gram[j * stride + i] = sum;
        }
    }
    mem_free(partial);
    return AISLE_OK;
}

/* In place: the lower triangle of a becomes L with a = L Lᵀ; no pivot falls below least. */
static void cholesky(double *a, size_t n, double least)
{
    for (size_t j = 0; j < n; j++) {
        double *row = a + j * n;
        double pivot = row[j];
        for (size_t k = 0; k < j; k++)
            pivot -= row[k] * row[k];
        row[j] = sqrt(pivot > least ? pivot : least);
        for (size_t i = j + 1; i < n; i++) {
            double *below = a + i * n, sum = below[j];
            for (size_t k = 0; k < j; k++)
                sum -= below[k] * row[k];
            below[j] = sum / row[j];
        }
    }
}

/* In place: the lower triangle L becomes its inverse; the upper is set to 0. */
static void invert_lower(double *l, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double *row = l + i * n, pivot = 1 / row[i];
        for (size_t j = 0; j < i; j++) {
            double sum = 0;
            for (size_t k = j; k < i; k++)
                sum += row[k] * l[k * n + j];
            /* row[j] is read only for columns up to j, which are done after this one */
            l[j * n + i] = -sum * pivot;
        }
        for (size_t j = 0; j < i; j++) {
            row[j] = l[j * n + i];
            l[j * n + i] = 0;
        }
        row[i] = pivot;
    }
}

/* to, from and down out of gram; padding has 1 on the diagonal. */
static aisle_status solver_factorise(als_solver *s, aisle_error *err)
{
    size_t n = s->stride;
    double trace = 0;
    for (size_t i = 0; i < n; i++)
        trace += s->gram[i * n + i];
    if (!isfinite(trace))
        return fail(err, AISLE_ERROR_ARGUMENT,
                    "als: the factors grew out of bounds (regularisation %g); use smaller weights "
                    "or more regularisation",
                    s->settings.regularisation);
    /* With less, what is lost in floats would decide where YᵀY has not got full rank. */
    double least = least_share * trace / (double)n + 1e-30;
    for (size_t i = 0; i < n; i++)
        s->gram[i * n + i] +=
            s->settings.regularisation > least ? s->settings.regularisation : least;
    cholesky(s->gram, n, least / 2);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            s->to[i * n + j] = j <= i ? (float)s->gram[i * n + j] : 0.0f;
    invert_lower(s->gram, n);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            s->from[i * n + j] = (float)s->gram[i * n + j];
            s->down[j * n + i] = (float)s->gram[i * n + j];
        }
    }
    return AISLE_OK;
}

static void solver_whiten(als_solver *s, const float *y, size_t n)
{
#pragma omp parallel for num_threads(s->settings.threads) schedule(dynamic, 8) if (n > BLOCK)
    for (size_t first = 0; first < n; first += BLOCK) {
        size_t m = n - first < BLOCK ? n - first : BLOCK;
        s->kernels->multiply(s->whitened + first * s->stride, y + first * s->stride, m, s->down,
                             s->stride, DENSE_UPPER);
    }
}

double als_scaled_regularisation(size_t n, double mean, const als_settings *settings)
{
    if (settings->scaled == ALS_SCALED_NONE)
        return settings->regularisation;
    return settings->regularisation *
           pow(fmax((double)n, 1) / fmax(mean, 1), settings->scale_power);
}

double als_row_regularisation(const csr *c, uint32_t r, const als_settings *settings)
{
    return als_scaled_regularisation(c->offset[r + 1] - c->offset[r],
                                     (double)csr_entries(c) / c->rows, settings);
}

aisle_status als_solver_prepare(als_solver *s, const float *y, size_t n, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    TRY(als_gram(s->gram, y, n, s->stride, s->settings.threads, err));
    TRY(solver_factorise(s, err));
    solver_whiten(s, y, n);
    if (s->extra)
        s->kernels->multiply(s->extra, s->from, s->stride, s->down, s->stride, DENSE_FULL);
done:
    return status;
}

/* w += (relaxed − 1) (w − start) */
static void relax_row(float *w, const float *start, size_t stride, float relaxed)
{
    for (size_t f = 0; f < stride; f++)
        w[f] = start[f] + relaxed * (w[f] - start[f]);
}

/* In whitened coordinates; scratch: a row's start, then the kernel's. */
static void improve_row(float *w, const als_solver *s, const als_row *row, float *scratch)
{
    float shift = (float)(row->regularisation - s->settings.regularisation);
    dense_system system = {.z = s->whitened,
                           .column = row->column,
                           .c = row->c,
                           .n = row->n,
                           .stride = s->stride,
                           .extra = shift == 0 ? NULL : s->extra,
                           .shift = shift,
                           .steps = s->settings.steps,
                           .scratch = scratch + s->stride};
    memcpy(scratch, w, s->stride * sizeof *w);
    if (s->settings.solver == ALS_CHOLESKY)
        s->kernels->solve_exact(w, &system);
    else if (s->settings.solver == ALS_BLOCKS)
        s->kernels->solve_blocks(w, &system);
    else
        s->kernels->solve(w, &system);
    if (row->relaxed != 1)
        relax_row(w, scratch, s->stride, row->relaxed);
}

void als_solve_row(float *x, const als_solver *s, const als_row *row, float *scratch)
{
    float *w = scratch;
    s->kernels->multiply(w, x, 1, s->to, s->stride, DENSE_LOWER);
    improve_row(w, s, row, scratch + BLOCK * s->stride);
    s->kernels->multiply(x, w, 1, s->from, s->stride, DENSE_LOWER);
}

/* Rows [first, first + m) of x, m <= BLOCK; scratch holds als_solver_room floats. */
static void solve_block(const als_solver *s, float *x, const csr *c, size_t first, size_t m,
                        float relaxed, float *scratch)
{
    float *rows = x + first * s->stride, *w = scratch;
    s->kernels->multiply(w, rows, m, s->to, s->stride, DENSE_LOWER);
    for (size_t i = 0; i < m; i++) {
        uint64_t at = c->offset[first + i];
        als_row row = {.column = c->column + at,
                       .c = c->value + at,
                       .n = c->offset[first + i + 1] - at,
                       .regularisation =
                           als_row_regularisation(c, (uint32_t)(first + i), &s->settings),
                       .relaxed = relaxed};
        improve_row(w + i * s->stride, s, &row, scratch + BLOCK * s->stride);
    }
    s->kernels->multiply(rows, w, m, s->from, s->stride, DENSE_LOWER);
}

aisle_status als_solve_rows(als_solver *s, float *x, const float *y, const csr *c, double relaxed,
                            aisle_error *err)
{
    aisle_status status = als_solver_prepare(s, y, c->columns, err);
    if (status != AISLE_OK)
        return status;
#pragma omp parallel num_threads(s->settings.threads) if (c->rows > BLOCK)
    {
        float *scratch = s->scratch + (size_t)omp_get_thread_num() * als_solver_room(s->stride);
#pragma omp for schedule(dynamic)
        for (size_t first = 0; first < c->rows; first += BLOCK) {
            size_t m = c->rows - first < BLOCK ? c->rows - first : BLOCK;
            solve_block(s, x, c, first, m, (float)relaxed, scratch);
        }
    }
    return AISLE_OK;
}
