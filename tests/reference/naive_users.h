/* tests/reference/naive_users.h: next-basket and household–household models again, by their
 * definitions, in double, from the lines. */
#ifndef REFERENCE_NAIVE_USERS_H
#define REFERENCE_NAIVE_USERS_H

#include "shop.h"

/* [users][items] of the shop; mem_free them. */
double *naive_up_cf_values(const shop *s);
double *naive_tifu_values(const shop *s);
double *naive_similar_values(const shop *s);

/* What up_cf.c, tifu_knn.c and similar_users.c call the similarity of two users; 0: no neighbour.
 */
double naive_up_cf_similarity(const double *values, const shop *s, uint32_t a, uint32_t b);
double naive_tifu_similarity(const double *values, const shop *s, uint32_t a, uint32_t b);
double naive_similar_similarity(const double *values, const shop *s, uint32_t a, uint32_t b);

#endif
