/* candidates/pair_weights.h: what a household's purchases of an item weigh. */
#ifndef CANDIDATES_PAIR_WEIGHTS_H
#define CANDIDATES_PAIR_WEIGHTS_H

#include "base/csr.h"
#include "catalogue/catalogue.h"
#include "config/options.h"

/* Ages whose weights are looked up; older ones are worked out, to the same bits. */
enum { PAIR_WEIGHER_DAYS = 2048 };

/* A pair's n is the sum over its lines of decay^((T − day) / 7), T the households' own; its weight
 * is lines   n log     log(1 + n) binary  1 */
typedef struct pair_weigher {
    double *of_age; /* [PAIR_WEIGHER_DAYS] a line's part by its age T − day; NULL: 1 each */
    double decay;
    int weight; /* enum pair_weight */
} pair_weigher;

/* decay: 0 to 1, a week. */
aisle_status pair_weigher_init(pair_weigher *out, int weight, double decay, aisle_error *err);
void pair_weigher_fini(pair_weigher *w);

/* pair: an index into h->pair_item. */
float pair_weigh(const pair_weigher *w, const households *h, size_t pair);

/* The part of one line, before lines are summed. */
double pair_line_weight(const pair_weigher *w, const households *h, uint64_t line);

/* Users × places in the catalogue: the weights of the pairs whose item is in it. */
aisle_status pair_weights_init(csr *out, const pair_weigher *w, const households *h,
                               const catalogue *c, aisle_error *err);

#endif
