/* data/reader/household_filter.h: which households' receipts are kept as they are read: part i of n
 * by a draw of the household's id, and of these at most N, those of the smallest draws.
 *
 * Both go by the id as it is written and by the seed alone: a household is of the same part in
 * every table and in every reading; the parts together are all households, each once; who is in a
 * small sample is in a larger one. The draw is that of candidates.pool (base/draw.h).
 *
 * Of a sample one pass is enough: the most that a draw may be falls as households come by, and
 * what was kept of those that have fallen out since is dropped at the end. Memory goes by the
 * households that were kept for a while, some N ln(households / N). */
#ifndef DATA_READER_HOUSEHOLD_FILTER_H
#define DATA_READER_HOUSEHOLD_FILTER_H

#include <stdbool.h>

#include "aisle/dataset.h"
#include "data/reader/batch.h"

/* Zero-initialised it keeps everybody. */
typedef struct household_filter {
    aisle_household_choice which;
    uint64_t threshold; /* draws above it are out for good */
    uint64_t *smallest; /* [count] a heap, the largest first */
    size_t count, capacity;
    uint64_t *draw; /* [coded] by code of the household; UINT64_MAX: not drawn yet */
    size_t coded, draw_capacity;
} household_filter;

aisle_status household_filter_init(household_filter *out, const aisle_household_choice *which,
                                   aisle_error *err);
void household_filter_fini(household_filter *f);

/* Whether it keeps anybody less than all. */
bool household_filter_is_on(const household_filter *f);

/* The draw of the household in a row of a column of ids. */
uint64_t household_filter_draw(const household_filter *f, const cells *column, size_t row);

/* Whether a household of this draw is kept, as far as is known by now. */
bool household_filter_keeps(const household_filter *f, uint64_t draw);

/* A good row of such a household comes: counts it among those of the sample. code: its number,
 * 0, 1, … as households come by. */
aisle_status household_filter_take(household_filter *f, uint32_t code, uint64_t draw,
                                   aisle_error *err);

/* At the end: whether the household that was taken under a code is of the sample. */
bool household_filter_has(const household_filter *f, uint32_t code);

#endif
