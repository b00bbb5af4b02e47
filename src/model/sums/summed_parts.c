#include <string.h>

#include "catalogue/catalogue.h"
#include "features/facts/discount_facts.h"
#include "features/families/families.h"
#include "features/facts/habit_facts.h"
#include "features/facts/item_facts.h"
#include "features/facts/promotion_facts.h"
#include "features/facts/store_facts.h"
#include "model/sums/fit_sums.h"

/* What facts are made of, whichever families are left out: sums serve several configurations. */
static const tally_part *const facts[] = {
    &item_facts_part,     &store_facts_part,     &habit_facts_part,
    &discount_facts_part, &promotion_facts_part,
};

static bool is_wanted(const retriever *r, const aisle_config *config)
{
    return r->summed && (!config || r->quota(&config->candidates) > 0);
}

size_t fit_sums_parts(const tally_part *parts[SUMS_PARTS_MOST], const aisle_config *config)
{
    size_t n = 0;
    parts[n++] = &catalogue_part;
    parts[n++] = &popularity_part;
    for (size_t f = 0; f < sizeof facts / sizeof *facts; f++)
        parts[n++] = facts[f];
    for (size_t r = 0; r < retriever_count; r++)
        if (is_wanted(&retriever_table[r], config))
            parts[n++] = retriever_table[r].summed;
    return n;
}
