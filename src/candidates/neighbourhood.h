/* candidates/neighbourhood.h: lists from what a household and its neighbours have: what next-basket
 * and household–household retrievers share. Private to level 1.
 *
 *     score(u, i) = own · value(u, i) + sum over neighbours v of weight(u, v) · value(v, i)
 *
 * Stored in the model file: the values of all pairs, and K neighbours a household. */
#ifndef CANDIDATES_NEIGHBOURHOOD_H
#define CANDIDATES_NEIGHBOURHOOD_H

#include "candidates/retriever.h"
#include "candidates/user_neighbours.h"

typedef struct neighbourhood {
    double own;
    double others; /* > 0: shared equally among the neighbours; 0: each weighs its similarity */
    size_t pairs;
    float *value; /* [pairs] 0 to 1, 0 outside of the catalogue */
    user_neighbours near;
} neighbourhood;

/* A state without values and neighbours; k: those that are kept. */
aisle_status neighbourhood_new(neighbourhood **out, const list_context *context, int64_t k,
                               aisle_error *err);

/* Finds s->near by the values of the pairs; binary: every value counts as 1. options: but for seed
 * and threads, which are the context's. */
aisle_status neighbourhood_find(neighbourhood *s, const list_context *context, bool binary,
                                users_options options, aisle_error *err);

/* As retriever.h has them. */
size_t neighbourhood_scratch(const void *state, const list_context *context);
aisle_status neighbourhood_fill(item_lists *out, const void *state, const list_context *context,
                                const retriever_query *query, aisle_error *err);
void neighbourhood_score(float *out, const void *state, const list_context *context, uint32_t user,
                         const uint32_t *items, size_t n, void *scratch);
aisle_status neighbourhood_similar_users(size_t *count, neighbour *out, size_t k, const void *state,
                                         const list_context *context, uint32_t user,
                                         aisle_error *err);
size_t neighbourhood_arrays(state_array out[8], void *state);
aisle_status neighbourhood_check(const void *state, const list_context *context, aisle_error *err);
void neighbourhood_free(void *state, bool owns_arrays);

#endif
