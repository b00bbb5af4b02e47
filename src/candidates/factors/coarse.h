/* candidates/factors/coarse.h: factors in bytes beside the panels, to pass over items that cannot
 * come into a list without reading their floats, four times as many bytes.
 *
 * Of an item v there is v' = scale q, q whole numbers up to 127; of a user u likewise u' of numbers
 * up to 63. By Cauchy and Schwarz
 *     u·v = u'·v' + u'·(v − v') + (u − u')·v <= u'·v' + |u'| |v − v'| + |u − u'| |v|. */
#ifndef CANDIDATES_FACTORS_COARSE_H
#define CANDIDATES_FACTORS_COARSE_H

#include "base/fail.h"
#include "candidates/kernels/dense.h"

typedef struct coarse_items {
    size_t stride;
    int8_t *q;    /* [panels][stride / 4][16 lanes][4 factors] */
    float *bound; /* [panels][DENSE_BOUNDS][16]: scale, 64 · the sum of q, |v − v'|, |v| */
} coarse_items;

/* panels: as panels.h has them, so many. */
aisle_status coarse_items_init(coarse_items *out, const float *panels, size_t n, size_t stride,
                               aisle_error *err);
void coarse_items_fini(coarse_items *c);

/* user: [stride], stride up to DENSE_FACTORS */
void coarse_user_of(dense_coarse_user *out, const float *user, size_t stride);

/* Which of the three panels from lane first on, a multiple of 48, can reach the floor: bit i of its
 * lane first + i. None that can is left out. */
static inline uint64_t coarse_reach(const coarse_items *c, const dense_coarse_user *user,
                                    size_t first, float floor, const dense_kernels *kernels)
{
    return kernels->may_reach(user, c->q + first * c->stride, c->bound + first * DENSE_BOUNDS,
                              c->stride, floor);
}

#endif
