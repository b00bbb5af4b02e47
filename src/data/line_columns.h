/* data/line_columns.h: what is known of a line of a receipt, as arrays. One table names the
 * columns: reading, filing, returns and checks go over it, so that a new one is a row of it. */
#ifndef DATA_LINE_COLUMNS_H
#define DATA_LINE_COLUMNS_H

#include <stddef.h>
#include <stdint.h>

#include "aisle/error.h"

typedef struct line_columns {
    size_t n;
    uint32_t *item;     /* [n] */
    int32_t *day;       /* [n] since 1970-01-01 */
    uint32_t *basket;   /* [n] */
    float *quantity;    /* [n] negative: a return */
    double *value;      /* [n] in the source's currency */
    float *discount;    /* [n] taken off the value, >= 0; NULL: not known */
    uint8_t *promotion; /* [n] aisle_promotion_kind that it was bought on; NULL: not known */
} line_columns;

/* Columns that may be NULL. */
enum line_options { LINE_DISCOUNT = 1, LINE_PROMOTION = 2 };

/* A row of the table. */
typedef struct line_column {
    const char *name; /* also of its section in a model file: "lines.NAME" */
    size_t at;        /* of the pointer in line_columns */
    size_t size;      /* bytes of an element */
    unsigned option;  /* its bit of enum line_options; 0: always there */
} line_column;

extern const line_column line_column_table[];
extern const size_t line_column_count;

/* Where the array of a column is kept. */
void **line_columns_at(line_columns *l, const line_column *column);

/* Room for so many lines, none of them there, with these of the line_options. */
aisle_status line_columns_init(line_columns *out, size_t room, unsigned options, aisle_error *err);
void line_columns_fini(line_columns *l);

/* The line_options that it has. */
unsigned line_columns_options(const line_columns *l);

/* Copies n lines to place `at`; a column that `from` lacks is left as it is. */
void line_columns_copy(line_columns *to, size_t at, const line_columns *from, size_t first,
                       size_t n);

/* The columns from line `at` on: a view, which owns nothing. */
line_columns line_columns_from(const line_columns *l, size_t at);

/* Amounts are finite, quantities no 0, discounts and promotions what they may be. */
aisle_status line_columns_check(const line_columns *l, aisle_error *err);

#endif
