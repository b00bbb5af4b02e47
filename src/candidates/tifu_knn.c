/* TIFU-KNN (Hu, He, Gao and Zhang, Modeling personalized item frequency information for next-basket
 * recommendation, SIGIR 2020): a household's baskets, counted from the last, fall into `groups`
 * groups of s = ceil(baskets / groups); the G that there are give it the vector
 *
 *     t(u, i) = sum over baskets with i of within^(place in the group) · group^(place of the group)
 * / size / G
 *
 * (the oldest group may be smaller), and its K nearest by Euclid join in:
 *
 *     score(u, i) = alpha · t(u, i) + (1 − alpha) / K · sum over them of t(v, i)
 *
 * Items and baskets are those of the catalogue. */
#include "base/fail.h"
#include "base/mem.h"
#include "candidates/basket_values.h"
#include "candidates/neighbourhood.h"
#include "candidates/retriever_table.h"

#include <math.h>

int64_t tifu_knn_quota(const candidates_options *options)
{
    return options->tifu_knn.quota;
}

static double weigh_basket(const void *options, const basket_place *at)
{
    const tifu_knn_options *o = options;
    uint32_t groups = o->groups < at->baskets ? (uint32_t)o->groups : at->baskets;
    uint32_t size = (at->baskets + groups - 1) / groups;
    uint32_t group = at->back / size, place = at->back % size;
    groups = (at->baskets + size - 1) / size;
    uint32_t here = group + 1 < groups ? size : at->baskets - group * size;
    return pow(o->within_decay, place) * pow(o->group_decay, group) / here / groups;
}

aisle_status tifu_knn_adopt(void **state, const list_context *context, aisle_error *err)
{
    const tifu_knn_options *o = &context->options->tifu_knn;
    neighbourhood *s;
    aisle_status status = neighbourhood_new(&s, context, o->neighbours, err);
    if (status != AISLE_OK)
        return status;
    s->own = o->alpha;
    s->others = 1 - o->alpha;
    *state = s;
    return AISLE_OK;
}

aisle_status tifu_knn_fit(void **state, const list_context *context, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const tifu_knn_options *o = &context->options->tifu_knn;
    basket_rule rule = {weigh_basket, o, false};
    void *adopted = NULL;
    TRY(tifu_knn_adopt(&adopted, context, err));
    neighbourhood *s = adopted;
    TRY_ALLOC(s->value = NEW_ARRAY(float, s->pairs));
    TRY(basket_values(s->value, context, &rule, err));
    users_options how = {
        .measure = USERS_DISTANCE, .plain = true, .k = o->neighbours, .sample = o->sample};
    TRY(neighbourhood_find(s, context, false, how, err));
    *state = s;
    adopted = NULL;
done:
    neighbourhood_free(adopted, true);
    return status;
}
