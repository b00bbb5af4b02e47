#include "features/household_scan.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/prefetch.h"
#include "features/facts/item_facts.h"
#include "features/facts/promotion_facts.h"
#include "features/facts/store_facts.h"

aisle_status household_scan_init(household_scan *s, const feature_context *context,
                                 aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const assortment *a = context->a;
    size_t columns = a->products.columns;
    memset(s, 0, sizeof *s);
    TRY(household_stores_init(&s->stores, a->stores.count, err));
    TRY(household_stores_init(&s->promotion_stores, a->stores.count + 1, err));
    TRY_ALLOC(s->level = NEW_ZEROED(level_sums *, columns));
    if (context->money)
        TRY_ALLOC(s->money = NEW_ZEROED(level_money *, columns));
    s->columns = columns;
    for (size_t c = 0; c < columns; c++) {
        TRY_ALLOC(s->level[c] = NEW_ZEROED(level_sums, a->products.levels[c].count));
        if (context->money)
            TRY_ALLOC(s->money[c] = NEW_ZEROED(level_money, a->products.levels[c].count));
    }
done:
    return status;
}

void household_scan_fini(household_scan *s)
{
    for (size_t c = 0; c < s->columns; c++)
        mem_free(s->level[c]);
    for (size_t c = 0; s->money && c < s->columns; c++)
        mem_free(s->money[c]);
    mem_free(s->money);
    mem_free(s->level);
    household_stores_fini(&s->stores);
    household_stores_fini(&s->promotion_stores);
    memset(s, 0, sizeof *s);
}

void household_scan_clear(household_scan *s, const households *h, uint32_t user,
                          const feature_context *context)
{
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

/* Of one line. code: [columns] of its product */
static void add_levels(household_scan *s, const households *h, uint64_t l, const uint32_t *code,
                       const feature_context *context)
{
    int32_t day = h->line.day[l], age = h->as_of - day;
    double decayed = (double)feature_decay(context, 1, age);
    for (size_t c = 0; c < s->columns; c++)
        if (code[c] != AISLE_MISSING)
            add_line(&s->level[c][code[c]], day, decayed, age <= 28);
}

static void add_to(level_money *sums, const level_money *line)
{
    sums->value += line->value;
    sums->usual += line->usual;
    sums->discounted += line->discounted;
}

static void add_money(household_scan *s, const households *h, uint64_t l, const uint32_t *code,
                      const feature_context *context)
{
    const line_columns *lines = &h->line;
    double price = (double)context->items->price[lines->item[l]];
    level_money line = {lines->value[l], (double)lines->quantity[l] * price,
                        lines->discount && lines->discount[l] > 0};
    add_to(&s->paid, &line);
    for (size_t c = 0; c < s->columns; c++)
        if (code[c] != AISLE_MISSING)
            add_to(&s->money[c][code[c]], &line);
}

/* Levels of a line that is yet to come. */
static void prefetch_levels(const household_scan *s, const uint32_t *code)
{
    for (size_t c = 0; c < s->columns; c++) {
        if (code[c] == AISLE_MISSING)
            continue;
        prefetch(&s->level[c][code[c]], sizeof **s->level);
        if (s->money)
            prefetch(&s->money[c][code[c]], sizeof **s->money);
    }
}

static void add_by_level(household_scan *s, const households *h, uint32_t user,
                         const feature_context *context)
{
    const uint32_t *code = context->items->code, *item = h->line.item;
    uint64_t end = h->user_offset[user + 1];
    for (uint64_t l = h->user_offset[user]; l < end; l++) {
        if (l + 12 < end)
            prefetch(code + item[l + 12] * s->columns, s->columns * sizeof *code);
        if (l + 4 < end)
            prefetch_levels(s, code + item[l + 4] * s->columns);
        add_levels(s, h, l, code + item[l] * s->columns, context);
        if (s->money)
            add_money(s, h, l, code + item[l] * s->columns, context);
    }
}

static void add_lines(household_scan *s, const households *h, uint32_t user,
                      const feature_context *context)
{
    const line_columns *line = &h->line;
    uint64_t from = h->user_offset[user], end = h->user_offset[user + 1];
    for (uint64_t l = from; l < end; l++) {
        int32_t age = h->as_of - line->day[l];
        s->quantity += (double)line->quantity[l];
        s->value += line->value[l];
        s->decayed_lines += (double)feature_decay(context, 1, age);
        s->recent_lines += age <= 28;
        for (int k = 0; line->promotion && k < PROMOTION_KINDS; k++)
            s->promoted[k] += line->promotion[l] >> k & 1;
    }
    s->lines = (double)(end - from);
    s->distinct = (double)(h->pair_offset[user + 1] - h->pair_offset[user]);
}

/* What it bought of products that the assortment does not know is of the household all the same. */
static void add_foreign(household_scan *s, const households *h, uint32_t user,
                        const feature_context *context)
{
    for (uint64_t b = h->basket_offset[user]; b < h->basket_offset[user + 1]; b++) {
        const foreign_sums *f = &h->foreign[b];
        int32_t age = h->as_of - h->basket_day[b];
        s->lines += f->lines;
        s->quantity += f->quantity;
        s->value += f->value;
        s->decayed_lines += f->lines * (double)feature_decay(context, 1, age);
        s->recent_lines += age <= 28 ? f->lines : 0;
        s->paid.discounted += f->discounted;
    }
    s->distinct += h->foreign_items[user];
}

void household_scan_read(household_scan *s, const households *h, uint32_t user,
                         const feature_context *context)
{
    household_scan empty = {.columns = s->columns,
                            .level = s->level,
                            .money = s->money,
                            .stores = s->stores,
                            .promotion_stores = s->promotion_stores,
                            .as_of = h->as_of};
    *s = empty;
    s->stores.n = s->promotion_stores.n = 0;
    if (user == HISTORY_NONE)
        return;
    add_by_level(s, h, user, context);
    add_lines(s, h, user, context);
    if (h->foreign)
        add_foreign(s, h, user, context);
    s->repeat_lines = s->lines - s->distinct;
    s->baskets = households_count_baskets(h, user);
    s->visit_days = households_count_visits(h, user);
    s->first_day = h->basket_day[h->basket_offset[user]];
    s->last_day = h->basket_day[h->basket_offset[user + 1] - 1];
    if (context->stores->sale_offset)
        household_stores_read(&s->stores, h, user, (stores_that_count){NULL, false});
    if (context->promotions->item)
        household_stores_read(&s->promotion_stores, h, user,
                              promotion_facts_stores(context->promotions, context->a));
}
