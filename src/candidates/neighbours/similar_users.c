/* What similar households buy: w(u, i) the household's lines of the item, decayed by age, as a unit
 * vector; sim(u, v) = w_u · w_v, the cosine;
 *
 *     score(u, i) = sum over the nearest v of sim(u, v) · w(v, i)
 *
 * Items are those of the catalogue. */
#include "candidates/neighbours/neighbourhood.h"
#include "candidates/retriever_table.h"

#include <math.h>

int64_t similar_users_quota(const candidates_options *options)
{
    return options->similar_users.quota;
}

static void find_values(float *value, double *sum, const void *state, const list_context *context,
                        const households *h, uint32_t user)
{
    const pair_weigher *weigher = &((const neighbourhood *)state)->weigher;
    uint64_t first = h->pair_offset[user], n = h->pair_offset[user + 1] - first;
    double squares = 0;
    (void)sum;
    for (uint64_t p = 0; p < n; p++) {
        bool counts = context->c->allowed[h->pair_item[first + p]];
        value[p] = counts ? pair_weigh(weigher, h, first + p) : 0;
        squares += (double)value[p] * (double)value[p];
    }
    double scale = squares > 0 ? 1 / sqrt(squares) : 0;
    for (uint64_t p = 0; p < n; p++)
        value[p] = (float)((double)value[p] * scale);
}

aisle_status similar_users_adopt(void **state, const list_context *context, aisle_error *err)
{
    const similar_users_options *o = &context->options->similar_users;
    neighbourhood_rule rule = {.values = find_values,
                               .measure = USERS_PRODUCT,
                               .plain = true,
                               .locality = 1,
                               .k = o->neighbours};
    neighbourhood *s;
    aisle_status status = neighbourhood_new(&s, context, &rule, err);
    if (status == AISLE_OK)
        status = pair_weigher_init(&s->weigher, o->weight, o->decay, err);
    if (status == AISLE_OK)
        *state = s;
    else
        neighbourhood_free(s, true);
    return status;
}

aisle_status similar_users_fit(void **state, const list_context *context, const households *h,
                               aisle_error *err)
{
    return neighbourhood_fit(state, similar_users_adopt, context, h, err);
}
