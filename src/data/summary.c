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
        [AISLE_REASON_NO_CARD] = "without a card",
        [AISLE_REASON_DAYS] = "outside of the days from and until",
        [AISLE_REASON_WHERE] = "left out by where",
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
    line_columns copy = {0};
    size_t most = 0;
    for (size_t u = 0; u < d->users.count; u++) {
        size_t n = d->user_offset[u + 1] - d->user_offset[u];
        most = n > most ? n : most;
    }
    TRY(line_columns_init(&copy, most, 0, err));
    for (size_t u = 0; u < d->users.count; u++) {
        size_t from = d->user_offset[u], cancelled;
        copy.n = d->user_offset[u + 1] - from;
        line_columns_copy(&copy, 0, &d->line, from, copy.n);
        TRY(returns_cancel(&copy, &cancelled, err));
        d->summary.cancelled += cancelled;
    }
done:
    line_columns_fini(&copy);
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
    for (size_t l = 0; l < d->line.n; l++)
        lines += item_row[d->line.item[l]] == AISLE_MISSING;
    for (size_t u = 0; u < d->users.count; u++)
        users += user_row[u] == AISLE_MISSING;
    d->summary.lines_without_product = (double)lines / (double)d->line.n;
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
    s->lines = d->line.n;
    s->households = d->users.count;
    s->items = d->items.count;
    s->first_day = s->last_day = d->line.day[0];
    for (size_t l = 0; l < d->line.n; l++) {
        s->first_day = d->line.day[l] < s->first_day ? d->line.day[l] : s->first_day;
        s->last_day = d->line.day[l] > s->last_day ? d->line.day[l] : s->last_day;
        s->value += d->line.value[l];
    }
    s->own_days[0] = s->first_day;
    s->own_days[1] = s->last_day;
    s->has_discounts = d->line.discount != NULL;
    for (size_t l = 0; d->line.discount && l < d->line.n; l++)
        s->discounted += d->line.discount[l] > 0;
    s->discounted /= (double)d->line.n;
    TRY(count_without_attributes(d, products, households, err));
    if (s->returns)
        TRY(count_cancelled(d, err));
done:
    return status;
}
