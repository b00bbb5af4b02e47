#include "features/discount_facts.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"

typedef struct discount_sums {
    double value, off;
    uint32_t lines, discounted;
} discount_sums;

static const int32_t window_days[DISCOUNT_WINDOWS] = {91, 14};

static void sum_window(discount_sums *sums, const history *h, int32_t since)
{
    memset(sums, 0, h->n_items * sizeof *sums);
    for (size_t l = 0; l < h->lines; l++) {
        discount_sums *s = &sums[h->item[l]];
        if (h->day[l] < since)
            continue;
        s->value += h->value[l];
        s->off += (double)h->discount[l];
        s->lines++;
        s->discounted += h->discount[l] > 0;
    }
}

aisle_status discount_facts_init(discount_facts *out, const history *h, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    discount_sums *sums = NULL;
    memset(out, 0, sizeof *out);
    if (!h->discount)
        return AISLE_OK;
    TRY_ALLOC(sums = NEW_ARRAY(discount_sums, h->n_items));
    for (int w = 0; w < DISCOUNT_WINDOWS; w++) {
        TRY_ALLOC(out->share[w] = NEW_ARRAY(float, h->n_items));
        TRY_ALLOC(out->depth[w] = NEW_ARRAY(float, h->n_items));
        sum_window(sums, h, h->as_of - window_days[w]);
        for (uint32_t i = 0; i < h->n_items; i++) {
            out->share[w][i] = feature_ratio(sums[i].discounted, sums[i].lines);
            out->depth[w][i] = feature_ratio(sums[i].off, sums[i].value + sums[i].off);
        }
    }
done:
    mem_free(sums);
    if (status != AISLE_OK)
        discount_facts_fini(out);
    return status;
}

void discount_facts_fini(discount_facts *f)
{
    for (int w = 0; w < DISCOUNT_WINDOWS; w++) {
        mem_free(f->share[w]);
        mem_free(f->depth[w]);
    }
    memset(f, 0, sizeof *f);
}
