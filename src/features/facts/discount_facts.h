/* features/facts/discount_facts.h: how often products sell on discount, and how deep it is; as of
 * T. */
#ifndef FEATURES_FACTS_DISCOUNT_FACTS_H
#define FEATURES_FACTS_DISCOUNT_FACTS_H

#include "features/feature.h"

enum { DISCOUNT_13, DISCOUNT_2, DISCOUNT_WINDOWS };

/* Of the last 13, or 2, weeks; NaN where nobody bought it. A line is on discount where something
 * was taken off. */
struct discount_facts {
    float *share[DISCOUNT_WINDOWS]; /* [n_items] of its lines */
    float *depth[DISCOUNT_WINDOWS]; /* [n_items] what was taken off over value and that together */
};

/* What they are made of. */
extern const tally_part discount_facts_part;

/* All zero where the assortment has no discounts. */
aisle_status discount_facts_init(discount_facts *out, const households *h, aisle_error *err);
void discount_facts_fini(discount_facts *f, bool owns_arrays);

/* As features/facts/facts.h has them. */
size_t discount_facts_arrays(state_array *out, discount_facts *f, const assortment *a);
aisle_status discount_facts_check(const discount_facts *f, const assortment *a, aisle_error *err);

#endif
