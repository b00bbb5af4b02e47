/* data/day_counts.h: how many lines each day of the receipts has. */
#ifndef DATA_DAY_COUNTS_H
#define DATA_DAY_COUNTS_H

#include "aisle/dataset.h"

/* Days with a line, ascending, each once. */
typedef struct day_counts {
    size_t n;
    int32_t *day;
    uint64_t *lines;
} day_counts;

/* Of the lines as they were read, whoever's they are: all parts of the households count the same.
 */
aisle_status day_counts_init(day_counts *out, const aisle_receipts *receipts, aisle_error *err);
void day_counts_fini(day_counts *c);

#endif
