#include "features/discount_facts.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"

typedef struct discount_sums {
    double value, off;
    uint32_t lines, discounted;
} discount_sums;

static const int32_t window_days[DISCOUNT_WINDOWS] = {91, 14};

static void sum_window(discount_sums *sums, const households *h, int32_t since)
{
    memset(sums, 0, h->a->n_items * sizeof *sums);
    const line_columns *line = &h->line;
    for (size_t l = 0; l < line->n; l++) {
        discount_sums *s = &sums[line->item[l]];
        if (line->day[l] < since)
            continue;
        s->value += line->value[l];
        s->off += (double)line->discount[l];
        s->lines++;
        s->discounted += line->discount[l] > 0;
    }
}

aisle_status discount_facts_init(discount_facts *out, const households *h, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    discount_sums *sums = NULL;
    memset(out, 0, sizeof *out);
    if (!h->line.discount)
        return AISLE_OK;
    TRY_ALLOC(sums = NEW_ARRAY(discount_sums, h->a->n_items));
    for (int w = 0; w < DISCOUNT_WINDOWS; w++) {
        TRY_ALLOC(out->share[w] = NEW_ARRAY(float, h->a->n_items));
        TRY_ALLOC(out->depth[w] = NEW_ARRAY(float, h->a->n_items));
        sum_window(sums, h, h->as_of - window_days[w]);
        for (uint32_t i = 0; i < h->a->n_items; i++) {
            out->share[w][i] = feature_ratio(sums[i].discounted, sums[i].lines);
            out->depth[w][i] = feature_ratio(sums[i].off, sums[i].value + sums[i].off);
        }
    }
done:
    mem_free(sums);
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
