/* model/answer/companions.h: which products lie in one basket with which, as sums over the fit's
 * baskets: for each product those that it shares the most baskets with. */
#ifndef MODEL_ANSWER_COMPANIONS_H
#define MODEL_ANSWER_COMPANIONS_H

#include "candidates/retriever.h"

/* Of each product so many companions are kept, and none of fewer baskets. */
enum { COMPANIONS_MOST = 64, COMPANIONS_LEAST = 2 };

typedef struct companions {
    size_t n_items, entries;
    uint32_t *baskets; /* [n_items] with the product */
    uint64_t *offset;  /* [n_items + 1] into item and both */
    uint32_t *item;    /* [entries] ascending within a product */
    uint32_t *both;    /* [entries] baskets with both */
    bool mapped;       /* the arrays lie in a mapped file */
} companions;

aisle_status companions_init(companions *out, const households *h, int threads, aisle_error *err);
void companions_fini(companions *c);

/* The same from a file: empty, its arrays, and their check. */
void companions_adopt(companions *out, const assortment *a);
size_t companions_arrays(state_array *out, companions *c);
aisle_status companions_check(const companions *c, aisle_error *err);

typedef struct companion {
    uint32_t item;    /* HISTORY_NONE: none is known */
    uint32_t both;    /* baskets with both */
    uint32_t baskets; /* with the product that was asked about */
} companion;

/* Of the other products in the user's last n baskets the one of the most baskets with item, of
 * several the first. */
companion companions_find(const companions *c, const households *h, uint32_t user, uint32_t item,
                          int64_t n);

#endif
