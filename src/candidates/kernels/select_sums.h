/* candidates/kernels/select_sums.h: the best of many scores that lie in an array. */
#ifndef CANDIDATES_KERNELS_SELECT_SUMS_H
#define CANDIDATES_KERNELS_SELECT_SUMS_H

#include "base/topk.h"

typedef struct scored_items {
    const float *score; /* [n] finite */
    size_t n;
    const uint32_t *item;       /* [n]; NULL: the index itself */
    const uint32_t *popularity; /* by item; NULL: none */
} scored_items;

/* Pushes all items of a score above 0 that can be among the best. */
void select_sums(topk *best, const scored_items *scored);

#endif
