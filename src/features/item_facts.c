#include "features/item_facts.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "history/rhythm.h"

static const int32_t window_weeks[ITEM_WINDOWS] = {1, 2, 4, 13, 0};

static int32_t window_start(const history *h, int window)
{
    return window_weeks[window] ? h->as_of - 7 * window_weeks[window] : INT32_MIN;
}

static aisle_status count_buyers(item_facts *f, const history *h, aisle_error *err)
{
    for (int w = 0; w < ITEM_WINDOWS; w++) {
        f->buyers[w] = NEW_ARRAY(uint32_t, h->n_items);
        if (!f->buyers[w])
            return fail_memory(err);
        history_count_buyers(h, window_start(h, w), f->buyers[w]);
    }
    return AISLE_OK;
}

/* Mean unit price of lines from a day on; NaN where there is none. */
static aisle_status mean_price(float **out, const history *h, int32_t from, aisle_error *err)
{
    double *value = NEW_ZEROED(double, h->n_items), *quantity = NEW_ZEROED(double, h->n_items);
    float *price = NEW_ARRAY(float, h->n_items);
    if (!value || !quantity || !price) {
        mem_free(value);
        mem_free(quantity);
        mem_free(price);
        return fail_memory(err);
    }
    for (size_t l = 0; l < h->lines; l++) {
        if (h->day[l] < from)
            continue;
        value[h->item[l]] += h->value[l];
        quantity[h->item[l]] += (double)h->quantity[l];
    }
    for (uint32_t i = 0; i < h->n_items; i++)
        price[i] = feature_ratio(value[i], quantity[i]);
    mem_free(value);
    mem_free(quantity);
    *out = price;
    return AISLE_OK;
}

static aisle_status price_items(item_facts *f, const history *h, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    float *ever = NULL;
    TRY(mean_price(&ever, h, INT32_MIN, err));
    TRY(mean_price(&f->price, h, window_start(h, WINDOW_13), err));
    TRY(mean_price(&f->price_now, h, window_start(h, WINDOW_2), err));
    for (uint32_t i = 0; i < h->n_items; i++)
        if (isnan(f->price[i]))
            f->price[i] = ever[i];
done:
    mem_free(ever);
    return status;
}

/* Sums over a pair's distinct days, for its item. */
typedef struct gap_sums {
    double *days;
    uint32_t *gaps, *repeated, *recent, *recent_first;
} gap_sums;

static void add_pair(gap_sums *s, item_facts *f, const history *h, size_t p)
{
    uint32_t item = h->pair_item[p];
    rhythm r;
    rhythm_read(&r, h, p);
    s->days[item] += r.last - r.first;
    s->gaps[item] += r.days - 1;
    s->repeated[item] += r.days > 1;
    int32_t since = window_start(h, WINDOW_13);
    s->recent[item] += r.last >= since;
    s->recent_first[item] += r.first >= since;
    if (r.first < f->first_day[item])
        f->first_day[item] = r.first;
    if (r.last > f->last_day[item])
        f->last_day[item] = r.last;
}

static aisle_status measure_gaps(item_facts *f, const history *h, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    gap_sums s = {NEW_ZEROED(double, h->n_items), NEW_ZEROED(uint32_t, h->n_items),
                  NEW_ZEROED(uint32_t, h->n_items), NEW_ZEROED(uint32_t, h->n_items),
                  NEW_ZEROED(uint32_t, h->n_items)};
    TRY_ALLOC(s.days);
    TRY_ALLOC(s.gaps);
    TRY_ALLOC(s.repeated);
    TRY_ALLOC(s.recent);
    TRY_ALLOC(s.recent_first);
    TRY_ALLOC(f->gap = NEW_ARRAY(float, h->n_items));
    TRY_ALLOC(f->repurchase = NEW_ARRAY(float, h->n_items));
    TRY_ALLOC(f->first_buyers = NEW_ARRAY(float, h->n_items));
    TRY_ALLOC(f->first_day = NEW_ARRAY(int32_t, h->n_items));
    TRY_ALLOC(f->last_day = NEW_ARRAY(int32_t, h->n_items));
    for (uint32_t i = 0; i < h->n_items; i++) {
        f->first_day[i] = INT32_MAX;
        f->last_day[i] = INT32_MIN;
    }
    for (size_t p = 0; p < h->pairs; p++)
        add_pair(&s, f, h, p);
    for (uint32_t i = 0; i < h->n_items; i++) {
        f->gap[i] = feature_ratio(s.days[i], s.gaps[i]);
        f->repurchase[i] = feature_ratio(s.repeated[i], f->buyers[WINDOW_ALL][i]);
        f->first_buyers[i] = feature_ratio(s.recent_first[i], s.recent[i]);
    }
done:
    mem_free(s.days);
    mem_free(s.gaps);
    mem_free(s.repeated);
    mem_free(s.recent);
    mem_free(s.recent_first);
    return status;
}

/* Lines a week of each level, over the last 13 weeks or what there is. */
static aisle_status sum_levels(item_facts *f, const history *h, aisle_error *err)
{
    const attribute_table *t = &h->products;
    int32_t since = window_start(h, WINDOW_13);
    f->weeks = fmax(1, (h->as_of - history_first_day(h)) / 7.0);
    double span = fmin(13, f->weeks);
    f->level_weekly = NEW_ZEROED(double *, t->columns);
    if (!f->level_weekly)
        return fail_memory(err);
    f->columns = t->columns;
    for (size_t c = 0; c < t->columns; c++) {
        double *sum = f->level_weekly[c] = NEW_ZEROED(double, t->levels[c].count);
        if (!sum)
            return fail_memory(err);
        for (size_t l = 0; l < h->lines; l++)
            if (h->day[l] >= since && t->code[c][h->item[l]] != AISLE_MISSING)
                sum[t->code[c][h->item[l]]] += 1;
        for (size_t i = 0; i < t->levels[c].count; i++)
            sum[i] /= span;
    }
    for (size_t l = 0; l < h->lines; l++)
        f->lines += h->day[l] >= since;
    f->lines /= span;
    return AISLE_OK;
}

aisle_status item_facts_init(item_facts *out, const history *h, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    memset(out, 0, sizeof *out);
    TRY(count_buyers(out, h, err));
    TRY(price_items(out, h, err));
    TRY(measure_gaps(out, h, err));
    TRY(sum_levels(out, h, err));
done:
    if (status != AISLE_OK)
        item_facts_fini(out);
    return status;
}

void item_facts_fini(item_facts *f)
{
    for (int w = 0; w < ITEM_WINDOWS; w++)
        mem_free(f->buyers[w]);
    for (size_t c = 0; c < f->columns; c++)
        mem_free(f->level_weekly[c]);
    mem_free(f->level_weekly);
    mem_free(f->price);
    mem_free(f->price_now);
    mem_free(f->gap);
    mem_free(f->repurchase);
    mem_free(f->first_buyers);
    mem_free(f->first_day);
    mem_free(f->last_day);
    memset(f, 0, sizeof *f);
}
