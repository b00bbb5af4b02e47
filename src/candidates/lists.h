/* candidates/lists.h: what retrievers share in filling lists. Private to level 1. */
#ifndef CANDIDATES_LISTS_H
#define CANDIDATES_LISTS_H

#include "base/topk.h"
#include "candidates/retriever.h"

/* Places that a list of this catalogue can have: min(k, items in the catalogue). */
uint32_t lists_places(const list_context *context, uint32_t k);

/* The finished selection as list i. */
void lists_put(item_lists *lists, size_t i, topk *best);

/* One user's turn. */
typedef struct list_turn {
    uint32_t user;
    bool new_only; /* leave out what the user has bought before */
    void *scratch; /* of this thread; all zero before and after */
} list_turn;

/* How a retriever makes its lists, a user at a time. */
typedef struct list_maker {
    /* Pushes what there is to say. */
    void (*push)(topk *best, const void *state, const list_context *context, const list_turn *turn);
    size_t scratch;   /* bytes */
    bool only_bought; /* it knows of bought items alone: nothing with new_only */
} list_maker;

/* Fills all lists on query_threads threads; strangers stay empty. */
aisle_status lists_fill(item_lists *out, const list_maker *maker, const void *state,
                        const list_context *context, const retriever_query *query,
                        aisle_error *err);

/* Pushes every item whose sum is above 0, that is in the catalogue and (with new_only) new to the
 * user, and zeroes the sums. sum: [n_items] by item of the history, finite */
void lists_push_sums(topk *best, float *sum, const list_context *context, const list_turn *turn);

/* The same sums for given items: NaN where lists_push_sums would not push, bought or not; zeroes
 * the sums. out: [n] */
void lists_take_sums(float *out, float *sum, const list_context *context, const uint32_t *items,
                     size_t n);

#endif
