#include "features/facts/discount_facts.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "history/day_sums.h"

enum { VALUE, OFF, LINES, DISCOUNTED };

static const tally_column columns[] = {
    [VALUE] = {"value", TALLY_ITEM, TALLY_WIDE, DISCOUNT_WINDOWS},
    [OFF] = {"off", TALLY_ITEM, TALLY_WIDE, DISCOUNT_WINDOWS},
    [LINES] = {"lines", TALLY_ITEM, TALLY_ADD, DISCOUNT_WINDOWS},
    [DISCOUNTED] = {"discounted", TALLY_ITEM, TALLY_ADD, DISCOUNT_WINDOWS},
};

static const int32_t window_days[DISCOUNT_WINDOWS] = {91, 14};

static aisle_status sum_discounts(tally *t, const households *h, const candidates_options *options,
                                  aisle_error *err)
{
    const line_columns *line = &h->line;
    (void)options;
    (void)err;
    for (size_t l = 0; line->discount && l < line->n; l++)
        for (int w = 0; w < DISCOUNT_WINDOWS; w++) {
            size_t at = line->item[l] * (size_t)DISCOUNT_WINDOWS + (size_t)w;
            if (line->day[l] < h->as_of - window_days[w])
                continue;
            tally_amounts(t, VALUE)[at] += tally_micro(line->value[l]);
            tally_amounts(t, OFF)[at] += tally_micro((double)line->discount[l]);
            tally_counts(t, LINES)[at]++;
            tally_counts(t, DISCOUNTED)[at] += line->discount[l] > 0;
        }
    return AISLE_OK;
}

const tally_part discount_facts_part = {"discounts", TALLY_NO_ROWS, 4, columns, sum_discounts};

aisle_status discount_facts_init(discount_facts *out, const households *h, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const tally *t;
    tally own = {0};
    memset(out, 0, sizeof *out);
    if (!h->a->has_discounts)
        return AISLE_OK;
    TRY(sums_of(&t, &own, &discount_facts_part, h, NULL, err));
    for (int w = 0; w < DISCOUNT_WINDOWS; w++) {
        TRY_ALLOC(out->share[w] = NEW_ARRAY(float, h->a->n_items));
        TRY_ALLOC(out->depth[w] = NEW_ARRAY(float, h->a->n_items));
        for (uint32_t i = 0; i < h->a->n_items; i++) {
            size_t at = i * (size_t)DISCOUNT_WINDOWS + (size_t)w;
            double value = tally_amount(tally_amounts(t, VALUE)[at]);
            double off = tally_amount(tally_amounts(t, OFF)[at]);
            out->share[w][i] = feature_ratio((double)tally_counts(t, DISCOUNTED)[at],
                                             (double)tally_counts(t, LINES)[at]);
            out->depth[w][i] = feature_ratio(off, value + off);
        }
    }
done:
    tally_fini(&own);
    if (status != AISLE_OK)
        discount_facts_fini(out, true);
    return status;
}

void discount_facts_fini(discount_facts *f, bool owns_arrays)
{
    for (int w = 0; owns_arrays && w < DISCOUNT_WINDOWS; w++) {
        mem_free(f->share[w]);
        mem_free(f->depth[w]);
    }
    memset(f, 0, sizeof *f);
}

size_t discount_facts_arrays(state_array *out, discount_facts *f, const assortment *a)
{
    static const char *const share[] = {"discount_13w", "discount_2w"};
    static const char *const depth[] = {"depth_13w", "depth_2w"};
    size_t n = 0;
    for (int w = 0; a->has_discounts && w < DISCOUNT_WINDOWS; w++) {
        out[n++] = (state_array){share[w], sizeof(float), a->n_items, (void **)&f->share[w], NULL};
        out[n++] = (state_array){depth[w], sizeof(float), a->n_items, (void **)&f->depth[w], NULL};
    }
    return n;
}

/* A share, or none. */
static bool is_share(float x)
{
    return isnan(x) || (x >= 0 && x <= 1);
}

aisle_status discount_facts_check(const discount_facts *f, const assortment *a, aisle_error *err)
{
    for (int w = 0; a->has_discounts && w < DISCOUNT_WINDOWS; w++)
        for (uint32_t i = 0; i < a->n_items; i++)
            if (!is_share(f->share[w][i]) || isinf(f->depth[w][i]))
                return fail(err, AISLE_ERROR_FORMAT, "facts: of discounts");
    return AISLE_OK;
}
