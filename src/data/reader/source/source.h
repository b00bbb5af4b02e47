/* data/reader/source/source.h: a table to read, from files one after the other or from a query, as
 * batches of the columns that are wanted. CSV goes through our own reader; Parquet, PostgreSQL and
 * any SQL through DuckDB. */
#ifndef DATA_READER_SOURCE_H
#define DATA_READER_SOURCE_H

#include "config/options.h"
#include "data/reader/csv/csv.h"
#include "data/reader/source/csv_rows.h"
#include "data/reader/source/file_list.h"
#include "data/reader/source/tidy.h"
#include "data/reader/sql/query.h"

typedef enum source_role {
    ROLE_ID,     /* int64 where the source has whole numbers, else text verbatim */
    ROLE_TEXT,   /* text */
    ROLE_NUMBER, /* double, or text to be parsed */
    ROLE_TIME,   /* a type of its own, a number, or text */
} source_role;

typedef struct wanted_column {
    const char *key;    /* "data.receipts.user" */
    char *const *names; /* [n] columns; their case matters only where several differ by it */
    size_t n;
    source_role role;
    const text_list *missing; /* words that stand for nothing, whatever their case; NULL: none */
} wanted_column;

typedef struct found_column {
    char *shown; /* its name */
    char *name;  /* the same as DuckDB knows it; NULL in a CSV file */
    duckdb_type type;
} found_column;

/* What a file or a query has. */
typedef struct found_columns {
    found_column *list;
    size_t n;
} found_columns;

/* What became of the rows of a file, or of a query. */
typedef struct source_count {
    char *file;        /* NULL: a query */
    csv_counts csv;    /* of a CSV file */
    uint64_t rows;     /* that were handed out */
    uint64_t left_out; /* by `where` */
    /* Of the rows, by who reads them: */
    uint64_t rejected, no_card, outside;
} source_count;

typedef struct source {
    const char *key; /* "data.receipts", borrowed */
    const source_options *options;
    session *session; /* borrowed */
    bool header, streams;
    file_list files;       /* none: a query */
    text from;             /* what stands behind FROM */
    found_columns found;   /* of the first file, or the query */
    wanted_column *wanted; /* [n_wanted]; its names are borrowed */
    size_t n_wanted;
    /* The columns that are read: those of each that is wanted, in order. */
    char **raw;
    size_t n_raw;
    cell_kind *kinds; /* [n_raw]; one more: INT, the number of the row */
    tidy tidy;
    /* The file at hand, or the query. */
    size_t file;
    bool is_open, is_csv, by_rows; /* by_rows: CSV through a query, for `where` */
    csv_reader csv;
    csv_rows rows;
    bool *is_number; /* of the file's columns, for rows */
    query_reader query;
    source_count *counts; /* [max(1, files)] */
} source;

bool source_is_given(const source_options *options);

/* header: whether CSV files have one, where the options say so, too. */
aisle_status source_init(source *out, session *db, const source_options *options, const char *key,
                         const char *folder, bool header, aisle_error *err);

/* The batches will have these columns, whose names stay borrowed. AISLE_ERROR_DATA names those that
 * are not there, and what is, of any file; those whose name stands twice, and those that are no
 * single values. */
aisle_status source_start(source *s, const wanted_column *wanted, size_t n, aisle_error *err);

/* The same where the rows of a query do not have to lie in memory all at once. */
aisle_status source_start_stream(source *s, const wanted_column *wanted, size_t n,
                                 aisle_error *err);

/* How many rows it has, those that cannot be read with them; nothing else may come before. */
aisle_status source_count_rows(uint64_t *rows, source *s, aisle_error *err);

aisle_status source_next(batch *out, source *s, rejects *bad, aisle_error *err);

/* The same where a line that cannot be read is an error. */
aisle_status source_next_whole(batch *out, source *s, aisle_error *err);

/* A file on its own, outside of any configuration: options->path, which has to be readable. what:
 * for messages. */
aisle_status source_init_file(source *out, session *db, const source_options *options,
                              const char *what, bool header, aisle_error *err);

/* What to call it in messages: the path, the table or the key. */
static inline const char *source_name(const source *s)
{
    return s->options->path ? s->options->path : s->options->table ? s->options->table : s->key;
}

/* How many there are of counts, one a file. */
size_t source_n_counts(const source *s);
void source_counts_free(source_count *counts, size_t n);

void source_fini(source *s);

#endif
