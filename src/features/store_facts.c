#include "features/store_facts.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/sort.h"

static bool counts(const history *h, size_t line)
{
    return h->day[line] >= h->as_of - 7 * STORE_WEEKS && h->store[h->basket[line]] != AISLE_MISSING;
}

/* Lines that count, by store and item. */
static aisle_status sort_lines(sort_pair **out, size_t *n, const history *h, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    sort_pair *scratch = NULL, *pairs = NULL;
    *n = 0;
    for (size_t l = 0; l < h->lines; l++)
        *n += counts(h, l);
    TRY_ALLOC(pairs = NEW_ARRAY(sort_pair, *n));
    TRY_ALLOC(scratch = NEW_ARRAY(sort_pair, *n));
    size_t at = 0;
    for (size_t l = 0; l < h->lines; l++)
        if (counts(h, l))
            pairs[at++] =
                (sort_pair){(uint64_t)h->store[h->basket[l]] << 32 | h->item[l], (uint32_t)l};
    sort_pairs(pairs, scratch, *n);
    *out = pairs;
    pairs = NULL;
done:
    mem_free(scratch);
    mem_free(pairs);
    return status;
}

static aisle_status count_sales(store_facts *f, const history *h, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    sort_pair *pairs = NULL;
    size_t n, sales = 0, stores = h->stores.count;
    TRY(sort_lines(&pairs, &n, h, err));
    for (size_t i = 0; i < n; i++)
        sales += i == 0 || pairs[i].key != pairs[i - 1].key;
    TRY_ALLOC(f->sale = NEW_ARRAY(store_sale, sales));
    sales = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t store = (uint32_t)(pairs[i].key >> 32), item = (uint32_t)pairs[i].key;
        int32_t day = h->day[pairs[i].value];
        if (i == 0 || pairs[i].key != pairs[i - 1].key) {
            f->sale[sales++] = (store_sale){item, 0, 0, day};
            f->sale_offset[store + 1]++;
        }
        store_sale *s = &f->sale[sales - 1];
        s->lines += 1;
        s->lines_4w += day >= h->as_of - 28;
        s->last_day = day > s->last_day ? day : s->last_day;
        f->lines[store] += 1;
        f->item_share[item] += 1;
    }
    for (size_t s = 0; s < stores; s++)
        f->sale_offset[s + 1] += f->sale_offset[s];
    for (uint32_t i = 0; i < h->n_items; i++)
        f->item_share[i] = n > 0 ? f->item_share[i] / (float)n : 0;
done:
    mem_free(pairs);
    return status;
}

aisle_status store_facts_init(store_facts *out, const history *h, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    memset(out, 0, sizeof *out);
    if (!h->store || h->stores.count == 0)
        return AISLE_OK;
    TRY_ALLOC(out->sale_offset = NEW_ZEROED(uint64_t, (size_t)h->stores.count + 1));
    TRY_ALLOC(out->lines = NEW_ZEROED(float, h->stores.count));
    TRY_ALLOC(out->item_share = NEW_ZEROED(float, h->n_items));
    TRY(count_sales(out, h, err));
    TRY(household_stores_init(&out->own, h, (stores_that_count){NULL, false}, err));
done:
    if (status != AISLE_OK)
        store_facts_fini(out);
    return status;
}

void store_facts_fini(store_facts *f)
{
    mem_free(f->sale_offset);
    mem_free(f->sale);
    mem_free(f->lines);
    mem_free(f->item_share);
    household_stores_fini(&f->own);
    memset(f, 0, sizeof *f);
}

const store_sale *store_facts_find(const store_facts *f, uint32_t store, uint32_t item)
{
    uint64_t low = f->sale_offset[store], end = f->sale_offset[store + 1];
    for (uint64_t high = end; low < high;) {
        uint64_t middle = low + (high - low) / 2;
        if (f->sale[middle].item < item)
            low = middle + 1;
        else
            high = middle;
    }
    return low < end && f->sale[low].item == item ? &f->sale[low] : NULL;
}
