/* The product alone, over all households. */
#include <math.h>

#include "features/families/families.h"
#include "features/facts/item_facts.h"

static const feature_text texts[] = {
    {"item_price", "Mean price of a piece in the last 13 weeks."},
    {"item_price_now", "Price of the last 2 weeks over the price of the last 13."},
    {"item_buyers_1w", "Households that bought it in the last week."},
    {"item_buyers_2w", "The same in the last 2 weeks."},
    {"item_buyers_4w", "The same in the last 4 weeks."},
    {"item_buyers_13w", "The same in the last 13 weeks."},
    {"item_buyers", "Households that ever bought it."},
    {"item_trend_1w_4w", "Buyers of the last week over those of the last 4."},
    {"item_trend", "Buyers of the last 4 weeks over those of the last 13."},
    {"item_gap", "Mean days between a household's purchases of it."},
    {"item_repurchase", "Share of its buyers who bought it again."},
    {"item_first_buyers", "Share of the last 13 weeks' buyers who bought it for the first time."},
    {"item_age", "Days since its first sale."},
    {"item_recency", "Days since its last sale."},
};
enum { COLUMNS = sizeof texts / sizeof texts[0] };

static void fill(float *to, size_t stride, const feature_rows *rows, const household_scan *scan,
                 const feature_context *context)
{
    (void)scan;
    const item_facts *f = context->items;
    for (size_t i = 0; i < rows->n; i++) {
        float *at = to + i * stride;
        uint32_t item = rows->item[i];
        *at++ = f->price[item];
        *at++ = feature_ratio((double)f->price_now[item], (double)f->price[item]);
        for (int w = 0; w < ITEM_WINDOWS; w++)
            *at++ = (float)f->buyers[w][item];
        *at++ = feature_ratio(f->buyers[WINDOW_1][item], f->buyers[WINDOW_4][item]);
        *at++ = feature_ratio(f->buyers[WINDOW_4][item], f->buyers[WINDOW_13][item]);
        *at++ = f->gap[item];
        *at++ = f->repurchase[item];
        *at++ = f->first_buyers[item];
        *at++ = (float)(context->a->as_of - f->first_day[item]);
        *at = (float)(context->a->as_of - f->last_day[item]);
    }
}

static size_t columns(feature_column *out, const feature_context *context,
                      const candidate_lists *lists)
{
    (void)context;
    (void)lists;
    return feature_copy_columns(out, texts, COLUMNS);
}

const feature_family item_family = {"item", "The product alone.", columns, fill};
