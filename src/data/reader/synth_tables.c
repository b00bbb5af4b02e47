#include "data/reader/synth_tables.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/fail.h"
#include "base/mem.h"

enum { CHUNK = 8192 }; /* rows of products and households at a time */

typedef struct column_row {
    const char *name;
    aisle_column_kind kind;
} column_row;

static const column_row receipt_columns[] = {
    {"household_id", AISLE_COLUMN_INT}, {"store_id", AISLE_COLUMN_INT},
    {"basket_id", AISLE_COLUMN_INT},    {"product_id", AISLE_COLUMN_INT},
    {"quantity", AISLE_COLUMN_INT},     {"value", AISLE_COLUMN_REAL},
    {"date", AISLE_COLUMN_TEXT},
};
static const column_row product_columns[] = {
    {"product_id", AISLE_COLUMN_INT}, {"department", AISLE_COLUMN_TEXT},
    {"category", AISLE_COLUMN_TEXT},  {"subcategory", AISLE_COLUMN_TEXT},
    {"brand", AISLE_COLUMN_TEXT},     {"price", AISLE_COLUMN_REAL},
};

static aisle_status grow_table(synth_table *t, size_t rows, aisle_error *err)
{
    if (rows <= t->capacity)
        return AISLE_OK;
    rows += rows / 4;
    t->capacity = 0;
    for (size_t c = 0; c < t->n_columns; c++) {
        mem_free(t->array[c]);
        t->array[c] = mem_array(rows, sizeof(int64_t));
        if (!t->array[c])
            return fail_memory(err);
        t->columns[c].data = t->array[c];
    }
    t->capacity = rows;
    return AISLE_OK;
}

static void name_columns(synth_table *t, const column_row *rows, size_t n)
{
    t->n_columns = n;
    for (size_t c = 0; c < n; c++)
        t->columns[c] = (aisle_table_column){rows[c].name, rows[c].kind, NULL};
}

aisle_status synth_receipts_init(synth_table *t, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t days = 7 * (size_t)aisle_synth_options_of(t->synth)->weeks;
    name_columns(t, receipt_columns, SYNTH_TABLE_COLUMNS);
    TRY(aisle_synth_stream_new(&t->stream, t->synth, t->run ? t->run->threads : 0, err));
    TRY_ALLOC(t->date = mem_array(days, sizeof *t->date));
    for (size_t d = 0; d < days; d++)
        date_format(t->date[d], AISLE_SYNTH_FIRST_DAY + (int32_t)d);
done:
    return status;
}

static void fill_receipts(synth_table *t, const aisle_synth_lines *l)
{
    int64_t *household = t->array[0], *store = t->array[1], *basket = t->array[2];
    int64_t *item = t->array[3], *quantity = t->array[4];
    const char **date = t->array[6];
    for (size_t i = 0; i < l->lines; i++) {
        household[i] = (int64_t)l->household[i] + 1;
        store[i] = l->store[i];
        basket[i] = (int64_t)(l->first_basket + l->basket[i]) + 1;
        item[i] = (int64_t)l->item[i] + 1;
        quantity[i] = l->quantity[i];
        date[i] = t->date[l->day[i] - AISLE_SYNTH_FIRST_DAY];
    }
    memcpy(t->array[5], l->value, l->lines * sizeof *l->value);
}

aisle_status synth_receipts_next(void *data, aisle_table_column *columns, size_t *rows,
                                 aisle_error *err)
{
    aisle_status status = AISLE_OK;
    synth_table *t = data;
    aisle_synth_lines l;
    do {
        TRY(aisle_synth_stream_next(&l, t->stream, err));
    } while (l.lines == 0 && l.households > 0);
    TRY(grow_table(t, l.lines, err));
    if (l.lines > 0)
        fill_receipts(t, &l);
    for (size_t c = 0; c < t->n_columns; c++)
        columns[c].data = t->array[c];
    t->lines += l.lines;
    t->baskets += l.baskets;
    *rows = l.lines;
    if (t->run && t->run->progress)
        t->run->progress(t->run->data, "receipts",
                         (double)l.first / aisle_synth_options_of(t->synth)->households);
done:
    return status;
}

aisle_status synth_products_init(synth_table *t, aisle_error *err)
{
    name_columns(t, product_columns, sizeof product_columns / sizeof *product_columns);
    t->text = mem_array(CHUNK, sizeof *t->text);
    return t->text ? grow_table(t, CHUNK, err) : fail_memory(err);
}

static void fill_product(synth_table *t, size_t row, uint32_t item)
{
    aisle_synth_product p;
    aisle_synth_product_at(&p, t->synth, item);
    char(*text)[32] = t->text[row];
    snprintf(text[2], sizeof text[2], "%s %u", p.department, p.category);
    snprintf(text[3], sizeof text[3], "%s %u.%u", p.department, p.category, p.subcategory);
    if (p.brand)
        snprintf(text[4], sizeof text[4], "Brand %u", p.brand);
    else
        snprintf(text[4], sizeof text[4], "Own brand");
    ((int64_t *)t->array[0])[row] = (int64_t)item + 1;
    ((const char **)t->array[1])[row] = p.department;
    for (int c = 2; c < 5; c++)
        ((const char **)t->array[c])[row] = text[c];
    ((double *)t->array[5])[row] = p.price;
}

static size_t chunk_of(const synth_table *t, uint32_t all)
{
    return all - t->at < CHUNK ? all - t->at : CHUNK;
}

aisle_status synth_products_next(void *data, aisle_table_column *columns, size_t *rows,
                                 aisle_error *err)
{
    (void)err;
    synth_table *t = data;
    *rows = chunk_of(t, aisle_synth_options_of(t->synth)->items);
    for (size_t i = 0; i < *rows; i++)
        fill_product(t, i, t->at++);
    for (size_t c = 0; c < t->n_columns; c++)
        columns[c].data = t->array[c];
    return AISLE_OK;
}

aisle_status synth_households_init(synth_table *t, aisle_error *err)
{
    t->n_columns = 1 + AISLE_SYNTH_COLUMNS;
    t->columns[0] = (aisle_table_column){"household_id", AISLE_COLUMN_INT, NULL};
    for (size_t c = 0; c < AISLE_SYNTH_COLUMNS; c++)
        t->columns[c + 1] =
            (aisle_table_column){aisle_synth_column_name(c), AISLE_COLUMN_TEXT, NULL};
    return grow_table(t, CHUNK, err);
}

/* A row for each household of which the columns are known. */
aisle_status synth_households_next(void *data, aisle_table_column *columns, size_t *rows,
                                   aisle_error *err)
{
    (void)err;
    synth_table *t = data;
    const char *value[AISLE_SYNTH_COLUMNS];
    uint32_t all = aisle_synth_options_of(t->synth)->households;
    size_t n = 0;
    for (; t->at < all && n < CHUNK; t->at++) {
        if (!aisle_synth_columns_at(value, t->synth, t->at))
            continue;
        ((int64_t *)t->array[0])[n] = (int64_t)t->at + 1;
        for (size_t c = 0; c < AISLE_SYNTH_COLUMNS; c++)
            ((const char **)t->array[c + 1])[n] = value[c];
        n++;
    }
    for (size_t c = 0; c < t->n_columns; c++)
        columns[c].data = t->array[c];
    *rows = n;
    return AISLE_OK;
}

void synth_table_fini(synth_table *t)
{
    for (size_t c = 0; c < SYNTH_TABLE_COLUMNS; c++)
        mem_free(t->array[c]);
    mem_free(t->text);
    mem_free(t->date);
    aisle_synth_stream_free(t->stream);
}
