/* Bought together: of the baskets, N in all, n_i had item i and n_ij had both i and j. What j is to
 * someone who buys i, s the shrinkage:
 *     count        n_ij
 *     confidence   n_ij / (n_i + s)
 *     lift         n_ij N / ((n_i + s) (n_j + s))
 * Each item keeps the K others of the largest; an item's score for a household is the sum over the
 * lines of its last baskets. */
#include "candidates/neighbours/item_rows.h"
#include "candidates/lists.h"
#include "candidates/retriever_table.h"

#include "base/fail.h"
#include "base/mem.h"

#include <string.h>

int64_t co_basket_quota(const candidates_options *options)
{
    return options->co_basket.quota;
}

void co_basket_free(void *state, bool owns_arrays)
{
    if (state)
        item_rows_fini(state, owns_arrays);
    mem_free(state);
}

aisle_status co_basket_adopt(void **state, const list_context *context, aisle_error *err)
{
    item_rows *rows = NEW_ZEROED(item_rows, 1);
    if (!rows)
        return fail_memory(err);
    *rows = item_rows_of(context, context->options->co_basket.neighbours);
    *state = rows;
    return AISLE_OK;
}

/* Baskets × places in the catalogue, 1 where the basket has the item. */
static aisle_status basket_matrix(csr *m, const households *h, const uint32_t *place,
                                  uint32_t places, aisle_error *err)
{
    uint64_t entries = 0;
    for (size_t l = 0; l < h->line.n; l++)
        entries += place[h->line.item[l]] != HISTORY_NONE;
    aisle_status status = csr_init(m, (uint32_t)h->baskets, places, entries, err);
    if (status != AISLE_OK)
        return status;
    uint64_t to = 0;
    for (size_t l = 0; l < h->line.n; l++) {
        if (place[h->line.item[l]] != HISTORY_NONE) {
            m->column[to] = place[h->line.item[l]];
            m->value[to++] = 1;
        }
        m->offset[h->line.basket[l] + 1] = to;
    }
    return AISLE_OK;
}

/* row, column: [columns of m] what (i, j) is multiplied by, from the baskets that had the item. */
static void find_scales(float *row, float *column, const csr *m, const co_basket_options *o)
{
    memset(row, 0, m->columns * sizeof *row);
    for (uint64_t e = 0; e < csr_entries(m); e++)
        row[m->column[e]]++;
    for (uint32_t i = 0; i < m->columns; i++) {
        double shrunk = 1 / ((double)row[i] + o->shrinkage);
        column[i] = o->by == CO_BASKET_LIFT ? (float)shrunk : 1;
        row[i] = o->by == CO_BASKET_COUNT        ? 1
                 : o->by == CO_BASKET_CONFIDENCE ? (float)shrunk
                                                 : (float)(m->rows * shrunk);
    }
}

aisle_status co_basket_fit(void **state, const list_context *context, const households *h,
                           aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const co_basket_options *options = &context->options->co_basket;
    uint32_t count = context->c->count, *popularity = NULL;
    float *row = NULL, *column = NULL;
    csr m = {0};
    item_neighbours neighbours = {0};
    void *adopted = NULL;
    TRY(co_basket_adopt(&adopted, context, err));
    item_rows *rows = adopted;
    TRY_ALLOC(popularity = item_rows_popularity(context));
    TRY_ALLOC(row = NEW_ARRAY(float, count));
    TRY_ALLOC(column = NEW_ARRAY(float, count));
    TRY(basket_matrix(&m, h, rows->place, count, err));
    find_scales(row, column, &m, options);
    neighbours_options wanted = {rows->rows.k, popularity, row, column, true, context->threads};
    TRY(item_neighbours_init(&neighbours, &m, &wanted, err));
    item_rows_take(rows, &neighbours, context->c);
    *state = rows;
    adopted = NULL;
done:
    csr_fini(&m);
    mem_free(popularity);
    mem_free(row);
    mem_free(column);
    co_basket_free(adopted, true);
    return status;
}

/* ---- Lists ---- */

/* The room is the sums: [n_items]. */
size_t co_basket_room(const void *state, const list_context *context)
{
    (void)state;
    return context->a->n_items * sizeof(float);
}

void co_basket_ask(void *room, const void *state, const list_context *context, const asker *who)
{
    const households *h = who->h;
    uint64_t line = households_last_baskets(h, who->user, context->options->co_basket.baskets);
    for (; line < h->user_offset[who->user + 1]; line++)
        item_rows_add(room, state, h->line.item[line], 1);
}

void co_basket_forget(void *room, const void *state, const list_context *context, const asker *who)
{
    (void)who;
    memset(room, 0, co_basket_room(state, context));
}

void co_basket_list(topk *best, void *room, const void *state, const list_context *context,
                    const asker *who)
{
    (void)state;
    lists_push_sums(best, room, context, who);
}

void co_basket_score(float *out, void *room, const void *state, const list_context *context,
                     const asker *who, const uint32_t *items, size_t n)
{
    (void)state;
    (void)who;
    lists_take_sums(out, room, context, items, n);
}

aisle_status co_basket_similar_items(size_t *count, neighbour *out, size_t k, const void *state,
                                     const list_context *context, uint32_t item, aisle_error *err)
{
    (void)context;
    (void)err;
    item_rows_similar(count, out, k, state, item);
    return AISLE_OK;
}

size_t co_basket_arrays(state_array *out, void *state)
{
    return item_rows_arrays(out, state);
}

aisle_status co_basket_check(const void *state, const list_context *context, aisle_error *err)
{
    return item_rows_check(state, context, "co_basket", err);
}
