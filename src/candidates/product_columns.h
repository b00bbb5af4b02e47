/* candidates/product_columns.h: the category columns of products that options name. */
#ifndef CANDIDATES_PRODUCT_COLUMNS_H
#define CANDIDATES_PRODUCT_COLUMNS_H

#include "candidates/retriever.h"

enum { PRODUCT_COLUMNS_MOST = 16 };

typedef struct product_columns {
    size_t count;
    int column[PRODUCT_COLUMNS_MOST]; /* of assortment.products */
} product_columns;

/* The column of that name, or -1. */
int product_column_find(const attribute_table *products, const char *name);

/* Those that are named; key is the option's, for errors. Nothing named: count 0. */
aisle_status product_columns_choose(product_columns *out, const list_context *context,
                                    const text_list *named, const char *key, aisle_error *err);

#endif
