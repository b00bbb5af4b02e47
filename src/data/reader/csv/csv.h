/* data/reader/csv/csv.h: one CSV file, plain or compressed, as batches of texts. It is read in
 * windows of bounded size: while the rows of one are taken, other threads cut the next. A line
 * that is broken is reported by its number and skipped; an open quote costs its own line, never
 * those behind it. */
#ifndef DATA_READER_CSV_H
#define DATA_READER_CSV_H

#include "data/reader/csv/byte_stream.h"
#include "data/reader/csv/csv_window.h"
#include "data/reader/rejects.h"

/* How the file is written. */
typedef struct csv_dialect {
    const char *delimiter; /* one character, or "tab"; NULL: found in the header */
    const char *encoding;  /* NULL: UTF-8, or what a byte-order mark says */
    int64_t skip;          /* lines before the header, or the first row; below 0: found out */
    bool no_header;        /* the first line is data */
    bool verbatim;         /* blanks around a field stay */
    size_t n_names;        /* of a file without header; 0: "1", "2", … */
    const char *const *names;
    /* The header is the first line that has these columns, where skip is to be found out; the first
     * where none has. */
    size_t n_wanted;
    const char *const *wanted;
} csv_dialect;

typedef struct csv_reader {
    const char *path; /* borrowed */
    byte_stream *stream;
    /* The first window, until rows are read from it. */
    char *bytes;
    bool ended;    /* all bytes are in it */
    size_t filled; /* bytes in it */
    const char *at;
    csv_text text;
    slice *header; /* [n_fields] */
    csv_arena header_arena;
    csv_shape shape;
    /* Then: the window whose rows are taken, and the one that other threads prepare meanwhile. */
    size_t capacity, chunk_bytes;
    csv_window window[2];
    int now; /* of the two */
    bool began;
    struct csv_next *next; /* NULL: nobody prepares the other */
    size_t chunk, piece;   /* that comes next */
    cells *columns;        /* of the piece at hand */
    uint64_t *lines;
    int threads;
    uint64_t line; /* of `at`, then of the chunk, from 1 */
    csv_counts counts;
} csv_reader;

/* Opens and reads the header. threads: 0 for all cores. */
aisle_status csv_reader_init(csv_reader *out, const char *path, const csv_dialect *dialect,
                             int threads, aisle_error *err);

/* Fields (their numbers, from 0) that the batches shall have, in this order; one may be there
 * twice. */
aisle_status csv_reader_select(csv_reader *csv, const int *fields, size_t n, aisle_error *err);

/* The next rows; rows = 0 at the end. */
aisle_status csv_reader_next(batch *out, csv_reader *csv, rejects *bad, aisle_error *err);

void csv_reader_fini(csv_reader *csv);

#endif
