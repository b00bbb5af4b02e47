#include "features/matrix.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/threads.h"
#include "features/discount_facts.h"
#include "features/families.h"
#include "features/habit_facts.h"
#include "features/household_scan.h"
#include "features/item_facts.h"
#include "features/promotion_facts.h"
#include "features/rank_facts.h"
#include "features/store_facts.h"

enum { FAMILIES_MOST = 32 };

const double decay_rates[3] = {0.98, 0.95, 0.80};

size_t feature_copy_columns(feature_column *out, const feature_text *texts, size_t n)
{
    for (size_t i = 0; out && i < n; i++) {
        snprintf(out[i].name, sizeof out[i].name, "%s", texts[i].name);
        out[i].meaning = texts[i].meaning;
        out[i].categorical = false;
        out[i].of_household = false;
    }
    return n;
}

/* A family that is to be left out must be one. */
static aisle_status check_without(const features_options *options, aisle_error *err)
{
    for (size_t i = 0; i < options->without.count; i++) {
        const char *name = options->without.items[i];
        size_t f = 0;
        while (f < feature_family_count && strcmp(feature_family_table[f]->name, name) != 0)
            f++;
        if (f == feature_family_count)
            return fail(err, AISLE_ERROR_CONFIG,
                        "key 'features.without': found '%s', which is no family of features", name);
    }
    return AISLE_OK;
}

static bool is_left_out(const feature_family *family, const features_options *options)
{
    for (size_t i = 0; i < options->without.count; i++)
        if (strcmp(family->name, options->without.items[i]) == 0)
            return true;
    return false;
}

static aisle_status weigh_decay(feature_facts *f, size_t days, aisle_error *err)
{
    f->decay = NEW_ARRAY(float, 3 * days);
    if (!f->decay)
        return fail_memory(err);
    for (size_t r = 0; r < 3; r++) {
        for (size_t d = 0; d < days; d++)
            f->decay[r * days + d] = (float)pow(decay_rates[r], (double)d / 7);
        f->context.decay[r] = f->decay + r * days;
    }
    f->context.day_count = days;
    return AISLE_OK;
}

/* What a family that is left out alone looks at is not computed. */
static aisle_status compute_facts(feature_facts *f, const history *h,
                                  const features_options *options, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    bool habits = !is_left_out(&habit_family, options);
    TRY(item_facts_init(f->items, h, err));
    if (!is_left_out(&promotion_family, options))
        TRY(promotion_facts_init(f->promotions, h, err));
    if (habits || !is_left_out(&store_family, options))
        TRY(store_facts_init(f->stores, h, err));
    if (!is_left_out(&rank_family, options))
        TRY(rank_facts_init(f->ranks, h, f->items, err));
    if (habits)
        TRY(habit_facts_init(f->habits, h, err));
    bool discounts = !is_left_out(&discount_family, options);
    if (discounts)
        TRY(discount_facts_init(f->discounts, h, err));
    f->context.money = discounts || !is_left_out(&spend_family, options);
done:
    return status;
}

aisle_status feature_facts_init(feature_facts *out, const history *h,
                                const features_options *options, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    memset(out, 0, sizeof *out);
    TRY(check_without(options, err));
    TRY_ALLOC(out->items = NEW_ZEROED(item_facts, 1));
    TRY_ALLOC(out->promotions = NEW_ZEROED(promotion_facts, 1));
    TRY_ALLOC(out->stores = NEW_ZEROED(store_facts, 1));
    TRY_ALLOC(out->ranks = NEW_ZEROED(rank_facts, 1));
    TRY_ALLOC(out->habits = NEW_ZEROED(habit_facts, 1));
    TRY_ALLOC(out->discounts = NEW_ZEROED(discount_facts, 1));
    TRY(compute_facts(out, h, options, err));
    TRY(weigh_decay(out, (size_t)(h->as_of - history_first_day(h)) + 1, err));
    out->context.h = h;
    out->context.options = options;
    out->context.items = out->items;
    out->context.promotions = out->promotions;
    out->context.stores = out->stores;
    out->context.ranks = out->ranks;
    out->context.habits = out->habits;
    out->context.discounts = out->discounts;
done:
    if (status != AISLE_OK)
        feature_facts_fini(out);
    return status;
}

void feature_facts_fini(feature_facts *f)
{
    if (f->items)
        item_facts_fini(f->items);
    if (f->promotions)
        promotion_facts_fini(f->promotions);
    if (f->stores)
        store_facts_fini(f->stores);
    if (f->ranks)
        rank_facts_fini(f->ranks);
    if (f->habits)
        habit_facts_fini(f->habits);
    if (f->discounts)
        discount_facts_fini(f->discounts);
    mem_free(f->discounts);
    mem_free(f->habits);
    mem_free(f->ranks);
    mem_free(f->stores);
    mem_free(f->promotions);
    mem_free(f->items);
    mem_free(f->decay);
    memset(f, 0, sizeof *f);
}

/* Column numbers at which each family begins, and the columns themselves. */
static aisle_status list_columns(feature_matrix *m, size_t *start, const feature_context *context,
                                 const candidate_lists *lists, aisle_error *err)
{
    size_t n = 0;
    for (size_t f = 0; f < feature_family_count; f++) {
        start[f] = n;
        if (!is_left_out(feature_family_table[f], context->options))
            n += feature_family_table[f]->columns(NULL, context, lists);
    }
    start[feature_family_count] = n;
    if (n == 0)
        return fail(err, AISLE_ERROR_CONFIG, "key 'features.without': no feature is left");
    m->columns = n;
    m->column = NEW_ZEROED(feature_column, n);
    if (!m->column)
        return fail_memory(err);
    for (size_t f = 0; f < feature_family_count; f++) {
        if (start[f] < start[f + 1])
            feature_family_table[f]->columns(m->column + start[f], context, lists);
        for (size_t c = start[f]; c < start[f + 1]; c++)
            m->column[c].family = (uint16_t)f;
    }
    return feature_names_clean(m->column, n, err);
}

static void fill_household(feature_matrix *m, const size_t *start, const feature_rows *rows,
                           const household_scan *scan, const feature_context *context)
{
    float *row = m->values + rows->first * m->columns;
    for (size_t f = 0; f < feature_family_count; f++)
        if (start[f] < start[f + 1])
            feature_family_table[f]->fill(row + start[f], m->columns, rows, scan, context);
}

aisle_status feature_matrix_init(feature_matrix *out, const feature_facts *facts,
                                 const candidate_lists *lists, const uint32_t *users, int threads,
                                 aisle_error *err)
{
    aisle_status status = AISLE_OK;
    feature_matrix m = {.rows = lists->offset[lists->n]};
    size_t start[FAMILIES_MOST + 1];
    size_t n_scans = (size_t)threads;
    household_scan *scans = NEW_ZEROED(household_scan, n_scans);
    assert(feature_family_count <= FAMILIES_MOST);
    TRY_ALLOC(scans);
    for (size_t t = 0; t < n_scans; t++)
        TRY(household_scan_init(&scans[t], &facts->context, err));
    TRY(list_columns(&m, start, &facts->context, lists, err));
    size_t cells;
    if (__builtin_mul_overflow(m.rows, m.columns, &cells))
        TRY(fail_memory(err));
    TRY_ALLOC(m.values = NEW_ARRAY(float, cells));
#pragma omp parallel num_threads(threads)
    {
        uint32_t before = HISTORY_NONE;
        household_scan *scan = &scans[thread_number()];
#pragma omp for schedule(dynamic, 16)
        for (size_t i = 0; i < lists->n; i++) {
            feature_rows rows = {users[i], lists->item + lists->offset[i],
                                 lists->offset[i + 1] - lists->offset[i], lists, lists->offset[i]};
            household_scan_read(scan, users[i], before, &facts->context);
            before = users[i];
            fill_household(&m, start, &rows, scan, &facts->context);
        }
    }
    *out = m;
    memset(&m, 0, sizeof m);
done:
    for (size_t t = 0; scans && t < n_scans; t++)
        household_scan_fini(&scans[t]);
    mem_free(scans);
    feature_matrix_fini(&m);
    return status;
}

void feature_matrix_fini(feature_matrix *m)
{
    mem_free(m->column);
    mem_free(m->values);
    memset(m, 0, sizeof *m);
}
