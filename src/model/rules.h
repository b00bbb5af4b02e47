/* model/rules.h: business rules: which products a list may hold, and how many of a kind. */
#ifndef MODEL_RULES_H
#define MODEL_RULES_H

#include "model/calibration.h"

enum { RULES_CAPS = 8 };

/* At most n products of a value. */
typedef struct rule_cap {
    const uint32_t *code; /* [n_items] value of each, or AISLE_MISSING; borrowed */
    uint32_t *taken;      /* [values] room for the list at hand, 0 between lists */
    size_t values;
    uint32_t most;
} rule_cap;

typedef struct rule_set {
    bool any;         /* some rule holds */
    uint8_t *allowed; /* [n_items] 1: not ruled out for everybody; NULL without any */
    rule_cap cap[RULES_CAPS];
    size_t caps;
    int32_t not_since; /* nothing bought on this day or later */
    double *times;     /* [n_items] what a probability is multiplied by; NULL: lists go by score */
} rule_set;

/* Whether columns and values are those of the products: AISLE_ERROR_CONFIG names what is not. */
aisle_status rules_check(const rules_options *options, const attribute_table *products,
                         aisle_error *err);

/* times without a calibration is AISLE_ERROR_CONFIG. */
aisle_status rules_init(rule_set *out, const rules_options *options, const snapshot *s,
                        const calibration *calibrated, aisle_error *err);
void rules_fini(rule_set *rules);

/* Puts the ids of the files that a configuration names into its lists in their place. */
aisle_status rules_keep_files(aisle_config *config, const history *h, aisle_error *err);

/* Whether the household (HISTORY_NONE: not known) may get the product at all. */
bool rules_allow(const rule_set *rules, const history *h, uint32_t user, uint32_t item);

/* What lists are put together from. */
typedef struct rule_lists {
    const item_lists *ordered; /* every list whole, best first; only of what rules_allow allows */
    const snapshot *s;
    const retriever_query *query; /* new_only: what fills up must be new too */
} rule_lists;

/* The first products of each list that the caps allow, then popular ones by the same rules:
 * padded[i] of list i are of the first kind. out: lists of k places; scores go on below the last.
 */
aisle_status rules_take(item_lists *out, uint32_t *padded, const rule_set *rules,
                        const rule_lists *from, aisle_error *err);

#endif
