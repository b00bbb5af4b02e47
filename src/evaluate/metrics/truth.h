/* evaluate/metrics/truth.h: what counts as bought in the test window, and by whom. */
#ifndef EVALUATE_METRICS_TRUTH_H
#define EVALUATE_METRICS_TRUTH_H

#include "aisle/evaluate.h"
#include "history/windows.h"
#include "model/snapshot.h"

/* Households that bought something that counts, in the order of the dataset; their products as
 * items of the assortment (HISTORY_NONE: not sold before T, can't be hit), CSR. */
typedef struct truth {
    size_t n;
    uint32_t *dataset_user; /* [n] */
    uint32_t *user;         /* [n] of those who ask, or HISTORY_NONE */
    uint64_t *offset;       /* [n + 1] */
    uint32_t *item;         /* ascending within a household, HISTORY_NONE last */
    uint64_t pairs_bought_before, pairs_sold_before, items, items_sold_before;
} truth;

typedef struct truth_rules {
    const households *h; /* who ask */
    const catalogue *c;
    const uint8_t *only; /* [dataset users] who is judged; NULL: all */
    bool everything;     /* products that the assortment doesn't know count as well */
    bool new_only;       /* pairs that the household bought before T don't count */
} truth_rules;

/* Whether what a household of the dataset bought counts. */
bool truth_counts(const truth_rules *rules, uint32_t dataset_user, uint32_t dataset_item);

aisle_status truth_init(truth *out, const labels *bought, const truth_rules *rules,
                        aisle_error *err);
void truth_fini(truth *t);

#endif
