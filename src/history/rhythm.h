/* history/rhythm.h: on which days a household bought an item, and the gaps between them. */
#ifndef HISTORY_RHYTHM_H
#define HISTORY_RHYTHM_H

#include "history/households.h"

enum { RHYTHM_GAPS = 512 };

/* Of one pair. Purchases of one day are one. */
typedef struct rhythm {
    int32_t first, last;      /* days */
    uint32_t days;            /* of purchase */
    int32_t last_gap;         /* days between the last two; 0: one day only */
    size_t gaps;              /* kept: the latest min(days - 1, RHYTHM_GAPS) */
    int32_t gap[RHYTHM_GAPS]; /* > 0, in no order */
} rhythm;

void rhythm_read(rhythm *out, const households *h, size_t pair);

/* Of the gaps that are kept, which it may reorder; NaN where there is none. */
double rhythm_median(rhythm *r);

/* Median over the gaps of all households, by item; of all gaps where an item has none, and the
 * days that the assortment has where there is none at all. *gap: [n_items] > 0, the caller's */
aisle_status rhythm_item_medians(float **gap, const households *h, aisle_error *err);

#endif
