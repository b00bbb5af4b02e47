#include "data/reader/day_list.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"

enum { ROOM = 512 }; /* days before and after those that are there */

/* Places for the day, too. */
static aisle_status make_room(day_list *d, int32_t day, aisle_error *err)
{
    int64_t first = d->first, end = first + (int64_t)d->places;
    if (d->places && day >= first && day < end)
        return AISLE_OK;
    int64_t from = !d->places || day < first ? (int64_t)day - ROOM : first;
    int64_t to = !d->places || day >= end ? (int64_t)day + ROOM : end;
    uint32_t *place = NEW_ZEROED(uint32_t, (size_t)(to - from));
    if (!place)
        return fail_memory(err);
    if (d->places)
        memcpy(place + (first - from), d->place, d->places * sizeof *place);
    mem_free(d->place);
    d->place = place;
    d->places = (size_t)(to - from);
    d->first = (int32_t)from;
    return AISLE_OK;
}

aisle_status day_list_add(day_list *d, int32_t day, int32_t week, aisle_error *err)
{
    aisle_status status = make_room(d, day, err);
    if (status != AISLE_OK)
        return status;
    uint32_t *place = &d->place[day - d->first];
    if (*place && d->week[*place - 1] == week) {
        d->rows[*place - 1]++;
        return AISLE_OK;
    }
    if (mem_grow(&d->day, &d->day_capacity, d->n + 1, sizeof *d->day) ||
        mem_grow(&d->week, &d->week_capacity, d->n + 1, sizeof *d->week) ||
        mem_grow(&d->rows, &d->rows_capacity, d->n + 1, sizeof *d->rows))
        return fail_memory(err);
    d->day[d->n] = day;
    d->rows[d->n] = 1;
    d->week[d->n++] = week;
    *place = (uint32_t)d->n;
    return AISLE_OK;
}

void day_list_fini(day_list *d)
{
    mem_free(d->day);
    mem_free(d->week);
    mem_free(d->rows);
    mem_free(d->place);
    memset(d, 0, sizeof *d);
}
