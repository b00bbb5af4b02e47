#include "data/weeks.h"

#include <inttypes.h>

#include "base/date.h"
#include "base/fail.h"
#include "base/mem.h"
#include "base/sort.h"
#include "data/week_labels.h"

#define NO_WEEK INT32_MIN

/* Every day with a sale and its week number; number[day - first], NO_WEEK without a sale. */
typedef struct day_weeks {
    int32_t first, last;
    int32_t *number;
    int32_t *label; /* [n_labels] from the first day's on, where the numbers jump; or NULL */
    size_t n_labels;
} day_weeks;

static aisle_status fail_on_day(aisle_error *err, int32_t day, int32_t a, int32_t b)
{
    char date[16];
    date_format(date, day);
    return fail(err, AISLE_ERROR_DATA,
                "%s is in week %" PRId32 " and in week %" PRId32
                ": expected one week a day (is data.receipts.time_zone right?)",
                date, a, b);
}

/* Numbers grow with the days. *jumps: by more than the days do. */
static aisle_status check_order(bool *jumps, const day_weeks *map, aisle_error *err)
{
    int32_t before = NO_WEEK, before_day = 0;
    *jumps = false;
    for (int32_t d = map->first; d <= map->last; d++) {
        int32_t number = map->number[d - map->first];
        if (number == NO_WEEK)
            continue;
        if (before != NO_WEEK && number < before) {
            char date[16];
            date_format(date, d);
            return fail(
                err, AISLE_ERROR_DATA,
                "week %" PRId32 " is followed by week %" PRId32
                " on %s: expected numbers that ascend with the days (with the year in front, "
                "such as 202401); without data.receipts.week they are counted from the first "
                "day",
                before, number, date);
        }
        *jumps |= before != NO_WEEK && (int64_t)number - before > d - before_day;
        before = number;
        before_day = d;
    }
    return AISLE_OK;
}

static aisle_status map_days(day_weeks *map, const int32_t *day, const int32_t *week, size_t n,
                             aisle_error *err)
{
    map->first = INT32_MAX;
    map->last = INT32_MIN;
    for (size_t i = 0; i < n; i++) {
        map->first = day[i] < map->first ? day[i] : map->first;
        map->last = day[i] > map->last ? day[i] : map->last;
    }
    size_t days = (size_t)((int64_t)map->last - map->first + 1);
    map->number = NEW_ARRAY(int32_t, days);
    if (!map->number)
        return fail_memory(err);
    for (size_t d = 0; d < days; d++)
        map->number[d] = NO_WEEK;
    for (size_t i = 0; i < n; i++) {
        int32_t *number = &map->number[day[i] - map->first];
        if (*number != NO_WEEK && *number != week[i])
            return fail_on_day(err, day[i], *number < week[i] ? *number : week[i],
                               *number < week[i] ? week[i] : *number);
        *number = week[i];
    }
    bool jumps;
    aisle_status status = check_order(&jumps, map, err);
    if (status != AISLE_OK || !jumps)
        return status;
    return week_numbers_straighten(&map->label, &map->n_labels, map->number, days, NO_WEEK, err);
}

/* The start of week `base` if all weeks are 7 days on one grid: the latest that fits. */
static bool find_grid(int32_t *start, const day_weeks *map, int32_t base)
{
    int64_t from = INT64_MIN, to = INT64_MAX;
    for (int32_t d = map->first; d <= map->last; d++) {
        int32_t number = map->number[d - map->first];
        if (number == NO_WEEK)
            continue;
        int64_t most = d - 7 * ((int64_t)number - base);
        to = most < to ? most : to;
        from = most - 6 > from ? most - 6 : from;
    }
    *start = (int32_t)to;
    return from <= to;
}

/* Weeks without a sale between a week and the next: 7 days after the one before, or earlier where
 * the next would not have a day left. seen is the last day with a sale before next's start. */
static void start_between(int32_t *start, int32_t last, int32_t next, int32_t seen)
{
    for (int32_t w = last + 1; w < next; w++) {
        int32_t by_seven = start[w - 1] + 7, room = start[next] - (next - w);
        if (w == last + 1 && by_seven <= seen)
            by_seven = seen + 1;
        start[w] = by_seven < room ? by_seven : room;
    }
}

/* Weeks start on their first day with a sale. */
static void start_on_sales(week_table *weeks, const day_weeks *map)
{
    int32_t last = -1, count = (int32_t)weeks->count, seen = map->first, end = INT32_MAX;
    for (int32_t d = map->first; d <= map->last; d++) {
        int32_t number = map->number[d - map->first];
        if (number == NO_WEEK || number < weeks->first)
            continue;
        int32_t w = number - weeks->first;
        if (w >= count) {
            end = d;
            break;
        }
        if (w != last) {
            weeks->start[w] = d;
            if (last >= 0)
                start_between(weeks->start, last, w, seen);
            last = w;
        }
        seen = d;
    }
    int32_t by_seven = weeks->start[count - 1] + 7;
    if (by_seven <= seen)
        by_seven = seen + 1;
    weeks->start[count] = by_seven < end ? by_seven : end;
}

static aisle_status number_from_source(week_table *out, const day_weeks *map, int32_t first_day,
                                       int32_t last_day, aisle_error *err)
{
    int32_t grid;
    out->first = map->number[first_day - map->first];
    out->count = (size_t)((int64_t)map->number[last_day - map->first] - out->first + 1);
    out->start = NEW_ARRAY(int32_t, out->count + 1);
    if (!out->start)
        return fail_memory(err);
    if (map->label) {
        size_t before = (size_t)(out->first - map->number[0]);
        out->label = mem_copy(map->label + before, out->count, sizeof *out->label);
        if (!out->label)
            return fail_memory(err);
    }
    if (find_grid(&grid, map, out->first)) {
        for (size_t w = 0; w <= out->count; w++)
            out->start[w] = grid + 7 * (int32_t)w;
        return AISLE_OK;
    }
    start_on_sales(out, map);
    return AISLE_OK;
}

aisle_status week_table_init(week_table *out, const int32_t *day, const int32_t *week, size_t n,
                             int32_t first_day, int32_t last_day, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    week_table weeks = {0};
    day_weeks map = {0};
    if (week) {
        TRY(map_days(&map, day, week, n, err));
        TRY(number_from_source(&weeks, &map, first_day, last_day, err));
    } else {
        weeks.first = 1;
        weeks.count = (size_t)(((int64_t)last_day - first_day) / 7 + 1);
        TRY_ALLOC(weeks.start = NEW_ARRAY(int32_t, weeks.count + 1));
        for (size_t w = 0; w <= weeks.count; w++)
            weeks.start[w] = first_day + 7 * (int32_t)w;
    }
    *out = weeks;
done:
    mem_free(map.number);
    mem_free(map.label);
    if (status)
        week_table_fini(&weeks);
    return status;
}

void week_table_fini(week_table *weeks)
{
    mem_free(weeks->start);
    mem_free(weeks->label);
    *weeks = (week_table){0};
}

int32_t week_first_day(const week_table *weeks, int32_t number)
{
    int64_t w = (int64_t)number - weeks->first, count = (int64_t)weeks->count;
    if (w < 0)
        return (int32_t)(weeks->start[0] + 7 * w);
    if (w > count)
        return (int32_t)(weeks->start[count] + 7 * (w - count));
    return weeks->start[w];
}

int32_t week_of_day(const week_table *weeks, int32_t day)
{
    int32_t count = (int32_t)weeks->count;
    if (day < weeks->start[0])
        return weeks->first - (weeks->start[0] - day + 6) / 7;
    if (day >= weeks->start[count])
        return weeks->first + count + (day - weeks->start[count]) / 7;
    int32_t low = 0, high = count - 1;
    while (low < high) {
        int32_t middle = low + (high - low + 1) / 2;
        if (weeks->start[middle] <= day)
            low = middle;
        else
            high = middle - 1;
    }
    return weeks->first + low;
}

bool weeks_go_by_day(const week_table *weeks, const day_counts *c, int32_t first_day,
                     int32_t last_day)
{
    bool starts = last_day > first_day;
    for (size_t i = 0; i < c->n; i++)
        if (c->day[i] >= first_day && c->day[i] <= last_day)
            starts &= (c->day[i] - weeks->start[0]) % 7 == 0;
    return starts;
}

/* What receipts a week has: days with some, and how far they reach from its first day. */
typedef struct week_fill {
    int32_t *days, *reach; /* [weeks.count] */
} week_fill;

static void fill_weeks(week_fill *f, const week_table *weeks, const day_counts *c, int32_t last_day)
{
    int32_t end = weeks->start[weeks->count];
    for (size_t i = 0; i < c->n && c->day[i] <= last_day; i++) {
        if (c->day[i] < weeks->start[0] || c->day[i] >= end)
            continue;
        size_t w = (size_t)(week_of_day(weeks, c->day[i]) - weeks->first);
        f->days[w]++;
        f->reach[w] = c->day[i] - weeks->start[w] + 1;
    }
}

/* Of weeks with receipts, the first and the last left out: the median, and what three in four
 * reach. 0 where there are fewer than two. */
typedef struct usual_fill {
    int32_t median, most;
} usual_fill;

static usual_fill usual_of(int32_t *of, size_t count)
{
    size_t n = 0;
    for (size_t w = 1; w + 1 < count; w++)
        if (of[w])
            of[n++] = of[w];
    if (n < 2)
        return (usual_fill){0, 0};
    sort_u32((uint32_t *)of, n);
    return (usual_fill){of[(n - 1) / 2], of[(n - 1) / 4]};
}

aisle_status weeks_judge_last(aisle_partial_week *out, const week_table *weeks, const day_counts *c,
                              int32_t last_day, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t last = weeks->count - 1;
    week_fill f = {NEW_ZEROED(int32_t, weeks->count), NEW_ZEROED(int32_t, weeks->count)};
    *out = (aisle_partial_week){0};
    TRY_ALLOC(f.days);
    TRY_ALLOC(f.reach);
    fill_weeks(&f, weeks, c, last_day);
    int32_t days = f.days[last], reach = f.reach[last];
    usual_fill usual = usual_of(f.days, weeks->count);
    usual_fill usual_reach = usual_of(f.reach, weeks->count);
    if (days > 0 && days < usual.median && (days < usual.most || reach < usual_reach.most))
        *out = (aisle_partial_week){(uint32_t)days,
                                    (uint32_t)usual.median,
                                    week_label(weeks, weeks->first + (int32_t)last),
                                    weeks->start[last],
                                    last_day,
                                    2 * days < usual.median && 2 * reach < usual_reach.median};
done:
    mem_free(f.days);
    mem_free(f.reach);
    return status;
}
