/* candidates/neighbours/item_rows.h: the neighbours of the catalogue's items, as fitted states hold
 * them. */
#ifndef CANDIDATES_NEIGHBOURS_ITEM_ROWS_H
#define CANDIDATES_NEIGHBOURS_ITEM_ROWS_H

#include "base/prefetch.h"
#include "candidates/neighbours/item_neighbours.h"
#include "candidates/retriever.h"

/* Row i belongs to the item c->items[i]; its neighbours are items of the assortment. */
typedef struct item_rows {
    item_neighbours rows;
    const uint32_t *place; /* the catalogue's; borrowed */
} item_rows;

/* What size the arrays have; they are NULL. */
item_rows item_rows_of(const list_context *context, int64_t k);
/* Takes over the neighbours, columns being places in the catalogue. */
void item_rows_take(item_rows *r, item_neighbours *neighbours, const catalogue *c);
void item_rows_fini(item_rows *r, bool owns_arrays);

/* The catalogue's part of context->popularity: [count], the caller's. NULL: out of memory */
uint32_t *item_rows_popularity(const list_context *context);

/* sum[j] += weight · value of each neighbour j of the item; nothing for one outside of the
 * catalogue. sum: [n_items] */
static inline void item_rows_add(float *restrict sum, const item_rows *r, uint32_t item,
                                 float weight)
{
    uint32_t place = r->place[item];
    if (place == UINT32_MAX)
        return;
    const uint32_t *column = r->rows.column + (size_t)place * r->rows.k;
    const float *value = r->rows.value + (size_t)place * r->rows.k;
    for (uint32_t j = 0; j < r->rows.k && column[j] != NEIGHBOUR_NONE; j++)
        sum[column[j]] += weight * value[j];
}

/* A row that is about to be added. */
static inline void item_rows_prefetch(const item_rows *r, uint32_t item)
{
    uint32_t place = r->place[item];
    if (place == UINT32_MAX)
        return;
    prefetch(r->rows.column + (size_t)place * r->rows.k, r->rows.k * sizeof *r->rows.column);
    prefetch(r->rows.value + (size_t)place * r->rows.k, r->rows.k * sizeof *r->rows.value);
}

/* As retriever.h has them. */
void item_rows_similar(size_t *count, neighbour *out, size_t k, const item_rows *r, uint32_t item);
size_t item_rows_arrays(state_array *out, item_rows *r);
aisle_status item_rows_check(const item_rows *r, const list_context *context, const char *name,
                             aisle_error *err);

#endif
