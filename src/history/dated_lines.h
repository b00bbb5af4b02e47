/* history/dated_lines.h: the purchases of a dataset before a day, returns cancelled. */
#ifndef HISTORY_DATED_LINES_H
#define HISTORY_DATED_LINES_H

#include "data/dataset_type.h"

/* Households that take no part: left_out[dataset user] != 0; NULL: all take part. */
typedef struct dated_lines {
    line_columns line;     /* items and baskets are the dataset's; quantities above 0 */
    uint64_t *user_offset; /* [dataset users + 1] */
} dated_lines;

aisle_status dated_lines_init(dated_lines *out, const aisle_dataset *dataset, int32_t as_of,
                              const uint8_t *left_out, aisle_error *err);
void dated_lines_fini(dated_lines *d);

#endif
