/* data/reader/batch.h: some rows of a source, column by column; what sources hand to readers. */
#ifndef DATA_READER_BATCH_H
#define DATA_READER_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BATCH_ROWS = 2048 };

/* A text that belongs to someone else; bytes NULL: missing. */
typedef struct slice {
    const char *bytes;
    size_t length;
} slice;

typedef enum cell_kind {
    CELLS_TEXT,    /* texts */
    CELLS_INT,     /* ints */
    CELLS_REAL,    /* reals */
    CELLS_DATE,    /* ints: days since 1970-01-01 */
    CELLS_STAMP,   /* ints: microseconds since 1970-01-01, of a clock without a zone */
    CELLS_INSTANT, /* ints: microseconds since 1970-01-01 UTC */
} cell_kind;

/* A column of the batch: one array by its kind, [rows]. */
typedef struct cells {
    cell_kind kind;
    const slice *texts;
    const int64_t *ints;
    const double *reals;
    const uint64_t *valid; /* a bit a row; NULL: all are. Not for texts. */
} cells;

/* Valid until the next batch of the source. An empty text is missing, and so is NaN. */
typedef struct batch {
    size_t rows;
    cells *columns;        /* as asked for */
    const uint64_t *lines; /* [rows] line of the file (a header is line 1), or row from 1 */
    const char *file;      /* that they are of; NULL: of no file */
} batch;

static inline bool cell_is_missing(const cells *column, size_t row)
{
    if (column->kind == CELLS_TEXT)
        return column->texts[row].length == 0;
    if (column->valid && !(column->valid[row / 64] >> (row % 64) & 1))
        return true;
    return column->kind == CELLS_REAL && column->reals[row] != column->reals[row];
}

#endif
