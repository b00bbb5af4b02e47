/* Gustavson's product by rows (1978): row i is the sum of w_ui · row u over the users u of item i,
 * gathered in a dense array. Inside, items are numbered by their users, the most first, so that
 * most of what is added to lies together and in the first cache. */
#include "candidates/neighbours/item_neighbours.h"

#include "base/mem.h"
#include "base/sort.h"
#include "base/threads.h"
#include "candidates/kernels/select_sums.h"

#include <string.h>

/* Adding and looking again costs so many times what passing over a sum costs. */
enum { SPARSE_COST = 12 };

/* A float sum of so many terms is good to 1e-5; what is longer goes on in a double, block by
 * block of users. */
enum { BLOCK_USERS = 384 };

typedef struct product {
    uint32_t n;
    uint32_t n_long; /* the first places, whose items have more than BLOCK_USERS users */
    uint32_t *item;  /* [n] the column of w by place */
    float *scale;    /* [n] column_scale by place; NULL: 1 each */
    csr users_of;    /* places × users */
    csr items_of;    /* users × places */
    const neighbours_options *options;
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

static uint32_t count_long(const csr *users_of)
{
    uint32_t n = 0;
    while (n < users_of->rows && users_of->offset[n + 1] - users_of->offset[n] > BLOCK_USERS)
        n++;
    return n;
}

/* On failure too, the product is there to be freed. */
static aisle_status product_init(product *p, const csr *w, const neighbours_options *options,
                                 aisle_error *err)
{
    aisle_status status = AISLE_OK;
    *p = (product){.n = w->columns, .options = options};
    TRY_ALLOC(p->item = NEW_ARRAY(uint32_t, p->n));
    TRY(transpose_ordered(p, w, err));
    p->n_long = count_long(&p->users_of);
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

/* What a thread works in; sum and found by place. */
typedef struct row_room {
    ranked *entries; /* topk_room(k) */
    float *sum;      /* [n] zeros, before and after */
    double *total;   /* [n_long] of the blocks before; zeros, before and after */
    float *score;    /* sums of a sparse row, together */
    uint32_t *item;  /* whose they are */
} row_room;

/* Moves the float sums of a block on into the doubles. */
static void end_block(double *restrict total, float *restrict sum, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        total[i] += (double)sum[i];
        sum[i] = 0;
    }
}

/* The doubles as the sums, and zeroes them. */
static void end_blocks(float *restrict sum, double *restrict total, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        sum[i] = (float)(total[i] + (double)sum[i]);
        total[i] = 0;
    }
}

/* Adds row `place` of the product to room->sum; returns how many terms it had. A block ends when
 * adding has cost more than ending it does. */
static uint64_t add_row(row_room *room, const product *p, uint32_t place)
{
    const csr *users = &p->users_of, *items = &p->items_of;
    float *restrict sum = room->sum;
    uint64_t terms = 0, block_terms = 0, block_users = 0;
    for (uint64_t e = users->offset[place]; e < users->offset[place + 1]; e++) {
        uint64_t first = items->offset[users->column[e]];
        uint64_t n = items->offset[users->column[e] + 1] - first;
        const uint32_t *restrict column = items->column + first;
        const float *restrict value = items->value + first;
        float w = users->value[e];
        if (block_users >= BLOCK_USERS && terms - block_terms >= p->n_long) {
            end_block(room->total, sum, p->n_long);
            block_users = 0;
            block_terms = terms;
        }
        for (uint64_t j = 0; j < n; j++)
            sum[column[j]] += w * value[j];
        terms += n;
        block_users++;
    }
    if (block_terms > 0)
        end_blocks(sum, room->total, p->n_long);
    return terms;
}

/* Moves the sums that were added to together, by adding's own order, and zeroes them. */
static size_t gather_sums(row_room *room, const product *p, uint32_t place)
{
    const csr *users = &p->users_of, *items = &p->items_of;
    float *restrict sum = room->sum;
    size_t n = 0;
    for (uint64_t e = users->offset[place]; e < users->offset[place + 1]; e++) {
        uint32_t user = users->column[e];
        for (uint64_t j = items->offset[user]; j < items->offset[user + 1]; j++) {
            uint32_t column = items->column[j];
            room->score[n] = sum[column];
            room->item[n] = column;
            n += sum[column] > 0;
            sum[column] = 0;
        }
    }
    for (size_t i = 0; i < n; i++) {
        if (p->scale)
            room->score[i] *= p->scale[room->item[i]];
        room->item[i] = p->item[room->item[i]];
    }
    return n;
}

/* Selects from the sums of row `place` after so many terms. */
static void select_row(topk *best, row_room *room, const product *p, uint32_t place, uint64_t terms)
{
    scored_items scored = {room->score, 0, room->item, p->options->popularity};
    if (terms < p->n / SPARSE_COST) {
        scored.n = gather_sums(room, p, place);
        select_sums(best, &scored);
        return;
    }
    if (p->scale)
        for (uint32_t i = 0; i < p->n; i++)
            room->sum[i] *= p->scale[i];
    scored = (scored_items){room->sum, p->n, p->item, p->options->popularity};
    select_sums(best, &scored);
    memset(room->sum, 0, p->n * sizeof *room->sum);
}

static void find_row(item_neighbours *out, const product *p, uint32_t place, row_room *room)
{
    topk best = topk_start(room->entries, out->k);
    uint64_t terms = add_row(room, p, place);
    if (p->options->without_itself)
        room->sum[place] = 0;
    select_row(&best, room, p, place, terms);
    uint32_t item = p->item[place], found = (uint32_t)topk_finish(&best);
    float scale = p->options->row_scale ? p->options->row_scale[item] : 1;
    uint32_t *column = out->column + (size_t)item * out->k;
    float *value = out->value + (size_t)item * out->k;
    for (uint32_t j = 0; j < out->k; j++) {
        value[j] = j < found ? ranked_score(room->entries[j]) * scale : 0;
        column[j] = value[j] > 0 ? room->entries[j].item : NEIGHBOUR_NONE;
    }
}

static aisle_status row_room_init(row_room *out, const product *p, uint32_t k, aisle_error *err)
{
    uint32_t n = p->n;
    aisle_status status = AISLE_OK;
    *out = (row_room){0};
    TRY_ALLOC(out->entries = NEW_ARRAY(ranked, topk_room(k)));
    TRY_ALLOC(out->sum = NEW_ZEROED(float, n));
    TRY_ALLOC(out->total = NEW_ZEROED(double, p->n_long));
    TRY_ALLOC(out->score = NEW_ARRAY(float, n / SPARSE_COST + 1));
    TRY_ALLOC(out->item = NEW_ARRAY(uint32_t, n / SPARSE_COST + 1));
done:
    return status;
}

static void row_room_fini(row_room *room)
{
    mem_free(room->entries);
    mem_free(room->sum);
    mem_free(room->total);
    mem_free(room->score);
    mem_free(room->item);
}

aisle_status item_neighbours_init(item_neighbours *out, const csr *w,
                                  const neighbours_options *options, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    product p = {0};
    item_neighbours rows = {.n = w->columns,
                            .k = options->k < w->columns ? options->k : w->columns};
    int threads = thread_count(options->threads);
    row_room *rooms = NULL;
    TRY_ALLOC(rows.column = NEW_ARRAY(uint32_t, (size_t)rows.n * rows.k));
    TRY_ALLOC(rows.value = NEW_ARRAY(float, (size_t)rows.n *rows.k));
    TRY_ALLOC(rooms = NEW_ZEROED(row_room, (size_t)threads));
    TRY(product_init(&p, w, options, err));
    for (int t = 0; t < threads; t++)
        TRY(row_room_init(&rooms[t], &p, rows.k, err));
#pragma omp parallel for num_threads(threads) schedule(dynamic, 16) if (p.n > 16)
    for (uint32_t place = 0; place < p.n; place++)
        find_row(&rows, &p, place, &rooms[thread_number()]);
    *out = rows;
    memset(&rows, 0, sizeof rows);
done:
    for (int t = 0; rooms && t < threads; t++)
        row_room_fini(&rooms[t]);
    mem_free(rooms);
    product_fini(&p);
    item_neighbours_fini(&rows);
    return status;
}

void item_neighbours_fini(item_neighbours *neighbours)
{
    mem_free(neighbours->column);
    mem_free(neighbours->value);
    memset(neighbours, 0, sizeof *neighbours);
}
