/* model/together.h: which product of a household's last baskets goes into one basket with another
 * product most often, over all households. */
#ifndef MODEL_TOGETHER_H
#define MODEL_TOGETHER_H

#include "history/history.h"

/* The baskets of each product. One thread at a time. */
typedef struct together {
    const history *h;
    uint64_t *basket_line; /* [baskets + 1] first line of each basket */
    uint64_t *item_offset; /* [n_items + 1] into item_basket */
    uint32_t *item_basket; /* [lines] ascending within a product */
    uint32_t *count;       /* [n_items] 0 between calls */
} together;

aisle_status together_init(together *out, const history *h, aisle_error *err);
void together_fini(together *t);

typedef struct companion {
    uint32_t item;    /* HISTORY_NONE: no basket has both */
    uint32_t both;    /* baskets with both */
    uint32_t baskets; /* with the product that was asked about */
} companion;

/* Of the other products in the user's last n baskets the one of the most baskets with item, of
 * several the first. */
companion together_find(together *t, uint32_t user, uint32_t item, int64_t n);

#endif
