#include "features/promotion_facts.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"

/* What is needed on the way to the columns. */
typedef struct promotion_work {
    const history *h;
    size_t n_stores;
    uint32_t *covered; /* [weeks] stores with any promotion in that week */
    uint8_t *known;    /* [n_stores] with any in the weeks before T's */
    uint32_t *lines;   /* [n_items * (1 + KINDS)] recent lines: all, by kind */
} promotion_work;

static const int32_t RECENT_DAYS = 7 * PROMOTION_WEEKS_BEFORE;

static size_t count_weeks(const history *h)
{
    return (size_t)h->promotions.before + h->promotions.ahead;
}

static void count_covered(promotion_work *p, uint8_t *seen)
{
    const promotion_view *v = &p->h->promotions;
    for (size_t w = 0; w < count_weeks(p->h); w++) {
        memset(seen, 0, p->n_stores);
        uint64_t from = v->offset[w * p->h->n_items], end = v->offset[(w + 1) * p->h->n_items];
        for (uint64_t k = from; k < end; k++)
            seen[v->place[k] >> PROMOTION_BITS] = 1;
        for (size_t s = 0; s < p->n_stores; s++) {
            p->covered[w] += seen[s];
            p->known[s] |= seen[s] && w < v->before;
        }
    }
}

static void count_lines(promotion_work *p)
{
    const history *h = p->h;
    for (size_t l = 0; l < h->lines; l++) {
        if (h->as_of - h->day[l] > RECENT_DAYS)
            continue;
        uint32_t *lines = p->lines + (size_t)h->item[l] * (1 + PROMOTION_KINDS);
        lines[0]++;
        for (int k = 0; k < PROMOTION_KINDS; k++)
            lines[1 + k] += h->line_promotion[l] >> k & 1;
    }
}

static aisle_status work_init(promotion_work *p, const history *h, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    uint8_t *seen = NULL;
    p->h = h;
    p->n_stores = h->promotions.by_store ? h->stores.count : 1;
    TRY_ALLOC(p->covered = NEW_ZEROED(uint32_t, count_weeks(h)));
    TRY_ALLOC(p->known = NEW_ZEROED(uint8_t, p->n_stores));
    TRY_ALLOC(p->lines = NEW_ZEROED(uint32_t, (size_t)h->n_items * (1 + PROMOTION_KINDS)));
    TRY_ALLOC(seen = NEW_ARRAY(uint8_t, p->n_stores));
    count_covered(p, seen);
    count_lines(p);
done:
    mem_free(seen);
    return status;
}

static void work_fini(promotion_work *p)
{
    mem_free(p->covered);
    mem_free(p->known);
    mem_free(p->lines);
}

/* Share of the stores of a week that have the item on each kind, and on any; NaN where the week
 * is not known. */
static void share_of_stores(double out[PROMOTION_KINDS + 1], const promotion_work *p, size_t week,
                            uint32_t item)
{
    const promotion_view *v = &p->h->promotions;
    const uint64_t *offset = v->offset + week * p->h->n_items + item;
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
    const promotion_view *v = &p->h->promotions;
    size_t now = v->before;
    share_sums last = sum_shares(p, item, now - 1, now), some = sum_shares(p, item, now - 8, now),
               all = sum_shares(p, item, 0, now);
    const uint32_t *lines = p->lines + (size_t)item * (1 + PROMOTION_KINDS);
    for (int k = 0; k < PROMOTION_KINDS; k++)
        *to++ = feature_ratio(last.share[k], last.weeks);
    for (int k = 0; k < PROMOTION_KINDS; k++)
        *to++ = feature_ratio(some.share[k], some.weeks);
    for (int k = 0; k < PROMOTION_KINDS; k++)
        *to++ = feature_ratio(all.share[k], all.weeks);
    *to++ = feature_ratio(all.promoted, all.weeks);
    *to++ = (float)((double)now - all.last);
    for (int k = 0; k < PROMOTION_KINDS; k++)
        *to++ = feature_ratio(lines[1 + k], lines[0]);
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

static void write_household(float *to, const history *h, uint32_t user)
{
    uint32_t count[PROMOTION_KINDS] = {0};
    uint64_t from = h->user_offset[user], end = h->user_offset[user + 1];
    for (uint64_t l = from; l < end; l++)
        for (int k = 0; k < PROMOTION_KINDS; k++)
            count[k] += h->line_promotion[l] >> k & 1;
    for (int k = 0; k < PROMOTION_KINDS; k++)
        to[k] = feature_ratio(count[k], (double)(end - from));
}

aisle_status promotion_facts_init(promotion_facts *out, const history *h, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    promotion_work p = {0};
    memset(out, 0, sizeof *out);
    if (!h->promotions.offset)
        return AISLE_OK;
    out->item_columns = PROMOTION_OBSERVED + (h->promotions.ahead ? PROMOTION_PLANNED : 0);
    TRY(work_init(&p, h, err));
    TRY_ALLOC(out->item = NEW_ARRAY(float, h->n_items * out->item_columns));
    TRY_ALLOC(out->household = NEW_ARRAY(float, (size_t)h->n_users *PROMOTION_KINDS));
    for (uint32_t i = 0; i < h->n_items; i++)
        write_item(out->item + i * out->item_columns, &p, i);
    for (uint32_t u = 0; u < h->n_users; u++)
        write_household(out->household + (size_t)u * PROMOTION_KINDS, h, u);
    stores_that_count which = {p.known, !h->promotions.by_store};
    TRY(household_stores_init(&out->stores, h, which, err));
done:
    work_fini(&p);
    if (status != AISLE_OK)
        promotion_facts_fini(out);
    return status;
}

void promotion_facts_fini(promotion_facts *f)
{
    mem_free(f->item);
    mem_free(f->household);
    household_stores_fini(&f->stores);
    memset(f, 0, sizeof *f);
}
