#include "data/reader/source/source_sql.h"

#include <string.h>
#include <strings.h>

#include "base/fail.h"

/* ---- What stands behind FROM ---- */

void source_sql_add_path(text *sql, const char *path)
{
    text pattern = {0};
    bool is_url = strstr(path, "://");
    for (const char *p = path; *p; p++)
        text_add(&pattern, strchr("*?[{", *p) && !is_url ? "[%c]" : "%c", *p);
    sql_add_text(sql, pattern.bytes ? pattern.bytes : "");
    sql->failed |= pattern.failed;
    text_fini(&pattern);
}

aisle_status source_sql_file(text *from, const char *path, aisle_error *err)
{
    from->length = 0;
    text_add(from, "read_parquet(");
    source_sql_add_path(from, path);
    text_add(from, ", binary_as_string = true)");
    return from->failed ? fail_memory(err) : AISLE_OK;
}

/* ${folder} becomes the folder, as part of a text in quotes; a last semicolon goes. */
static void add_sql(text *from, const char *sql, const char *folder)
{
    static const char mark[] = "${folder}";
    size_t length = strlen(sql);
    while (length && strchr("; \t\r\n", sql[length - 1]))
        length--;
    text_add(from, "(");
    for (const char *p = sql, *end = sql + length; p < end;) {
        if (strncmp(p, mark, sizeof mark - 1) != 0) {
            text_add_bytes(from, p++, 1);
            continue;
        }
        for (const char *f = folder ? folder : "."; *f; f++)
            text_add(from, *f == '\'' ? "''" : "%c", *f);
        p += sizeof mark - 1;
    }
    /* The line break ends a comment in the last line. */
    text_add(from, "\n)");
}

/* "public.receipts": a dot parts the schema from the table. With double quotes it is SQL. */
static void add_table(text *from, const char *database, const char *table)
{
    sql_add_name(from, database);
    if (strchr(table, '"')) {
        text_add(from, ".%s", table);
        return;
    }
    text_add(from, ".\"");
    for (const char *p = table; *p; p++)
        text_add(from, *p == '.' ? "\".\"" : "%c", *p);
    text_add(from, "\"");
}

aisle_status source_sql_query(text *from, session *db, const source_options *options,
                              const char *key, const char *folder, aisle_error *err)
{
    if (options->sql)
        add_sql(from, options->sql, folder);
    else
        add_table(from, key, options->table);
    if (from->failed)
        return fail_memory(err);
    return options->postgres ? session_attach_postgres(db, options->postgres, key, key, err)
                             : AISLE_OK;
}

/* ---- Selecting ---- */

/* A double that is a whole number is written as one: 1000.0 is the id 1000. */
static void add_double_as_text(text *sql, const char *name)
{
    text_add(sql, "CASE WHEN isfinite(");
    sql_add_name(sql, name);
    text_add(sql, ") THEN CASE WHEN abs(");
    sql_add_name(sql, name);
    text_add(sql, ") < 9e15 AND trunc(");
    sql_add_name(sql, name);
    text_add(sql, ") = ");
    sql_add_name(sql, name);
    text_add(sql, " THEN CAST(CAST(");
    sql_add_name(sql, name);
    text_add(sql, " AS BIGINT) AS VARCHAR) ELSE CAST(");
    sql_add_name(sql, name);
    text_add(sql, " AS VARCHAR) END END");
}

/* As a double, a FLOAT's 1.99 is the number that a text has. */
static void add_float_as_double(text *sql, const char *name)
{
    text_add(sql, "CAST(CAST(");
    sql_add_name(sql, name);
    text_add(sql, " AS VARCHAR) AS DOUBLE)");
}

/* A column in the type that its kind is fetched by. */
static void add_cast(text *sql, const char *name, cell_kind kind, duckdb_type type)
{
    static const char *const casts[][2] = {
        [CELLS_TEXT] = {"CAST(", " AS VARCHAR)"},    [CELLS_INT] = {"CAST(", " AS BIGINT)"},
        [CELLS_REAL] = {"CAST(", " AS DOUBLE)"},     [CELLS_DATE] = {"", ""},
        [CELLS_STAMP] = {"CAST(", " AS TIMESTAMP)"}, [CELLS_INSTANT] = {"", ""},
    };
    if (kind == CELLS_TEXT && (type == DUCKDB_TYPE_DOUBLE || type == DUCKDB_TYPE_FLOAT)) {
        add_double_as_text(sql, name);
        return;
    }
    if (kind == CELLS_REAL && type == DUCKDB_TYPE_FLOAT) {
        add_float_as_double(sql, name);
        return;
    }
    bool decimal = kind == CELLS_TEXT && type == DUCKDB_TYPE_DECIMAL;
    text_add(sql, "%s%s", decimal ? "regexp_replace(" : "", casts[kind][0]);
    sql_add_name(sql, name);
    text_add(sql, "%s%s", casts[kind][1], decimal ? ", '\\.0+$', '')" : "");
}

/* Whether the column's numbers are read as texts with a decimal comma: its values, where they are
 * of a type of their own, become such texts. */
static bool takes_commas(const source *s, size_t raw, duckdb_type type)
{
    size_t w = 0;
    while (raw >= s->tidy.rules[w].first + s->tidy.rules[w].n)
        w++;
    return s->wanted[w].role == ROLE_NUMBER && s->kinds[raw] == CELLS_TEXT &&
           s->options->decimal == DECIMAL_COMMA && type != DUCKDB_TYPE_VARCHAR;
}

static void add_column(text *sql, const source *s, size_t raw, const found_column *column)
{
    bool commas = takes_commas(s, raw, column->type);
    text_add(sql, "%s", commas ? "replace(" : "");
    add_cast(sql, column->name, s->kinds[raw], column->type);
    text_add(sql, "%s", commas ? ", '.', ',')" : "");
}

/* Where a column of the file has the name by which DuckDB numbers its rows, they are counted. */
static void add_from(text *sql, const source *s, bool counted)
{
    text_add(sql,
             counted ? " FROM (SELECT *, row_number() OVER () AS \"##line\" FROM %s)" : " FROM %s",
             s->from.bytes);
}

static bool hides_row_number(const found_columns *found)
{
    for (size_t c = 0; c < found->n; c++)
        if (strcasecmp(found->list[c].name, "file_row_number") == 0)
            return true;
    return false;
}

void source_sql_select(text *sql, const source *s, const found_columns *found, const int *fields,
                       bool by_rows, bool numbered)
{
    const char *where = s->options->where;
    bool counted = numbered && !by_rows && hides_row_number(found);
    text_add(sql, "SELECT ");
    for (size_t i = 0; i < s->n_raw; i++) {
        const found_column *column = &found->list[fields[i]];
        text_add(sql, i ? ", " : "");
        if (by_rows)
            text_add(sql, "\"##%d\"", fields[i]);
        else
            add_column(sql, s, i, column);
    }
    if (numbered)
        text_add(sql, ", %s", by_rows || counted ? "\"##line\"" : "file_row_number + 1");
    add_from(sql, s, counted);
    if (where)
        text_add(sql, " WHERE (%s\n)", where);
}

aisle_status source_sql_count(uint64_t *rows, const source *s, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    query_reader counted = {0};
    text sql = {0};
    cell_kind kind = CELLS_INT;
    batch b;
    text_add(&sql, "SELECT count(*) FROM %s", s->from.bytes);
    if (sql.failed)
        TRY(fail_memory(err));
    TRY(query_reader_init(&counted, s->session, sql.bytes, &kind, 1, s->key, s->options->postgres,
                          err));
    TRY(query_reader_next(&b, &counted, err));
    *rows = b.rows ? (uint64_t)b.columns[0].ints[0] : 0;
done:
    query_reader_fini(&counted);
    text_fini(&sql);
    return status;
}
