/* data/reader/csv/csv_record.h: one record of a CSV text cut into fields: by RFC 4180 and what is
 * seen in the wild, lines that end in LF, CRLF or CR (mixed in one file, too) and any one-byte
 * delimiter. */
#ifndef DATA_READER_CSV_RECORD_H
#define DATA_READER_CSV_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "data/reader/batch.h"
#include "data/reader/csv/csv_arena.h"

/* A quoted field may hold line breaks, but not more bytes than this. */
#define CSV_LONGEST_QUOTED 65536

/* What records are cut from. */
typedef struct csv_text {
    const char *end;
    bool more; /* the file goes on behind end */
    char delimiter;
    bool trim; /* blanks around a field are none of it */
} csv_text;

typedef struct csv_record {
    const char *at; /* behind what was read */
    size_t n_fields;
    uint64_t breaks;    /* line breaks inside of quotes */
    const char *broken; /* why it is no record, or NULL */
    bool last_is_empty;
    bool incomplete; /* it may go on behind the end of the text; nothing else is said of it */
    bool out_of_memory;
} csv_record;

/* Cuts the record at from; field i goes to fields[slot[i]], or fields[i] where slot is NULL. most:
 * numbers of fields that have a place. */
csv_record csv_record_cut(const csv_text *text, const char *from, csv_arena *arena, slice *fields,
                          size_t most, const int *slot);

/* The end of the line at from, and behind its line break (both: the end of the text where there is
 * none). */
const char *csv_line_end(const csv_text *text, const char *from, const char **next);

/* Without blanks at both ends. */
slice slice_trim(slice s);

#endif
