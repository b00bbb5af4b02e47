/* candidates/neighbours/basket_values.h: what a household's items weigh by the baskets that they
 * lie in. */
#ifndef CANDIDATES_NEIGHBOURS_BASKET_VALUES_H
#define CANDIDATES_NEIGHBOURS_BASKET_VALUES_H

#include "candidates/retriever.h"

/* A basket among the household's baskets that have something of the catalogue. */
typedef struct basket_place {
    uint32_t back;    /* 0 is the last one */
    uint32_t baskets; /* how many there are */
    int32_t age;      /* days before T, at least 1 */
} basket_place;

/* How to weigh a basket: at least 0, finite. */
typedef struct basket_rule {
    double (*weigh)(const void *options, const basket_place *at);
    const void *options;
    bool share; /* divide by the sum over the household's baskets */
} basket_rule;

/* value: [pairs of the user] the sum over the baskets that have the item; 0 for items outside of
 * the catalogue. sum: [n_items] zeros, before and after */
void basket_values(float *value, double *sum, const list_context *context, const basket_rule *rule,
                   const households *h, uint32_t user);

#endif
