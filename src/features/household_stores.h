/* features/household_stores.h: where a household shops, as of its own T. */
#ifndef FEATURES_HOUSEHOLD_STORES_H
#define FEATURES_HOUSEHOLD_STORES_H

#include "history/households.h"

/* A household's stores with their share of its baskets, each weighted by decay_rates[1] a week of
 * age. Room of one thread, read anew for each household. */
typedef struct household_stores {
    size_t n;
    uint32_t *store; /* [n] ascending */
    float *weight;   /* [n] they sum to 1 */
    double *sum;     /* [stores] zeros between households */
} household_stores;

/* Which of the assortment's stores count; known NULL: all. By chain every basket's is store 0. */
typedef struct stores_that_count {
    const uint8_t *known; /* [stores] */
    bool by_chain;
} stores_that_count;

/* Room for so many stores. */
aisle_status household_stores_init(household_stores *out, size_t stores, aisle_error *err);
void household_stores_fini(household_stores *s);

void household_stores_read(household_stores *s, const households *h, uint32_t user,
                           stores_that_count which);

/* The store of most weight, of several the first; AISLE_MISSING, with weight NaN, where none is
 * known. */
typedef struct household_store {
    uint32_t store;
    float weight;
} household_store;
household_store household_stores_main(const household_stores *s);

#endif
