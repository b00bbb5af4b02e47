/* tests/reference/naive_own.h: own purchases by basket and by rhythm again, by their definitions,
 * in double, from the lines; original ids. */
#ifndef REFERENCE_NAIVE_OWN_H
#define REFERENCE_NAIVE_OWN_H

#include "shop.h"

/* Lines before the day as_of count; the gaps of an item are those before the fit's. */
typedef struct naive_lines {
    const shop_line *line; /* [n] of one basket and item at most one */
    size_t n;
    int32_t as_of, fit_as_of;
} naive_lines;

/* The score of own_last.c; below 0 where none of the last baskets has the item. */
double naive_own_last(const naive_lines *lines, const own_last_options *o, int64_t user,
                      int64_t item);

/* The score of own_due.c of an item that the user bought. */
double naive_own_due(const naive_lines *lines, const own_due_options *o, int64_t user,
                     int64_t item);

#endif
