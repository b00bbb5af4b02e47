/* data/reader/sql/session.h: one DuckDB in memory. It is opened when the first query comes: what
 * can be read without it, is. */
#ifndef DATA_READER_SESSION_H
#define DATA_READER_SESSION_H

#include <duckdb.h>
#include <stdbool.h>

#include "aisle/error.h"
#include "base/text.h"

/* Zero-initialise, with threads set (0: all cores). */
typedef struct session {
    int threads;
    bool is_open, has_postgres, has_csv_rows;
    struct csv_rows *csv_rows; /* what the table aisle_rows() shows */
    bool
        streams; /* results are computed as they are fetched, one at a time, beside other queries */
    duckdb_database database;
    duckdb_connection connection, stream;
} session;

/* Opens it, where that has not been done. */
aisle_status session_open(session *s, aisle_error *err);

/* Runs one statement; result may be NULL. key is the configuration key that it serves, for the
 * message, or NULL; secret, if not NULL, is cut out of the message. */
aisle_status session_query(duckdb_result *result, session *s, const char *sql, const char *key,
                           const char *secret, aisle_error *err);

/* The error that a result holds; key and secret as above. */
aisle_status session_fail(duckdb_result *result, const char *key, const char *secret,
                          aisle_error *err);

/* Makes a PostgreSQL database known as `name`, read-only. */
aisle_status session_attach_postgres(session *s, const char *connection, const char *name,
                                     const char *key, aisle_error *err);

void session_fini(session *s);

/* Appends 'text' and "name", with their quotes doubled. */
void sql_add_text(text *sql, const char *value);
void sql_add_name(text *sql, const char *name);

#endif
