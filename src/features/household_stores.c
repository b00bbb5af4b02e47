#include "features/household_stores.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/sort.h"
#include "features/feature.h"

/* Weights of a household's stores into weight, where all are 0; touched: which, ascending. Returns
 * how many. */
static size_t weigh(double *weight, uint32_t *touched, const history *h, stores_that_count which,
                    uint32_t user)
{
    size_t n = 0;
    uint64_t from = h->user_offset[user];
    for (uint64_t l = from; l < h->user_offset[user + 1]; l++) {
        if (l > from && h->basket[l] == h->basket[l - 1])
            continue;
        uint32_t store = which.by_chain ? 0 : h->store[h->basket[l]];
        if (store == AISLE_MISSING || (which.known && !which.known[store]))
            continue;
        if (weight[store] == 0)
            touched[n++] = store;
        weight[store] += fmax(1e-9, pow(decay_rates[1], (h->as_of - h->day[l]) / 7.0));
    }
    sort_u32(touched, n);
    return n;
}

aisle_status household_stores_init(household_stores *out, const history *h, stores_that_count which,
                                   aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t stores = which.by_chain ? 1 : h->stores.count, n = 0, capacity[2] = {0, 0};
    household_stores s = {NEW_ARRAY(uint64_t, (size_t)h->n_users + 1), NULL, NULL};
    double *weight = NEW_ZEROED(double, stores);
    uint32_t *touched = NEW_ARRAY(uint32_t, stores);
    TRY_ALLOC(s.offset);
    TRY_ALLOC(weight);
    TRY_ALLOC(touched);
    for (uint32_t u = 0; u < h->n_users; u++) {
        s.offset[u] = n;
        size_t more = weigh(weight, touched, h, which, u);
        double sum = 0;
        if (mem_grow(&s.store, &capacity[0], n + more, sizeof *s.store) ||
            mem_grow(&s.weight, &capacity[1], n + more, sizeof *s.weight))
            TRY(fail_memory(err));
        for (size_t i = 0; i < more; i++)
            sum += weight[touched[i]];
        for (size_t i = 0; i < more; i++) {
            s.store[n] = touched[i];
            s.weight[n++] = (float)(weight[touched[i]] / sum);
            weight[touched[i]] = 0;
        }
    }
    s.offset[h->n_users] = n;
    *out = s;
    memset(&s, 0, sizeof s);
done:
    mem_free(weight);
    mem_free(touched);
    household_stores_fini(&s);
    return status;
}

household_store household_stores_main(const household_stores *s, uint32_t user)
{
    household_store best = {AISLE_MISSING, NAN};
    for (uint64_t i = s->offset ? s->offset[user] : 0; s->offset && i < s->offset[user + 1]; i++)
        if (best.store == AISLE_MISSING || s->weight[i] > best.weight)
            best = (household_store){s->store[i], s->weight[i]};
    return best;
}

void household_stores_fini(household_stores *s)
{
    mem_free(s->offset);
    mem_free(s->store);
    mem_free(s->weight);
    memset(s, 0, sizeof *s);
}
