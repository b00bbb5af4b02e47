#include "data/day_counts.h"

#include "base/fail.h"
#include "base/mem.h"

static void find_span(int32_t span[2], const int32_t *day, size_t n)
{
    span[0] = INT32_MAX;
    span[1] = INT32_MIN;
    for (size_t i = 0; i < n; i++) {
        span[0] = day[i] < span[0] ? day[i] : span[0];
        span[1] = day[i] > span[1] ? day[i] : span[1];
    }
}

static size_t keep_days(day_counts *c, const uint64_t *lines, size_t places, int32_t first)
{
    size_t n = 0;
    for (size_t p = 0; p < places; p++) {
        if (!lines[p])
            continue;
        c->day[n] = first + (int32_t)p;
        c->lines[n++] = lines[p];
    }
    return n;
}

aisle_status day_counts_init(day_counts *out, const aisle_receipts *r, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const int32_t *day = r->n_days ? r->days : r->day;
    const uint64_t *count = r->n_days ? r->day_lines : NULL;
    size_t n = r->n_days ? r->n_days : r->lines, places, days = 0;
    uint64_t *lines = NULL;
    day_counts made = {0};
    int32_t span[2];
    find_span(span, day, n);
    places = n ? (size_t)((int64_t)span[1] - span[0] + 1) : 0;
    TRY_ALLOC(lines = NEW_ZEROED(uint64_t, places));
    for (size_t i = 0; i < n; i++)
        lines[day[i] - span[0]] += count ? count[i] : 1;
    for (size_t p = 0; p < places; p++)
        days += lines[p] > 0;
    TRY_ALLOC(made.day = NEW_ARRAY(int32_t, days));
    TRY_ALLOC(made.lines = NEW_ARRAY(uint64_t, days));
    made.n = keep_days(&made, lines, places, span[0]);
    *out = made;
    made = (day_counts){0};
done:
    mem_free(lines);
    day_counts_fini(&made);
    return status;
}

void day_counts_fini(day_counts *c)
{
    mem_free(c->day);
    mem_free(c->lines);
    *c = (day_counts){0};
}
