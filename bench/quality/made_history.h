/* bench/quality/made_history.h: a history of any size for timings: a year of baskets, items drawn
 * with a heavy head, households of few to twice the mean of pairs, some bought again. Each
 * household depends on its number and the mean alone, so that more households are more of the
 * same. */
#ifndef MADE_HISTORY_H
#define MADE_HISTORY_H

#include "history/households.h"

typedef struct made_size {
    uint32_t users, items;
    uint64_t pairs; /* about */
} made_size;

typedef struct made_history {
    assortment a;
    households h;
} made_history;

/* Does not move once initialised. */
aisle_status made_history_init(made_history *out, const made_size *size, const aisle_config *config,
                               aisle_error *err);

#endif
