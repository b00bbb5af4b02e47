#include "data/reader/source.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/mem.h"

bool source_is_given(const source_options *options)
{
    return options->path || options->sql || options->postgres;
}

const char *source_name(const source *s)
{
    return s->options->path ? s->options->path : s->options->table ? s->options->table : s->key;
}

static bool ends_with(const char *path, const char *ending)
{
    size_t n = strlen(path), m = strlen(ending);
    return n > m && strcasecmp(path + n - m, ending) == 0;
}

static bool is_parquet(const char *path)
{
    return ends_with(path, ".parquet") || ends_with(path, ".pq");
}

/* Several files, or a compressed one: left to DuckDB. */
static bool is_plain_csv(const char *path)
{
    bool compressed = ends_with(path, ".gz") || ends_with(path, ".zst");
    bool several = strpbrk(path, "*?") && access(path, F_OK) != 0;
    return !is_parquet(path) && !compressed && !several;
}

/* ---- What stands behind FROM ---- */

static void add_file(text *from, const source_options *options)
{
    text_add(from, is_parquet(options->path) ? "read_parquet(" : "read_csv(");
    sql_add_text(from, options->path);
    if (!is_parquet(options->path)) {
        text_add(from, ", all_varchar = true, header = true");
        if (options->delimiter) {
            text_add(from, ", delim = ");
            sql_add_text(from, options->delimiter);
        }
    }
    text_add(from, ")");
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

/* A path that is not there is said in our words. */
static aisle_status check_path(const char *path, const char *key, aisle_error *err)
{
    if (strpbrk(path, "*?[") || strstr(path, "://") || access(path, R_OK) == 0)
        return AISLE_OK;
    return fail_at(err, AISLE_ERROR_IO, path, 0, 0, "key '%s.path': cannot read '%s': %s", key,
                   path, access(path, F_OK) == 0 ? "permission denied" : "no such file");
}

static aisle_status describe_query(source *s, const char *folder, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const source_options *o = s->options;
    duckdb_result result = {0};
    bool has_result = false;
    text sql = {0};
    if (o->path)
        add_file(&s->from, o);
    else if (o->sql)
        add_sql(&s->from, o->sql, folder);
    else
        add_table(&s->from, s->key, o->table);
    if (o->postgres)
        TRY(session_attach_postgres(s->session, o->postgres, s->key, s->key, err));
    text_add(&sql, "SELECT * FROM %s LIMIT 0", s->from.bytes ? s->from.bytes : "");
    if (sql.failed || s->from.failed)
        TRY(fail_memory(err));
    TRY(session_query(&result, s->session, sql.bytes, s->key, o->postgres, err));
    has_result = true;
    size_t n = duckdb_column_count(&result);
    TRY_ALLOC(s->found = NEW_ZEROED(found_column, n));
    s->n_found = n;
    for (size_t c = 0; c < n; c++) {
        TRY_ALLOC(s->found[c].name = mem_text(duckdb_column_name(&result, c)));
        s->found[c].type = duckdb_column_type(&result, c);
    }
done:
    if (has_result)
        duckdb_destroy_result(&result);
    text_fini(&sql);
    return status;
}

static aisle_status describe_csv(source *s, bool header, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    TRY(csv_reader_init(&s->csv, s->options->path, s->options->delimiter, header, err));
    s->is_csv = true;
    TRY_ALLOC(s->found = NEW_ZEROED(found_column, s->csv.n_fields));
    s->n_found = s->csv.n_fields;
    for (size_t c = 0; c < s->n_found; c++) {
        slice name = s->csv.header[c];
        TRY_ALLOC(s->found[c].name = mem_text_n(name.length ? name.bytes : "", name.length));
        s->found[c].type = DUCKDB_TYPE_VARCHAR;
    }
done:
    return status;
}

aisle_status source_init(source *out, session *db, const source_options *options, const char *key,
                         const char *folder, bool header, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    source s = {.key = key, .options = options, .session = db};
    if (options->path)
        TRY(check_path(options->path, key, err));
    if (options->path && is_plain_csv(options->path))
        TRY(describe_csv(&s, header, err));
    else
        TRY(describe_query(&s, folder, err));
    *out = s;
done:
    if (status)
        source_fini(&s);
    return status;
}

/* ---- Columns ---- */

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

/* SQL for a column in the type that its kind is fetched by. */
static void add_cast(text *sql, const char *name, cell_kind kind)
{
    static const char *const casts[][2] = {
        [CELLS_TEXT] = {"CAST(", " AS VARCHAR)"},    [CELLS_INT] = {"CAST(", " AS BIGINT)"},
        [CELLS_REAL] = {"CAST(", " AS DOUBLE)"},     [CELLS_DATE] = {"", ""},
        [CELLS_STAMP] = {"CAST(", " AS TIMESTAMP)"}, [CELLS_INSTANT] = {"", ""},
    };
    text_add(sql, "%s", casts[kind][0]);
    sql_add_name(sql, name);
    text_add(sql, "%s", casts[kind][1]);
}

static int find_column(const source *s, const char *name)
{
    int found = -1;
    for (size_t c = 0; c < s->n_found; c++) {
        if (strcmp(s->found[c].name, name) == 0)
            return (int)c;
        if (found < 0 && strcasecmp(s->found[c].name, name) == 0)
            found = (int)c;
    }
    return found;
}

static aisle_status fail_missing(const source *s, const wanted_column *wanted, const int *fields,
                                 size_t n, aisle_error *err)
{
    text missing = {0}, found = {0};
    for (size_t i = 0; i < n; i++)
        if (fields[i] < 0)
            text_add(&missing, "%s'%s' (%s)", missing.length ? ", " : "", wanted[i].name,
                     wanted[i].key);
    for (size_t c = 0; c < s->n_found; c++)
        text_add(&found, "%s%s", c ? ", " : "", s->found[c].name);
    aisle_status status =
        fail_at(err, AISLE_ERROR_DATA, s->options->path, 0, 0, "%s: no column %s; found: %s",
                source_name(s), missing.bytes ? missing.bytes : "", found.bytes ? found.bytes : "");
    text_fini(&missing);
    text_fini(&found);
    return status;
}

static aisle_status start_query(source *s, const wanted_column *wanted, const int *fields, size_t n,
                                aisle_error *err)
{
    aisle_status status = AISLE_OK;
    text sql = {0};
    cell_kind *kinds = NEW_ARRAY(cell_kind, n);
    TRY_ALLOC(kinds);
    text_add(&sql, "SELECT ");
    for (size_t i = 0; i < n; i++) {
        const found_column *column = &s->found[fields[i]];
        kinds[i] = kind_of(column->type, wanted[i].role);
        text_add(&sql, i ? ", " : "");
        add_cast(&sql, column->name, kinds[i]);
    }
    text_add(&sql, " FROM %s", s->from.bytes);
    if (sql.failed)
        TRY(fail_memory(err));
    TRY(query_reader_init(&s->query, s->session, sql.bytes, kinds, n, s->key, s->options->postgres,
                          err));
done:
    mem_free(kinds);
    text_fini(&sql);
    return status;
}

aisle_status source_start(source *s, const wanted_column *wanted, size_t n, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    bool missing = false;
    int *fields = NEW_ARRAY(int, n);
    TRY_ALLOC(fields);
    for (size_t i = 0; i < n; i++) {
        fields[i] = find_column(s, wanted[i].name);
        missing |= fields[i] < 0;
    }
    if (missing)
        TRY(fail_missing(s, wanted, fields, n, err));
    if (s->is_csv)
        TRY(csv_reader_select(&s->csv, fields, n, err));
    else
        TRY(start_query(s, wanted, fields, n, err));
done:
    mem_free(fields);
    return status;
}

aisle_status source_start_stream(source *s, const wanted_column *wanted, size_t n, aisle_error *err)
{
    s->session->streams = true;
    aisle_status status = source_start(s, wanted, n, err);
    s->session->streams = false;
    return status;
}

static aisle_status count_lines(uint64_t *rows, source *s, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    rejects bad = {0};
    int first = 0;
    batch b;
    TRY(csv_reader_select(&s->csv, &first, 1, err));
    do {
        TRY(csv_reader_next(&b, &s->csv, &bad, err));
        *rows += b.rows;
    } while (b.rows);
    *rows += bad.total;
done:
    rejects_fini(&bad);
    return status;
}

aisle_status source_count(uint64_t *rows, source *s, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    query_reader counted = {0};
    text sql = {0};
    cell_kind kind = CELLS_INT;
    batch b;
    *rows = 0;
    if (s->is_csv)
        return count_lines(rows, s, err);
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

aisle_status source_next(batch *out, source *s, rejects *bad, aisle_error *err)
{
    return s->is_csv ? csv_reader_next(out, &s->csv, bad, err)
                     : query_reader_next(out, &s->query, err);
}

aisle_status source_next_whole(batch *out, source *s, aisle_error *err)
{
    rejects bad = {0};
    aisle_status status = source_next(out, s, &bad, err);
    if (status == AISLE_OK && bad.total)
        status = fail_at(err, AISLE_ERROR_DATA, s->options->path, (uint32_t)bad.list[0].line, 0,
                         "'%s', line %" PRIu64 ": %s", s->options->path, bad.list[0].line,
                         bad.list[0].reason);
    rejects_fini(&bad);
    return status;
}

aisle_status source_init_file(source *out, session *db, const source_options *options,
                              const char *what, bool header, aisle_error *err)
{
    const char *path = options->path;
    if (access(path, R_OK) != 0)
        return fail_at(err, AISLE_ERROR_IO, path, 0, 0, "cannot read '%s': %s", path,
                       access(path, F_OK) == 0 ? "permission denied" : "no such file");
    return source_init(out, db, options, what, NULL, header, err);
}

void source_fini(source *s)
{
    csv_reader_fini(&s->csv);
    query_reader_fini(&s->query);
    text_fini(&s->from);
    for (size_t c = 0; c < s->n_found; c++)
        mem_free(s->found[c].name);
    mem_free(s->found);
    memset(s, 0, sizeof *s);
}
