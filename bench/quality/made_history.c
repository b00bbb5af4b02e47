#include "made_history.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/rng.h"
#include "base/sort.h"

enum { AS_OF = 18000, DAYS = 364, VISITS_MOST = 150 };

static aisle_status number_ids(id_table *out, size_t n, aisle_error *err)
{
    *out = (id_table){.count = n, .is_int = true, .ints = NEW_ARRAY(int64_t, n)};
    if (!out->ints)
        return fail_memory(err);
    for (size_t i = 0; i < n; i++)
        out->ints[i] = (int64_t)i + 1;
    return AISLE_OK;
}

/* Draws so that about `mean` of them are distinct where there are many items. */
static uint32_t draw_count(rng *r, double mean)
{
    return (uint32_t)(2.18 * mean * rng_unit(r)) + 1;
}

/* A line as (day, item) in one number: they sort by day, then item. */
static uint32_t draw_lines(sort_pair *lines, uint32_t n, uint32_t items, rng *r)
{
    uint32_t visits = 1 + rng_below(r, VISITS_MOST), kept = 0;
    for (uint32_t i = 0; i < n; i++) {
        double x = rng_unit(r);
        uint32_t item = (uint32_t)(x * x * x * items);
        uint64_t day = (uint64_t)rng_below(r, visits) * DAYS / visits;
        lines[i] = (sort_pair){day << 32 | item, 0};
    }
    sort_pairs(lines, lines + n, n);
    for (uint32_t i = 0; i < n; i++)
        if (kept == 0 || lines[kept - 1].key != lines[i].key)
            lines[kept++] = lines[i];
    return kept;
}

static void add_lines(history *h, const sort_pair *lines, uint32_t n, uint32_t *basket)
{
    for (uint32_t i = 0; i < n; i++) {
        size_t to = h->lines++;
        if (i > 0 && lines[i].key >> 32 != lines[i - 1].key >> 32)
            ++*basket;
        h->item[to] = (uint32_t)lines[i].key;
        h->day[to] = AS_OF - DAYS + (int32_t)(lines[i].key >> 32);
        h->basket[to] = *basket;
        h->quantity[to] = 1;
        h->value[to] = 1;
    }
    ++*basket;
}

static aisle_status make_lines(history *h, const made_size *size, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    double mean = (double)size->pairs / size->users;
    size_t most = 0;
    uint32_t longest = (uint32_t)(2.18 * mean) + 2, basket = 0;
    sort_pair *lines = NEW_ARRAY(sort_pair, 2 * (size_t)longest);
    TRY_ALLOC(lines);
    for (uint32_t u = 0; u < size->users; u++) {
        rng r = rng_init(1, u);
        most += draw_count(&r, mean);
    }
    TRY_ALLOC(h->user_offset = NEW_ZEROED(uint64_t, (size_t)size->users + 1));
    TRY_ALLOC(h->item = NEW_ARRAY(uint32_t, most));
    TRY_ALLOC(h->day = NEW_ARRAY(int32_t, most));
    TRY_ALLOC(h->basket = NEW_ARRAY(uint32_t, most));
    TRY_ALLOC(h->quantity = NEW_ARRAY(float, most));
    TRY_ALLOC(h->value = NEW_ARRAY(double, most));
    for (uint32_t u = 0; u < size->users; u++) {
        rng r = rng_init(1, u);
        uint32_t n = draw_count(&r, mean);
        add_lines(h, lines, draw_lines(lines, n, size->items, &r), &basket);
        h->user_offset[u + 1] = h->lines;
    }
    h->baskets = basket;
done:
    mem_free(lines);
    return status;
}

aisle_status made_history_init(history *out, const made_size *size, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    history h = {.as_of = AS_OF, .n_users = size->users, .n_items = size->items};
    if (size->users == 0 || size->items == 0 || size->pairs < size->users)
        return fail(err, AISLE_ERROR_ARGUMENT, "users, items, and a pair a user are needed");
    TRY(number_ids(&h.users, size->users, err));
    TRY(number_ids(&h.items, size->items, err));
    TRY(make_lines(&h, size, err));
    TRY(history_init_pairs(&h, err));
    *out = h;
    memset(&h, 0, sizeof h);
done:
    history_fini(&h);
    return status;
}
