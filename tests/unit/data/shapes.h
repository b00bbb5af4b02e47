/* The same receipts in all shapes that a source may have. */
#ifndef SHAPES_H
#define SHAPES_H

#include "data_fixture.h"
#include "packed.h"

/* One line of a receipt. */
typedef struct shape_row {
    int card, receipt, day, sku, pieces, cents, shop;
} shape_row;

enum { SHAPE_ROWS = 400 };

/* How a CSV file is written. */
typedef struct shape {
    const char *columns; /* a letter each, in order: see shape_names; NULL: "crdspah" */
    char delimiter;      /* 0: a comma */
    const char *before;  /* lines before the header, or NULL */
    bool no_header;
    bool comma;           /* 1.234,50 and a minus behind */
    const char *day;      /* as strftime has it; NULL: %Y-%m-%d */
    const char *end;      /* of lines; NULL: LF */
    bool blanks;          /* around all ids */
    const char *prefix;   /* of a product; NULL: "Käse" */
    const char *encoding; /* NULL: UTF-8 */
    bool mark;            /* at the beginning */
    packing_kind packing;
    size_t members; /* 0: one */
} shape;

/* c card, r receipt, d day, s sku, p pieces, a amount, h shop; t clock, x price of one piece,
 * e nothing, k the shop's chain. */
const char *shape_name(char column);

/* The rows [from, to) of SHAPE_ROWS, with the lines that the file has noted. */
void shape_write(void **state, const char *name, const shape *how, int from, int to);

/* The same for a text that is written by hand. */
void shape_write_text(void **state, const char *name, const char *bytes);

/* A file has so many lines; SIZE_MAX: nobody knows. */
void shape_note(const char *path, size_t lines);

/* "user: card, item: sku, …": what reads them. */
extern const char shape_keys[];

/* Reads `data: {receipts: {source, keys}}` and holds it against its files: every line is
 * accounted for. more: keys of `data`, or "". */
aisle_dataset *shape_read(void **state, const char *source, const char *keys, const char *more);

/* The dataset of the plain file, whose products have this prefix. */
aisle_dataset *shape_plain(void **state, const char *prefix);

/* What source names is the plain file. */
void assert_shape(void **state, const char *source, const char *prefix);

/* Lines kept, merged and set aside are those that the files have. */
void assert_accounts(const aisle_dataset *d);

#endif
