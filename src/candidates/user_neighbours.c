#include "candidates/user_neighbours.h"

#include "base/mem.h"
#include "base/rng.h"
#include "base/sort.h"
#include "base/threads.h"
#include "base/topk.h"
#include "candidates/item_neighbours.h"

#include <math.h>
#include <string.h>

/* What every user is compared with. */
typedef struct pool {
    uint32_t n;
    uint32_t *user;    /* [n] ascending */
    csr users_of;      /* items × places in the pool */
    double *norm;      /* [users] |w|² */
    double *row_scale; /* [users] */
    double *column_scale;
} pool;

static void pool_fini(pool *p)
{
    mem_free(p->user);
    mem_free(p->norm);
    mem_free(p->row_scale);
    mem_free(p->column_scale);
    csr_fini(&p->users_of);
}

/* Those of the smallest hashes: whoever is in a small pool is in a larger one. */
static aisle_status draw_pool(pool *p, uint32_t users, const users_options *options,
                              aisle_error *err)
{
    aisle_status status = AISLE_OK;
    sort_pair *pairs = NULL, *scratch = NULL;
    p->n = options->sample > 0 && options->sample < users ? (uint32_t)options->sample : users;
    TRY_ALLOC(p->user = NEW_ARRAY(uint32_t, users));
    TRY_ALLOC(pairs = NEW_ARRAY(sort_pair, users));
    TRY_ALLOC(scratch = NEW_ARRAY(sort_pair, users));
    for (uint32_t u = 0; u < users; u++) {
        rng r = rng_init(options->seed, u);
        pairs[u] = (sort_pair){rng_next(&r), u};
    }
    if (p->n < users)
        sort_pairs(pairs, scratch, users);
    for (uint32_t i = 0; i < p->n; i++)
        p->user[i] = pairs[i].value;
    sort_u32(p->user, p->n);
done:
    mem_free(pairs);
    mem_free(scratch);
    return status;
}

static aisle_status transpose_pool(pool *p, const csr *w, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    csr rows = {0};
    uint64_t entries = 0;
    if (p->n == w->rows)
        return csr_transpose(&p->users_of, w, err);
    for (uint32_t i = 0; i < p->n; i++)
        entries += w->offset[p->user[i] + 1] - w->offset[p->user[i]];
    TRY(csr_init(&rows, p->n, w->columns, entries, err));
    for (uint32_t i = 0; i < p->n; i++) {
        uint64_t from = w->offset[p->user[i]], n = w->offset[p->user[i] + 1] - from;
        memcpy(rows.column + rows.offset[i], w->column + from, n * sizeof *w->column);
        memcpy(rows.value + rows.offset[i], w->value + from, n * sizeof *w->value);
        rows.offset[i + 1] = rows.offset[i] + n;
    }
    TRY(csr_transpose(&p->users_of, &rows, err));
done:
    csr_fini(&rows);
    return status;
}

static aisle_status pool_init(pool *p, const csr *w, const users_options *options, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    TRY_ALLOC(p->norm = NEW_ZEROED(double, w->rows));
    TRY_ALLOC(p->row_scale = NEW_ARRAY(double, w->rows));
    TRY_ALLOC(p->column_scale = NEW_ARRAY(double, w->rows));
    for (uint32_t u = 0; u < w->rows; u++) {
        double n = fmax(1, (double)(w->offset[u + 1] - w->offset[u]));
        for (uint64_t e = w->offset[u]; e < w->offset[u + 1]; e++)
            p->norm[u] += (double)w->value[e] * (double)w->value[e];
        p->row_scale[u] = options->plain ? 1 : pow(n, -options->asymmetry);
        p->column_scale[u] = options->plain ? 1 : pow(n, options->asymmetry - 1);
    }
    TRY(draw_pool(p, w->rows, options, err));
    TRY(transpose_pool(p, w, err));
done:
    return status;
}

/* products: [pool] zeros before. */
static void add_products(float *restrict products, const pool *p, const csr *w, uint32_t user)
{
    for (uint64_t e = w->offset[user]; e < w->offset[user + 1]; e++) {
        uint64_t first = p->users_of.offset[w->column[e]];
        uint64_t n = p->users_of.offset[w->column[e] + 1] - first;
        const uint32_t *restrict place = p->users_of.column + first;
        const float *restrict value = p->users_of.value + first;
        float x = w->value[e];
        for (uint64_t j = 0; j < n; j++)
            products[place[j]] += x * value[j];
    }
}

static float similarity_of(const pool *p, const users_options *options, uint32_t a, uint32_t b,
                           float product)
{
    if (options->measure == USERS_PRODUCT)
        return (float)((double)product * p->row_scale[a] * p->column_scale[b]);
    double distance = p->norm[a] + p->norm[b] - 2 * (double)product;
    return (float)(1 / (1 + sqrt(distance > 0 ? distance : 0)));
}

static void find_user(user_neighbours *out, float *products, ranked *entries, const pool *p,
                      const csr *w, const users_options *options, uint32_t user)
{
    topk best = topk_start(entries, out->k);
    add_products(products, p, w, user);
    for (uint32_t i = 0; i < p->n; i++) {
        float similarity = similarity_of(p, options, user, p->user[i], products[i]);
        if (p->user[i] != user && similarity > 0 && p->norm[p->user[i]] > 0)
            topk_push(&best, similarity, 0, p->user[i]);
    }
    memset(products, 0, p->n * sizeof *products);
    size_t found = topk_finish(&best);
    for (size_t j = 0; j < out->k; j++) {
        out->user[(size_t)user * out->k + j] = j < found ? entries[j].item : NEIGHBOUR_NONE;
        out->similarity[(size_t)user * out->k + j] = j < found ? ranked_score(entries[j]) : 0;
    }
}

static aisle_status find_all(user_neighbours *out, const pool *p, const csr *w,
                             const users_options *options, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t threads = (size_t)options->threads, room = topk_room(out->k);
    float *products = NULL;
    ranked *entries = NULL;
    TRY_ALLOC(products = NEW_ZEROED(float, threads * p->n));
    TRY_ALLOC(entries = NEW_ARRAY(ranked, threads * room));
#pragma omp parallel for num_threads(options->threads) schedule(dynamic, 8)
    for (uint32_t u = 0; u < w->rows; u++) {
        size_t thread = (size_t)thread_number();
        find_user(out, products + thread * p->n, entries + thread * room, p, w, options, u);
    }
done:
    mem_free(products);
    mem_free(entries);
    return status;
}

uint32_t user_neighbours_places(uint32_t n, int64_t k)
{
    return k < n ? (uint32_t)k : n;
}

aisle_status user_neighbours_init(user_neighbours *out, const csr *w, const users_options *options,
                                  aisle_error *err)
{
    aisle_status status = AISLE_OK;
    pool p = {0};
    user_neighbours found = {.n = w->rows, .k = user_neighbours_places(w->rows, options->k)};
    TRY_ALLOC(found.user = NEW_ARRAY(uint32_t, (size_t)found.n * found.k));
    TRY_ALLOC(found.similarity = NEW_ARRAY(float, (size_t)found.n *found.k));
    TRY(pool_init(&p, w, options, err));
    TRY(find_all(&found, &p, w, options, err));
    *out = found;
    memset(&found, 0, sizeof found);
done:
    pool_fini(&p);
    user_neighbours_fini(&found);
    return status;
}

void user_neighbours_fini(user_neighbours *neighbours)
{
    mem_free(neighbours->user);
    mem_free(neighbours->similarity);
    memset(neighbours, 0, sizeof *neighbours);
}
