#include "candidates/lists.h"

#include "base/fail.h"
#include "base/mem.h"
#include "base/threads.h"
#include "candidates/kernels/select_sums.h"

#include <math.h>
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

static void list_one(topk *best, void *room, const retriever *r, const void *state,
                     const list_context *context, const asker *who)
{
    if (r->ask)
        r->ask(room, state, context, who);
    r->list(best, room, state, context, who);
    if (r->forget)
        r->forget(room, state, context, who);
}

/* One household after the other. */
static aisle_status fill_lists(item_lists *out, const retriever *r, const void *state,
                               const list_context *context, const retriever_query *query,
                               aisle_error *err)
{
    aisle_status status = AISLE_OK;
    uint32_t k = lists_places(context, out->k);
    size_t places = topk_room(k), bytes = room_part(retriever_room(r, state, context));
    int threads = query_threads(query, context);
    ranked *entries = NULL;
    char *rooms = NULL;
    TRY_ALLOC(entries = NEW_ARRAY(ranked, places * (size_t)threads));
    TRY_ALLOC(rooms = NEW_ZEROED(char, bytes *(size_t)threads));
#pragma omp parallel for num_threads(threads) schedule(dynamic, 16) if (query->n > 16)
    for (size_t i = 0; i < query->n; i++) {
        size_t thread = (size_t)thread_number();
        asker who = {query->h, query->users[i], query->new_only};
        if (who.user == HISTORY_NONE)
            continue;
        topk best = topk_start(entries + places * thread, k);
        list_one(&best, rooms + bytes * thread, r, state, context, &who);
        lists_put(out, i, &best);
    }
done:
    mem_free(entries);
    mem_free(rooms);
    return status;
}

aisle_status retriever_fill(item_lists *out, const retriever *r, const void *state,
                            const list_context *context, const retriever_query *query,
                            aisle_error *err)
{
    memset(out->count, 0, out->n * sizeof *out->count);
    if (r->only_bought && query->new_only)
        return AISLE_OK;
    if (r->fill && query->n > 1)
        return r->fill(out, state, context, query, err);
    return fill_lists(out, r, state, context, query, err);
}

aisle_status retriever_score(float *out, const retriever *r, const void *state,
                             const list_context *context, const asker *who, const uint32_t *items,
                             size_t n, aisle_error *err)
{
    char *room = NEW_ZEROED(char, retriever_room(r, state, context));
    if (!room)
        return fail_memory(err);
    if (r->ask)
        r->ask(room, state, context, who);
    r->score(out, room, state, context, who, items, n);
    if (r->forget)
        r->forget(room, state, context, who);
    mem_free(room);
    return AISLE_OK;
}

aisle_status retriever_fit(void **state, const retriever *r, const list_context *context,
                           const households *h, aisle_error *err)
{
    void *fitted = NULL;
    aisle_status status = r->fit(&fitted, context, h, err);
    if (status == AISLE_OK && r->ready)
        status = r->ready(fitted, context, err);
    if (status == AISLE_OK)
        *state = fitted;
    else if (fitted)
        r->free(fitted, true);
    return status;
}

void lists_push_sums(topk *best, float *sum, const list_context *context, const asker *who)
{
    const households *h = who->h;
    uint32_t n = context->a->n_items;
    const uint8_t *allowed = context->c->allowed;
    scored_items scored = {sum, n, NULL, context->popularity};
    if (who->new_only)
        for (uint64_t p = h->pair_offset[who->user]; p < h->pair_offset[who->user + 1]; p++)
            sum[h->pair_item[p]] = 0;
    if (context->c->count < n)
        for (uint32_t i = 0; i < n; i++)
            sum[i] = allowed[i] ? sum[i] : 0;
    select_sums(best, &scored);
}

void lists_take_sums(float *out, const float *sum, const list_context *context,
                     const uint32_t *items, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = sum[items[i]] > 0 && context->c->allowed[items[i]] ? sum[items[i]] : NAN;
}
