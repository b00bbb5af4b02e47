/* The product among the others of its department, category, brand, …: which of them all households
 * take, and which this one. */
#include <math.h>
#include <stdio.h>

#include "features/families/families.h"
#include "features/household_scan.h"
#include "features/facts/item_facts.h"
#include "features/facts/rank_facts.h"

/* Of each column: its name is "rank_COLUMN" with this behind it. */
static const feature_text texts[] = {
    {"", "Place of the product in its level of this column by households of the last 13 weeks."},
    {"_4w", "The same by households of the last 4 weeks."},
    {"_own", "Share of the household's purchases in the level that were of the product."},
};
enum { EACH = sizeof texts / sizeof texts[0] };

static float own_share(double lines, const level_sums *own)
{
    return feature_ratio(lines, (double)own->lines);
}

static void fill(float *to, size_t stride, const feature_rows *rows, const household_scan *scan,
                 const feature_context *context)
{
    const households *h = rows->h;
    size_t columns = context->a->products.columns;
    pair_cursor own = pair_cursor_start(h, rows->user);
    for (size_t i = 0; i < rows->n; i++) {
        float *at = to + i * stride;
        size_t item = rows->item[i];
        const uint32_t *code = context->items->code + item * columns;
        double lines = 0;
        if (pair_cursor_find(&own, h, rows->item[i]))
            lines = (double)(h->pair_line_offset[own.at + 1] - h->pair_line_offset[own.at]);
        for (size_t c = 0; c < columns; c++) {
            *at++ = context->ranks->rank[RANK_13][item * columns + c];
            *at++ = context->ranks->rank[RANK_4][item * columns + c];
            *at++ = code[c] == AISLE_MISSING ? NAN : own_share(lines, &scan->level[c][code[c]]);
        }
    }
}

static size_t columns(feature_column *out, const feature_context *context,
                      const candidate_lists *lists)
{
    (void)lists;
    const attribute_table *t = &context->a->products;
    for (size_t c = 0; out && c < t->columns; c++) {
        for (size_t e = 0; e < EACH; e++) {
            feature_column *column = &out[c * EACH + e];
            snprintf(column->name, sizeof column->name, "rank_%.40s%s", t->names[c], texts[e].name);
            column->meaning = texts[e].meaning;
            column->part = (uint16_t)(c + 1);
        }
    }
    return t->columns * EACH;
}

const feature_family rank_family = {
    "rank", "The product among the others of its level of each category column.", columns, fill};
