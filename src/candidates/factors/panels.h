/* candidates/factors/panels.h: the k best items by the inner product of factors.
 *
 * Item factors lie in panels of 16, those of the largest length by Euclid first: entry (k, l) of
 * panel p is factor k of the item at lane 16 p + l; lanes beyond are 0. Since |x·y| <= |x| |y|, a
 * search ends at the first block where the lengths say that nothing can come in any more. */
#ifndef CANDIDATES_FACTORS_PANELS_H
#define CANDIDATES_FACTORS_PANELS_H

#include "base/topk.h"
#include "candidates/factors/coarse.h"
#include "candidates/kernels/dense.h"
#include "candidates/retriever.h"

typedef struct factor_panels {
    size_t n_items, stride;
    const float *panels; /* [panels_floats]; borrowed */
    uint32_t *item;      /* [n_items] of the assortment, by lane */
    uint32_t *at;        /* [n_items] lane by place in the catalogue */
    float *length;       /* [blocks of WIDTH lanes] the largest of the lanes from here on */
    coarse_items coarse;
} factor_panels;

/* Floats in the panels of n_items. */
size_t panels_floats(size_t n_items, size_t stride);

/* items: [n_items][stride], row-major, by place in the catalogue. *out: [panels_floats], *place:
 * [n_items] place by lane; both owned by the caller. */
aisle_status panels_pack(float **out, uint32_t **place, const float *items, size_t n_items,
                         size_t stride, int threads, aisle_error *err);

/* What searching needs beside them. panels and place are borrowed. */
aisle_status factor_panels_init(factor_panels *out, const float *panels, const uint32_t *place,
                                const catalogue *c, size_t stride, aisle_error *err);
void factor_panels_fini(factor_panels *p);

/* The way back: items: [n_items][stride] by place in the catalogue */
void factor_panels_unpack(float *items, const factor_panels *p);

/* users: [query->n][stride]. Users whose factors are all 0 have empty lists. */
aisle_status panels_fill(item_lists *out, const float *users, const factor_panels *p,
                         const list_context *context, const retriever_query *query,
                         aisle_error *err);

/* The same list, to the bit, of one user's factors. */
void panels_list(topk *best, const float *user, const factor_panels *p, const list_context *context,
                 const asker *who);

/* Scores of one user for some items, those beyond the end passed over. */
typedef struct panels_scores {
    const float *score;
    const uint32_t *item; /* of the assortment */
    size_t width;         /* <= 64 */
    const asker *who;
} panels_scores;

/* Pushes what of them can come into the list. */
void panels_push(topk *best, const panels_scores *scores, const list_context *context,
                 const dense_kernels *kernels);

/* The same scores, to the bit, for given items and one user's factors; NaN if those are all 0, and
 * for items outside of the catalogue. */
void panels_score(float *out, const float *user, const factor_panels *p, const catalogue *c,
                  const uint32_t *items, size_t n);

#endif
