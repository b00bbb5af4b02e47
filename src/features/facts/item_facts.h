/* features/facts/item_facts.h: sums over all households, by item and by category level, as of T. */
#ifndef FEATURES_FACTS_ITEM_FACTS_H
#define FEATURES_FACTS_ITEM_FACTS_H

#include "features/feature.h"

enum { WINDOW_1, WINDOW_2, WINDOW_4, WINDOW_13, WINDOW_ALL, ITEM_WINDOWS };

struct item_facts {
    uint32_t *buyers[ITEM_WINDOWS]; /* [n_items] households in the last 1, 2, 4, 13 weeks, ever */
    float *price;                   /* [n_items] mean unit price, last 13 weeks, else ever */
    float *price_now;               /* [n_items] the same of the last 2 weeks, NaN without a sale */
    float *gap;                     /* [n_items] mean days between purchases of a household */
    float *repurchase;              /* [n_items] share of buyers who bought it on 2 days or more */
    float *first_buyers;           /* [n_items] share of first purchases among its last 13 weeks' */
    int32_t *first_day, *last_day; /* [n_items] */
    double *weekly; /* [levels of all columns, one after the other] and, behind, of all: lines a
                     * week over the last 13 weeks */
    /* Ready: */
    const double **level_weekly; /* [columns] into weekly */
    size_t columns;
    uint32_t *code; /* [n_items * columns] the products' levels, an item's together in memory */
    double lines;   /* weekly lines over the last 13 weeks */
};

/* What they are made of. */
extern const tally_part item_facts_part;

aisle_status item_facts_init(item_facts *out, const households *h, aisle_error *err);
void item_facts_fini(item_facts *f, bool owns_arrays);

/* As features/facts/facts.h has them. */
size_t item_facts_arrays(state_array *out, item_facts *f, const assortment *a);
aisle_status item_facts_check(const item_facts *f, const assortment *a, aisle_error *err);
aisle_status item_facts_ready(item_facts *f, const assortment *a, aisle_error *err);

#endif
