#include "features/facts/item_facts.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "history/day_sums.h"

static const int32_t window_weeks[ITEM_WINDOWS] = {1, 2, 4, 13, 0};

/* Prices are means of lines of the last 2 weeks, of 13, and of all. */
enum { PRICE_NOW, PRICE_13, PRICE_EVER, PRICES };
static const int price_window[PRICES] = {WINDOW_2, WINDOW_13, WINDOW_ALL};

enum { VALUE, QUANTITY, BUYERS, GAP_DAYS, GAPS, REPEATED, FIRST_BUYERS, LINES, FIRST, LAST, SUMS };

/* The lines and first buyers are those of the last 13 weeks. */
static const tally_column columns[SUMS] = {
    [VALUE] = {"value", TALLY_ITEM, TALLY_WIDE, PRICES},
    [QUANTITY] = {"quantity", TALLY_ITEM, TALLY_WIDE, PRICES},
    [BUYERS] = {"buyers", TALLY_ITEM, TALLY_ADD, ITEM_WINDOWS},
    [GAP_DAYS] = {"gap_days", TALLY_ITEM, TALLY_ADD, 1},
    [GAPS] = {"gaps", TALLY_ITEM, TALLY_ADD, 1},
    [REPEATED] = {"repeated", TALLY_ITEM, TALLY_ADD, 1},
    [FIRST_BUYERS] = {"first_buyers", TALLY_ITEM, TALLY_ADD, 1},
    [LINES] = {"lines", TALLY_ITEM, TALLY_ADD, 1},
    [FIRST] = {"first_day", TALLY_ITEM, TALLY_LEAST, 1},
    [LAST] = {"last_day", TALLY_ITEM, TALLY_MOST, 1},
};

/* Sums of an item over its pairs, together in memory: pairs come in any order of items. */
typedef struct item_sums {
    tally_wide value[PRICES], quantity[PRICES];
    int64_t buyers[ITEM_WINDOWS];
    int64_t gap_days, gaps, repeated, first_buyers, lines;
    int32_t first, last;
} item_sums;

/* The first day of each window. */
typedef struct window_starts {
    int32_t day[ITEM_WINDOWS];
} window_starts;

static window_starts start_windows(const households *h)
{
    window_starts s;
    for (int w = 0; w < ITEM_WINDOWS; w++)
        s.day[w] = window_weeks[w] ? h->as_of - 7 * window_weeks[w] : INT32_MIN;
    return s;
}

/* Returns days with a purchase. */
static uint32_t add_lines(item_sums *s, const households *h, size_t p, const window_starts *starts)
{
    uint32_t days = 0;
    int32_t before = INT32_MIN;
    for (uint64_t l = h->pair_line_offset[p]; l < h->pair_line_offset[p + 1]; l++) {
        uint32_t line = h->pair_line[l];
        int32_t day = h->line.day[line];
        tally_wide value = tally_micro(h->line.value[line]);
        tally_wide quantity = tally_micro((double)h->line.quantity[line]);
        days += day != before;
        before = day;
        s->lines += day >= starts->day[WINDOW_13];
        for (int w = 0; w < PRICES; w++) {
            if (day < starts->day[price_window[w]])
                continue;
            s->value[w] += value;
            s->quantity[w] += quantity;
        }
    }
    return days;
}

static void add_pair(item_sums *s, const households *h, size_t p, const window_starts *starts)
{
    int32_t first = h->line.day[h->pair_line[h->pair_line_offset[p]]];
    int32_t last = h->line.day[h->pair_line[h->pair_line_offset[p + 1] - 1]];
    uint32_t days = add_lines(s, h, p, starts);
    for (int w = 0; w < ITEM_WINDOWS; w++)
        s->buyers[w] += last >= starts->day[w];
    s->gap_days += last - first;
    s->gaps += days - 1;
    s->repeated += days > 1;
    s->first_buyers += first >= starts->day[WINDOW_13];
    s->first = first < s->first ? first : s->first;
    s->last = last > s->last ? last : s->last;
}

static void write_sums(tally *t, size_t i, const item_sums *s)
{
    for (int w = 0; w < PRICES; w++) {
        tally_amounts(t, VALUE)[i * PRICES + w] = s->value[w];
        tally_amounts(t, QUANTITY)[i * PRICES + w] = s->quantity[w];
    }
    for (int w = 0; w < ITEM_WINDOWS; w++)
        tally_counts(t, BUYERS)[i * ITEM_WINDOWS + w] = s->buyers[w];
    tally_counts(t, GAP_DAYS)[i] = s->gap_days;
    tally_counts(t, GAPS)[i] = s->gaps;
    tally_counts(t, REPEATED)[i] = s->repeated;
    tally_counts(t, FIRST_BUYERS)[i] = s->first_buyers;
    tally_counts(t, LINES)[i] = s->lines;
    tally_counts(t, FIRST)[i] = s->first;
    tally_counts(t, LAST)[i] = s->last;
}

static aisle_status sum_items(tally *t, const households *h, const candidates_options *options,
                              aisle_error *err)
{
    window_starts starts = start_windows(h);
    size_t n = h->a->n_items;
    item_sums *sums = NEW_ZEROED(item_sums, n);
    (void)options;
    if (!sums)
        return fail_memory(err);
    for (size_t i = 0; i < n; i++) {
        sums[i].first = INT32_MAX;
        sums[i].last = INT32_MIN;
    }
    for (size_t p = 0; p < h->pairs; p++)
        add_pair(&sums[h->pair_item[p]], h, p, &starts);
    for (size_t i = 0; i < n; i++)
        write_sums(t, i, &sums[i]);
    mem_free(sums);
    return AISLE_OK;
}

const tally_part item_facts_part = {"items", TALLY_NO_ROWS, SUMS, columns, sum_items};

static aisle_status allocate(item_facts *f, const households *h, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t n = h->a->n_items;
    for (int w = 0; w < ITEM_WINDOWS; w++)
        TRY_ALLOC(f->buyers[w] = NEW_ARRAY(uint32_t, n));
    TRY_ALLOC(f->price = NEW_ARRAY(float, n));
    TRY_ALLOC(f->price_now = NEW_ARRAY(float, n));
    TRY_ALLOC(f->gap = NEW_ARRAY(float, n));
    TRY_ALLOC(f->repurchase = NEW_ARRAY(float, n));
    TRY_ALLOC(f->first_buyers = NEW_ARRAY(float, n));
    TRY_ALLOC(f->first_day = NEW_ARRAY(int32_t, n));
    TRY_ALLOC(f->last_day = NEW_ARRAY(int32_t, n));
done:
    return status;
}

static float price_of(const tally *t, size_t i, int window)
{
    size_t at = i * PRICES + (size_t)window;
    return feature_ratio(tally_amount(tally_amounts(t, VALUE)[at]),
                         tally_amount(tally_amounts(t, QUANTITY)[at]));
}

/* The ratio of two counts of an item. */
static float ratio_of(const tally *t, size_t i, size_t a, int64_t b)
{
    return feature_ratio((double)tally_counts(t, a)[i], (double)b);
}

static void write_item(item_facts *f, size_t i, const tally *t)
{
    const int64_t *buyers = tally_counts(t, BUYERS) + i * ITEM_WINDOWS;
    for (int w = 0; w < ITEM_WINDOWS; w++)
        f->buyers[w][i] = (uint32_t)buyers[w];
    f->price[i] = price_of(t, i, PRICE_13);
    if (isnan(f->price[i]))
        f->price[i] = price_of(t, i, PRICE_EVER);
    f->price_now[i] = price_of(t, i, PRICE_NOW);
    f->gap[i] = ratio_of(t, i, GAP_DAYS, tally_counts(t, GAPS)[i]);
    f->repurchase[i] = ratio_of(t, i, REPEATED, buyers[WINDOW_ALL]);
    f->first_buyers[i] = ratio_of(t, i, FIRST_BUYERS, buyers[WINDOW_13]);
    f->first_day[i] = (int32_t)tally_counts(t, FIRST)[i];
    f->last_day[i] = (int32_t)tally_counts(t, LAST)[i];
}

static size_t count_levels(const assortment *a)
{
    size_t n = 0;
    for (size_t c = 0; c < a->products.columns; c++)
        n += a->products.levels[c].count;
    return n;
}

/* Lines a week of each level, over the last 13 weeks or what there is. */
static aisle_status sum_levels(item_facts *f, const assortment *a, const int64_t *lines,
                               aisle_error *err)
{
    const attribute_table *t = &a->products;
    double span = fmin(13, fmax(1, (a->as_of - a->first_day) / 7.0));
    size_t levels = count_levels(a), first = 0;
    f->weekly = NEW_ZEROED(double, levels + 1);
    if (!f->weekly)
        return fail_memory(err);
    for (size_t c = 0; c < t->columns; c++) {
        for (uint32_t i = 0; i < a->n_items; i++)
            if (t->code[c][i] != AISLE_MISSING)
                f->weekly[first + t->code[c][i]] += (double)lines[i];
        first += t->levels[c].count;
    }
    for (uint32_t i = 0; i < a->n_items; i++)
        f->weekly[levels] += (double)lines[i];
    for (size_t i = 0; i <= levels; i++)
        f->weekly[i] /= span;
    return AISLE_OK;
}

static aisle_status turn_codes(item_facts *f, const assortment *a, aisle_error *err)
{
    const attribute_table *t = &a->products;
    f->code = NEW_ARRAY(uint32_t, a->n_items * t->columns);
    if (!f->code)
        return fail_memory(err);
    for (uint32_t i = 0; i < a->n_items; i++)
        for (size_t c = 0; c < t->columns; c++)
            f->code[i * t->columns + c] = t->code[c][i];
    return AISLE_OK;
}

aisle_status item_facts_ready(item_facts *f, const assortment *a, aisle_error *err)
{
    const double *weekly = f->weekly;
    f->columns = a->products.columns;
    f->level_weekly = NEW_ZEROED(const double *, f->columns);
    if (!f->level_weekly)
        return fail_memory(err);
    for (size_t c = 0; c < f->columns; c++) {
        f->level_weekly[c] = weekly;
        weekly += a->products.levels[c].count;
    }
    f->lines = *weekly;
    return turn_codes(f, a, err);
}

size_t item_facts_arrays(state_array *out, item_facts *f, const assortment *a)
{
    static const char *const buyers[ITEM_WINDOWS] = {"buyers_1w", "buyers_2w", "buyers_4w",
                                                     "buyers_13w", "buyers"};
    size_t i = 0, n = a->n_items;
    for (int w = 0; w < ITEM_WINDOWS; w++)
        out[i++] = (state_array){buyers[w], sizeof(uint32_t), n, (void **)&f->buyers[w], NULL};
    out[i++] = (state_array){"price", sizeof(float), n, (void **)&f->price, NULL};
    out[i++] = (state_array){"price_now", sizeof(float), n, (void **)&f->price_now, NULL};
    out[i++] = (state_array){"gap", sizeof(float), n, (void **)&f->gap, NULL};
    out[i++] = (state_array){"repurchase", sizeof(float), n, (void **)&f->repurchase, NULL};
    out[i++] = (state_array){"first_buyers", sizeof(float), n, (void **)&f->first_buyers, NULL};
    out[i++] = (state_array){"first_day", sizeof(int32_t), n, (void **)&f->first_day, NULL};
    out[i++] = (state_array){"last_day", sizeof(int32_t), n, (void **)&f->last_day, NULL};
    out[i++] =
        (state_array){"weekly", sizeof(double), count_levels(a) + 1, (void **)&f->weekly, NULL};
    return i;
}

aisle_status item_facts_check(const item_facts *f, const assortment *a, aisle_error *err)
{
    bool good = true;
    for (uint32_t i = 0; i < a->n_items; i++)
        good &= a->first_day <= f->first_day[i] && f->first_day[i] <= f->last_day[i] &&
                f->last_day[i] < a->as_of && !isinf(f->price[i]) && !isinf(f->price_now[i]) &&
                !isinf(f->gap[i]) && !isinf(f->repurchase[i]) && !isinf(f->first_buyers[i]);
    for (size_t i = 0; i <= count_levels(a); i++)
        good &= f->weekly[i] >= 0 && isfinite(f->weekly[i]);
    return good ? AISLE_OK : fail(err, AISLE_ERROR_FORMAT, "facts: of products");
}

aisle_status item_facts_init(item_facts *out, const households *h, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const tally *t;
    tally own;
    memset(out, 0, sizeof *out);
    TRY(sums_of(&t, &own, &item_facts_part, h, NULL, err));
    TRY(allocate(out, h, err));
    for (size_t i = 0; i < h->a->n_items; i++)
        write_item(out, i, t);
    TRY(sum_levels(out, h->a, tally_counts(t, LINES), err));
done:
    tally_fini(&own);
    if (status != AISLE_OK)
        item_facts_fini(out, true);
    return status;
}

void item_facts_fini(item_facts *f, bool owns_arrays)
{
    mem_free(f->level_weekly);
    mem_free(f->code);
    if (owns_arrays) {
        for (int w = 0; w < ITEM_WINDOWS; w++)
            mem_free(f->buyers[w]);
        mem_free(f->weekly);
        mem_free(f->price);
        mem_free(f->price_now);
        mem_free(f->gap);
        mem_free(f->repurchase);
        mem_free(f->first_buyers);
        mem_free(f->first_day);
        mem_free(f->last_day);
    }
    memset(f, 0, sizeof *f);
}
