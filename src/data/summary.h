/* data/summary.h: what `aisle check` says of a dataset. */
#ifndef DATA_SUMMARY_H
#define DATA_SUMMARY_H

#include "data/attributes.h"

/* Counts what follows from the lines: days, sums, cancelled lines, what has no attributes. */
aisle_status summary_count(aisle_dataset *dataset, const attribute_source *products,
                           const attribute_source *households, aisle_error *err);

#endif
