/* candidates/lists.h: what retrievers share in making lists. Private to level 1. */
#ifndef CANDIDATES_LISTS_H
#define CANDIDATES_LISTS_H

#include "base/topk.h"
#include "candidates/retriever.h"

/* Places that a list of this catalogue can have: min(k, items in the catalogue). */
uint32_t lists_places(const list_context *context, uint32_t k);

/* The finished selection as list i. */
void lists_put(item_lists *lists, size_t i, topk *best);

/* A part of a room begins at a multiple of 64 bytes. */
static inline size_t room_part(size_t bytes)
{
    return (bytes + 63) / 64 * 64;
}

/* Whether the asker gets no item that it bought, and bought this one. */
static inline bool is_left_out(const asker *who, uint32_t item)
{
    return who->new_only && households_find_pair(who->h, who->user, item) != SIZE_MAX;
}

/* Pushes every item whose sum is above 0, that is in the catalogue and not left out; sums of others
 * become 0. sum: [n_items], finite */
void lists_push_sums(topk *best, float *sum, const list_context *context, const asker *who);

/* The same sums for given items: NaN where lists_push_sums would not push, bought or not. */
void lists_take_sums(float *out, const float *sum, const list_context *context,
                     const uint32_t *items, size_t n);

#endif
