#include "history/windows.h"

#include <string.h>

#include "base/date.h"
#include "base/fail.h"
#include "base/mem.h"
#include "base/sort.h"
#include "data/far_days.h"
#include "data/returns.h"
#include "history/label_count.h"

static int32_t moment_first_day(const moment *m, const week_table *weeks)
{
    int32_t number;
    if (m->kind == MOMENT_DAY)
        return m->value;
    week_from_label(&number, weeks, m->value);
    return week_first_day(weeks, number);
}

/* The day after the moment's last. */
static int32_t moment_end_day(const moment *m, const week_table *weeks)
{
    int32_t number;
    if (m->kind == MOMENT_DAY)
        return m->value + 1;
    bool there = week_from_label(&number, weeks, m->value);
    return week_first_day(weeks, number + there);
}

int32_t window_weeks_before(const week_table *weeks, int32_t day, int32_t n)
{
    int32_t week = week_of_day(weeks, day);
    return week_first_day(weeks, week - n) + day - week_first_day(weeks, week);
}

bool window_is_weeks(int32_t *first, int32_t *last, const week_table *weeks, window days)
{
    int32_t from = week_of_day(weeks, days.from), to = week_of_day(weeks, days.to - 1);
    *first = week_label(weeks, from);
    *last = week_label(weeks, to);
    return week_first_day(weeks, from) == days.from && week_first_day(weeks, to + 1) == days.to;
}

aisle_status windows_check_last_day(const aisle_dataset *d, aisle_error *err)
{
    return far_days_check_end(&d->summary, err);
}

/* Where the last weeks of the receipts end: weeks that nobody numbered, with the receipts. */
static int32_t default_end(bool *left_out, const aisle_dataset *d, const split_options *o)
{
    const aisle_dataset_summary *s = &d->summary;
    const aisle_partial_week *p = &s->partial_week;
    if (!s->week_from_source && !d->weeks.by_day)
        return s->last_day + 1;
    *left_out = p->days > 0 && p->under_half &&
                (o->test_first.kind == MOMENT_NONE ||
                 moment_first_day(&o->test_first, &d->weeks) < p->from);
    return *left_out ? p->from : week_first_day(&d->weeks, week_of_day(&d->weeks, s->last_day) + 1);
}

static aisle_status refuse_order(aisle_error *err, const char *first, int32_t a, const char *second,
                                 int32_t b)
{
    char x[16], y[16];
    date_format(x, a);
    date_format(y, b);
    return fail(err, AISLE_ERROR_CONFIG, "%s (%s) must come before %s (%s)", first, x, second, y);
}

static aisle_status place_test(split *s, const aisle_dataset *d, const split_options *o,
                               aisle_error *err)
{
    if (o->test_last.kind != MOMENT_NONE)
        s->test.to = moment_end_day(&o->test_last, &d->weeks);
    else
        s->test.to = default_end(&s->partial_left_out, d, o);
    if (o->test_first.kind != MOMENT_NONE)
        s->test.from = moment_first_day(&o->test_first, &d->weeks);
    else
        s->test.from = window_weeks_before(&d->weeks, s->test.to, (int32_t)o->horizon);
    if (s->test.from > d->summary.last_day || s->test.to <= d->summary.first_day)
        return fail(err, AISLE_ERROR_CONFIG,
                    "split.test_first, split.test_last: no receipt lies in the test window");
    if (s->test.from >= s->test.to)
        return refuse_order(err, "split.test_first", s->test.from, "the end of the test",
                            s->test.to);
    return AISLE_OK;
}

/* Windows of the horizon from the last day back to the first; what is left over at the front is
 * part of the first window. */
static aisle_status cut_labels(split *s, window all, const week_table *weeks, int64_t horizon,
                               aisle_error *err)
{
    window windows[SPLIT_MOST_WINDOWS];
    size_t n = 0;
    int32_t end = all.to;
    while (end > all.from) {
        int32_t from = window_weeks_before(weeks, end, (int32_t)horizon);
        if (window_weeks_before(weeks, from, (int32_t)horizon) < all.from)
            from = all.from;
        if (n == SPLIT_MOST_WINDOWS)
            return fail(err, AISLE_ERROR_CONFIG, "split.labels_first: more than %d label windows",
                        SPLIT_MOST_WINDOWS);
        windows[n].from = from;
        windows[n++].to = end;
        end = from;
    }
    for (size_t i = 0; i < n; i++) {
        s->labels[i] = windows[n - 1 - i];
        s->labels_as_of[i] = s->labels[i].from;
    }
    s->n_labels = n;
    return AISLE_OK;
}

/* Nothing is known before the labels begin. */
static aisle_status refuse_start(aisle_error *err, int32_t first, int32_t start, int64_t horizon)
{
    char x[16], y[16];
    date_format(x, first);
    date_format(y, start);
    return fail(err, AISLE_ERROR_CONFIG,
                "the first receipt (%s) must come before split.labels_first (%s; if it is not "
                "given, at least twice split.horizon, %d weeks, before the test)",
                x, y, (int)horizon);
}

/* The label windows [from, to) and when each is looked at from. */
static aisle_status place_labels(split *s, window all, const aisle_dataset *d,
                                 const aisle_config *config, aisle_error *err)
{
    const split_options *o = &config->split;
    if (all.from >= all.to)
        return refuse_order(err, "split.labels_first", all.from, "the end of the labels", all.to);
    if (all.from <= d->summary.first_day)
        return refuse_start(err, d->summary.first_day, all.from, o->horizon);
    if (o->protocol == SPLIT_FROZEN) {
        s->labels[0] = all;
        s->labels_as_of[0] = all.from;
        s->n_labels = 1;
    } else {
        aisle_status status = cut_labels(s, all, &d->weeks, o->horizon, err);
        if (status != AISLE_OK)
            return status;
    }
    s->catalogue_as_of = config->catalogue_as_of.kind == MOMENT_NONE
                             ? all.from
                             : moment_first_day(&config->catalogue_as_of, &d->weeks);
    return AISLE_OK;
}

aisle_status split_init(split *out, const aisle_dataset *d, const aisle_config *config,
                        aisle_error *err)
{
    const split_options *o = &config->split;
    const week_table *weeks = &d->weeks;
    int32_t horizon = (int32_t)o->horizon;
    split s;
    memset(&s, 0, sizeof s);
    aisle_status status = far_days_check(&d->summary, err);
    if (status != AISLE_OK)
        return status;
    status = place_test(&s, d, o, err);
    if (status != AISLE_OK)
        return status;
    int32_t fitted = s.test.from - (int32_t)o->age;
    window all = {0, fitted};
    if (o->labels_last.kind != MOMENT_NONE)
        all.to = moment_end_day(&o->labels_last, weeks);
    if (o->labels_first.kind != MOMENT_NONE)
        all.from = moment_first_day(&o->labels_first, weeks);
    else
        all.from = window_weeks_before(weeks, all.to, label_count(d, config, all.to) * horizon);
    if (all.to > fitted)
        return refuse_order(err, "the end of split.labels_last", all.to,
                            o->age > 0 ? "split.age before split.test_first" : "split.test_first",
                            fitted);
    status = place_labels(&s, all, d, config, err);
    if (status != AISLE_OK)
        return status;
    s.test_as_of = o->protocol == SPLIT_FROZEN ? all.from : fitted;
    *out = s;
    return AISLE_OK;
}

aisle_status split_init_serving(split *out, const aisle_dataset *d, const aisle_config *config,
                                aisle_error *err)
{
    split evaluated, s;
    memset(&s, 0, sizeof s);
    aisle_status status = far_days_check(&d->summary, err);
    if (status != AISLE_OK)
        return status;
    int32_t end = d->summary.last_day + 1;
    int32_t weeks_back = label_count(d, config, end) * (int32_t)config->split.horizon;
    if (split_init(&evaluated, d, config, NULL) == AISLE_OK) {
        int32_t to = evaluated.labels[evaluated.n_labels - 1].to;
        for (weeks_back = 1;
             window_weeks_before(&d->weeks, to, weeks_back) > evaluated.labels[0].from;)
            weeks_back++;
    }
    window all = {window_weeks_before(&d->weeks, end, weeks_back), end};
    aisle_config refit = *config;
    refit.split.protocol = SPLIT_REFIT;
    TRY(place_labels(&s, all, d, &refit, err));
    s.test.from = s.test.to = s.test_as_of = s.catalogue_as_of = end;
    *out = s;
done:
    return status;
}

aisle_status split_validation(window *out, const split *s, const aisle_dataset *d,
                              const aisle_config *config, aisle_error *err)
{
    int32_t from = window_weeks_before(&d->weeks, s->test.from, (int32_t)config->split.horizon);
    if (from <= d->summary.first_day)
        return fail(err, AISLE_ERROR_CONFIG,
                    "split.horizon: no receipt lies before the %d weeks before the test window",
                    (int)config->split.horizon);
    *out = (window){from, s->test.from};
    return AISLE_OK;
}

aisle_status split_init_validation(split *out, const aisle_dataset *d, const aisle_config *config,
                                   size_t i, aisle_error *err)
{
    split s;
    window days = {0, 0};
    aisle_config moved = *config;
    split_options *o = &moved.split;
    aisle_status status = split_init(&s, d, config, err);
    if (status == AISLE_OK)
        status = split_validation(&days, &s, d, config, err);
    if (status != AISLE_OK)
        return status;
    int32_t earlier = (int32_t)i * (int32_t)o->horizon, all = earlier + (int32_t)o->horizon;
    int32_t labels_end = s.labels[s.n_labels - 1].to;
    o->test_first = (moment){MOMENT_DAY, window_weeks_before(&d->weeks, days.from, earlier)};
    o->test_last = (moment){MOMENT_DAY, window_weeks_before(&d->weeks, days.to, earlier) - 1};
    o->labels_first = (moment){MOMENT_DAY, window_weeks_before(&d->weeks, s.labels[0].from, all)};
    o->labels_last = (moment){MOMENT_DAY, window_weeks_before(&d->weeks, labels_end, all) - 1};
    return split_init(out, d, &moved, err);
}

/* Copies a user's lines of the window, cancels returns, and leaves the distinct items; returns how
 * many, in lines->item. */
static aisle_status distinct_items(size_t *kept, line_columns *lines, const aisle_dataset *d,
                                   size_t user, window days, aisle_error *err)
{
    size_t cancelled;
    lines->n = 0;
    for (uint64_t l = d->user_offset[user]; l < d->user_offset[user + 1]; l++)
        if (d->line.day[l] >= days.from && d->line.day[l] < days.to)
            line_columns_copy(lines, lines->n++, &d->line, l, 1);
    aisle_status status = returns_cancel(lines, &cancelled, err);
    if (status != AISLE_OK)
        return status;
    sort_u32(lines->item, lines->n);
    *kept = 0;
    for (size_t i = 0; i < lines->n; i++)
        if (*kept == 0 || lines->item[*kept - 1] != lines->item[i])
            lines->item[(*kept)++] = lines->item[i];
    return AISLE_OK;
}

aisle_status labels_init(labels *out, const aisle_dataset *d, window days, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    labels made = {.n_users = d->users.count};
    line_columns lines = {0};
    size_t most = 0, capacity = 0, total = 0;
    for (size_t u = 0; u < d->users.count; u++) {
        size_t n = d->user_offset[u + 1] - d->user_offset[u];
        most = n > most ? n : most;
    }
    TRY(line_columns_init(&lines, most, 0, err));
    TRY_ALLOC(made.offset = NEW_ZEROED(uint64_t, d->users.count + 1));
    for (size_t u = 0; u < d->users.count; u++) {
        size_t n;
        TRY(distinct_items(&n, &lines, d, u, days, err));
        if (mem_grow(&made.item, &capacity, total + n + 1, sizeof *made.item))
            TRY(fail_memory(err));
        memcpy(made.item + total, lines.item, n * sizeof *made.item);
        total += n;
        made.offset[u + 1] = total;
    }
    *out = made;
    memset(&made, 0, sizeof made);
done:
    line_columns_fini(&lines);
    labels_fini(&made);
    return status;
}

void labels_fini(labels *l)
{
    mem_free(l->offset);
    mem_free(l->item);
    memset(l, 0, sizeof *l);
}
