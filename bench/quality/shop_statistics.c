/* What a shop looks like, side by side with others: a table in Markdown, a column a configuration.
 *
 *     shop_statistics CONFIG…
 *
 * Lines are those that were kept and are no returns. docs/synth.md holds what it prints. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "data/dataset_type.h"

/* A row: a name and some values, printed with so many decimals. */
typedef struct row {
    const char *name;
    int decimals, values;
} row;

static const row rows[] = {
    {"lines", 0, 1},
    {"households", 0, 1},
    {"products sold", 0, 1},
    {"lines a household: 5, 25, 50, 75, 95, 99 %", 0, 6},
    {"… of the most active tenth, % of all lines", 1, 1},
    {"days with a visit a household: 5, 50, 95 %", 0, 3},
    {"days between visits: 25, 50, 75, 95 %", 0, 4},
    {"baskets on Sunday, Monday, …, Saturday, %", 1, 7},
    {"baskets a day with a visit", 3, 1},
    {"lines a basket: mean", 2, 1},
    {"… 25, 50, 75, 95, 99 %", 0, 5},
    {"baskets in the household's main store, %: 25, 50, 75 %", 0, 3},
    {"lines of the top 0.1, 1, 10, 50 % of products, %", 1, 4},
    {"products sold once, 2 to 9 times, %", 1, 2},
    {"days until a product is bought again: 25, 50, 75, 95 %", 0, 4},
    {"lines bought before by the household, %", 1, 1},
    {"different products a household: 5, 50, 95 %", 0, 3},
    {"lines a week, of the mean: least, median, most, %", 0, 3},
    {"lines of the last 13 weeks new to the shop, %", 1, 1},
    {"categories", 0, 1},
    {"lines of the top 10, 50 categories, %", 1, 2},
    {"categories a household: 5, 50, 95 %", 0, 3},
};
enum { ROWS = sizeof rows / sizeof *rows, MOST_VALUES = 100 };

/* A shop being measured: values in the order of the rows, and room to work. */
typedef struct shop {
    const aisle_dataset *d;
    double value[MOST_VALUES];
    int n;
    double *list; /* what quantiles are taken of */
    size_t listed;
    uint32_t *stamp, *mark; /* of items, stores or categories */
} shop;

static void add(shop *s, double value)
{
    s->value[s->n++] = value;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double quantile(const shop *s, double share)
{
    return s->listed ? s->list[(size_t)(share * (double)(s->listed - 1) + .5)] : NAN;
}

/* Sorts what is listed, adds its quantiles, and empties the list. */
static void add_quantiles(shop *s, const double *shares, int n)
{
    qsort(s->list, s->listed, sizeof *s->list, ascending);
    for (int i = 0; i < n; i++)
        add(s, quantile(s, shares[i]));
    s->listed = 0;
}

#define ADD_QUANTILES(s, ...)                                                                      \
    add_quantiles((s), (const double[]){__VA_ARGS__},                                              \
                  sizeof((const double[]){__VA_ARGS__}) / sizeof(double))

/* The share of the sum, in %, that the first of n values hold when the largest come first. */
static double share_of_top(shop *s, double most)
{
    double all = 0, top = 0;
    qsort(s->list, s->listed, sizeof *s->list, ascending);
    for (size_t i = 0; i < s->listed; i++) {
        all += s->list[i];
        if ((double)(s->listed - i) <= most)
            top += s->list[i];
    }
    return 100 * top / all;
}

static bool counts(const shop *s, size_t line)
{
    return s->d->line.quantity[line] > 0;
}

static void add_sizes(shop *s)
{
    const aisle_dataset *d = s->d;
    double lines = 0;
    for (uint32_t u = 0; u < d->users.count; u++) {
        double own = 0;
        for (size_t l = d->user_offset[u]; l < d->user_offset[u + 1]; l++)
            own += counts(s, l);
        s->list[s->listed++] = own;
        lines += own;
    }
    add(s, lines);
    add(s, (double)d->users.count);
    add(s, (double)d->items.count);
    double top = share_of_top(s, (double)d->users.count / 10);
    ADD_QUANTILES(s, .05, .25, .5, .75, .95, .99);
    add(s, top);
}

static void add_visits(shop *s)
{
    const aisle_dataset *d = s->d;
    double week[7] = {0}, days = 0;
    for (uint32_t u = 0; u < d->users.count; u++) {
        double own = 0;
        for (size_t l = d->user_offset[u]; l < d->user_offset[u + 1]; l++)
            own += l == d->user_offset[u] || d->line.day[l] != d->line.day[l - 1];
        s->list[s->listed++] = own;
        days += own;
    }
    ADD_QUANTILES(s, .05, .5, .95);
    for (uint32_t u = 0; u < d->users.count; u++)
        for (size_t l = d->user_offset[u]; l < d->user_offset[u + 1]; l++) {
            bool first = l == d->user_offset[u];
            if (!first && d->line.day[l] > d->line.day[l - 1])
                s->list[s->listed++] = d->line.day[l] - d->line.day[l - 1];
            if (first || d->line.basket[l] != d->line.basket[l - 1])
                week[(d->line.day[l] + 4) % 7]++; /* 1970-01-01 was a Thursday */
        }
    ADD_QUANTILES(s, .25, .5, .75, .95);
    for (int i = 0; i < 7; i++)
        add(s, 100 * week[i] / (double)d->baskets);
    add(s, (double)d->baskets / days);
}

static void add_baskets(shop *s)
{
    const aisle_dataset *d = s->d;
    double own = 0, lines = 0;
    for (size_t l = 0; l < d->line.n; l++) {
        own += counts(s, l);
        lines += counts(s, l);
        if (l + 1 == d->line.n || d->line.basket[l + 1] != d->line.basket[l]) {
            if (own > 0)
                s->list[s->listed++] = own;
            own = 0;
        }
    }
    add(s, lines / (double)s->listed);
    ADD_QUANTILES(s, .25, .5, .75, .95, .99);
}

/* For each household, the share of its baskets that are in the store where most are. */
static void add_main_store(shop *s)
{
    const aisle_dataset *d = s->d;
    for (size_t i = 0; i < d->stores.count; i++)
        s->stamp[i] = UINT32_MAX;
    for (uint32_t u = 0; d->store && u < d->users.count; u++) {
        double most = 0, all = 0;
        for (size_t l = d->user_offset[u]; l < d->user_offset[u + 1]; l++) {
            uint32_t store = d->store[d->line.basket[l]];
            bool same = l > d->user_offset[u] && d->line.basket[l] == d->line.basket[l - 1];
            if (same || store == AISLE_MISSING)
                continue;
            s->mark[store] = s->stamp[store] == u ? s->mark[store] + 1 : 1;
            s->stamp[store] = u;
            most = fmax(most, s->mark[store]);
            all++;
        }
        if (all > 0)
            s->list[s->listed++] = 100 * most / all;
    }
    ADD_QUANTILES(s, .25, .5, .75);
}

static void add_products(shop *s)
{
    static const double shares[] = {.001, .01, .1, .5};
    double n = (double)s->d->items.count, once = 0, few = 0;
    s->listed = s->d->items.count;
    for (size_t i = 0; i < s->listed; i++)
        s->list[i] = 0;
    for (size_t l = 0; l < s->d->line.n; l++)
        s->list[s->d->line.item[l]] += counts(s, l);
    for (size_t i = 0; i < s->listed; i++) {
        once += s->list[i] == 1;
        few += s->list[i] >= 2 && s->list[i] < 10;
    }
    for (int i = 0; i < 4; i++)
        add(s, share_of_top(s, shares[i] * n));
    add(s, 100 * once / n);
    add(s, 100 * few / n);
    s->listed = 0;
}

/* mark: the day of the household's last purchase of the item. */
static void add_repeats(shop *s)
{
    const aisle_dataset *d = s->d;
    double again = 0, lines = 0, *different = NEW_ZEROED(double, d->users.count);
    if (!different)
        exit(1);
    for (size_t i = 0; i < d->items.count; i++)
        s->stamp[i] = UINT32_MAX;
    for (uint32_t u = 0; u < d->users.count; u++)
        for (size_t l = d->user_offset[u]; l < d->user_offset[u + 1]; l++) {
            uint32_t item = d->line.item[l];
            bool before = s->stamp[item] == u;
            if (!counts(s, l))
                continue;
            lines++;
            again += before;
            different[u] += !before;
            if (before && (uint32_t)d->line.day[l] > s->mark[item])
                s->list[s->listed++] = d->line.day[l] - (double)s->mark[item];
            s->stamp[item] = u;
            s->mark[item] = (uint32_t)d->line.day[l];
        }
    ADD_QUANTILES(s, .25, .5, .75, .95);
    add(s, 100 * again / lines);
    s->listed = d->users.count;
    for (size_t u = 0; u < s->listed; u++)
        s->list[u] = different[u];
    ADD_QUANTILES(s, .05, .5, .95);
    mem_free(different);
}

/* Whole weeks of 7 days from the first. */
static void add_weeks(shop *s)
{
    const aisle_dataset *d = s->d;
    const aisle_dataset_summary *of = &d->summary;
    int32_t weeks = (of->last_day - of->first_day + 1) / 7, last = of->last_day - 7 * 13;
    double lines = 0, late = 0, new = 0;
    s->listed = (size_t)weeks;
    for (int32_t w = 0; w < weeks; w++)
        s->list[w] = 0;
    for (size_t i = 0; i < d->items.count; i++)
        s->stamp[i] = 0;
    for (size_t l = 0; l < d->line.n; l++) {
        int32_t week = (d->line.day[l] - of->first_day) / 7;
        if (week < weeks) {
            s->list[week] += counts(s, l);
            lines += counts(s, l);
        }
        s->stamp[d->line.item[l]] |= counts(s, l) && d->line.day[l] <= last;
    }
    for (size_t l = 0; l < d->line.n; l++) {
        late += counts(s, l) && d->line.day[l] > last;
        new += counts(s, l) && d->line.day[l] > last && !s->stamp[d->line.item[l]];
    }
    for (int32_t w = 0; w < weeks; w++)
        s->list[w] *= 100 * weeks / lines;
    ADD_QUANTILES(s, 0, .5, 1);
    add(s, 100 * new / late);
}

static void add_categories(shop *s)
{
    const attribute_table *p = &s->d->products;
    const aisle_dataset *d = s->d;
    if (p->category < 0) {
        while (s->n < MOST_VALUES)
            add(s, NAN);
        return;
    }
    const uint32_t *code = p->code[p->category];
    size_t n = p->levels[p->category].count, sold = 0;
    for (size_t c = 0; c < n; c++) {
        s->list[c] = 0;
        s->stamp[c] = UINT32_MAX;
    }
    for (size_t l = 0; l < d->line.n; l++)
        if (code[d->line.item[l]] != AISLE_MISSING)
            s->list[code[d->line.item[l]]] += counts(s, l);
    for (size_t c = 0; c < n; c++)
        sold += s->list[c] > 0;
    s->listed = n;
    add(s, (double)sold);
    add(s, share_of_top(s, 10));
    add(s, share_of_top(s, 50));
    s->listed = 0;
    for (uint32_t u = 0; u < d->users.count; u++) {
        double own = 0;
        for (size_t l = d->user_offset[u]; l < d->user_offset[u + 1]; l++) {
            uint32_t c = code[d->line.item[l]];
            if (c == AISLE_MISSING || s->stamp[c] == u)
                continue;
            s->stamp[c] = u;
            own++;
        }
        s->list[s->listed++] = own;
    }
    ADD_QUANTILES(s, .05, .5, .95);
}

static void measure(double value[MOST_VALUES], const char *path)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_dataset *d;
    if (aisle_dataset_open(&d, path, &err)) {
        fprintf(stderr, "shop_statistics: %s\n", err.message);
        exit(1);
    }
    size_t room = d->line.n + d->items.count + d->stores.count + d->users.count;
    if (d->products.category >= 0)
        room += d->products.levels[d->products.category].count;
    shop s = {.d = d, .list = NEW_ARRAY(double, room)};
    s.stamp = NEW_ARRAY(uint32_t, room);
    s.mark = NEW_ARRAY(uint32_t, room);
    if (!s.list || !s.stamp || !s.mark)
        exit(1);
    add_sizes(&s);
    add_visits(&s);
    add_baskets(&s);
    add_main_store(&s);
    add_products(&s);
    add_repeats(&s);
    add_weeks(&s);
    add_categories(&s);
    for (int i = 0; i < MOST_VALUES; i++)
        value[i] = s.value[i];
    mem_free(s.list);
    mem_free(s.stamp);
    mem_free(s.mark);
    aisle_dataset_free(d);
}

int main(int argc, char **argv)
{
    int shops = argc - 1;
    double(*value)[MOST_VALUES] = mem_zeroed((size_t)argc, sizeof *value);
    if (shops < 1 || !value) {
        fprintf(stderr, "usage: shop_statistics CONFIG...\n");
        return 2;
    }
    for (int i = 0; i < shops; i++)
        measure(value[i], argv[i + 1]);
    printf("| |");
    for (int i = 0; i < shops; i++)
        printf(" %s |", argv[i + 1]);
    printf("\n| --- |");
    for (int i = 0; i < shops; i++)
        printf(" --- |");
    for (int r = 0, at = 0; r < ROWS; at += rows[r++].values) {
        printf("\n| %s |", rows[r].name);
        for (int i = 0; i < shops; i++) {
            for (int v = 0; v < rows[r].values; v++)
                printf(" %.*f", rows[r].decimals, value[i][at + v]);
            printf(" |");
        }
    }
    putchar('\n');
    mem_free(value);
    return 0;
}
