#include "candidates/lists.h"

#include "base/fail.h"
#include "base/mem.h"

#include <omp.h>

aisle_status item_lists_init(item_lists *out, size_t n, uint32_t k, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    item_lists lists = {n, k, NULL, NULL, NULL};
    size_t places;
    if (__builtin_mul_overflow(n, (size_t)k, &places))
        return fail_memory(err);
    TRY_ALLOC(lists.count = NEW_ZEROED(uint32_t, n));
    TRY_ALLOC(lists.item = NEW_ARRAY(uint32_t, places));
    TRY_ALLOC(lists.score = NEW_ARRAY(float, places));
    *out = lists;
    return AISLE_OK;
done:
    item_lists_fini(&lists);
    return status;
}

void item_lists_fini(item_lists *lists)
{
    mem_free(lists->count);
    mem_free(lists->item);
    mem_free(lists->score);
    memset(lists, 0, sizeof *lists);
}

uint32_t lists_places(const list_context *context, uint32_t k)
{
    return k < context->c->count ? k : context->c->count;
}

void lists_put(item_lists *lists, size_t i, topk *best)
{
    size_t n = topk_finish(best);
    for (size_t j = 0; j < n; j++) {
        lists->item[i * lists->k + j] = best->entries[j].item;
        lists->score[i * lists->k + j] = ranked_score(best->entries[j]);
    }
    lists->count[i] = (uint32_t)n;
}

aisle_status lists_fill(item_lists *out, lists_source source, const void *state,
                        const list_context *context, const retriever_query *query, bool only_bought,
                        aisle_error *err)
{
    uint32_t k = lists_places(context, out->k);
    size_t room = topk_room(k);
    ranked *entries = NULL;
    memset(out->count, 0, out->n * sizeof *out->count);
    if (only_bought && query->new_only)
        return AISLE_OK;
    entries = NEW_ARRAY(ranked, room * (size_t)query_threads(query, context));
    if (!entries)
        return fail_memory(err);
#pragma omp parallel for num_threads(query_threads(query, context))                                \
    schedule(dynamic, 16) if (query->n > 16)
    for (size_t i = 0; i < query->n; i++) {
        if (query->users[i] == HISTORY_NONE)
            continue;
        topk best = topk_start(entries + room * (size_t)omp_get_thread_num(), k);
        source(&best, state, context, query->users[i]);
        lists_put(out, i, &best);
    }
    mem_free(entries);
    return AISLE_OK;
}
