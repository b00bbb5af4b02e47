/* aisle/table.h: result tables out, id lists and tables in (libaisle-reader: needs DuckDB). */
#ifndef AISLE_TABLE_H
#define AISLE_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "aisle/error.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum aisle_column_kind {
    AISLE_COLUMN_TEXT, /* const char *const *; NULL entries are missing */
    AISLE_COLUMN_INT,  /* const int64_t * */
    AISLE_COLUMN_REAL, /* const double *; NaN entries are missing */
} aisle_column_kind;

typedef struct aisle_table_column {
    const char *name;
    aisle_column_kind kind;
    const void *data; /* [rows] */
} aisle_table_column;

/* Writes a table as CSV or Parquet by the ending of path (.csv, .parquet), rows in the order
 * given, the same bytes each time; to a temporary name first, then renamed, so that path is the
 * old file or the whole new one. */
AISLE_API aisle_status aisle_table_write(const char *path, const aisle_table_column *columns,
                                         size_t n_columns, size_t rows, aisle_error *err);

/* Gives the next rows of a table: points the columns' data at *rows rows, which stay there until
 * the next call; *rows 0 ends the table. Called from one thread at a time. */
typedef aisle_status (*aisle_table_source)(void *data, aisle_table_column *columns, size_t *rows,
                                           aisle_error *err);

/* The same, from a source, so that memory does not grow with the table. What the source fails
 * with is returned, and path is as it was. */
AISLE_API aisle_status aisle_table_stream(const char *path, aisle_table_column *columns,
                                          size_t n_columns, aisle_table_source source, void *data,
                                          aisle_error *err);

typedef struct aisle_id_list {
    char **ids;
    size_t count;
} aisle_id_list;

/* Reads one column of ids from a CSV or Parquet file: the named column, else the only one. A CSV
 * file has a header, except that one of a single column whose first line is a whole number is a
 * bare list. Ids come back verbatim, in file order; a row without one is AISLE_ERROR_DATA. Freed
 * with aisle_id_list_free. */
AISLE_API aisle_status aisle_id_list_read(aisle_id_list *out, const char *path, const char *column,
                                          aisle_error *err);

AISLE_API void aisle_id_list_free(aisle_id_list *list);

/* A column to read. */
typedef struct aisle_table_wanted {
    const char *name; /* its case does not matter */
    aisle_column_kind kind;
    int optional; /* 1: the file may be without it; 2: a row may be without a value as well */
} aisle_table_wanted;

typedef struct aisle_table {
    size_t rows, n_columns;
    aisle_table_column *columns; /* [n_columns] as wanted; data NULL: the file has it not */
    void *owned;
} aisle_table;

/* Reads columns of a CSV (with a header) or Parquet file, rows in file order. Texts come back
 * verbatim, whole numbers of a Parquet file printed. A value that is missing or is no number where
 * one is wanted is AISLE_ERROR_DATA, with the line. The caller frees *out. */
AISLE_API aisle_status aisle_table_read(aisle_table **out, const char *path,
                                        const aisle_table_wanted *wanted, size_t n,
                                        aisle_error *err);

AISLE_API void aisle_table_free(aisle_table *table);

#ifdef __cplusplus
}
#endif

#endif
