/* What sells where the household shops: a product that its stores don't have, it can't buy. */
#include <math.h>

#include "features/families.h"
#include "features/store_facts.h"

static const feature_text texts[] = {
    {"store_sold", "Share of the household's visits to stores that sold it in the last 13 weeks."},
    {"store_lines_4w", "Times sold in its stores in the last 4 weeks, mean by its visits."},
    {"store_lines_13w", "The same in the last 13 weeks."},
    {"store_share", "Lines in a thousand of its stores' lines of 13 weeks, mean by its visits."},
    {"store_affinity", "The same share over the product's share of all stores' lines."},
    {"store_recency", "Days since it was last sold in one of its stores, up to 13 weeks ago."},
};
enum { COLUMNS = sizeof texts / sizeof texts[0] };

static void write_row(float *to, const store_facts *f, uint32_t user, uint32_t item, int32_t as_of)
{
    float sold = 0, recent = 0, lines = 0, share = 0, recency = NAN;
    for (uint64_t s = f->own.offset[user]; s < f->own.offset[user + 1]; s++) {
        const store_sale *sale = store_facts_find(f, f->own.store[s], item);
        if (!sale)
            continue;
        float age = (float)(as_of - sale->last_day);
        sold += f->own.weight[s];
        recent += f->own.weight[s] * sale->lines_4w;
        lines += f->own.weight[s] * sale->lines;
        share += f->own.weight[s] * sale->lines / f->lines[f->own.store[s]];
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
    (void)scan;
    const store_facts *f = context->stores;
    bool knows = rows->user != HISTORY_NONE && f->own.offset &&
                 f->own.offset[rows->user] < f->own.offset[rows->user + 1];
    for (size_t i = 0; i < rows->n; i++) {
        float *row = to + i * stride;
        if (knows)
            write_row(row, f, rows->user, rows->item[i], context->h->as_of);
        else
            for (int c = 0; c < COLUMNS; c++)
                row[c] = NAN;
    }
}

static size_t columns(feature_column *out, const feature_context *context,
                      const candidate_lists *lists)
{
    (void)lists;
    return context->h->store ? feature_copy_columns(out, texts, COLUMNS) : 0;
}

const feature_family store_family = {"store", "What sells where the household shops.", columns,
                                     fill};
