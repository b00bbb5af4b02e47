#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "aisle/table.h"
#include "base/fail.h"
#include "base/file.h"
#include "base/mem.h"
#include "data/reader/session.h"

static const char *format_of_path(const char *path)
{
    const char *dot = strrchr(path, '.');
    if (dot && strcasecmp(dot, ".csv") == 0)
        return "FORMAT csv, HEADER true";
    if (dot && strcasecmp(dot, ".parquet") == 0)
        return "FORMAT parquet";
    return NULL;
}

static aisle_status create_table(session *s, const aisle_table_column *columns, size_t n,
                                 aisle_error *err)
{
    static const char *const types[] = {
        [AISLE_COLUMN_TEXT] = "VARCHAR",
        [AISLE_COLUMN_INT] = "BIGINT",
        [AISLE_COLUMN_REAL] = "DOUBLE",
    };
    text sql = {0};
    text_add(&sql, "CREATE TABLE t (");
    for (size_t c = 0; c < n; c++) {
        text_add(&sql, c ? ", " : "");
        sql_add_name(&sql, columns[c].name);
        text_add(&sql, " %s", types[columns[c].kind]);
    }
    text_add(&sql, ")");
    aisle_status status = session_query(NULL, s, sql.failed ? NULL : sql.bytes, NULL, NULL, err);
    text_fini(&sql);
    return status;
}

static void fill_texts(duckdb_vector vector, const char *const *texts, size_t rows)
{
    duckdb_vector_ensure_validity_writable(vector);
    uint64_t *valid = duckdb_vector_get_validity(vector);
    for (size_t r = 0; r < rows; r++) {
        duckdb_validity_set_row_validity(valid, r, texts[r] != NULL);
        if (texts[r])
            duckdb_vector_assign_string_element_len(vector, r, texts[r], strlen(texts[r]));
    }
}

static void fill_chunk(duckdb_data_chunk chunk, const aisle_table_column *columns, size_t n,
                       size_t from, size_t rows)
{
    duckdb_data_chunk_reset(chunk);
    for (size_t c = 0; c < n; c++) {
        duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, c);
        void *data = duckdb_vector_get_data(vector);
        if (columns[c].kind == AISLE_COLUMN_TEXT)
            fill_texts(vector, (const char *const *)columns[c].data + from, rows);
        else if (columns[c].kind == AISLE_COLUMN_INT)
            memcpy(data, (const int64_t *)columns[c].data + from, rows * sizeof(int64_t));
        else
            memcpy(data, (const double *)columns[c].data + from, rows * sizeof(double));
    }
    duckdb_data_chunk_set_size(chunk, rows);
}

static duckdb_data_chunk create_chunk(const aisle_table_column *columns, size_t n)
{
    static const duckdb_type ids[] = {
        [AISLE_COLUMN_TEXT] = DUCKDB_TYPE_VARCHAR,
        [AISLE_COLUMN_INT] = DUCKDB_TYPE_BIGINT,
        [AISLE_COLUMN_REAL] = DUCKDB_TYPE_DOUBLE,
    };
    duckdb_data_chunk chunk = NULL;
    duckdb_logical_type *types = NEW_ZEROED(duckdb_logical_type, n);
    for (size_t c = 0; types && c < n; c++)
        types[c] = duckdb_create_logical_type(ids[columns[c].kind]);
    if (types)
        chunk = duckdb_create_data_chunk(types, n);
    for (size_t c = 0; types && c < n; c++)
        duckdb_destroy_logical_type(&types[c]);
    mem_free(types);
    return chunk;
}

static aisle_status append_rows(session *s, const aisle_table_column *columns, size_t n,
                                size_t rows, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    duckdb_appender appender = NULL;
    size_t most = duckdb_vector_size();
    duckdb_data_chunk chunk = create_chunk(columns, n);
    TRY_ALLOC(chunk);
    bool fine = duckdb_appender_create(s->connection, NULL, "t", &appender) == DuckDBSuccess;
    for (size_t from = 0; fine && from < rows; from += most) {
        fill_chunk(chunk, columns, n, from, rows - from < most ? rows - from : most);
        fine = duckdb_append_data_chunk(appender, chunk) == DuckDBSuccess;
    }
    if (!fine || duckdb_appender_close(appender) != DuckDBSuccess) {
        const char *message = appender ? duckdb_appender_error(appender) : NULL;
        TRY(fail(err, AISLE_ERROR_DEPENDENCY, "DuckDB's appender: %s", message ? message : "?"));
    }
done:
    duckdb_appender_destroy(&appender);
    duckdb_destroy_data_chunk(&chunk);
    return status;
}

static aisle_status copy_to_file(session *s, const char *temporary, const char *format,
                                 aisle_error *err)
{
    text sql = {0};
    text_add(&sql, "COPY t TO ");
    sql_add_text(&sql, temporary);
    text_add(&sql, " (%s, USE_TMP_FILE false)", format);
    aisle_status status = session_query(NULL, s, sql.failed ? NULL : sql.bytes, NULL, NULL, err);
    text_fini(&sql);
    return status;
}

aisle_status aisle_table_write(const char *path, const aisle_table_column *columns,
                               size_t n_columns, size_t rows, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    /* One thread, so that the file is cut into the same pieces each time. */
    session s = {.threads = 1};
    char temporary[4128] = "";
    const char *format = format_of_path(path);
    if (!format)
        TRY(fail(err, AISLE_ERROR_ARGUMENT, "cannot write '%s': expected .csv or .parquet", path));
    if (n_columns == 0)
        TRY(fail(err, AISLE_ERROR_ARGUMENT, "cannot write '%s': no columns", path));
    TRY(file_temporary_name(temporary, sizeof temporary, path, err));
    TRY(create_table(&s, columns, n_columns, err));
    TRY(append_rows(&s, columns, n_columns, rows, err));
    TRY(copy_to_file(&s, temporary, format, err));
    TRY(file_put_in_place(temporary, path, err));
done:
    if (status && *temporary)
        unlink(temporary);
    session_fini(&s);
    return status;
}
