/* data/reader/init/known_set.h: public data sets that are known by their columns, where names and
 * values do not say all. */
#ifndef DATA_READER_KNOWN_SET_H
#define DATA_READER_KNOWN_SET_H

#include "data/reader/init/table_profile.h"

typedef struct known_set {
    const char *name;
    const char *columns; /* that a table of receipts has, with commas */
    const char *where;   /* for data.receipts, or NULL */
    const char *why;     /* of where */
    const char *value;   /* its column of the line's value, or NULL */
    const char *quantity;
    const char *item; /* columns of the product's id, with commas, or NULL */
    const char *user; /* column of the household, or NULL: as it is called */
} known_set;

/* NULL: it is none. */
const known_set *known_set_of(const table_profile *t);

#endif
