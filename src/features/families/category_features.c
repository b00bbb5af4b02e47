/* The household and the product's department, category, brand, …: for each category column. */
#include <math.h>
#include <stdio.h>

#include "features/families/families.h"
#include "features/household_scan.h"
#include "features/facts/item_facts.h"

static const feature_text texts[] = {
    {"lines", "Times that the household bought in the product's level of this column."},
    {"lines_4w", "The same in the last 4 weeks."},
    {"share", "Share of the household's purchases that are of this level, weighted .95 a week."},
    {"recency", "Days since the household last bought there."},
    {"recency_over_gap", "Days since the household last bought there over its mean gap there."},
    {"weekly", "Weekly purchases of the level by all households, last 13 weeks."},
    {"affinity", "The household's share of the level over that of all households."},
};
enum { EACH = sizeof texts / sizeof texts[0] };

static void write_level(float *to, const level_sums *own, double weekly, const household_scan *scan,
                        const feature_context *context)
{
    bool bought = own->lines > 0;
    double recency = scan->as_of - own->last_day;
    double gap = own->days > 1 ? (own->last_day - own->first_day) / (own->days - 1.0) : NAN;
    double share = scan->decayed_lines > 0 ? own->decayed / scan->decayed_lines : NAN;
    *to++ = own->lines;
    *to++ = own->recent;
    *to++ = (float)share;
    *to++ = bought ? (float)recency : NAN;
    *to++ = bought ? feature_ratio(recency, gap) : NAN;
    *to++ = (float)weekly;
    *to = feature_ratio(share, weekly / context->items->lines);
}

static void fill(float *to, size_t stride, const feature_rows *rows, const household_scan *scan,
                 const feature_context *context)
{
    const attribute_table *t = &context->a->products;
    for (size_t i = 0; i < rows->n; i++) {
        float *row = to + i * stride;
        const uint32_t *code = context->items->code + rows->item[i] * t->columns;
        for (size_t c = 0; c < t->columns; c++, row += EACH) {
            uint32_t level = code[c];
            if (level != AISLE_MISSING && rows->user != HISTORY_NONE)
                write_level(row, &scan->level[c][level], context->items->level_weekly[c][level],
                            scan, context);
            else
                for (int e = 0; e < EACH; e++)
                    row[e] = NAN;
        }
    }
}

static size_t columns(feature_column *out, const feature_context *context,
                      const candidate_lists *lists)
{
    (void)lists;
    const attribute_table *t = &context->a->products;
    for (size_t c = 0; out && c < t->columns; c++) {
        for (int e = 0; e < EACH; e++) {
            feature_column *column = &out[c * EACH + (size_t)e];
            snprintf(column->name, sizeof column->name, "%.40s_%s", t->names[c], texts[e].name);
            column->meaning = texts[e].meaning;
            column->categorical = false;
            column->part = (uint16_t)(c + 1);
        }
    }
    return t->columns * EACH;
}

const feature_family category_family = {
    "category", "The household and the product's levels of each category column.", columns, fill};
