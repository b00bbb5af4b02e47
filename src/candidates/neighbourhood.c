#include "candidates/neighbourhood.h"

#include "base/fail.h"
#include "base/mem.h"
#include "candidates/item_neighbours.h"
#include "candidates/lists.h"

#include <math.h>
#include <string.h>

void neighbourhood_free(void *state, bool owns_arrays)
{
    neighbourhood *s = state;
    if (s && owns_arrays) {
        mem_free(s->value);
        user_neighbours_fini(&s->near);
    }
    mem_free(s);
}

aisle_status neighbourhood_new(neighbourhood **out, const list_context *context, int64_t k,
                               aisle_error *err)
{
    neighbourhood *s = NEW_ZEROED(neighbourhood, 1);
    if (!s)
        return fail_memory(err);
    s->pairs = context->h->pairs;
    s->near.n = context->h->n_users;
    s->near.k = user_neighbours_places(context->h->n_users, k);
    *out = s;
    return AISLE_OK;
}

/* The pairs with a value as a matrix of users × items of the history; binary: each is 1. */
static aisle_status value_matrix(csr *out, const neighbourhood *s, const list_context *context,
                                 bool binary, aisle_error *err)
{
    const history *h = context->h;
    csr m;
    aisle_status status = csr_init(&m, h->n_users, h->n_items, h->pairs, err);
    if (status != AISLE_OK)
        return status;
    uint64_t to = 0;
    for (uint32_t u = 0; u < h->n_users; u++) {
        for (uint64_t p = h->pair_offset[u]; p < h->pair_offset[u + 1]; p++) {
            if (!(s->value[p] > 0))
                continue;
            m.column[to] = h->pair_item[p];
            m.value[to++] = binary ? 1 : s->value[p];
        }
        m.offset[u + 1] = to;
    }
    *out = m;
    return AISLE_OK;
}

aisle_status neighbourhood_find(neighbourhood *s, const list_context *context, bool binary,
                                users_options options, aisle_error *err)
{
    csr w;
    aisle_status status = value_matrix(&w, s, context, binary, err);
    if (status != AISLE_OK)
        return status;
    options.seed = context->seed;
    options.threads = context->threads;
    status = user_neighbours_init(&s->near, &w, &options, err);
    csr_fini(&w);
    return status;
}

/* ---- Lists ---- */

size_t neighbourhood_scratch(const void *state, const list_context *context)
{
    (void)state;
    return context->h->n_items * sizeof(float);
}

static void add_values(float *restrict sum, const neighbourhood *s, const history *h, uint32_t user,
                       float weight)
{
    for (uint64_t p = h->pair_offset[user]; p < h->pair_offset[user + 1]; p++)
        sum[h->pair_item[p]] += weight * s->value[p];
}

static void add_all(float *sum, const neighbourhood *s, const history *h, uint32_t user)
{
    const uint32_t *near = s->near.user + (size_t)user * s->near.k;
    const float *similarity = s->near.similarity + (size_t)user * s->near.k;
    uint32_t n = 0;
    while (n < s->near.k && near[n] != NEIGHBOUR_NONE)
        n++;
    if (s->own > 0)
        add_values(sum, s, h, user, (float)s->own);
    for (uint32_t j = 0; j < n; j++)
        add_values(sum, s, h, near[j], s->others > 0 ? (float)(s->others / n) : similarity[j]);
}

static void push(topk *best, const void *state, const list_context *context, const list_turn *turn)
{
    add_all(turn->scratch, state, context->h, turn->user);
    lists_push_sums(best, turn->scratch, context, turn);
}

aisle_status neighbourhood_fill(item_lists *out, const void *state, const list_context *context,
                                const retriever_query *query, aisle_error *err)
{
    list_maker maker = {.push = push, .scratch = neighbourhood_scratch(state, context)};
    return lists_fill(out, &maker, state, context, query, err);
}

void neighbourhood_score(float *out, const void *state, const list_context *context, uint32_t user,
                         const uint32_t *items, size_t n, void *scratch)
{
    add_all(scratch, state, context->h, user);
    lists_take_sums(out, scratch, context, items, n);
}

aisle_status neighbourhood_similar_users(size_t *count, neighbour *out, size_t k, const void *state,
                                         const list_context *context, uint32_t user,
                                         aisle_error *err)
{
    (void)context;
    (void)err;
    const user_neighbours *near = &((const neighbourhood *)state)->near;
    size_t first = (size_t)user * near->k, n = 0;
    for (; n < k && n < near->k && near->user[first + n] != NEIGHBOUR_NONE; n++)
        out[n] = (neighbour){near->user[first + n], near->similarity[first + n]};
    *count = n;
    return AISLE_OK;
}

/* ---- The model file ---- */

size_t neighbourhood_arrays(state_array out[8], void *state)
{
    neighbourhood *s = state;
    size_t places = (size_t)s->near.n * s->near.k;
    out[0] = (state_array){"value", sizeof *s->value, s->pairs, (void **)&s->value};
    out[1] = (state_array){"user", sizeof *s->near.user, places, (void **)&s->near.user};
    out[2] = (state_array){"similarity", sizeof *s->near.similarity, places,
                           (void **)&s->near.similarity};
    return 3;
}

/* Neighbours first, then none; similarities that have a sum. */
static bool is_row(const user_neighbours *near, uint32_t user)
{
    bool ended = false;
    for (size_t j = (size_t)user * near->k; j < ((size_t)user + 1) * near->k; j++) {
        bool none = near->user[j] == NEIGHBOUR_NONE;
        bool weighs = near->similarity[j] > 0 && near->similarity[j] < 2;
        if (none ? near->similarity[j] != 0 : ended || !weighs || near->user[j] >= near->n)
            return false;
        ended |= none;
    }
    return true;
}

aisle_status neighbourhood_check(const void *state, const list_context *context, aisle_error *err)
{
    const neighbourhood *s = state;
    (void)context;
    for (size_t p = 0; p < s->pairs; p++)
        if (!(s->value[p] >= 0 && s->value[p] < 2))
            return fail(err, AISLE_ERROR_FORMAT, "neighbours: the value of pair %zu is %g", p,
                        (double)s->value[p]);
    for (uint32_t u = 0; u < s->near.n; u++)
        if (!is_row(&s->near, u))
            return fail(err, AISLE_ERROR_FORMAT, "neighbours: those of household %u are damaged",
                        u);
    return AISLE_OK;
}
