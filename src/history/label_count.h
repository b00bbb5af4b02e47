/* history/label_count.h: how many label windows there are where nobody says. */
#ifndef HISTORY_LABEL_COUNT_H
#define HISTORY_LABEL_COUNT_H

#include "data/dataset_type.h"

/* Where the windows are not asked for by number: what trees learn from is households times windows,
 * so that few households take more of them; those of the first half of the weeks before `end` know
 * too little of what came before them. */
int32_t label_count(const aisle_dataset *dataset, const aisle_config *config, int32_t end);

/* The same of a fit by sums, where only a part of the households may be known. */
enum { LABEL_COUNT_LEAST = 2 };

#endif
