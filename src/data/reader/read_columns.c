/* Tables of any kind: some columns of a file as arrays. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "aisle/table.h"
#include "base/fail.h"
#include "base/mem.h"
#include "data/reader/values/coder.h"
#include "data/reader/values/numbers.h"
#include "data/reader/source/source.h"

enum { MAY_LACK_VALUES = 2 };

/* What stands behind a column of the table. */
typedef struct column_store {
    const aisle_table_wanted *wanted;
    size_t slot, capacity; /* of the batch */
    bool there;
    int64_t *ints;
    double *reals;
    uint64_t *offset; /* of texts in bytes; UINT64_MAX: missing */
    const char **texts;
    text bytes;
} column_store;

typedef struct table_store {
    size_t n;
    column_store *column;
} table_store;

static aisle_status refuse_cell(const source *s, const column_store *c, const batch *b, size_t row,
                                aisle_error *err)
{
    const cells *column = &b->columns[c->slot];
    slice raw = column->kind == CELLS_TEXT ? column->texts[row] : (slice){"", 0};
    static const char *const expected[] = {"a text", "a whole number", "a number"};
    uint64_t line = b->lines[row];
    if (cell_is_missing(column, row))
        return fail_at(err, AISLE_ERROR_DATA, s->options->path, (uint32_t)line, 0,
                       "'%s', line %" PRIu64 ", column '%s': found nothing, expected %s",
                       s->options->path, line, c->wanted->name, expected[c->wanted->kind]);
    return fail_at(err, AISLE_ERROR_DATA, s->options->path, (uint32_t)line, 0,
                   "'%s', line %" PRIu64 ", column '%s': found '%.*s', expected %s",
                   s->options->path, line, c->wanted->name,
                   (int)(raw.length < 60 ? raw.length : 60), raw.bytes, expected[c->wanted->kind]);
}

/* A cell as a number; false where it is none. */
static bool read_number(double *out, const cells *column, size_t row)
{
    if (column->kind == CELLS_TEXT)
        return number_parse(out, column->texts[row], (number_style){0}) && isfinite(*out);
    *out = column->kind == CELLS_REAL ? column->reals[row] : (double)column->ints[row];
    return isfinite(*out);
}

static bool read_int(int64_t *out, const cells *column, size_t row)
{
    double value;
    if (column->kind == CELLS_TEXT)
        return text_parse_i64(out, column->texts[row].bytes, column->texts[row].length);
    if (column->kind != CELLS_REAL) {
        *out = column->ints[row];
        return true;
    }
    value = column->reals[row];
    *out = fabs(value) < 9e15 ? (int64_t)value : 0;
    return fabs(value) < 9e15 && (double)*out == value;
}

static bool add_text(column_store *c, const cells *column, size_t row)
{
    char number[32];
    slice s = {number, 0};
    if (column->kind == CELLS_TEXT)
        s = column->texts[row];
    else if (column->kind == CELLS_REAL)
        s.length = (size_t)snprintf(number, sizeof number, "%.17g", column->reals[row]);
    else
        s.length = (size_t)snprintf(number, sizeof number, "%" PRId64, column->ints[row]);
    text_add_bytes(&c->bytes, s.bytes, s.length);
    text_add_bytes(&c->bytes, "", 1);
    return text_is_clean(s);
}

/* false: not what is wanted. */
static bool take_cell(column_store *c, const cells *column, size_t row, size_t to)
{
    bool missing = cell_is_missing(column, row);
    if (missing && c->wanted->optional < MAY_LACK_VALUES)
        return false;
    switch (c->wanted->kind) {
    case AISLE_COLUMN_TEXT:
        c->offset[to] = missing ? UINT64_MAX : c->bytes.length;
        return missing || add_text(c, column, row);
    case AISLE_COLUMN_INT:
        return !missing && read_int(&c->ints[to], column, row);
    case AISLE_COLUMN_REAL:
        c->reals[to] = (double)NAN;
        return missing || read_number(&c->reals[to], column, row);
    }
    return false;
}

static aisle_status grow(column_store *c, size_t need, aisle_error *err)
{
    int failed = 0;
    switch (c->wanted->kind) {
    case AISLE_COLUMN_TEXT:
        failed = mem_grow(&c->offset, &c->capacity, need, sizeof *c->offset);
        break;
    case AISLE_COLUMN_INT:
        failed = mem_grow(&c->ints, &c->capacity, need, sizeof *c->ints);
        break;
    case AISLE_COLUMN_REAL:
        failed = mem_grow(&c->reals, &c->capacity, need, sizeof *c->reals);
        break;
    }
    return failed ? fail_memory(err) : AISLE_OK;
}

static bool has_column(const source *s, const char *name)
{
    for (size_t i = 0; i < s->found.n; i++)
        if (strcasecmp(s->found.list[i].shown, name) == 0)
            return true;
    return false;
}

/* Asks the source for the columns that are there, and for those that must be. */
static aisle_status start(source *s, table_store *t, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    static const source_role roles[] = {ROLE_ID, ROLE_NUMBER, ROLE_NUMBER};
    size_t n = 0;
    wanted_column *wanted = NEW_ARRAY(wanted_column, t->n);
    TRY_ALLOC(wanted);
    for (size_t i = 0; i < t->n; i++) {
        column_store *c = &t->column[i];
        c->there = !c->wanted->optional || has_column(s, c->wanted->name);
        c->slot = n;
        if (c->there)
            wanted[n++] = (wanted_column){"needed here", (char *const *)&c->wanted->name, 1,
                                          roles[c->wanted->kind], NULL};
    }
    TRY(source_start(s, wanted, n, err));
done:
    mem_free(wanted);
    return status;
}

static aisle_status take_batch(table_store *t, size_t rows, const source *s, const batch *b,
                               aisle_error *err)
{
    for (size_t i = 0; i < t->n; i++) {
        column_store *c = &t->column[i];
        if (!c->there)
            continue;
        aisle_status status = grow(c, rows + b->rows, err);
        for (size_t row = 0; !status && row < b->rows; row++)
            if (!take_cell(c, &b->columns[c->slot], row, rows + row))
                status = refuse_cell(s, c, b, row, err);
        if (!status && c->bytes.failed)
            status = fail_memory(err);
        if (status != AISLE_OK)
            return status;
    }
    return AISLE_OK;
}

static aisle_status read_rows(aisle_table *out, table_store *t, source *s, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    for (;;) {
        batch b;
        TRY(source_next_whole(&b, s, err));
        if (b.rows == 0)
            break;
        TRY(take_batch(t, out->rows, s, &b, err));
        out->rows += b.rows;
    }
done:
    return status;
}

/* Points the table's columns at what was read. */
static aisle_status show_columns(aisle_table *out, table_store *t, aisle_error *err)
{
    for (size_t i = 0; i < t->n; i++) {
        column_store *c = &t->column[i];
        out->columns[i] = (aisle_table_column){c->wanted->name, c->wanted->kind, NULL};
        if (!c->there)
            continue;
        out->columns[i].data =
            c->wanted->kind == AISLE_COLUMN_INT ? (const void *)c->ints : (const void *)c->reals;
        if (c->wanted->kind != AISLE_COLUMN_TEXT)
            continue;
        c->texts = NEW_ARRAY(const char *, out->rows);
        if (!c->texts)
            return fail_memory(err);
        for (size_t row = 0; row < out->rows; row++)
            c->texts[row] = c->offset[row] == UINT64_MAX ? NULL : c->bytes.bytes + c->offset[row];
        out->columns[i].data = c->texts;
    }
    return AISLE_OK;
}

static aisle_status table_init(aisle_table **out, const aisle_table_wanted *wanted, size_t n,
                               aisle_error *err)
{
    aisle_status status = AISLE_OK;
    table_store *t = NULL;
    *out = NEW_ZEROED(aisle_table, 1);
    TRY_ALLOC(*out);
    TRY_ALLOC((*out)->columns = NEW_ZEROED(aisle_table_column, n));
    TRY_ALLOC(t = NEW_ZEROED(table_store, 1));
    (*out)->owned = t;
    TRY_ALLOC(t->column = NEW_ZEROED(column_store, n));
    (*out)->n_columns = t->n = n;
    for (size_t i = 0; i < n; i++)
        t->column[i].wanted = &wanted[i];
done:
    return status;
}

aisle_status aisle_table_read(aisle_table **out, const char *path, const aisle_table_wanted *wanted,
                              size_t n, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    aisle_table *table = NULL;
    session db = {.threads = 1};
    source s = {0};
    char *copy = mem_text(path);
    source_options options = {.path = copy, .header = true, .trim = true};
    TRY_ALLOC(copy);
    TRY(table_init(&table, wanted, n, err));
    TRY(source_init_file(&s, &db, &options, "the table", true, err));
    TRY(start(&s, table->owned, err));
    TRY(read_rows(table, table->owned, &s, err));
    TRY(show_columns(table, table->owned, err));
    *out = table;
    table = NULL;
done:
    aisle_table_free(table);
    source_fini(&s);
    session_fini(&db);
    mem_free(copy);
    return status;
}

void aisle_table_free(aisle_table *table)
{
    if (!table)
        return;
    table_store *t = table->owned;
    for (size_t i = 0; t && i < t->n; i++) {
        mem_free(t->column[i].ints);
        mem_free(t->column[i].reals);
        mem_free(t->column[i].offset);
        mem_free(t->column[i].texts);
        text_fini(&t->column[i].bytes);
    }
    if (t)
        mem_free(t->column);
    mem_free(t);
    mem_free(table->columns);
    mem_free(table);
}
