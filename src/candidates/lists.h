/* candidates/lists.h: what retrievers share in filling lists. Private to level 1. */
#ifndef CANDIDATES_LISTS_H
#define CANDIDATES_LISTS_H

#include "base/topk.h"
#include "candidates/retriever.h"

/* Places that a list of this catalogue can have: min(k, items in the catalogue). */
uint32_t lists_places(const list_context *context, uint32_t k);

/* The finished selection as list i. */
void lists_put(item_lists *lists, size_t i, topk *best);

/* A function that pushes what it knows of one user. */
typedef void (*lists_source)(topk *best, const void *state, const list_context *context,
                             uint32_t user);

/* Fills all lists from a source a user, on query_threads threads; strangers stay empty, and so
 * does everybody with query->new_only and only_bought. */
aisle_status lists_fill(item_lists *out, lists_source source, const void *state,
                        const list_context *context, const retriever_query *query, bool only_bought,
                        aisle_error *err);

#endif
