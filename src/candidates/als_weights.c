#include "candidates/als_weights.h"

#include "candidates/pair_weights.h"
#include "candidates/weighting.h"

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

/* BM25 over the rows of users; no weight is below 0. */
static aisle_status weigh_rows(csr *m, const als_options *o, aisle_error *err)
{
    bm25_options bm25 = {o->bm25_k1, o->bm25_b, DOCUMENTS_ROWS};
    aisle_status status = weigh_bm25(m, &bm25, err);
    for (uint64_t e = 0; status == AISLE_OK && e < csr_entries(m); e++)
        m->value[e] = m->value[e] > 0 ? (float)(o->alpha * (double)m->value[e]) : 0;
    return status;
}

static void weigh_alone(csr *m, const als_options *o)
{
    for (uint64_t e = 0; e < csr_entries(m); e++) {
        double n = (double)m->value[e];
        double weight = o->weighting == ALS_LOG ? log1p(n) : o->weighting == ALS_BINARY ? 1 : n;
        m->value[e] = (float)(o->alpha * weight);
    }
}

aisle_status als_weights_init(csr *out, const history *h, const catalogue *c, const als_options *o,
                              aisle_error *err)
{
    aisle_status status = AISLE_OK;
    csr m = {0};
    pair_weigher lines = {.h = h, .weight = PAIR_LINES};
    TRY(pair_weights_init(&m, &lines, c, err));
    if (o->weighting == ALS_BM25)
        TRY(weigh_rows(&m, o, err));
    else
        weigh_alone(&m, o);
    assert(csr_check(&m, NULL) == AISLE_OK);
    *out = m;
    memset(&m, 0, sizeof m);
done:
    csr_fini(&m);
    return status;
}
