/* What sells where the household shops: a product that its stores don't have, it can't buy. */
#include <math.h>

#include "features/families/families.h"
#include "features/household_scan.h"
#include "features/facts/store_facts.h"

static const feature_text texts[] = {
    {"store_sold", "Share of the household's visits to stores that sold it in the last 13 weeks."},
    {"store_lines_4w", "Times sold in its stores in the last 4 weeks, mean by its visits."},
    {"store_lines_13w", "The same in the last 13 weeks."},
    {"store_share", "Lines in a thousand of its stores' lines of 13 weeks, mean by its visits."},
    {"store_affinity", "The same share over the product's share of all stores' lines."},
    {"store_recency", "Days since it was last sold in one of its stores, up to 13 weeks ago."},
};
enum { COLUMNS = sizeof texts / sizeof texts[0] };

static void write_row(float *to, const store_facts *f, const household_stores *own, uint32_t item,
                      int32_t as_of)
{
    float sold = 0, recent = 0, lines = 0, share = 0, recency = NAN;
    for (size_t s = 0; s < own->n; s++) {
        const store_sale *sale = store_facts_find(f, own->store[s], item);
        if (!sale)
            continue;
        float age = (float)(as_of - sale->last_day);
        sold += own->weight[s];
        recent += own->weight[s] * sale->lines_4w;
        lines += own->weight[s] * sale->lines;
        share += own->weight[s] * sale->lines / f->lines[own->store[s]];
        recency = age < recency || isnan(recency) ? age : recency;
    }
    *to++ = sold;
    *to++ = recent;
    *to++ = lines;
    *to++ = 1000 * share;
    *to++ = feature_ratio((double)share, (double)f->item_share[item]);
    *to = recency;
}

static void fill(float *to, size_t stride, const feature_rows *rows, const household_scan *scan,
                 const feature_context *context)
{
    const store_facts *f = context->stores;
    for (size_t i = 0; i < rows->n; i++) {
        float *row = to + i * stride;
        if (scan->stores.n)
            write_row(row, f, &scan->stores, rows->item[i], context->a->as_of);
        else
            for (int c = 0; c < COLUMNS; c++)
                row[c] = NAN;
    }
}

static size_t columns(feature_column *out, const feature_context *context,
                      const candidate_lists *lists)
{
    (void)lists;
    return context->a->has_stores ? feature_copy_columns(out, texts, COLUMNS) : 0;
}

const feature_family store_family = {"store", "What sells where the household shops.", columns,
                                     fill};
