/* What sells in the store where the household shops most: the store of the most of its baskets in
 * the last store_weeks, of several the first by id. Without a store: what sells everywhere. */
#include "candidates/popular/grouped.h"
#include "candidates/retriever_table.h"

#include "base/fail.h"
#include "base/mem.h"

int64_t popular_store_quota(const candidates_options *options)
{
    return options->popular_store.quota;
}

/* count: [stores] all zero before and after. */
static uint32_t find_home(const void *state, const list_context *context, const asker *who,
                          uint32_t *count)
{
    const households *h = who->h;
    uint32_t home = GROUPED_NONE;
    int32_t from = history_weeks_before(h->as_of, context->options->popular_store.store_weeks);
    uint64_t first = h->basket_offset[who->user], end = h->basket_offset[who->user + 1];
    (void)state;
    while (first < end && h->basket_day[first] < from)
        first++;
    for (uint64_t b = first; b < end; b++)
        if (households_store(h, b) != AISLE_MISSING)
            count[h->store[b]]++;
    for (uint64_t b = first; b < end; b++) {
        uint32_t store = households_store(h, b);
        if (store != AISLE_MISSING && (home == GROUPED_NONE || count[store] > count[home] ||
                                       (count[store] == count[home] && store < home)))
            home = store;
    }
    for (uint64_t b = first; b < end; b++)
        if (households_store(h, b) != AISLE_MISSING)
            count[h->store[b]] = 0;
    return home;
}

aisle_status popular_store_adopt(void **state, const list_context *context, aisle_error *err)
{
    return grouped_adopt(state, context, (uint32_t)context->a->stores.count,
                         context->options->popular_store.prior, find_home, err);
}

static aisle_status sum_stores(tally *t, const households *h, const candidates_options *options,
                               aisle_error *err)
{
    uint32_t *nowhere = NEW_ARRAY(uint32_t, h->n_users);
    if (!nowhere)
        return fail_memory(err);
    for (uint32_t u = 0; u < h->n_users; u++)
        nowhere[u] = GROUPED_NONE;
    grouping by = {nowhere, h->store, options->popular_store.weeks};
    aisle_status status = grouped_sum(t, h, &by, err);
    mem_free(nowhere);
    return status;
}

const tally_part popular_store_part = {"popular_store", TALLY_STORES, GROUPED_COLUMNS,
                                       grouped_columns, sum_stores};

aisle_status popular_store_fit(void **state, const list_context *context, const households *h,
                               aisle_error *err)
{
    aisle_status status = AISLE_OK;
    void *adopted = NULL;
    TRY(popular_store_adopt(&adopted, context, err));
    TRY(grouped_fit(adopted, context, h, &popular_store_part, err));
    *state = adopted;
    adopted = NULL;
done:
    grouped_free(adopted, true);
    return status;
}
