#include "data/reader/source/csv_rows.h"

#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "data/reader/csv/csv_header.h"
#include "data/reader/values/coder.h"

/* ---- The table, as DuckDB asks for it ---- */

static const csv_rows *rows_of(void *slot)
{
    return *(csv_rows **)slot;
}

static void add_column(duckdb_bind_info info, const char *letter, size_t f, duckdb_type type)
{
    char name[32];
    snprintf(name, sizeof name, "%s%zu", letter, f);
    duckdb_logical_type logical = duckdb_create_logical_type(type);
    duckdb_bind_add_result_column(info, name, logical);
    duckdb_destroy_logical_type(&logical);
}

static void bind(duckdb_bind_info info)
{
    const csv_rows *rows = rows_of(duckdb_bind_get_extra_info(info));
    size_t n = rows->csv->shape.n_fields;
    for (size_t f = 0; f < n; f++)
        add_column(info, "text", f, DUCKDB_TYPE_VARCHAR);
    for (size_t f = 0; f < n; f++)
        add_column(info, "number", f, DUCKDB_TYPE_DOUBLE);
    add_column(info, "line", 0, DUCKDB_TYPE_BIGINT);
}

/* Selects the fields that the query takes. */
static aisle_status select_fields(csv_rows *rows, duckdb_init_info info, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t n = duckdb_init_get_column_count(info), n_fields = rows->csv->shape.n_fields;
    int *fields = NEW_ARRAY(int, n + 1);
    TRY_ALLOC(fields);
    if (rows->began)
        TRY(fail(err, AISLE_ERROR_DEPENDENCY, "DuckDB reads a CSV file twice"));
    rows->began = true;
    TRY_ALLOC(rows->column = NEW_ARRAY(size_t, n));
    rows->n_columns = n;
    for (size_t c = 0; c < n; c++) {
        rows->column[c] = duckdb_init_get_column_index(info, c);
        fields[c] = rows->column[c] < 2 * n_fields ? (int)(rows->column[c] % n_fields) : 0;
    }
    TRY(csv_reader_select(rows->csv, fields, n, err));
done:
    mem_free(fields);
    return status;
}

static void init(duckdb_init_info info)
{
    csv_rows *rows = *(csv_rows **)duckdb_init_get_extra_info(info);
    duckdb_init_set_max_threads(info, 1);
    if (select_fields(rows, info, &rows->err) != AISLE_OK) {
        rows->status = rows->err.code;
        __atomic_store_n(&rows->failed, rows->status, __ATOMIC_RELEASE);
        duckdb_init_set_error(info, rows->err.message);
    }
}

/* Whether all that the query sees of a row is UTF-8; a row that is not is set aside. */
static bool is_clean(csv_rows *rows, size_t row)
{
    size_t n_fields = rows->csv->shape.n_fields;
    for (size_t c = 0; c < rows->n_columns; c++) {
        slice s = rows->batch.columns[c].texts[row];
        if (rows->column[c] >= n_fields || s.length == 0 || text_is_clean(s))
            continue;
        rows->dirty++;
        slice name = rows->csv->header[rows->column[c]];
        rows->status = rejects_add_named(&rows->bad, rows->batch.file, rows->batch.lines[row],
                                         REJECT_NOT_UTF8, name, s, &rows->err);
        return false;
    }
    return true;
}

static void set_null(duckdb_vector vector, size_t row)
{
    duckdb_vector_ensure_validity_writable(vector);
    duckdb_validity_set_row_invalid(duckdb_vector_get_validity(vector), row);
}

static void put_cell(const csv_rows *rows, duckdb_vector vector, size_t c, size_t row, size_t to)
{
    size_t column = rows->column[c], n_fields = rows->csv->shape.n_fields;
    slice s = rows->batch.columns[c].texts[row];
    double number;
    if (column == 2 * n_fields)
        ((int64_t *)duckdb_vector_get_data(vector))[to] = (int64_t)rows->batch.lines[row];
    else if (column > 2 * n_fields || s.length == 0)
        set_null(vector, to);
    else if (column < n_fields)
        duckdb_vector_assign_string_element_len(vector, to, s.bytes, s.length);
    else if (number_parse(&number, s, rows->style))
        ((double *)duckdb_vector_get_data(vector))[to] = number;
    else
        set_null(vector, to);
}

/* The next rows; none is the end. */
static void next_rows(duckdb_function_info info, duckdb_data_chunk chunk)
{
    csv_rows *rows = *(csv_rows **)duckdb_function_get_extra_info(info);
    size_t n = 0;
    while (n == 0 && rows->status == AISLE_OK) {
        rows->status = csv_reader_next(&rows->batch, rows->csv, &rows->bad, &rows->err);
        if (rows->status != AISLE_OK || rows->batch.rows == 0)
            break;
        for (size_t row = 0; row < rows->batch.rows; row++) {
            if (!is_clean(rows, row))
                continue;
            for (size_t c = 0; c < rows->n_columns; c++)
                put_cell(rows, duckdb_data_chunk_get_vector(chunk, c), c, row, n);
            n++;
        }
    }
    if (rows->status != AISLE_OK) {
        __atomic_store_n(&rows->failed, rows->status, __ATOMIC_RELEASE);
        duckdb_function_set_error(info, rows->err.message);
    }
    duckdb_data_chunk_set_size(chunk, n);
}

/* ---- Around it ---- */

static aisle_status register_table(session *s, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    duckdb_table_function function = NULL;
    if (s->has_csv_rows)
        return AISLE_OK;
    TRY(session_open(s, err));
    TRY_ALLOC(function = duckdb_create_table_function());
    duckdb_table_function_set_name(function, "aisle_rows");
    duckdb_table_function_set_extra_info(function, &s->csv_rows, NULL);
    duckdb_table_function_set_bind(function, bind);
    duckdb_table_function_set_init(function, init);
    duckdb_table_function_set_function(function, next_rows);
    duckdb_table_function_supports_projection_pushdown(function, true);
    if (duckdb_register_table_function(s->connection, function) != DuckDBSuccess)
        TRY(fail(err, AISLE_ERROR_DEPENDENCY, "DuckDB does not take a table function"));
    s->has_csv_rows = true;
done:
    duckdb_destroy_table_function(&function);
    return status;
}

/* Whether a condition can name the column: it has a name of its own, whatever the case. */
static bool can_be_named(const csv_reader *csv, size_t field, const char *name)
{
    if (!text_is_clean(csv->header[field]) || strncmp(name, "##", 2) == 0)
        return false;
    for (size_t f = 0; f < csv->shape.n_fields; f++)
        if (f != field && csv_name_match(csv->header[f], name))
            return false;
    return *name;
}

static void add_field(text *from, const csv_rows *rows, size_t f)
{
    text name = {0};
    const csv_reader *csv = rows->csv;
    text_add_bytes(&name, csv->header[f].bytes, csv->header[f].length);
    text_add(from, ", text%zu AS \"##%zu\"", f, f);
    if (name.bytes && can_be_named(csv, f, name.bytes)) {
        text_add(from, ", %s%zu AS ", rows->is_number[f] ? "number" : "text", f);
        sql_add_name(from, name.bytes);
    }
    from->failed |= name.failed;
    text_fini(&name);
}

aisle_status csv_rows_init(csv_rows *out, text *from, session *s, csv_reader *csv,
                           const bool *is_number, number_style style, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    *out = (csv_rows){.csv = csv, .is_number = is_number, .style = style};
    TRY(register_table(s, err));
    s->csv_rows = out;
    text_add(from, "(SELECT line0 AS \"##line\"");
    for (size_t f = 0; f < csv->shape.n_fields; f++)
        add_field(from, out, f);
    text_add(from, " FROM aisle_rows())");
    if (from->failed)
        TRY(fail_memory(err));
done:
    return status;
}

aisle_status csv_rows_status(const csv_rows *rows, aisle_error *err)
{
    aisle_status failed = __atomic_load_n(&rows->failed, __ATOMIC_ACQUIRE);
    if (failed != AISLE_OK && err)
        *err = rows->err;
    return failed;
}

void csv_rows_fini(csv_rows *rows)
{
    mem_free(rows->column);
    rejects_fini(&rows->bad);
    memset(rows, 0, sizeof *rows);
}
