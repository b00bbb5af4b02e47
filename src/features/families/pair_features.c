/* The household and the product: how often, how long ago, in what rhythm. */
#include <math.h>
#include <string.h>

#include "features/families/families.h"
#include "features/household_scan.h"
#include "features/facts/item_facts.h"
#include "history/rhythm.h"

enum { WINDOWS = 6 };
static const int32_t window_days[WINDOWS] = {7, 14, 28, 56, 91, 182};

static const feature_text texts[] = {
    {"pair_lines", "How many times the household bought the product."},
    {"pair_lines_1w", "The same in the last week."},
    {"pair_lines_2w", "The same in the last 2 weeks."},
    {"pair_lines_4w", "The same in the last 4 weeks."},
    {"pair_lines_8w", "The same in the last 8 weeks."},
    {"pair_lines_13w", "The same in the last 13 weeks."},
    {"pair_lines_26w", "The same in the last 26 weeks."},
    {"pair_decayed_98", "Times bought, each weighted .98 a week of age."},
    {"pair_decayed_95", "Times bought, each weighted .95 a week of age."},
    {"pair_decayed_80", "Times bought, each weighted .80 a week of age."},
    {"pair_share_of_baskets", "Share of the household's baskets with the product."},
    {"pair_share_since_first", "The same among its days of purchase since the first time."},
    {"pair_recency", "Days since the household last bought the product."},
    {"pair_first", "Days since the household first bought the product."},
    {"pair_quantity", "Mean quantity when bought."},
    {"pair_gap_mean", "Mean days between purchases."},
    {"pair_gap_median", "Median days between purchases."},
    {"pair_gap_deviation", "Standard deviation of the days between purchases."},
    {"pair_gap_last", "Days between the last two purchases."},
    {"pair_recency_over_mean", "Days since the last purchase over the mean gap."},
    {"pair_recency_over_median", "Days since the last purchase over the median gap."},
    {"pair_recency_over_item_gap", "Days since the last purchase over the gap of all households."},
    {"pair_recency_in_visits", "Days since the last purchase over the household's days a visit."},
};
enum { COLUMNS = sizeof texts / sizeof texts[0] };

typedef struct pair_sums {
    float lines, window[WINDOWS], decayed[3], quantity;
    rhythm rhythm;
} pair_sums;

static void add_line(pair_sums *s, const feature_context *context, const households *h,
                     uint32_t line)
{
    int32_t age = h->as_of - h->line.day[line];
    s->lines += 1;
    s->quantity += h->line.quantity[line];
    for (int w = 0; w < WINDOWS; w++)
        s->window[w] += age <= window_days[w];
    for (int d = 0; d < 3; d++)
        s->decayed[d] += feature_decay(context, d, age);
}

static float gap_deviation(const rhythm *r, double mean)
{
    double sum = 0;
    for (size_t i = 0; i < r->gaps; i++)
        sum += (r->gap[i] - mean) * (r->gap[i] - mean);
    return r->gaps > 1 ? (float)sqrt(sum / (double)r->gaps) : NAN;
}

static void write_row(float *to, pair_sums *s, const household_scan *scan,
                      const feature_context *context, uint32_t item)
{
    float *at = to;
    rhythm *r = &s->rhythm;
    double recency = scan->as_of - r->last, span = r->last - r->first;
    double visit = (scan->as_of - scan->first_day) / scan->visit_days;
    double since = (scan->as_of - r->first) / visit;
    double mean = r->gaps ? span / (r->days - 1) : NAN;
    float deviation = gap_deviation(r, mean);
    double median = rhythm_median(r);
    *at++ = s->lines;
    for (int w = 0; w < WINDOWS; w++)
        *at++ = s->window[w];
    for (int d = 0; d < 3; d++)
        *at++ = s->decayed[d];
    *at++ = feature_ratio(s->lines, scan->baskets);
    *at++ = feature_ratio((double)r->days, fmax(1, since));
    *at++ = (float)recency;
    *at++ = (float)(scan->as_of - r->first);
    *at++ = s->quantity / s->lines;
    *at++ = (float)mean;
    *at++ = (float)median;
    *at++ = deviation;
    *at++ = r->gaps ? (float)r->last_gap : NAN;
    *at++ = feature_ratio(recency, mean);
    *at++ = feature_ratio(recency, median);
    *at++ = feature_ratio(recency, (double)context->items->gap[item]);
    *at = feature_ratio(recency, visit);
}

/* Never bought: counts are 0, the rest is not known. */
static void write_stranger(float *to)
{
    for (int c = 0; c < COLUMNS; c++)
        to[c] = c <= WINDOWS + 4 ? 0 : NAN;
}

static void fill(float *to, size_t stride, const feature_rows *rows, const household_scan *scan,
                 const feature_context *context)
{
    const households *h = rows->h;
    pair_cursor own = pair_cursor_start(h, rows->user);
    for (size_t i = 0; i < rows->n; i++) {
        float *row = to + i * stride;
        if (!pair_cursor_find(&own, h, rows->item[i])) {
            write_stranger(row);
            continue;
        }
        pair_sums sums;
        memset(&sums, 0, offsetof(pair_sums, rhythm));
        rhythm_read(&sums.rhythm, h, own.at);
        for (uint64_t k = h->pair_line_offset[own.at]; k < h->pair_line_offset[own.at + 1]; k++)
            add_line(&sums, context, h, h->pair_line[k]);
        write_row(row, &sums, scan, context, rows->item[i]);
    }
}

static size_t columns(feature_column *out, const feature_context *context,
                      const candidate_lists *lists)
{
    (void)context;
    (void)lists;
    return feature_copy_columns(out, texts, COLUMNS);
}

const feature_family pair_family = {"pair", "The household and the product.", columns, fill};
