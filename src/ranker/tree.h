/* ranker/tree.h: one tree of LightGBM's text, read and checked: whatever the text is, the tree is
 * one, or it is refused. */
#ifndef RANKER_TREE_H
#define RANKER_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aisle/error.h"

/* Where LightGBM's text of all trees has what. */
typedef struct tree_outline {
    const char *header;
    size_t header_length;
    const char *tree;  /* the next one */
    const char *sizes; /* of it and of those after it */
    size_t left;       /* bytes from tree on */
    uint32_t number;   /* of trees taken */
    bool whole;        /* after the last: what follows it is there */
} tree_outline;

/* model is zero-terminated; false where it is no text of trees. */
bool tree_outline_start(tree_outline *out, const char *model);

/* The next tree's text, *length bytes; NULL after the last, or where it is not in its place. */
const char *tree_outline_next(tree_outline *o, size_t *length);

/* A whole number in the text's header; false where it has none of this name. */
bool tree_outline_number(int64_t *out, const tree_outline *o, const char *name);

/* Ways of a column that is not known, or zero, in one node. */
typedef enum tree_test {
    TREE_PLAIN,      /* not known is 0; left where value <= threshold */
    TREE_NAN_LEFT,   /* not known goes left */
    TREE_NAN_RIGHT,  /* not known goes right */
    TREE_ZERO_LEFT,  /* not known and 0 go left */
    TREE_ZERO_RIGHT, /* not known and 0 go right */
    TREE_CATEGORY,   /* left where the value is in a set */
    TREE_TESTS
} tree_test;

/* Leaves are numbered from left to right. */
typedef struct tree {
    uint32_t leaves;          /* nodes are one less */
    double *value;            /* [leaves] */
    int32_t *feature;         /* [nodes] < columns */
    uint8_t *test;            /* [nodes] a tree_test */
    double *threshold;        /* [nodes] no NaN; of a category the number of its set */
    int32_t *left, *right;    /* [nodes] a node, or ~leaf */
    uint32_t *first, *middle; /* [nodes] leaves [first, middle) are left of it */
    double *share; /* [nodes][2] of a node's rows of training that went left, right, above
                      0; NULL: the text does not say */
    uint32_t sets;
    uint32_t *set_start; /* [sets + 1] */
    uint32_t *set_bits;  /* [set_start[sets]] 32 categories each */
    bool linear;         /* leaves are functions of the columns, which are not read */
} tree;

/* AISLE_ERROR_FORMAT where the text is no tree over so many columns. */
aisle_status tree_init(tree *out, const char *lines, size_t length, size_t columns,
                       aisle_error *err);
void tree_fini(tree *t);

#endif
