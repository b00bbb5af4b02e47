/* candidates/grouped.h: what sells in a group of baskets or households, shrunk towards what sells
 * everywhere. Private to level 1. For an item i and a household of group g,
 *     score = (buyers(g, i) + prior · buyers(i) / buyers) / (buyers(g) + prior)
 * where buyers counts households with a purchase in the days [T − 7 weeks, T): of the group, of
 * the item, of both, of any. A household without a group, or of one that bought nothing, gets
 * buyers(i) / buyers. The prior is a number of households that buy as all do (a beta-binomial
 * mean: Robbins, An empirical Bayes approach to statistics, 1956). */
#ifndef CANDIDATES_GROUPED_H
#define CANDIDATES_GROUPED_H

#include "candidates/retriever.h"

#define GROUPED_NONE UINT32_MAX

/* What belongs to which group; borrowed while fitting. */
typedef struct grouping {
    uint32_t groups;
    const uint32_t *of_user;   /* [n_users] whose list a user gets, or GROUPED_NONE */
    const uint32_t *of_basket; /* [baskets] where a line counts, or GROUPED_NONE; NULL: of_user */
    int64_t weeks;             /* 0: all time */
    double prior;
} grouping;

typedef struct grouped_state grouped_state;

/* of_user is copied. */
aisle_status grouped_fit(void **state, const list_context *context, const grouping *by,
                         aisle_error *err);

aisle_status grouped_fill(item_lists *out, const void *state, const list_context *context,
                          const retriever_query *query, aisle_error *err);
void grouped_score(float *out, const void *state, const list_context *context, uint32_t user,
                   const uint32_t *items, size_t n, void *scratch);
void grouped_free(void *state, bool owns_arrays);

#endif
