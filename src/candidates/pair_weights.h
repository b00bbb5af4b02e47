/* candidates/pair_weights.h: what a household's purchases of an item weigh, as a matrix. */
#ifndef CANDIDATES_PAIR_WEIGHTS_H
#define CANDIDATES_PAIR_WEIGHTS_H

#include "base/csr.h"
#include "catalogue/catalogue.h"
#include "config/options.h"

/* A pair's n is the sum over its lines of decay^((T − day) / 7); its weight is
 *     lines   n
 *     log     log(1 + n)
 *     binary  1 */
typedef struct pair_weigher {
    const history *h;
    double *of_age; /* [days] a line's part by its age T − day; NULL: 1 each */
    size_t days;
    int weight; /* enum pair_weight */
} pair_weigher;

/* decay: 0 to 1, a week. The history is borrowed. */
aisle_status pair_weigher_init(pair_weigher *out, const history *h, int weight, double decay,
                               aisle_error *err);
void pair_weigher_fini(pair_weigher *w);

/* pair: an index into pair_item of the history. */
float pair_weigh(const pair_weigher *w, size_t pair);

/* The part of one line, before lines are summed. */
double pair_line_weight(const pair_weigher *w, uint64_t line);

/* Users × places in the catalogue: the weights of the pairs whose item is in it. */
aisle_status pair_weights_init(csr *out, const pair_weigher *w, const catalogue *c,
                               aisle_error *err);

/* place: [n_items of the history] of an item among c->items, or HISTORY_NONE. */
aisle_status catalogue_places(uint32_t **place, const catalogue *c, aisle_error *err);

#endif
