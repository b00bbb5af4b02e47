/* UP-CF@r (Faggioli, Polato and Aiolli, Recency aware collaborative filtering for next basket
 * recommendation, UMAP 2020): an item's popularity for a household,
 *
 *     p(u, i) = sum of decay^(age in weeks) over its last r baskets with i / the same over all of
 * them,
 *
 * spread among households by sim(u, v) = |i_u ∩ i_v| / (|i_u|^a |i_v|^(1 − a)), i_u its items:
 *
 *     score(u, i) = p(u, i) + sum over the nearest v of sim(u, v)^locality · p(v, i)
 *
 * Items and baskets are those of the catalogue. */
#include "candidates/neighbours/basket_values.h"
#include "candidates/neighbours/neighbourhood.h"
#include "candidates/retriever_table.h"

#include <math.h>

int64_t up_cf_quota(const candidates_options *options)
{
    return options->up_cf.quota;
}

static double weigh_basket(const void *options, const basket_place *at)
{
    const up_cf_options *o = options;
    if (o->baskets > 0 && at->back >= o->baskets)
        return 0;
    return pow(o->decay, at->age / 7.0);
}

static void find_values(float *value, double *sum, const void *state, const list_context *context,
                        const households *h, uint32_t user)
{
    basket_rule rule = {weigh_basket, &context->options->up_cf, true};
    (void)state;
    basket_values(value, sum, context, &rule, h, user);
}

aisle_status up_cf_adopt(void **state, const list_context *context, aisle_error *err)
{
    const up_cf_options *o = &context->options->up_cf;
    neighbourhood_rule rule = {.values = find_values,
                               .measure = USERS_PRODUCT,
                               .asymmetry = o->asymmetry,
                               .binary = true,
                               .locality = o->locality,
                               .k = o->neighbours,
                               .own = 1};
    return neighbourhood_new((neighbourhood **)state, context, &rule, err);
}

aisle_status up_cf_fit(void **state, const list_context *context, const households *h,
                       aisle_error *err)
{
    return neighbourhood_fit(state, up_cf_adopt, context, h, err);
}
