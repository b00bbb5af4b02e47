/* candidates/factors/als_weights.h: the confidences of ALS. */
#ifndef CANDIDATES_FACTORS_ALS_WEIGHTS_H
#define CANDIDATES_FACTORS_ALS_WEIGHTS_H

#include "base/csr.h"
#include "catalogue/catalogue.h"

/* alpha × weight for each pair, from its number of lines n:
 *     count   n
 *     binary  1
 *     log     log(1 + n)
 *     bm25    n (K1 + 1) / (K1 (1 − B + B |u| / mean |u|) + n) · max(0, log(N) − log(1 + N_i)),
 *             |u| the lines of the user, N the users, N_i those that bought the item:
 *             bm25_weight of implicit 0.7.3 over the rows of users, and no weight below 0.
 * N, N_i and mean |u| are the fit's, whoever asks. */
typedef struct als_weigher {
    const als_options *options;
    size_t n_items; /* of the catalogue */
    float *idf;     /* [n_items] max(0, log(N) − log(1 + N_i)) */
    double *means;  /* [2] |u|, and pairs of a user */
} als_weigher;

/* The fit's numbers, out of its households. */
aisle_status als_weigher_fit(als_weigher *w, const households *h, const catalogue *c,
                             aisle_error *err);

/* One user's pairs within the catalogue: places ascending and their confidences, [pairs of the
 * user]; returns how many. */
size_t als_weigh_user(uint32_t *place, float *confidence, const als_weigher *w, const catalogue *c,
                      const households *h, uint32_t user);

/* All users × places in the catalogue. */
aisle_status als_weights_init(csr *out, const als_weigher *w, const households *h,
                              const catalogue *c, aisle_error *err);

aisle_status als_options_check(const als_options *options, aisle_error *err);

#endif
