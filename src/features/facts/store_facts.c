#include "features/facts/store_facts.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/sort.h"
#include "history/day_sums.h"

static bool counts(const households *h, size_t line)
{
    return h->line.day[line] >= h->as_of - 7 * STORE_WEEKS &&
           households_store(h, h->line.basket[line]) != AISLE_MISSING;
}

/* Lines that count, by store and item. */
static aisle_status sort_lines(sort_pair **out, size_t *n, const households *h, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    sort_pair *scratch = NULL, *pairs = NULL;
    *n = 0;
    for (size_t l = 0; l < h->line.n; l++)
        *n += counts(h, l);
    TRY_ALLOC(pairs = NEW_ARRAY(sort_pair, *n));
    TRY_ALLOC(scratch = NEW_ARRAY(sort_pair, *n));
    size_t at = 0;
    for (size_t l = 0; l < h->line.n; l++)
        if (counts(h, l))
            pairs[at++] = (sort_pair){(uint64_t)h->store[h->line.basket[l]] << 32 | h->line.item[l],
                                      (uint32_t)l};
    sort_pairs(pairs, scratch, *n);
    *out = pairs;
    pairs = NULL;
done:
    mem_free(scratch);
    mem_free(pairs);
    return status;
}

enum { LINES, LINES_4W, LAST };

static const tally_column columns[] = {[LINES] = {"lines", TALLY_CELL, TALLY_ADD, 1},
                                       [LINES_4W] = {"lines_4w", TALLY_CELL, TALLY_ADD, 1},
                                       [LAST] = {"last_day", TALLY_CELL, TALLY_MOST, 1}};

static aisle_status sum_sales(tally *t, const households *h, const candidates_options *options,
                              aisle_error *err)
{
    aisle_status status = AISLE_OK;
    sort_pair *pairs = NULL;
    size_t n, cells = 0;
    (void)options;
    TRY(sort_lines(&pairs, &n, h, err));
    for (size_t i = 0; i < n; i++)
        cells += i == 0 || pairs[i].key != pairs[i - 1].key;
    TRY(tally_init_cells(t, cells, err));
    cells = 0;
    for (size_t i = 0; i < n; i++) {
        int32_t day = h->line.day[pairs[i].value];
        if (i == 0 || pairs[i].key != pairs[i - 1].key)
            t->key[cells++] = pairs[i].key;
        int64_t *last = &tally_counts(t, LAST)[cells - 1];
        tally_counts(t, LINES)[cells - 1]++;
        tally_counts(t, LINES_4W)[cells - 1] += day >= h->as_of - 28;
        *last = day > *last ? day : *last;
    }
done:
    mem_free(pairs);
    return status;
}

const tally_part store_facts_part = {"stores", TALLY_STORES, 3, columns, sum_sales};

static void take_sales(store_facts *f, const tally *t, const assortment *a)
{
    double all = 0;
    for (size_t c = 0; c < f->sales; c++) {
        uint32_t store = (uint32_t)(t->key[c] >> 32), item = (uint32_t)t->key[c];
        float lines = (float)tally_counts(t, LINES)[c];
        f->sale[c] = (store_sale){item, lines, (float)tally_counts(t, LINES_4W)[c],
                                  (int32_t)tally_counts(t, LAST)[c]};
        f->sale_offset[store + 1]++;
        f->lines[store] += lines;
        f->item_share[item] += lines;
        all += (double)lines;
    }
    for (size_t s = 0; s < a->stores.count; s++)
        f->sale_offset[s + 1] += f->sale_offset[s];
    for (uint32_t i = 0; i < a->n_items; i++)
        f->item_share[i] = all > 0 ? f->item_share[i] / (float)all : 0;
}

aisle_status store_facts_init(store_facts *out, const households *h, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const tally *t;
    tally own = {0};
    memset(out, 0, sizeof *out);
    if (!h->a->has_stores || h->a->stores.count == 0)
        return AISLE_OK;
    TRY(sums_of(&t, &own, &store_facts_part, h, NULL, err));
    out->sales = t->count[TALLY_CELL];
    TRY_ALLOC(out->sale = NEW_ARRAY(store_sale, out->sales));
    TRY_ALLOC(out->sale_offset = NEW_ZEROED(uint64_t, (size_t)h->a->stores.count + 1));
    TRY_ALLOC(out->lines = NEW_ZEROED(float, h->a->stores.count));
    TRY_ALLOC(out->item_share = NEW_ZEROED(float, h->a->n_items));
    take_sales(out, t, h->a);
done:
    tally_fini(&own);
    if (status != AISLE_OK)
        store_facts_fini(out, true);
    return status;
}

void store_facts_fini(store_facts *f, bool owns_arrays)
{
    if (owns_arrays) {
        mem_free(f->sale_offset);
        mem_free(f->sale);
        mem_free(f->lines);
        mem_free(f->item_share);
    }
    memset(f, 0, sizeof *f);
}

size_t store_facts_arrays(state_array *out, store_facts *f, const assortment *a)
{
    size_t stores = a->stores.count, sales = f->sale ? f->sales : STATE_ANY;
    if (!a->has_stores || stores == 0)
        return 0;
    out[0] = (state_array){"sale_offset", sizeof *f->sale_offset, stores + 1,
                           (void **)&f->sale_offset, NULL};
    out[1] = (state_array){"sale", sizeof *f->sale, sales, (void **)&f->sale, &f->sales};
    out[2] = (state_array){"store_lines", sizeof *f->lines, stores, (void **)&f->lines, NULL};
    out[3] = (state_array){"store_share", sizeof *f->item_share, a->n_items,
                           (void **)&f->item_share, NULL};
    return 4;
}

static bool is_sale(const store_facts *f, uint64_t at, bool first, const assortment *a)
{
    const store_sale *s = &f->sale[at];
    return s->item < a->n_items && (first || f->sale[at - 1].item < s->item) && s->lines > 0 &&
           isfinite(s->lines) && s->lines_4w >= 0 && s->lines_4w <= s->lines &&
           s->last_day >= a->first_day && s->last_day < a->as_of;
}

aisle_status store_facts_check(const store_facts *f, const assortment *a, aisle_error *err)
{
    size_t stores = a->stores.count;
    if (!f->sale_offset)
        return AISLE_OK;
    bool good = f->sale_offset[0] == 0 && f->sale_offset[stores] == f->sales;
    for (size_t s = 0; good && s < stores; s++)
        good = f->sale_offset[s] <= f->sale_offset[s + 1] && f->sale_offset[s + 1] <= f->sales &&
               f->lines[s] >= 0 && isfinite(f->lines[s]);
    for (size_t s = 0; good && s < stores; s++)
        for (uint64_t i = f->sale_offset[s]; good && i < f->sale_offset[s + 1]; i++)
            good = is_sale(f, i, i == f->sale_offset[s], a);
    for (uint32_t i = 0; good && i < a->n_items; i++)
        good = f->item_share[i] >= 0 && f->item_share[i] <= 1;
    return good ? AISLE_OK : fail(err, AISLE_ERROR_FORMAT, "facts: of stores");
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
