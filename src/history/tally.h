/* history/tally.h: sums over households, in integers, so that partitions of the households add up
 * to the same bytes in any order and number. Money and quantities count in millionths.
 *
 * A part of the model that looks at all households has a tally_part: its columns, and how they are
 * summed. Adding, filing and checking go by the columns alone. */
#ifndef HISTORY_TALLY_H
#define HISTORY_TALLY_H

#include "history/households.h"

__extension__ typedef __int128 tally_wide;

/* What a column has a value of: all, a product, a row (a store, or a segment of households), a
 * product in a row. */
typedef enum tally_axis { TALLY_ONE, TALLY_ITEM, TALLY_ROW, TALLY_CELL, TALLY_AXES } tally_axis;

/* int64 but for TALLY_WIDE, which are 128 bits. The least of nothing is INT64_MAX, the most
 * INT64_MIN. */
typedef enum tally_kind { TALLY_ADD, TALLY_WIDE, TALLY_LEAST, TALLY_MOST } tally_kind;

/* What the rows of a part are: the assortment's stores, or the levels of the households' column
 * that candidates.popular_segment goes by and, behind them, none. */
typedef enum tally_rows { TALLY_NO_ROWS, TALLY_STORES, TALLY_SEGMENTS } tally_rows;

typedef struct tally_column {
    const char *name; /* up to 15 characters */
    tally_axis axis;
    tally_kind kind;
    size_t width; /* values of each, one after the other */
} tally_column;

enum { TALLY_COLUMNS_MOST = 12 };

typedef struct tally tally;

typedef struct tally_part {
    const char *name; /* up to 15 characters */
    tally_rows rows;
    size_t n_columns;
    const tally_column *column;
    /* Fills out, which has been initialised, with sums over h. */
    aisle_status (*sum)(tally *out, const households *h, const candidates_options *options,
                        aisle_error *err);
} tally_part;

struct tally {
    const tally_part *part;
    size_t count[TALLY_AXES];       /* 1, products, rows, cells */
    uint64_t *key;                  /* [cells] row << 32 | product, ascending */
    void *data[TALLY_COLUMNS_MOST]; /* [columns][count of its axis * width] */
};

/* Nothing summed yet, and no cells. */
aisle_status tally_init(tally *out, const tally_part *part, size_t items, size_t rows,
                        aisle_error *err);

/* Room for so many cells, once; key is the caller's to fill. */
aisle_status tally_init_cells(tally *t, size_t cells, aisle_error *err);

void tally_fini(tally *t);

/* Bytes of a value of a column, and how many values it has. */
size_t tally_size(const tally_column *column);
size_t tally_values(const tally *t, size_t column);

/* Adds b, whose products and rows have other numbers in a: item_of, row_of (NULL without rows). */
aisle_status tally_add(tally *a, const tally *b, const uint32_t *item_of, const uint32_t *row_of,
                       aisle_error *err);

/* Keys ascend and are in range, counts are not negative. */
aisle_status tally_check(const tally *t, aisle_error *err);

/* How many rows a part has with so many stores, and levels of segments. */
size_t tally_count_rows(const tally_part *part, size_t stores, size_t segments);

static inline int64_t *tally_counts(const tally *t, size_t column)
{
    return t->data[column];
}

static inline tally_wide *tally_amounts(const tally *t, size_t column)
{
    return t->data[column];
}

/* An amount in millionths, to the nearest; beyond 1e24, which no receipt has, as if that. */
static inline tally_wide tally_micro(double amount)
{
    if (__builtin_fabs(amount) < 8e9) /* one instruction: fits 53 bits */
        return __builtin_llrint(amount * 1e6);
    double whole = __builtin_trunc(__builtin_fmax(-1e24, __builtin_fmin(1e24, amount)));
    if (__builtin_fabs(whole) >= 1e15)
        return (tally_wide)whole * 1000000;
    return (tally_wide)whole * 1000000 + __builtin_llrint((amount - whole) * 1e6);
}

static inline double tally_amount(tally_wide micro)
{
    return (double)micro / 1e6;
}

#endif
