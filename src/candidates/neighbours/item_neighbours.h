/* candidates/neighbours/item_neighbours.h: the K largest entries of each row of WᵀW, W users (or
 * baskets) × items: what every item-item retriever is made of. */
#ifndef CANDIDATES_NEIGHBOURS_ITEM_NEIGHBOURS_H
#define CANDIDATES_NEIGHBOURS_ITEM_NEIGHBOURS_H

#include "base/csr.h"

#include <stdbool.h>

#define NEIGHBOUR_NONE UINT32_MAX

/* Row i: up to k neighbours, best first, at [i * k]; unused places have NEIGHBOUR_NONE and 0. */
typedef struct item_neighbours {
    uint32_t n, k;
    uint32_t *column; /* [n * k] */
    float *value;     /* [n * k] > 0, finite */
} item_neighbours;

typedef struct neighbours_options {
    uint32_t k;                 /* at least 1; what is stored is min(k, items) */
    const uint32_t *popularity; /* [items] breaks ties, larger first; NULL: none */
    /* Entry (i, j) of the product times row_scale[i] · column_scale[j] >= 0; NULL: 1 each. */
    const float *row_scale, *column_scale; /* [items] */
    bool without_itself;                   /* the diagonal takes no part */
    int threads;
} neighbours_options;

/* Entries that are not above 0 are nobody's neighbours. Ties: popularity down, column up; each
 * sum goes by users ascending, so nothing depends on threads. Values are good to 1e-5.
 */
aisle_status item_neighbours_init(item_neighbours *out, const csr *w,
                                  const neighbours_options *options, aisle_error *err);
void item_neighbours_fini(item_neighbours *neighbours);

#endif
