/* features/facts/promotion_facts.h: what promotions were, and are planned to be, by product, as of
 * T. */
#ifndef FEATURES_FACTS_PROMOTION_FACTS_H
#define FEATURES_FACTS_PROMOTION_FACTS_H

#include "features/feature.h"
#include "features/household_stores.h"

/* Columns of a product: those of weeks before T's, then those of planned weeks. */
enum { PROMOTION_OBSERVED = 10, PROMOTION_PLANNED = 5 };

/* Some of them by place. */
enum {
    PROMOTION_DISPLAY = 0, /* share of stores, last week */
    PROMOTION_MAILER = 1,
    PROMOTION_RECENCY = 7, /* weeks */
    PROMOTION_PLANNED_DISPLAY = PROMOTION_OBSERVED,
    PROMOTION_PLANNED_MAILER,
};

struct promotion_facts {
    size_t item_columns; /* PROMOTION_OBSERVED, and PROMOTION_PLANNED if weeks are planned */
    float *item;         /* [n_items * item_columns] as promotion_features.c names them */
    uint8_t *known;      /* [stores, or 1] that promotions are known of */
};

/* What they are made of. */
extern const tally_part promotion_facts_part;

/* All zero where the assortment has no promotions. */
aisle_status promotion_facts_init(promotion_facts *out, const households *h, aisle_error *err);
void promotion_facts_fini(promotion_facts *f, bool owns_arrays);

/* Of a household's stores those that count. */
stores_that_count promotion_facts_stores(const promotion_facts *f, const assortment *a);

/* As features/facts/facts.h has them. */
size_t promotion_facts_arrays(state_array *out, promotion_facts *f, const assortment *a);
aisle_status promotion_facts_check(const promotion_facts *f, const assortment *a, aisle_error *err);

#endif
