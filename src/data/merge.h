/* data/merge.h: lines sorted, summed by basket and item, and cleaned. */
#ifndef DATA_MERGE_H
#define DATA_MERGE_H

#include "data/clean.h"

/* Receipts with what the lines sort by: rank by code of each column, in the order of the ids. */
typedef struct ranked_receipts {
    const aisle_receipts *receipts;
    size_t n_users, n_items, n_baskets;
    const uint32_t *user_rank, *item_rank;
    const uint32_t *basket_rank; /* NULL: no basket column */
    const uint32_t *store_rank;  /* NULL: no store column */
    const uint8_t *item_out;     /* [n_items] by rank: the reason, or AISLE_REASON_COUNT */
} ranked_receipts;

/* Sorted by (user, day, basket, item), purchases before returns; user and item are ranks. */
typedef struct merged_lines {
    line_columns line;
    size_t baskets;
    uint32_t *user_lines; /* [n_users] how many lines each has, by rank */
    uint32_t *store;      /* [baskets] ranks, or AISLE_MISSING; NULL without a store column */
    uint64_t set_aside[AISLE_REASON_COUNT];
    uint64_t returns;
} merged_lines;

/* Equal lines count once where duplicates are dropped; then the lines of one user, day, basket
 * and item are summed, purchases and returns apart; then the rules apply to the sums, so that a
 * file that was summed before gives the same. A basket whose lines name several stores is of the
 * first of them by id. The order of the input lines changes no bit. */
aisle_status merge_lines(merged_lines *out, const ranked_receipts *ranked,
                         const cleaning_rules *rules, aisle_error *err);
void merged_lines_fini(merged_lines *lines);

#endif
