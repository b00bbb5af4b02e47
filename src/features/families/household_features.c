/* The household alone: the same for all its candidates. */
#include <math.h>

#include "features/families/families.h"
#include "features/household_scan.h"

static const feature_text texts[] = {
    {"household_basket_value", "Mean value of a basket."},
    {"household_basket_lines", "Mean number of products in a basket."},
    {"household_lines", "Lines in all."},
    {"household_lines_4w", "Lines in the last 4 weeks."},
    {"household_baskets", "Baskets in all."},
    {"household_visit_gap", "Mean days between days with a purchase."},
    {"household_recency", "Days since the last purchase."},
    {"household_recency_over_gap", "Days since the last purchase over the mean gap."},
    {"household_tenure", "Days since the first purchase."},
    {"household_distinct", "Distinct products bought."},
    {"household_repeat_share", "Share of lines that were bought before."},
    {"household_price", "Mean price of a piece."},
};
enum { COLUMNS = sizeof texts / sizeof texts[0] };

static void write_row(float *to, const household_scan *s)
{
    double visit_gap = s->visit_days > 1 ? (s->last_day - s->first_day) / (s->visit_days - 1) : NAN;
    double recency = s->as_of - s->last_day;
    *to++ = feature_ratio(s->value, s->baskets);
    *to++ = feature_ratio(s->lines, s->baskets);
    *to++ = (float)s->lines;
    *to++ = (float)s->recent_lines;
    *to++ = (float)s->baskets;
    *to++ = (float)visit_gap;
    *to++ = (float)recency;
    *to++ = feature_ratio(recency, visit_gap);
    *to++ = (float)(s->as_of - s->first_day);
    *to++ = (float)s->distinct;
    *to++ = feature_ratio(s->repeat_lines, s->lines);
    *to = feature_ratio(s->value, s->quantity);
}

static void fill(float *to, size_t stride, const feature_rows *rows, const household_scan *scan,
                 const feature_context *context)
{
    (void)context;
    for (size_t i = 0; i < rows->n; i++) {
        float *row = to + i * stride;
        if (rows->user != HISTORY_NONE)
            write_row(row, scan);
        else
            for (int c = 0; c < COLUMNS; c++)
                row[c] = NAN;
    }
}

static size_t columns(feature_column *out, const feature_context *context,
                      const candidate_lists *lists)
{
    (void)context;
    (void)lists;
    feature_copy_columns(out, texts, COLUMNS);
    for (size_t c = 0; out && c < COLUMNS; c++)
        out[c].of_household = true;
    return COLUMNS;
}

const feature_family household_family = {"household", "The household alone.", columns, fill};
