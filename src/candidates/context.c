#include "candidates/retriever.h"

#include "base/fail.h"
#include "base/mem.h"
#include "history/day_sums.h"

#include <string.h>

static aisle_status sort_popular(list_context *context, aisle_error *err)
{
    const catalogue *c = context->c;
    ranked *order = NEW_ARRAY(ranked, c->count);
    context->popular = NEW_ARRAY(uint32_t, c->count);
    if (!order || !context->popular) {
        mem_free(order);
        return fail_memory(err);
    }
    for (uint32_t i = 0; i < c->count; i++)
        order[i] = ranked_of(0, context->popularity[c->items[i]], c->items[i]);
    ranked_sort(order, c->count);
    for (uint32_t i = 0; i < c->count; i++)
        context->popular[i] = order[i].item;
    context->n_popular = c->count;
    mem_free(order);
    return AISLE_OK;
}

static const tally_column columns[] = {{"buyers", TALLY_ITEM, TALLY_ADD, 1}};

static aisle_status sum_popularity(tally *t, const households *h, const candidates_options *options,
                                   aisle_error *err)
{
    uint32_t *buyers = NEW_ARRAY(uint32_t, h->a->n_items);
    if (!buyers)
        return fail_memory(err);
    households_count_buyers(h, history_weeks_before(h->as_of, options->fallback_weeks), buyers);
    for (uint32_t i = 0; i < h->a->n_items; i++)
        tally_counts(t, 0)[i] = buyers[i];
    mem_free(buyers);
    return AISLE_OK;
}

const tally_part popularity_part = {"popularity", TALLY_NO_ROWS, 1, columns, sum_popularity};

static aisle_status take_popularity(list_context *context, const households *h, aisle_error *err)
{
    const tally *t;
    tally own;
    aisle_status status = AISLE_OK;
    TRY(sums_of(&t, &own, &popularity_part, h, context->options, err));
    TRY_ALLOC(context->popularity = NEW_ARRAY(uint32_t, h->a->n_items));
    for (uint32_t i = 0; i < h->a->n_items; i++)
        context->popularity[i] = (uint32_t)tally_counts(t, 0)[i];
done:
    tally_fini(&own);
    return status;
}

aisle_status list_context_init(list_context *out, const households *h, const catalogue *c,
                               const candidates_options *options, uint64_t seed, int threads,
                               aisle_error *err)
{
    aisle_status status = AISLE_OK;
    list_context context = {
        .a = h->a, .c = c, .options = options, .seed = seed, .threads = threads < 1 ? 1 : threads};
    TRY(take_popularity(&context, h, err));
    TRY(sort_popular(&context, err));
    TRY(user_pool_init(&context.pool, h, options->pool, seed, err));
    *out = context;
    return AISLE_OK;
done:
    list_context_fini(&context);
    return status;
}

aisle_status list_context_adopt(list_context *out, const assortment *a, const catalogue *c,
                                const candidates_options *options, uint64_t seed, int threads,
                                uint32_t *popularity, const id_table *pool, aisle_error *err)
{
    *out = (list_context){.a = a,
                          .c = c,
                          .options = options,
                          .pool = {*pool, NULL, true},
                          .popularity = popularity,
                          .seed = seed,
                          .threads = threads < 1 ? 1 : threads,
                          .mapped = true};
    aisle_status status = sort_popular(out, err);
    if (status != AISLE_OK)
        list_context_fini(out);
    return status;
}

void list_context_fini(list_context *context)
{
    if (!context->mapped)
        mem_free(context->popularity);
    mem_free(context->popular);
    user_pool_fini(&context->pool);
    memset(context, 0, sizeof *context);
}
