/* Similar items and users of als: the cosine of their factors. */
#include "candidates/retriever_table.h"

#include "base/fail.h"
#include "base/mem.h"
#include "base/topk.h"
#include "candidates/factors/als_state.h"

#include <math.h>

/* Factors a stride apart: entry k of a vector at x[k * step]. */
typedef struct vector {
    const float *x;
    size_t step;
} vector;

/* at: its lane among the panels. */
static vector item_vector(const als_state *s, size_t at)
{
    return (vector){s->panels + at / DENSE_LANES * DENSE_LANES * s->stride + at % DENSE_LANES,
                    DENSE_LANES};
}

static double inner(vector a, vector b, size_t n)
{
    double sum = 0;
    for (size_t k = 0; k < n; k++)
        sum += (double)a.x[k * a.step] * (double)b.x[k * b.step];
    return sum;
}

/* NaN where one of them is 0. */
static float cosine(vector a, vector b, size_t n)
{
    double scale = sqrt(inner(a, a, n)) * sqrt(inner(b, b, n));
    return scale > 0 ? (float)(inner(a, b, n) / scale) : NAN;
}

static size_t take(neighbour *out, topk *best)
{
    size_t n = topk_finish(best);
    for (size_t i = 0; i < n; i++)
        out[i] = (neighbour){best->entries[i].item, ranked_score(best->entries[i])};
    return n;
}

aisle_status als_similar_items(size_t *count, neighbour *out, size_t k, const void *state,
                               const list_context *context, uint32_t item, aisle_error *err)
{
    const als_state *s = state;
    const catalogue *c = context->c;
    vector wanted = item_vector(s, s->items.at[c->place[item]]);
    k = k < c->count ? k : c->count;
    ranked *entries = NEW_ARRAY(ranked, topk_room(k));
    if (!entries)
        return fail_memory(err);
    topk best = topk_start(entries, k);
    for (uint32_t i = 0; i < c->count; i++)
        if (c->items[i] != item)
            topk_push(&best, cosine(wanted, item_vector(s, s->items.at[i]), s->stride),
                      context->popularity[c->items[i]], c->items[i]);
    *count = take(out, &best);
    mem_free(entries);
    return AISLE_OK;
}

aisle_status als_similar_users(size_t *count, neighbour *out, size_t k, const void *state,
                               const list_context *context, const asker *who, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const als_state *s = state;
    uint32_t itself = user_pool_find(&context->pool, who->h, who->user);
    k = k < s->pool ? k : s->pool;
    ranked *entries = NEW_ARRAY(ranked, topk_room(k));
    char *room = NEW_ZEROED(char, als_room(state, context));
    TRY_ALLOC(entries);
    TRY_ALLOC(room);
    als_ask(room, state, context, who);
    vector wanted = {(const float *)(const void *)room, 1};
    topk best = topk_start(entries, k);
    for (uint32_t p = 0; p < s->pool; p++)
        if (p != itself)
            topk_push(&best, cosine(wanted, (vector){s->users + p * s->stride, 1}, s->stride), 0,
                      p);
    *count = take(out, &best);
done:
    mem_free(entries);
    mem_free(room);
    return status;
}
