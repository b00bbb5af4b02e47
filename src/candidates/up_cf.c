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
#include "base/fail.h"
#include "base/mem.h"
#include "candidates/basket_values.h"
#include "candidates/item_neighbours.h"
#include "candidates/neighbourhood.h"
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

aisle_status up_cf_adopt(void **state, const list_context *context, aisle_error *err)
{
    neighbourhood *s;
    aisle_status status = neighbourhood_new(&s, context, context->options->up_cf.neighbours, err);
    if (status != AISLE_OK)
        return status;
    s->own = 1;
    *state = s;
    return AISLE_OK;
}

/* A similarity that its power takes to 0 is none. */
static void localise(user_neighbours *near, double locality)
{
    for (size_t j = 0; j < (size_t)near->n * near->k; j++) {
        if (near->user[j] == NEIGHBOUR_NONE)
            continue;
        near->similarity[j] = (float)pow((double)near->similarity[j], locality);
        if (!(near->similarity[j] > 0)) {
            near->similarity[j] = 0;
            near->user[j] = NEIGHBOUR_NONE;
        }
    }
}

aisle_status up_cf_fit(void **state, const list_context *context, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const up_cf_options *o = &context->options->up_cf;
    basket_rule rule = {weigh_basket, o, true};
    void *adopted = NULL;
    TRY(up_cf_adopt(&adopted, context, err));
    neighbourhood *s = adopted;
    TRY_ALLOC(s->value = NEW_ARRAY(float, s->pairs));
    TRY(basket_values(s->value, context, &rule, err));
    users_options how = {.measure = USERS_PRODUCT,
                         .asymmetry = o->asymmetry,
                         .k = o->neighbours,
                         .sample = o->sample};
    TRY(neighbourhood_find(s, context, true, how, err));
    localise(&s->near, o->locality);
    *state = s;
    adopted = NULL;
done:
    neighbourhood_free(adopted, true);
    return status;
}
