/* data/reader/csv/byte_stream.h: the text of a file as UTF-8, piece by piece: plain, or compressed
 * by gzip or zstd (told by its first bytes, not by its name), in any encoding that iconv knows. */
#ifndef DATA_READER_BYTE_STREAM_H
#define DATA_READER_BYTE_STREAM_H

#include <stddef.h>

#include "aisle/error.h"

typedef struct byte_stream byte_stream;

/* encoding NULL: what a byte-order mark says, else UTF-8, which is not checked here. Without a mark
 * of its own. What is no text by its first bytes (Parquet, ZIP, bzip2, xz) is refused by name. */
aisle_status byte_stream_open(byte_stream **out, const char *path, const char *encoding,
                              aisle_error *err);

/* Up to room bytes more; *n = 0 at the end only. A compressed file that ends early or is damaged is
 * AISLE_ERROR_DATA. A byte sequence that the encoding does not have becomes 0xff, which is no UTF-8
 * either. */
aisle_status byte_stream_read(size_t *n, byte_stream *s, char *to, size_t room, aisle_error *err);

void byte_stream_close(byte_stream *s);

/* "latin-1" as iconv calls it. */
const char *encoding_name(const char *name);

#endif
