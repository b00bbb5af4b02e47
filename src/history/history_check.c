/* The invariants of both halves. */
#include <math.h>

#include "base/fail.h"
#include "data/limits.h"
#include "history/households.h"

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

static bool is_moment(int32_t day)
{
    return day >= DATA_FIRST_DAY && day <= DATA_LAST_DAY + 1;
}

/* ---- Assortment ---- */

static aisle_status check_promotions(const assortment *a, aisle_error *err)
{
    const promotion_view *v = &a->promotions;
    if (!v->offset)
        return AISLE_OK;
    uint64_t rows = ((uint64_t)v->before + v->ahead) * a->n_items;
    uint32_t stores = v->by_store ? (uint32_t)a->stores.count : 1;
    MUST(!v->by_store || a->has_stores, "promotions of stores that are not known");
    for (uint32_t w = 0; w < v->before + v->ahead + 1; w++)
        MUST(v->start[w] < v->start[w + 1] && is_moment(v->start[w]), "weeks of promotions");
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

static aisle_status check_labels(const assortment *a, aisle_error *err)
{
    if (!a->label_offset)
        return AISLE_OK;
    MUST(a->label_offset[0] == 0, "labels");
    for (uint32_t i = 0; i < a->n_items; i++)
        MUST(a->label_offset[i] < a->label_offset[i + 1], "labels");
    for (uint32_t i = 0; i < a->n_items; i++)
        MUST(a->label_bytes[a->label_offset[i + 1] - 1] == '\0', "labels");
    return AISLE_OK;
}

aisle_status assortment_check(const assortment *a, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    MUST(a->items.count == a->n_items, "ids of another number");
    MUST(is_moment(a->as_of), "as of a day after the year 9999");
    MUST(a->first_day < a->as_of && a->first_day >= DATA_FIRST_DAY, "a first day that is none");
    TRY(check_ids(&a->items, "ids of items out of order", err));
    TRY(check_ids(&a->left_out, "ids of what is left out", err));
    if (a->has_stores)
        TRY(check_ids(&a->stores, "ids of stores out of order", err));
    TRY(check_promotions(a, err));
    TRY(check_attributes(&a->products, a->n_items, err));
    TRY(check_attributes(&a->segments, 0, err));
    TRY(check_labels(a, err));
done:
    return status;
}

/* ---- Households ---- */

static aisle_status check_baskets(const households *h, aisle_error *err)
{
    for (size_t b = 0; b < h->baskets; b++) {
        MUST(h->basket_day[b] < h->as_of, "a purchase at or after its time");
        MUST(h->basket_day[b] >= DATA_FIRST_DAY, "a day before the year 1");
        MUST(!h->store || h->store[b] == AISLE_MISSING || h->store[b] < h->a->stores.count,
             "a store out of range");
        MUST(!h->foreign || (h->foreign[b].quantity >= 0 && isfinite(h->foreign[b].quantity) &&
                             isfinite(h->foreign[b].value)),
             "sums of unknown products that are not finite");
    }
    for (uint32_t u = 0; u < h->n_users; u++) {
        MUST(h->basket_offset[u] < h->basket_offset[u + 1], "a household without a basket");
        for (uint64_t b = h->basket_offset[u] + 1; b < h->basket_offset[u + 1]; b++)
            MUST(h->basket_day[b - 1] <= h->basket_day[b], "baskets out of order");
    }
    return AISLE_OK;
}

static aisle_status check_lines(const households *h, aisle_error *err)
{
    const line_columns *line = &h->line;
    aisle_error amount = AISLE_ERROR_INIT;
    MUST(line_columns_check(line, &amount) == AISLE_OK, amount.message);
    for (uint32_t u = 0; u < h->n_users; u++)
        for (uint64_t l = h->user_offset[u]; l < h->user_offset[u + 1]; l++) {
            uint32_t basket = line->basket[l];
            MUST(line->item[l] < h->a->n_items, "an item out of range");
            MUST(line->quantity[l] > 0, "a quantity that is not positive");
            MUST(basket >= h->basket_offset[u] && basket < h->basket_offset[u + 1],
                 "a basket out of range");
            MUST(line->day[l] == h->basket_day[basket], "a line of another day than its basket");
            MUST(l == h->user_offset[u] || line->basket[l - 1] <= basket, "lines out of order");
        }
    return AISLE_OK;
}

static aisle_status check_pairs(const households *h, aisle_error *err)
{
    for (size_t l = 0; l < h->line.n; l++)
        MUST(h->pair_line[l] < h->line.n, "a pair's line out of range");
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
                MUST(l >= from && l < end && h->line.item[l] == h->pair_item[p],
                     "a pair with another pair's line");
                MUST(k == h->pair_line_offset[p] || h->pair_line[k - 1] < l,
                     "a pair's lines out of order");
            }
        }
    }
    return AISLE_OK;
}

static aisle_status check_levels(const households *h, aisle_error *err)
{
    for (size_t c = 0; c < h->a->segments.columns; c++)
        for (uint32_t u = 0; u < h->n_users; u++)
            MUST(h->level[c][u] == AISLE_MISSING || h->level[c][u] < h->a->segments.levels[c].count,
                 "a household's level out of range");
    return AISLE_OK;
}

aisle_status households_check(const households *h, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    MUST(h->users.count == h->n_users, "ids of another number");
    MUST(is_moment(h->as_of), "as of a day after the year 9999");
    MUST(h->baskets < UINT32_MAX, "too many baskets");
    MUST(!h->a->promotions.offset == !h->line.promotion, "promotions that are not whole");
    TRY(check_ids(&h->users, "ids of users out of order", err));
    TRY(check_offsets(h->user_offset, h->n_users, h->line.n, "users' offsets", err));
    TRY(check_offsets(h->basket_offset, h->n_users, h->baskets, "baskets' offsets", err));
    TRY(check_baskets(h, err));
    TRY(check_lines(h, err));
    TRY(check_offsets(h->pair_offset, h->n_users, h->pairs, "pairs' offsets", err));
    MUST(h->pair_line_offset[h->pairs] == h->line.n, "pairs that don't cover the lines");
    for (size_t p = 0; p < h->pairs; p++)
        MUST(h->pair_item[p] < h->a->n_items && h->pair_line_offset[p] <= h->line.n,
             "a pair out of range");
    TRY(check_pairs(h, err));
    TRY(check_levels(h, err));
done:
    return status;
}
