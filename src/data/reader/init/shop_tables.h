/* data/reader/init/shop_tables.h: which of some tables is which. */
#ifndef DATA_READER_SHOP_TABLES_H
#define DATA_READER_SHOP_TABLES_H

#include "data/reader/init/receipt_roles.h"

/* A table that goes with the receipts. */
typedef struct joined_table {
    const table_profile *table; /* NULL: none */
    int key;                    /* its column of the product or household */
    double overlap;             /* share of the receipts' ids that it has */
} joined_table;

typedef struct shop_tables {
    const table_profile *receipts; /* NULL: no table has household, product and time */
    receipt_roles roles;
    joined_table products, households, promotions;
    int promotion_store, promotion_week, promotion_display, promotion_mailer; /* -1: none */
} shop_tables;

aisle_status shop_tables_find(shop_tables *out, const table_profile *tables, size_t n,
                              aisle_error *err);

#endif
