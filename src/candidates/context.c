#include "candidates/retriever.h"

#include "base/fail.h"
#include "base/mem.h"

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

aisle_status list_context_init(list_context *out, const households *h, const catalogue *c,
                               const candidates_options *options, uint64_t seed, int threads,
                               aisle_error *err)
{
    aisle_status status = AISLE_OK;
    list_context context = {
        .a = h->a, .c = c, .options = options, .seed = seed, .threads = threads < 1 ? 1 : threads};
    TRY_ALLOC(context.popularity = NEW_ARRAY(uint32_t, h->a->n_items));
    households_count_buyers(h, history_weeks_before(h->as_of, options->fallback_weeks),
                            context.popularity);
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
