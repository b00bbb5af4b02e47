/* model/answer/rules.h: business rules: which products a list may hold, and how many of a kind. */
#ifndef MODEL_ANSWER_RULES_H
#define MODEL_ANSWER_RULES_H

#include "model/calibration.h"

enum { RULES_CAPS = 8 };

/* At most n products of a value. */
typedef struct rule_cap {
    const uint32_t *code; /* [n_items] value of each, or AISLE_MISSING; borrowed */
    size_t values;
    uint32_t most;
} rule_cap;

typedef struct rule_set {
    bool any;         /* some rule holds */
    uint8_t *allowed; /* [n_items] 1: not ruled out for everybody; NULL without any */
    rule_cap cap[RULES_CAPS];
    size_t caps;
    int32_t not_bought_days; /* nothing bought in so many days before the asked moment; 0: no such
                                rule */
    double *times; /* [n_items] what a probability is multiplied by; NULL: lists go by score */
} rule_set;

/* Whether columns and values are those of the products: AISLE_ERROR_CONFIG names what is not. */
aisle_status rules_check(const rules_options *options, const attribute_table *products,
                         aisle_error *err);

/* times without a calibration is AISLE_ERROR_CONFIG. */
aisle_status rules_init(rule_set *out, const rules_options *options, const snapshot *s,
                        const calibration *calibrated, aisle_error *err);
void rules_fini(rule_set *rules);

/* Puts the ids of the files that a configuration names into its lists in their place. */
aisle_status rules_keep_files(aisle_config *config, const assortment *a, aisle_error *err);

/* Whether the household (HISTORY_NONE: not known) may get the product at all. */
bool rules_allow(const rule_set *rules, const households *h, uint32_t user, uint32_t item);

/* Room for the list at hand. */
typedef struct rule_room {
    uint32_t *taken[RULES_CAPS]; /* [values] of each cap, 0 between lists */
    uint8_t *on_list;            /* [n_items] 0 between lists */
} rule_room;

aisle_status rule_room_init(rule_room *out, const rule_set *rules, uint32_t n_items,
                            aisle_error *err);
void rule_room_fini(rule_room *room);

/* A list of up to k places. */
typedef struct rule_list {
    uint32_t *item; /* [k] */
    float *score;   /* [k] */
    uint32_t k, count;
    uint32_t padded; /* the first place that was filled up, or count */
} rule_list;

/* The first of n candidates, best first, that the caps allow (each of them rules_allow allows),
 * then popular ones by the same rules, those that the asker bought left out with who->new_only;
 * scores go on below the last. who->user may be HISTORY_NONE. */
void rules_take(rule_list *out, const ranked *ordered, size_t n, rule_room *room,
                const rule_set *rules, const list_context *context, const asker *who);

#endif
