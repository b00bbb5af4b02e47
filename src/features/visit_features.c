/* The household and the product, counted in the household's visits (days with a purchase) instead
 * of days: who comes twice a week and who comes once a month are told apart. */
#include <math.h>

#include "features/families.h"
#include "features/household_scan.h"
#include "history/rhythm.h"

enum { SPANS = 4 };
static const size_t spans[SPANS] = {3, 6, 12, 24};

static const feature_text texts[] = {
    {"visit_share_3", "Share of the household's last 3 visits with the product."},
    {"visit_share_6", "The same of the last 6 visits."},
    {"visit_share_12", "The same of the last 12 visits."},
    {"visit_share_24", "The same of the last 24 visits."},
    {"visit_streak", "Last visits, one after the other, with the product."},
    {"visit_since", "Visits since the household last bought the product."},
    {"visit_gap", "Mean visits between purchases."},
    {"visit_since_over_gap", "Visits since the last purchase over the mean gap in visits."},
};
enum { COLUMNS = sizeof texts / sizeof texts[0] };

/* The place of a day among the visits; it is one of them. */
static size_t place_of(const household_scan *scan, int32_t day)
{
    size_t low = 0, high = (size_t)scan->visit_days;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (scan->visit_day[middle] <= day)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* From the last visit back: shares of the spans, and for how long every visit had the product. */
static float *count_visits(float *to, const household_scan *scan, const history *h, uint64_t p)
{
    uint64_t l = h->pair_line_offset[p + 1], first = h->pair_line_offset[p];
    size_t visits = (size_t)scan->visit_days, found = 0, streak = 0, back = 0;
    for (size_t s = 0; s < SPANS; s++) {
        size_t span = spans[s] < visits ? spans[s] : visits;
        for (; back < span; back++) {
            int32_t day = scan->visit_day[visits - 1 - back];
            bool has = l > first && h->day[h->pair_line[l - 1]] == day;
            while (l > first && h->day[h->pair_line[l - 1]] == day)
                l--;
            found += has;
            streak += has && streak == back;
        }
        *to++ = (float)found / (float)span;
    }
    *to++ = (float)streak;
    return to;
}

static void write_row(float *to, const household_scan *scan, const history *h, uint64_t p)
{
    rhythm r;
    rhythm_read(&r, h, p);
    size_t first = place_of(scan, r.first), last = place_of(scan, r.last);
    double since = scan->visit_days - 1 - (double)last;
    double gap = r.days > 1 ? (double)(last - first) / (r.days - 1.0) : NAN;
    to = count_visits(to, scan, h, p);
    *to++ = (float)since;
    *to++ = (float)gap;
    *to = feature_ratio(since, gap);
}

static void fill(float *to, size_t stride, const feature_rows *rows, const household_scan *scan,
                 const feature_context *context)
{
    const history *h = context->h;
    pair_cursor own = pair_cursor_start(h, rows->user);
    for (size_t i = 0; i < rows->n; i++) {
        float *row = to + i * stride;
        if (pair_cursor_find(&own, h, rows->item[i]))
            write_row(row, scan, h, own.at);
        else
            for (int c = 0; c < COLUMNS; c++)
                row[c] = c <= SPANS ? 0 : NAN;
    }
}

static size_t columns(feature_column *out, const feature_context *context,
                      const candidate_lists *lists)
{
    (void)context;
    (void)lists;
    return feature_copy_columns(out, texts, COLUMNS);
}

const feature_family visit_family = {"visit", "The household and the product, in visits.", columns,
                                     fill};
