/* data/returns.h: lines of negative quantity take back what was bought before. */
#ifndef DATA_RETURNS_H
#define DATA_RETURNS_H

#include <stddef.h>
#include <stdint.h>

#include "aisle/error.h"

/* One user's lines, days ascending; all arrays of the same length. */
typedef struct return_lines {
    uint32_t *item;
    int32_t *day;
    uint32_t *basket;
    float *quantity; /* negative: a return */
    double *value;
    uint8_t *promotion; /* goes with the lines; or NULL */
    float *discount;    /* is returned as the value is; or NULL */
} return_lines;

/* Each return cancels the latest purchases of its item up to its day (the baskets of a day have no
 * order in time), as many pieces as it has; a line of which a part is left keeps that part of its
 * value and discount. A return that finds nothing to cancel has no effect. Returns and emptied
 * lines are taken out, in place: *left lines remain, *cancelled were emptied. */
aisle_status returns_cancel(size_t *left, size_t *cancelled, const return_lines *lines, size_t n,
                            aisle_error *err);

#endif
