/* bench/quality/made_history.h: a history of any size for timings: a year of baskets, items drawn
 * with a heavy head, households of few to twice the mean of pairs, some bought again. Each
 * household depends on its number and the mean alone, so that more households are more of the
 * same. */
#ifndef MADE_HISTORY_H
#define MADE_HISTORY_H

#include "history/history.h"

typedef struct made_size {
    uint32_t users, items;
    uint64_t pairs; /* about */
} made_size;

aisle_status made_history_init(history *out, const made_size *size, aisle_error *err);

#endif
