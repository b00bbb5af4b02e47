/* evaluate/truth.h: what counts as bought in the test window, and by whom. */
#ifndef EVALUATE_TRUTH_H
#define EVALUATE_TRUTH_H

#include "aisle/evaluate.h"
#include "history/windows.h"
#include "model/snapshot.h"

/* Households that bought something that counts, in the order of the dataset; their products as
 * items of the history (HISTORY_NONE: not sold before T, can't be hit), CSR. */
typedef struct truth {
    size_t n;
    uint32_t *dataset_user; /* [n] */
    uint32_t *user;         /* [n] of the history, or HISTORY_NONE */
    uint64_t *offset;       /* [n + 1] */
    uint32_t *item;         /* ascending within a household, HISTORY_NONE last */
    uint64_t pairs_bought_before, pairs_sold_before, items, items_sold_before;
} truth;

/* everything: products that the history doesn't know count as well (no catalogue is set).
 * new_only: pairs that the household bought before T don't count. */
aisle_status truth_init(truth *out, const labels *bought, const history *h, const catalogue *c,
                        bool everything, bool new_only, aisle_error *err);
void truth_fini(truth *t);

#endif
