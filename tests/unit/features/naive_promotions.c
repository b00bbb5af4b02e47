#include "naive_features.h"

#include <math.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { FIRST_STORE = 1, LAST_STORE = 60, WEEKS = 60, ITEMS = 100 };
enum { ANY = AISLE_PROMOTION_DISPLAY | AISLE_PROMOTION_MAILER };

/* The number of the store that promotions know a basket's by; 0: not known. */
static int64_t store_of(const naive_query *q, const receipt *line)
{
    return q->r->chain_wide ? FIRST_STORE : receipts_store(line->user, line->basket);
}

/* What is asked again and again, as of one T. */
static struct {
    const receipts *r;
    int32_t as_of, first_day;
    uint8_t kinds[WEEKS][ITEMS]
                 [LAST_STORE]; /* of products sold before T, in stores open before T */
    bool open[LAST_STORE], tells[WEEKS][LAST_STORE];
    int64_t user;
    double weight[LAST_STORE]; /* of the user, see weigh */
} known;

static int week_of(int32_t day)
{
    return (day - known.first_day) / 7 + 1;
}

static int place_of(int64_t item)
{
    assert_true(item >= 1000 && item < 1000 + 5 * ITEMS);
    return (int)(item - 1000) / 5;
}

static void know_promotions(const naive_query *q)
{
    bool sold[ITEMS] = {false};
    if (known.r == q->r && known.as_of == q->as_of)
        return;
    memset(&known, 0, sizeof known);
    known.r = q->r;
    known.as_of = q->as_of;
    known.first_day = INT32_MAX;
    for (size_t l = 0; l < q->r->n; l++) {
        int32_t day = q->r->lines[l].day;
        known.first_day = day < known.first_day ? day : known.first_day;
        if (day >= q->as_of)
            continue;
        sold[place_of(q->r->lines[l].item)] = true;
        known.open[store_of(q, &q->r->lines[l])] = true;
    }
    known.open[0] = false;
    for (size_t p = 0; p < q->r->n_promotions; p++) {
        const promotion *one = &q->r->promotions[p];
        int64_t store = q->r->chain_wide ? FIRST_STORE : one->store;
        if (!sold[place_of(one->item)] || !known.open[store] || !one->kind)
            continue;
        known.kinds[one->week][place_of(one->item)][store] |= one->kind;
        known.tells[one->week][store] = true;
    }
}

/* Kinds of the item's promotion in a store and week. */
static int kinds(int64_t item, int64_t store, int week)
{
    return week >= 0 && week < WEEKS ? known.kinds[week][place_of(item)][store] : 0;
}

/* Whether the store has a promotion in the week at all. */
static bool tells(int64_t store, int week)
{
    return week >= 0 && week < WEEKS && known.tells[week][store];
}

/* Decayed baskets of the household in each store that tells of its promotions before T's week. */
static void weigh(const naive_query *q)
{
    int now = week_of(q->as_of);
    if (known.user == q->user)
        return;
    known.user = q->user;
    memset(known.weight, 0, sizeof known.weight);
    for (size_t l = 0; l < q->r->n; l++) {
        const receipt *line = &q->r->lines[l];
        bool first = l == 0 || q->r->lines[l - 1].basket != line->basket, is_known = false;
        for (int w = now - 13; w < now; w++)
            is_known |= tells(store_of(q, line), w);
        if (first && is_known && line->user == q->user && line->day < q->as_of)
            known.weight[store_of(q, line)] += pow(0.95, (q->as_of - line->day) / 7.0);
    }
}

/* Share of the stores of a week that have the item on one of the kinds. */
static double share(const naive_query *q, int kind, int week)
{
    double stores = 0, hits = 0;
    for (int64_t s = FIRST_STORE; s < LAST_STORE; s++) {
        if (!tells(s, week))
            continue;
        stores++;
        hits += (kinds(q->item, s, week) & kind) != 0;
    }
    return stores > 0 ? hits / stores : NAN;
}

static double mean_share(const naive_query *q, int kind, int from, int to)
{
    double sum = 0, weeks = 0;
    for (int w = from; w < to; w++) {
        double one = share(q, kind, w);
        sum += isnan(one) ? 0 : one;
        weeks += !isnan(one);
    }
    return weeks > 0 ? sum / weeks : NAN;
}

static double weeks_share(const naive_query *q, int from, int to)
{
    double hits = 0, weeks = 0;
    for (int w = from; w < to; w++) {
        double one = share(q, ANY, w);
        hits += one > 0;
        weeks += !isnan(one);
    }
    return weeks > 0 ? hits / weeks : NAN;
}

/* What the line was bought on, as far as T knows. */
static int line_kinds(const naive_query *q, const receipt *line)
{
    int week = week_of(line->day);
    int64_t store = store_of(q, line);
    return week < week_of(q->as_of) && store ? kinds(line->item, store, week) : 0;
}

/* Of the lines of a user, an item, or both (0: any), since a day, the share on a kind. */
static double share_of_lines(const naive_query *q, int kind, int64_t user, int64_t item,
                             int32_t since)
{
    double lines = 0, hits = 0;
    for (size_t l = 0; l < q->r->n; l++) {
        const receipt *line = &q->r->lines[l];
        if (line->day >= q->as_of || line->day < since || (user && line->user != user) ||
            (item && line->item != item))
            continue;
        lines++;
        hits += (line_kinds(q, line) & kind) != 0;
    }
    return lines > 0 ? hits / lines : NAN;
}

static double own_share(const naive_query *q, int kind, int week)
{
    double all = 0, hits = 0;
    weigh(q);
    for (int64_t s = FIRST_STORE; s < LAST_STORE; s++) {
        double one = known.weight[s];
        all += one;
        hits += kinds(q->item, s, week) & kind ? one : 0;
    }
    return all > 0 ? hits / all : NAN;
}

static double own_weeks(const naive_query *q, int kind, int from, int to)
{
    double sum = 0;
    for (int w = from; w < to; w++)
        sum += own_share(q, kind, w);
    return sum;
}

static double first_week(const naive_query *q, bool own, int from, int to)
{
    for (int w = from; w < to; w++)
        if (own ? own_share(q, ANY, w) >= 0.5 : share(q, ANY, w) > 0)
            return w - from;
    return NAN;
}

static double recency(const naive_query *q, int now)
{
    for (int w = now - 1; w >= now - 13; w--)
        if (share(q, ANY, w) > 0)
            return now - w;
    return NAN;
}

static double part(double a, double b)
{
    return a + b > 0 ? a / (a + b) : NAN;
}

double naive_promotion(const naive_query *q, const char *name)
{
    know_promotions(q);
    int now = week_of(q->as_of), end = week_of(q->as_of + 7 * NAIVE_PLANNED_WEEKS - 1) + 1;
    int kind = strstr(name, "display") ? AISLE_PROMOTION_DISPLAY : AISLE_PROMOTION_MAILER;
    bool planned = strncmp(name, "planned_", 8) == 0;
    bool stranger = q->user == 0;
    if (planned && strstr(name, "over_usual"))
        return part(mean_share(q, kind, now, end), mean_share(q, kind, now - 13, now));
    if (strcmp(name, "planned_first") == 0)
        return first_week(q, false, now, end);
    if (strcmp(name, "planned_own_first") == 0)
        return stranger ? NAN : first_week(q, true, now, end);
    if (planned && strstr(name, "own_"))
        return stranger ? NAN : own_weeks(q, kind, now, end);
    if (planned)
        return mean_share(q, kind, now, end);
    if (strncmp(name, "own_", 4) == 0)
        return stranger ? NAN : own_share(q, kind, now - 1);
    if (strncmp(name, "household_", 10) == 0)
        return stranger ? NAN : share_of_lines(q, kind, q->user, 0, INT32_MIN);
    if (strncmp(name, "pair_", 5) == 0)
        return stranger ? NAN : share_of_lines(q, kind, q->user, q->item, INT32_MIN);
    if (strncmp(name, "lines_", 6) == 0)
        return share_of_lines(q, kind, 0, q->item, q->as_of - 91);
    if (strcmp(name, "recency") == 0)
        return recency(q, now);
    if (strcmp(name, "weeks_13w") == 0)
        return weeks_share(q, now - 13, now);
    return mean_share(q, kind,
                      strstr(name, "_13w")  ? now - 13
                      : strstr(name, "_8w") ? now - 8
                                            : now - 1,
                      now);
}
