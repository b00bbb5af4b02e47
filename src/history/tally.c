#include "history/tally.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"

size_t tally_size(const tally_column *column)
{
    return column->kind == TALLY_WIDE ? sizeof(tally_wide) : sizeof(int64_t);
}

size_t tally_values(const tally *t, size_t column)
{
    const tally_column *c = &t->part->column[column];
    return t->count[c->axis] * c->width;
}

static aisle_status init_column(tally *t, size_t column, aisle_error *err)
{
    const tally_column *c = &t->part->column[column];
    size_t n = tally_values(t, column);
    t->data[column] = mem_zeroed(n, tally_size(c));
    if (!t->data[column])
        return fail_memory(err);
    int64_t nothing = c->kind == TALLY_LEAST ? INT64_MAX : INT64_MIN;
    for (size_t i = 0; (c->kind == TALLY_LEAST || c->kind == TALLY_MOST) && i < n; i++)
        tally_counts(t, column)[i] = nothing;
    return AISLE_OK;
}

aisle_status tally_init(tally *out, const tally_part *part, size_t items, size_t rows,
                        aisle_error *err)
{
    aisle_status status = AISLE_OK;
    tally t = {.part = part, .count = {1, items, rows, 0}};
    for (size_t c = 0; c < part->n_columns; c++)
        if (part->column[c].axis != TALLY_CELL)
            TRY(init_column(&t, c, err));
    *out = t;
    memset(&t, 0, sizeof t);
done:
    tally_fini(&t);
    return status;
}

aisle_status tally_init_cells(tally *t, size_t cells, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    t->count[TALLY_CELL] = cells;
    TRY_ALLOC(t->key = NEW_ZEROED(uint64_t, cells));
    for (size_t c = 0; c < t->part->n_columns; c++)
        if (t->part->column[c].axis == TALLY_CELL)
            TRY(init_column(t, c, err));
done:
    return status;
}

void tally_fini(tally *t)
{
    for (size_t c = 0; c < TALLY_COLUMNS_MOST; c++)
        mem_free(t->data[c]);
    mem_free(t->key);
    memset(t, 0, sizeof *t);
}

/* ---- Adding ---- */

static void add_value(const tally *a, const tally *b, size_t column, size_t to, size_t from)
{
    int64_t *x = tally_counts(a, column), *y = tally_counts(b, column);
    switch (a->part->column[column].kind) {
    case TALLY_ADD:
        x[to] += y[from];
        break;
    case TALLY_WIDE:
        tally_amounts(a, column)[to] += tally_amounts(b, column)[from];
        break;
    case TALLY_LEAST:
        x[to] = y[from] < x[to] ? y[from] : x[to];
        break;
    case TALLY_MOST:
        x[to] = y[from] > x[to] ? y[from] : x[to];
        break;
    }
}

/* Adds the values at place `from` of an axis of b to those at `to` of a. */
static void add_place(const tally *a, const tally *b, tally_axis axis, size_t to, size_t from)
{
    for (size_t c = 0; c < a->part->n_columns; c++) {
        size_t width = a->part->column[c].width;
        if (a->part->column[c].axis == axis)
            for (size_t w = 0; w < width; w++)
                add_value(a, b, c, to * width + w, from * width + w);
    }
}

static uint64_t rename_key(uint64_t key, const uint32_t *item_of, const uint32_t *row_of)
{
    return (uint64_t)row_of[key >> 32] << 32 | item_of[(uint32_t)key];
}

/* The cells of both; numbers ascend in a as they do in b, so that keys stay in order. */
static size_t count_union(const tally *a, const tally *b, const uint32_t *item_of,
                          const uint32_t *row_of)
{
    size_t i = 0, n = 0;
    for (size_t j = 0; j < b->count[TALLY_CELL]; j++, n++) {
        uint64_t key = rename_key(b->key[j], item_of, row_of);
        for (; i < a->count[TALLY_CELL] && a->key[i] < key; i++)
            n++;
        i += i < a->count[TALLY_CELL] && a->key[i] == key;
    }
    return n + a->count[TALLY_CELL] - i;
}

static void take_cell(tally *t, size_t *n, uint64_t key, const tally *from, size_t place)
{
    if (*n == 0 || t->key[*n - 1] != key)
        t->key[(*n)++] = key;
    add_place(t, from, TALLY_CELL, *n - 1, place);
}

static aisle_status add_cells(tally *a, const tally *b, const uint32_t *item_of,
                              const uint32_t *row_of, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    tally both = {.part = a->part};
    size_t i = 0, n = 0;
    if (b->count[TALLY_CELL] == 0)
        return AISLE_OK;
    TRY(tally_init_cells(&both, count_union(a, b, item_of, row_of), err));
    for (size_t j = 0; j < b->count[TALLY_CELL]; j++) {
        uint64_t key = rename_key(b->key[j], item_of, row_of);
        for (; i < a->count[TALLY_CELL] && a->key[i] <= key; i++)
            take_cell(&both, &n, a->key[i], a, i);
        take_cell(&both, &n, key, b, j);
    }
    for (; i < a->count[TALLY_CELL]; i++)
        take_cell(&both, &n, a->key[i], a, i);
    for (size_t c = 0; c < a->part->n_columns; c++)
        if (a->part->column[c].axis == TALLY_CELL) {
            mem_free(a->data[c]);
            a->data[c] = both.data[c];
            both.data[c] = NULL;
        }
    mem_free(a->key);
    a->key = both.key;
    a->count[TALLY_CELL] = both.count[TALLY_CELL];
    both.key = NULL;
done:
    tally_fini(&both);
    return status;
}

aisle_status tally_add(tally *a, const tally *b, const uint32_t *item_of, const uint32_t *row_of,
                       aisle_error *err)
{
    add_place(a, b, TALLY_ONE, 0, 0);
    for (size_t i = 0; i < b->count[TALLY_ITEM]; i++)
        add_place(a, b, TALLY_ITEM, item_of[i], i);
    for (size_t r = 0; r < b->count[TALLY_ROW]; r++)
        add_place(a, b, TALLY_ROW, row_of[r], r);
    return add_cells(a, b, item_of, row_of, err);
}

/* ---- Checking, asking ---- */

static bool counts_are_good(const tally *t, size_t column)
{
    bool good = true;
    for (size_t i = 0; i < tally_values(t, column); i++)
        good &= tally_counts(t, column)[i] >= 0;
    return good;
}

aisle_status tally_check(const tally *t, aisle_error *err)
{
    bool good = true;
    for (size_t c = 0; c < t->part->n_columns; c++)
        if (t->part->column[c].kind == TALLY_ADD)
            good &= counts_are_good(t, c);
    for (size_t i = 0; i < t->count[TALLY_CELL]; i++)
        good &= t->key[i] >> 32 < t->count[TALLY_ROW] &&
                (uint32_t)t->key[i] < t->count[TALLY_ITEM] && (i == 0 || t->key[i - 1] < t->key[i]);
    return good ? AISLE_OK : fail(err, AISLE_ERROR_FORMAT, "sums: '%s' is damaged", t->part->name);
}

size_t tally_count_rows(const tally_part *part, size_t stores, size_t segments)
{
    switch (part->rows) {
    case TALLY_STORES:
        return stores;
    case TALLY_SEGMENTS:
        return segments + 1;
    default:
        return 0;
    }
}
