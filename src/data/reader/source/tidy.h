/* data/reader/source/tidy.h: columns as they are read become the columns that are wanted: ids of
 * several columns, words that stand for nothing. */
#ifndef DATA_READER_TIDY_H
#define DATA_READER_TIDY_H

#include "aisle/error.h"
#include "config/options.h"
#include "data/reader/batch.h"
#include "data/reader/csv/csv_arena.h"

/* How one column comes about. */
typedef struct tidy_rule {
    size_t first, n; /* columns that are read */
    char between;    /* of the values of several */
    bool escapes;    /* a value that holds it gets a backslash before it: no two ids are alike */
    const text_list *missing;
} tidy_rule;

typedef struct tidy {
    tidy_rule *rules; /* [n] */
    size_t n;
    cells *columns;  /* [n] */
    slice *texts;    /* [n][BATCH_ROWS] of columns that are changed */
    uint64_t *valid; /* [n][BATCH_ROWS / 64] likewise */
    csv_arena arena;
} tidy;

aisle_status tidy_init(tidy *out, size_t n, aisle_error *err);

/* Puts the columns in place of those that were read. */
aisle_status tidy_batch(batch *b, tidy *t, aisle_error *err);

void tidy_fini(tidy *t);

#endif
