/* When in the week and where the household shops, and whether the product sells then and there.
 *
 * The horizon has all days of the week, so what counts is not on which day it starts but whether
 * the product goes with the days on which the household comes. */
#include <math.h>

#include "features/families/families.h"
#include "features/facts/habit_facts.h"
#include "features/household_scan.h"
#include "features/facts/store_facts.h"

typedef struct habit_text {
    const char *name, *meaning;
    uint16_t part;
} habit_text;

static const habit_text texts[] = {
    {"habit_lines_52w", "How many times the household bought the product in the last 52 weeks.",
     HABIT_LINES},
    {"habit_weekday",
     "How often the product sells on the household's days of the week over how often all do.",
     HABIT_WEEKDAY},
    {"habit_household_weekday", "Share of the household's visits on its most frequent weekday.",
     HABIT_MAIN_WEEKDAY},
    {"habit_store_sold", "1: sold in the last 13 weeks in the store that it visits most; 0: not.",
     HABIT_STORE},
    {"habit_household_store", "Share of the household's visits to that store, weighted .95 a week.",
     HABIT_MAIN_STORE},
};
enum { COLUMNS = sizeof texts / sizeof texts[0], WITHOUT_STORES = 3 };

/* What is the same for all of a household's products. */
typedef struct habits {
    double weekday[HABIT_WEEKDAYS]; /* shares of its visits */
    double most;                    /* of them */
    uint32_t store;                 /* AISLE_MISSING: not known */
    float store_share;
} habits;

static void read_weekdays(habits *out, const households *h, uint32_t user)
{
    double visits = households_count_visits(h, user);
    uint64_t from = h->basket_offset[user];
    for (uint64_t b = from; b < h->basket_offset[user + 1]; b++)
        if (b == from || h->visit[b] != h->visit[b - 1])
            out->weekday[habit_weekday(h->basket_day[b])] += 1.0 / visits;
    for (int d = 0; d < HABIT_WEEKDAYS; d++)
        out->most = fmax(out->most, out->weekday[d]);
}

static habits read_habits(const feature_rows *rows, const household_scan *scan)
{
    habits h = {.store = AISLE_MISSING, .store_share = NAN};
    if (rows->user == HISTORY_NONE)
        return h;
    read_weekdays(&h, rows->h, rows->user);
    household_store home = household_stores_main(&scan->stores);
    h.store = home.store;
    h.store_share = home.weight;
    return h;
}

static float lines_of_year(const households *h, uint64_t pair)
{
    float n = 0;
    for (uint64_t k = h->pair_line_offset[pair]; k < h->pair_line_offset[pair + 1]; k++)
        n += h->line.day[h->pair_line[k]] >= h->as_of - 7 * 52;
    return n;
}

static float weekday_lift(const habits *own, const habit_facts *facts, uint32_t item)
{
    const float *lift = facts->lift + item * (size_t)HABIT_WEEKDAYS;
    double sum = 0;
    for (int d = 0; d < HABIT_WEEKDAYS; d++)
        sum += own->weekday[d] * (double)lift[d];
    return (float)sum;
}

static void fill(float *to, size_t stride, const feature_rows *rows, const household_scan *scan,
                 const feature_context *context)
{
    const households *h = rows->h;
    const store_facts *stores = context->stores;
    bool known = rows->user != HISTORY_NONE;
    habits own = read_habits(rows, scan);
    pair_cursor pairs = pair_cursor_start(h, rows->user);
    for (size_t i = 0; i < rows->n; i++) {
        float *at = to + i * stride;
        bool bought = pair_cursor_find(&pairs, h, rows->item[i]);
        *at++ = bought ? lines_of_year(h, pairs.at) : 0;
        *at++ = known ? weekday_lift(&own, context->habits, rows->item[i]) : NAN;
        *at++ = known ? (float)own.most : NAN;
        if (!context->a->has_stores)
            continue;
        bool has_store = own.store != AISLE_MISSING;
        *at++ = has_store ? store_facts_find(stores, own.store, rows->item[i]) != NULL : NAN;
        *at = own.store_share;
    }
}

static size_t columns(feature_column *out, const feature_context *context,
                      const candidate_lists *lists)
{
    (void)lists;
    size_t n = context->a->has_stores ? COLUMNS : WITHOUT_STORES;
    for (size_t c = 0; out && c < n; c++) {
        feature_text text = {texts[c].name, texts[c].meaning};
        feature_copy_columns(&out[c], &text, 1);
        out[c].part = texts[c].part;
        out[c].of_household = texts[c].part >= HABIT_MAIN_WEEKDAY;
    }
    return n;
}

const feature_family habit_family = {
    "habit", "When and where the household shops, and whether the product sells then and there.",
    columns, fill};
