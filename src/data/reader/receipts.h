/* data/reader/receipts.h: the table of receipts, read into columns. */
#ifndef DATA_READER_RECEIPTS_H
#define DATA_READER_RECEIPTS_H

#include "data/reader/coder.h"
#include "data/reader/source.h"

/* Columns as they grow; what is not configured stays NULL. */
typedef struct receipt_columns {
    coder user_values, item_values, basket_values, store_values;
    uint32_t *user, *item, *basket, *store;
    int32_t *day, *week;
    double *quantity, *value, *discount;
    size_t lines, capacity;
    rejects bad;
} receipt_columns;

/* Reads what config->data.receipts names. The share of bad lines is not judged here. */
aisle_status receipt_columns_read(receipt_columns *out, session *s, const aisle_config *config,
                                  aisle_error *err);

/* The same as the library takes it; borrowed. */
aisle_receipts receipt_columns_view(const receipt_columns *c);

void receipt_columns_fini(receipt_columns *c);

#endif
