#include "naive_features.h"

#include <math.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { STORES = 64, DAYS = 7 * 13 };

static int64_t store_of(const receipt *line)
{
    int64_t store = receipts_store(line->user, line->basket);
    assert_in_range(store, 0, STORES - 1);
    return store;
}

/* Decayed baskets of the household in each store, sum 1; false: none. */
static bool weigh(double weight[STORES], const naive_query *q)
{
    double sum = 0;
    memset(weight, 0, STORES * sizeof *weight);
    for (size_t l = 0; l < q->r->n; l++) {
        const receipt *line = &q->r->lines[l];
        bool first = l == 0 || q->r->lines[l - 1].basket != line->basket;
        if (!first || line->user != q->user || line->day >= q->as_of || store_of(line) == 0)
            continue;
        double one = pow(0.95, (q->as_of - line->day) / 7.0);
        weight[store_of(line)] += one;
        sum += one;
    }
    for (int s = 0; s < STORES && sum > 0; s++)
        weight[s] /= sum;
    return sum > 0;
}

/* Lines of the last days before T in a store (0: any that is known), of an item (0: of any). */
static double lines(const naive_query *q, int64_t store, int64_t item, int days)
{
    double n = 0;
    for (size_t l = 0; l < q->r->n; l++) {
        const receipt *line = &q->r->lines[l];
        int64_t at = store_of(line);
        n += line->day < q->as_of && line->day >= q->as_of - days && at != 0 &&
             (store == 0 || at == store) && (item == 0 || line->item == item);
    }
    return n;
}

/* Days since the item was last sold in a store, within 13 weeks; NaN: not. */
static double recency(const naive_query *q, int64_t store)
{
    double days = NAN;
    for (size_t l = 0; l < q->r->n; l++) {
        const receipt *line = &q->r->lines[l];
        double age = q->as_of - line->day;
        if (age > 0 && age <= DAYS && store_of(line) == store && line->item == q->item)
            days = fmin(days, age);
    }
    return days;
}

double naive_store(const naive_query *q, const char *name)
{
    double weight[STORES], sold = 0, four = 0, all = 0, share = 0, days = NAN;
    if (!weigh(weight, q))
        return NAN;
    for (int s = 1; s < STORES; s++) {
        double own = weight[s] > 0 ? lines(q, s, q->item, DAYS) : 0;
        if (own == 0)
            continue;
        sold += weight[s];
        all += weight[s] * own;
        four += weight[s] * lines(q, s, q->item, 28);
        share += weight[s] * own / lines(q, s, 0, DAYS);
        days = fmin(days, recency(q, s));
    }
    if (strcmp(name, "sold") == 0)
        return sold;
    if (strcmp(name, "lines_4w") == 0)
        return four;
    if (strcmp(name, "lines_13w") == 0)
        return all;
    if (strcmp(name, "share") == 0)
        return 1000 * share;
    if (strcmp(name, "recency") == 0)
        return days;
    assert_string_equal(name, "affinity");
    double everywhere = lines(q, 0, q->item, DAYS) / lines(q, 0, 0, DAYS);
    return everywhere > 0 ? share / everywhere : NAN;
}
