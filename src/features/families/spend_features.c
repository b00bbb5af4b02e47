/* What the household pays: for the product, in its department, category, …, and against the usual
 * price (item_price) of what it buys. */
#include <math.h>
#include <stdio.h>

#include "features/families/families.h"
#include "features/household_scan.h"
#include "features/facts/item_facts.h"

static const feature_text texts[] = {
    {"spend_pair", "What the household spent on the product."},
    {"spend_pair_13w", "The same in the last 13 weeks."},
    {"spend_pair_share", "Share of what the household spent that went to the product."},
    {"spend_pair_last", "Price of a piece that it paid last over the mean that it paid for it."},
    {"spend_pair_last_over_usual", "Price of a piece that it paid last over the usual price."},
    {"spend_pair_now", "Price of the last 2 weeks over the mean that the household paid for it."},
    {"spend_item_price", "Usual price of the product over the household's mean price of a piece."},
    {"spend_household_price", "What the household paid over what the same pieces cost usually."},
};
enum { FIXED = sizeof texts / sizeof texts[0], COUNTS = 3, HOUSEHOLD = FIXED - 1 };

/* Of each category column: its name is "spend_COLUMN" with this behind it. */
static const feature_text level_texts[] = {
    {"", "What the household spent in the product's level of this column."},
    {"_price", "What it paid there over what the same pieces cost usually."},
};
enum { EACH = sizeof level_texts / sizeof level_texts[0] };

typedef struct pair_spend {
    double value, recent, quantity;
    double last_price; /* of a piece */
} pair_spend;

static pair_spend read_pair(const households *h, uint64_t pair)
{
    pair_spend s = {0};
    for (uint64_t k = h->pair_line_offset[pair]; k < h->pair_line_offset[pair + 1]; k++) {
        uint32_t line = h->pair_line[k];
        s.value += h->line.value[line];
        s.recent += h->line.day[line] >= h->as_of - 91 ? h->line.value[line] : 0;
        s.quantity += (double)h->line.quantity[line];
        s.last_price = h->line.value[line] / (double)h->line.quantity[line];
    }
    return s;
}

static void write_pair(float *to, const pair_spend *s, const household_scan *scan,
                       const item_facts *items, uint32_t item)
{
    double mean = s->value / s->quantity;
    *to++ = (float)s->value;
    *to++ = (float)s->recent;
    *to++ = feature_ratio(s->value, scan->value);
    *to++ = feature_ratio(s->last_price, mean);
    *to++ = feature_ratio(s->last_price, (double)items->price[item]);
    *to = feature_ratio((double)items->price_now[item], mean);
}

static void write_levels(float *to, const household_scan *scan, const uint32_t *code, bool known)
{
    for (size_t c = 0; c < scan->columns; c++) {
        bool there = known && code[c] != AISLE_MISSING;
        level_money paid = there ? scan->money[c][code[c]] : (level_money){NAN, NAN, NAN};
        *to++ = (float)paid.value;
        *to++ = feature_ratio(paid.value, paid.usual);
    }
}

static void fill(float *to, size_t stride, const feature_rows *rows, const household_scan *scan,
                 const feature_context *context)
{
    const households *h = rows->h;
    const item_facts *items = context->items;
    bool known = rows->user != HISTORY_NONE;
    double price = known ? scan->value / scan->quantity : NAN;
    pair_cursor own = pair_cursor_start(h, rows->user);
    for (size_t i = 0; i < rows->n; i++) {
        float *row = to + i * stride;
        uint32_t item = rows->item[i];
        for (int c = 0; c < HOUSEHOLD - 1; c++)
            row[c] = c < COUNTS ? 0 : NAN;
        if (pair_cursor_find(&own, h, item)) {
            pair_spend s = read_pair(h, own.at);
            write_pair(row, &s, scan, items, item);
        }
        row[HOUSEHOLD - 1] = feature_ratio((double)items->price[item], price);
        row[HOUSEHOLD] = feature_ratio(scan->paid.value, scan->paid.usual);
        write_levels(row + FIXED, scan, items->code + item * scan->columns, known);
    }
}

static size_t columns(feature_column *out, const feature_context *context,
                      const candidate_lists *lists)
{
    (void)lists;
    const attribute_table *t = &context->a->products;
    feature_copy_columns(out, texts, FIXED);
    if (out) {
        out[HOUSEHOLD].of_household = true;
        out[HOUSEHOLD].part = SPEND_HOUSEHOLD;
    }
    for (size_t c = 0; out && c < t->columns; c++) {
        for (size_t e = 0; e < EACH; e++) {
            feature_column *column = &out[FIXED + c * EACH + e];
            snprintf(column->name, sizeof column->name, "spend_%.40s%s", t->names[c],
                     level_texts[e].name);
            column->meaning = level_texts[e].meaning;
            column->part = (uint16_t)(SPEND_COLUMNS + c);
        }
    }
    return FIXED + t->columns * EACH;
}

const feature_family spend_family = {"spend", "What the household pays, and usual prices.", columns,
                                     fill};
