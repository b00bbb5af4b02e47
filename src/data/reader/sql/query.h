/* data/reader/sql/query.h: the rows of a DuckDB query as batches. */
#ifndef DATA_READER_QUERY_H
#define DATA_READER_QUERY_H

#include "data/reader/batch.h"
#include "data/reader/sql/session.h"

typedef struct query_reader {
    duckdb_result result;
    duckdb_data_chunk chunk;
    bool has_result;
    const char *key, *secret; /* borrowed, for messages */
    size_t n;
    cells *columns;  /* [n] */
    slice *texts;    /* [n][BATCH_ROWS] */
    int64_t *days;   /* [n][BATCH_ROWS] of DATE columns */
    uint64_t *lines; /* [BATCH_ROWS] */
    uint64_t row;
    bool numbered; /* the last column, INT, says the rows' numbers; it is not shown */
    bool trim;     /* texts, of blanks at both ends */
} query_reader;

/* Runs sql, whose n columns are VARCHAR, BIGINT, DOUBLE, DATE, TIMESTAMP or TIMESTAMPTZ, as their
 * kinds say. */
aisle_status query_reader_init(query_reader *out, session *s, const char *sql,
                               const cell_kind *kinds, size_t n, const char *key,
                               const char *secret, aisle_error *err);

/* The next rows; rows = 0 at the end. */
aisle_status query_reader_next(batch *out, query_reader *q, aisle_error *err);

void query_reader_fini(query_reader *q);

#endif
