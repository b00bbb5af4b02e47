#include <string.h>

#include "aisle/abtest_simulate.h"
#include "base/fail.h"
#include "base/mem.h"
#include "data/far_days.h"
#include "history/windows.h"

/* Which products count: code of a column, or any. */
typedef struct selection {
    const uint32_t *department, *category; /* [items] NULL: any */
    uint32_t department_code, category_code;
} selection;

static aisle_status select_level(const uint32_t **codes, uint32_t *code, const households *h,
                                 int column, const char *value, const char *what, aisle_error *err)
{
    if (!value)
        return AISLE_OK;
    if (column < 0)
        return fail(err, AISLE_ERROR_CONFIG,
                    "%s '%.100s': the configuration names no column of products for it", what,
                    value);
    *codes = h->a->products.code[column];
    *code = id_table_find(&h->a->products.levels[column], value);
    if (*code == AISLE_MISSING)
        return fail(err, AISLE_ERROR_ARGUMENT, "%s: found '%.100s', which no product has", what,
                    value);
    return AISLE_OK;
}

static bool counts(const selection *s, uint32_t item)
{
    return (!s->department || s->department[item] == s->department_code) &&
           (!s->category || s->category[item] == s->category_code);
}

/* Days at which the periods begin, and the end: [weeks + 1]. */
static void find_starts(int32_t *start, const week_table *weeks, int32_t end, uint32_t n)
{
    start[n] = end;
    for (uint32_t p = 0; p < n; p++)
        start[p] = window_weeks_before(weeks, end, (int32_t)(n - p));
}

static void add_line(aisle_abtest_panel *p, size_t row, const households *h, uint64_t line,
                     const int32_t *start)
{
    uint32_t period = 0;
    while (h->line.day[line] >= start[period + 1])
        period++;
    if (period < p->converted[row])
        p->converted[row] = period;
    p->revenue[row] += h->line.value[line];
}

static void add_household(aisle_abtest_panel *p, const households *h, uint32_t user,
                          const selection *s, const int32_t *start)
{
    size_t row = p->households++;
    uint32_t basket = UINT32_MAX;
    int32_t pre_from = p->from - (p->to - p->from);
    p->converted[row] = p->periods;
    for (uint64_t l = h->user_offset[user]; l < h->user_offset[user + 1]; l++) {
        bool during = h->line.day[l] >= p->from;
        if (during && h->line.basket[l] != basket)
            p->visits[row]++;
        basket = h->line.basket[l];
        if (!counts(s, h->line.item[l]))
            continue;
        if (during)
            add_line(p, row, h, l, start);
        else if (h->line.day[l] >= pre_from)
            p->pre_revenue[row] += h->line.value[l];
    }
}

static aisle_status panel_init(aisle_abtest_panel **out, size_t rows, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    aisle_abtest_panel *p;
    TRY_ALLOC(p = *out = NEW_ZEROED(aisle_abtest_panel, 1));
    TRY_ALLOC(p->converted = NEW_ZEROED(uint32_t, rows));
    TRY_ALLOC(p->revenue = NEW_ZEROED(double, rows));
    TRY_ALLOC(p->visits = NEW_ZEROED(double, rows));
    TRY_ALLOC(p->pre_revenue = NEW_ZEROED(double, rows));
done:
    return status;
}

static aisle_status check_weeks(const aisle_dataset *d, uint32_t weeks, int32_t end,
                                aisle_error *err)
{
    if (weeks < 1 || weeks > 52)
        return fail(err, AISLE_ERROR_ARGUMENT, "weeks: found %u, expected 1 to 52", weeks);
    if (window_weeks_before(&d->weeks, end, 2 * (int32_t)weeks) < d->summary.first_day)
        return fail(
            err, AISLE_ERROR_ARGUMENT,
            "weeks: found %u, expected at most half of the receipts' weeks, so that there is "
            "as long a period before",
            weeks);
    return AISLE_OK;
}

aisle_status aisle_abtest_panel_make(aisle_abtest_panel **out, const aisle_dataset *d,
                                     const aisle_abtest_panel_options *options, aisle_error *err)
{
    static const aisle_abtest_panel_options usual = AISLE_ABTEST_PANEL_OPTIONS_INIT;
    const aisle_abtest_panel_options *o = options ? options : &usual;
    aisle_status status = AISLE_OK;
    int32_t end = d->summary.last_day + 1, start[53];
    assortment a;
    households h;
    selection s = {0};
    aisle_abtest_panel *p = NULL;
    memset(&a, 0, sizeof a);
    memset(&h, 0, sizeof h);
    TRY(far_days_check(&d->summary, err));
    TRY(check_weeks(d, o->weeks, end, err));
    TRY(history_init(&a, &h, d, end, NULL, err));
    TRY(select_level(&s.department, &s.department_code, &h, a.products.department, o->department,
                     "department", err));
    TRY(select_level(&s.category, &s.category_code, &h, a.products.category, o->category,
                     "category", err));
    TRY(panel_init(&p, h.n_users, err));
    find_starts(start, &d->weeks, end, o->weeks);
    p->periods = o->weeks;
    p->from = start[0];
    p->to = end;
    for (uint32_t u = 0; u < h.n_users; u++)
        if (h.user_offset[u] < h.user_offset[u + 1] && h.line.day[h.user_offset[u]] < p->from)
            add_household(p, &h, u, &s, start);
    *out = p;
    p = NULL;
done:
    aisle_abtest_panel_free(p);
    households_fini(&h);
    assortment_fini(&a);
    return status;
}

void aisle_abtest_panel_free(aisle_abtest_panel *panel)
{
    if (!panel)
        return;
    mem_free(panel->converted);
    mem_free(panel->revenue);
    mem_free(panel->visits);
    mem_free(panel->pre_revenue);
    mem_free(panel);
}
