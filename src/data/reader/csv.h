/* data/reader/csv.h: CSV files, by RFC 4180 and what is seen in the wild: a byte-order mark,
 * lines that end in LF, CRLF or CR, any one-byte delimiter. A line that is broken is reported by
 * its number and skipped; an open quote costs its own line, never those behind it. */
#ifndef DATA_READER_CSV_H
#define DATA_READER_CSV_H

#include "aisle/error.h"
#include "base/file.h"
#include "data/reader/batch.h"
#include "data/reader/rejects.h"

/* A quoted field may hold line breaks, but not more bytes than this. */
#define CSV_LONGEST_QUOTED 65536

/* Bytes for the fields of a batch that had doubled quotes. */
typedef struct csv_arena {
    char **blocks;
    size_t n_blocks, block_capacity, used, size; /* of the last block */
} csv_arena;

typedef struct csv_reader {
    file_map map;
    const char *path; /* borrowed */
    const char *at, *end;
    uint64_t line; /* of at, from 1 */
    char delimiter, line_end;
    slice *header; /* [n_fields], in arena_header */
    size_t n_fields;
    int *slot_of_field; /* [n_fields] column of the batch, or -1 */
    size_t n_slots;
    slice *fields; /* [n_slots] of the line at hand */
    slice *texts;  /* [n_slots][BATCH_ROWS] */
    cells *columns;
    uint64_t *lines;
    csv_arena arena, header_arena;
} csv_reader;

/* Opens and reads the header. delimiter NULL: found in the header. header false: the first line
 * is data, columns are called "1", "2", … */
aisle_status csv_reader_init(csv_reader *out, const char *path, const char *delimiter, bool header,
                             aisle_error *err);

/* Fields (their numbers, from 0) that the batches shall have, in this order; one may be there
 * twice. */
aisle_status csv_reader_select(csv_reader *csv, const int *fields, size_t n, aisle_error *err);

/* The next rows; rows = 0 at the end. */
aisle_status csv_reader_next(batch *out, csv_reader *csv, rejects *bad, aisle_error *err);

void csv_reader_fini(csv_reader *csv);

#endif
