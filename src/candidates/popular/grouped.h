/* candidates/popular/grouped.h: what sells in a group of baskets or households, shrunk towards what
 * sells everywhere. Private to level 1. For an item i and a household of group g, score =
 * (buyers(g, i) + prior · buyers(i) / buyers) / (buyers(g) + prior) where buyers counts households
 * with a purchase in the days [T − 7 weeks, T): of the group, of the item, of both, of any. A
 * household without a group, or of one that bought nothing, gets buyers(i) / buyers. The prior is a
 * number of households that buy as all do (a beta-binomial mean: Robbins, An empirical Bayes
 * approach to statistics, 1956). */
#ifndef CANDIDATES_POPULAR_GROUPED_H
#define CANDIDATES_POPULAR_GROUPED_H

#include "candidates/retriever.h"

#define GROUPED_NONE UINT32_MAX

/* What belongs to which group; borrowed while fitting. */
typedef struct grouping {
    const uint32_t *of_user;   /* [n_users] where a household's lines count, or GROUPED_NONE */
    const uint32_t *of_basket; /* [baskets] where a line counts instead; NULL: of_user */
    int64_t weeks;             /* 0: all time */
} grouping;

/* How a part of this kind is told whose list a household gets. */
typedef uint32_t (*grouped_find)(const void *state, const list_context *context, const asker *who,
                                 uint32_t *count);

typedef struct grouped_state grouped_state;

/* The sums of such a part. */
enum { GROUPED_COLUMNS = 4 };
extern const tally_column grouped_columns[GROUPED_COLUMNS];
aisle_status grouped_sum(tally *t, const households *h, const grouping *by, aisle_error *err);

/* Fits an adopted state by them. */
aisle_status grouped_fit(void *state, const list_context *context, const households *h,
                         const tally_part *part, aisle_error *err);

/* A state of so many groups; find: count, [groups], is room for it, all zero before and after. */
aisle_status grouped_adopt(void **state, const list_context *context, uint32_t groups, double prior,
                           grouped_find find, aisle_error *err);

/* As retriever.h has them. */
size_t grouped_room(const void *state, const list_context *context);
void grouped_ask(void *room, const void *state, const list_context *context, const asker *who);
void grouped_forget(void *room, const void *state, const list_context *context, const asker *who);
void grouped_list(topk *best, void *room, const void *state, const list_context *context,
                  const asker *who);
void grouped_score(float *out, void *room, const void *state, const list_context *context,
                   const asker *who, const uint32_t *items, size_t n);
size_t grouped_arrays(state_array *out, void *state);
aisle_status grouped_check(const void *state, const list_context *context, aisle_error *err);
aisle_status grouped_ready(void *state, const list_context *context, aisle_error *err);
void grouped_free(void *state, bool owns_arrays);

#endif
