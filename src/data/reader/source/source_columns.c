#include "data/reader/source/source_columns.h"

#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "data/reader/csv/csv_header.h"

/* ---- What is there ---- */

void found_columns_fini(found_columns *found)
{
    for (size_t c = 0; found->list && c < found->n; c++) {
        mem_free(found->list[c].name);
        mem_free(found->list[c].shown);
    }
    mem_free(found->list);
    *found = (found_columns){0};
}

aisle_status found_columns_of_csv(found_columns *out, const csv_reader *csv, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    found_columns found = {0};
    size_t n = csv->shape.n_fields;
    TRY_ALLOC(found.list = NEW_ZEROED(found_column, n));
    found.n = n;
    for (size_t c = 0; c < n; c++) {
        slice name = csv->header[c];
        TRY_ALLOC(found.list[c].shown = mem_text_n(name.bytes, name.length));
        found.list[c].type = DUCKDB_TYPE_VARCHAR;
    }
    *out = found;
done:
    if (status)
        found_columns_fini(&found);
    return status;
}

/* DuckDB renames the second column of a name; a Parquet file's schema has the names as they are:
 * its tree, depth first, behind its root. */
static aisle_status name_by_schema(found_columns *found, const source *s, const char *path,
                                   aisle_error *err)
{
    aisle_status status = AISLE_OK;
    query_reader schema = {0};
    static const cell_kind kinds[] = {CELLS_TEXT, CELLS_INT};
    text sql = {0};
    batch b;
    size_t at = 0, row = 0;
    int64_t inside = 0;
    text_add(&sql, "SELECT name, CAST(coalesce(num_children, 0) AS BIGINT) FROM parquet_schema(");
    sql_add_text(&sql, path);
    text_add(&sql, ")");
    if (sql.failed)
        TRY(fail_memory(err));
    TRY(query_reader_init(&schema, s->session, sql.bytes, kinds, 2, s->key, NULL, err));
    do {
        TRY(query_reader_next(&b, &schema, err));
        for (size_t r = 0; r < b.rows; r++, row++) {
            if (row > 0 && inside == 0 && at < found->n) {
                slice name = b.columns[0].texts[r];
                mem_free(found->list[at].shown);
                TRY_ALLOC(found->list[at++].shown = mem_text_n(name.bytes, name.length));
            }
            if (row > 0)
                inside += b.columns[1].ints[r] - (inside > 0);
        }
    } while (b.rows);
done:
    query_reader_fini(&schema);
    text_fini(&sql);
    return status;
}

/* The same for a query, whose own columns come before they are named anew as those of a table. */
static aisle_status name_by_query(found_columns *found, const source *s, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    duckdb_prepared_statement prepared = NULL;
    text sql = {0};
    text_add_bytes(&sql, s->from.bytes + 1, s->from.length - 2);
    if (sql.failed)
        TRY(fail_memory(err));
    if (duckdb_prepare(s->session->connection, sql.bytes, &prepared) != DuckDBSuccess ||
        duckdb_prepared_statement_column_count(prepared) != found->n)
        goto done;
    for (size_t c = 0; c < found->n; c++) {
        const char *name = duckdb_prepared_statement_column_name(prepared, c);
        char *shown = name ? mem_text(name) : NULL;
        duckdb_free((void *)(uintptr_t)name);
        TRY_ALLOC(shown);
        mem_free(found->list[c].shown);
        found->list[c].shown = shown;
    }
done:
    duckdb_destroy_prepare(&prepared);
    text_fini(&sql);
    return status;
}

aisle_status found_columns_of_query(found_columns *out, const source *s, const char *path,
                                    aisle_error *err)
{
    aisle_status status = AISLE_OK;
    found_columns found = {0};
    duckdb_result result = {0};
    bool has_result = false;
    text sql = {0};
    text_add(&sql, "SELECT * FROM %s LIMIT 0", s->from.bytes);
    if (sql.failed)
        TRY(fail_memory(err));
    TRY(session_query(&result, s->session, sql.bytes, s->key, s->options->postgres, err));
    has_result = true;
    size_t n = duckdb_column_count(&result);
    TRY_ALLOC(found.list = NEW_ZEROED(found_column, n));
    found.n = n;
    for (size_t c = 0; c < n; c++) {
        TRY_ALLOC(found.list[c].name = mem_text(duckdb_column_name(&result, c)));
        TRY_ALLOC(found.list[c].shown = mem_text(found.list[c].name));
        found.list[c].type = duckdb_column_type(&result, c);
    }
    if (path)
        TRY(name_by_schema(&found, s, path, err));
    else if (s->options->sql)
        TRY(name_by_query(&found, s, err));
    *out = found;
done:
    if (status)
        found_columns_fini(&found);
    if (has_result)
        duckdb_destroy_result(&result);
    text_fini(&sql);
    return status;
}

/* ---- Which are meant ---- */

/* The column of a name: to the byte, else but for its case. -1: none; -2: several. */
static int find_column(const found_columns *found, const char *name)
{
    int exact = -1, near = -1;
    for (size_t c = 0; c < found->n; c++) {
        const char *shown = found->list[c].shown;
        int match = csv_name_match((slice){shown, strlen(shown)}, name);
        if (match == 2)
            exact = exact == -1 ? (int)c : -2;
        else if (match == 1)
            near = near == -1 ? (int)c : -2;
    }
    return exact == -1 ? near : exact;
}

static const char *key_of(const source *s, size_t raw)
{
    for (size_t w = 0; w < s->n_wanted; w++)
        if (raw < s->tidy.rules[w].first + s->tidy.rules[w].n)
            return s->wanted[w].key;
    return s->key;
}

static aisle_status fail_missing(const source *s, const found_columns *found, const int *fields,
                                 const char *path, aisle_error *err)
{
    text missing = {0}, there = {0};
    bool clean = true;
    for (size_t i = 0; i < s->n_raw; i++)
        if (fields[i] == -1)
            text_add(&missing, "%s'%s' (%s)", missing.length ? ", " : "", s->raw[i], key_of(s, i));
    for (size_t c = 0; c < found->n; c++) {
        const char *shown = found->list[c].shown;
        clean &= utf8_is_clean(shown, strlen(shown));
        text_add(&there, "%s%s", c ? ", " : "", shown);
    }
    aisle_status status =
        fail_at(err, AISLE_ERROR_DATA, path, 0, 0, "%s: no column %s; found: %s%s%s",
                path ? path : source_name(s), missing.bytes ? missing.bytes : "",
                there.bytes ? there.bytes : "", clean ? "" : "; the names are no UTF-8: key '",
                clean ? "" : s->key);
    if (!clean && err) {
        size_t n = strlen(err->message);
        snprintf(err->message + n, sizeof err->message - n,
                 ".encoding' says what they are, such as latin-1, windows-1252");
    }
    text_fini(&missing);
    text_fini(&there);
    return status;
}

static aisle_status fail_twice(const source *s, size_t raw, const char *path, aisle_error *err)
{
    return fail_at(err, AISLE_ERROR_DATA, path, 0, 0,
                   "%s: column '%s' (%s) stands twice, expected once: it is not known which is "
                   "meant",
                   path ? path : source_name(s), s->raw[raw], key_of(s, raw));
}

/* "a list" of a type that holds no single values, or NULL. */
static const char *nested_name(duckdb_type type)
{
    switch (type) {
    case DUCKDB_TYPE_LIST:
    case DUCKDB_TYPE_ARRAY:
        return "lists";
    case DUCKDB_TYPE_STRUCT:
        return "structures";
    case DUCKDB_TYPE_MAP:
        return "maps";
    case DUCKDB_TYPE_UNION:
        return "values of several types";
    case DUCKDB_TYPE_BLOB:
        return "bytes that are no text";
    default:
        return NULL;
    }
}

static aisle_status check_found(const source *s, const found_columns *found, const int *fields,
                                const char *path, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    bool missing = false;
    for (size_t i = 0; i < s->n_raw; i++) {
        missing |= fields[i] == -1;
        if (fields[i] == -2)
            TRY(fail_twice(s, i, path, err));
        const char *nested = fields[i] < 0 ? NULL : nested_name(found->list[fields[i]].type);
        if (nested)
            TRY(fail_at(err, AISLE_ERROR_DATA, path, 0, 0,
                        "%s: column '%s' (%s) holds %s, expected one value a row: unnest it by sql",
                        path ? path : source_name(s), s->raw[i], key_of(s, i), nested));
    }
    if (missing)
        TRY(fail_missing(s, found, fields, path, err));
done:
    return status;
}

aisle_status found_columns_match(int **fields, const source *s, const found_columns *found,
                                 const char *path, aisle_error *err)
{
    int *places = NEW_ARRAY(int, s->n_raw);
    if (!places)
        return fail_memory(err);
    for (size_t i = 0; i < s->n_raw; i++)
        places[i] = find_column(found, s->raw[i]);
    aisle_status status = check_found(s, found, places, path, err);
    if (status == AISLE_OK)
        *fields = places;
    else
        mem_free(places);
    return status;
}

/* ---- Kinds ---- */

static bool is_whole(duckdb_type type)
{
    switch (type) {
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_UTINYINT:
    case DUCKDB_TYPE_USMALLINT:
    case DUCKDB_TYPE_UINTEGER:
        return true;
    default:
        return false;
    }
}

/* FLOAT is none: read as text, 1.99 is the number that a text file has. */
static bool is_number(duckdb_type type)
{
    return is_whole(type) || type == DUCKDB_TYPE_DOUBLE || type == DUCKDB_TYPE_DECIMAL ||
           type == DUCKDB_TYPE_UBIGINT || type == DUCKDB_TYPE_HUGEINT ||
           type == DUCKDB_TYPE_UHUGEINT;
}

static bool is_stamp(duckdb_type type)
{
    return type == DUCKDB_TYPE_TIMESTAMP || type == DUCKDB_TYPE_TIMESTAMP_S ||
           type == DUCKDB_TYPE_TIMESTAMP_MS || type == DUCKDB_TYPE_TIMESTAMP_NS;
}

static cell_kind kind_of(duckdb_type type, source_role role)
{
    if (role == ROLE_ID)
        return is_whole(type) ? CELLS_INT : CELLS_TEXT;
    if (role == ROLE_NUMBER)
        return is_number(type) ? CELLS_REAL : CELLS_TEXT;
    if (role == ROLE_TEXT)
        return CELLS_TEXT;
    if (type == DUCKDB_TYPE_DATE)
        return CELLS_DATE;
    if (is_stamp(type))
        return CELLS_STAMP;
    if (type == DUCKDB_TYPE_TIMESTAMP_TZ)
        return CELLS_INSTANT;
    if (is_whole(type))
        return CELLS_INT;
    return is_number(type) ? CELLS_REAL : CELLS_TEXT;
}

void found_columns_kinds(cell_kind *kinds, const source *s, const found_columns *found,
                         const int *fields, bool first)
{
    for (size_t w = 0; w < s->n_wanted; w++) {
        const tidy_rule *rule = &s->tidy.rules[w];
        for (size_t i = rule->first; i < rule->first + rule->n; i++) {
            /* Values of several columns are joined as texts. */
            cell_kind kind =
                rule->n > 1 ? CELLS_TEXT : kind_of(found->list[fields[i]].type, s->wanted[w].role);
            kinds[i] = first || kinds[i] == kind ? kind : CELLS_TEXT;
        }
    }
}
