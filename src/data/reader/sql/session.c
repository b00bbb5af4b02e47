#include "data/reader/sql/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fail.h"

#ifndef AISLE_EXTENSION_DIR
#define AISLE_EXTENSION_DIR "extensions"
#endif

static void add_quoted(text *sql, const char *value, char quote)
{
    text_add_bytes(sql, &quote, 1);
    for (; *value; value++) {
        if (*value == quote)
            text_add_bytes(sql, value, 1);
        text_add_bytes(sql, value, 1);
    }
    text_add_bytes(sql, &quote, 1);
}

void sql_add_text(text *sql, const char *value)
{
    add_quoted(sql, value, '\'');
}

void sql_add_name(text *sql, const char *name)
{
    add_quoted(sql, name, '"');
}

/* DuckDB's first lines say what is wrong; what follows draws the query. A connection string
 * may hold a password. */
static aisle_status fail_query(const char *message, const char *key, const char *secret,
                               aisle_error *err)
{
    char cut[600];
    const char *end = strstr(message, "\n\n");
    const char *hidden = secret && *secret ? strstr(message, secret) : NULL;
    size_t length = end ? (size_t)(end - message) : strlen(message);
    if (hidden && hidden < message + length)
        snprintf(cut, sizeof cut, "%.*s…%.*s", (int)(hidden - message), message,
                 (int)(message + length > hidden + strlen(secret)
                           ? message + length - hidden - strlen(secret)
                           : 0),
                 hidden + strlen(secret));
    else
        snprintf(cut, sizeof cut, "%.*s", (int)length, message);
    bool in_data =
        strncmp(message, "Conversion Error", 16) == 0 || strncmp(message, "Invalid Input", 13) == 0;
    bool in_config = strncmp(message, "Parser Error", 12) == 0 ||
                     strncmp(message, "Binder Error", 12) == 0 ||
                     strncmp(message, "Catalog Error", 13) == 0;
    bool in_file = strncmp(message, "IO Error", 8) == 0;
    aisle_status code = in_data     ? AISLE_ERROR_DATA
                        : in_config ? AISLE_ERROR_CONFIG
                        : in_file   ? AISLE_ERROR_IO
                                    : AISLE_ERROR_DEPENDENCY;
    return fail(err, code, "%s%s%s", key ? key : "", key ? ": " : "", cut);
}

static aisle_status configure(duckdb_config config, int threads, aisle_error *err)
{
    char number[24];
    static const char *const settings[][2] = {
        {"allow_unsigned_extensions", "true"},
        {"autoinstall_known_extensions", "false"},
        {"autoload_known_extensions", "false"},
    };
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
        if (duckdb_set_config(config, settings[i][0], settings[i][1]) != DuckDBSuccess)
            return fail(err, AISLE_ERROR_DEPENDENCY, "DuckDB does not know %s", settings[i][0]);
    snprintf(number, sizeof number, "%d", threads);
    if (threads > 0 && duckdb_set_config(config, "threads", number) != DuckDBSuccess)
        return fail(err, AISLE_ERROR_ARGUMENT, "threads: found %d", threads);
    return AISLE_OK;
}

static aisle_status open_session(session *s, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    duckdb_config config = NULL;
    char *message = NULL;
    if (duckdb_create_config(&config) != DuckDBSuccess)
        TRY(fail_memory(err));
    TRY(configure(config, s->threads, err));
    if (duckdb_open_ext(NULL, &s->database, config, &message) != DuckDBSuccess) {
        status = fail_query(message ? message : "DuckDB does not open", NULL, NULL, err);
        duckdb_free(message);
        goto done;
    }
    if (duckdb_connect(s->database, &s->connection) != DuckDBSuccess ||
        duckdb_connect(s->database, &s->stream) != DuckDBSuccess) {
        duckdb_disconnect(&s->connection);
        duckdb_close(&s->database);
        TRY(fail(err, AISLE_ERROR_DEPENDENCY, "DuckDB does not connect"));
    }
    s->is_open = true;
    TRY(session_query(NULL, s, "SET GLOBAL TimeZone = 'UTC'", NULL, NULL, err));
done:
    duckdb_destroy_config(&config);
    return status;
}

aisle_status session_fail(duckdb_result *result, const char *key, const char *secret,
                          aisle_error *err)
{
    const char *message = duckdb_result_error(result);
    return fail_query(message ? message : "DuckDB failed", key, secret, err);
}

/* What fails to be prepared fails again below, and says why. */
static duckdb_state run(duckdb_result *result, session *s, const char *sql)
{
    duckdb_prepared_statement prepared = NULL;
    duckdb_pending_result pending = NULL;
    if (!s->streams || duckdb_prepare(s->stream, sql, &prepared) != DuckDBSuccess) {
        duckdb_destroy_prepare(&prepared);
        return duckdb_query(s->connection, sql, result);
    }
    duckdb_state state = duckdb_pending_prepared_streaming(prepared, &pending);
    if (state == DuckDBSuccess)
        state = duckdb_execute_pending(pending, result);
    else
        state = duckdb_query(s->connection, sql, result);
    duckdb_destroy_pending(&pending);
    duckdb_destroy_prepare(&prepared);
    return state;
}

aisle_status session_open(session *s, aisle_error *err)
{
    return s->is_open ? AISLE_OK : open_session(s, err);
}

aisle_status session_query(duckdb_result *result, session *s, const char *sql, const char *key,
                           const char *secret, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    duckdb_result unused;
    duckdb_result *to = result ? result : &unused;
    if (!sql)
        return fail_memory(err);
    status = session_open(s, err);
    if (status != AISLE_OK)
        return status;
    if (run(to, s, sql) != DuckDBSuccess) {
        status = session_fail(to, key, secret, err);
        duckdb_destroy_result(to);
    } else if (!result) {
        duckdb_destroy_result(&unused);
    }
    return status;
}

static aisle_status load_postgres(session *s, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const char *folder = getenv("AISLE_EXTENSIONS");
    text path = {0}, sql = {0};
    text_add(&path, "%s/postgres_scanner.duckdb_extension", folder ? folder : AISLE_EXTENSION_DIR);
    if (path.failed)
        TRY(fail_memory(err));
    if (access(path.bytes, R_OK) != 0)
        TRY(fail(err, AISLE_ERROR_DEPENDENCY,
                 "PostgreSQL needs '%s', which is not there (AISLE_EXTENSIONS names its folder)",
                 path.bytes));
    text_add(&sql, "LOAD ");
    sql_add_text(&sql, path.bytes);
    TRY(session_query(NULL, s, sql.bytes, NULL, NULL, err));
    s->has_postgres = true;
done:
    text_fini(&path);
    text_fini(&sql);
    return status;
}

aisle_status session_attach_postgres(session *s, const char *connection, const char *name,
                                     const char *key, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    text sql = {0};
    if (!s->has_postgres)
        TRY(load_postgres(s, err));
    text_add(&sql, "ATTACH ");
    sql_add_text(&sql, connection);
    text_add(&sql, " AS ");
    sql_add_name(&sql, name);
    text_add(&sql, " (TYPE postgres, READ_ONLY)");
    TRY(session_query(NULL, s, sql.bytes, key, connection, err));
done:
    text_fini(&sql);
    return status;
}

void session_fini(session *s)
{
    if (s->is_open) {
        duckdb_disconnect(&s->stream);
        duckdb_disconnect(&s->connection);
        duckdb_close(&s->database);
    }
    s->is_open = s->has_postgres = s->has_csv_rows = false;
}
