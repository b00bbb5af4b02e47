/* data/reader/receipts.h: the table of receipts, read into columns. */
#ifndef DATA_READER_RECEIPTS_H
#define DATA_READER_RECEIPTS_H

#include "data/reader/values/coder.h"
#include "data/reader/day_list.h"
#include "data/reader/household_filter.h"
#include "data/reader/source/source.h"

/* Columns as they grow; what is not configured stays NULL. */
typedef struct receipt_columns {
    coder user_values, item_values, basket_values, store_values;
    uint32_t *user, *item, *basket, *store;
    int32_t *day;
    double *quantity, *value, *discount;
    size_t lines, capacity;
    uint64_t elsewhere;  /* good lines of households that were left out */
    uint64_t no_card;    /* good lines of no household */
    uint64_t outside;    /* good lines before `from` or after `until` */
    uint64_t left_out;   /* rows that `where` left out */
    source_count *files; /* [n_files] */
    size_t n_files;
    day_list days;  /* of all good lines */
    bool has_weeks; /* they are the source's */
    rejects bad;
    household_filter filter; /* as it is after the last row */
} receipt_columns;

/* Reads what config->data.receipts names, of these households (NULL: of all). The share of bad
 * lines is not judged here. */
aisle_status receipt_columns_read(receipt_columns *out, session *s, const aisle_config *config,
                                  const aisle_household_choice *which, aisle_error *err);

/* The same as the library takes it; borrowed. */
aisle_receipts receipt_columns_view(const receipt_columns *c);

void receipt_columns_fini(receipt_columns *c);

#endif
