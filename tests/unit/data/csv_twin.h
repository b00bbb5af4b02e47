/* A CSV text cut one character after the other, by the rules of csv_record.h and csv_chunk.h. */
#ifndef CSV_TWIN_H
#define CSV_TWIN_H

#include <stdbool.h>

#include "base/text.h"
#include "data/reader/csv/csv_chunk.h"

/* How the text is written. */
typedef struct twin_dialect {
    char delimiter;
    bool trim, header;
} twin_dialect;

typedef struct twin {
    bool refused;      /* no header can be read */
    size_t fields;     /* of the header */
    text rows, broken; /* "line:cell|cell|" and "line:reason:text", each ended by a zero */
    csv_counts counts;
} twin;

void twin_read(twin *out, const char *bytes, size_t length, const twin_dialect *dialect);
void twin_fini(twin *t);

/* How the rows and broken lines are written down. */
void twin_add_cell(text *out, const char *bytes, size_t length);
void twin_add_broken(text *out, uint64_t line, const char *reason, const char *bytes,
                     size_t length);

#endif
