#include "features/household_scan.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "features/item_facts.h"

/* Lines of the household that has the most: no fewer than its visits. */
static size_t most_lines(const history *h)
{
    uint64_t most = 0;
    for (uint32_t u = 0; u < h->n_users; u++)
        if (h->user_offset[u + 1] - h->user_offset[u] > most)
            most = h->user_offset[u + 1] - h->user_offset[u];
    return most;
}

aisle_status household_scan_init(household_scan *s, const feature_context *context,
                                 aisle_error *err)
{
    const history *h = context->h;
    memset(s, 0, sizeof *s);
    s->level = NEW_ZEROED(level_sums *, h->products.columns);
    s->visit_day = NEW_ARRAY(int32_t, most_lines(h));
    if (context->money)
        s->money = NEW_ZEROED(level_money *, h->products.columns);
    if (!s->level || !s->visit_day || (context->money && !s->money))
        return fail_memory(err);
    s->columns = h->products.columns;
    for (size_t c = 0; c < s->columns; c++) {
        s->level[c] = NEW_ZEROED(level_sums, h->products.levels[c].count);
        if (context->money)
            s->money[c] = NEW_ZEROED(level_money, h->products.levels[c].count);
        if (!s->level[c] || (context->money && !s->money[c]))
            return fail_memory(err);
    }
    return AISLE_OK;
}

void household_scan_fini(household_scan *s)
{
    for (size_t c = 0; c < s->columns; c++)
        mem_free(s->level[c]);
    for (size_t c = 0; s->money && c < s->columns; c++)
        mem_free(s->money[c]);
    mem_free(s->money);
    mem_free(s->level);
    mem_free(s->visit_day);
    memset(s, 0, sizeof *s);
}

/* Clears the levels that a household touched: cheaper than all of them. */
static void clear_levels(household_scan *s, uint32_t user, const feature_context *context)
{
    const history *h = context->h;
    if (user == HISTORY_NONE)
        return;
    for (uint64_t p = h->pair_offset[user]; p < h->pair_offset[user + 1]; p++) {
        const uint32_t *code = context->items->code + h->pair_item[p] * s->columns;
        for (size_t c = 0; c < s->columns; c++)
            if (code[c] != AISLE_MISSING)
                memset(&s->level[c][code[c]], 0, sizeof **s->level);
        for (size_t c = 0; s->money && c < s->columns; c++)
            if (code[c] != AISLE_MISSING)
                memset(&s->money[c][code[c]], 0, sizeof **s->money);
    }
}

static void add_line(level_sums *sums, int32_t day, double decayed, bool recent)
{
    if (sums->lines == 0)
        sums->first_day = day;
    sums->days += sums->lines == 0 || sums->last_day != day;
    sums->lines += 1;
    sums->decayed += decayed;
    sums->recent += recent;
    sums->last_day = day;
}

static void add_levels(household_scan *s, uint32_t user, const feature_context *context)
{
    const history *h = context->h;
    for (uint64_t l = h->user_offset[user]; l < h->user_offset[user + 1]; l++) {
        const uint32_t *code = context->items->code + h->item[l] * s->columns;
        int32_t age = h->as_of - h->day[l];
        double decayed = (double)context->decay[1][age];
        for (size_t c = 0; c < s->columns; c++)
            if (code[c] != AISLE_MISSING)
                add_line(&s->level[c][code[c]], h->day[l], decayed, age <= 28);
    }
}

static void add_to(level_money *sums, const level_money *line)
{
    sums->value += line->value;
    sums->usual += line->usual;
    sums->discounted += line->discounted;
}

static void add_money(household_scan *s, uint32_t user, const feature_context *context)
{
    const history *h = context->h;
    for (uint64_t l = h->user_offset[user]; l < h->user_offset[user + 1]; l++) {
        const uint32_t *code = context->items->code + h->item[l] * s->columns;
        double price = (double)context->items->price[h->item[l]];
        level_money line = {h->value[l], (double)h->quantity[l] * price,
                            h->discount && h->discount[l] > 0};
        add_to(&s->paid, &line);
        for (size_t c = 0; c < s->columns; c++)
            if (code[c] != AISLE_MISSING)
                add_to(&s->money[c][code[c]], &line);
    }
}

static void add_household(household_scan *s, uint32_t user, const feature_context *context)
{
    const history *h = context->h;
    uint64_t from = h->user_offset[user], end = h->user_offset[user + 1];
    for (uint64_t l = from; l < end; l++) {
        int32_t age = h->as_of - h->day[l];
        s->quantity += (double)h->quantity[l];
        s->value += h->value[l];
        s->decayed_lines += (double)context->decay[1][age];
        s->recent_lines += age <= 28;
        s->baskets += l == from || h->basket[l] != h->basket[l - 1];
        if (l == from || h->day[l] != h->day[l - 1]) {
            s->visit_day[(size_t)s->visit_days] = h->day[l];
            s->visit_days += 1;
            s->last_gap = l == from ? 0 : h->day[l] - h->day[l - 1];
        }
    }
    s->lines = (double)(end - from);
    s->distinct = (double)(h->pair_offset[user + 1] - h->pair_offset[user]);
    s->repeat_lines = s->lines - s->distinct;
    s->first_day = h->day[from];
    s->last_day = h->day[end - 1];
}

void household_scan_read(household_scan *s, uint32_t user, uint32_t before,
                         const feature_context *context)
{
    clear_levels(s, before, context);
    household_scan empty = {
        .columns = s->columns, .level = s->level, .money = s->money, .visit_day = s->visit_day};
    *s = empty;
    if (user == HISTORY_NONE)
        return;
    add_levels(s, user, context);
    add_household(s, user, context);
    if (s->money)
        add_money(s, user, context);
}
