#include "naive_features.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { DAYS = 7 * RECEIPTS_WEEKS };

/* By day from the first on: bit 0 the household bought, bit 1 the item. */
typedef struct calendar {
    uint8_t day[DAYS];
} calendar;

static calendar read_days(const naive_query *q)
{
    calendar c = {{0}};
    for (size_t l = 0; l < q->r->n; l++) {
        const receipt *line = &q->r->lines[l];
        if (line->user != q->user || line->day >= q->as_of)
            continue;
        c.day[line->day - RECEIPTS_FIRST_DAY] |= line->item == q->item ? 3 : 1;
    }
    return c;
}

/* Of the last n visits, or all: how many, and how many with the item. */
static void last_visits(const calendar *c, int n, double *visits, double *with)
{
    *visits = *with = 0;
    for (int d = DAYS - 1; d >= 0 && *visits < n; d--) {
        *visits += c->day[d] & 1;
        *with += c->day[d] >> 1;
    }
}

double naive_visit(const naive_query *q, const char *name)
{
    calendar c = read_days(q);
    double visits, with, since = 0, first = 0, streak = 0;
    last_visits(&c, DAYS, &visits, &with);
    if (strncmp(name, "share_", 6) == 0) {
        bool never = with == 0;
        last_visits(&c, atoi(name + 6), &visits, &with);
        return never ? 0 : with / visits;
    }
    for (int d = DAYS - 1; d >= 0 && !(c.day[d] & 2); d--)
        since += c.day[d] & 1;
    for (int d = 0; d < DAYS && !(c.day[d] & 2); d++)
        first += c.day[d] & 1;
    for (int d = DAYS - 1; d >= 0 && (c.day[d] == 0 || c.day[d] & 2); d--)
        streak += c.day[d] >> 1;
    if (strcmp(name, "streak") == 0)
        return with == 0 ? 0 : streak;
    if (with == 0)
        return NAN;
    double gap = with > 1 ? (visits - 1 - since - first) / (with - 1) : NAN;
    if (strcmp(name, "since") == 0)
        return since;
    if (strcmp(name, "gap") == 0)
        return gap;
    assert_string_equal(name, "since_over_gap");
    return since / gap;
}
