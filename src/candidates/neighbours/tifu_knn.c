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
#include "candidates/neighbours/basket_values.h"
#include "candidates/neighbours/neighbourhood.h"
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

static void find_values(float *value, double *sum, const void *state, const list_context *context,
                        const households *h, uint32_t user)
{
    basket_rule rule = {weigh_basket, &context->options->tifu_knn, false};
    (void)state;
    basket_values(value, sum, context, &rule, h, user);
}

aisle_status tifu_knn_adopt(void **state, const list_context *context, aisle_error *err)
{
    const tifu_knn_options *o = &context->options->tifu_knn;
    neighbourhood_rule rule = {.values = find_values,
                               .measure = USERS_DISTANCE,
                               .plain = true,
                               .locality = 1,
                               .k = o->neighbours,
                               .own = o->alpha,
                               .others = 1 - o->alpha};
    return neighbourhood_new((neighbourhood **)state, context, &rule, err);
}

aisle_status tifu_knn_fit(void **state, const list_context *context, const households *h,
                          aisle_error *err)
{
    return neighbourhood_fit(state, tifu_knn_adopt, context, h, err);
}
