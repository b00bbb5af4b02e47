/* EASE (Steck 2019): an item's score is the sum over the user's items j of weight x_uj B_ji, where
 * B predicts each item from all the others (ease_fit.h). It takes the catalogue's items only. */
#include "candidates/factors/ease_fit.h"
#include "candidates/retriever_table.h"

#include "base/fail.h"
#include "base/mem.h"
#include "candidates/kernels/dense_inverse.h"
#include "candidates/lists.h"
#include "candidates/factors/panels.h"

#include <math.h>
#include <omp.h>
#include <string.h>

enum { GROUP = 32 };

/* Sums of products below it and of weights are finite. */
#define MOST_WEIGHT 1e17f

typedef struct ease_state {
    size_t n, stride; /* items of the catalogue; columns of a row of b, a multiple of DENSE_SUMS */
    float *b;         /* [n][stride]; row j: what having j says of the others */
} ease_state;

int64_t ease_quota(const candidates_options *options)
{
    return options->ease.quota;
}

void ease_free(void *state, bool owns_arrays)
{
    ease_state *s = state;
    if (s && owns_arrays)
        mem_free(s->b);
    mem_free(s);
}

static aisle_status check_size(const list_context *context, aisle_error *err)
{
    uint32_t n = context->c->count;
    const ease_options *o = &context->options->ease;
    if ((int64_t)n <= o->items_most)
        return AISLE_OK;
    return fail(
        err, AISLE_ERROR_ARGUMENT,
        "ease: the catalogue has %u products, which would take %.1f GB; "
        "candidates.ease.items_most is %lld: choose a smaller catalogue (catalogues.*.top), "
        "or raise it",
        n, 1e-9 * (dense_symmetric_bytes(n) + 4.0 * n * n), (long long)o->items_most);
}

aisle_status ease_adopt(void **state, const list_context *context, aisle_error *err)
{
    aisle_status status = check_size(context, err);
    if (status != AISLE_OK)
        return status;
    ease_state *s = NEW_ZEROED(ease_state, 1);
    if (!s)
        return fail_memory(err);
    s->n = context->c->count;
    s->stride = (s->n + DENSE_SUMS - 1) / DENSE_SUMS * DENSE_SUMS;
    *state = s;
    return AISLE_OK;
}

static aisle_status weigh_all(csr *x, const ease_state *s, const list_context *context,
                              const households *h, aisle_error *err)
{
    aisle_status status = csr_init(x, h->n_users, (uint32_t)s->n, h->pairs, err);
    for (uint32_t u = 0; status == AISLE_OK && u < h->n_users; u++)
        x->offset[u + 1] = x->offset[u] + ease_weights(x->column + x->offset[u],
                                                       x->value + x->offset[u], context, h, u);
    return status;
}

static aisle_status check_weights(const ease_state *s, aisle_status code, aisle_error *err)
{
    for (size_t i = 0; i < s->n * s->stride; i++)
        if (!(fabsf(s->b[i]) < MOST_WEIGHT))
            return fail(err, code, "ease: weights are not finite, or beyond 1e17");
    return AISLE_OK;
}

aisle_status ease_fit(void **state, const list_context *context, const households *h,
                      aisle_error *err)
{
    aisle_status status = AISLE_OK;
    void *adopted = NULL;
    csr x = {0};
    TRY(ease_adopt(&adopted, context, err));
    ease_state *s = adopted;
    TRY(weigh_all(&x, s, context, h, err));
    TRY_ALLOC(s->b = NEW_ARRAY(float, s->n * s->stride));
    TRY(ease_solve(s->b, s->stride, &x, context->options->ease.regularisation, context->threads,
                   err));
    TRY(check_weights(s, AISLE_ERROR_ARGUMENT, err));
    *state = s;
    adopted = NULL;
done:
    csr_fini(&x);
    ease_free(adopted, true);
    return status;
}

/* ---- Lists ---- */

/* What a thread works in: the rows of B that a group's users have, and their lists. */
typedef struct group {
    size_t n, count[GROUP];
    asker who[GROUP];
    topk best[GROUP];
    uint32_t *row; /* [GROUP][items] */
    float *weight; /* [GROUP][items] */
} group;

static void group_start(group *g, const ease_state *s, const list_context *context,
                        const retriever_query *query, size_t from)
{
    for (size_t i = 0; i < g->n; i++) {
        g->who[i] = (asker){query->h, query->users[from + i], query->new_only};
        g->count[i] = g->who[i].user == HISTORY_NONE
                          ? 0
                          : ease_weights(g->row + i * s->n, g->weight + i * s->n, context, query->h,
                                         g->who[i].user);
    }
}

static size_t width_at(const ease_state *s, uint32_t first)
{
    return s->n - first < DENSE_SUMS ? s->n - first : DENSE_SUMS;
}

/* A block of columns stays in the cache over the group. */
static void group_score(group *g, const ease_state *s, const list_context *context,
                        const dense_kernels *kernels)
{
    float sums[DENSE_SUMS] __attribute__((aligned(64)));
    for (uint32_t first = 0; first < s->n; first += DENSE_SUMS) {
        for (size_t i = 0; i < g->n; i++) {
            if (g->count[i] == 0)
                continue;
            kernels->sum_rows(sums, s->b + first, s->stride, g->row + i * s->n,
                              g->weight + i * s->n, g->count[i]);
            panels_scores some = {sums, context->c->items + first, width_at(s, first), &g->who[i]};
            panels_push(&g->best[i], &some, context, kernels);
        }
    }
}

aisle_status ease_fill(item_lists *out, const void *state, const list_context *context,
                       const retriever_query *query, aisle_error *err)
{
    const ease_state *s = state;
    const dense_kernels *kernels = dense_kernels_best();
    aisle_status status = AISLE_OK;
    uint32_t k = lists_places(context, out->k);
    size_t threads = (size_t)query_threads(query, context), room = topk_room(k);
    group *groups = NULL;
    ranked *entries = NULL;
    uint32_t *rows = NULL;
    float *weights = NULL;
    TRY_ALLOC(groups = NEW_ARRAY(group, threads));
    TRY_ALLOC(entries = NEW_ARRAY(ranked, threads * GROUP * room));
    TRY_ALLOC(rows = NEW_ARRAY(uint32_t, threads * GROUP * s->n));
    TRY_ALLOC(weights = NEW_ARRAY(float, threads *GROUP * s->n));
#pragma omp parallel for num_threads((int)threads) schedule(dynamic) if (query->n > GROUP)
    for (size_t first = 0; first < query->n; first += GROUP) {
        size_t t = (size_t)omp_get_thread_num();
        size_t n = query->n - first < GROUP ? query->n - first : GROUP;
        group *g = &groups[t];
        g->row = rows + t * GROUP * s->n;
        g->weight = weights + t * GROUP * s->n;
        for (size_t i = 0; i < n; i++)
            g->best[i] = topk_start(entries + (t * GROUP + i) * room, k);
        g->n = n;
        group_start(g, s, context, query, first);
        group_score(g, s, context, kernels);
        for (size_t i = 0; i < n; i++)
            lists_put(out, first + i, &g->best[i]);
    }
done:
    mem_free(groups);
    mem_free(entries);
    mem_free(rows);
    mem_free(weights);
    return status;
}

/* A room: how many rows of B the asker has, which, and their weights. */
typedef struct ease_room_parts {
    size_t *count;
    uint32_t *row;
    float *weight;
} ease_room_parts;

static ease_room_parts parts_of(void *room, const ease_state *s)
{
    ease_room_parts p = {.count = room, .row = (uint32_t *)(void *)((char *)room + 64)};
    p.weight = (float *)(p.row + s->n);
    return p;
}

size_t ease_room(const void *state, const list_context *context)
{
    (void)context;
    const ease_state *s = state;
    return 64 + s->n * (sizeof(uint32_t) + sizeof(float));
}

void ease_ask(void *room, const void *state, const list_context *context, const asker *who)
{
    ease_room_parts p = parts_of(room, state);
    *p.count = ease_weights(p.row, p.weight, context, who->h, who->user);
}

void ease_forget(void *room, const void *state, const list_context *context, const asker *who)
{
    ease_room_parts p = parts_of(room, state);
    (void)context;
    (void)who;
    memset(p.row, 0, *p.count * sizeof *p.row);
    memset(p.weight, 0, *p.count * sizeof *p.weight);
    *p.count = 0;
}

void ease_list(topk *best, void *room, const void *state, const list_context *context,
               const asker *who)
{
    const ease_state *s = state;
    const dense_kernels *kernels = dense_kernels_best();
    ease_room_parts p = parts_of(room, s);
    float sums[DENSE_SUMS] __attribute__((aligned(64)));
    if (*p.count == 0)
        return;
    for (uint32_t first = 0; first < s->n; first += DENSE_SUMS) {
        kernels->sum_rows(sums, s->b + first, s->stride, p.row, p.weight, *p.count);
        panels_scores some = {sums, context->c->items + first, width_at(s, first), who};
        panels_push(best, &some, context, kernels);
    }
}

void ease_score(float *out, void *room, const void *state, const list_context *context,
                const asker *who, const uint32_t *items, size_t n)
{
    const ease_state *s = state;
    const dense_kernels *kernels = dense_kernels_best();
    ease_room_parts p = parts_of(room, s);
    float sums[DENSE_SUMS] __attribute__((aligned(64)));
    size_t block = SIZE_MAX;
    (void)who;
    for (size_t i = 0; i < n; i++) {
        out[i] = NAN;
        if (*p.count == 0 || !context->c->allowed[items[i]])
            continue;
        size_t place = context->c->place[items[i]];
        if (block != place / DENSE_SUMS) {
            block = place / DENSE_SUMS;
            kernels->sum_rows(sums, s->b + block * DENSE_SUMS, s->stride, p.row, p.weight,
                              *p.count);
        }
        out[i] = sums[place % DENSE_SUMS];
    }
}

/* ---- Similar items, model file ---- */

/* Those for whose purchase having this one says most. */
aisle_status ease_similar_items(size_t *count, neighbour *out, size_t k, const void *state,
                                const list_context *context, uint32_t item, aisle_error *err)
{
    const ease_state *s = state;
    const float *row = s->b + context->c->place[item] * s->stride;
    k = k < s->n ? k : s->n;
    ranked *entries = NEW_ARRAY(ranked, topk_room(k));
    if (!entries)
        return fail_memory(err);
    topk best = topk_start(entries, k);
    for (uint32_t i = 0; i < s->n; i++) {
        uint32_t other = context->c->items[i];
        if (row[i] > 0 && other != item)
            topk_push(&best, row[i], context->popularity[other], other);
    }
    *count = topk_finish(&best);
    for (size_t i = 0; i < *count; i++)
        out[i] = (neighbour){entries[i].item, ranked_score(entries[i])};
    mem_free(entries);
    return AISLE_OK;
}

size_t ease_arrays(state_array *out, void *state)
{
    ease_state *s = state;
    out[0] = (state_array){"weights", sizeof *s->b, s->n * s->stride, (void **)&s->b, NULL};
    return 1;
}

aisle_status ease_check(const void *state, const list_context *context, aisle_error *err)
{
    (void)context;
    return check_weights(state, AISLE_ERROR_FORMAT, err);
}
