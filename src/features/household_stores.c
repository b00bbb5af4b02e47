#include "features/household_stores.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/sort.h"
#include "features/feature.h"

aisle_status household_stores_init(household_stores *out, size_t stores, aisle_error *err)
{
    *out = (household_stores){0, NEW_ARRAY(uint32_t, stores), NEW_ARRAY(float, stores),
                              NEW_ZEROED(double, stores)};
    return out->store && out->weight && out->sum ? AISLE_OK : fail_memory(err);
}

void household_stores_fini(household_stores *s)
{
    mem_free(s->store);
    mem_free(s->weight);
    mem_free(s->sum);
    memset(s, 0, sizeof *s);
}

void household_stores_read(household_stores *s, const households *h, uint32_t user,
                           stores_that_count which)
{
    double all = 0;
    s->n = 0;
    for (uint64_t b = h->basket_offset[user]; b < h->basket_offset[user + 1]; b++) {
        uint32_t store = which.by_chain ? 0 : households_store(h, b);
        if (store == AISLE_MISSING || (which.known && !which.known[store]))
            continue;
        if (s->sum[store] == 0)
            s->store[s->n++] = store;
        s->sum[store] += fmax(1e-9, pow(decay_rates[1], (h->as_of - h->basket_day[b]) / 7.0));
    }
    sort_u32(s->store, s->n);
    for (size_t i = 0; i < s->n; i++)
        all += s->sum[s->store[i]];
    for (size_t i = 0; i < s->n; i++) {
        s->weight[i] = (float)(s->sum[s->store[i]] / all);
        s->sum[s->store[i]] = 0;
    }
}

household_store household_stores_main(const household_stores *s)
{
    household_store best = {AISLE_MISSING, NAN};
    for (size_t i = 0; i < s->n; i++)
        if (best.store == AISLE_MISSING || s->weight[i] > best.weight)
            best = (household_store){s->store[i], s->weight[i]};
    return best;
}
