/* What sells in the store where the household shops most: the store of the most of its baskets in
 * the last store_weeks, of several the first by id. Without a store: what sells everywhere. */
#include "candidates/grouped.h"
#include "candidates/retriever_table.h"

#include "base/fail.h"
#include "base/mem.h"

int64_t popular_store_quota(const candidates_options *options)
{
    return options->popular_store.quota;
}

/* Adds the baskets of the user's lines from the day on to count by store, or takes them away. */
static void count_baskets(uint32_t *count, const history *h, uint32_t user, int32_t from,
                          uint32_t step)
{
    for (uint64_t l = h->user_offset[user]; l < h->user_offset[user + 1]; l++) {
        bool again = l > h->user_offset[user] && h->basket[l] == h->basket[l - 1];
        if (!again && h->day[l] >= from && h->store[h->basket[l]] != AISLE_MISSING)
            count[h->store[h->basket[l]]] += step;
    }
}

static uint32_t home_of(uint32_t *count, const history *h, uint32_t user, int32_t from)
{
    uint32_t home = GROUPED_NONE;
    count_baskets(count, h, user, from, 1);
    for (uint64_t l = h->user_offset[user]; l < h->user_offset[user + 1]; l++) {
        uint32_t store = h->store[h->basket[l]];
        if (h->day[l] < from || store == AISLE_MISSING)
            continue;
        if (home == GROUPED_NONE || count[store] > count[home] ||
            (count[store] == count[home] && store < home))
            home = store;
    }
    count_baskets(count, h, user, from, UINT32_MAX);
    return home;
}

aisle_status popular_store_fit(void **state, const list_context *context, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const history *h = context->h;
    const popular_store_options *o = &context->options->popular_store;
    int32_t from = context_first_day(h, o->store_weeks);
    uint32_t *home = NEW_ARRAY(uint32_t, h->n_users);
    uint32_t *count = NEW_ZEROED(uint32_t, h->stores.count);
    TRY_ALLOC(home);
    TRY_ALLOC(count);
    for (uint32_t u = 0; u < h->n_users; u++)
        home[u] = h->store ? home_of(count, h, u, from) : GROUPED_NONE;
    grouping by = {(uint32_t)h->stores.count, home, h->store, o->weeks, o->prior};
    TRY(grouped_fit(state, context, &by, err));
done:
    mem_free(home);
    mem_free(count);
    return status;
}
