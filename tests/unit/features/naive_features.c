#include "naive_features.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { MOST_DAYS = 512, ANY = -1 };

/* Which lines are looked at: of a user, an item, a level of a column, since a day. */
typedef struct filter {
    int64_t user, item;
    const char *department, *category;
    int32_t since;
} filter;

typedef struct sums {
    double lines, quantity, value, decayed, baskets;
    double users; /* distinct */
    int32_t day[MOST_DAYS];
    int days; /* distinct, ascending */
} sums;

static bool agrees(const char *wanted, const char *found)
{
    return !wanted || (found && strcmp(wanted, found) == 0);
}

static bool passes(const filter *f, const receipt *line, int32_t as_of)
{
    return line->day < as_of && line->day >= f->since &&
           (f->user == ANY || line->user == f->user) && (f->item == ANY || line->item == f->item) &&
           agrees(f->department, receipts_department(line->item)) &&
           agrees(f->category, receipts_category(line->item));
}

static int compare_days(const void *a, const void *b)
{
    return *(const int32_t *)a - *(const int32_t *)b;
}

static void add_day(sums *s, int32_t day)
{
    for (int d = 0; d < s->days; d++)
        if (s->day[d] == day)
            return;
    s->day[s->days++] = day;
    qsort(s->day, (size_t)s->days, sizeof *s->day, compare_days);
}

static sums sum_up(const naive_query *q, filter f, double rate)
{
    sums s = {0};
    for (size_t l = 0; l < q->r->n; l++) {
        const receipt *line = &q->r->lines[l];
        if (!passes(&f, line, q->as_of))
            continue;
        bool new_basket = true, new_user = true;
        for (size_t b = 0; b < l && (f.user != ANY || f.item != ANY); b++) {
            const receipt *before = &q->r->lines[b];
            if (!passes(&f, before, q->as_of))
                continue;
            new_basket &= before->basket != line->basket;
            new_user &= before->user != line->user;
        }
        s.lines += 1;
        s.quantity += line->quantity;
        s.value += line->value;
        s.decayed += pow(rate, (q->as_of - line->day) / 7.0);
        s.baskets += new_basket;
        s.users += new_user;
        if (f.user != ANY)
            add_day(&s, line->day);
    }
    return s;
}

static double over(double a, double b)
{
    return b > 0 ? a / b : NAN;
}

static filter everything(void)
{
    return (filter){ANY, ANY, NULL, NULL, INT32_MIN};
}

static filter since_weeks(filter f, const naive_query *q, int weeks)
{
    f.since = q->as_of - 7 * weeks;
    return f;
}

static double lines_since(const naive_query *q, filter f, int weeks)
{
    return sum_up(q, since_weeks(f, q, weeks), 1).lines;
}

static double first_day(const sums *s)
{
    return s->days ? s->day[0] : NAN;
}

static double last_day(const sums *s)
{
    return s->days ? s->day[s->days - 1] : NAN;
}

static double mean_gap(const sums *s)
{
    return s->days > 1 ? (last_day(s) - first_day(s)) / (s->days - 1) : NAN;
}

static double median_gap(const sums *s)
{
    int32_t gap[MOST_DAYS];
    int n = s->days - 1;
    if (n < 1)
        return NAN;
    for (int g = 0; g < n; g++)
        gap[g] = s->day[g + 1] - s->day[g];
    qsort(gap, (size_t)n, sizeof *gap, compare_days);
    return n % 2 ? gap[n / 2] : (gap[n / 2 - 1] + gap[n / 2]) / 2.0;
}

static double gap_deviation(const sums *s)
{
    double sum = 0, mean = mean_gap(s);
    if (s->days < 3)
        return NAN;
    for (int g = 0; g + 1 < s->days; g++)
        sum += pow(s->day[g + 1] - s->day[g] - mean, 2);
    return sqrt(sum / (s->days - 1));
}

/* Days between purchases of the item, over all households. */
static double item_gap(const naive_query *q)
{
    double days = 0, gaps = 0;
    for (int64_t u = NAIVE_FIRST_USER; u < NAIVE_LAST_USER; u += 7) {
        filter f = everything();
        f.user = u;
        f.item = q->item;
        bool known = false;
        for (size_t l = 0; l < q->r->n && !known; l++)
            known = passes(&f, &q->r->lines[l], q->as_of);
        if (!known)
            continue;
        sums s = sum_up(q, f, 1);
        days += last_day(&s) - first_day(&s);
        gaps += s.days - 1;
    }
    return over(days, gaps);
}

static double pair_feature(const naive_query *q, const char *name)
{
    filter own = everything(), f;
    own.user = q->user;
    f = own;
    f.item = q->item;
    sums pair = sum_up(q, f, 1), household = sum_up(q, own, 1);
    double recency = q->as_of - last_day(&pair);
    double visit = (q->as_of - first_day(&household)) / household.days;
    bool known = pair.lines > 0;
    if (strcmp(name, "lines") == 0)
        return pair.lines;
    if (strncmp(name, "lines_", 6) == 0)
        return lines_since(q, f, atoi(name + 6));
    if (strncmp(name, "decayed_", 8) == 0)
        return sum_up(q, f, atoi(name + 8) / 100.0).decayed;
    if (strcmp(name, "share_of_baskets") == 0)
        return known ? pair.lines / household.baskets : 0;
    if (!known)
        return NAN;
    if (strcmp(name, "share_since_first") == 0)
        return pair.days / fmax(1, (q->as_of - first_day(&pair)) / visit);
    if (strcmp(name, "recency") == 0)
        return recency;
    if (strcmp(name, "first") == 0)
        return q->as_of - first_day(&pair);
    if (strcmp(name, "quantity") == 0)
        return pair.quantity / pair.lines;
    if (strcmp(name, "gap_mean") == 0)
        return mean_gap(&pair);
    if (strcmp(name, "gap_median") == 0)
        return median_gap(&pair);
    if (strcmp(name, "gap_deviation") == 0)
        return gap_deviation(&pair);
    if (strcmp(name, "gap_last") == 0)
        return pair.days > 1 ? pair.day[pair.days - 1] - pair.day[pair.days - 2] : NAN;
    if (strcmp(name, "recency_over_mean") == 0)
        return over(recency, mean_gap(&pair));
    if (strcmp(name, "recency_over_median") == 0)
        return over(recency, median_gap(&pair));
    if (strcmp(name, "recency_over_item_gap") == 0)
        return over(recency, item_gap(q));
    if (strcmp(name, "recency_in_visits") == 0)
        return over(recency, visit);
    fail_msg("pair_%s has no twin", name);
    return 0;
}

/* Lines whose product the household had bought in an earlier line. */
static double repeat_lines(const naive_query *q, filter own)
{
    double repeats = 0;
    for (size_t l = 0; l < q->r->n; l++) {
        bool before = false;
        if (!passes(&own, &q->r->lines[l], q->as_of))
            continue;
        for (size_t b = 0; b < l; b++)
            before |= passes(&own, &q->r->lines[b], q->as_of) &&
                      q->r->lines[b].item == q->r->lines[l].item;
        repeats += before;
    }
    return repeats;
}

static double household_feature(const naive_query *q, const char *name)
{
    filter own = everything();
    own.user = q->user;
    sums s = sum_up(q, own, 1);
    double recency = q->as_of - last_day(&s);
    if (s.lines == 0)
        return NAN;
    if (strcmp(name, "basket_value") == 0)
        return s.value / s.baskets;
    if (strcmp(name, "basket_lines") == 0)
        return s.lines / s.baskets;
    if (strcmp(name, "lines") == 0)
        return s.lines;
    if (strcmp(name, "lines_4w") == 0)
        return lines_since(q, own, 4);
    if (strcmp(name, "baskets") == 0)
        return s.baskets;
    if (strcmp(name, "visit_gap") == 0)
        return mean_gap(&s);
    if (strcmp(name, "recency") == 0)
        return recency;
    if (strcmp(name, "recency_over_gap") == 0)
        return over(recency, mean_gap(&s));
    if (strcmp(name, "tenure") == 0)
        return q->as_of - first_day(&s);
    if (strcmp(name, "distinct") == 0)
        return s.lines - repeat_lines(q, own);
    if (strcmp(name, "repeat_share") == 0)
        return repeat_lines(q, own) / s.lines;
    if (strcmp(name, "price") == 0)
        return s.value / s.quantity;
    fail_msg("household_%s has no twin", name);
    return 0;
}

static double price_since(const naive_query *q, int weeks)
{
    filter f = everything();
    f.item = q->item;
    if (weeks)
        f = since_weeks(f, q, weeks);
    sums s = sum_up(q, f, 1);
    return over(s.value, s.quantity);
}

static double item_price(const naive_query *q)
{
    double recent = price_since(q, 13);
    return isnan(recent) ? price_since(q, 0) : recent;
}

static double buyers_since(const naive_query *q, int weeks)
{
    filter f = everything();
    f.item = q->item;
    return sum_up(q, weeks ? since_weeks(f, q, weeks) : f, 1).users;
}

/* Of the households whose days with the item pass, the share for which `again` (two days or more)
 * or `first` (first day in the last 13 weeks) holds. */
static double share_of_buyers(const naive_query *q, bool again)
{
    double all = 0, hits = 0;
    for (int64_t u = NAIVE_FIRST_USER; u < NAIVE_LAST_USER; u += 7) {
        filter f = everything();
        f.user = u;
        f.item = q->item;
        bool known = false;
        for (size_t l = 0; l < q->r->n && !known; l++)
            known = passes(&f, &q->r->lines[l], q->as_of);
        if (!known)
            continue;
        sums s = sum_up(q, f, 1);
        double since = q->as_of - 91;
        all += again || last_day(&s) >= since;
        hits += again ? s.days > 1 : first_day(&s) >= since;
    }
    return over(hits, all);
}

static double item_age(const naive_query *q, bool last)
{
    double day = NAN;
    for (size_t l = 0; l < q->r->n; l++) {
        const receipt *line = &q->r->lines[l];
        if (line->item == q->item && line->day < q->as_of)
            day = isnan(day) ? line->day : last ? fmax(day, line->day) : fmin(day, line->day);
    }
    return q->as_of - day;
}

static double item_feature(const naive_query *q, const char *name)
{
    if (strcmp(name, "price") == 0)
        return item_price(q);
    if (strcmp(name, "price_now") == 0)
        return over(price_since(q, 2), item_price(q));
    if (strcmp(name, "buyers") == 0)
        return buyers_since(q, 0);
    if (strncmp(name, "buyers_", 7) == 0)
        return buyers_since(q, atoi(name + 7));
    if (strcmp(name, "trend_1w_4w") == 0)
        return over(buyers_since(q, 1), buyers_since(q, 4));
    if (strcmp(name, "trend") == 0)
        return over(buyers_since(q, 4), buyers_since(q, 13));
    if (strcmp(name, "gap") == 0)
        return item_gap(q);
    if (strcmp(name, "repurchase") == 0)
        return share_of_buyers(q, true);
    if (strcmp(name, "first_buyers") == 0)
        return share_of_buyers(q, false);
    if (strcmp(name, "age") == 0)
        return item_age(q, false);
    if (strcmp(name, "recency") == 0)
        return item_age(q, true);
    fail_msg("item_%s has no twin", name);
    return 0;
}

/* Weeks that weekly numbers are divided by: 13, or what there is, at least 1. */
static double weeks_counted(const naive_query *q)
{
    double first = q->as_of;
    for (size_t l = 0; l < q->r->n; l++)
        if (q->r->lines[l].day < q->as_of)
            first = fmin(first, q->r->lines[l].day);
    return fmin(13, fmax(1, (q->as_of - first) / 7));
}

static double level_feature(const naive_query *q, filter level, const char *name)
{
    filter own = level, all = everything();
    own.user = all.user = q->user;
    sums s = sum_up(q, own, 0.95), household = sum_up(q, all, 0.95);
    double recency = q->as_of - last_day(&s), share = s.decayed / household.decayed;
    double weekly = lines_since(q, level, 13) / weeks_counted(q);
    if (strcmp(name, "lines") == 0)
        return s.lines;
    if (strcmp(name, "lines_4w") == 0)
        return lines_since(q, own, 4);
    if (strcmp(name, "share") == 0)
        return share;
    if (strcmp(name, "recency") == 0)
        return recency;
    if (strcmp(name, "recency_over_gap") == 0)
        return over(recency, mean_gap(&s));
    if (strcmp(name, "weekly") == 0)
        return weekly;
    if (strcmp(name, "affinity") == 0)
        return over(share, weekly / (lines_since(q, everything(), 13) / weeks_counted(q)));
    fail_msg("%s has no twin", name);
    return 0;
}

static double category_feature(const naive_query *q, const char *name)
{
    filter level = everything();
    if (strncmp(name, "department_", 11) == 0)
        level.department = receipts_department(q->item);
    else
        level.category = receipts_category(q->item);
    if ((!level.department && !level.category) || q->user == 0)
        return NAN;
    return level_feature(q, level, strchr(name, '_') + 1);
}

bool naive_has_feature(const char *name)
{
    static const char *const prefixes[] = {"pair_",     "household_", "item_",  "department_",
                                           "category_", "promotion_", "store_", "visit_",
                                           "spend_",    "rank_",      "habit_", "discount_"};
    for (size_t p = 0; p < sizeof prefixes / sizeof *prefixes; p++)
        if (strncmp(name, prefixes[p], strlen(prefixes[p])) == 0)
            return strcmp(name, "household_income") != 0;
    return false;
}

double naive_feature(const naive_query *q, const char *name)
{
    if (strncmp(name, "pair_", 5) == 0)
        return pair_feature(q, name + 5);
    if (strncmp(name, "household_", 10) == 0)
        return household_feature(q, name + 10);
    if (strncmp(name, "item_", 5) == 0)
        return item_feature(q, name + 5);
    if (strncmp(name, "promotion_", 10) == 0)
        return naive_promotion(q, name + 10);
    if (strncmp(name, "store_", 6) == 0)
        return naive_store(q, name + 6);
    if (strncmp(name, "visit_", 6) == 0)
        return naive_visit(q, name + 6);
    if (strncmp(name, "spend_", 6) == 0)
        return naive_spend(q, name + 6);
    if (strncmp(name, "rank_", 5) == 0)
        return naive_rank(q, name + 5);
    if (strncmp(name, "habit_", 6) == 0)
        return naive_habit(q, name + 6);
    if (strncmp(name, "discount_", 9) == 0)
        return naive_discount(q, name + 9);
    return category_feature(q, name);
}
