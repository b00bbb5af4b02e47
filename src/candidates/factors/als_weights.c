#include "candidates/factors/als_weights.h"

#include "base/fail.h"
#include "base/mem.h"

#include <assert.h>
#include <math.h>

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

aisle_status als_weigher_fit(als_weigher *w, const households *h, const catalogue *c,
                             aisle_error *err)
{
    aisle_status status = AISLE_OK;
    uint32_t *buyers = NEW_ZEROED(uint32_t, c->count);
    TRY_ALLOC(buyers);
    TRY_ALLOC(w->idf = NEW_ARRAY(float, c->count));
    TRY_ALLOC(w->means = NEW_ZEROED(double, 2));
    for (size_t p = 0; p < h->pairs; p++) {
        uint32_t place = c->place[h->pair_item[p]];
        if (place == HISTORY_NONE)
            continue;
        buyers[place]++;
        w->means[0] += (double)(h->pair_line_offset[p + 1] - h->pair_line_offset[p]);
        w->means[1] += 1;
    }
    for (uint32_t i = 0; i < c->count; i++)
        w->idf[i] = (float)fmax(0, log((double)h->n_users) - log1p((double)buyers[i]));
    for (int m = 0; m < 2; m++)
        w->means[m] = h->n_users ? w->means[m] / h->n_users : 0;
done:
    mem_free(buyers);
    return status;
}

/* length: |u| */
static float weigh(const als_weigher *w, double n, double length, uint32_t place)
{
    const als_options *o = w->options;
    double weight = n;
    if (o->weighting == ALS_LOG)
        weight = log1p(n);
    else if (o->weighting == ALS_BINARY)
        weight = 1;
    else if (o->weighting == ALS_BM25) {
        double norm = o->bm25_k1 * (1 - o->bm25_b + o->bm25_b * length / w->means[0]);
        weight = n * (o->bm25_k1 + 1) / (norm + n) * (double)w->idf[place];
    }
    return (float)(o->alpha * weight);
}

size_t als_weigh_user(uint32_t *place, float *confidence, const als_weigher *w, const catalogue *c,
                      const households *h, uint32_t user)
{
    size_t n = 0;
    double length = 0;
    for (uint64_t p = h->pair_offset[user]; p < h->pair_offset[user + 1]; p++) {
        uint32_t at = c->place[h->pair_item[p]];
        if (at == HISTORY_NONE)
            continue;
        double lines = (double)(h->pair_line_offset[p + 1] - h->pair_line_offset[p]);
        place[n] = at;
        confidence[n++] = (float)lines;
        length += lines;
    }
    for (size_t i = 0; i < n; i++)
        confidence[i] = weigh(w, (double)confidence[i], length, place[i]);
    return n;
}

aisle_status als_weights_init(csr *out, const als_weigher *w, const households *h,
                              const catalogue *c, aisle_error *err)
{
    csr m = {0};
    uint64_t entries = 0;
    for (size_t p = 0; p < h->pairs; p++)
        entries += c->allowed[h->pair_item[p]];
    aisle_status status = csr_init(&m, h->n_users, c->count, entries, err);
    if (status != AISLE_OK)
        return status;
    for (uint32_t u = 0; u < h->n_users; u++) {
        uint64_t from = m.offset[u];
        m.offset[u + 1] = from + als_weigh_user(m.column + from, m.value + from, w, c, h, u);
    }
    assert(csr_check(&m, NULL) == AISLE_OK);
    *out = m;
    return AISLE_OK;
}
