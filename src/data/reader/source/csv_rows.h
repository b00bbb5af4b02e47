/* data/reader/source/csv_rows.h: a CSV file as a table of DuckDB, for conditions in SQL. */
#ifndef DATA_READER_CSV_ROWS_H
#define DATA_READER_CSV_ROWS_H

#include "data/reader/csv/csv.h"
#include "data/reader/sql/session.h"
#include "data/reader/values/numbers.h"

typedef struct csv_rows {
    csv_reader *csv; /* borrowed, its columns not selected yet */
    const bool *is_number;
    number_style style;
    /* What the query takes: fields of the file, then numbers, then the line. */
    size_t *column;
    size_t n_columns;
    bool began;
    batch batch;
    rejects bad;
    uint64_t dirty;      /* rows that are no UTF-8 where it counts: among the bad */
    aisle_status status; /* of DuckDB's thread */
    aisle_status failed; /* the same for others, once err is there; atomic */
    aisle_error err;
} csv_rows;

/* The file's columns by their names, as SQL behind FROM: texts, NULL where empty, but for those of
 * is_number [n_fields], which are read as numbers; those without a name, or of a name that stands
 * twice, have none. Beside them "##0", "##1", … are the fields as texts, "##line" is the line of
 * the file. csv, is_number and out stay borrowed until the query has ended; the session has one
 * such table at a time. */
aisle_status csv_rows_init(csv_rows *out, text *from, session *s, csv_reader *csv,
                           const bool *is_number, number_style style, aisle_error *err);

/* What went wrong while the query ran; its own error says less. */
aisle_status csv_rows_status(const csv_rows *rows, aisle_error *err);

void csv_rows_fini(csv_rows *rows);

#endif
