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

#include "ranker/forest.h"

enum { SHAP_POINTS_MOST = 16, SHAP_DEPTH_MOST = 64, SHAP_RULES = 3 };

/* A quadrature, exact for paths of twice as many columns. */
typedef struct shap_rule {
    size_t points;
    /* t, 1 − t, 1 / (1 − t) at each */
    double at[SHAP_POINTS_MOST] __attribute__((aligned(64)));
    double rest[SHAP_POINTS_MOST], over[SHAP_POINTS_MOST];
    double weight[SHAP_POINTS_MOST];
} shap_rule;

/* The two ways down from node i of a tree are 2 i + 2, left, and 2 i + 3; what leads to the root
 * is 0. */
typedef struct shap_node {
    double threshold;    /* left where the column is at most */
    const uint32_t *set; /* [words] left where the column's category is in it; NULL: a number */
    double share[2];     /* of the node's rows of training that went left, right */
    double reach[2];     /* the product of the column's shares on the way down, these with them */
    double before;       /* and without */
    double value[2];     /* of a leaf, 1 where a node follows */
    uint32_t words;
    uint32_t column;  /* of the forest */
    uint32_t feature; /* of the rows */
    uint32_t above;   /* the way that leads here */
    uint32_t last;    /* the way down from the column's node above this; 0: none */
} shap_node;

typedef struct shap_tree {
    const shap_rule *rule;
    const shap_node *node; /* [nodes] each before those below it */
    size_t nodes;
} shap_tree;

typedef struct shap {
    const forest *f; /* borrowed */
    size_t n, columns, most_nodes;
    shap_tree *tree; /* [n] of more than a leaf */
    shap_node *node; /* of all; NULL: the trees are too deep, or do not say their shares */
    double base;     /* the mean score of the training's rows */
    shap_rule rule[SHAP_RULES];
} shap;

/* Of a forest that was read, over so many columns; it must outlive it, in its place. */
aisle_status shap_init(shap *s, const forest *f, size_t columns, aisle_error *err);
void shap_fini(shap *s);

/* What a thread works in. */
typedef struct shap_room {
    float *x;        /* of forest_load */
    double *sum;     /* [ways][points] products on the way to it, then sums of its leaves */
    double *inverse; /* [nodes + 1][points] of o t + z (1 − t), o = 1; node i's at i + 1 */
    bool *hot;       /* [ways] o of the column that a way belongs to */
    double *out;     /* [columns][SHAP_POINTS_MOST] */
} shap_room;

/* out: [in->rows][columns + 1], the last the base. s->node is there. */
aisle_status shap_contributions(double *out, const shap *s, const forest_input *in,
                                const forest_kernels *kernels, int threads, aisle_error *err);

#endif
