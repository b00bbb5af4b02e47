#include "data/reader/source/source.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/mem.h"
#include "data/reader/source/source_columns.h"
#include "data/reader/source/source_sql.h"

bool source_is_given(const source_options *options)
{
    return options->path || options->sql || options->postgres;
}

size_t source_n_counts(const source *s)
{
    return s->files.n ? s->files.n : 1;
}

void source_counts_free(source_count *counts, size_t n)
{
    for (size_t i = 0; counts && i < n; i++)
        mem_free(counts[i].file);
    mem_free(counts);
}

/* ---- One file, or the query ---- */

static const char *path_of(const source *s, size_t file)
{
    return file < s->files.n ? s->files.paths[file] : NULL;
}

/* "encoding: found …" gets its key. */
static aisle_status fail_dialect(const source *s, aisle_status status, const char *path,
                                 aisle_error *err)
{
    const char *colon = err ? strchr(err->message, ':') : NULL;
    if (status != AISLE_ERROR_CONFIG || !colon)
        return status;
    int length = (int)(colon - err->message);
    aisle_error cause = *err;
    return fail_at(err, status, path, 0, 0, "%s: key '%s.%.*s'%s", path, s->key, length,
                   cause.message, cause.message + length);
}

/* Opens a CSV file with the names that the header is known by: those that are read. */
static aisle_status open_csv(source *s, const char *path, aisle_error *err)
{
    const source_options *o = s->options;
    csv_dialect dialect = {
        .delimiter = o->delimiter,
        .encoding = o->encoding,
        .skip = o->skip ? o->skip : -1,
        .no_header = !s->header || !o->header,
        .verbatim = !o->trim,
        .n_names = o->names.count,
        .names = (const char *const *)o->names.items,
        .n_wanted = s->n_raw,
        .wanted = (const char *const *)s->raw,
    };
    aisle_status status = csv_reader_init(&s->csv, path, &dialect, s->session->threads, err);
    return status ? fail_dialect(s, status, path, err) : AISLE_OK;
}

/* What the file has, or the query; a CSV file stays open in s->csv. */
static aisle_status describe(found_columns *out, source *s, size_t file, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const char *path = path_of(s, file);
    s->is_csv = path && !path_is_parquet(path);
    if (s->is_csv) {
        TRY(open_csv(s, path, err));
        TRY(found_columns_of_csv(out, &s->csv, err));
    } else {
        if (path)
            TRY(source_sql_file(&s->from, path, err));
        TRY(found_columns_of_query(out, s, path, err));
    }
done:
    return status;
}

/* The columns of a file, into own; a query was described before, and may be long to bind. */
static aisle_status columns_of(const found_columns **out, found_columns *own, source *s,
                               size_t file, aisle_error *err)
{
    *out = s->files.n ? own : &s->found;
    return s->files.n ? describe(own, s, file, err) : AISLE_OK;
}

static aisle_status check_options(const source *s, aisle_error *err)
{
    const source_options *o = s->options;
    if (o->names.count && o->header && s->header)
        return fail(err, AISLE_ERROR_CONFIG,
                    "key '%s.names': names are of files without a header, expected header: false "
                    "beside them",
                    s->key);
    return AISLE_OK;
}

aisle_status source_init(source *out, session *db, const source_options *options, const char *key,
                         const char *folder, bool header, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    source s = {.key = key, .options = options, .session = db, .header = header};
    TRY(check_options(&s, err));
    if (options->path)
        TRY(file_list_init(&s.files, options->path, key, err));
    else
        TRY(source_sql_query(&s.from, db, options, key, folder, err));
    TRY_ALLOC(s.counts = NEW_ZEROED(source_count, source_n_counts(&s)));
    for (size_t f = 0; f < s.files.n; f++)
        TRY_ALLOC(s.counts[f].file = mem_text(s.files.paths[f]));
    TRY(describe(&s.found, &s, 0, err));
    *out = s;
done:
    if (status)
        source_fini(&s);
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

/* ---- Columns ---- */

static aisle_status list_raw(source *s, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t n = 0;
    for (size_t w = 0; w < s->n_wanted; w++)
        n += s->wanted[w].n;
    TRY_ALLOC(s->raw = NEW_ARRAY(char *, n));
    TRY_ALLOC(s->kinds = NEW_ARRAY(cell_kind, n + 1));
    TRY(tidy_init(&s->tidy, s->n_wanted, err));
    for (size_t w = 0; w < s->n_wanted; w++) {
        const wanted_column *wanted = &s->wanted[w];
        bool is_time = wanted->role == ROLE_TIME;
        s->tidy.rules[w] =
            (tidy_rule){s->n_raw, wanted->n, is_time ? ' ' : ':', !is_time, wanted->missing};
        for (size_t i = 0; i < wanted->n; i++)
            s->raw[s->n_raw++] = wanted->names[i];
    }
    s->kinds[n] = CELLS_INT;
done:
    return status;
}

/* Looks into all files before one is read: what is wrong is said at once, and a column is of one
 * kind in all of them. */
static aisle_status agree_on_kinds(source *s, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    found_columns own = {0};
    for (size_t f = 0; f < source_n_counts(s); f++) {
        const found_columns *found;
        int *fields = NULL;
        csv_reader_fini(&s->csv);
        status = columns_of(&found, &own, s, f, err);
        if (status == AISLE_OK)
            status = found_columns_match(&fields, s, found, path_of(s, f), err);
        if (status == AISLE_OK)
            found_columns_kinds(s->kinds, s, found, fields, f == 0);
        mem_free(fields);
        found_columns_fini(&own);
        TRY(status);
    }
done:
    csv_reader_fini(&s->csv);
    return status;
}

static aisle_status start(source *s, const wanted_column *wanted, size_t n, bool streams,
                          aisle_error *err)
{
    aisle_status status = AISLE_OK;
    TRY_ALLOC(s->wanted = mem_copy(wanted, n, sizeof *wanted));
    s->n_wanted = n;
    s->streams = streams;
    TRY(list_raw(s, err));
    TRY(agree_on_kinds(s, err));
done:
    return status;
}

aisle_status source_start(source *s, const wanted_column *wanted, size_t n, aisle_error *err)
{
    return start(s, wanted, n, false, err);
}

aisle_status source_start_stream(source *s, const wanted_column *wanted, size_t n, aisle_error *err)
{
    return start(s, wanted, n, true, err);
}

/* ---- Rows ---- */

static aisle_status start_query(source *s, const found_columns *found, const int *fields,
                                aisle_error *err)
{
    aisle_status status = AISLE_OK;
    text sql = {0};
    bool numbered = s->by_rows || (s->files.n && s->options->where);
    source_sql_select(&sql, s, found, fields, s->by_rows, numbered);
    if (sql.failed)
        TRY(fail_memory(err));
    s->session->streams = s->streams;
    status = query_reader_init(&s->query, s->session, sql.bytes, s->kinds,
                               s->n_raw + (numbered ? 1 : 0), s->key, s->options->postgres, err);
    s->session->streams = false;
    s->query.numbered = numbered;
    s->query.trim = s->options->trim;
done:
    text_fini(&sql);
    return status;
}

/* The condition is what is new in a query that could be described before, and what looks at values.
 */
static aisle_status fail_where(const source *s, aisle_status status, aisle_error *err)
{
    bool fits = status == AISLE_ERROR_CONFIG || status == AISLE_ERROR_DATA;
    if (!s->options->where || !fits || !err)
        return status;
    aisle_error cause = *err;
    const char *path = path_of(s, s->file);
    bool casts = s->is_csv && strstr(cause.message, "explicit cast");
    return fail_at(err, status, path, 0, 0, "%s%skey '%s.where': found '%s': %s%s",
                   path ? path : "", path ? ": " : "", s->key, s->options->where, cause.message,
                   casts ? "; columns of a CSV file are texts, but for those declared as numbers: "
                           "CAST(… AS DOUBLE)"
                         : "");
}

/* Where the rows of a CSV file failed, that is why the query did. */
static aisle_status fail_query(const source *s, aisle_status status, aisle_error *err)
{
    aisle_status failed = s->by_rows ? csv_rows_status(&s->rows, err) : AISLE_OK;
    if (failed != AISLE_OK)
        return failed;
    return status == AISLE_OK ? AISLE_OK : fail_where(s, status, err);
}

/* Which columns a condition sees as numbers. */
static aisle_status mark_numbers(bool **out, const source *s, const int *fields, aisle_error *err)
{
    *out = NEW_ZEROED(bool, s->csv.shape.n_fields);
    if (!*out)
        return fail_memory(err);
    for (size_t w = 0; w < s->n_wanted; w++)
        for (size_t i = 0; s->wanted[w].role == ROLE_NUMBER && i < s->wanted[w].n; i++)
            (*out)[fields[s->tidy.rules[w].first + i]] = true;
    return AISLE_OK;
}

static aisle_status open_part(source *s, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    found_columns own = {0};
    const found_columns *found;
    int *fields = NULL;
    TRY(columns_of(&found, &own, s, s->file, err));
    TRY(found_columns_match(&fields, s, found, path_of(s, s->file), err));
    s->by_rows = s->is_csv && s->options->where;
    if (s->by_rows) {
        s->from.length = 0;
        TRY(mark_numbers(&s->is_number, s, fields, err));
        TRY(csv_rows_init(&s->rows, &s->from, s->session, &s->csv, s->is_number,
                          number_style_of(s->options), err));
    }
    if (s->is_csv && !s->by_rows)
        TRY(csv_reader_select(&s->csv, fields, s->n_raw, err));
    else
        TRY(fail_query(s, start_query(s, found, fields, err), err));
    s->is_open = true;
done:
    found_columns_fini(&own);
    mem_free(fields);
    return status;
}

static void release_part(source *s)
{
    query_reader_fini(&s->query);
    csv_rows_fini(&s->rows);
    csv_reader_fini(&s->csv);
    mem_free(s->is_number);
    s->is_number = NULL;
    s->is_open = false;
}

/* Rows that a condition left out are those that were there and did not come. */
static aisle_status close_part(source *s, rejects *bad, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    source_count *count = &s->counts[s->file];
    if (s->is_csv)
        count->csv = s->csv.counts;
    if (s->by_rows) {
        count->left_out = s->csv.counts.rows - s->rows.dirty - count->rows;
        count->rows += s->rows.dirty;
        count->rejected += s->rows.dirty;
    }
    if (!s->is_csv && s->options->where) {
        uint64_t all;
        query_reader_fini(&s->query);
        TRY(source_sql_count(&all, s, err));
        count->left_out = all - count->rows;
    }
    TRY(rejects_move(bad, &s->rows.bad, err));
done:
    release_part(s);
    return status;
}

static aisle_status next_of_part(batch *out, source *s, rejects *bad, aisle_error *err)
{
    if (s->is_csv && !s->by_rows)
        return csv_reader_next(out, &s->csv, bad, err);
    aisle_status status = query_reader_next(out, &s->query, err);
    out->file = path_of(s, s->file);
    return fail_query(s, status, err);
}

aisle_status source_next(batch *out, source *s, rejects *bad, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    *out = (batch){0};
    bad->by_file |= s->files.n > 1;
    while (s->file < source_n_counts(s)) {
        if (!s->is_open)
            TRY(open_part(s, err));
        TRY(next_of_part(out, s, bad, err));
        if (out->rows) {
            s->counts[s->file].rows += out->rows;
            return tidy_batch(out, &s->tidy, err);
        }
        TRY(close_part(s, bad, err));
        s->file++;
    }
done:
    return status;
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

/* ---- Counting ---- */

static aisle_status count_lines(uint64_t *rows, source *s, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    rejects bad = {0};
    int first = 0;
    batch b;
    TRY(csv_reader_select(&s->csv, &first, 1, err));
    do {
        TRY(csv_reader_next(&b, &s->csv, &bad, err));
    } while (b.rows);
    *rows += s->csv.counts.rows + s->csv.counts.broken;
done:
    rejects_fini(&bad);
    return status;
}

aisle_status source_count_rows(uint64_t *rows, source *s, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    found_columns found = {0};
    *rows = 0;
    for (size_t f = 0; f < source_n_counts(s); f++) {
        uint64_t more = 0;
        csv_reader_fini(&s->csv);
        TRY(describe(&found, s, f, err));
        found_columns_fini(&found);
        TRY(s->is_csv ? count_lines(&more, s, err) : source_sql_count(&more, s, err));
        *rows += more;
    }
done:
    found_columns_fini(&found);
    return status;
}

void source_fini(source *s)
{
    release_part(s);
    source_counts_free(s->counts, source_n_counts(s));
    file_list_fini(&s->files);
    text_fini(&s->from);
    found_columns_fini(&s->found);
    mem_free(s->wanted);
    mem_free(s->raw);
    mem_free(s->kinds);
    tidy_fini(&s->tidy);
    memset(s, 0, sizeof *s);
}
