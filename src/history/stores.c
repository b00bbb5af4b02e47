#include "base/fail.h"
#include "base/mem.h"
#include "history/history.h"

/* store: [baskets] of the history, by number of the dataset's store; returns how many baskets. */
static size_t copy_stores(uint32_t *store, const history *h, const aisle_dataset *d)
{
    size_t baskets = 0;
    for (size_t l = 0; l < h->lines; l++) {
        if (l > 0 && h->basket[l] == h->basket[l - 1])
            continue;
        if (store)
            store[baskets] = d->store[h->basket[l]];
        baskets++;
    }
    return baskets;
}

/* Numbers the stores that occur, in the order of the dataset; kept: their numbers there. */
static uint32_t number_stores(uint32_t *number, uint32_t *kept, uint32_t *store, size_t baskets,
                              size_t all)
{
    uint32_t count = 0;
    for (size_t b = 0; b < baskets; b++)
        if (store[b] != AISLE_MISSING)
            number[store[b]] = 1;
    for (uint32_t s = 0; s < all; s++) {
        if (!number[s])
            continue;
        kept[count] = s;
        number[s] = count++;
    }
    for (size_t b = 0; b < baskets; b++)
        if (store[b] != AISLE_MISSING)
            store[b] = number[store[b]];
    return count;
}

aisle_status history_init_stores(history *h, const aisle_dataset *d, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    uint32_t *number = NULL, *kept = NULL;
    if (!d->store)
        return AISLE_OK;
    size_t baskets = copy_stores(NULL, h, d);
    TRY_ALLOC(h->store = NEW_ARRAY(uint32_t, baskets));
    TRY_ALLOC(number = NEW_ZEROED(uint32_t, d->stores.count));
    TRY_ALLOC(kept = NEW_ARRAY(uint32_t, d->stores.count));
    copy_stores(h->store, h, d);
    uint32_t count = number_stores(number, kept, h->store, baskets, d->stores.count);
    TRY(id_table_subset(&h->stores, &d->stores, kept, count, err));
done:
    mem_free(number);
    mem_free(kept);
    return status;
}
