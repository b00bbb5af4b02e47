/* candidates/retriever_table.h: the functions in the rows of retriever_table. Private to level 1.
 */
#ifndef CANDIDATES_RETRIEVER_TABLE_H
#define CANDIDATES_RETRIEVER_TABLE_H

#include "candidates/retriever.h"

#define RETRIEVER_BASIC(name)                                                                      \
    int64_t name##_quota(const candidates_options *options);                                       \
    aisle_status name##_fit(void **state, const list_context *context, aisle_error *err);          \
    aisle_status name##_fill(item_lists *out, const void *state, const list_context *context,      \
                             const retriever_query *query, aisle_error *err);                      \
    void name##_score(float *out, const void *state, const list_context *context, uint32_t user,   \
                      const uint32_t *items, size_t n, void *scratch);                             \
    void name##_free(void *state, bool owns_arrays);

#define RETRIEVER_SCRATCH(name)                                                                    \
    size_t name##_scratch(const void *state, const list_context *context);

#define RETRIEVER_SIMILAR_ITEMS(name)                                                              \
    aisle_status name##_similar_items(size_t *count, neighbour *out, size_t k, const void *state,  \
                                      const list_context *context, uint32_t item,                  \
                                      aisle_error *err);

#define RETRIEVER_SIMILAR_USERS(name)                                                              \
    aisle_status name##_similar_users(size_t *count, neighbour *out, size_t k, const void *state,  \
                                      const list_context *context, uint32_t user,                  \
                                      aisle_error *err);

#define RETRIEVER_STORED(name)                                                                     \
    size_t name##_arrays(state_array out[8], void *state);                                         \
    aisle_status name##_adopt(void **state, const list_context *context, aisle_error *err);        \
    aisle_status name##_check(const void *state, const list_context *context, aisle_error *err);

#define RETRIEVER_ITEM_ITEM(name)                                                                  \
    RETRIEVER_BASIC(name)                                                                          \
    RETRIEVER_SCRATCH(name)                                                                        \
    RETRIEVER_SIMILAR_ITEMS(name)                                                                  \
    RETRIEVER_STORED(name)

RETRIEVER_BASIC(popular)
RETRIEVER_STORED(popular)
int64_t popular_all_quota(const candidates_options *options);
aisle_status popular_all_fit(void **state, const list_context *context, aisle_error *err);
int64_t popular_store_quota(const candidates_options *options);
aisle_status popular_store_fit(void **state, const list_context *context, aisle_error *err);
int64_t popular_segment_quota(const candidates_options *options);
aisle_status popular_segment_fit(void **state, const list_context *context, aisle_error *err);
RETRIEVER_BASIC(own_count)
RETRIEVER_BASIC(own_decay)
RETRIEVER_BASIC(mix)
RETRIEVER_SCRATCH(mix)
RETRIEVER_STORED(mix)
RETRIEVER_BASIC(own_last)
RETRIEVER_BASIC(own_due)
RETRIEVER_STORED(own_due)
RETRIEVER_BASIC(als)
RETRIEVER_STORED(als)
RETRIEVER_SIMILAR_ITEMS(als)
RETRIEVER_SIMILAR_USERS(als)
RETRIEVER_BASIC(ease)
RETRIEVER_SCRATCH(ease)
RETRIEVER_STORED(ease)
RETRIEVER_SIMILAR_ITEMS(ease)
RETRIEVER_ITEM_ITEM(item_count)
RETRIEVER_ITEM_ITEM(item_cosine)
RETRIEVER_ITEM_ITEM(item_tfidf)
RETRIEVER_ITEM_ITEM(item_bm25)
RETRIEVER_ITEM_ITEM(co_basket)
RETRIEVER_BASIC(popular_category)
RETRIEVER_SCRATCH(popular_category)
/* They share what neighbourhood.h has. */
#define RETRIEVER_NEIGHBOURHOOD(name)                                                              \
    int64_t name##_quota(const candidates_options *options);                                       \
    aisle_status name##_fit(void **state, const list_context *context, aisle_error *err);          \
    aisle_status name##_adopt(void **state, const list_context *context, aisle_error *err);

RETRIEVER_NEIGHBOURHOOD(up_cf)
RETRIEVER_NEIGHBOURHOOD(tifu_knn)
RETRIEVER_NEIGHBOURHOOD(similar_users)
RETRIEVER_BASIC(substitutes)
RETRIEVER_SCRATCH(substitutes)
RETRIEVER_SIMILAR_ITEMS(substitutes)

/* The first day of the last `weeks` weeks before the history's T; 0 weeks: all time. */
int32_t context_first_day(const history *h, int64_t weeks);

#endif
