#include "candidates/panels.h"

#include "base/fail.h"
#include "base/mem.h"
#include "base/sort.h"
#include "candidates/lists.h"

#include <math.h>
#include <omp.h>
#include <string.h>

enum { WIDTH = DENSE_PANELS * DENSE_LANES, BLOCKS = 8, GROUP = BLOCKS * DENSE_USERS };

size_t panels_floats(size_t n_items, size_t stride)
{
    return (n_items + WIDTH - 1) / WIDTH * WIDTH * stride;
}

static void pack_row(float *panels, const float *row, size_t stride, size_t place)
{
    float *to = panels + place / DENSE_LANES * DENSE_LANES * stride + place % DENSE_LANES;
    for (size_t k = 0; k < stride; k++)
        to[k * DENSE_LANES] = row[k];
}

aisle_status panels_pack(float **out, const float *items, size_t n_items, size_t stride,
                         int threads, aisle_error *err)
{
    float *panels = NEW_ZEROED(float, panels_floats(n_items, stride));
    if (!panels)
        return fail_memory(err);
#pragma omp parallel for num_threads(threads) schedule(static)
    for (size_t i = 0; i < n_items; i++)
        pack_row(panels, items + i * stride, stride, i);
    *out = panels;
    return AISLE_OK;
}

void panels_unpack(float *items, const float *panels, size_t n_items, size_t stride)
{
    for (size_t i = 0; i < n_items; i++) {
        const float *from = panels + i / DENSE_LANES * DENSE_LANES * stride + i % DENSE_LANES;
        for (size_t k = 0; k < stride; k++)
            items[i * stride + k] = from[k * DENSE_LANES];
    }
}

/* ---- Lists ---- */

/* A group of users at work in one thread. */
typedef struct group {
    float *users;         /* [BLOCKS][stride][8] */
    uint32_t user[GROUP]; /* HISTORY_NONE: nothing to do */
    topk best[GROUP];
    size_t n;
} group;

static bool all_zero(const float *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (x[i] != 0)
            return false;
    return true;
}

static void group_start(group *g, const float *users, size_t stride, const uint32_t *wanted,
                        size_t n, ranked *entries, uint32_t k)
{
    g->n = n;
    memset(g->users, 0, BLOCKS * DENSE_USERS * stride * sizeof *g->users);
    for (size_t i = 0; i < n; i++) {
        g->user[i] = wanted[i];
        g->best[i] = topk_start(entries + i * topk_room(k), k);
        if (wanted[i] != HISTORY_NONE && all_zero(users + wanted[i] * stride, stride))
            g->user[i] = HISTORY_NONE;
        if (g->user[i] == HISTORY_NONE)
            continue;
        float *to = g->users + i / DENSE_USERS * DENSE_USERS * stride + i % DENSE_USERS;
        for (size_t f = 0; f < stride; f++)
            to[f * DENSE_USERS] = users[wanted[i] * stride + f];
    }
}

void panels_push(topk *best, const panels_scores *scores, const list_context *context,
                 const dense_kernels *kernels)
{
    const catalogue *c = context->c;
    uint32_t found[64];
    size_t width = c->count - scores->first;
    width = width < scores->width ? width : scores->width;
    size_t n = kernels->at_least(found, scores->score, width, best->floor);
    for (size_t j = 0; j < n; j++) {
        uint32_t item = c->items[scores->first + found[j]];
        if (scores->new_only && history_find_pair(context->h, scores->user, item) != SIZE_MAX)
            continue;
        topk_push(best, scores->score[found[j]], context->popularity[item], item);
    }
}

static void group_score(group *g, const float *panels, size_t stride, const list_context *context,
                        const dense_kernels *kernels, bool new_only)
{
    float scores[DENSE_USERS * WIDTH] __attribute__((aligned(64)));
    for (uint32_t first = 0; first < context->c->count; first += WIDTH) {
        for (size_t from = 0; from < g->n; from += DENSE_USERS) {
            kernels->score(scores, g->users + from * stride, panels + first * stride, stride);
            for (size_t i = from; i < g->n && i < from + DENSE_USERS; i++) {
                panels_scores some = {scores + (i - from) * WIDTH, WIDTH, first, g->user[i],
                                      new_only};
                if (g->user[i] != HISTORY_NONE)
                    panels_push(&g->best[i], &some, context, kernels);
            }
        }
    }
}

/* Users of a group: fewer when their lists are long, so that memory is bounded. */
static size_t group_size(uint32_t k)
{
    size_t n = ((size_t)1 << 20) / topk_room(k) / DENSE_USERS * DENSE_USERS;
    return n > GROUP ? GROUP : n < DENSE_USERS ? DENSE_USERS : n;
}

aisle_status panels_fill(item_lists *out, const float *users, const float *panels, size_t stride,
                         const list_context *context, const retriever_query *query,
                         aisle_error *err)
{
    aisle_status status = AISLE_OK;
    uint32_t k = lists_places(context, out->k);
    size_t size = group_size(k), threads = (size_t)query_threads(query, context);
    size_t packed = BLOCKS * DENSE_USERS * stride;
    const dense_kernels *kernels = dense_kernels_best();
    group *groups = NULL;
    float *packs = NULL;
    ranked *entries = NULL;
    TRY_ALLOC(groups = NEW_ARRAY(group, threads));
    TRY_ALLOC(packs = NEW_ARRAY(float, threads *packed));
    TRY_ALLOC(entries = NEW_ARRAY(ranked, threads * size * topk_room(k)));
#pragma omp parallel for num_threads(query_threads(query, context))                                \
    schedule(dynamic) if (query->n > size)
    for (size_t first = 0; first < query->n; first += size) {
        size_t t = (size_t)omp_get_thread_num();
        size_t n = query->n - first < size ? query->n - first : size;
        group *g = &groups[t];
        g->users = packs + t * packed;
        group_start(g, users, stride, query->users + first, n, entries + t * size * topk_room(k),
                    k);
        group_score(g, panels, stride, context, kernels, query->new_only);
        for (size_t i = 0; i < n; i++)
            lists_put(out, first + i, &g->best[i]);
    }
done:
    mem_free(groups);
    mem_free(packs);
    mem_free(entries);
    return status;
}

void panels_score(float *out, const float *user, const float *panels, size_t stride,
                  const catalogue *c, const uint32_t *items, size_t n)
{
    const dense_kernels *kernels = dense_kernels_best();
    bool silent = all_zero(user, stride);
    for (size_t i = 0; i < n; i++) {
        out[i] = NAN;
        if (silent || !c->allowed[items[i]])
            continue;
        size_t place = sort_find_u32(c->items, c->count, items[i]);
        const float *panel = panels + place / DENSE_LANES * DENSE_LANES * stride;
        out[i] = kernels->score_one(user, panel, place % DENSE_LANES, stride);
    }
}
