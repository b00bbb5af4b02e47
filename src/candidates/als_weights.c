#include "candidates/als_weights.h"

#include "base/mem.h"

#include <math.h>
#include <string.h>

/* Beyond them floats of the normal equations overflow or lose all digits. */
static const double largest = 1e12;

aisle_status als_options_check(const als_options *o, aisle_error *err)
{
    if (o->factors < 1 || o->factors > 1024)
        return fail(err, AISLE_ERROR_ARGUMENT, "als: %lld factors; 1 to 1024 are possible",
                    (long long)o->factors);
    if (o->iterations < 1)
        return fail(err, AISLE_ERROR_ARGUMENT, "als: %lld iterations; at least 1 is needed",
                    (long long)o->iterations);
    if (!(o->regularisation >= 0 && o->regularisation <= largest))
        return fail(err, AISLE_ERROR_ARGUMENT, "als: regularisation %g; 0 to %g is possible",
                    o->regularisation, largest);
    if (!(o->alpha >= 0 && o->alpha <= largest))
        return fail(err, AISLE_ERROR_ARGUMENT, "als: alpha %g; 0 to %g is possible", o->alpha,
                    largest);
    return AISLE_OK;
}

static void weigh_bm25(csr *m, const als_options *o, const double *idf)
{
    double mean = 0;
    for (uint64_t e = 0; e < csr_entries(m); e++)
        mean += (double)m->value[e];
    mean /= m->rows;
    for (uint32_t r = 0; r < m->rows; r++) {
        double length = 0;
        for (uint64_t e = m->offset[r]; e < m->offset[r + 1]; e++)
            length += (double)m->value[e];
        double norm = o->bm25_k1 * (1 - o->bm25_b + o->bm25_b * length / mean);
        for (uint64_t e = m->offset[r]; e < m->offset[r + 1]; e++) {
            double n = (double)m->value[e];
            m->value[e] = (float)(o->alpha * n * (o->bm25_k1 + 1) / (norm + n) * idf[m->column[e]]);
        }
    }
}

/* idf: [columns] max(0, log(N) − log(1 + N_i)) */
static void count_idf(double *idf, const csr *m)
{
    for (uint64_t e = 0; e < csr_entries(m); e++)
        idf[m->column[e]]++;
    for (uint32_t i = 0; i < m->columns; i++)
        idf[i] = fmax(0, log((double)m->rows) - log1p(idf[i]));
}

static void weigh_alone(csr *m, const als_options *o)
{
    for (uint64_t e = 0; e < csr_entries(m); e++) {
        double n = (double)m->value[e];
        double weight = o->weighting == ALS_LOG ? log1p(n) : o->weighting == ALS_BINARY ? 1 : n;
        m->value[e] = (float)(o->alpha * weight);
    }
}

aisle_status als_weights_init(csr *out, const history *h, const als_options *o, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    csr m = {0};
    double *idf = NULL;
    TRY(csr_init(&m, h->n_users, h->n_items, h->pairs, err));
    TRY_ALLOC(idf = NEW_ZEROED(double, h->n_items));
    memcpy(m.offset, h->pair_offset, ((size_t)h->n_users + 1) * sizeof *m.offset);
    memcpy(m.column, h->pair_item, h->pairs * sizeof *m.column);
    for (size_t p = 0; p < h->pairs; p++)
        m.value[p] = (float)(h->pair_line_offset[p + 1] - h->pair_line_offset[p]);
    if (o->weighting == ALS_BM25) {
        count_idf(idf, &m);
        weigh_bm25(&m, o, idf);
    } else {
        weigh_alone(&m, o);
    }
    *out = m;
    memset(&m, 0, sizeof m);
done:
    mem_free(idf);
    csr_fini(&m);
    return status;
}
