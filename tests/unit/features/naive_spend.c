#include "naive_features.h"

#include <math.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { ITEMS = 100, FIRST_ITEM = 1000, STEP = 5 };

typedef struct paid {
    double lines, value, quantity, usual;
    double last; /* price of a piece in the last line */
    double discounted;
    bool last_discounted;
} paid;

typedef struct price_list {
    double ever[ITEMS], weeks13[ITEMS], weeks2[ITEMS];
} price_list;

static size_t place_of(int64_t item)
{
    assert_true(item >= FIRST_ITEM && item < FIRST_ITEM + ITEMS * STEP);
    return (size_t)(item - FIRST_ITEM) / STEP;
}

static void list_prices(double *price, const naive_query *q, int32_t since)
{
    double quantity[ITEMS] = {0};
    memset(price, 0, ITEMS * sizeof *price);
    for (size_t l = 0; l < q->r->n; l++) {
        const receipt *line = &q->r->lines[l];
        if (line->day >= q->as_of || line->day < since)
            continue;
        price[place_of(line->item)] += line->value;
        quantity[place_of(line->item)] += line->quantity;
    }
    for (size_t i = 0; i < ITEMS; i++)
        price[i] = quantity[i] > 0 ? price[i] / quantity[i] : NAN;
}

static price_list read_prices(const naive_query *q)
{
    price_list p;
    list_prices(p.ever, q, INT32_MIN);
    list_prices(p.weeks13, q, q->as_of - 91);
    list_prices(p.weeks2, q, q->as_of - 14);
    return p;
}

static double usual_price(const price_list *p, int64_t item)
{
    size_t i = place_of(item);
    return isnan(p->weeks13[i]) ? p->ever[i] : p->weeks13[i];
}

/* level: of the asked product's, NULL: everything. */
static paid household_paid(const naive_query *q, const price_list *p, const char *(*level)(int64_t),
                           bool of_item, int32_t since)
{
    paid s = {0};
    for (size_t l = 0; l < q->r->n; l++) {
        const receipt *line = &q->r->lines[l];
        if (line->user != q->user || line->day >= q->as_of || line->day < since)
            continue;
        if ((of_item && line->item != q->item) ||
            (level && (!level(line->item) || strcmp(level(line->item), level(q->item)) != 0)))
            continue;
        s.lines += 1;
        s.value += line->value;
        s.quantity += line->quantity;
        s.usual += line->quantity * usual_price(p, line->item);
        s.last = line->value / line->quantity;
        s.last_discounted = receipts_discount(line) > 0;
        s.discounted += s.last_discounted;
    }
    return s;
}

static double pair_spend(const naive_query *q, const price_list *p, const char *name)
{
    paid own = household_paid(q, p, NULL, true, INT32_MIN);
    paid all = household_paid(q, p, NULL, false, INT32_MIN);
    double mean = own.value / own.quantity;
    if (strcmp(name, "pair") == 0)
        return own.value;
    if (strcmp(name, "pair_13w") == 0)
        return household_paid(q, p, NULL, true, q->as_of - 91).value;
    if (strcmp(name, "pair_share") == 0)
        return own.lines > 0 ? own.value / all.value : 0;
    if (own.lines == 0)
        return NAN;
    if (strcmp(name, "pair_last") == 0)
        return own.last / mean;
    if (strcmp(name, "pair_last_over_usual") == 0)
        return own.last / usual_price(p, q->item);
    assert_string_equal(name, "pair_now");
    return p->weeks2[place_of(q->item)] / mean;
}

static double level_spend(const naive_query *q, const price_list *p, const char *name)
{
    bool price = strlen(name) > 6 && strcmp(name + strlen(name) - 6, "_price") == 0;
    const char *(*level)(int64_t) =
        strncmp(name, "department", 10) == 0 ? receipts_department : receipts_category;
    if (!level(q->item) || q->user == 0)
        return NAN;
    paid there = household_paid(q, p, level, false, INT32_MIN);
    return !price ? there.value : there.lines > 0 ? there.value / there.usual : NAN;
}

double naive_spend(const naive_query *q, const char *name)
{
    price_list p = read_prices(q);
    if (strncmp(name, "pair", 4) == 0)
        return pair_spend(q, &p, name);
    if (strncmp(name, "department", 10) == 0 || strncmp(name, "category", 8) == 0)
        return level_spend(q, &p, name);
    paid all = household_paid(q, &p, NULL, false, INT32_MIN);
    if (all.lines == 0)
        return NAN;
    if (strcmp(name, "item_price") == 0)
        return usual_price(&p, q->item) / (all.value / all.quantity);
    assert_string_equal(name, "household_price");
    return all.value / all.usual;
}

/* ---- Discounts ---- */

static double item_discount(const naive_query *q, bool depth, int32_t since)
{
    double lines = 0, discounted = 0, value = 0, off = 0;
    for (size_t l = 0; l < q->r->n; l++) {
        const receipt *line = &q->r->lines[l];
        if (line->item != q->item || line->day >= q->as_of || line->day < since)
            continue;
        lines += 1;
        discounted += receipts_discount(line) > 0;
        value += line->value;
        off += receipts_discount(line);
    }
    return lines == 0 ? NAN : depth ? off / (value + off) : discounted / lines;
}

double naive_discount(const naive_query *q, const char *name)
{
    price_list p = read_prices(q);
    paid s = household_paid(q, &p, NULL, strncmp(name, "pair", 4) == 0, INT32_MIN);
    if (strcmp(name, "item") == 0 || strcmp(name, "item_depth") == 0)
        return item_discount(q, strcmp(name, "item") != 0, q->as_of - 91);
    if (strcmp(name, "item_2w") == 0 || strcmp(name, "item_depth_2w") == 0)
        return item_discount(q, strcmp(name, "item_2w") != 0, q->as_of - 14);
    if (strcmp(name, "pair_last") == 0)
        return s.lines > 0 ? s.last_discounted : NAN;
    if (strcmp(name, "pair") != 0 && strcmp(name, "household") != 0) {
        const char *(*level)(int64_t) =
            strcmp(name, "department") == 0 ? receipts_department : receipts_category;
        if (!level(q->item))
            return NAN;
        s = household_paid(q, &p, level, false, INT32_MIN);
    }
    return s.lines > 0 ? s.discounted / s.lines : NAN;
}

/* ---- Places ---- */

/* Households that bought an item in the last weeks. */
static double buyers_of(const naive_query *q, int64_t item, int weeks)
{
    bool seen[NAIVE_LAST_USER + 1] = {false};
    double n = 0;
    for (size_t l = 0; l < q->r->n; l++) {
        const receipt *line = &q->r->lines[l];
        if (line->item != item || line->day >= q->as_of || line->day < q->as_of - 7 * weeks)
            continue;
        n += !seen[line->user];
        seen[line->user] = true;
    }
    return n;
}

static double place_in_level(const naive_query *q, const char *(*level)(int64_t), int weeks)
{
    double own = buyers_of(q, q->item, weeks), place = 1;
    for (int64_t item = FIRST_ITEM; item < FIRST_ITEM + ITEMS * STEP; item += STEP)
        if (level(item) && strcmp(level(item), level(q->item)) == 0)
            place += buyers_of(q, item, weeks) > own;
    return place;
}

double naive_rank(const naive_query *q, const char *name)
{
    const char *(*level)(int64_t) =
        strncmp(name, "department", 10) == 0 ? receipts_department : receipts_category;
    const char *rest = name + (level == receipts_department ? 10 : 8);
    if (!level(q->item))
        return NAN;
    if (strcmp(rest, "") == 0)
        return place_in_level(q, level, 13);
    if (strcmp(rest, "_4w") == 0)
        return place_in_level(q, level, 4);
    assert_string_equal(rest, "_own");
    price_list p = read_prices(q);
    paid there = household_paid(q, &p, level, false, INT32_MIN);
    paid own = household_paid(q, &p, NULL, true, INT32_MIN);
    return there.lines > 0 ? own.lines / there.lines : NAN;
}
