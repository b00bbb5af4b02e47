/* data/promotions.h: which products were on promotion in which week and store. */
#ifndef DATA_PROMOTIONS_H
#define DATA_PROMOTIONS_H

#include "data/dataset_type.h"

/* The aisle_promotion_kind of an item in a store (0 where stores make no difference) in a week by
 * its place in the table; 0 where there was none. */
uint8_t promotion_find(const promotion_table *t, size_t week, uint32_t item, uint32_t store);

/* The kind of the store among n places, ascending by store; 0: it is not there. */
uint8_t promotion_of_store(const uint32_t *place, size_t n, uint32_t store);

void promotion_table_fini(promotion_table *t);

#endif
