/* data/reader/csv/csv_window.h: a stretch of a file, of bounded size, cut into records. */
#ifndef DATA_READER_CSV_WINDOW_H
#define DATA_READER_CSV_WINDOW_H

#include "data/reader/csv/byte_stream.h"
#include "data/reader/csv/csv_chunk.h"

/* A longer line is refused: a file without line breaks would take all memory. */
#define CSV_LONGEST_RECORD 1048576

typedef struct csv_window {
    char *bytes;     /* [capacity]; what the window before leaves goes in front of what is read */
    size_t capacity; /* CSV_LONGEST_RECORD and what is read at once */
    const char *at;  /* what is not cut; after cutting: what goes on behind the window */
    csv_text text;
    bool ended; /* the file, with this window */
    csv_chunk *chunks;
    size_t n_chunks, used;
} csv_window;

/* Reads on until the bytes end near `to`, or the file does. */
aisle_status csv_window_fill(char **end, bool *ended, byte_stream *stream, const char *to,
                             aisle_error *err);

/* What is left of a window that is cut, up to CSV_LONGEST_RECORD, and the bytes behind it, as
 * another.
 */
aisle_status csv_window_follow(csv_window *next, const csv_window *cut, byte_stream *stream,
                               aisle_error *err);

/* Cuts all of it into chunks of so many bytes, by so many threads: the same records for any of
 * both.
 */
aisle_status csv_window_cut(csv_window *w, const csv_shape *shape, size_t chunk_bytes, int threads,
                            aisle_error *err);

void csv_window_fini(csv_window *w);

#endif
