#include "naive_own.h"

#include "naive.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

static bool counts(const naive_lines *s, size_t l)
{
    return s->line[l].day < s->as_of;
}

/* ---- own_last ---- */

static bool is_later(const shop_line *a, const shop_line *b)
{
    return a->day != b->day ? a->day > b->day : a->basket > b->basket;
}

/* The user's baskets after the one of line l. */
static int baskets_since(const naive_lines *s, size_t l)
{
    int n = 0;
    for (size_t i = 0; i < s->n; i++) {
        const shop_line *line = &s->line[i];
        bool first = line->user == s->line[l].user && counts(s, i) && is_later(line, &s->line[l]);
        for (size_t j = 0; j < i && first; j++)
            first = s->line[j].basket != line->basket;
        n += first;
    }
    return n;
}

double naive_own_last(const naive_lines *lines, const own_last_options *o, int64_t user,
                      int64_t item)
{
    double sum = 0;
    bool listed = false;
    for (size_t l = 0; l < lines->n; l++) {
        if (lines->line[l].user != user || lines->line[l].item != item || !counts(lines, l))
            continue;
        int since = baskets_since(lines, l);
        if (since >= o->baskets)
            continue;
        sum += pow(o->decay, since);
        listed = true;
    }
    return listed ? sum : -1;
}

/* ---- own_due ---- */

static int compare_days(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* Whether the user bought the item on the day; item -1: any. */
static bool bought_on(const naive_lines *s, int64_t user, int64_t item, int32_t day)
{
    for (size_t l = 0; l < s->n; l++)
        if (s->line[l].user == user && (item < 0 || s->line[l].item == item) &&
            s->line[l].day == day && day < s->as_of)
            return true;
    return false;
}

static int32_t first_day(const naive_lines *s)
{
    int32_t first = s->as_of;
    for (size_t l = 0; l < s->n; l++)
        first = s->line[l].day < first ? s->line[l].day : first;
    return first;
}

/* Appends the gaps of a pair to gap[n ...]; returns the new n. */
static size_t add_gaps(double *gap, size_t n, const naive_lines *s, int64_t user, int64_t item)
{
    int32_t last = 0;
    bool any = false;
    for (int32_t day = first_day(s); day < s->as_of; day++) {
        if (!bought_on(s, user, item, day))
            continue;
        if (any)
            gap[n++] = day - last;
        last = day;
        any = true;
    }
    return n;
}

static double median(double *gap, size_t n)
{
    qsort(gap, n, sizeof *gap, compare_days);
    return n % 2 ? gap[n / 2] : (gap[n / 2 - 1] + gap[n / 2]) / 2;
}

static bool is_first_of_pair(const naive_lines *s, size_t l)
{
    for (size_t j = 0; j < l; j++)
        if (s->line[j].user == s->line[l].user && s->line[j].item == s->line[l].item)
            return false;
    return true;
}

/* All gaps of the item; -1: of all items. */
static size_t all_gaps(double *gap, const naive_lines *s, int64_t item)
{
    size_t n = 0;
    for (size_t l = 0; l < s->n; l++)
        if ((item < 0 || s->line[l].item == item) && is_first_of_pair(s, l))
            n = add_gaps(gap, n, s, s->line[l].user, s->line[l].item);
    return n;
}

static double usual_gap(const naive_lines *s, int64_t user, int64_t item)
{
    double *gap = NEW_ARRAY(double, s->n);
    size_t n = add_gaps(gap, 0, s, user, item);
    const naive_lines fit = {s->line, s->n, s->fit_as_of, s->fit_as_of};
    if (n < 2)
        n = all_gaps(gap, &fit, item);
    if (n == 0)
        n = all_gaps(gap, &fit, -1);
    double usual = n ? median(gap, n) : fit.as_of - first_day(&fit);
    mem_free(gap);
    return usual;
}

double naive_own_due(const naive_lines *lines, const own_due_options *o, int64_t user, int64_t item)
{
    int32_t last = lines->as_of - 1;
    while (!bought_on(lines, user, item, last))
        last--;
    double x = (lines->as_of - last) / usual_gap(lines, user, item), due = 1;
    if (x < 1)
        due = 1 - o->rise * (1 - x);
    if (x > 2)
        due = pow(x / 2, -o->lapse);
    return due * naive_own_decay(lines->line, lines->n, lines->as_of, o->decay, user, item);
}
