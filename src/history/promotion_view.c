#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "data/promotions.h"
#include "history/assortment.h"

/* Where the places of a view come from, and go to. */
typedef struct viewer {
    const assortment *a;
    const aisle_dataset *d;
    uint32_t *item;  /* [dataset items] the assortment's, or AISLE_MISSING */
    uint32_t *store; /* [dataset stores] the same, or AISLE_MISSING; NULL: all are one */
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
    uint64_t *offset = view->offset + w * v->a->n_items;
    for (uint32_t i = 0; i < v->d->items.count; i++) {
        uint32_t item = v->item[i];
        if (item == AISLE_MISSING)
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
    int64_t first = (int64_t)week_of_day(&v->d->weeks, v->a->as_of) - view->before;
    size_t weeks = (size_t)view->before + view->ahead;
    uint64_t n = 0;
    for (size_t w = 0; w < weeks; w++)
        n = copy_week(view, w, n, v, find_week(v->d, first + (int64_t)w));
    view->offset[weeks * v->a->n_items] = n;
    return n;
}

static void copy_starts(promotion_view *view, const viewer *v)
{
    int32_t first = week_of_day(&v->d->weeks, v->a->as_of) - (int32_t)view->before;
    for (uint32_t w = 0; w < view->before + view->ahead + 2; w++)
        view->start[w] = week_first_day(&v->d->weeks, first + (int32_t)w);
}

static aisle_status init_view(promotion_view *out, const assortment *a, const aisle_dataset *d,
                              uint32_t ahead, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    promotion_view view = {.before = PROMOTION_WEEKS_BEFORE, .ahead = ahead};
    viewer v = {.a = a, .d = d};
    view.by_store = d->promotions.by_store;
    TRY_ALLOC(v.item = NEW_ARRAY(uint32_t, d->items.count));
    id_table_match(v.item, &d->items, &a->items);
    if (view.by_store) {
        TRY_ALLOC(v.store = NEW_ARRAY(uint32_t, d->stores.count));
        id_table_match(v.store, &d->stores, &a->stores);
    }
    size_t weeks = (size_t)view.before + ahead;
    TRY_ALLOC(view.start = NEW_ARRAY(int32_t, weeks + 2));
    TRY_ALLOC(view.offset = NEW_ARRAY(uint64_t, weeks * a->n_items + 1));
    TRY_ALLOC(view.place = NEW_ARRAY(uint32_t, copy_weeks(&view, &v)));
    copy_starts(&view, &v);
    copy_weeks(&view, &v);
    *out = view;
    memset(&view, 0, sizeof view);
done:
    mem_free(v.item);
    mem_free(v.store);
    mem_free(view.start);
    mem_free(view.offset);
    return status;
}

aisle_status assortment_init_promotions(assortment *a, const aisle_dataset *d, aisle_error *err)
{
    return d->promotions.weeks ? init_view(&a->promotions, a, d, 0, err) : AISLE_OK;
}

aisle_status assortment_plan_promotions(assortment *a, const aisle_dataset *d, int64_t weeks,
                                        aisle_error *err)
{
    promotion_view view;
    if (d->promotions.weeks == 0)
        return fail(err, AISLE_ERROR_CONFIG,
                    "features.planned_promotions needs data.promotions, which is not given");
    int32_t first = week_of_day(&d->weeks, a->as_of);
    int32_t last = week_of_day(&d->weeks, a->as_of + 7 * (int32_t)weeks - 1);
    aisle_status status = init_view(&view, a, d, (uint32_t)(last - first + 1), err);
    if (status != AISLE_OK)
        return status;
    mem_free(a->promotions.start);
    mem_free(a->promotions.offset);
    mem_free(a->promotions.place);
    a->promotions = view;
    return AISLE_OK;
}

uint8_t assortment_find_promotion(const assortment *a, size_t week, uint32_t item, uint32_t store)
{
    const promotion_view *v = &a->promotions;
    const uint64_t *offset = v->offset + week * a->n_items + item;
    return promotion_of_store(v->place + offset[0], offset[1] - offset[0], store);
}

int64_t assortment_week(const assortment *a, int32_t day)
{
    const promotion_view *v = &a->promotions;
    int64_t last = (int64_t)v->before + v->ahead + 1, w = 0;
    if (day < v->start[0])
        return -1 - ((int64_t)v->start[0] - 1 - day) / 7;
    if (day >= v->start[last])
        return last + ((int64_t)day - v->start[last]) / 7;
    while (day >= v->start[w + 1])
        w++;
    return w;
}

int32_t assortment_week_start(const assortment *a, int64_t week)
{
    const promotion_view *v = &a->promotions;
    int64_t last = (int64_t)v->before + v->ahead + 1;
    if (week < 0)
        return (int32_t)(v->start[0] + 7 * week);
    return week > last ? (int32_t)(v->start[last] + 7 * (week - last)) : v->start[week];
}
