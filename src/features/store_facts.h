/* features/store_facts.h: what sold in which store of late, and where a household shops; as of T.
 */
#ifndef FEATURES_STORE_FACTS_H
#define FEATURES_STORE_FACTS_H

#include "features/feature.h"
#include "features/household_stores.h"

/* Lines of an item in a store in the last STORE_WEEKS weeks. */
typedef struct store_sale {
    uint32_t item;
    float lines, lines_4w;
    int32_t last_day;
} store_sale;

enum { STORE_WEEKS = 13 };

struct store_facts {
    uint64_t *sale_offset; /* [stores + 1] */
    store_sale *sale;      /* by store, items ascending */
    float *lines;          /* [stores] of all items */
    float *item_share;     /* [n_items] of all stores' lines */
    household_stores own;
};

/* All zero where h has no stores. */
aisle_status store_facts_init(store_facts *out, const history *h, aisle_error *err);
void store_facts_fini(store_facts *f);

/* NULL: not sold there in these weeks. */
const store_sale *store_facts_find(const store_facts *f, uint32_t store, uint32_t item);

#endif
