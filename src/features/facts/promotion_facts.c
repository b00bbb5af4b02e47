#include "features/facts/promotion_facts.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "history/day_sums.h"

/* What is needed on the way to the columns. */
typedef struct promotion_work {
    const assortment *a;
    size_t n_stores;
    uint32_t *covered;    /* [weeks] stores with any promotion in that week */
    uint8_t *known;       /* [n_stores] with any in the weeks before T's */
    const int64_t *lines; /* [n_items * (1 + KINDS)] recent lines: all, by kind */
    tally own;
} promotion_work;

static const int32_t RECENT_DAYS = 7 * PROMOTION_WEEKS_BEFORE;

static size_t count_weeks(const assortment *a)
{
    return (size_t)a->promotions.before + a->promotions.ahead;
}

static size_t count_stores(const assortment *a)
{
    return a->promotions.by_store ? a->stores.count : 1;
}

static void count_covered(promotion_work *p, uint8_t *seen)
{
    const promotion_view *v = &p->a->promotions;
    for (size_t w = 0; w < count_weeks(p->a); w++) {
        memset(seen, 0, p->n_stores);
        uint64_t from = v->offset[w * p->a->n_items], end = v->offset[(w + 1) * p->a->n_items];
        for (uint64_t k = from; k < end; k++)
            seen[v->place[k] >> PROMOTION_BITS] = 1;
        for (size_t s = 0; s < p->n_stores; s++) {
            p->covered[w] += seen[s];
            p->known[s] |= seen[s] && w < v->before;
        }
    }
}

static const tally_column columns[] = {{"lines", TALLY_ITEM, TALLY_ADD, 1 + PROMOTION_KINDS}};

static aisle_status sum_promotions(tally *t, const households *h, const candidates_options *options,
                                   aisle_error *err)
{
    (void)options;
    (void)err;
    for (size_t l = 0; h->line.promotion && l < h->line.n; l++) {
        if (h->as_of - h->line.day[l] > RECENT_DAYS)
            continue;
        int64_t *lines = tally_counts(t, 0) + (size_t)h->line.item[l] * (1 + PROMOTION_KINDS);
        lines[0]++;
        for (int k = 0; k < PROMOTION_KINDS; k++)
            lines[1 + k] += h->line.promotion[l] >> k & 1;
    }
    return AISLE_OK;
}

const tally_part promotion_facts_part = {"promotions", TALLY_NO_ROWS, 1, columns, sum_promotions};

static aisle_status work_init(promotion_work *p, const households *h, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const tally *t;
    uint8_t *seen = NULL;
    p->a = h->a;
    p->n_stores = count_stores(h->a);
    TRY_ALLOC(p->covered = NEW_ZEROED(uint32_t, count_weeks(h->a)));
    TRY_ALLOC(p->known = NEW_ZEROED(uint8_t, p->n_stores));
    TRY_ALLOC(seen = NEW_ARRAY(uint8_t, p->n_stores));
    TRY(sums_of(&t, &p->own, &promotion_facts_part, h, NULL, err));
    p->lines = tally_counts(t, 0);
    count_covered(p, seen);
done:
    mem_free(seen);
    return status;
}

static void work_fini(promotion_work *p)
{
    mem_free(p->covered);
    mem_free(p->known);
    tally_fini(&p->own);
}

/* Share of the stores of a week that have the item on each kind, and on any; NaN where the week
 * is not known. */
static void share_of_stores(double out[PROMOTION_KINDS + 1], const promotion_work *p, size_t week,
                            uint32_t item)
{
    const promotion_view *v = &p->a->promotions;
    const uint64_t *offset = v->offset + week * p->a->n_items + item;
    uint32_t count[PROMOTION_KINDS + 1] = {0};
    for (uint64_t k = offset[0]; k < offset[1]; k++) {
        for (int kind = 0; kind < PROMOTION_KINDS; kind++)
            count[kind] += v->place[k] >> kind & 1;
        count[PROMOTION_KINDS]++;
    }
    for (int kind = 0; kind <= PROMOTION_KINDS; kind++)
        out[kind] = (double)feature_ratio(count[kind], p->covered[week]);
}

/* Over some weeks of the view, those that are not known left out. */
typedef struct share_sums {
    double share[PROMOTION_KINDS + 1], weeks, promoted;
    double first, last; /* weeks with any promotion, NaN: none */
} share_sums;

static share_sums sum_shares(const promotion_work *p, uint32_t item, size_t from, size_t to)
{
    share_sums s = {.first = NAN, .last = NAN};
    for (size_t w = from; w < to; w++) {
        double share[PROMOTION_KINDS + 1];
        if (p->covered[w] == 0)
            continue;
        share_of_stores(share, p, w, item);
        for (int k = 0; k <= PROMOTION_KINDS; k++)
            s.share[k] += share[k];
        s.weeks += 1;
        if (share[PROMOTION_KINDS] == 0)
            continue;
        s.promoted += 1;
        s.last = (double)w;
        s.first = isnan(s.first) ? (double)w : s.first;
    }
    return s;
}

static void write_item(float *to, const promotion_work *p, uint32_t item)
{
    const promotion_view *v = &p->a->promotions;
    size_t now = v->before;
    share_sums last = sum_shares(p, item, now - 1, now), some = sum_shares(p, item, now - 8, now),
               all = sum_shares(p, item, 0, now);
    const int64_t *lines = p->lines + (size_t)item * (1 + PROMOTION_KINDS);
    for (int k = 0; k < PROMOTION_KINDS; k++)
        *to++ = feature_ratio(last.share[k], last.weeks);
    for (int k = 0; k < PROMOTION_KINDS; k++)
        *to++ = feature_ratio(some.share[k], some.weeks);
    for (int k = 0; k < PROMOTION_KINDS; k++)
        *to++ = feature_ratio(all.share[k], all.weeks);
    *to++ = feature_ratio(all.promoted, all.weeks);
    *to++ = (float)((double)now - all.last);
    for (int k = 0; k < PROMOTION_KINDS; k++)
        *to++ = feature_ratio((double)lines[1 + k], (double)lines[0]);
    if (v->ahead == 0)
        return;
    share_sums planned = sum_shares(p, item, now, now + v->ahead);
    for (int k = 0; k < PROMOTION_KINDS; k++)
        *to++ = feature_ratio(planned.share[k], planned.weeks);
    *to++ = (float)(planned.first - (double)now);
    for (int k = 0; k < PROMOTION_KINDS; k++) {
        double mean = planned.share[k] / planned.weeks;
        *to++ = feature_ratio(mean, mean + all.share[k] / all.weeks);
    }
}

static size_t count_columns(const assortment *a)
{
    if (!a->promotions.offset)
        return 0;
    return PROMOTION_OBSERVED + (a->promotions.ahead ? PROMOTION_PLANNED : 0);
}

aisle_status promotion_facts_init(promotion_facts *out, const households *h, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    promotion_work p = {0};
    memset(out, 0, sizeof *out);
    out->item_columns = count_columns(h->a);
    if (out->item_columns == 0)
        return AISLE_OK;
    TRY(work_init(&p, h, err));
    TRY_ALLOC(out->item = NEW_ARRAY(float, h->a->n_items * out->item_columns));
    for (uint32_t i = 0; i < h->a->n_items; i++)
        write_item(out->item + i * out->item_columns, &p, i);
    out->known = p.known;
    p.known = NULL;
done:
    work_fini(&p);
    if (status != AISLE_OK)
        promotion_facts_fini(out, true);
    return status;
}

void promotion_facts_fini(promotion_facts *f, bool owns_arrays)
{
    if (owns_arrays) {
        mem_free(f->item);
        mem_free(f->known);
    }
    memset(f, 0, sizeof *f);
}

stores_that_count promotion_facts_stores(const promotion_facts *f, const assortment *a)
{
    return (stores_that_count){f->known, !a->promotions.by_store};
}

size_t promotion_facts_arrays(state_array *out, promotion_facts *f, const assortment *a)
{
    f->item_columns = count_columns(a);
    if (f->item_columns == 0)
        return 0;
    out[0] = (state_array){"promotions", sizeof *f->item, a->n_items * f->item_columns,
                           (void **)&f->item, NULL};
    out[1] = (state_array){"promoting", 1, count_stores(a), (void **)&f->known, NULL};
    return 2;
}

aisle_status promotion_facts_check(const promotion_facts *f, const assortment *a, aisle_error *err)
{
    bool good = true;
    for (size_t i = 0; i < a->n_items * f->item_columns; i++)
        good &= !isinf(f->item[i]);
    for (size_t s = 0; f->item_columns && s < count_stores(a); s++)
        good &= f->known[s] <= 1;
    return good ? AISLE_OK : fail(err, AISLE_ERROR_FORMAT, "facts: of promotions");
}
