/* evaluate/unseen.h: households that no fit sees, which alone are judged. */
#ifndef EVALUATE_UNSEEN_H
#define EVALUATE_UNSEEN_H

#include "data/dataset_type.h"

/* [dataset users], drawn by the seed and the id; NULL: evaluate.unseen is 0. Freed with mem_free.
 */
aisle_status unseen_draw(uint8_t **out, const aisle_dataset *dataset, const aisle_config *config,
                         aisle_error *err);

#endif
