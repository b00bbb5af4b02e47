#include "data/summary.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "data/returns.h"

const char *aisle_reason_name(aisle_reason reason)
{
    static const char *const names[AISLE_REASON_COUNT] = {
        [AISLE_REASON_REJECTED] = "could not be read",
        [AISLE_REASON_QUANTITY] = "quantity too small",
        [AISLE_REASON_VALUE] = "value too small",
        [AISLE_REASON_PRICE] = "price out of bounds",
        [AISLE_REASON_DEPARTMENT] = "department left out",
        [AISLE_REASON_CATEGORY] = "category left out or missing",
        [AISLE_REASON_DUPLICATE] = "duplicate",
        [AISLE_REASON_MERGED] = "summed into another line of its basket",
    };
    return (unsigned)reason < AISLE_REASON_COUNT ? names[reason] : "unknown";
}

void aisle_dataset_summarise(aisle_dataset_summary *out, const aisle_dataset *dataset)
{
    *out = dataset->summary;
}

/* Lines that returns cancel over all weeks, worked out on a copy of each user's lines. */
static aisle_status count_cancelled(aisle_dataset *d, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    return_lines copy = {0};
    size_t most = 0;
    for (size_t u = 0; u < d->users.count; u++) {
        size_t n = d->user_offset[u + 1] - d->user_offset[u];
        most = n > most ? n : most;
    }
    TRY_ALLOC(copy.item = NEW_ARRAY(uint32_t, most));
    TRY_ALLOC(copy.day = NEW_ARRAY(int32_t, most));
    TRY_ALLOC(copy.basket = NEW_ARRAY(uint32_t, most));
    TRY_ALLOC(copy.quantity = NEW_ARRAY(float, most));
    TRY_ALLOC(copy.value = NEW_ARRAY(double, most));
    for (size_t u = 0; u < d->users.count; u++) {
        size_t from = d->user_offset[u], n = d->user_offset[u + 1] - from, left, cancelled;
        memcpy(copy.item, d->item + from, n * sizeof *copy.item);
        memcpy(copy.day, d->day + from, n * sizeof *copy.day);
        memcpy(copy.basket, d->basket + from, n * sizeof *copy.basket);
        memcpy(copy.quantity, d->quantity + from, n * sizeof *copy.quantity);
        memcpy(copy.value, d->value + from, n * sizeof *copy.value);
        TRY(returns_cancel(&left, &cancelled, &copy, n, err));
        d->summary.cancelled += cancelled;
    }
done:
    mem_free(copy.item);
    mem_free(copy.day);
    mem_free(copy.basket);
    mem_free(copy.quantity);
    mem_free(copy.value);
    return status;
}

static aisle_status count_without_attributes(aisle_dataset *d, const attribute_source *products,
                                             const attribute_source *households, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t lines = 0, users = 0;
    uint32_t *item_row = NEW_ARRAY(uint32_t, d->items.count);
    uint32_t *user_row = NEW_ARRAY(uint32_t, d->users.count);
    TRY_ALLOC(item_row);
    TRY_ALLOC(user_row);
    TRY(attribute_source_find(item_row, products, &d->items, err));
    TRY(attribute_source_find(user_row, households, &d->users, err));
    for (size_t l = 0; l < d->lines; l++)
        lines += item_row[d->item[l]] == AISLE_MISSING;
    for (size_t u = 0; u < d->users.count; u++)
        users += user_row[u] == AISLE_MISSING;
    d->summary.lines_without_product = (double)lines / (double)d->lines;
    d->summary.households_without_attributes = (double)users / (double)d->users.count;
done:
    mem_free(item_row);
    mem_free(user_row);
    return status;
}

aisle_status summary_count(aisle_dataset *d, const attribute_source *products,
                           const attribute_source *households, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    aisle_dataset_summary *s = &d->summary;
    s->lines = d->lines;
    s->households = d->users.count;
    s->items = d->items.count;
    s->first_day = s->last_day = d->day[0];
    for (size_t l = 0; l < d->lines; l++) {
        s->first_day = d->day[l] < s->first_day ? d->day[l] : s->first_day;
        s->last_day = d->day[l] > s->last_day ? d->day[l] : s->last_day;
        s->value += d->value[l];
    }
    s->has_discounts = d->discount != NULL;
    for (size_t l = 0; d->discount && l < d->lines; l++)
        s->discounted += d->discount[l] > 0;
    s->discounted /= (double)d->lines;
    TRY(count_without_attributes(d, products, households, err));
    if (s->returns)
        TRY(count_cancelled(d, err));
done:
    return status;
}
