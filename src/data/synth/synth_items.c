#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/sort.h"
#include "data/synth/synth_type.h"
#include "data/synth/synth_fit.h"

/* Departments, and how many of the real shop's categories each has. */
static const struct department {
    const char *name;
    uint32_t categories;
} departments[] = {
    {"Grocery", 94},  {"Household", 90}, {"Produce", 31},    {"Health", 25},   {"Meat", 14},
    {"Deli", 12},     {"Flowers", 10},   {"Sausage", 9},     {"Bakery", 9},    {"Fish", 5},
    {"Cosmetics", 4}, {"Salads", 2},     {"Wine & beer", 2}, {"Newspaper", 1},
};
enum { DEPARTMENTS = sizeof departments / sizeof departments[0], REAL_CATEGORIES = 308 };

/* Of the shop's making. */
typedef struct making {
    double *popularity;    /* [items] */
    double *heat;          /* [categories] */
    double *again, *price; /* [categories] of its products, on average */
    uint32_t *of, *stack;  /* [items] the category; room for alias_fill */
    sort_pair *pairs;      /* [2 * items] */
} making;

static aisle_status making_init(making *m, size_t items, size_t categories, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    *m = (making){NEW_ARRAY(double, items),       NEW_ARRAY(double, categories),
                  NEW_ARRAY(double, categories),  NEW_ARRAY(double, categories),
                  NEW_ARRAY(uint32_t, items),     NEW_ARRAY(uint32_t, items),
                  NEW_ARRAY(sort_pair, 2 * items)};
    TRY_ALLOC(m->popularity);
    TRY_ALLOC(m->heat);
    TRY_ALLOC(m->again);
    TRY_ALLOC(m->price);
    TRY_ALLOC(m->of);
    TRY_ALLOC(m->stack);
    TRY_ALLOC(m->pairs);
done:
    return status;
}

static void making_fini(making *m)
{
    mem_free(m->popularity);
    mem_free(m->heat);
    mem_free(m->again);
    mem_free(m->price);
    mem_free(m->of);
    mem_free(m->stack);
    mem_free(m->pairs);
}

/* The department of category c of n: so many of each, or one of each where there are few. */
static uint32_t department_of(uint32_t c, uint32_t n)
{
    uint32_t most = 0, place = (uint32_t)((uint64_t)c * REAL_CATEGORIES / n);
    if (n <= DEPARTMENTS)
        return c;
    for (uint32_t d = 0; d < DEPARTMENTS; d++) {
        most += departments[d].categories;
        if (place < most)
            return d;
    }
    return DEPARTMENTS - 1;
}

static void draw_categories(aisle_synth *s, making *m)
{
    rng r = rng_init(s->options.seed, SYNTH_CATEGORIES);
    uint32_t n = s->n_categories;
    for (uint32_t c = 0; c < n; c++) {
        synth_category *one = &s->category[c];
        one->department = department_of(c, n);
        for (int k = 0; k < SYNTH_STYLES; k++)
            one->style[k] = (float)draw_normal(&r);
        m->heat[c] = FIT_CATEGORY_HEAT * draw_normal(&r);
        m->again[c] = FIT_AGAIN + FIT_AGAIN_CATEGORY * draw_normal(&r);
        m->price[c] = log(FIT_PRICE) + FIT_PRICE_CATEGORY * draw_normal(&r);
    }
}

/* Products a category: a draw from the sizes for each product. */
static void assign_categories(aisle_synth *s, making *m, rng *r)
{
    uint32_t n = s->n_categories;
    alias_table sizes = {n, s->keep, s->other};
    for (uint32_t c = 0; c < n; c++)
        m->popularity[c] = CURVE_AT(fit_category_items, (rng_unit(r) + c) / n);
    /* c ascends with the size: shuffled, so that departments share large and small. */
    for (uint32_t c = n - 1; c > 0; c--) {
        uint32_t other = rng_below(r, c + 1);
        double kept = m->popularity[c];
        m->popularity[c] = m->popularity[other];
        m->popularity[other] = kept;
    }
    alias_fill(&sizes, m->popularity, m->stack);
    for (uint32_t i = 0; i < s->options.items; i++)
        m->of[i] = alias_draw(&sizes, r);
}

/* Ranks by a category's heat and an own part; a larger score is a smaller key. */
static void rank_items(const aisle_synth *s, making *m, rng *r)
{
    uint32_t n = s->options.items;
    for (uint32_t i = 0; i < n; i++) {
        double score = m->heat[m->of[i]] + draw_normal(r);
        m->pairs[i] = (sort_pair){(uint64_t)((64 - score) * 0x1p50), i};
    }
    sort_pairs(m->pairs, m->pairs + n, n);
    double mean = 0;
    for (uint32_t rank = 0; rank < n; rank++) {
        double x = log10((rank + .5) / n);
        mean += m->popularity[m->pairs[rank].value] = CURVE_AT(fit_popularity, x);
    }
    for (uint32_t i = 0; i < n; i++)
        m->popularity[i] *= n / mean;
}

static void draw_days(synth_item *item, uint32_t weeks, rng *r)
{
    double days = 7.0 * weeks, changed = 1 - pow(1 - FIT_TURNOVER, weeks / 52.0);
    double at = rng_unit(r), comes = rng_unit(r), goes = rng_unit(r);
    item->from = comes < changed ? (int32_t)(days * at) : 0;
    item->to =
        goes < changed ? item->from + 1 + (int32_t)((days - item->from) * rng_unit(r)) : INT32_MAX;
}

static void draw_item(synth_item *item, const aisle_synth *s, const making *m, uint32_t i, rng *r)
{
    uint32_t n = s->options.items, c = m->of[i];
    double popularity = m->popularity[i];
    double own = FIT_OWN_LABEL + FIT_OWN_LABEL_TOP * (1 - exp(-popularity / 5));
    double brands = n / FIT_BRAND, u = rng_unit(r), log_price;
    item->category = c;
    for (int k = 0; k < SYNTH_STYLES; k++)
        item->style[k] = (float)draw_normal(r);
    item->again = (float)(m->again[c] + FIT_AGAIN_ITEM * draw_normal(r) +
                          FIT_AGAIN_POPULAR * log(popularity));
    /* The style's first part, whom income attracts, is what the product costs. */
    log_price = m->price[c] + FIT_PRICE_POPULAR * log(popularity) +
                FIT_PRICE_ITEM * (.6 * item->style[0] + .8 * draw_normal(r));
    item->price = (float)((floor(exp(log_price) * 10) + .9) / 10);
    item->brand = rng_unit(r) < own ? 0 : 1 + (uint32_t)(brands * u * u * u * u);
    item->subcategory = (uint32_t)(rng_unit(r) * (1 + s->category[c].items.n / FIT_SUBCATEGORY));
    draw_days(item, s->options.weeks, r);
}

/* Sorts items by category and makes each category's alias table. */
static void fill_categories(aisle_synth *s, making *m)
{
    size_t first = 0, n = s->options.items;
    double all = 0;
    for (size_t i = 0; i < n; i++)
        s->category[m->of[i]].items.n++;
    for (uint32_t c = 0; c < s->n_categories; c++) {
        synth_category *one = &s->category[c];
        one->first = first;
        first += one->items.n;
        one->items.keep = s->keep + one->first;
        one->items.other = s->other + one->first;
        one->items.n = 0;
    }
    double *weight = (double *)(void *)m->pairs; /* no longer needed; larger */
    for (size_t i = 0; i < n; i++) {
        synth_category *one = &s->category[m->of[i]];
        size_t place = one->first + one->items.n++;
        s->by_category[place] = (uint32_t)i;
        weight[place] = m->popularity[i];
        one->share += m->popularity[i];
        all += m->popularity[i];
    }
    for (uint32_t c = 0; c < s->n_categories; c++) {
        synth_category *one = &s->category[c];
        one->share /= all;
        if (one->items.n > 0)
            alias_fill(&one->items, weight + one->first, m->stack);
    }
}

aisle_status synth_fill_items(aisle_synth *s, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    making m = {0};
    size_t n = s->options.items;
    rng r = rng_init(s->options.seed, SYNTH_ITEMS);
    double wanted = round(FIT_CATEGORIES * sqrt((double)n / FIT_ITEMS));
    s->n_categories = wanted < 1 ? 1 : wanted > (double)n ? (uint32_t)n : (uint32_t)wanted;
    TRY(making_init(&m, n, s->n_categories, err));
    TRY_ALLOC(s->item = NEW_ZEROED(synth_item, n));
    TRY_ALLOC(s->category = NEW_ZEROED(synth_category, s->n_categories));
    TRY_ALLOC(s->by_category = NEW_ARRAY(uint32_t, n));
    TRY_ALLOC(s->keep = NEW_ARRAY(float, n));
    TRY_ALLOC(s->other = NEW_ARRAY(uint32_t, n));
    draw_categories(s, &m);
    assign_categories(s, &m, &r);
    rank_items(s, &m, &r);
    fill_categories(s, &m);
    for (uint32_t i = 0; i < n; i++)
        draw_item(&s->item[i], s, &m, i, &r);
done:
    making_fini(&m);
    return status;
}

void aisle_synth_product_at(aisle_synth_product *out, const aisle_synth *synth, uint32_t item)
{
    const synth_item *one = &synth->item[item];
    *out = (aisle_synth_product){
        .department = departments[synth->category[one->category].department].name,
        .category = one->category + 1,
        .subcategory = one->subcategory + 1,
        .brand = one->brand,
        .price = round((double)one->price * 100) / 100,
    };
}
