#include "data/reader/receipts.h"

#include <inttypes.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "data/limits.h"
#include "data/reader/values/numbers.h"
#include "data/reader/values/times.h"

#define MOST_WEEK 1e6

static const char MISSING[] = REJECT_MISSING;
static const char NOT_WHOLE[] = "not a whole number";
static const char OUT_OF_RANGE[] = "number out of range";

enum { USER, ITEM, TIME, BASKET, STORE, WEEK, QUANTITY, VALUE, DISCOUNT, FIELDS };

/* What tools write where there is nothing. */
static char *const nothing_words[] = {"NULL", "nan", "None", "N/A", "\\N"};
static const text_list nothing = {(char **)nothing_words,
                                  sizeof nothing_words / sizeof *nothing_words};

/* Columns whose sum is the discount, at most. */
enum { DISCOUNTS_MOST = 16 };

/* A batch while its columns are turned into ours. */
typedef struct receipts_reader {
    receipt_columns *out;
    source table;
    time_reader times;
    number_style style;
    bool is_price;       /* the column of the value has the price of one piece */
    int32_t from, until; /* days that count */
    bool no_card[BATCH_ROWS];
    wanted_column wanted[FIELDS + DISCOUNTS_MOST];
    int slot[FIELDS]; /* among the columns of the batch; -1: not configured */
    size_t discounts; /* columns from slot[DISCOUNT] on */
    size_t n_wanted;
    const char *reason[BATCH_ROWS]; /* why a row is bad, or NULL */
    int bad_slot[BATCH_ROWS];       /* in which column */
    uint64_t draw[BATCH_ROWS];      /* of its household, where the filter is on */
    bool elsewhere[BATCH_ROWS];     /* of a household that is left out */
    uint64_t hash[BATCH_ROWS];      /* of the texts at hand */
    uint32_t code[FIELDS][BATCH_ROWS];
    int32_t whole[FIELDS][BATCH_ROWS];
    double real[FIELDS][BATCH_ROWS];
} receipts_reader;

static void reject_row(receipts_reader *r, size_t row, int slot, const char *reason)
{
    if (r->reason[row])
        return;
    r->reason[row] = reason;
    r->bad_slot[row] = slot;
}

/* Whose rows are left out: they are judged all the same, and not coded. */
static void filter_households(receipts_reader *r, const batch *b)
{
    const cells *column = &b->columns[r->slot[USER]];
    for (size_t i = 0; i < b->rows; i++)
        r->no_card[i] = cell_is_missing(column, i);
    if (!household_filter_is_on(&r->out->filter))
        return;
    for (size_t i = 0; i < b->rows; i++) {
        r->elsewhere[i] = false;
        if (r->no_card[i])
            continue;
        r->draw[i] = household_filter_draw(&r->out->filter, column, i);
        r->elsewhere[i] = !household_filter_keeps(&r->out->filter, r->draw[i]);
    }
}

static uint32_t code_id(const receipts_reader *r, const cells *column, size_t i, coder *values)
{
    if (r->elsewhere[i])
        return column->kind == CELLS_INT || text_is_clean(column->texts[i]) ? AISLE_MISSING
                                                                            : CODER_BAD;
    return column->kind == CELLS_INT ? coder_code_int(values, column->ints[i])
                                     : coder_code_hashed(values, column->texts[i], r->hash[i]);
}

static aisle_status code_ids(receipts_reader *r, int field, const batch *b, coder *values,
                             aisle_error *err)
{
    int slot = r->slot[field];
    if (slot < 0)
        return AISLE_OK;
    const cells *column = &b->columns[slot];
    uint32_t *code = r->code[field];
    if (column->kind == CELLS_TEXT)
        coder_hash_texts(r->hash, values, column->texts, b->rows);
    for (size_t i = 0; i < b->rows; i++) {
        code[i] = AISLE_MISSING;
        if (cell_is_missing(column, i)) {
            if (field == ITEM)
                reject_row(r, i, slot, MISSING);
            continue;
        }
        code[i] = code_id(r, column, i, values);
        if (code[i] == CODER_FULL)
            return fail_memory(err);
        if (code[i] == CODER_BAD)
            reject_row(r, i, slot, REJECT_NOT_UTF8);
    }
    return AISLE_OK;
}

/* Into real, or why not. */
static const char *read_number(double *real, const receipts_reader *r, const cells *column,
                               size_t row, double most)
{
    if (column->kind == CELLS_REAL)
        *real = column->reals[row];
    else if (!number_parse(real, column->texts[row], r->style))
        return REJECT_NOT_A_NUMBER;
    return fabs(*real) <= most ? NULL : OUT_OF_RANGE;
}

static void take_numbers(receipts_reader *r, int field, const batch *b, double most)
{
    int slot = r->slot[field];
    if (slot < 0)
        return;
    const cells *column = &b->columns[slot];
    double *real = r->real[field];
    for (size_t i = 0; i < b->rows; i++) {
        const char *reason = MISSING;
        if (!cell_is_missing(column, i))
            reason = read_number(&real[i], r, column, i, most);
        if (reason)
            reject_row(r, i, slot, reason);
    }
}

/* The value of a line whose column has the price of one piece, behind its quantity. */
static void take_prices(receipts_reader *r, const batch *b)
{
    for (size_t i = 0; r->is_price && i < b->rows; i++) {
        if (r->reason[i])
            continue;
        r->real[VALUE][i] *= r->slot[QUANTITY] < 0 ? 1 : r->real[QUANTITY][i];
        if (!(fabs(r->real[VALUE][i]) <= DATA_MOST_AMOUNT))
            reject_row(r, i, r->slot[VALUE], OUT_OF_RANGE);
    }
}

/* The sum of the columns; a shop writes what it took off with either sign. */
static void take_discounts(receipts_reader *r, const batch *b)
{
    double *sum = r->real[DISCOUNT], one;
    memset(sum, 0, sizeof r->real[DISCOUNT]);
    for (size_t d = 0; d < r->discounts; d++) {
        int slot = r->slot[DISCOUNT] + (int)d;
        for (size_t i = 0; i < b->rows; i++) {
            if (cell_is_missing(&b->columns[slot], i))
                continue;
            const char *reason = read_number(&one, r, &b->columns[slot], i, DATA_MOST_AMOUNT);
            sum[i] += reason ? 0 : fabs(one);
            if (!reason && sum[i] > DATA_MOST_AMOUNT)
                reason = OUT_OF_RANGE;
            if (reason)
                reject_row(r, i, slot, reason);
        }
    }
}

static void take_weeks(receipts_reader *r, const batch *b)
{
    take_numbers(r, WEEK, b, MOST_WEEK);
    for (size_t i = 0; r->slot[WEEK] >= 0 && i < b->rows; i++) {
        if (r->reason[i])
            continue;
        r->whole[WEEK][i] = (int32_t)r->real[WEEK][i];
        if (r->whole[WEEK][i] != r->real[WEEK][i])
            reject_row(r, i, r->slot[WEEK], NOT_WHOLE);
    }
}

static aisle_status take_days(receipts_reader *r, const batch *b, aisle_error *err)
{
    int slot = r->slot[TIME];
    const cells *column = &b->columns[slot];
    for (size_t i = 0; i < b->rows; i++) {
        const char *reason = MISSING;
        if (!cell_is_missing(column, i)) {
            aisle_status status =
                time_reader_day(&r->whole[TIME][i], &reason, &r->times, column, i, err);
            if (status != AISLE_OK)
                return status;
        }
        if (reason)
            reject_row(r, i, slot, reason);
    }
    return AISLE_OK;
}

/* The cell as text, for the file of rejected lines. */
static slice cell_text(const cells *column, size_t row, char buffer[64])
{
    if (cell_is_missing(column, row))
        return (slice){"", 0};
    if (column->kind == CELLS_TEXT)
        return column->texts[row];
    int length = column->kind == CELLS_REAL ? snprintf(buffer, 64, "%.17g", column->reals[row])
                                            : snprintf(buffer, 64, "%" PRId64, column->ints[row]);
    return (slice){buffer, (size_t)length};
}

/* The arrays of receipt_columns: the field that fills each, where it is configured. */
static const struct column_place {
    size_t at, size;
    int field;
} places[] = {
    {offsetof(receipt_columns, user), sizeof(uint32_t), USER},
    {offsetof(receipt_columns, item), sizeof(uint32_t), ITEM},
    {offsetof(receipt_columns, day), sizeof(int32_t), TIME},
    {offsetof(receipt_columns, basket), sizeof(uint32_t), BASKET},
    {offsetof(receipt_columns, store), sizeof(uint32_t), STORE},
    {offsetof(receipt_columns, quantity), sizeof(double), QUANTITY},
    {offsetof(receipt_columns, value), sizeof(double), VALUE},
    {offsetof(receipt_columns, discount), sizeof(double), DISCOUNT},
};
enum { PLACES = sizeof places / sizeof *places };

static void **array_at(receipt_columns *o, const struct column_place *p)
{
    return (void **)(void *)((char *)o + p->at);
}

static aisle_status grow_columns(receipts_reader *r, size_t need, aisle_error *err)
{
    receipt_columns *o = r->out;
    size_t capacity = o->capacity;
    for (int p = 0; p < PLACES; p++) {
        size_t grown = o->capacity;
        if (r->slot[places[p].field] < 0)
            continue;
        if (mem_grow(array_at(o, &places[p]), &grown, need, places[p].size))
            return fail_memory(err);
        capacity = grown;
    }
    o->capacity = capacity;
    return AISLE_OK;
}

/* A row that is no good has no household that could be of a sample. */
static aisle_status append_row(receipts_reader *r, size_t i, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    receipt_columns *o = r->out;
    source_count *file = &r->table.counts[r->table.file];
    if (r->whole[TIME][i] < r->from || r->whole[TIME][i] > r->until) {
        file->outside++;
        return AISLE_OK;
    }
    if (r->no_card[i]) {
        file->no_card++;
        return AISLE_OK;
    }
    TRY(day_list_add(&o->days, r->whole[TIME][i], r->slot[WEEK] < 0 ? 0 : r->whole[WEEK][i], err));
    if (r->elsewhere[i]) {
        o->elsewhere++;
        return AISLE_OK;
    }
    TRY(household_filter_take(&o->filter, r->code[USER][i], r->draw[i], err));
    size_t l = o->lines++;
    o->user[l] = r->code[USER][i];
    o->item[l] = r->code[ITEM][i];
    o->day[l] = r->whole[TIME][i];
    if (o->basket)
        o->basket[l] = r->code[BASKET][i];
    if (o->store)
        o->store[l] = r->code[STORE][i];
    if (o->quantity)
        o->quantity[l] = r->real[QUANTITY][i];
    if (o->value)
        o->value[l] = r->real[VALUE][i];
    if (o->discount)
        o->discount[l] = r->real[DISCOUNT][i];
done:
    return status;
}

static aisle_status take_batch(receipts_reader *r, const batch *b, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    receipt_columns *o = r->out;
    memset(r->reason, 0, sizeof r->reason);
    filter_households(r, b);
    TRY(code_ids(r, USER, b, &o->user_values, err));
    TRY(code_ids(r, ITEM, b, &o->item_values, err));
    TRY(take_days(r, b, err));
    TRY(code_ids(r, BASKET, b, &o->basket_values, err));
    TRY(code_ids(r, STORE, b, &o->store_values, err));
    take_weeks(r, b);
    take_numbers(r, QUANTITY, b, DATA_MOST_AMOUNT);
    take_numbers(r, VALUE, b, DATA_MOST_AMOUNT);
    take_prices(r, b);
    take_discounts(r, b);
    TRY(grow_columns(r, o->lines + b->rows, err));
    for (size_t i = 0; i < b->rows; i++) {
        char buffer[64];
        if (!r->reason[i]) {
            TRY(append_row(r, i, err));
            continue;
        }
        int slot = r->bad_slot[i];
        r->table.counts[r->table.file].rejected++;
        TRY(rejects_add(&o->bad, b->file, b->lines[i], r->reason[i], r->wanted[slot].names[0],
                        cell_text(&b->columns[slot], i, buffer), err));
    }
done:
    return status;
}

static void want(receipts_reader *r, int field, const char *key, const text_list *names,
                 source_role role, const text_list *missing)
{
    r->slot[field] = -1;
    if (!names->count)
        return;
    r->slot[field] = (int)r->n_wanted;
    r->wanted[r->n_wanted++] = (wanted_column){key, names->items, names->count, role, missing};
}

static void want_one(receipts_reader *r, int field, const char *key, char *const *name)
{
    text_list names = {(char **)name, *name != NULL};
    want(r, field, key, &names, ROLE_NUMBER, NULL);
}

static aisle_status want_discounts(receipts_reader *r, const text_list *names, aisle_error *err)
{
    r->slot[DISCOUNT] = names->count ? (int)r->n_wanted : -1;
    r->discounts = names->count;
    if (names->count > DISCOUNTS_MOST)
        return fail(err, AISLE_ERROR_CONFIG,
                    "key 'data.receipts.discount': found %zu columns, expected up to %d",
                    names->count, DISCOUNTS_MOST);
    for (size_t d = 0; d < names->count; d++)
        r->wanted[r->n_wanted++] =
            (wanted_column){"data.receipts.discount", &names->items[d], 1, ROLE_NUMBER, NULL};
    return AISLE_OK;
}

static aisle_status check_columns(const receipts_reader *r, const data_options *o, aisle_error *err)
{
    if (r->slot[USER] < 0 || r->slot[ITEM] < 0 || r->slot[TIME] < 0)
        return fail(err, AISLE_ERROR_CONFIG,
                    "data.receipts: user, item and time are needed, each the name of a column");
    if (o->receipts.time.count > 2)
        return fail(err, AISLE_ERROR_CONFIG,
                    "key 'data.receipts.time': found %zu columns, expected one, or date and clock",
                    o->receipts.time.count);
    if (o->receipts.value && o->receipts.price)
        return fail(err, AISLE_ERROR_CONFIG,
                    "data.receipts: found value and price, expected one: value is the line's, "
                    "price that of one piece");
    if (!source_is_given(&o->receipts.source))
        return fail(err, AISLE_ERROR_CONFIG,
                    "data.receipts: no source; expected one of path, sql, postgres");
    return AISLE_OK;
}

static aisle_status want_columns(receipts_reader *r, const data_options *o, aisle_error *err)
{
    want(r, USER, "data.receipts.user", &o->receipts.user, ROLE_ID, &o->receipts.no_card);
    want(r, ITEM, "data.receipts.item", &o->receipts.item, ROLE_ID, &nothing);
    want(r, TIME, "data.receipts.time", &o->receipts.time, ROLE_TIME, &nothing);
    want(r, BASKET, "data.receipts.basket", &o->receipts.basket, ROLE_ID, &nothing);
    want(r, STORE, "data.receipts.store", &o->receipts.store, ROLE_ID, &nothing);
    want_one(r, WEEK, "data.receipts.week", &o->receipts.week);
    want_one(r, QUANTITY, "data.receipts.quantity", &o->receipts.quantity);
    r->is_price = o->receipts.price != NULL;
    if (r->is_price)
        want_one(r, VALUE, "data.receipts.price", &o->receipts.price);
    else
        want_one(r, VALUE, "data.receipts.value", &o->receipts.value);
    aisle_status status = want_discounts(r, &o->receipts.discount, err);
    return status ? status : check_columns(r, o, err);
}

/* The days that count. */
static aisle_status take_bounds(receipts_reader *r, const data_options *o, aisle_error *err)
{
    moment from = o->receipts.from, until = o->receipts.until;
    if (from.kind == MOMENT_WEEK || until.kind == MOMENT_WEEK)
        return fail(err, AISLE_ERROR_CONFIG,
                    "key 'data.receipts.%s': found a week, expected a date",
                    from.kind == MOMENT_WEEK ? "from" : "until");
    r->from = from.kind ? from.value : INT32_MIN;
    r->until = until.kind ? until.value : INT32_MAX;
    if (r->from > r->until)
        return fail(err, AISLE_ERROR_CONFIG,
                    "key 'data.receipts.until': found a day before data.receipts.from");
    return AISLE_OK;
}

/* The counts move out of the source, which goes. */
static void count_files(receipt_columns *o, source *table)
{
    o->files = table->counts;
    o->n_files = source_n_counts(table);
    table->counts = NULL;
    for (size_t f = 0; f < o->n_files; f++) {
        o->no_card += o->files[f].no_card;
        o->outside += o->files[f].outside;
        o->left_out += o->files[f].left_out;
    }
}

static aisle_status read_rows(receipts_reader *r, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    bool checked = false;
    for (;;) {
        batch b;
        TRY(source_next(&b, &r->table, &r->out->bad, err));
        if (b.rows == 0)
            break;
        if (!checked)
            TRY(time_reader_check(&r->times, b.columns[r->slot[TIME]].kind,
                                  r->wanted[r->slot[TIME]].names[0], err));
        checked = true;
        TRY(take_batch(r, &b, err));
    }
    count_files(r->out, &r->table);
    if (r->out->lines == 0 && r->out->elsewhere == 0 && r->out->bad.total == 0)
        TRY(fail_at(err, AISLE_ERROR_DATA, r->table.options->path, 0, 0,
                    "%s: found no rows, expected receipts%s", source_name(&r->table),
                    r->out->no_card           ? " of households: none has a card"
                    : r->out->outside         ? " from data.receipts.from to until"
                    : r->table.options->where ? " that data.receipts.where keeps"
                                              : ""));
done:
    return status;
}

/* Rows of households that were of the sample for a while go. */
static void drop_rows(receipts_reader *r)
{
    receipt_columns *o = r->out;
    size_t lines = o->lines;
    o->lines = 0;
    for (size_t l = 0; l < lines; l++) {
        if (!household_filter_has(&o->filter, o->user[l]))
            continue;
        size_t to = o->lines++;
        for (int p = 0; p < PLACES && to != l; p++) {
            char *array = *array_at(o, &places[p]);
            size_t size = places[p].size;
            if (array)
                memcpy(array + to * size, array + l * size, size);
        }
    }
    o->elsewhere += lines - o->lines;
}

aisle_status receipt_columns_read(receipt_columns *out, session *s, const aisle_config *config,
                                  const aisle_household_choice *which, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    receipt_columns columns = {0};
    receipts_reader *r = NEW_ZEROED(receipts_reader, 1);
    TRY_ALLOC(r);
    r->out = &columns;
    TRY(household_filter_init(&columns.filter, which, err));
    r->style = number_style_of(&config->data.receipts.source);
    TRY(take_bounds(r, &config->data, err));
    TRY(want_columns(r, &config->data, err));
    TRY(source_init(&r->table, s, &config->data.receipts.source, "data.receipts", config->folder,
                    true, err));
    TRY(time_reader_init(&r->times, s, &config->data, err));
    TRY(source_start_stream(&r->table, r->wanted, r->n_wanted, err));
    TRY(read_rows(r, err));
    if (household_filter_is_on(&columns.filter))
        drop_rows(r);
    columns.has_weeks = r->slot[WEEK] >= 0;
    *out = columns;
done:
    if (r) {
        source_fini(&r->table);
        time_reader_fini(&r->times);
    }
    if (status)
        receipt_columns_fini(&columns);
    mem_free(r);
    return status;
}

aisle_receipts receipt_columns_view(const receipt_columns *c)
{
    return (aisle_receipts){
        .lines = c->lines,
        .user = {c->user, coder_values(&c->user_values)},
        .item = {c->item, coder_values(&c->item_values)},
        .basket = {c->basket, coder_values(&c->basket_values)},
        .store = {c->store, coder_values(&c->store_values)},
        .day = c->day,
        .quantity = c->quantity,
        .value = c->value,
        .discount = c->discount,
        .rejected = c->bad.total,
        .no_card = c->no_card,
        .outside = c->outside,
        .left_out = c->left_out,
        .elsewhere = c->elsewhere,
        .n_days = c->days.n,
        .days = c->days.day,
        .day_week = c->has_weeks ? c->days.week : NULL,
    };
}

void receipt_columns_fini(receipt_columns *c)
{
    coder_fini(&c->user_values);
    coder_fini(&c->item_values);
    coder_fini(&c->basket_values);
    coder_fini(&c->store_values);
    for (int p = 0; p < PLACES; p++)
        mem_free(*array_at(c, &places[p]));
    day_list_fini(&c->days);
    source_counts_free(c->files, c->n_files);
    rejects_fini(&c->bad);
    household_filter_fini(&c->filter);
    memset(c, 0, sizeof *c);
}
