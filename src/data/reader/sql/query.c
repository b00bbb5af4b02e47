#include "data/reader/sql/query.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "data/reader/csv/csv_record.h"

aisle_status query_reader_init(query_reader *out, session *s, const char *sql,
                               const cell_kind *kinds, size_t n, const char *key,
                               const char *secret, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    query_reader q = {.n = n, .key = key, .secret = secret};
    TRY_ALLOC(q.columns = NEW_ZEROED(cells, n));
    TRY_ALLOC(q.texts = NEW_ARRAY(slice, n * BATCH_ROWS));
    TRY_ALLOC(q.days = NEW_ARRAY(int64_t, n * BATCH_ROWS));
    TRY_ALLOC(q.lines = NEW_ARRAY(uint64_t, BATCH_ROWS));
    for (size_t c = 0; c < n; c++)
        q.columns[c].kind = kinds[c];
    TRY(session_query(&q.result, s, sql, key, secret, err));
    q.has_result = true;
    *out = q;
done:
    if (status)
        query_reader_fini(&q);
    return status;
}

static void take_texts(slice *texts, duckdb_string_t *strings, const uint64_t *valid, size_t rows,
                       bool trim)
{
    for (size_t r = 0; r < rows; r++) {
        if (valid && !(valid[r / 64] >> (r % 64) & 1))
            texts[r] = (slice){NULL, 0};
        else
            texts[r] =
                (slice){duckdb_string_t_data(&strings[r]), duckdb_string_t_length(strings[r])};
        if (trim)
            texts[r] = slice_trim(texts[r]);
    }
}

/* Rows count from 1 where no column says their number. */
static void number_rows(query_reader *q, size_t rows)
{
    for (size_t r = 0; r < rows; r++)
        q->lines[r] = q->numbered ? (uint64_t)q->columns[q->n - 1].ints[r] : ++q->row;
}

aisle_status query_reader_next(batch *out, query_reader *q, aisle_error *err)
{
    duckdb_destroy_data_chunk(&q->chunk);
    q->chunk = duckdb_fetch_chunk(q->result);
    size_t rows = q->chunk ? duckdb_data_chunk_get_size(q->chunk) : 0;
    *out = (batch){.rows = rows, .columns = q->columns, .lines = q->lines};
    if (!q->chunk && duckdb_result_error(&q->result))
        return session_fail(&q->result, q->key, q->secret, err);
    if (rows > BATCH_ROWS)
        return fail(err, AISLE_ERROR_DEPENDENCY, "DuckDB gave %zu rows at once", rows);
    for (size_t c = 0; c < q->n && rows; c++) {
        duckdb_vector vector = duckdb_data_chunk_get_vector(q->chunk, c);
        void *data = duckdb_vector_get_data(vector);
        cells *column = &q->columns[c];
        column->valid = duckdb_vector_get_validity(vector);
        if (column->kind == CELLS_TEXT) {
            take_texts(q->texts + c * BATCH_ROWS, data, column->valid, rows, q->trim);
            column->texts = q->texts + c * BATCH_ROWS;
        } else if (column->kind == CELLS_REAL) {
            column->reals = data;
        } else if (column->kind == CELLS_DATE) {
            for (size_t r = 0; r < rows; r++)
                q->days[c * BATCH_ROWS + r] = ((const int32_t *)data)[r];
            column->ints = q->days + c * BATCH_ROWS;
        } else {
            column->ints = data;
        }
    }
    number_rows(q, rows);
    return AISLE_OK;
}

void query_reader_fini(query_reader *q)
{
    duckdb_destroy_data_chunk(&q->chunk);
    if (q->has_result)
        duckdb_destroy_result(&q->result);
    mem_free(q->columns);
    mem_free(q->texts);
    mem_free(q->days);
    mem_free(q->lines);
    memset(q, 0, sizeof *q);
}
