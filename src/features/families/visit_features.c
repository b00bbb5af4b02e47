/* The household and the product, counted in the household's visits (days with a purchase) instead
 * of days: who comes twice a week and who comes once a month are told apart. */
#include <math.h>

#include "features/families/families.h"
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

/* The number among the visits of a day, which is one of them. */
static double number_of(const households *h, uint32_t user, int32_t day)
{
    uint64_t low = h->basket_offset[user], high = h->basket_offset[user + 1];
    while (high - low > 1) {
        uint64_t middle = low + (high - low) / 2;
        if (h->basket_day[middle] <= day)
            low = middle;
        else
            high = middle;
    }
    return h->visit[low];
}

/* From the last visit back: shares of the spans, and for how long every visit had the product. */
static float *count_visits(float *to, const households *h, uint32_t user, uint64_t p)
{
    uint64_t l = h->pair_line_offset[p + 1], first = h->pair_line_offset[p];
    uint64_t basket = h->basket_offset[user + 1], from = h->basket_offset[user];
    size_t visits = households_count_visits(h, user), found = 0, streak = 0, back = 0;
    for (size_t s = 0; s < SPANS; s++) {
        size_t span = spans[s] < visits ? spans[s] : visits;
        for (; back < span; back++) {
            int32_t day = h->basket_day[basket - 1];
            bool has = l > first && h->line.day[h->pair_line[l - 1]] == day;
            while (l > first && h->line.day[h->pair_line[l - 1]] == day)
                l--;
            while (basket > from && h->basket_day[basket - 1] == day)
                basket--;
            found += has;
            streak += has && streak == back;
        }
        *to++ = (float)found / (float)span;
    }
    *to++ = (float)streak;
    return to;
}

static void write_row(float *to, const households *h, uint32_t user, uint64_t p)
{
    rhythm r;
    rhythm_read(&r, h, p);
    double first = number_of(h, user, r.first), last = number_of(h, user, r.last);
    double since = (double)households_count_visits(h, user) - 1 - last;
    double gap = r.days > 1 ? (last - first) / (r.days - 1.0) : NAN;
    to = count_visits(to, h, user, p);
    *to++ = (float)since;
    *to++ = (float)gap;
    *to = feature_ratio(since, gap);
}

static void fill(float *to, size_t stride, const feature_rows *rows, const household_scan *scan,
                 const feature_context *context)
{
    const households *h = rows->h;
    pair_cursor own = pair_cursor_start(h, rows->user);
    (void)scan;
    (void)context;
    for (size_t i = 0; i < rows->n; i++) {
        float *row = to + i * stride;
        if (pair_cursor_find(&own, h, rows->item[i]))
            write_row(row, h, rows->user, own.at);
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
