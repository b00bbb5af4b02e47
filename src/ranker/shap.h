/* ranker/shap.h: what each column adds to a score of trees: TreeSHAP, path-dependent (Lundberg et
 * al. 2020), the numbers of LightGBM but for rounding.
 *
 * The Shapley weight of a set S of the m columns on a leaf's path is an integral, |S|! (m−1−|S|)! /
 * m! = ∫ t^|S| (1−t)^(m−1−|S|) dt over [0, 1], so that column j of a leaf of value v adds
 *     v (o_j − z_j) ∫ product over k != j of (o_k t + z_k (1 − t)) dt,
 * with o 1 where the row goes the leaf's way at all nodes of the column, otherwise 0, and z the
 * share of the training's rows that go it. The polynomial's integral is exact by Gauss–Legendre
 * quadrature of enough points; products are carried down the tree, sums of leaves up, once each
 * (the idea of Linear TreeSHAP: Yu et al. 2022, with points in place of coefficients). */
#ifndef RANKER_SHAP_H
#define RANKER_SHAP_H

#include "ranker/tree.h"

enum { SHAP_POINTS_MOST = 16, SHAP_DEPTH_MOST = 64 };

typedef struct shap {
    const tree *trees; /* [n] borrowed */
    size_t n, columns;
    size_t points; /* of the quadrature; 0: the trees are too deep, or do not say their shares */
    double at[SHAP_POINTS_MOST], weight[SHAP_POINTS_MOST];
    double base; /* the mean score of the training's rows */
} shap;

/* Of trees over so many columns. */
aisle_status shap_init(shap *out, const tree *trees, size_t n, size_t columns, aisle_error *err);

/* Rows of a matrix, as forest_input has them. */
typedef struct shap_input {
    const float *values;
    size_t rows, stride;
    const size_t *place; /* [columns] where each is in a row */
} shap_input;

/* out: [rows][columns + 1], the last the base. points > 0. */
aisle_status shap_contributions(double *out, const shap *s, const shap_input *in, int threads,
                                aisle_error *err);

#endif
