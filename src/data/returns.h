/* data/returns.h: lines of negative quantity take back what was bought before. */
#ifndef DATA_RETURNS_H
#define DATA_RETURNS_H

#include "data/line_columns.h"

/* The lines are one user's, days ascending. Each return cancels the latest purchases of its item up
 * to its day (the baskets of a day have no order in time), as many pieces as it has; a line of
 * which a part is left keeps that part of its value and discount. A return that finds nothing to
 * cancel has no effect. Returns and emptied lines are taken out, in place: lines->n remain,
 * *cancelled were emptied. */
aisle_status returns_cancel(line_columns *lines, size_t *cancelled, aisle_error *err);

#endif
