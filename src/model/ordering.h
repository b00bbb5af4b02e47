/* model/ordering.h: what lists go by: level 2's trees, or level 1 where these learned nothing.
 *
 * Trees that have not seen a label window order the candidates as of its T, beside the blend and
 * each source of level 1; hits are what was bought in the window among the first k. Where the
 * trees have no more of them than the blend, clearly less than its best source, or no split at
 * all, level 1 it is. The test window has no part in it. */
#ifndef MODEL_ORDERING_H
#define MODEL_ORDERING_H

#include "aisle/order.h"
#include "candidates/blend.h"
#include "model/file/sections.h"
#include "ranker/ranker.h"

/* Of a source: ORDER_SOURCE + its place in retriever_table. */
enum { ORDER_TREES, ORDER_BLEND, ORDER_SOURCE };

typedef struct ordering {
    uint64_t by;     /* what lists go by */
    uint64_t rival;  /* the best of level 1 in the window */
    uint64_t splits; /* of the trees */
    uint64_t judged; /* households and windows; 0: there was none to judge by */
    uint64_t k;
    uint64_t hits, rival_hits; /* of the trees and of the rival */
} ordering;

/* What scores candidates. */
typedef struct level2_scorer {
    const ranker *trees;
    const ordering *order;
} level2_scorer;

/* Scores of all rows of the lists by level 1 (order->by is not ORDER_TREES): of the blend, or 1
 * more than that for what the source lists, which stands first in the source's order. */
void ordering_score(double *out, const ordering *order, const candidate_lists *lists);

/* What each source adds to the score of a row, [lists->n_sources]: their sum is the score. */
void ordering_take_apart(double *out, const ordering *order, const candidate_lists *lists,
                         uint64_t row);

/* "trees", "blend" or the source's name. */
const char *ordering_name(uint64_t by);

void ordering_tell(aisle_order *out, const ordering *order);

/* The section of a model file, which borrows: programs that do not know it must refuse a model
 * whose lists do not go by the trees. */
aisle_status ordering_to_sections(sections *s, const ordering *order, aisle_error *err);

/* By the trees where the file says nothing. l: the model's, whose sources it must be of. */
aisle_status ordering_from_sections(ordering *out, sections *s, const level1 *l, const char *name,
                                    aisle_error *err);

#endif
