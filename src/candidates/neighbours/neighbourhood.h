/* candidates/neighbours/neighbourhood.h: lists from what a household and its neighbours have: what
 * next-basket and household–household retrievers share. Private to level 1.
 *
 *     score(u, i) = own · value(u, i) + sum over neighbours v of weight(u, v) · value(v, i)
 *
 * The values are each household's by its own receipts; the neighbours are the nearest of the pool,
 * itself left out by its id. Each asker is compared with all of the pool, so the time of an answer
 * grows with the pool, and not with the households. Stored: the values of the pool. */
#ifndef CANDIDATES_NEIGHBOURS_NEIGHBOURHOOD_H
#define CANDIDATES_NEIGHBOURS_NEIGHBOURHOOD_H

#include "base/csr.h"
#include "candidates/pair_weights.h"
#include "candidates/retriever.h"

typedef enum user_measure {
    USERS_PRODUCT, /* w_a · w_b / (n_a^asymmetry · n_b^(1 − asymmetry)), n entries of a row; those
                    * above 0 */
    USERS_DISTANCE, /* 1 / (1 + |w_a − w_b|), but of a row without entries, near to all, to none */
} user_measure;

typedef struct neighbourhood_rule {
    /* A household's values: [pairs of the user] 0 to 1, 0 outside of the catalogue. sum: [n_items]
     * zeros, before and after */
    void (*values)(float *value, double *sum, const void *state, const list_context *context,
                   const households *h, uint32_t user);
    user_measure measure;
    double asymmetry;
    bool plain;      /* USERS_PRODUCT without the denominator */
    bool binary;     /* to find neighbours by, every value counts as 1 */
    double locality; /* a neighbour's similarity to this power */
    int64_t k;       /* neighbours, at least 1 */
    double own;
    double others; /* > 0: shared equally among the neighbours; 0: each weighs its similarity */
} neighbourhood_rule;

/* A place of the pool, and its value of an item. */
typedef struct near_entry {
    uint32_t place;
    float value;
} near_entry;

typedef struct neighbourhood {
    neighbourhood_rule rule;
    pair_weigher weigher; /* of the rule's values, where they need one */
    size_t n_items;
    uint32_t pool; /* households in it */
    size_t entries;
    uint64_t *offset;   /* [pool + 1] into item and value */
    uint32_t *item;     /* [entries] ascending within a household */
    float *value;       /* [entries] above 0, below 2 */
    uint64_t *users_of; /* [n_items + 1] into near */
    near_entry *near;   /* [entries] the pool by items */
    double *norm;       /* [pool] |w|² */
    double *scale;      /* [pool] n^(asymmetry − 1) */
} neighbourhood;

/* A state without values. */
aisle_status neighbourhood_new(neighbourhood **out, const list_context *context,
                               const neighbourhood_rule *rule, aisle_error *err);

/* An adopted state with the values of the pool. */
aisle_status neighbourhood_fit(void **state,
                               aisle_status (*adopt)(void **, const list_context *, aisle_error *),
                               const list_context *context, const households *h, aisle_error *err);

/* As retriever.h has them. */
size_t neighbourhood_room(const void *state, const list_context *context);
void neighbourhood_ask(void *room, const void *state, const list_context *context,
                       const asker *who);
void neighbourhood_forget(void *room, const void *state, const list_context *context,
                          const asker *who);
void neighbourhood_list(topk *best, void *room, const void *state, const list_context *context,
                        const asker *who);
void neighbourhood_score(float *out, void *room, const void *state, const list_context *context,
                         const asker *who, const uint32_t *items, size_t n);
aisle_status neighbourhood_similar_users(size_t *count, neighbour *out, size_t k, const void *state,
                                         const list_context *context, const asker *who,
                                         aisle_error *err);
bool neighbourhood_pool_bought(const void *state, uint32_t place, uint32_t item);
size_t neighbourhood_arrays(state_array *out, void *state);
aisle_status neighbourhood_check(const void *state, const list_context *context, aisle_error *err);
aisle_status neighbourhood_ready(void *state, const list_context *context, aisle_error *err);
void neighbourhood_free(void *state, bool owns_arrays);

#endif
