#include "candidates/factors/als_fit.h"

#include "base/mem.h"
#include "base/rng.h"

#include <math.h>
#include <string.h>

aisle_status als_matrix_init(als_matrix *out, csr *users, aisle_error *err)
{
    als_matrix m = {.users = *users};
    aisle_status status = csr_transpose(&m.items, &m.users, err);
    if (status != AISLE_OK)
        return status;
    memset(users, 0, sizeof *users);
    *out = m;
    return AISLE_OK;
}

void als_matrix_fini(als_matrix *m)
{
    csr_fini(&m->users);
    csr_fini(&m->items);
}

/* Uniform in [0, .01), a stream a row, so that a row's start doesn't depend on the others. */
static void start_rows(float *x, size_t n, size_t factors, uint64_t seed, uint64_t side)
{
    size_t stride = dense_stride(factors);
    for (size_t i = 0; i < n; i++) {
        rng r = rng_init(seed, side << 32 | i);
        for (size_t f = 0; f < stride; f++)
            x[i * stride + f] = f < factors ? 0.01f * (float)rng_unit(&r) : 0.0f;
    }
}

void als_start(float *x, float *y, const als_matrix *m, size_t factors, uint64_t seed)
{
    start_rows(x, m->users.rows, factors, seed, 1);
    start_rows(y, m->items.rows, factors, seed, 2);
}

/* Successive over-relaxation (Young 1954): each half goes beyond its minimum by a part of the way
 * it came, which lowers the loss all the same, below a factor of 2, and halves the iterations that
 * the slow directions take. The first ones, where there is no direction yet, and the last are
 * plain. */
static double relaxation(int64_t i, int64_t n)
{
    const double most = 1.7, plain = 2, rise = 3;
    if (i + 1 == n)
        return 1;
    return 1 + (most - 1) * fmin(1, fmax(0, ((double)i + 1 - plain) / rise));
}

aisle_status als_iterate(als_solver *s, float *x, float *y, const als_matrix *m, int64_t i,
                         int64_t n, aisle_error *err)
{
    double relaxed = relaxation(i, n);
    aisle_status status = als_solve_rows(s, x, y, &m->users, relaxed, err);
    if (status != AISLE_OK)
        return status;
    return als_solve_rows(s, y, x, &m->items, relaxed, err);
}

/* ---- Loss ---- */

static double inner(const float *x, const float *y, size_t stride)
{
    float sum[16] = {0};
    for (size_t f = 0; f < stride; f += 16)
        for (size_t l = 0; l < 16; l++)
            sum[l] += x[f + l] * y[f + l];
    double total = 0;
    for (size_t l = 0; l < 16; l++)
        total += (double)sum[l];
    return total;
}

/* xᵀ (sum over all items y yᵀ) x, as if nothing were bought. */
static double unbought(const float *x, const double *gram, size_t stride)
{
    double sum = 0;
    for (size_t i = 0; i < stride; i++) {
        double row = 0;
        for (size_t j = 0; j < stride; j++)
            row += gram[i * stride + j] * (double)x[j];
        sum += row * (double)x[i];
    }
    return sum;
}

static double user_loss(const csr *c, uint32_t u, const float *x, const float *y, size_t stride)
{
    double sum = 0;
    for (uint64_t e = c->offset[u]; e < c->offset[u + 1]; e++) {
        double w = (double)c->value[e], score = inner(x, y + c->column[e] * stride, stride);
        double missed = w > 0 ? 1 - score : score;
        sum += fabs(w) * missed * missed - score * score;
    }
    return sum;
}

/* sum of λ_r |x_r|² */
static double penalty(const csr *c, const float *x, const als_settings *settings)
{
    size_t stride = dense_stride(settings->factors);
    double sum = 0;
    for (uint32_t r = 0; r < c->rows; r++)
        sum +=
            als_row_regularisation(c, r, settings) * inner(x + r * stride, x + r * stride, stride);
    return sum;
}

aisle_status als_loss(double *out, const float *x, const float *y, const als_matrix *m,
                      const als_settings *settings, aisle_error *err)
{
    const csr *c = &m->users;
    size_t stride = dense_stride(settings->factors);
    double *gram = NEW_ARRAY(double, stride *stride), *sums = NEW_ARRAY(double, c->rows);
    double loss = penalty(c, x, settings) + penalty(&m->items, y, settings);
    double weight = (double)c->rows * c->columns - (double)csr_entries(c);
    aisle_status status = AISLE_OK;
    TRY_ALLOC(gram);
    TRY_ALLOC(sums);
    TRY(als_gram(gram, y, c->columns, stride, settings->threads, err));
#pragma omp parallel for num_threads(settings->threads) schedule(dynamic, 64)
    for (uint32_t u = 0; u < c->rows; u++)
        sums[u] =
            user_loss(c, u, x + u * stride, y, stride) + unbought(x + u * stride, gram, stride);
    for (uint32_t u = 0; u < c->rows; u++)
        loss += sums[u];
    for (uint64_t e = 0; e < csr_entries(c); e++)
        weight += fabs((double)c->value[e]);
    *out = weight > 0 ? loss / weight : 0;
done:
    mem_free(gram);
    mem_free(sums);
    return status;
}
