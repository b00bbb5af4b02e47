#include "candidates/factors/ease_fit.h"

#include "base/mem.h"
#include "candidates/kernels/dense_inverse.h"

#include <math.h>
#include <string.h>

static double pair_weight(const ease_options *o, const households *h, size_t pair)
{
    uint64_t first = h->pair_line_offset[pair], end = h->pair_line_offset[pair + 1];
    double sum = 0;
    if (o->weighting == EASE_BINARY)
        first = end - 1;
    for (uint64_t l = first; l < end; l++)
        sum += o->decay == 1 ? 1
                             : pow(o->decay, ((double)h->as_of - h->line.day[h->pair_line[l]]) / 7);
    return o->weighting == EASE_LOG ? log1p(sum) : sum;
}

size_t ease_weights(uint32_t *column, float *weight, const list_context *context,
                    const households *h, uint32_t user)
{
    size_t n = 0;
    for (uint64_t p = h->pair_offset[user]; p < h->pair_offset[user + 1]; p++) {
        uint32_t place = context->c->place[h->pair_item[p]];
        if (place == HISTORY_NONE)
            continue;
        float w = (float)pair_weight(&context->options->ease, h, p);
        if (w > 0) {
            column[n] = place;
            weight[n++] = w;
        }
    }
    return n;
}

/* Row i of the lower triangle of XᵀX: the users of an item in order. */
static void add_item(dense_symmetric *m, const csr *x, const csr *items, uint32_t i)
{
    double *row = dense_symmetric_row(m, i, 0);
    for (uint64_t e = items->offset[i]; e < items->offset[i + 1]; e++) {
        uint32_t u = items->column[e];
        double w = (double)items->value[e];
        for (uint64_t f = x->offset[u]; f < x->offset[u + 1] && x->column[f] <= i; f++) {
            uint32_t j = x->column[f];
            row[(size_t)(j / DENSE_SQUARE) * DENSE_SQUARE * DENSE_SQUARE + j % DENSE_SQUARE] +=
                w * (double)x->value[f];
        }
    }
}

static aisle_status refuse_regularisation(double regularisation, aisle_error *err)
{
    return fail(err, AISLE_ERROR_ARGUMENT,
                "ease: regularisation %g is too little for these purchases (the matrix of products "
                "bought together cannot be inverted); use more, such as 100",
                regularisation);
}

/* B from m = −P, of which the lower triangle is there. */
static void write_weights(float *b, size_t stride, const dense_symmetric *m, int threads)
{
#pragma omp parallel for num_threads(threads) schedule(static)
    for (size_t i = 0; i < m->n; i++) {
        memset(b + i * stride, 0, stride * sizeof *b);
        for (size_t j = 0; j < m->n; j++) {
            double p = i > j ? *dense_symmetric_at(m, i, j) : *dense_symmetric_at(m, j, i);
            if (i != j)
                b[i * stride + j] = (float)(-p / *dense_symmetric_at(m, j, j));
        }
    }
}

aisle_status ease_solve(float *b, size_t stride, const csr *x, double regularisation, int threads,
                        aisle_error *err)
{
    aisle_status status = AISLE_OK;
    dense_symmetric m = {0};
    csr items = {0};
    double largest = 0, smallest;
    TRY(dense_symmetric_init(&m, x->columns, err));
    TRY(csr_transpose(&items, x, err));
#pragma omp parallel for num_threads(threads) schedule(dynamic, 8)
    for (uint32_t i = 0; i < x->columns; i++) {
        add_item(&m, x, &items, i);
        *dense_symmetric_at(&m, i, i) += regularisation;
    }
    for (uint32_t i = 0; i < x->columns; i++)
        largest = fmax(largest, *dense_symmetric_at(&m, i, i));
    TRY(dense_symmetric_sweep(&m, &smallest, threads, err));
    /* Beyond it nothing is left of a double's digits. */
    if (x->columns && !(smallest > 1e-13 * largest)) {
        status = refuse_regularisation(regularisation, err);
        goto done;
    }
    write_weights(b, stride, &m, threads);
done:
    dense_symmetric_fini(&m);
    csr_fini(&items);
    return status;
}
