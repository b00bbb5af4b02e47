/* features/facts/rank_facts.h: places of the products among those of their levels, as of T. */
#ifndef FEATURES_FACTS_RANK_FACTS_H
#define FEATURES_FACTS_RANK_FACTS_H

#include "features/feature.h"

enum { RANK_13, RANK_4, RANK_WINDOWS };

/* One more than the products of the same level with more households that bought them in the last
 * 13, or 4, weeks; NaN without a level. */
struct rank_facts {
    float *rank[RANK_WINDOWS]; /* [n_items * columns] an item's together */
};

aisle_status rank_facts_init(rank_facts *out, const assortment *a, const item_facts *items,
                             aisle_error *err);
void rank_facts_fini(rank_facts *f);

#endif
