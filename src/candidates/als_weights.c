#include "candidates/als_weights.h"

#include "base/mem.h"

#include <assert.h>
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
    mean = mean > 0 ? mean / m->rows : 1;
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

/* The pairs whose item is in the catalogue, by its place there, with their numbers of lines. */
static aisle_status count_pairs(csr *m, const history *h, const catalogue *c, aisle_error *err)
{
    uint64_t entries = 0;
    for (size_t p = 0; p < h->pairs; p++)
        entries += c->allowed[h->pair_item[p]];
    uint32_t *place = NEW_ARRAY(uint32_t, h->n_items);
    if (!place || csr_init(m, h->n_users, c->count, entries, err) != AISLE_OK) {
        mem_free(place);
        return fail_memory(err);
    }
    for (uint32_t i = 0; i < c->count; i++)
        place[c->items[i]] = i;
    uint64_t to = 0;
    for (uint32_t u = 0; u < h->n_users; u++) {
        for (uint64_t p = h->pair_offset[u]; p < h->pair_offset[u + 1]; p++) {
            if (!c->allowed[h->pair_item[p]])
                continue;
            m->column[to] = place[h->pair_item[p]];
            m->value[to++] = (float)(h->pair_line_offset[p + 1] - h->pair_line_offset[p]);
        }
        m->offset[u + 1] = to;
    }
    mem_free(place);
    return AISLE_OK;
}

aisle_status als_weights_init(csr *out, const history *h, const catalogue *c, const als_options *o,
                              aisle_error *err)
{
    aisle_status status = AISLE_OK;
    csr m = {0};
    double *idf = NULL;
    TRY(count_pairs(&m, h, c, err));
    TRY_ALLOC(idf = NEW_ZEROED(double, m.columns));
    if (o->weighting == ALS_BM25) {
        count_idf(idf, &m);
        weigh_bm25(&m, o, idf);
    } else {
        weigh_alone(&m, o);
    }
    assert(csr_check(&m, NULL) == AISLE_OK);
    *out = m;
    memset(&m, 0, sizeof m);
done:
    mem_free(idf);
    csr_fini(&m);
    return status;
}
