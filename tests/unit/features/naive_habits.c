#include "naive_features.h"

#include <math.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { DAYS = 7 * RECEIPTS_WEEKS };

/* Share of lines of user and item (0: any) on each day of the week. */
static double weekday_shares(double share[7], const naive_query *q, int64_t item)
{
    double n = 0;
    memset(share, 0, 7 * sizeof *share);
    for (size_t l = 0; l < q->r->n; l++) {
        const receipt *line = &q->r->lines[l];
        if (line->day >= q->as_of || (item && line->item != item))
            continue;
        share[line->day % 7] += 1;
        n += 1;
    }
    for (int d = 0; d < 7; d++)
        share[d] /= n;
    return n;
}

/* Of the days on which the household bought. */
static void visit_shares(double share[7], const naive_query *q)
{
    bool bought[DAYS] = {false};
    double n = 0;
    memset(share, 0, 7 * sizeof *share);
    for (size_t l = 0; l < q->r->n; l++)
        if (q->r->lines[l].user == q->user && q->r->lines[l].day < q->as_of)
            bought[q->r->lines[l].day - RECEIPTS_FIRST_DAY] = true;
    for (int d = 0; d < DAYS; d++) {
        share[(d + RECEIPTS_FIRST_DAY) % 7] += bought[d];
        n += bought[d];
    }
    for (int d = 0; d < 7; d++)
        share[d] /= n;
}

static double weekday_lift(const naive_query *q, const double own[7])
{
    double item[7], all[7], sum = 0;
    double n = weekday_shares(item, q, q->item);
    weekday_shares(all, q, 0);
    for (int d = 0; d < 7; d++)
        if (own[d] > 0)
            sum += own[d] * (n * item[d] + 20 * all[d]) / (n + 20) / all[d];
    return sum;
}

/* Weight of the household's visits by store; returns the store of most, 0: none known. */
static int64_t main_store(double *share, const naive_query *q)
{
    double weight[64] = {0}, all = 0;
    int64_t best = 0;
    for (size_t l = 0; l < q->r->n; l++) {
        const receipt *line = &q->r->lines[l];
        if (line->user != q->user || line->day >= q->as_of ||
            (l > 0 && line[-1].user == line->user && line[-1].basket == line->basket))
            continue;
        int64_t store = receipts_store(line->user, line->basket);
        double one = store ? pow(0.95, (q->as_of - line->day) / 7.0) : 0;
        weight[store] += one;
        all += one;
    }
    for (int64_t s = 1; s < 64; s++)
        best = weight[s] > (best ? weight[best] : 0) ? s : best;
    *share = best ? weight[best] / all : NAN;
    return best;
}

static bool sold_in(const naive_query *q, int64_t store)
{
    for (size_t l = 0; l < q->r->n; l++) {
        const receipt *line = &q->r->lines[l];
        if (line->item == q->item && line->day < q->as_of && line->day >= q->as_of - 91 &&
            receipts_store(line->user, line->basket) == store)
            return true;
    }
    return false;
}

double naive_habit(const naive_query *q, const char *name)
{
    double own[7], most = 0, share, lines = 0;
    if (strcmp(name, "lines_52w") == 0) {
        for (size_t l = 0; l < q->r->n; l++)
            lines += q->r->lines[l].user == q->user && q->r->lines[l].item == q->item &&
                     q->r->lines[l].day < q->as_of && q->r->lines[l].day >= q->as_of - 364;
        return lines;
    }
    if (q->user == 0)
        return NAN;
    visit_shares(own, q);
    if (strcmp(name, "weekday") == 0)
        return weekday_lift(q, own);
    for (int d = 0; d < 7; d++)
        most = fmax(most, own[d]);
    if (strcmp(name, "household_weekday") == 0)
        return most;
    int64_t store = main_store(&share, q);
    if (strcmp(name, "household_store") == 0)
        return share;
    assert_string_equal(name, "store_sold");
    return store ? sold_in(q, store) : NAN;
}
