/* evaluate/keep_lists.h: the lists of all models as one table, for whoever wants to recompute. */
#ifndef EVALUATE_KEEP_LISTS_H
#define EVALUATE_KEEP_LISTS_H

#include "evaluate/metrics/truth.h"
#include "model/snapshot.h"

/* Ids are copied: the dataset and the history may go. */
aisle_status keep_lists_init(aisle_lists *out, const aisle_dataset *dataset, const assortment *a,
                             aisle_error *err);

/* Appends the first `longest` places of the lists of one model (a literal name), household by
 * household. */
aisle_status keep_lists_add(aisle_lists *lists, const char *model, const item_lists *from,
                            uint32_t longest, const truth *t, aisle_error *err);

void keep_lists_fini(aisle_lists *lists);

#endif
