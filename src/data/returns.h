/* data/returns.h: lines of negative quantity take back what was bought before. */
#ifndef DATA_RETURNS_H
#define DATA_RETURNS_H

#include <stddef.h>
#include <stdint.h>

/* One user's lines in time order; all arrays of the same length. */
typedef struct return_lines {
    uint32_t *item;
    int32_t *day;
    uint32_t *basket;
    float *quantity; /* negative: a return */
    double *value;
} return_lines;

/* Each return cancels the latest earlier purchases of its item, as many pieces as it has; a line
 * of which a part is left keeps that part of its value. Returns and emptied lines are taken out,
 * in place. Gives the number of lines left; *cancelled those emptied. */
size_t returns_cancel(const return_lines *lines, size_t n, size_t *cancelled);

#endif
