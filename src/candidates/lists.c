#include "candidates/lists.h"

#include "base/fail.h"
#include "base/mem.h"
#include "candidates/select_sums.h"

#include <math.h>
#include <omp.h>
#include <string.h>

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

static size_t round_up(size_t bytes)
{
    return (bytes + 63) / 64 * 64;
}

aisle_status lists_fill(item_lists *out, const list_maker *maker, const void *state,
                        const list_context *context, const retriever_query *query, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    uint32_t k = lists_places(context, out->k);
    size_t room = topk_room(k), scratch = round_up(maker->scratch);
    int threads = query_threads(query, context);
    ranked *entries = NULL;
    char *scratches = NULL;
    memset(out->count, 0, out->n * sizeof *out->count);
    if (maker->only_bought && query->new_only)
        return AISLE_OK;
    TRY_ALLOC(entries = NEW_ARRAY(ranked, room * (size_t)threads));
    TRY_ALLOC(scratches = NEW_ZEROED(char, scratch *(size_t)threads));
#pragma omp parallel for num_threads(threads) schedule(dynamic, 16) if (query->n > 16)
    for (size_t i = 0; i < query->n; i++) {
        size_t thread = (size_t)omp_get_thread_num();
        list_turn turn = {query->users[i], query->new_only, scratches + scratch * thread};
        if (turn.user == HISTORY_NONE)
            continue;
        topk best = topk_start(entries + room * thread, k);
        maker->push(&best, state, context, &turn);
        lists_put(out, i, &best);
    }
done:
    mem_free(entries);
    mem_free(scratches);
    return status;
}

void lists_push_sums(topk *best, float *sum, const list_context *context, const list_turn *turn)
{
    const history *h = context->h;
    const uint8_t *allowed = context->c->allowed;
    if (turn->new_only)
        for (uint64_t p = h->pair_offset[turn->user]; p < h->pair_offset[turn->user + 1]; p++)
            sum[h->pair_item[p]] = 0;
    if (context->c->count < h->n_items)
        for (uint32_t i = 0; i < h->n_items; i++)
            sum[i] = allowed[i] ? sum[i] : 0;
    scored_items scored = {sum, h->n_items, NULL, context->popularity};
    select_sums(best, &scored);
    memset(sum, 0, h->n_items * sizeof *sum);
}

void lists_take_sums(float *out, float *sum, const list_context *context, const uint32_t *items,
                     size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = sum[items[i]] > 0 && context->c->allowed[items[i]] ? sum[items[i]] : NAN;
    memset(sum, 0, context->h->n_items * sizeof *sum);
}
