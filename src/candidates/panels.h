/* candidates/panels.h: the k best items by the inner product of factors, for many users.
 *
 * Item factors lie in panels of 16: entry (k, l) of panel p is factor k of the item at place
 * 16 p + l of the catalogue; places beyond are 0. */
#ifndef CANDIDATES_PANELS_H
#define CANDIDATES_PANELS_H

#include "base/topk.h"
#include "candidates/dense.h"
#include "candidates/retriever.h"

/* Floats in the panels of n_items. */
size_t panels_floats(size_t n_items, size_t stride);

/* items: [n_items][stride], row-major. *out: [panels_floats], owned by the caller. */
aisle_status panels_pack(float **out, const float *items, size_t n_items, size_t stride,
                         int threads, aisle_error *err);

/* The way back. items: [n_items][stride] */
void panels_unpack(float *items, const float *panels, size_t n_items, size_t stride);

/* users: [n_users][stride]. Users whose factors are all 0 have empty lists. */
aisle_status panels_fill(item_lists *out, const float *users, const float *panels, size_t stride,
                         const list_context *context, const retriever_query *query,
                         aisle_error *err);

/* Scores of one user for the items at the places [first, first + width) of the catalogue; those
 * beyond its end are passed over. */
typedef struct panels_scores {
    const float *score;
    size_t width; /* <= 64 */
    uint32_t first;
    uint32_t user;
    bool new_only; /* leave out what the user has bought before */
} panels_scores;

/* Pushes what of them can come into the list. */
void panels_push(topk *best, const panels_scores *scores, const list_context *context,
                 const dense_kernels *kernels);

/* The same scores, to the bit, for given items and one user's factors; NaN if those are all 0, and
 * for items outside of the catalogue. */
void panels_score(float *out, const float *user, const float *panels, size_t stride,
                  const catalogue *c, const uint32_t *items, size_t n);

#endif
