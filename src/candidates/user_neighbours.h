/* candidates/user_neighbours.h: for each household the K that are nearest to it, by the product of
 * their rows. Each household is compared with every one of a pool, so time grows with households
 * times pool: with the whole of them it is quadratic, with a pool of a given size linear. */
#ifndef CANDIDATES_USER_NEIGHBOURS_H
#define CANDIDATES_USER_NEIGHBOURS_H

#include "base/csr.h"

#include <stdbool.h>

/* Row u: up to k users, the nearest first, at [u * k]; then NEIGHBOUR_NONE and 0. */
typedef struct user_neighbours {
    uint32_t n, k;
    uint32_t *user;    /* [n * k] */
    float *similarity; /* [n * k] > 0 */
} user_neighbours;

typedef enum user_measure {
    USERS_PRODUCT, /* w_a · w_b / (n_a^asymmetry · n_b^(1 − asymmetry)), n entries of a row; those
                    * above 0 */
    USERS_DISTANCE, /* 1 / (1 + |w_a − w_b|), but of a row without entries, near to all, to none */
} user_measure;

typedef struct users_options {
    user_measure measure;
    double asymmetry;
    bool plain;     /* USERS_PRODUCT without the denominator */
    int64_t k;      /* at least 1 */
    int64_t sample; /* households in the pool; 0: all */
    uint64_t seed;  /* that draws it */
    int threads;
} users_options;

/* Neighbours that are kept of n users: min(k, n). */
uint32_t user_neighbours_places(uint32_t n, int64_t k);

/* w: users × items, entries above 0. Ties: user up. Sums go by items ascending, so nothing depends
 * on threads. */
aisle_status user_neighbours_init(user_neighbours *out, const csr *w, const users_options *options,
                                  aisle_error *err);
void user_neighbours_fini(user_neighbours *neighbours);

#endif
