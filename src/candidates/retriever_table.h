/* candidates/retriever_table.h: the functions in the rows of retriever_table. Private to level 1.
 */
#ifndef CANDIDATES_RETRIEVER_TABLE_H
#define CANDIDATES_RETRIEVER_TABLE_H

#include "candidates/retriever.h"

/* What every row has of its own. */
#define RETRIEVER_FITTED(name)                                                                     \
    int64_t name##_quota(const candidates_options *options);                                       \
    aisle_status name##_fit(void **state, const list_context *context, const households *h,        \
                            aisle_error *err);

/* What several rows may share. */
#define RETRIEVER_LISTS(name)                                                                      \
    void name##_list(topk *best, void *room, const void *state, const list_context *context,       \
                     const asker *who);                                                            \
    void name##_score(float *out, void *room, const void *state, const list_context *context,      \
                      const asker *who, const uint32_t *items, size_t n);                          \
    void name##_free(void *state, bool owns_arrays);

#define RETRIEVER_ROOM(name)                                                                       \
    size_t name##_room(const void *state, const list_context *context);                            \
    void name##_ask(void *room, const void *state, const list_context *context, const asker *who); \
    void name##_forget(void *room, const void *state, const list_context *context,                 \
                       const asker *who);

#define RETRIEVER_FILL(name)                                                                       \
    aisle_status name##_fill(item_lists *out, const void *state, const list_context *context,      \
                             const retriever_query *query, aisle_error *err);

#define RETRIEVER_SIMILAR_ITEMS(name)                                                              \
    aisle_status name##_similar_items(size_t *count, neighbour *out, size_t k, const void *state,  \
                                      const list_context *context, uint32_t item,                  \
                                      aisle_error *err);

#define RETRIEVER_SIMILAR_USERS(name)                                                              \
    aisle_status name##_similar_users(size_t *count, neighbour *out, size_t k, const void *state,  \
                                      const list_context *context, const asker *who,               \
                                      aisle_error *err);

#define RETRIEVER_ADOPT(name)                                                                      \
    aisle_status name##_adopt(void **state, const list_context *context, aisle_error *err);

#define RETRIEVER_STORED(name)                                                                     \
    size_t name##_arrays(state_array *out, void *state);                                           \
    aisle_status name##_check(const void *state, const list_context *context, aisle_error *err);

#define RETRIEVER_READY(name)                                                                      \
    aisle_status name##_ready(void *state, const list_context *context, aisle_error *err);

extern const tally_part popular_part, popular_all_part, popular_store_part, popular_segment_part,
    popular_category_part;

RETRIEVER_FITTED(popular)
RETRIEVER_LISTS(popular)
RETRIEVER_ADOPT(popular)
RETRIEVER_STORED(popular)
RETRIEVER_FITTED(popular_all)
RETRIEVER_FITTED(popular_store)
RETRIEVER_ADOPT(popular_store)
RETRIEVER_FITTED(popular_segment)
RETRIEVER_ADOPT(popular_segment)
RETRIEVER_FITTED(popular_category)
RETRIEVER_LISTS(popular_category)
RETRIEVER_ROOM(popular_category)
RETRIEVER_ADOPT(popular_category)
RETRIEVER_STORED(popular_category)
RETRIEVER_READY(popular_category)

RETRIEVER_LISTS(own)
RETRIEVER_FITTED(own_count)
RETRIEVER_FITTED(own_decay)
RETRIEVER_FITTED(own_last)
RETRIEVER_LISTS(own_last)
RETRIEVER_FITTED(own_due)
RETRIEVER_LISTS(own_due)
RETRIEVER_ADOPT(own_due)
RETRIEVER_STORED(own_due)

RETRIEVER_FITTED(als)
RETRIEVER_LISTS(als)
RETRIEVER_ROOM(als)
RETRIEVER_FILL(als)
RETRIEVER_SIMILAR_ITEMS(als)
RETRIEVER_SIMILAR_USERS(als)
RETRIEVER_ADOPT(als)
RETRIEVER_STORED(als)
RETRIEVER_READY(als)
RETRIEVER_FITTED(ease)
RETRIEVER_LISTS(ease)
RETRIEVER_ROOM(ease)
RETRIEVER_FILL(ease)
RETRIEVER_SIMILAR_ITEMS(ease)
RETRIEVER_ADOPT(ease)
RETRIEVER_STORED(ease)

/* The four item-item models share item_item_. */
RETRIEVER_LISTS(item_item)
RETRIEVER_ROOM(item_item)
RETRIEVER_SIMILAR_ITEMS(item_item)
RETRIEVER_STORED(item_item)
RETRIEVER_FITTED(item_count)
RETRIEVER_ADOPT(item_count)
RETRIEVER_FITTED(item_cosine)
RETRIEVER_ADOPT(item_cosine)
RETRIEVER_FITTED(item_tfidf)
RETRIEVER_ADOPT(item_tfidf)
RETRIEVER_FITTED(item_bm25)
RETRIEVER_ADOPT(item_bm25)
RETRIEVER_FITTED(co_basket)
RETRIEVER_LISTS(co_basket)
RETRIEVER_ROOM(co_basket)
RETRIEVER_SIMILAR_ITEMS(co_basket)
RETRIEVER_ADOPT(co_basket)
RETRIEVER_STORED(co_basket)
RETRIEVER_FITTED(substitutes)
RETRIEVER_LISTS(substitutes)
RETRIEVER_ROOM(substitutes)
RETRIEVER_SIMILAR_ITEMS(substitutes)
RETRIEVER_ADOPT(substitutes)
RETRIEVER_STORED(substitutes)
RETRIEVER_READY(substitutes)

/* These share what neighbourhood.h has. */
RETRIEVER_FITTED(up_cf)
RETRIEVER_ADOPT(up_cf)
RETRIEVER_FITTED(tifu_knn)
RETRIEVER_ADOPT(tifu_knn)
RETRIEVER_FITTED(similar_users)
RETRIEVER_ADOPT(similar_users)
RETRIEVER_FITTED(mix)
RETRIEVER_LISTS(mix)
RETRIEVER_ROOM(mix)
RETRIEVER_ADOPT(mix)
RETRIEVER_STORED(mix)
RETRIEVER_READY(mix)

#endif
