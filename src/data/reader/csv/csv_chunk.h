/* data/reader/csv/csv_chunk.h: a stretch of a CSV text cut into records, by one thread. */
#ifndef DATA_READER_CSV_CHUNK_H
#define DATA_READER_CSV_CHUNK_H

#include "data/reader/csv/csv_record.h"

/* What the lines of a file are: they add up to lines. */
typedef struct csv_counts {
    uint64_t lines;  /* by line breaks; a last one without a break counts */
    uint64_t before; /* before the header */
    uint64_t header;
    uint64_t blank;
    uint64_t rows;   /* that could be cut */
    uint64_t joined; /* more lines of rows, by breaks inside of quotes */
    uint64_t broken; /* in the rejects */
} csv_counts;

/* What the records of a file look like, and what is taken of them. */
typedef struct csv_shape {
    size_t n_fields;
    int *slot_of_field; /* [n_fields] column of the batch, or -1 */
    size_t n_slots;
    int *slot_shown; /* [n_slots] whose texts a column has: fields may be taken twice */
} csv_shape;

/* Rows of one batch. */
typedef struct csv_piece {
    size_t rows;
    slice *texts;    /* [n_slots][BATCH_ROWS] */
    uint64_t *lines; /* [BATCH_ROWS] from the chunk's first, which is 0 */
} csv_piece;

typedef struct csv_broken {
    uint64_t line;
    const char *reason;
    slice text;
} csv_broken;

typedef struct csv_chunk {
    const char *from, *to; /* it takes the records that begin in here */
    const char *at;        /* behind the last record that it has */
    bool incomplete;       /* the record at `at` may go on behind the text */
    bool out_of_memory;
    csv_piece *pieces;
    size_t n_pieces, piece_capacity, used;
    csv_broken *broken;
    size_t n_broken, broken_capacity;
    slice *fields; /* [n_slots] of the record at hand */
    csv_arena arena;
    csv_counts counts;
} csv_chunk;

/* Cuts [from, to) anew. */
void csv_chunk_cut(csv_chunk *c, const csv_text *text, const csv_shape *shape, const char *from,
                   const char *to);

void csv_chunk_fini(csv_chunk *c);

#endif
