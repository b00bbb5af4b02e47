#include "candidates/factors/panels.h"

#include "base/fail.h"
#include "base/mem.h"
#include "base/threads.h"
#include "candidates/lists.h"

#include <math.h>
#include <string.h>

enum { WIDTH = DENSE_PANELS * DENSE_LANES, BLOCKS = 8, GROUP = BLOCKS * DENSE_USERS };

/* A bound of the float sums behind it: they are good to far better. */
static const float slack = 1.001f;

size_t panels_floats(size_t n_items, size_t stride)
{
    return (n_items + WIDTH - 1) / WIDTH * WIDTH * stride;
}

static float length_of(const float *row, size_t stride, size_t step)
{
    double sum = 0;
    for (size_t k = 0; k < stride; k++)
        sum += (double)row[k * step] * (double)row[k * step];
    return (float)sqrt(sum);
}

static void pack_row(float *panels, const float *row, size_t stride, size_t lane)
{
    float *to = panels + lane / DENSE_LANES * DENSE_LANES * stride + lane % DENSE_LANES;
    for (size_t k = 0; k < stride; k++)
        to[k * DENSE_LANES] = row[k];
}

static const float *lane_of(const float *panels, size_t stride, size_t lane)
{
    return panels + lane / DENSE_LANES * DENSE_LANES * stride + lane % DENSE_LANES;
}

aisle_status panels_pack(float **out, uint32_t **place, const float *items, size_t n_items,
                         size_t stride, int threads, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    float *panels = NEW_ZEROED(float, panels_floats(n_items, stride));
    uint32_t *places = NEW_ARRAY(uint32_t, n_items);
    ranked *order = NEW_ARRAY(ranked, n_items);
    TRY_ALLOC(panels);
    TRY_ALLOC(places);
    TRY_ALLOC(order);
    for (uint32_t i = 0; i < n_items; i++)
        order[i] = ranked_of(length_of(items + i * stride, stride, 1), 0, i);
    ranked_sort(order, n_items);
    for (size_t i = 0; i < n_items; i++)
        places[i] = order[i].item;
#pragma omp parallel for num_threads(threads) schedule(static)
    for (size_t i = 0; i < n_items; i++)
        pack_row(panels, items + places[i] * stride, stride, i);
    *out = panels;
    *place = places;
    panels = NULL;
    places = NULL;
done:
    mem_free(panels);
    mem_free(places);
    mem_free(order);
    return status;
}

aisle_status factor_panels_init(factor_panels *out, const float *panels, const uint32_t *place,
                                const catalogue *c, size_t stride, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t blocks = (c->count + WIDTH - 1) / WIDTH;
    factor_panels p = {.n_items = c->count, .stride = stride, .panels = panels};
    TRY_ALLOC(p.item = NEW_ARRAY(uint32_t, p.n_items));
    TRY_ALLOC(p.at = NEW_ARRAY(uint32_t, p.n_items));
    TRY_ALLOC(p.length = NEW_ZEROED(float, blocks));
    TRY(coarse_items_init(&p.coarse, panels, blocks * DENSE_PANELS, stride, err));
    for (uint32_t i = 0; i < p.n_items; i++) {
        p.item[i] = c->items[place[i]];
        p.at[place[i]] = i;
        float length = length_of(lane_of(panels, stride, i), stride, DENSE_LANES);
        p.length[i / WIDTH] = fmaxf(p.length[i / WIDTH], length);
    }
    for (size_t b = blocks; b-- > 1;)
        p.length[b - 1] = fmaxf(p.length[b - 1], p.length[b]);
    *out = p;
    memset(&p, 0, sizeof p);
done:
    factor_panels_fini(&p);
    return status;
}

void factor_panels_fini(factor_panels *p)
{
    mem_free(p->item);
    mem_free(p->at);
    mem_free(p->length);
    coarse_items_fini(&p->coarse);
    memset(p, 0, sizeof *p);
}

void factor_panels_unpack(float *items, const factor_panels *p)
{
    for (size_t i = 0; i < p->n_items; i++) {
        const float *from = lane_of(p->panels, p->stride, p->at[i]);
        for (size_t k = 0; k < p->stride; k++)
            items[i * p->stride + k] = from[k * DENSE_LANES];
    }
}

/* ---- Lists ---- */

static bool all_zero(const float *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (x[i] != 0)
            return false;
    return true;
}

void panels_push(topk *best, const panels_scores *scores, const list_context *context,
                 const dense_kernels *kernels)
{
    uint32_t found[64];
    size_t n = kernels->at_least(found, scores->score, scores->width, best->floor);
    for (size_t j = 0; j < n; j++) {
        uint32_t item = scores->item[found[j]];
        if (!is_left_out(scores->who, item))
            topk_push(best, scores->score[found[j]], context->popularity[item], item);
    }
}

static size_t width_at(const factor_panels *p, size_t first)
{
    return p->n_items - first < WIDTH ? p->n_items - first : WIDTH;
}

/* Whether nothing of the block or behind it can come in. */
static bool is_over(const topk *best, float length, const factor_panels *p, size_t first)
{
    return length * p->length[first / WIDTH] * slack < best->floor;
}

void panels_list(topk *best, const float *user, const factor_panels *p, const list_context *context,
                 const asker *who)
{
    const dense_kernels *kernels = dense_kernels_best();
    float scores[WIDTH] __attribute__((aligned(64)));
    float length = length_of(user, p->stride, 1);
    dense_coarse_user coarse;
    if (!(length > 0))
        return;
    coarse_user_of(&coarse, user, p->stride);
    for (size_t first = 0; first < p->n_items && !is_over(best, length, p, first); first += WIDTH) {
        if (!coarse_reach(&p->coarse, &coarse, first, best->floor, kernels))
            continue;
        kernels->score_user(scores, user, p->panels + first * p->stride, p->stride);
        panels_scores some = {scores, p->item + first, width_at(p, first), who};
        panels_push(best, &some, context, kernels);
    }
}

/* A group of users at work in one thread. */
typedef struct group {
    float *users; /* [BLOCKS][stride][8] */
    asker who[GROUP];
    float length[GROUP]; /* 0: nothing to do */
    topk best[GROUP];
    size_t n;
} group;

static void group_start(group *g, const float *users, size_t stride, const retriever_query *query,
                        size_t from, ranked *entries, uint32_t k)
{
    memset(g->users, 0, BLOCKS * DENSE_USERS * stride * sizeof *g->users);
    for (size_t i = 0; i < g->n; i++) {
        const float *user = users + (from + i) * stride;
        g->who[i] = (asker){query->h, query->users[from + i], query->new_only};
        g->best[i] = topk_start(entries + i * topk_room(k), k);
        g->length[i] = query->users[from + i] == HISTORY_NONE ? 0 : length_of(user, stride, 1);
        if (!(g->length[i] > 0))
            continue;
        float *to = g->users + i / DENSE_USERS * DENSE_USERS * stride + i % DENSE_USERS;
        for (size_t f = 0; f < stride; f++)
            to[f * DENSE_USERS] = user[f];
    }
}

/* Eight users and a block; returns whether some of them may go on. */
static bool score_eight(group *g, size_t from, const factor_panels *p, size_t first,
                        const list_context *context, const dense_kernels *kernels)
{
    float scores[DENSE_USERS * WIDTH] __attribute__((aligned(64)));
    size_t end = g->n < from + DENSE_USERS ? g->n : from + DENSE_USERS;
    bool any = false;
    for (size_t i = from; i < end; i++)
        any |= g->length[i] > 0 && !is_over(&g->best[i], g->length[i], p, first);
    if (!any)
        return false;
    kernels->score(scores, g->users + from * p->stride, p->panels + first * p->stride, p->stride);
    for (size_t i = from; i < end; i++) {
        panels_scores some = {scores + (i - from) * WIDTH, p->item + first, width_at(p, first),
                              &g->who[i]};
        if (g->length[i] > 0)
            panels_push(&g->best[i], &some, context, kernels);
    }
    return true;
}

static void group_score(group *g, const factor_panels *p, const list_context *context,
                        const dense_kernels *kernels)
{
    for (size_t first = 0; first < p->n_items; first += WIDTH) {
        bool any = false;
        for (size_t from = 0; from < g->n; from += DENSE_USERS)
            any |= score_eight(g, from, p, first, context, kernels);
        if (!any)
            break;
    }
}

/* Users of a group: fewer when their lists are long, so that memory is bounded. */
static size_t group_size(uint32_t k)
{
    size_t n = ((size_t)1 << 20) / topk_room(k) / DENSE_USERS * DENSE_USERS;
    return n > GROUP ? GROUP : n < DENSE_USERS ? DENSE_USERS : n;
}

aisle_status panels_fill(item_lists *out, const float *users, const factor_panels *p,
                         const list_context *context, const retriever_query *query,
                         aisle_error *err)
{
    aisle_status status = AISLE_OK;
    uint32_t k = lists_places(context, out->k);
    size_t size = group_size(k), threads = (size_t)query_threads(query, context);
    size_t packed = BLOCKS * DENSE_USERS * p->stride;
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
        size_t t = (size_t)thread_number();
        group *g = &groups[t];
        g->n = query->n - first < size ? query->n - first : size;
        g->users = packs + t * packed;
        group_start(g, users, p->stride, query, first, entries + t * size * topk_room(k), k);
        group_score(g, p, context, kernels);
        for (size_t i = 0; i < g->n; i++)
            lists_put(out, first + i, &g->best[i]);
    }
done:
    mem_free(groups);
    mem_free(packs);
    mem_free(entries);
    return status;
}

void panels_score(float *out, const float *user, const factor_panels *p, const catalogue *c,
                  const uint32_t *items, size_t n)
{
    const dense_kernels *kernels = dense_kernels_best();
    bool silent = all_zero(user, p->stride);
    for (size_t i = 0; i < n; i++) {
        out[i] = NAN;
        if (silent || !c->allowed[items[i]])
            continue;
        size_t at = p->at[c->place[items[i]]];
        const float *panel = p->panels + at / DENSE_LANES * DENSE_LANES * p->stride;
        out[i] = kernels->score_one(user, panel, at % DENSE_LANES, p->stride);
    }
}
