#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "aisle/table.h"
#include "base/fail.h"
#include "base/file.h"
#include "base/mem.h"
#include "data/reader/sql/session.h"

static const char *format_of_path(const char *path)
{
    const char *dot = strrchr(path, '.');
    if (dot && strcasecmp(dot, ".csv") == 0)
        return "FORMAT csv, HEADER true";
    if (dot && strcasecmp(dot, ".parquet") == 0)
        return "FORMAT parquet";
    return NULL;
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

static void fill_reals(duckdb_vector vector, const double *reals, size_t rows)
{
    duckdb_vector_ensure_validity_writable(vector);
    uint64_t *valid = duckdb_vector_get_validity(vector);
    for (size_t r = 0; r < rows; r++)
        duckdb_validity_set_row_validity(valid, r, !isnan(reals[r]));
    memcpy(duckdb_vector_get_data(vector), reals, rows * sizeof *reals);
}

static void fill_chunk(duckdb_data_chunk chunk, const aisle_table_column *columns, size_t n,
                       size_t from, size_t rows)
{
    for (size_t c = 0; c < n; c++) {
        duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, c);
        void *data = duckdb_vector_get_data(vector);
        if (columns[c].kind == AISLE_COLUMN_TEXT)
            fill_texts(vector, (const char *const *)columns[c].data + from, rows);
        else if (columns[c].kind == AISLE_COLUMN_INT)
            memcpy(data, (const int64_t *)columns[c].data + from, rows * sizeof(int64_t));
        else
            fill_reals(vector, (const double *)columns[c].data + from, rows);
    }
    duckdb_data_chunk_set_size(chunk, rows);
}

/* A table function of DuckDB that pulls the rows of a source: COPY streams them to the file. */
typedef struct stream {
    aisle_table_column *columns;
    size_t n_columns;
    aisle_table_source next;
    void *data;
    size_t rows, at; /* of what the source gave last */
    bool ended;
    aisle_status status; /* of the source */
    aisle_error *err;
} stream;

static void bind_stream(duckdb_bind_info info)
{
    static const duckdb_type ids[] = {
        [AISLE_COLUMN_TEXT] = DUCKDB_TYPE_VARCHAR,
        [AISLE_COLUMN_INT] = DUCKDB_TYPE_BIGINT,
        [AISLE_COLUMN_REAL] = DUCKDB_TYPE_DOUBLE,
    };
    const stream *s = duckdb_bind_get_extra_info(info);
    for (size_t c = 0; c < s->n_columns; c++) {
        duckdb_logical_type type = duckdb_create_logical_type(ids[s->columns[c].kind]);
        duckdb_bind_add_result_column(info, s->columns[c].name, type);
        duckdb_destroy_logical_type(&type);
    }
}

/* One thread, so that the source is asked in order. */
static void init_stream(duckdb_init_info info)
{
    duckdb_init_set_max_threads(info, 1);
}

static void pull_stream(duckdb_function_info info, duckdb_data_chunk output)
{
    stream *s = duckdb_function_get_extra_info(info);
    while (s->at == s->rows && !s->ended) {
        s->at = s->rows = 0;
        s->status = s->next(s->data, s->columns, &s->rows, s->err);
        s->ended = s->status != AISLE_OK || s->rows == 0;
    }
    if (s->status != AISLE_OK) {
        duckdb_function_set_error(info, "the source failed");
        return;
    }
    size_t most = duckdb_vector_size(), left = s->ended ? 0 : s->rows - s->at;
    size_t n = left < most ? left : most;
    fill_chunk(output, s->columns, s->n_columns, s->at, n);
    s->at += n;
}

static aisle_status register_stream(session *db, stream *s, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    duckdb_table_function function = duckdb_create_table_function();
    TRY_ALLOC(function);
    /* The first statement opens the database. */
    TRY(session_query(NULL, db, "SET preserve_insertion_order = true", NULL, NULL, err));
    duckdb_table_function_set_name(function, "aisle_rows");
    duckdb_table_function_set_extra_info(function, s, NULL);
    duckdb_table_function_set_bind(function, bind_stream);
    duckdb_table_function_set_init(function, init_stream);
    duckdb_table_function_set_function(function, pull_stream);
    if (duckdb_register_table_function(db->connection, function) != DuckDBSuccess)
        TRY(fail(err, AISLE_ERROR_DEPENDENCY, "DuckDB refuses a table function"));
done:
    duckdb_destroy_table_function(&function);
    return status;
}

static aisle_status copy_to_file(session *db, const stream *s, const char *temporary,
                                 const char *format, aisle_error *err)
{
    text sql = {0};
    text_add(&sql, "COPY (SELECT * FROM aisle_rows()) TO ");
    sql_add_text(&sql, temporary);
    text_add(&sql, " (%s, USE_TMP_FILE false)", format);
    aisle_error failed = AISLE_ERROR_INIT;
    aisle_status status =
        session_query(NULL, db, sql.failed ? NULL : sql.bytes, NULL, NULL, &failed);
    text_fini(&sql);
    if (s->status != AISLE_OK)
        return s->status;
    if (status != AISLE_OK && err)
        *err = failed;
    return status;
}

static aisle_status check_columns(const char *path, const aisle_table_column *columns, size_t n,
                                  aisle_error *err)
{
    if (n == 0)
        return fail(err, AISLE_ERROR_ARGUMENT, "cannot write '%s': no columns", path);
    for (size_t c = 1; c < n; c++)
        for (size_t before = 0; before < c; before++)
            if (strcasecmp(columns[before].name, columns[c].name) == 0)
                return fail(err, AISLE_ERROR_ARGUMENT, "cannot write '%s': column '%s' twice", path,
                            columns[c].name);
    return AISLE_OK;
}

aisle_status aisle_table_stream(const char *path, aisle_table_column *columns, size_t n_columns,
                                aisle_table_source source, void *data, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    /* One thread, so that the file is cut into the same pieces each time. */
    session db = {.threads = 1};
    stream s = {
        .columns = columns, .n_columns = n_columns, .next = source, .data = data, .err = err};
    char temporary[4128] = "";
    const char *format = format_of_path(path);
    if (!format)
        TRY(fail(err, AISLE_ERROR_ARGUMENT, "cannot write '%s': expected .csv or .parquet", path));
    TRY(check_columns(path, columns, n_columns, err));
    TRY(file_temporary_name(temporary, sizeof temporary, path, err));
    TRY(register_stream(&db, &s, err));
    TRY(copy_to_file(&db, &s, temporary, format, err));
    TRY(file_put_in_place(temporary, path, err));
done:
    if (status && *temporary)
        unlink(temporary);
    session_fini(&db);
    return status;
}

/* A source of one piece: the whole table. */
static aisle_status give_whole(void *data, aisle_table_column *columns, size_t *rows,
                               aisle_error *err)
{
    (void)columns;
    (void)err;
    size_t *left = data;
    *rows = *left;
    *left = 0;
    return AISLE_OK;
}

aisle_status aisle_table_write(const char *path, const aisle_table_column *columns,
                               size_t n_columns, size_t rows, aisle_error *err)
{
    aisle_table_column *copy = mem_copy(columns, n_columns, sizeof *columns);
    if (!copy)
        return fail_memory(err);
    aisle_status status = aisle_table_stream(path, copy, n_columns, give_whole, &rows, err);
    mem_free(copy);
    return status;
}
