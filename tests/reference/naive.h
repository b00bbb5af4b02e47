/* tests/reference/naive.h: the retrievers again, by their definitions, slow and in double. */
#ifndef REFERENCE_NAIVE_H
#define REFERENCE_NAIVE_H

#include "base/csr.h"
#include "shop.h"

/* Sum over the lines of (user, item) with day < as_of of decay^((as_of − day) / 7); original ids.
 */
double naive_own_decay(const shop_line *lines, size_t n, int32_t as_of, double decay, int64_t user,
                       int64_t item);

/* Amount of an item in the days [as_of − 7 weeks, as_of); weeks 0: before as_of. by: popular_by. */
double naive_popular(const shop_line *lines, size_t n, int32_t as_of, int weeks, int by,
                     int64_t item);

/* The score of an item for a household in the terms of candidates/popular/grouped.h. in_group: of
 * line l, whether it counts for the household's group; NULL: the household has none. */
typedef struct naive_group {
    int32_t from, as_of; /* days [from, as_of) */
    double prior;
    const bool *in_group; /* [n] */
} naive_group;
double naive_grouped(const shop_line *lines, size_t n, const naive_group *group, int64_t item);

/* x: [factors], the solution of the normal equations of row r of c for fixed y: [columns][stride],
 * by Cholesky's decomposition of the whole matrix. */
void naive_als_row(double *x, const csr *c, uint32_t r, const float *y, size_t factors,
                   size_t stride, double regularisation);

/* The loss over all pairs of users and items. x: [rows][stride], y: [columns][stride]. */
double naive_als_loss(const csr *c, const float *x, const float *y, size_t factors, size_t stride,
                      double regularisation);

/* b: [n][n], EASE's weights of x: [users][n], all dense, by Gauss and Jordan's inverse. */
void naive_ease(double *b, const double *x, size_t users, size_t n, double regularisation);

#endif
