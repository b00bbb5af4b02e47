#include "features/facts/facts.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "features/facts/discount_facts.h"
#include "features/families/families.h"
#include "features/facts/habit_facts.h"
#include "features/facts/item_facts.h"
#include "features/facts/promotion_facts.h"
#include "features/facts/rank_facts.h"
#include "features/facts/store_facts.h"

/* What some family that is not left out looks at. */
typedef struct facts_wanted {
    bool promotions, stores, ranks, habits, discounts, money;
} facts_wanted;

static facts_wanted wanted_by(const features_options *options)
{
    facts_wanted w = {.promotions = !feature_is_left_out(&promotion_family, options),
                      .ranks = !feature_is_left_out(&rank_family, options),
                      .habits = !feature_is_left_out(&habit_family, options),
                      .discounts = !feature_is_left_out(&discount_family, options)};
    w.stores = w.habits || !feature_is_left_out(&store_family, options);
    w.money = w.discounts || !feature_is_left_out(&spend_family, options);
    return w;
}

static aisle_status weigh_ages(feature_facts *f, aisle_error *err)
{
    f->decay = NEW_ARRAY(float, 3 * DECAY_DAYS);
    if (!f->decay)
        return fail_memory(err);
    for (int r = 0; r < 3; r++) {
        float *of_age = f->decay + r * DECAY_DAYS;
        for (int32_t d = 0; d < DECAY_DAYS; d++)
            of_age[d] = feature_weigh_age(r, d);
        f->context.decay[r] = of_age;
    }
    return AISLE_OK;
}

aisle_status feature_facts_adopt(feature_facts *out, const assortment *a,
                                 const features_options *options, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    memset(out, 0, sizeof *out);
    out->mapped = true;
    TRY(feature_check_without(options, err));
    TRY_ALLOC(out->items = NEW_ZEROED(item_facts, 1));
    TRY_ALLOC(out->promotions = NEW_ZEROED(promotion_facts, 1));
    TRY_ALLOC(out->stores = NEW_ZEROED(store_facts, 1));
    TRY_ALLOC(out->ranks = NEW_ZEROED(rank_facts, 1));
    TRY_ALLOC(out->habits = NEW_ZEROED(habit_facts, 1));
    TRY_ALLOC(out->discounts = NEW_ZEROED(discount_facts, 1));
    TRY(weigh_ages(out, err));
    out->context.a = a;
    out->context.options = options;
    out->context.items = out->items;
    out->context.promotions = out->promotions;
    out->context.stores = out->stores;
    out->context.ranks = out->ranks;
    out->context.habits = out->habits;
    out->context.discounts = out->discounts;
    out->context.money = wanted_by(options).money;
done:
    if (status != AISLE_OK)
        feature_facts_fini(out);
    return status;
}

size_t feature_facts_arrays(state_array *out, feature_facts *f)
{
    const assortment *a = f->context.a;
    facts_wanted w = wanted_by(f->context.options);
    size_t n = item_facts_arrays(out, f->items, a);
    if (w.promotions)
        n += promotion_facts_arrays(out + n, f->promotions, a);
    if (w.stores)
        n += store_facts_arrays(out + n, f->stores, a);
    if (w.habits)
        n += habit_facts_arrays(out + n, f->habits, a);
    if (w.discounts)
        n += discount_facts_arrays(out + n, f->discounts, a);
    return n;
}

aisle_status feature_facts_check(const feature_facts *f, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const assortment *a = f->context.a;
    facts_wanted w = wanted_by(f->context.options);
    TRY(item_facts_check(f->items, a, err));
    if (w.promotions)
        TRY(promotion_facts_check(f->promotions, a, err));
    if (w.stores)
        TRY(store_facts_check(f->stores, a, err));
    if (w.habits)
        TRY(habit_facts_check(f->habits, a, err));
    if (w.discounts)
        TRY(discount_facts_check(f->discounts, a, err));
done:
    return status;
}

aisle_status feature_facts_ready(feature_facts *f, aisle_error *err)
{
    aisle_status status = item_facts_ready(f->items, f->context.a, err);
    if (status == AISLE_OK && wanted_by(f->context.options).ranks)
        status = rank_facts_init(f->ranks, f->context.a, f->items, err);
    return status;
}

aisle_status feature_facts_init(feature_facts *out, const households *h,
                                const features_options *options, aisle_error *err)
{
    facts_wanted w = wanted_by(options);
    aisle_status status = feature_facts_adopt(out, h->a, options, err);
    if (status != AISLE_OK)
        return status;
    out->mapped = false;
    TRY(item_facts_init(out->items, h, err));
    if (w.promotions)
        TRY(promotion_facts_init(out->promotions, h, err));
    if (w.stores)
        TRY(store_facts_init(out->stores, h, err));
    if (w.habits)
        TRY(habit_facts_init(out->habits, h, err));
    if (w.discounts)
        TRY(discount_facts_init(out->discounts, h, err));
    TRY(feature_facts_ready(out, err));
done:
    if (status != AISLE_OK)
        feature_facts_fini(out);
    return status;
}

void feature_facts_fini(feature_facts *f)
{
    bool owned = !f->mapped;
    if (f->items)
        item_facts_fini(f->items, owned);
    if (f->promotions)
        promotion_facts_fini(f->promotions, owned);
    if (f->stores)
        store_facts_fini(f->stores, owned);
    if (f->ranks)
        rank_facts_fini(f->ranks);
    if (f->habits)
        habit_facts_fini(f->habits, owned);
    if (f->discounts)
        discount_facts_fini(f->discounts, owned);
    mem_free(f->discounts);
    mem_free(f->habits);
    mem_free(f->ranks);
    mem_free(f->stores);
    mem_free(f->promotions);
    mem_free(f->items);
    mem_free(f->decay);
    memset(f, 0, sizeof *f);
}
