/* data/week_labels.h: weeks that the source numbers with jumps, such as 202352, 202401. Inside,
 * weeks count on by one from the first of them; what people write and read are the source's
 * numbers.
 */
#ifndef DATA_WEEK_LABELS_H
#define DATA_WEEK_LABELS_H

#include "data/dataset_type.h"

/* Replaces the numbers of days from first on (missing: no receipts), which ascend, by such as count
 * on: by 7 days of the calendar a week where the weeks all lie on one grid, else by what passed.
 * *labels:
 * [*n] the numbers of the weeks, freed with mem_free. */
aisle_status week_numbers_straighten(int32_t **labels, size_t *n, int32_t *numbers, size_t days,
                                     int32_t missing, aisle_error *err);

#endif
