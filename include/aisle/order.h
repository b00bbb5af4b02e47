/* aisle/order.h: what the lists of two levels go by. */
#ifndef AISLE_ORDER_H
#define AISLE_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aisle/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Lists go by level 2's trees, unless these learned nothing, or trees that had not seen the last
 * label window found no more of what was bought in it than the blend of level 1, or clearly less
 * than its best source. */
typedef struct aisle_order {
    const char *by;      /* "trees", "blend", or the source that stands first */
    bool learned;        /* whether the trees have a split */
    const char *rival;   /* the best of level 1 in the label window */
    uint64_t households; /* that bought a candidate in it; 0: there was nothing to judge by */
    int64_t k;
    double trees;        /* precision@k of trees that had not seen it, over these households */
    double rival_scores; /* of the rival */
} aisle_order;

/* One line of English, cut at size: what lists go by, and why. */
AISLE_API void aisle_order_tell(char *out, size_t size, const aisle_order *order);

#ifdef __cplusplus
}
#endif

#endif
