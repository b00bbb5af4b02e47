#include "data/promotions.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"

/* The rows of a week as they come: item << 32 | place. */
typedef struct week_rows {
    uint64_t *row;
    size_t n, capacity;
    bool unordered;
} week_rows;

typedef struct gatherer {
    aisle_dataset *d;
    promotion_table table;
    week_rows *rows;        /* [table.weeks] */
    uint32_t *item, *store; /* the dataset's index by code, or AISLE_MISSING */
    size_t n_items, n_stores, item_capacity, store_capacity;
} gatherer;

/* Maps the values that have joined since the last piece. */
static aisle_status map_values(uint32_t **map, size_t *n, size_t *capacity,
                               const aisle_values *values, const id_table *ids, aisle_error *err)
{
    if (mem_grow(map, capacity, values->count, sizeof **map))
        return fail_memory(err);
    for (; *n < values->count; ++*n) {
        char number[24], *text = number;
        if (values->ints) {
            snprintf(number, sizeof number, "%" PRId64, values->ints[*n]);
        } else {
            uint64_t from = values->offsets[*n];
            text = mem_text_n(values->bytes + from, values->offsets[*n + 1] - from);
            if (!text)
                return fail_memory(err);
        }
        (*map)[*n] = id_table_find(ids, text);
        if (text != number)
            mem_free(text);
    }
    return AISLE_OK;
}

static aisle_status check_piece(const gatherer *g, const aisle_promotions *p, aisle_error *err)
{
    for (size_t r = 0; r < p->rows; r++) {
        if (p->item.code[r] >= p->item.values.count ||
            (p->store.code && p->store.code[r] >= p->store.values.count &&
             p->store.code[r] != AISLE_MISSING))
            return fail(err, AISLE_ERROR_ARGUMENT, "promotions: a code out of range in row %zu", r);
        if (p->kind[r] > PROMOTION_MASK)
            return fail(err, AISLE_ERROR_ARGUMENT, "promotions: kind %d in row %zu", p->kind[r], r);
    }
    if (p->store.code && !g->d->store)
        return fail(err, AISLE_ERROR_CONFIG,
                    "data.promotions.store: the receipts have no stores (data.receipts.store)");
    return AISLE_OK;
}

static aisle_status take_row(gatherer *g, const aisle_promotions *p, size_t r, aisle_error *err)
{
    aisle_dataset_summary *sum = &g->d->summary;
    uint32_t item = g->item[p->item.code[r]], store = 0;
    int32_t number;
    bool is_week = week_from_label(&number, &g->d->weeks, p->week[r]);
    int64_t week = (int64_t)number - g->d->weeks.first;
    if (p->kind[r] == 0) {
        sum->promotions.none++;
        return AISLE_OK;
    }
    if (item == AISLE_MISSING) {
        sum->promotions.unknown_item++;
        return AISLE_OK;
    }
    if (p->store.code)
        store = p->store.code[r] == AISLE_MISSING ? AISLE_MISSING : g->store[p->store.code[r]];
    if (store == AISLE_MISSING) {
        sum->promotions.unknown_store++;
        return AISLE_OK;
    }
    if (!is_week || week < 0 || week >= (int64_t)g->table.weeks) {
        sum->promotions.unknown_week++;
        return AISLE_OK;
    }
    week_rows *rows = &g->rows[week];
    if (mem_grow(&rows->row, &rows->capacity, rows->n + 1, sizeof *rows->row))
        return fail_memory(err);
    uint64_t row = (uint64_t)item << 32 | store << PROMOTION_BITS | p->kind[r];
    rows->unordered |= rows->n && rows->row[rows->n - 1] > row;
    rows->row[rows->n++] = row;
    return AISLE_OK;
}

static aisle_status gather(gatherer *g, aisle_promotion_source source, void *data, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    for (;;) {
        aisle_promotions piece = {0};
        TRY(source(data, &piece, err));
        if (piece.rows == 0)
            break;
        TRY(check_piece(g, &piece, err));
        g->table.by_store = piece.store.code != NULL;
        TRY(map_values(&g->item, &g->n_items, &g->item_capacity, &piece.item.values, &g->d->items,
                       err));
        if (piece.store.code)
            TRY(map_values(&g->store, &g->n_stores, &g->store_capacity, &piece.store.values,
                           &g->d->stores, err));
        g->d->summary.promotions.read += piece.rows;
        for (size_t r = 0; r < piece.rows; r++)
            TRY(take_row(g, &piece, r, err));
    }
done:
    return status;
}

static int compare_rows(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Merges rows of one item and store; returns how many are left. */
static size_t merge_rows(week_rows *rows)
{
    size_t n = 0;
    if (rows->unordered)
        qsort(rows->row, rows->n, sizeof *rows->row, compare_rows);
    for (size_t r = 0; r < rows->n; r++) {
        if (n && rows->row[n - 1] >> PROMOTION_BITS == rows->row[r] >> PROMOTION_BITS)
            rows->row[n - 1] |= rows->row[r];
        else
            rows->row[n++] = rows->row[r];
    }
    return n;
}

/* The rows of a week as its table, and the memory of the rows back. */
static aisle_status finish_week(gatherer *g, size_t w, aisle_error *err)
{
    week_rows *rows = &g->rows[w];
    promotion_week *week = &g->table.week[w];
    aisle_dataset_summary *sum = &g->d->summary;
    if (rows->n == 0)
        return AISLE_OK;
    if (rows->n >= UINT32_MAX)
        return fail(err, AISLE_ERROR_DATA, "more than %" PRIu32 " promotions in a week",
                    UINT32_MAX - 1);
    size_t n = merge_rows(rows), items = g->d->items.count, next = 0;
    week->offset = NEW_ARRAY(uint32_t, items + 1);
    week->place = NEW_ARRAY(uint32_t, n);
    if (!week->offset || !week->place)
        return fail_memory(err);
    for (size_t r = 0; r < n; r++) {
        for (; next <= rows->row[r] >> 32; next++)
            week->offset[next] = (uint32_t)r;
        week->place[r] = (uint32_t)rows->row[r];
    }
    for (; next <= items; next++)
        week->offset[next] = (uint32_t)n;
    int32_t number = week_label(&g->d->weeks, g->d->weeks.first + (int32_t)w);
    if (sum->promotions.kept == 0)
        sum->promotions.first_week = number;
    sum->promotions.last_week = number;
    sum->promotions.kept += n;
    sum->promotions.repeated += rows->n - n;
    mem_free(rows->row);
    memset(rows, 0, sizeof *rows);
    return AISLE_OK;
}

uint8_t promotion_of_store(const uint32_t *place, size_t n, uint32_t store)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (place[middle] >> PROMOTION_BITS < store)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < n && place[low] >> PROMOTION_BITS == store;
    return found ? place[low] & PROMOTION_MASK : 0;
}

uint8_t promotion_find(const promotion_table *t, size_t week, uint32_t item, uint32_t store)
{
    if (week >= t->weeks || !t->week[week].offset)
        return 0;
    const uint32_t *offset = t->week[week].offset + item;
    return promotion_of_store(t->week[week].place + offset[0], offset[1] - offset[0], store);
}

/* What each line was bought on. */
static aisle_status mark_lines(gatherer *g, aisle_error *err)
{
    aisle_dataset *d = g->d;
    const promotion_table *t = &g->table;
    size_t marked = 0, week = 0;
    d->line.promotion = NEW_ZEROED(uint8_t, d->line.n);
    if (!d->line.promotion)
        return fail_memory(err);
    for (size_t l = 0; l < d->line.n; l++) {
        if (l == 0 || d->line.day[l] != d->line.day[l - 1])
            week = (size_t)(week_of_day(&d->weeks, d->line.day[l]) - d->weeks.first);
        uint32_t store = t->by_store ? d->store[d->line.basket[l]] : 0;
        if (store != AISLE_MISSING)
            d->line.promotion[l] = promotion_find(t, week, d->line.item[l], store);
        marked += d->line.promotion[l] != 0;
    }
    d->summary.promotions.lines = (double)marked / (double)d->line.n;
    return AISLE_OK;
}

static void gatherer_fini(gatherer *g)
{
    for (size_t w = 0; g->rows && w < g->table.weeks; w++)
        mem_free(g->rows[w].row);
    mem_free(g->rows);
    mem_free(g->item);
    mem_free(g->store);
}

aisle_status aisle_dataset_add_promotions(aisle_dataset *dataset, aisle_promotion_source source,
                                          void *data, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    gatherer g = {.d = dataset};
    if (dataset->promotions.weeks || dataset->line.promotion)
        return fail(err, AISLE_ERROR_ARGUMENT, "the dataset has promotions already");
    g.table.weeks = dataset->weeks.count + PROMOTION_WEEKS_BEYOND;
    TRY_ALLOC(g.table.week = NEW_ZEROED(promotion_week, g.table.weeks));
    TRY_ALLOC(g.rows = NEW_ZEROED(week_rows, g.table.weeks));
    TRY(gather(&g, source, data, err));
    for (size_t w = 0; w < g.table.weeks; w++)
        TRY(finish_week(&g, w, err));
    TRY(mark_lines(&g, err));
    dataset->promotions = g.table;
    assert(dataset_check(dataset, NULL) == AISLE_OK);
done:
    gatherer_fini(&g);
    if (status) {
        memset(&dataset->summary.promotions, 0, sizeof dataset->summary.promotions);
        promotion_table_fini(&g.table);
    }
    return status;
}

void promotion_table_fini(promotion_table *t)
{
    for (size_t w = 0; t->week && w < t->weeks; w++) {
        mem_free(t->week[w].offset);
        mem_free(t->week[w].place);
    }
    mem_free(t->week);
    memset(t, 0, sizeof *t);
}
