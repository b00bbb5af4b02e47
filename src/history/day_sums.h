/* history/day_sums.h: all that a model knows of all households as of a day T, as sums: what is
 * sold, and the tallies of the model's parts. Sums of partitions of the households add up to those
 * of the whole, byte for byte. */
#ifndef HISTORY_DAY_SUMS_H
#define HISTORY_DAY_SUMS_H

#include "history/tally.h"

enum { SUMS_PARTS_MOST = 24 };

typedef struct day_sums {
    int32_t as_of, first_day; /* as assortment.h has them */
    id_table items, stores;   /* those with a purchase before T */
    id_table segments;        /* levels of the column that segments go by; empty: none */
    size_t n_parts;
    tally part[SUMS_PARTS_MOST];
} day_sums;

/* Of these parts over the households of a fit. */
aisle_status sums_init(day_sums *out, const households *h, const tally_part *const *parts,
                       size_t n_parts, const candidates_options *options, aisle_error *err);
void sums_fini(day_sums *s);

/* Of nobody: as of the same day and of the same parts as another. */
aisle_status sums_init_empty(day_sums *out, const day_sums *like, aisle_error *err);

/* NULL: it is not among them. */
const tally *sums_find(const day_sums *s, const tally_part *part);

/* The sums of a part over the fit's households: those of h->whole, or summed over h into own, which
 * the caller frees either way. */
aisle_status sums_of(const tally **out, tally *own, const tally_part *part, const households *h,
                     const candidates_options *options, aisle_error *err);

/* Adds b, of other households, which has the same parts. */
aisle_status sums_add(day_sums *a, const day_sums *b, aisle_error *err);

/* Every invariant; AISLE_ERROR_FORMAT. */
aisle_status sums_check(const day_sums *s, aisle_error *err);

#endif
