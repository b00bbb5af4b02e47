/* candidates/als_weights.h: the confidences of ALS. */
#ifndef CANDIDATES_ALS_WEIGHTS_H
#define CANDIDATES_ALS_WEIGHTS_H

#include "base/csr.h"
#include "catalogue/catalogue.h"

/* Users × places in the catalogue, alpha × weight for each pair, from its number of lines n:
 *     count   n
 *     binary  1
 *     log     log(1 + n)
 *     bm25    n (K1 + 1) / (K1 (1 − B + B |u| / mean |u|) + n) · max(0, log(N) − log(1 + N_i)),
 *             |u| the lines of the user, N the users, N_i those that bought the item:
 *             bm25_weight of implicit 0.7.3 over the rows of users, and no weight below 0. */
aisle_status als_weights_init(csr *out, const history *h, const catalogue *c,
                              const als_options *options, aisle_error *err);

aisle_status als_options_check(const als_options *options, aisle_error *err);

#endif
