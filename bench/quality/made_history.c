#include "made_history.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/rng.h"
#include "base/sort.h"

/* Lines on their way. */
typedef struct made_lines {
    uint32_t *user, *item, *basket; /* [lines] numbers from 0 */
    int32_t *day;
    double *one; /* quantity, and value */
    size_t lines;
    uint32_t baskets;
} made_lines;

enum { AS_OF = 18000, DAYS = 364, VISITS_MOST = 150 };

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

static void add_lines(made_lines *m, uint32_t user, const sort_pair *lines, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        size_t to = m->lines++;
        if (i > 0 && lines[i].key >> 32 != lines[i - 1].key >> 32)
            m->baskets++;
        m->user[to] = user;
        m->item[to] = (uint32_t)lines[i].key;
        m->day[to] = AS_OF - DAYS + (int32_t)(lines[i].key >> 32);
        m->basket[to] = m->baskets;
        m->one[to] = 1;
    }
    m->baskets++;
}

static aisle_status make_lines(made_lines *m, const made_size *size, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    double mean = (double)size->pairs / size->users;
    size_t most = 0;
    uint32_t longest = (uint32_t)(2.18 * mean) + 2;
    sort_pair *lines = NEW_ARRAY(sort_pair, 2 * (size_t)longest);
    TRY_ALLOC(lines);
    for (uint32_t u = 0; u < size->users; u++) {
        rng r = rng_init(1, u);
        most += draw_count(&r, mean);
    }
    TRY_ALLOC(m->user = NEW_ARRAY(uint32_t, most));
    TRY_ALLOC(m->item = NEW_ARRAY(uint32_t, most));
    TRY_ALLOC(m->basket = NEW_ARRAY(uint32_t, most));
    TRY_ALLOC(m->day = NEW_ARRAY(int32_t, most));
    TRY_ALLOC(m->one = NEW_ARRAY(double, most));
    for (uint32_t u = 0; u < size->users; u++) {
        rng r = rng_init(1, u);
        uint32_t n = draw_count(&r, mean);
        add_lines(m, u, lines, draw_lines(lines, n, size->items, &r));
    }
done:
    mem_free(lines);
    return status;
}

static void made_lines_fini(made_lines *m)
{
    mem_free(m->user);
    mem_free(m->item);
    mem_free(m->basket);
    mem_free(m->day);
    mem_free(m->one);
}

aisle_status made_history_init(made_history *out, const made_size *size, const aisle_config *config,
                               aisle_error *err)
{
    aisle_status status = AISLE_OK;
    made_lines m = {0};
    aisle_dataset *d = NULL;
    int64_t *ids = NULL;
    if (size->users == 0 || size->items == 0 || size->pairs < size->users)
        return fail(err, AISLE_ERROR_ARGUMENT, "users, items, and a pair a user are needed");
    TRY(make_lines(&m, size, err));
    size_t most = m.lines > size->items ? m.lines : size->items;
    TRY_ALLOC(ids = NEW_ARRAY(int64_t, most));
    for (size_t i = 0; i < most; i++)
        ids[i] = (int64_t)i + 1;
    aisle_receipts receipts = {.lines = m.lines,
                               .user = {m.user, {.count = size->users, .ints = ids}},
                               .item = {m.item, {.count = size->items, .ints = ids}},
                               .basket = {m.basket, {.count = m.baskets, .ints = ids}},
                               .day = m.day,
                               .quantity = m.one,
                               .value = m.one};
    TRY(aisle_dataset_build(&d, &receipts, NULL, NULL, config, err));
    TRY(history_init(&out->a, &out->h, d, AS_OF, NULL, err));
done:
    aisle_dataset_free(d);
    made_lines_fini(&m);
    mem_free(ids);
    return status;
}
