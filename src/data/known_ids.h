/* data/known_ids.h: products and stores that a dataset is to know though none of its lines may have
 * them: its households are a sample. */
#ifndef DATA_KNOWN_IDS_H
#define DATA_KNOWN_IDS_H

#include "data/dataset_type.h"

/* Borrowed. */
typedef struct known_ids {
    const id_table *items, *stores;
    const id_table *left_out; /* products that the cleaning leaves out */
} known_ids;

/* As aisle_dataset_build; known NULL: what the lines have. */
aisle_status dataset_build(aisle_dataset **out, const aisle_receipts *receipts,
                           const aisle_attributes *products, const aisle_attributes *households,
                           const aisle_config *config, const known_ids *known, aisle_error *err);

#endif
