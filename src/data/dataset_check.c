/* Every invariant of dataset_type.h. */
#include "base/fail.h"
#include "data/dataset_type.h"

static aisle_status fail_check(aisle_error *err, const char *what, size_t where)
{
    return fail(err, AISLE_ERROR_DATA, "dataset: %s at %zu", what, where);
}

/* A line after the one before it, of one user. */
static bool lines_in_order(const aisle_dataset *d, size_t l)
{
    if (d->line.day[l - 1] != d->line.day[l])
        return d->line.day[l - 1] < d->line.day[l] &&
               d->line.basket[l - 1] + 1 == d->line.basket[l];
    if (d->line.basket[l - 1] != d->line.basket[l])
        return d->line.basket[l - 1] + 1 == d->line.basket[l];
    if (d->line.item[l - 1] != d->line.item[l])
        return d->line.item[l - 1] < d->line.item[l];
    return d->line.quantity[l - 1] > 0 && d->line.quantity[l] < 0;
}

static aisle_status check_lines(const aisle_dataset *d, aisle_error *err)
{
    for (size_t u = 0; u < d->users.count; u++) {
        if (d->user_offset[u] >= d->user_offset[u + 1])
            return fail_check(err, "a user without lines", u);
        for (uint64_t l = d->user_offset[u]; l < d->user_offset[u + 1]; l++) {
            if (d->line.item[l] >= d->items.count)
                return fail_check(err, "an item out of range", l);
            bool first = l == d->user_offset[u];
            uint32_t expected = l ? d->line.basket[l - 1] + 1 : 0;
            if (first ? d->line.basket[l] != expected : !lines_in_order(d, l))
                return fail_check(err, "a line out of order", l);
            if (d->line.day[l] < d->weeks.start[0] ||
                d->line.day[l] >= d->weeks.start[d->weeks.count])
                return fail_check(err, "a day outside of the weeks", l);
        }
    }
    return AISLE_OK;
}

static aisle_status check_stores(const aisle_dataset *d, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    if (!d->store)
        return AISLE_OK;
    TRY(id_table_check(&d->stores, err));
    for (size_t b = 0; b < d->baskets; b++)
        if (d->store[b] >= d->stores.count && d->store[b] != AISLE_MISSING)
            TRY(fail_check(err, "a store out of range", b));
done:
    return status;
}

static aisle_status check_promotions(const aisle_dataset *d, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    uint32_t stores = d->promotions.by_store ? (uint32_t)d->stores.count : 1;
    for (size_t w = 0; w < d->promotions.weeks; w++) {
        const promotion_week *week = &d->promotions.week[w];
        for (size_t i = 0; week->offset && i < d->items.count; i++) {
            uint32_t from = week->offset[i], end = week->offset[i + 1];
            if (from > end)
                TRY(fail_check(err, "promotions of a product out of order", i));
            for (uint32_t p = from; p < end; p++)
                if (!(week->place[p] & PROMOTION_MASK) ||
                    week->place[p] >> PROMOTION_BITS >= stores ||
                    (p > from &&
                     week->place[p - 1] >> PROMOTION_BITS >= week->place[p] >> PROMOTION_BITS))
                    TRY(fail_check(err, "a promotion out of order", p));
        }
    }
done:
    return status;
}

static aisle_status check_attributes(const attribute_table *t, size_t rows, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    if (t->rows != rows)
        TRY(fail_check(err, "a wrong number of rows of attributes", t->rows));
    for (size_t c = 0; c < t->columns; c++) {
        TRY(id_table_check(&t->levels[c], err));
        for (size_t r = 0; r < rows; r++)
            if (t->code[c][r] >= t->levels[c].count && t->code[c][r] != AISLE_MISSING)
                TRY(fail_check(err, "a category out of range", r));
    }
    if (t->department >= (int)t->columns || t->category >= (int)t->columns)
        TRY(fail_check(err, "a role of no column", t->columns));
done:
    return status;
}

aisle_status dataset_check(const aisle_dataset *d, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    TRY(id_table_check(&d->users, err));
    TRY(id_table_check(&d->items, err));
    if (d->user_offset[0] != 0 || d->user_offset[d->users.count] != d->line.n)
        TRY(fail_check(err, "user offsets that do not span the lines", d->users.count));
    for (size_t w = 0; w < d->weeks.count; w++)
        if (d->weeks.start[w] >= d->weeks.start[w + 1])
            TRY(fail_check(err, "a week without days", w));
    TRY(line_columns_check(&d->line, err));
    TRY(check_lines(d, err));
    if (d->baskets != (d->line.n ? (size_t)d->line.basket[d->line.n - 1] + 1 : 0))
        TRY(fail_check(err, "a wrong number of baskets", d->baskets));
    TRY(check_stores(d, err));
    TRY(check_promotions(d, err));
    TRY(check_attributes(&d->products, d->items.count, err));
    TRY(check_attributes(&d->households, d->users.count, err));
done:
    return status;
}
