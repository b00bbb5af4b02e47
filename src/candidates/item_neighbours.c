/* Gustavson's product by rows (1978): row i is the sum of w_ui · row u over the users u of item i,
 * gathered in a dense array. Inside, items are numbered by their users, the most first, so that
 * most of what is added to lies together and in the first cache. */
#include "candidates/item_neighbours.h"

#include "base/mem.h"
#include "base/sort.h"
#include "base/threads.h"
#include "base/topk.h"
#include "candidates/dense.h"

#include <float.h>
#include <string.h>

/* Adding and looking again costs so many times what passing over a sum costs. */
enum { SPARSE_COST = 12 };

typedef struct product {
    uint32_t n;
    uint32_t *item; /* [n] the column of w by place */
    float *scale;   /* [n] column_scale by place; NULL: 1 each */
    csr users_of;   /* places × users */
    csr items_of;   /* users × places */
    const neighbours_options *options;
    const dense_kernels *kernels;
} product;

static void product_fini(product *p)
{
    mem_free(p->item);
    mem_free(p->scale);
    csr_fini(&p->users_of);
    csr_fini(&p->items_of);
    memset(p, 0, sizeof *p);
}

/* item: columns of m by entries down, then up; offset: [columns + 1] entries of the places. */
static aisle_status order_columns(uint32_t *item, uint64_t *offset, const csr *m, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    sort_pair *pairs = NULL, *scratch = NULL;
    TRY_ALLOC(pairs = NEW_ARRAY(sort_pair, m->columns));
    TRY_ALLOC(scratch = NEW_ARRAY(sort_pair, m->columns));
    for (uint32_t i = 0; i < m->columns; i++)
        pairs[i] = (sort_pair){UINT32_MAX, i};
    for (uint64_t e = 0; e < csr_entries(m); e++)
        pairs[m->column[e]].key--;
    sort_pairs(pairs, scratch, m->columns);
    for (uint32_t i = 0; i < m->columns; i++) {
        item[i] = pairs[i].value;
        offset[i + 1] = offset[i] + (UINT32_MAX - pairs[i].key);
    }
done:
    mem_free(pairs);
    mem_free(scratch);
    return status;
}

static aisle_status transpose_ordered(product *p, const csr *m, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    csr t = {0};
    uint64_t *next = NULL;
    TRY(csr_init(&t, m->columns, m->rows, csr_entries(m), err));
    TRY_ALLOC(next = NEW_ARRAY(uint64_t, m->columns));
    TRY(order_columns(p->item, t.offset, m, err));
    for (uint32_t i = 0; i < t.rows; i++)
        next[p->item[i]] = t.offset[i];
    for (uint32_t r = 0; r < m->rows; r++) {
        for (uint64_t e = m->offset[r]; e < m->offset[r + 1]; e++) {
            uint64_t at = next[m->column[e]]++;
            t.column[at] = r;
            t.value[at] = m->value[e];
        }
    }
    p->users_of = t;
    memset(&t, 0, sizeof t);
done:
    mem_free(next);
    csr_fini(&t);
    return status;
}

/* On failure too, the product is there to be freed. */
static aisle_status product_init(product *p, const csr *w, const neighbours_options *options,
                                 aisle_error *err)
{
    aisle_status status = AISLE_OK;
    *p = (product){.n = w->columns, .options = options, .kernels = dense_kernels_best()};
    TRY_ALLOC(p->item = NEW_ARRAY(uint32_t, p->n));
    TRY(transpose_ordered(p, w, err));
    TRY(csr_transpose(&p->items_of, &p->users_of, err));
    if (options->column_scale) {
        TRY_ALLOC(p->scale = NEW_ARRAY(float, p->n));
        for (uint32_t i = 0; i < p->n; i++)
            p->scale[i] = options->column_scale[p->item[i]];
    }
done:
    return status;
}

/* ---- A row ---- */

/* Adds row `place` of the product to sum; returns how many terms it had. */
static uint64_t add_row(float *restrict sum, const product *p, uint32_t place)
{
    const csr *users = &p->users_of, *items = &p->items_of;
    uint64_t terms = 0;
    for (uint64_t e = users->offset[place]; e < users->offset[place + 1]; e++) {
        uint64_t first = items->offset[users->column[e]];
        uint64_t n = items->offset[users->column[e] + 1] - first;
        const uint32_t *restrict column = items->column + first;
        const float *restrict value = items->value + first;
        float w = users->value[e];
        for (uint64_t j = 0; j < n; j++)
            sum[column[j]] += w * value[j];
        terms += n;
    }
    return terms;
}

static void push(topk *best, const product *p, uint32_t place, float score)
{
    uint32_t item = p->item[place];
    topk_push(best, score, p->options->popularity ? p->options->popularity[item] : 0, item);
}

static float least(const topk *best)
{
    return best->floor > FLT_TRUE_MIN ? best->floor : FLT_TRUE_MIN;
}

/* Looks at the sums that were added to, by adding's own order, and zeroes them. */
static void take_sparse(topk *best, float *restrict sum, const product *p, uint32_t place)
{
    const csr *users = &p->users_of, *items = &p->items_of;
    float floor = least(best);
    for (uint64_t e = users->offset[place]; e < users->offset[place + 1]; e++) {
        uint32_t user = users->column[e];
        for (uint64_t j = items->offset[user]; j < items->offset[user + 1]; j++) {
            uint32_t column = items->column[j];
            float score = p->scale ? sum[column] * p->scale[column] : sum[column];
            sum[column] = 0;
            if (score >= floor) {
                push(best, p, column, score);
                floor = least(best);
            }
        }
    }
}

/* Looks at all sums, and zeroes them. */
static void take_dense(topk *best, float *restrict sum, const product *p)
{
    enum { BLOCK = 64 };
    uint32_t at[BLOCK];
    float scaled[BLOCK];
    for (uint32_t first = 0; first < p->n; first += BLOCK) {
        uint32_t n = p->n - first < BLOCK ? p->n - first : BLOCK;
        const float *scores = sum + first;
        if (p->scale) {
            for (uint32_t j = 0; j < n; j++)
                scaled[j] = sum[first + j] * p->scale[first + j];
            scores = scaled;
        }
        size_t found = p->kernels->at_least(at, scores, n, least(best));
        for (size_t j = 0; j < found; j++)
            push(best, p, first + at[j], scores[at[j]]);
    }
    memset(sum, 0, p->n * sizeof *sum);
}

/* best: room of topk_room(k). sum: [n] zeros, before and after */
static void find_row(item_neighbours *out, const product *p, uint32_t place, ranked *entries,
                     float *sum)
{
    topk best = topk_start(entries, out->k);
    uint64_t terms = add_row(sum, p, place);
    if (terms < p->n / SPARSE_COST)
        take_sparse(&best, sum, p, place);
    else
        take_dense(&best, sum, p);
    uint32_t item = p->item[place];
    uint32_t found = (uint32_t)topk_finish(&best);
    float scale = p->options->row_scale ? p->options->row_scale[item] : 1;
    uint32_t *column = out->column + (size_t)item * out->k;
    float *value = out->value + (size_t)item * out->k;
    for (uint32_t j = 0; j < out->k; j++) {
        column[j] = j < found ? entries[j].item : NEIGHBOUR_NONE;
        value[j] = j < found ? ranked_score(entries[j]) * scale : 0;
    }
}

aisle_status item_neighbours_init(item_neighbours *out, const csr *w,
                                  const neighbours_options *options, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    product p = {0};
    item_neighbours rows = {.n = w->columns,
                            .k = options->k < w->columns ? options->k : w->columns};
    size_t room = topk_room(rows.k), threads = (size_t)thread_count(options->threads);
    size_t stride = ((size_t)w->columns + 15) / 16 * 16;
    ranked *entries = NULL;
    float *sums = NULL;
    TRY_ALLOC(rows.column = NEW_ARRAY(uint32_t, (size_t)rows.n * rows.k));
    TRY_ALLOC(rows.value = NEW_ARRAY(float, (size_t)rows.n *rows.k));
    TRY_ALLOC(entries = NEW_ARRAY(ranked, room * threads));
    TRY_ALLOC(sums = NEW_ZEROED(float, stride *threads));
    TRY(product_init(&p, w, options, err));
#pragma omp parallel for num_threads((int)threads) schedule(dynamic, 16) if (p.n > 16)
    for (uint32_t place = 0; place < p.n; place++) {
        size_t thread = (size_t)thread_number();
        find_row(&rows, &p, place, entries + room * thread, sums + stride * thread);
    }
    *out = rows;
    memset(&rows, 0, sizeof rows);
done:
    product_fini(&p);
    mem_free(entries);
    mem_free(sums);
    item_neighbours_fini(&rows);
    return status;
}

void item_neighbours_fini(item_neighbours *neighbours)
{
    mem_free(neighbours->column);
    mem_free(neighbours->value);
    memset(neighbours, 0, sizeof *neighbours);
}
