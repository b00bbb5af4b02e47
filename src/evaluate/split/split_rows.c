/* A table is a list of columns, each with a function that fills a cell, and a function that goes to
 * the next row. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/fail.h"
#include "base/mem.h"
#include "evaluate/split/split_tables.h"

enum { CHUNK = 8192 }; /* rows at a time */

/* Where the next row is. */
typedef struct place {
    uint32_t user, item;
    uint64_t line;   /* or a pair */
    size_t week;     /* of promotions, from the dataset's first */
    uint32_t within; /* it, of the promotions of a week */
} place;

typedef struct split_column split_column;

/* array: of int64_t, double or text, by the column's kind. */
typedef void (*fill_cell)(void *array, size_t at, aisle_split_rows *r, const split_column *c);

struct split_column {
    fill_cell fill;
    const id_table *ids;  /* levels, or what the ids are of */
    const uint32_t *code; /* [rows] of levels */
    const char **text;    /* [levels] where they are numbers; owned */
    char (*printed)[32];  /* behind it; owned */
    void *array;          /* [CHUNK]; owned */
};

struct aisle_split_rows {
    const aisle_split_tables *t;
    size_t n_columns, room;
    aisle_table_column *out;
    split_column *column;
    bool (*next)(aisle_split_rows *r); /* to the next row, from the one before the first */
    window days;
    place at;
    bool started;
    char (*date)[16]; /* [CHUNK] */
    uint64_t count;
};

/* ---- Cells ---- */

static void fill_id(void *array, size_t at, const id_table *ids, uint32_t index)
{
    if (ids->is_int)
        ((int64_t *)array)[at] = ids->ints[index];
    else
        ((const char **)array)[at] = ids->bytes + ids->offsets[index];
}

static void fill_user(void *array, size_t at, aisle_split_rows *r, const split_column *c)
{
    fill_id(array, at, c->ids, r->at.user);
}

static void fill_item(void *array, size_t at, aisle_split_rows *r, const split_column *c)
{
    fill_id(array, at, c->ids, r->at.item);
}

static void fill_basket(void *array, size_t at, aisle_split_rows *r, const split_column *c)
{
    (void)c;
    ((int64_t *)array)[at] = (int64_t)r->t->dataset->line.basket[r->at.line] + 1;
}

/* As text: a store may be missing, which no column of numbers can say. */
static void fill_level(void *array, size_t at, const split_column *c, uint32_t code)
{
    const char *text = NULL;
    if (code != AISLE_MISSING)
        text = c->text ? c->text[code] : c->ids->bytes + c->ids->offsets[code];
    ((const char **)array)[at] = text;
}

static void fill_store(void *array, size_t at, aisle_split_rows *r, const split_column *c)
{
    const aisle_dataset *d = r->t->dataset;
    fill_level(array, at, c, d->store[d->line.basket[r->at.line]]);
}

static void fill_date(void *array, size_t at, aisle_split_rows *r, const split_column *c)
{
    (void)c;
    date_format(r->date[at], r->t->dataset->line.day[r->at.line]);
    ((const char **)array)[at] = r->date[at];
}

static void fill_week(void *array, size_t at, aisle_split_rows *r, const split_column *c)
{
    (void)c;
    const aisle_dataset *d = r->t->dataset;
    ((int64_t *)array)[at] = week_label(&d->weeks, week_of_day(&d->weeks, d->line.day[r->at.line]));
}

/* The shortest decimal that is the same float. */
static double plain_real(float value)
{
    char text[32];
    for (int digits = 6; digits < 9; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, (double)value);
        if (strtof(text, NULL) == value)
            return strtod(text, NULL);
    }
    return (double)value;
}

static void fill_quantity(void *array, size_t at, aisle_split_rows *r, const split_column *c)
{
    (void)c;
    ((double *)array)[at] = plain_real(r->t->dataset->line.quantity[r->at.line]);
}

static void fill_value(void *array, size_t at, aisle_split_rows *r, const split_column *c)
{
    (void)c;
    ((double *)array)[at] = r->t->dataset->line.value[r->at.line];
}

static void fill_discount(void *array, size_t at, aisle_split_rows *r, const split_column *c)
{
    (void)c;
    ((double *)array)[at] = plain_real(r->t->dataset->line.discount[r->at.line]);
}

static void fill_product(void *array, size_t at, aisle_split_rows *r, const split_column *c)
{
    fill_level(array, at, c, c->code[r->at.item]);
}

static void fill_household(void *array, size_t at, aisle_split_rows *r, const split_column *c)
{
    fill_level(array, at, c, c->code[r->at.user]);
}

static void fill_label(void *array, size_t at, aisle_split_rows *r, const split_column *c)
{
    (void)c;
    ((const char **)array)[at] = r->t->dataset->products.label[r->at.item];
}

static uint32_t promotion_at(const aisle_split_rows *r)
{
    return r->t->dataset->promotions.week[r->at.week].place[r->at.within];
}

static void fill_promotion_store(void *array, size_t at, aisle_split_rows *r, const split_column *c)
{
    fill_level(array, at, c, promotion_at(r) >> PROMOTION_BITS);
}

static void fill_promotion_week(void *array, size_t at, aisle_split_rows *r, const split_column *c)
{
    (void)c;
    const week_table *weeks = &r->t->dataset->weeks;
    ((int64_t *)array)[at] = week_label(weeks, weeks->first + (int32_t)r->at.week);
}

static void fill_display(void *array, size_t at, aisle_split_rows *r, const split_column *c)
{
    (void)c;
    ((int64_t *)array)[at] = (promotion_at(r) & AISLE_PROMOTION_DISPLAY) != 0;
}

static void fill_mailer(void *array, size_t at, aisle_split_rows *r, const split_column *c)
{
    (void)c;
    ((int64_t *)array)[at] = (promotion_at(r) & AISLE_PROMOTION_MAILER) != 0;
}

/* ---- Rows ---- */

static bool next_line(aisle_split_rows *r)
{
    const aisle_dataset *d = r->t->dataset;
    uint64_t l = r->started ? r->at.line + 1 : 0;
    for (; l < d->line.n; l++) {
        while (d->user_offset[r->at.user + 1] <= l)
            r->at.user++;
        if (d->line.day[l] >= r->days.from && d->line.day[l] < r->days.to)
            break;
    }
    r->at.line = l;
    if (l < d->line.n)
        r->at.item = d->line.item[l];
    return l < d->line.n;
}

static bool next_pair(aisle_split_rows *r)
{
    uint64_t p = r->at.line = r->started ? r->at.line + 1 : 0;
    if (p >= r->t->pairs)
        return false;
    r->at.user = r->t->user[p];
    r->at.item = r->t->item[p];
    return true;
}

static bool is_known(const attribute_table *t, uint32_t row)
{
    bool known = t->label && t->label[row];
    for (size_t c = 0; c < t->columns; c++)
        known |= t->code[c][row] != AISLE_MISSING;
    return known;
}

/* The next row of which something is known; its place, or the number of rows. */
static uint32_t next_known(const aisle_split_rows *r, uint32_t at, const attribute_table *t,
                           const uint8_t *is_in)
{
    uint32_t i = r->started ? at + 1 : 0;
    while (i < t->rows && !(is_in[i] && is_known(t, i)))
        i++;
    return i;
}

static bool next_product(aisle_split_rows *r)
{
    const attribute_table *t = &r->t->dataset->products;
    r->at.item = next_known(r, r->at.item, t, r->t->item_is_in);
    return r->at.item < t->rows;
}

static bool next_household(aisle_split_rows *r)
{
    const attribute_table *t = &r->t->dataset->households;
    r->at.user = next_known(r, r->at.user, t, r->t->user_is_in);
    return r->at.user < t->rows;
}

static bool next_promotion(aisle_split_rows *r)
{
    const aisle_dataset *d = r->t->dataset;
    size_t weeks = split_promotion_weeks(r->t);
    uint32_t p = r->started ? r->at.within + 1 : 0;
    for (; r->at.week < weeks; r->at.week++) {
        const promotion_week *w = &d->promotions.week[r->at.week];
        while (w->offset && r->at.item < d->items.count && w->offset[r->at.item + 1] <= p)
            r->at.item++;
        if (w->offset && r->at.item < d->items.count) {
            r->at.within = p;
            return true;
        }
        r->at.item = p = 0;
    }
    return false;
}

/* ---- Columns ---- */

static aisle_status add_column(aisle_split_rows *r, const char *name, aisle_column_kind kind,
                               fill_cell fill, const id_table *ids, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t room = r->room;
    if (mem_grow(&r->out, &room, r->n_columns + 1, sizeof *r->out) ||
        mem_grow(&r->column, &r->room, r->n_columns + 1, sizeof *r->column))
        return fail_memory(err);
    split_column *c = &r->column[r->n_columns];
    *c = (split_column){.fill = fill, .ids = ids};
    r->out[r->n_columns++] = (aisle_table_column){name, kind, NULL};
    TRY_ALLOC(c->array = mem_array(CHUNK, sizeof(int64_t)));
done:
    return status;
}

static aisle_status add_ids(aisle_split_rows *r, const char *name, const id_table *ids,
                            fill_cell fill, aisle_error *err)
{
    return add_column(r, name, ids->is_int ? AISLE_COLUMN_INT : AISLE_COLUMN_TEXT, fill, ids, err);
}

/* A column of texts that may be missing; numbers are printed. code: as in split_column. */
static aisle_status add_levels(aisle_split_rows *r, const char *name, const id_table *levels,
                               const uint32_t *code, fill_cell fill, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    TRY(add_column(r, name, AISLE_COLUMN_TEXT, fill, levels, err));
    split_column *c = &r->column[r->n_columns - 1];
    c->code = code;
    if (!levels->is_int)
        return AISLE_OK;
    TRY_ALLOC(c->text = NEW_ARRAY(const char *, levels->count));
    TRY_ALLOC(c->printed = mem_array(levels->count, sizeof *c->printed));
    for (uint32_t i = 0; i < levels->count; i++)
        c->text[i] = id_table_text(levels, i, c->printed[i]);
done:
    return status;
}

static aisle_status add_attributes(aisle_split_rows *r, const attribute_table *t, fill_cell fill,
                                   aisle_error *err)
{
    aisle_status status = AISLE_OK;
    for (size_t c = 0; c < t->columns; c++)
        TRY(add_levels(r, t->names[c], &t->levels[c], t->code[c], fill, err));
done:
    return status;
}

static aisle_status open_receipts(aisle_split_rows *r, window days, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const aisle_dataset *d = r->t->dataset;
    r->days = days;
    r->next = next_line;
    TRY_ALLOC(r->date = mem_array(CHUNK, sizeof *r->date));
    TRY(add_ids(r, "user_id", &d->users, fill_user, err));
    TRY(add_ids(r, "item_id", &d->items, fill_item, err));
    TRY(add_column(r, "basket_id", AISLE_COLUMN_INT, fill_basket, NULL, err));
    if (d->store)
        TRY(add_levels(r, "store_id", &d->stores, NULL, fill_store, err));
    TRY(add_column(r, "date", AISLE_COLUMN_TEXT, fill_date, NULL, err));
    if (d->summary.week_from_source)
        TRY(add_column(r, "week", AISLE_COLUMN_INT, fill_week, NULL, err));
    TRY(add_column(r, "quantity", AISLE_COLUMN_REAL, fill_quantity, NULL, err));
    if (r->t->has_values)
        TRY(add_column(r, "value", AISLE_COLUMN_REAL, fill_value, NULL, err));
    if (d->line.discount)
        TRY(add_column(r, "discount", AISLE_COLUMN_REAL, fill_discount, NULL, err));
done:
    return status;
}

static aisle_status open_truth(aisle_split_rows *r, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    r->next = next_pair;
    TRY(add_ids(r, "user_id", &r->t->dataset->users, fill_user, err));
    TRY(add_ids(r, "item_id", &r->t->dataset->items, fill_item, err));
done:
    return status;
}

static aisle_status open_products(aisle_split_rows *r, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const aisle_dataset *d = r->t->dataset;
    if (!split_has_attributes(&d->products))
        return AISLE_OK;
    r->next = next_product;
    TRY(add_ids(r, r->t->item_name, &d->items, fill_item, err));
    TRY(add_attributes(r, &d->products, fill_product, err));
    if (d->products.label)
        TRY(add_column(r, r->t->label_name, AISLE_COLUMN_TEXT, fill_label, NULL, err));
done:
    return status;
}

static aisle_status open_households(aisle_split_rows *r, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const aisle_dataset *d = r->t->dataset;
    if (!split_has_attributes(&d->households))
        return AISLE_OK;
    r->next = next_household;
    TRY(add_ids(r, r->t->user_name, &d->users, fill_user, err));
    TRY(add_attributes(r, &d->households, fill_household, err));
done:
    return status;
}

static aisle_status open_promotions(aisle_split_rows *r, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const aisle_dataset *d = r->t->dataset;
    if (d->promotions.weeks == 0)
        return AISLE_OK;
    r->next = next_promotion;
    TRY(add_ids(r, "item_id", &d->items, fill_item, err));
    if (d->promotions.by_store)
        TRY(add_levels(r, "store_id", &d->stores, NULL, fill_promotion_store, err));
    TRY(add_column(r, "week", AISLE_COLUMN_INT, fill_promotion_week, NULL, err));
    TRY(add_column(r, "display", AISLE_COLUMN_INT, fill_display, NULL, err));
    TRY(add_column(r, "mailer", AISLE_COLUMN_INT, fill_mailer, NULL, err));
done:
    return status;
}

static aisle_status open_table(aisle_split_rows *r, aisle_split_table table, aisle_error *err)
{
    window known = {INT32_MIN, r->t->windows.test.from};
    switch (table) {
    case AISLE_SPLIT_KNOWN:
        return open_receipts(r, known, err);
    case AISLE_SPLIT_TEST:
        return open_receipts(r, r->t->windows.test, err);
    case AISLE_SPLIT_TRUTH:
        return open_truth(r, err);
    case AISLE_SPLIT_PRODUCTS:
        return open_products(r, err);
    case AISLE_SPLIT_HOUSEHOLDS:
        return open_households(r, err);
    case AISLE_SPLIT_PROMOTIONS:
        return open_promotions(r, err);
    default:
        return fail(err, AISLE_ERROR_ARGUMENT, "split: no table %d", (int)table);
    }
}

aisle_status aisle_split_rows_open(aisle_split_rows **out, const aisle_split_tables *tables,
                                   aisle_split_table table, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    aisle_split_rows *r = NEW_ZEROED(aisle_split_rows, 1);
    TRY_ALLOC(r);
    r->t = tables;
    TRY(open_table(r, table, err));
    if (!r->next) {
        aisle_split_rows_free(r);
        r = NULL;
    }
    *out = r;
    r = NULL;
done:
    aisle_split_rows_free(r);
    return status;
}

void aisle_split_rows_free(aisle_split_rows *r)
{
    if (!r)
        return;
    for (size_t c = 0; c < r->n_columns; c++) {
        mem_free(r->column[c].text);
        mem_free(r->column[c].printed);
        mem_free(r->column[c].array);
    }
    mem_free(r->out);
    mem_free(r->column);
    mem_free(r->date);
    mem_free(r);
}

aisle_table_column *aisle_split_rows_columns(size_t *n, aisle_split_rows *r)
{
    *n = r->n_columns;
    return r->out;
}

aisle_status aisle_split_rows_next(void *data, aisle_table_column *columns, size_t *n,
                                   aisle_error *err)
{
    aisle_split_rows *r = data;
    (void)err;
    for (*n = 0; *n < CHUNK && r->next(r); ++*n) {
        r->started = true;
        for (size_t c = 0; c < r->n_columns; c++)
            r->column[c].fill(r->column[c].array, *n, r, &r->column[c]);
    }
    for (size_t c = 0; c < r->n_columns; c++)
        columns[c].data = r->column[c].array;
    r->count += *n;
    return AISLE_OK;
}

uint64_t aisle_split_rows_count(const aisle_split_rows *r)
{
    return r->count;
}
