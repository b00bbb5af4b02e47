#include "data/reader/promotions_reader.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "data/reader/values/numbers.h"

#define MOST_WEEK 1e6

enum { ITEM, WEEK, STORE, DISPLAY, MAILER, FIELDS };

typedef struct promotions_reader {
    const data_options *options;
    source table;
    rejects *bad;
    size_t rows;
    wanted_column wanted[FIELDS];
    int slot[FIELDS]; /* among the columns of a batch; -1: not configured */
    size_t n_wanted;
    coder item_values, store_values;
    uint32_t item[BATCH_ROWS], store[BATCH_ROWS];
    int32_t week[BATCH_ROWS];
    uint8_t kind[BATCH_ROWS];
} promotions_reader;

/* Why a row is bad, and in which column. */
typedef struct fault {
    const char *reason; /* NULL: it is good */
    int field;
} fault;

static uint32_t code_cell(fault *f, int field, coder *values, const cells *column, size_t row)
{
    if (cell_is_missing(column, row)) {
        if (field == ITEM)
            *f = (fault){REJECT_MISSING, field};
        return AISLE_MISSING;
    }
    uint32_t code = column->kind == CELLS_INT ? coder_code_int(values, column->ints[row])
                                              : coder_code_text(values, column->texts[row]);
    if (code == CODER_BAD)
        *f = (fault){REJECT_NOT_UTF8, field};
    return code;
}

static int32_t read_week(fault *f, const cells *column, size_t row, number_style style)
{
    double week = 0;
    if (cell_is_missing(column, row))
        *f = (fault){REJECT_MISSING, WEEK};
    else if (column->kind == CELLS_REAL)
        week = column->reals[row];
    else if (!number_parse(&week, column->texts[row], style))
        *f = (fault){REJECT_NOT_A_NUMBER, WEEK};
    if (!f->reason && !(fabs(week) <= MOST_WEEK))
        *f = (fault){"number out of range", WEEK};
    else if (!f->reason && week != (int32_t)week)
        *f = (fault){"not a whole number", WEEK};
    return f->reason ? 0 : (int32_t)week;
}

static bool is_blank(slice s)
{
    for (size_t i = 0; i < s.length; i++)
        if (s.bytes[i] != ' ' && s.bytes[i] != '\t')
            return false;
    return true;
}

static bool says_promotion(const promotions_reader *r, const batch *b, int field, size_t row)
{
    if (r->slot[field] < 0)
        return false;
    slice s = b->columns[r->slot[field]].texts[row];
    const text_list *none = &r->options->promotions.none;
    for (size_t i = 0; i < none->count; i++)
        if (strlen(none->items[i]) == s.length && memcmp(none->items[i], s.bytes, s.length) == 0)
            return false;
    return !is_blank(s);
}

static aisle_status reject_row(promotions_reader *r, const batch *b, size_t row, fault f,
                               aisle_error *err)
{
    char number[64];
    int slot = r->slot[f.field];
    const cells *column = &b->columns[slot];
    slice raw = {"", 0};
    if (column->kind == CELLS_TEXT)
        raw = column->texts[row];
    else if (column->kind == CELLS_REAL && !cell_is_missing(column, row))
        raw = (slice){number, (size_t)snprintf(number, sizeof number, "%.17g", column->reals[row])};
    if (!raw.bytes)
        raw = (slice){"", 0};
    return rejects_add(r->bad, b->file, b->lines[row], f.reason, r->wanted[slot].names[0], raw,
                       err);
}

static aisle_status take_row(promotions_reader *r, size_t *n, const batch *b, size_t row,
                             aisle_error *err)
{
    fault f = {NULL, 0};
    r->item[*n] = code_cell(&f, ITEM, &r->item_values, &b->columns[r->slot[ITEM]], row);
    r->store[*n] = AISLE_MISSING;
    if (!f.reason && r->slot[STORE] >= 0)
        r->store[*n] = code_cell(&f, STORE, &r->store_values, &b->columns[r->slot[STORE]], row);
    if (!f.reason)
        r->week[*n] = read_week(&f, &b->columns[r->slot[WEEK]], row,
                                number_style_of(&r->options->promotions.source));
    if (f.reason)
        return reject_row(r, b, row, f, err);
    if (r->item[*n] == CODER_FULL || r->store[*n] == CODER_FULL)
        return fail_memory(err);
    r->kind[*n] = (uint8_t)((says_promotion(r, b, DISPLAY, row) ? AISLE_PROMOTION_DISPLAY : 0) |
                            (says_promotion(r, b, MAILER, row) ? AISLE_PROMOTION_MAILER : 0));
    ++*n;
    return AISLE_OK;
}

/* The next batch that has a good row: an aisle_promotion_source. */
static aisle_status next_piece(void *data, aisle_promotions *out, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    promotions_reader *r = data;
    size_t n = 0;
    while (n == 0) {
        batch b;
        TRY(source_next(&b, &r->table, r->bad, err));
        if (b.rows == 0)
            break;
        for (size_t row = 0; row < b.rows; row++)
            TRY(take_row(r, &n, &b, row, err));
    }
    r->rows += n;
    *out = (aisle_promotions){
        .rows = n,
        .item = {r->item, coder_values(&r->item_values)},
        .store = {r->slot[STORE] < 0 ? NULL : r->store, coder_values(&r->store_values)},
        .week = r->week,
        .kind = r->kind,
    };
done:
    return status;
}

static void want(promotions_reader *r, int field, const char *key, const text_list *names,
                 source_role role)
{
    r->slot[field] = -1;
    if (!names->count)
        return;
    r->slot[field] = (int)r->n_wanted;
    r->wanted[r->n_wanted++] = (wanted_column){key, names->items, names->count, role, NULL};
}

static void want_one(promotions_reader *r, int field, const char *key, char *const *name,
                     source_role role)
{
    text_list names = {(char **)name, *name != NULL};
    want(r, field, key, &names, role);
}

static void want_columns(promotions_reader *r)
{
    const data_options *o = r->options;
    want(r, ITEM, "data.promotions.item", &o->promotions.item, ROLE_ID);
    want_one(r, WEEK, "data.promotions.week", &o->promotions.week, ROLE_NUMBER);
    want(r, STORE, "data.promotions.store", &o->promotions.store, ROLE_ID);
    want_one(r, DISPLAY, "data.promotions.display", &o->promotions.display, ROLE_TEXT);
    want_one(r, MAILER, "data.promotions.mailer", &o->promotions.mailer, ROLE_TEXT);
}

aisle_status promotions_check(const data_options *o, aisle_error *err)
{
    bool named = o->promotions.store.count || o->promotions.display || o->promotions.mailer;
    if (!source_is_given(&o->promotions.source)) {
        if (!named)
            return AISLE_OK;
        return fail(err, AISLE_ERROR_CONFIG,
                    "key 'data.promotions': found columns without a source; expected one of path, "
                    "sql, postgres");
    }
    if (!o->promotions.display && !o->promotions.mailer)
        return fail(err, AISLE_ERROR_CONFIG,
                    "data.promotions: display or mailer is needed, the name of a column");
    if (o->promotions.store.count && !o->receipts.store.count)
        return fail(err, AISLE_ERROR_CONFIG,
                    "data.promotions.store needs data.receipts.store, which is not given");
    return AISLE_OK;
}

aisle_status promotions_read(aisle_dataset *dataset, rejects *bad, size_t *rows, session *s,
                             const aisle_config *config, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    promotions_reader *r = NULL;
    *rows = 0;
    if (!source_is_given(&config->data.promotions.source))
        return AISLE_OK;
    TRY_ALLOC(r = NEW_ZEROED(promotions_reader, 1));
    r->options = &config->data;
    r->bad = bad;
    TRY(source_init(&r->table, s, &config->data.promotions.source, "data.promotions",
                    config->folder, true, err));
    want_columns(r);
    TRY(source_start_stream(&r->table, r->wanted, r->n_wanted, err));
    TRY(aisle_dataset_add_promotions(dataset, next_piece, r, err));
    if (r->rows == 0 && bad->total == 0)
        TRY(fail_at(err, AISLE_ERROR_DATA, r->table.options->path, 0, 0,
                    "%s: found no rows, expected promotions", source_name(&r->table)));
    *rows = r->rows;
done:
    if (r) {
        source_fini(&r->table);
        coder_fini(&r->item_values);
        coder_fini(&r->store_values);
    }
    mem_free(r);
    return status;
}
