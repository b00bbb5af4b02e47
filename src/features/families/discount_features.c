/* What is bought on discount: by the household, of the product, in its department, category, …
 * Only where the receipts say what was taken off (data.receipts.discount). */
#include <math.h>
#include <stdio.h>

#include "features/facts/discount_facts.h"
#include "features/families/families.h"
#include "features/household_scan.h"
#include "features/facts/item_facts.h"

static const feature_text texts[] = {
    {"discount_pair", "Share of the household's purchases of the product that were on discount."},
    {"discount_pair_last", "1: it was on discount when the household last bought it; 0: not."},
    {"discount_item", "Share of the product's lines of 13 weeks that were on discount."},
    {"discount_item_2w", "The same of the last 2 weeks."},
    {"discount_item_depth", "What was taken off in 13 weeks over the full price."},
    {"discount_item_depth_2w", "The same of the last 2 weeks."},
    {"discount_household", "Share of the household's lines that were on discount."},
};
enum { FIXED = sizeof texts / sizeof texts[0], HOUSEHOLD = FIXED - 1 };

static const char level_meaning[] =
    "Share of the household's lines in the product's level of this column that were on discount.";

static float *write_pair(float *to, const households *h, uint64_t pair)
{
    uint64_t from = h->pair_line_offset[pair], end = h->pair_line_offset[pair + 1];
    double discounted = 0;
    for (uint64_t k = from; k < end; k++)
        discounted += h->line.discount[h->pair_line[k]] > 0;
    *to++ = feature_ratio(discounted, (double)(end - from));
    *to++ = h->line.discount[h->pair_line[end - 1]] > 0;
    return to;
}

static void write_levels(float *to, const household_scan *scan, const uint32_t *code)
{
    for (size_t c = 0; c < scan->columns; c++) {
        bool known = code[c] != AISLE_MISSING;
        *to++ = known ? feature_ratio(scan->money[c][code[c]].discounted,
                                      (double)scan->level[c][code[c]].lines)
                      : NAN;
    }
}

static void fill(float *to, size_t stride, const feature_rows *rows, const household_scan *scan,
                 const feature_context *context)
{
    const households *h = rows->h;
    const discount_facts *f = context->discounts;
    if (!context->a->has_discounts)
        return;
    pair_cursor own = pair_cursor_start(h, rows->user);
    for (size_t i = 0; i < rows->n; i++) {
        float *at = to + i * stride;
        uint32_t item = rows->item[i];
        if (h->line.discount && pair_cursor_find(&own, h, item)) {
            at = write_pair(at, h, own.at);
        } else {
            *at++ = NAN;
            *at++ = NAN;
        }
        for (int w = 0; w < DISCOUNT_WINDOWS; w++)
            *at++ = f->share[w][item];
        for (int w = 0; w < DISCOUNT_WINDOWS; w++)
            *at++ = f->depth[w][item];
        *at++ = h->line.discount ? feature_ratio(scan->paid.discounted, scan->lines) : NAN;
        write_levels(at, scan, context->items->code + item * scan->columns);
    }
}

static size_t columns(feature_column *out, const feature_context *context,
                      const candidate_lists *lists)
{
    (void)lists;
    const attribute_table *t = &context->a->products;
    if (!context->a->has_discounts)
        return 0;
    feature_copy_columns(out, texts, FIXED);
    if (out) {
        out[HOUSEHOLD].of_household = true;
        out[HOUSEHOLD].part = DISCOUNT_HOUSEHOLD;
    }
    for (size_t c = 0; out && c < t->columns; c++) {
        feature_column *column = &out[FIXED + c];
        snprintf(column->name, sizeof column->name, "discount_%.40s", t->names[c]);
        column->meaning = level_meaning;
        column->part = (uint16_t)(DISCOUNT_COLUMNS + c);
    }
    return FIXED + t->columns;
}

const feature_family discount_family = {
    "discount", "What is bought on discount, where the receipts say what was taken off.", columns,
    fill};
