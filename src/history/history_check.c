#include <math.h>

#include "base/fail.h"
#include "data/limits.h"
#include "history/history.h"

#define MUST(condition, what)                                                                      \
    do {                                                                                           \
        if (!(condition))                                                                          \
            return fail(err, AISLE_ERROR_FORMAT, "history: %s", what);                             \
    } while (0)

static aisle_status check_ids(const id_table *table, const char *what, aisle_error *err)
{
    MUST(id_table_check(table, NULL) == AISLE_OK, what);
    return AISLE_OK;
}

static aisle_status check_offsets(const uint64_t *offset, size_t n, uint64_t end, const char *what,
                                  aisle_error *err)
{
    MUST(offset[0] == 0, what);
    for (size_t i = 0; i < n; i++)
        MUST(offset[i] <= offset[i + 1], what);
    MUST(offset[n] == end, what);
    return AISLE_OK;
}

static aisle_status check_lines(const history *h, aisle_error *err)
{
    for (size_t l = 0; l < h->lines; l++) {
        MUST(h->item[l] < h->n_items, "an item out of range");
        MUST(h->day[l] < h->as_of, "a purchase at or after its time");
        MUST(h->day[l] >= DATA_FIRST_DAY, "a day before the year 1");
        MUST(h->quantity[l] > 0 && isfinite(h->quantity[l]), "a quantity that is not positive");
        MUST(isfinite(h->value[l]), "a value that is not finite");
        MUST(!h->discount || (h->discount[l] >= 0 && isfinite(h->discount[l])),
             "a discount that is none");
    }
    size_t baskets = 0;
    for (uint32_t u = 0; u < h->n_users; u++)
        for (uint64_t l = h->user_offset[u]; l < h->user_offset[u + 1]; l++) {
            bool first = l == h->user_offset[u];
            MUST(first || h->day[l - 1] <= h->day[l], "lines out of order");
            baskets += first || h->basket[l] != h->basket[l - 1];
            MUST(h->basket[l] + (size_t)1 == baskets, "baskets out of order");
        }
    MUST(baskets == h->baskets, "baskets of another number");
    return AISLE_OK;
}

static aisle_status check_pairs(const history *h, aisle_error *err)
{
    for (size_t l = 0; l < h->lines; l++)
        MUST(h->pair_line[l] < h->lines, "a pair's line out of range");
    for (uint32_t u = 0; u < h->n_users; u++) {
        uint64_t from = h->user_offset[u], end = h->user_offset[u + 1];
        uint64_t first = h->pair_offset[u], last = h->pair_offset[u + 1];
        MUST(h->pair_line_offset[first] == from && h->pair_line_offset[last] == end,
             "pairs that don't cover their user");
        for (uint64_t p = first; p < last; p++) {
            MUST(h->pair_line_offset[p] < h->pair_line_offset[p + 1], "a pair without a line");
            MUST(p == first || h->pair_item[p - 1] < h->pair_item[p], "pairs out of order");
            for (uint64_t k = h->pair_line_offset[p]; k < h->pair_line_offset[p + 1]; k++) {
                uint32_t l = h->pair_line[k];
                MUST(l >= from && l < end && h->item[l] == h->pair_item[p],
                     "a pair with another pair's line");
                MUST(k == h->pair_line_offset[p] || h->pair_line[k - 1] < l,
                     "a pair's lines out of order");
            }
        }
    }
    return AISLE_OK;
}

static aisle_status check_stores(const history *h, aisle_error *err)
{
    if (!h->store)
        return AISLE_OK;
    for (size_t b = 0; b < h->baskets; b++)
        MUST(h->store[b] == AISLE_MISSING || h->store[b] < h->stores.count, "a store out of range");
    return check_ids(&h->stores, "ids of stores out of order", err);
}

static aisle_status check_promotions(const history *h, aisle_error *err)
{
    const promotion_view *v = &h->promotions;
    MUST(!v->offset == !h->line_promotion, "promotions that are not whole");
    if (!v->offset)
        return AISLE_OK;
    uint64_t rows = ((uint64_t)v->before + v->ahead) * h->n_items;
    uint32_t stores = v->by_store ? (uint32_t)h->stores.count : 1;
    MUST(!v->by_store || h->store, "promotions of stores that are not known");
    aisle_status status =
        check_offsets(v->offset, rows, v->offset[rows], "promotions' offsets", err);
    if (status != AISLE_OK)
        return status;
    for (uint64_t r = 0; r < rows; r++)
        for (uint64_t p = v->offset[r]; p < v->offset[r + 1]; p++) {
            MUST(v->place[p] & PROMOTION_MASK && v->place[p] >> PROMOTION_BITS < stores,
                 "a promotion out of range");
            MUST(p == v->offset[r] ||
                     v->place[p - 1] >> PROMOTION_BITS < v->place[p] >> PROMOTION_BITS,
                 "promotions out of order");
        }
    for (size_t l = 0; l < h->lines; l++)
        MUST(h->line_promotion[l] <= PROMOTION_MASK, "a line's promotion");
    return AISLE_OK;
}

static aisle_status check_attributes(const attribute_table *t, size_t rows, aisle_error *err)
{
    MUST(t->rows == rows, "attributes of another size");
    MUST(t->department >= -1 && t->department < (int)t->columns, "no such department column");
    MUST(t->category >= -1 && t->category < (int)t->columns, "no such category column");
    for (size_t c = 0; c < t->columns; c++) {
        aisle_status status = check_ids(&t->levels[c], "levels of a category out of order", err);
        if (status != AISLE_OK)
            return status;
        for (size_t r = 0; r < rows; r++)
            MUST(t->code[c][r] == AISLE_MISSING || t->code[c][r] < t->levels[c].count,
                 "a category out of range");
    }
    return AISLE_OK;
}

static aisle_status check_labels(const history *h, aisle_error *err)
{
    if (!h->label_offset)
        return AISLE_OK;
    MUST(h->label_offset[0] == 0, "labels");
    for (uint32_t i = 0; i < h->n_items; i++)
        MUST(h->label_offset[i] < h->label_offset[i + 1], "labels");
    for (uint32_t i = 0; i < h->n_items; i++)
        MUST(h->label_bytes[h->label_offset[i + 1] - 1] == '\0', "labels");
    return AISLE_OK;
}

aisle_status history_check(const history *h, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    MUST(h->users.count == h->n_users && h->items.count == h->n_items, "ids of another number");
    MUST(h->as_of >= DATA_FIRST_DAY && h->as_of <= DATA_LAST_DAY + 1,
         "as of a day after the year 9999");
    TRY(check_ids(&h->users, "ids of users out of order", err));
    TRY(check_ids(&h->items, "ids of items out of order", err));
    TRY(check_offsets(h->user_offset, h->n_users, h->lines, "users' offsets", err));
    TRY(check_lines(h, err));
    TRY(check_stores(h, err));
    TRY(check_promotions(h, err));
    TRY(check_offsets(h->pair_offset, h->n_users, h->pairs, "pairs' offsets", err));
    MUST(h->pair_line_offset[h->pairs] == h->lines, "pairs that don't cover the lines");
    for (size_t p = 0; p < h->pairs; p++)
        MUST(h->pair_item[p] < h->n_items && h->pair_line_offset[p] <= h->lines,
             "a pair out of range");
    TRY(check_pairs(h, err));
    TRY(check_attributes(&h->products, h->n_items, err));
    TRY(check_attributes(&h->households, h->n_users, err));
    TRY(check_labels(h, err));
done:
    return status;
}
