/* Baskets, amounts and days that cannot be as they are. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/fail.h"
#include "base/mem.h"
#include "data/findings/findings.h"

/* ---- Numbers of baskets ---- */

/* The id of a coded value, as text. */
static const char *coded_text(const aisle_values *v, uint32_t code, char buffer[64])
{
    if (v->ints)
        snprintf(buffer, 64, "%" PRId64, v->ints[code]);
    else
        snprintf(buffer, 64, "%.*s", (int)(v->offsets[code + 1] - v->offsets[code]),
                 v->bytes + v->offsets[code]);
    return buffer;
}

enum { SEVERAL_DAYS = 1, SEVERAL_USERS = 2 };

static aisle_status say_shared(finding_list *l, const finding_inputs *in, const uint8_t *shared,
                               int how, aisle_error *err)
{
    const aisle_values *values = &in->receipts->basket.values;
    uint64_t n = 0;
    uint32_t first = 0;
    char buffer[64];
    for (uint32_t b = 0; b < values->count; b++)
        if (shared[b] & how)
            first = n++ ? first : b;
    if (n == 0)
        return AISLE_OK;
    text what = {0}, step = {0};
    bool days = how == SEVERAL_DAYS;
    text_add(&what,
             "%" PRIu64 " of %zu basket numbers are used %s (such as '%s'): each %s is a basket "
             "of its own",
             n, values->count, days ? "on several days" : "by several households",
             coded_text(values, first, buffer), days ? "day" : "household");
    text_add(&step, "where numbers begin anew: data.receipts.basket: [store, till, number]");
    return finding_add(l, days ? "baskets_on_several_days" : "baskets_of_several_households", n,
                       values->count, &what, &step, err);
}

aisle_status find_shared_baskets(finding_list *l, const finding_inputs *in, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const aisle_receipts *r = in->receipts;
    uint32_t *user = NULL;
    int32_t *day = NULL;
    uint8_t *shared = NULL;
    size_t n = r->basket.values.count;
    if (!r->basket.code)
        return AISLE_OK;
    TRY_ALLOC(user = NEW_ARRAY(uint32_t, n));
    TRY_ALLOC(day = NEW_ARRAY(int32_t, n));
    TRY_ALLOC(shared = NEW_ZEROED(uint8_t, n));
    for (size_t b = 0; b < n; b++)
        user[b] = AISLE_MISSING;
    for (size_t i = 0; i < r->lines; i++) {
        uint32_t b = r->basket.code[i];
        if (b == AISLE_MISSING)
            continue;
        if (user[b] == AISLE_MISSING) {
            user[b] = r->user.code[i];
            day[b] = r->day[i];
        }
        shared[b] |= (user[b] != r->user.code[i] ? SEVERAL_USERS : 0) |
                     (day[b] != r->day[i] ? SEVERAL_DAYS : 0);
    }
    TRY(say_shared(l, in, shared, SEVERAL_DAYS, err));
    TRY(say_shared(l, in, shared, SEVERAL_USERS, err));
done:
    mem_free(user);
    mem_free(day);
    mem_free(shared);
    return status;
}

/* ---- Amounts ---- */

static int compare_reals(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

enum { SAMPLE_MOST = 100000 };

/* What one line in a hundred is above, of a hundred thousand lines from all over. */
static aisle_status high_of(double *out, const finding_inputs *in, bool price, aisle_error *err)
{
    const line_columns *line = &in->dataset->line;
    size_t step = line->n / SAMPLE_MOST + 1, n = 0;
    double *sample = NEW_ARRAY(double, line->n / step + 1);
    if (!sample)
        return fail_memory(err);
    for (size_t i = 0; i < line->n; i += step) {
        double quantity = fabs((double)line->quantity[i]);
        if (quantity > 0)
            sample[n++] = price ? fabs(line->value[i]) / quantity : quantity;
    }
    qsort(sample, n, sizeof *sample, compare_reals);
    *out = n ? sample[(n - 1) * 99 / 100] : 0;
    mem_free(sample);
    return AISLE_OK;
}

static aisle_status look_at_amount(finding_list *l, const finding_inputs *in, bool price,
                                   aisle_error *err)
{
    const aisle_dataset *d = in->dataset;
    double high = 0, most = 0;
    uint64_t n = 0;
    size_t at = 0;
    char buffer[32];
    aisle_status status = high_of(&high, in, price, err);
    if (status != AISLE_OK)
        return status;
    for (size_t i = 0; i < d->line.n; i++) {
        double quantity = fabs((double)d->line.quantity[i]);
        double amount = !price ? quantity : quantity > 0 ? fabs(d->line.value[i]) / quantity : 0;
        if (!(amount > 50 * high) || high <= 0)
            continue;
        n++;
        at = amount > most ? i : at;
        most = amount > most ? amount : most;
    }
    if (n == 0)
        return AISLE_OK;
    text what = {0}, step = {0};
    text_add(&what,
             "%" PRIu64 " lines have a %s out of all proportion: 99 in 100 are up to %g, one of "
             "product '%s' has %g",
             n, price ? "price of a piece" : "quantity", high,
             id_table_text(&d->items, d->line.item[at], buffer), most);
    text_add(&step, "%s",
             price ? "data.cleaning.price_below, or look at the columns of value and "
                     "quantity"
                   : "data.cleaning.departments_out where they are weights or fuel; or "
                     "where: quantity < …");
    return finding_add(l, price ? "large_prices" : "large_quantities", n, d->line.n, &what, &step,
                       err);
}

aisle_status find_large_amounts(finding_list *l, const finding_inputs *in, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    if (in->receipts->quantity)
        status = look_at_amount(l, in, false, err);
    if (status == AISLE_OK && in->receipts->value)
        status = look_at_amount(l, in, true, err);
    return status;
}

/* ---- Weeks ---- */

aisle_status find_empty_weeks(finding_list *l, const finding_inputs *in, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const aisle_dataset *d = in->dataset;
    size_t n = 0, first = 0;
    uint8_t *filled = NULL;
    char date[16];
    if (in->receipts->elsewhere)
        return AISLE_OK;
    TRY_ALLOC(filled = NEW_ZEROED(uint8_t, d->weeks.count));
    for (size_t i = 0; i < d->line.n; i++)
        filled[week_of_day(&d->weeks, d->line.day[i]) - d->weeks.first] = 1;
    for (size_t w = 0; w < d->weeks.count; w++)
        if (!filled[w])
            first = n++ ? first : w;
    if (n && !d->weeks.by_day) {
        text what = {0}, step = {0};
        date_format(date, d->weeks.start[first]);
        text_add(&what, "%zu of %zu weeks have no receipts (the first begins on %s)", n,
                 d->weeks.count, date);
        text_add(&step,
                 "look whether files are missing; data.receipts.from cuts what lies before a "
                 "gap");
        TRY(finding_add(l, "empty_weeks", n, d->weeks.count, &what, &step, err));
    }
done:
    mem_free(filled);
    return status;
}

aisle_status find_partial_week(finding_list *l, const finding_inputs *in, aisle_error *err)
{
    const aisle_partial_week *p = &in->dataset->summary.partial_week;
    if (p->days == 0)
        return AISLE_OK;
    text what = {0}, step = {0};
    char date[16];
    date_format(date, p->from - 1);
    text_add(&what, "the last week has receipts on %u day%s, others on %u%s", p->days,
             p->days == 1 ? "" : "s", p->usual, p->under_half ? "; it is no test week" : "");
    text_add(&step, "data.receipts.until: %s cuts it", date);
    return finding_add(l, "partial_week", p->days, p->usual, &what, &step, err);
}

/* ---- Too little to learn from ---- */

enum { HOUSEHOLDS_FEW = 100 };

aisle_status find_too_little(finding_list *l, const finding_inputs *in, aisle_error *err)
{
    const aisle_dataset *d = in->dataset;
    aisle_status status = AISLE_OK;
    text what = {0}, step = {0};
    if (d->users.count < HOUSEHOLDS_FEW && !in->receipts->elsewhere) {
        text_add(&what, "%zu households are few for level 2 to learn from", d->users.count);
        text_add(&step, "lists may be those of level 1; more households, or more weeks, help");
        TRY(finding_add(l, "few_households", d->users.count, HOUSEHOLDS_FEW, &what, &step, err));
    }
    int64_t horizon = d->config->split.horizon;
    if ((int64_t)d->weeks.count < 4 * horizon) {
        text_add(&what,
                 "%zu weeks are few for windows of %" PRId64
                 ": one to test, one or more to learn from, and what was known before",
                 d->weeks.count, horizon);
        text_add(&step, "%s",
                 horizon > 1 ? "split.horizon: 1 takes windows of one week"
                             : "more weeks of receipts");
        TRY(finding_add(l, "few_weeks", d->weeks.count, 4 * (uint64_t)horizon, &what, &step, err));
    }
done:
    text_fini(&what);
    text_fini(&step);
    return status;
}
