/* features/facts/facts.h: what families share that is computed once, as of the fit's T: sums over
 * its households, by product, category level, store. They hold no household. */
#ifndef FEATURES_FACTS_FACTS_H
#define FEATURES_FACTS_FACTS_H

#include "features/feature.h"

/* Read-only afterwards. */
typedef struct feature_facts {
    feature_context context;
    item_facts *items;
    promotion_facts *promotions;
    store_facts *stores;
    rank_facts *ranks;
    habit_facts *habits;
    discount_facts *discounts;
    float *decay;
    bool mapped; /* the arrays lie in a mapped file */
} feature_facts;

/* Of the fit's households; what no family looks at that is not left out is not computed. */
aisle_status feature_facts_init(feature_facts *out, const households *h,
                                const features_options *options, aisle_error *err);

/* The same from a file: empty facts, whose arrays are then pointed into it, checked, and made
 * ready. */
aisle_status feature_facts_adopt(feature_facts *out, const assortment *a,
                                 const features_options *options, aisle_error *err);
enum { FACT_ARRAYS = 40 };
size_t feature_facts_arrays(state_array *out, feature_facts *f);
aisle_status feature_facts_check(const feature_facts *f, aisle_error *err);
aisle_status feature_facts_ready(feature_facts *f, aisle_error *err);

void feature_facts_fini(feature_facts *f);

#endif
