/* data/reader/source.h: a table to read: CSV by our own reader; Parquet, PostgreSQL and any SQL
 * by DuckDB. */
#ifndef DATA_READER_SOURCE_H
#define DATA_READER_SOURCE_H

#include "config/options.h"
#include "data/reader/csv.h"
#include "data/reader/query.h"

typedef enum source_role {
    ROLE_ID,     /* int64 where the source has whole numbers, else text verbatim */
    ROLE_TEXT,   /* text */
    ROLE_NUMBER, /* double, or text to be parsed */
    ROLE_TIME,   /* a type of its own, a number, or text */
} source_role;

typedef struct wanted_column {
    const char *key;  /* "data.receipts.user" */
    const char *name; /* the column; its case does not matter */
    source_role role;
} wanted_column;

typedef struct found_column {
    char *name;
    duckdb_type type;
} found_column;

typedef struct source {
    const char *key; /* "data.receipts", borrowed */
    const source_options *options;
    session *session; /* borrowed */
    bool is_csv;
    csv_reader csv;
    query_reader query;
    text from; /* what stands behind FROM */
    found_column *found;
    size_t n_found;
} source;

bool source_is_given(const source_options *options);

/* header: whether the first line of a CSV file is one. */
aisle_status source_init(source *out, session *db, const source_options *options, const char *key,
                         const char *folder, bool header, aisle_error *err);

/* The batches will have these columns. AISLE_ERROR_DATA names those that are not there, and what
 * is. */
aisle_status source_start(source *s, const wanted_column *wanted, size_t n, aisle_error *err);

/* The same where the rows of a query do not have to lie in memory all at once. */
aisle_status source_start_stream(source *s, const wanted_column *wanted, size_t n,
                                 aisle_error *err);

/* How many rows it has, those that cannot be read with them; nothing else may come before. */
aisle_status source_count(uint64_t *rows, source *s, aisle_error *err);

aisle_status source_next(batch *out, source *s, rejects *bad, aisle_error *err);

/* The same where a line that cannot be read is an error. */
aisle_status source_next_whole(batch *out, source *s, aisle_error *err);

/* A file on its own, outside of any configuration: options->path, which has to be readable. what:
 * for messages. */
aisle_status source_init_file(source *out, session *db, const source_options *options,
                              const char *what, bool header, aisle_error *err);

/* What to call it in messages: the path, the table or the key. */
const char *source_name(const source *s);

void source_fini(source *s);

#endif
