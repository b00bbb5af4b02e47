/* data/reader/table_reader.h: the tables of products and households, read into columns. */
#ifndef DATA_READER_TABLE_READER_H
#define DATA_READER_TABLE_READER_H

#include "data/reader/values/coder.h"
#include "data/reader/household_filter.h"
#include "data/reader/source/source.h"

typedef struct table_plan {
    const source_options *source;
    const char *key, *id_key;            /* "data.products", "data.products.item" */
    const text_list *id;                 /* columns of the key */
    const text_list *categories, *label; /* label NULL: none */
} table_plan;

typedef struct table_columns {
    const table_plan *plan;
    size_t rows, capacity, n_categories;
    coder id_values, *category_values;
    uint32_t *id, **category;
    text label_bytes;       /* end to end, each with a zero byte; "" where there is none */
    uint64_t *label_offset; /* [rows] */
    const char **label;     /* [rows], at the end */
    const household_filter *filter;
    size_t elsewhere; /* rows that it left out */
    rejects bad;
    aisle_coded *view;
} table_columns;

/* plan is borrowed. filter, NULL or of a table of households: whose rows are kept. A source that is
 * not given leaves a table without rows. */
aisle_status table_columns_read(table_columns *out, session *s, const table_plan *plan,
                                const char *folder, const household_filter *filter,
                                aisle_error *err);

/* The same as the library takes it; borrowed. */
aisle_attributes table_columns_view(const table_columns *t);

void table_columns_fini(table_columns *t);

#endif
