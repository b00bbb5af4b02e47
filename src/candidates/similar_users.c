/* What similar households buy: w(u, i) the household's lines of the item, decayed by age, as a unit
 * vector; sim(u, v) = w_u · w_v, the cosine;
 *
 *     score(u, i) = sum over the nearest v of sim(u, v) · w(v, i)
 *
 * Items are those of the catalogue. */
#include "base/fail.h"
#include "base/mem.h"
#include "candidates/neighbourhood.h"
#include "candidates/pair_weights.h"
#include "candidates/retriever_table.h"

#include <math.h>

int64_t similar_users_quota(const candidates_options *options)
{
    return options->similar_users.quota;
}

aisle_status similar_users_adopt(void **state, const list_context *context, aisle_error *err)
{
    return neighbourhood_new((neighbourhood **)state, context,
                             context->options->similar_users.neighbours, err);
}

static void weigh_user(float *value, const pair_weigher *weigher, const catalogue *c, uint32_t user)
{
    const history *h = weigher->h;
    uint64_t first = h->pair_offset[user], end = h->pair_offset[user + 1];
    double squares = 0;
    for (uint64_t p = first; p < end; p++) {
        value[p] = c->allowed[h->pair_item[p]] ? pair_weigh(weigher, p) : 0;
        squares += (double)value[p] * (double)value[p];
    }
    double scale = squares > 0 ? 1 / sqrt(squares) : 0;
    for (uint64_t p = first; p < end; p++)
        value[p] = (float)((double)value[p] * scale);
}

aisle_status similar_users_fit(void **state, const list_context *context, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const similar_users_options *o = &context->options->similar_users;
    pair_weigher weigher = {0};
    void *adopted = NULL;
    TRY(similar_users_adopt(&adopted, context, err));
    neighbourhood *s = adopted;
    TRY(pair_weigher_init(&weigher, context->h, o->weight, o->decay, err));
    TRY_ALLOC(s->value = NEW_ARRAY(float, s->pairs));
    for (uint32_t u = 0; u < context->h->n_users; u++)
        weigh_user(s->value, &weigher, context->c, u);
    users_options how = {
        .measure = USERS_PRODUCT, .plain = true, .k = o->neighbours, .sample = o->sample};
    TRY(neighbourhood_find(s, context, false, how, err));
    *state = s;
    adopted = NULL;
done:
    pair_weigher_fini(&weigher);
    neighbourhood_free(adopted, true);
    return status;
}
