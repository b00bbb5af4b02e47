#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "data/promotions.h"
#include "history/history.h"

/* Where the places of a view come from, and go to. */
typedef struct viewer {
    const history *h;
    const aisle_dataset *d;
    uint32_t *store; /* [dataset stores] the history's, or AISLE_MISSING; NULL: all are one */
} viewer;

/* Copies a product's places in known stores; to NULL: only counts them. */
static uint64_t copy_places(uint32_t *to, const viewer *v, const promotion_week *week,
                            uint32_t item)
{
    uint64_t n = 0;
    for (uint32_t p = week->offset[item]; p < week->offset[item + 1]; p++) {
        uint32_t place = week->place[p], store = place >> PROMOTION_BITS;
        if (v->store)
            store = v->store[store];
        if (store == AISLE_MISSING)
            continue;
        if (to)
            to[n] = store << PROMOTION_BITS | (place & PROMOTION_MASK);
        n++;
    }
    return n;
}

/* A week of the view: offsets from `from` on, and the places behind them, if there is room. */
static uint64_t copy_week(promotion_view *view, size_t w, uint64_t from, const viewer *v,
                          const promotion_week *week)
{
    uint64_t *offset = view->offset + w * v->h->n_items;
    for (uint32_t i = 0; i < v->d->items.count; i++) {
        uint32_t item = v->h->item_of[i];
        if (item == HISTORY_NONE)
            continue;
        offset[item] = from;
        if (week)
            from += copy_places(view->place ? view->place + from : NULL, v, week, i);
    }
    return from;
}

/* The promotions of a week by its number; NULL: none. */
static const promotion_week *find_week(const aisle_dataset *d, int64_t number)
{
    int64_t w = number - d->weeks.first;
    if (w < 0 || w >= (int64_t)d->promotions.weeks || !d->promotions.week[w].offset)
        return NULL;
    return &d->promotions.week[w];
}

static uint64_t copy_weeks(promotion_view *view, const viewer *v)
{
    int64_t first = (int64_t)week_of_day(&v->d->weeks, v->h->as_of) - view->before;
    size_t weeks = (size_t)view->before + view->ahead;
    uint64_t n = 0;
    for (size_t w = 0; w < weeks; w++)
        n = copy_week(view, w, n, v, find_week(v->d, first + (int64_t)w));
    view->offset[weeks * v->h->n_items] = n;
    return n;
}

static aisle_status init_view(promotion_view *out, const history *h, const aisle_dataset *d,
                              uint32_t ahead, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    promotion_view view = {.before = PROMOTION_WEEKS_BEFORE, .ahead = ahead};
    viewer v = {.h = h, .d = d};
    view.by_store = d->promotions.by_store;
    if (view.by_store) {
        TRY_ALLOC(v.store = NEW_ARRAY(uint32_t, d->stores.count));
        id_table_match(v.store, &d->stores, &h->stores);
    }
    size_t weeks = (size_t)view.before + ahead;
    TRY_ALLOC(view.offset = NEW_ARRAY(uint64_t, weeks * h->n_items + 1));
    TRY_ALLOC(view.place = NEW_ARRAY(uint32_t, copy_weeks(&view, &v)));
    copy_weeks(&view, &v);
    *out = view;
    memset(&view, 0, sizeof view);
done:
    mem_free(v.store);
    mem_free(view.offset);
    return status;
}

/* What was bought in the week of T, should some of it lie before T, was bought on promotions that
 * are not observed. */
static void forget_last_week(history *h, const aisle_dataset *d)
{
    int32_t from = week_first_day(&d->weeks, week_of_day(&d->weeks, h->as_of));
    for (size_t l = 0; l < h->lines; l++)
        if (h->day[l] >= from)
            h->line_promotion[l] = 0;
}

aisle_status history_init_promotions(history *h, const aisle_dataset *d, aisle_error *err)
{
    if (d->promotions.weeks == 0)
        return AISLE_OK;
    forget_last_week(h, d);
    return init_view(&h->promotions, h, d, 0, err);
}

aisle_status history_plan_promotions(history *h, const aisle_dataset *d, int64_t weeks,
                                     aisle_error *err)
{
    promotion_view view;
    if (d->promotions.weeks == 0)
        return fail(err, AISLE_ERROR_CONFIG,
                    "features.planned_promotions needs data.promotions, which is not given");
    int32_t first = week_of_day(&d->weeks, h->as_of);
    int32_t last = week_of_day(&d->weeks, h->as_of + 7 * (int32_t)weeks - 1);
    aisle_status status = init_view(&view, h, d, (uint32_t)(last - first + 1), err);
    if (status != AISLE_OK)
        return status;
    mem_free(h->promotions.offset);
    mem_free(h->promotions.place);
    h->promotions = view;
    return AISLE_OK;
}

uint8_t history_find_promotion(const history *h, size_t week, uint32_t item, uint32_t store)
{
    const promotion_view *v = &h->promotions;
    const uint64_t *offset = v->offset + week * h->n_items + item;
    return promotion_of_store(v->place + offset[0], offset[1] - offset[0], store);
}
