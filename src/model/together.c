#include "model/together.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"

static void list_baskets(together *t)
{
    const history *h = t->h;
    for (size_t l = 0; l < h->lines; l++) {
        t->basket_line[h->basket[l] + 1] = l + 1;
        t->item_offset[h->item[l] + 1]++;
    }
    for (uint32_t i = 0; i < h->n_items; i++)
        t->item_offset[i + 1] += t->item_offset[i];
    for (size_t l = 0; l < h->lines; l++) {
        uint32_t item = h->item[l];
        t->item_basket[t->item_offset[item] + t->count[item]++] = h->basket[l];
    }
    memset(t->count, 0, h->n_items * sizeof *t->count);
}

aisle_status together_init(together *out, const history *h, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    together t = {.h = h};
    TRY_ALLOC(t.basket_line = NEW_ZEROED(uint64_t, h->baskets + 1));
    TRY_ALLOC(t.item_offset = NEW_ZEROED(uint64_t, (size_t)h->n_items + 1));
    TRY_ALLOC(t.item_basket = NEW_ARRAY(uint32_t, h->lines));
    TRY_ALLOC(t.count = NEW_ZEROED(uint32_t, h->n_items));
    list_baskets(&t);
    *out = t;
    return AISLE_OK;
done:
    together_fini(&t);
    return status;
}

void together_fini(together *t)
{
    mem_free(t->basket_line);
    mem_free(t->item_offset);
    mem_free(t->item_basket);
    mem_free(t->count);
    memset(t, 0, sizeof *t);
}

/* Adds to the count of every product in a basket with item. */
static void count_baskets(together *t, uint32_t item, uint32_t by)
{
    for (uint64_t e = t->item_offset[item]; e < t->item_offset[item + 1]; e++) {
        uint32_t basket = t->item_basket[e];
        for (uint64_t l = t->basket_line[basket]; l < t->basket_line[basket + 1]; l++)
            t->count[t->h->item[l]] += by;
    }
}

companion together_find(together *t, uint32_t user, uint32_t item, int64_t n)
{
    const history *h = t->h;
    companion best = {.item = HISTORY_NONE,
                      .baskets = (uint32_t)(t->item_offset[item + 1] - t->item_offset[item])};
    count_baskets(t, item, 1);
    for (uint64_t l = history_last_baskets(h, user, n); l < h->user_offset[user + 1]; l++) {
        uint32_t other = h->item[l], both = t->count[other];
        if (other == item || both == 0)
            continue;
        if (both > best.both || (both == best.both && other < best.item)) {
            best.item = other;
            best.both = both;
        }
    }
    count_baskets(t, item, UINT32_MAX);
    return best;
}
