/* features/household_stores.h: where a household shops, as of T. */
#ifndef FEATURES_HOUSEHOLD_STORES_H
#define FEATURES_HOUSEHOLD_STORES_H

#include "history/history.h"

/* A household's stores with their share of its baskets, each weighted by decay_rates[1] a week of
 * age. */
typedef struct household_stores {
    uint64_t *offset; /* [n_users + 1] */
    uint32_t *store;  /* ascending */
    float *weight;    /* of a household's sum to 1 */
} household_stores;

/* Which of the history's stores count; known NULL: all. By chain every basket's is store 0. */
typedef struct stores_that_count {
    const uint8_t *known; /* [stores] */
    bool by_chain;
} stores_that_count;

aisle_status household_stores_init(household_stores *out, const history *h, stores_that_count which,
                                   aisle_error *err);
void household_stores_fini(household_stores *s);

/* The store of most weight, of several the first; AISLE_MISSING, with weight NaN, where none is
 * known. */
typedef struct household_store {
    uint32_t store;
    float weight;
} household_store;
household_store household_stores_main(const household_stores *s, uint32_t user);

#endif
