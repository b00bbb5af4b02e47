#include "candidates/retriever_table.h"

#include "base/fail.h"
#include "base/mem.h"
#include "base/topk.h"

/* The first day of the last `weeks` weeks; 0 weeks: all time. */
int32_t context_first_day(const history *h, int64_t weeks)
{
    int64_t day = (int64_t)h->as_of - 7 * weeks;
    return weeks <= 0 || day < INT32_MIN ? INT32_MIN : (int32_t)day;
}

static aisle_status sort_popular(list_context *context, aisle_error *err)
{
    const catalogue *c = context->c;
    ranked *order = NEW_ARRAY(ranked, c->count);
    if (!order)
        return fail_memory(err);
    for (uint32_t i = 0; i < c->count; i++)
        order[i] = ranked_of(0, context->popularity[c->items[i]], c->items[i]);
    ranked_sort(order, c->count);
    for (uint32_t i = 0; i < c->count; i++)
        context->popular[i] = order[i].item;
    context->n_popular = c->count;
    mem_free(order);
    return AISLE_OK;
}

aisle_status list_context_init(list_context *out, const history *h, const catalogue *c,
                               const candidates_options *options, uint64_t seed, int threads,
                               aisle_error *err)
{
    aisle_status status = AISLE_OK;
    list_context context = {
        .h = h, .c = c, .options = options, .seed = seed, .threads = threads < 1 ? 1 : threads};
    TRY_ALLOC(context.popularity = NEW_ARRAY(uint32_t, h->n_items));
    TRY_ALLOC(context.popular = NEW_ARRAY(uint32_t, c->count));
    history_count_buyers(h, context_first_day(h, options->fallback_weeks), context.popularity);
    TRY(sort_popular(&context, err));
    *out = context;
    return AISLE_OK;
done:
    list_context_fini(&context);
    return status;
}

void list_context_fini(list_context *context)
{
    mem_free(context->popularity);
    mem_free(context->popular);
    context->popularity = context->popular = NULL;
    context->n_popular = 0;
}
