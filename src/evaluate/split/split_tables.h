/* evaluate/split/split_tables.h: what the tables of a split are taken from. */
#ifndef EVALUATE_SPLIT_SPLIT_TABLES_H
#define EVALUATE_SPLIT_SPLIT_TABLES_H

#include "aisle/split.h"
#include "history/windows.h"

struct aisle_split_tables {
    const aisle_dataset *dataset;
    split windows, earlier; /* earlier: the same a horizon before; n_labels 0: does not fit */
    size_t pairs;
    uint32_t *user, *item;            /* [pairs] of the dataset */
    uint8_t *user_is_in, *item_is_in; /* [dataset users], [dataset items] a line before test.to */
    bool has_values;                  /* some line has one */
    /* Names of columns that no category column has. */
    char *item_name, *label_name, *user_name;
};

/* Weeks from the dataset's first one whose promotions are in the table. */
size_t split_promotion_weeks(const aisle_split_tables *t);

/* Whether the dataset knows anything of an item or user; there is a table of them. */
bool split_has_attributes(const attribute_table *t);

#endif
