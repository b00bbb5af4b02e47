/* features/facts/store_facts.h: what sold in which store of late, as of T. */
#ifndef FEATURES_FACTS_STORE_FACTS_H
#define FEATURES_FACTS_STORE_FACTS_H

#include "features/feature.h"

/* Lines of an item in a store in the last STORE_WEEKS weeks. */
typedef struct store_sale {
    uint32_t item;
    float lines, lines_4w;
    int32_t last_day;
} store_sale;

enum { STORE_WEEKS = 13 };

struct store_facts {
    uint64_t *sale_offset; /* [stores + 1] */
    size_t sales;
    store_sale *sale;  /* [sales] by store, items ascending */
    float *lines;      /* [stores] of all items */
    float *item_share; /* [n_items] of all stores' lines */
};

/* What they are made of. */
extern const tally_part store_facts_part;

/* All zero where the assortment has no stores. */
aisle_status store_facts_init(store_facts *out, const households *h, aisle_error *err);
void store_facts_fini(store_facts *f, bool owns_arrays);

/* As features/facts/facts.h has them. */
size_t store_facts_arrays(state_array *out, store_facts *f, const assortment *a);
aisle_status store_facts_check(const store_facts *f, const assortment *a, aisle_error *err);

/* NULL: not sold there in these weeks. */
const store_sale *store_facts_find(const store_facts *f, uint32_t store, uint32_t item);

#endif
