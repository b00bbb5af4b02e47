/* ranker/forest.h: all trees of a ranker, flattened for the processor.
 *
 * Rows are scored 16 at a time. Trees of few leaves: QuickScorer (Lucchese et al. 2015; with
 * vectors 2016). A tree's state is a bit a leaf; each node at which a row goes right clears the
 * bits of the leaves on its left, and the first that is left is the row's leaf. Nodes are sorted
 * by column and threshold, so that of each column only those are looked at where some row goes
 * right. Trees of many leaves are walked from node to node.
 *
 * Scores are LightGBM's to the bit: a float is at most a double threshold where it is at most the
 * largest float that is not above it, and the leaves' values are added in the order of trees. The
 * same for every instruction set and any number of threads. */
#ifndef RANKER_FOREST_H
#define RANKER_FOREST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aisle/error.h"
#include "ranker/tree.h"

enum {
    FOREST_ROWS = 16,        /* of a block */
    FOREST_FEW_LEAVES = 128, /* that a tree may have to be scored by bits */
    FOREST_WORDS = 384       /* of states at a time, which with 16 rows stay in the first cache */
};

/* A column as some nodes see it: values that are not known, or zero, are replaced so that "right
 * where not value <= threshold" sends them where the nodes do. Of a category its code. */
typedef struct forest_column {
    uint32_t feature;
    tree_test test;
} forest_column;

/* A node of a tree that is scored by bits; one whose leaves on the left lie in several words is
 * one for each. */
typedef struct forest_node {
    float threshold;
    uint32_t keep;  /* the bits that going right does not clear */
    uint32_t state; /* where the word's states are, of 16 rows */
} forest_node;

typedef struct forest_set {
    uint32_t bits, words; /* in bits, with a word of 0 behind */
    uint32_t keep, state;
} forest_set;

/* Nodes [first, end) or sets of one column. */
typedef struct forest_run {
    uint32_t column, first, end;
} forest_run;

/* Trees whose states are there at the same time. */
typedef struct forest_chunk {
    uint32_t tree, tree_end, run, run_end, set_run, set_run_end, words;
} forest_chunk;

typedef struct forest_tree {
    uint32_t state, words; /* words of bits, each of 16 rows; the first leaf is the highest bit */
    size_t value;          /* of its first leaf */
    size_t step;           /* its first, where it is walked */
    bool single;           /* leaf */
} forest_tree;

/* A node of a tree that is walked. */
typedef struct forest_step {
    float threshold; /* of a category: nothing */
    uint32_t set;    /* of a category in sets, otherwise FOREST_NO_SET */
    uint32_t column;
    int32_t child[2]; /* left, right: a step of the tree, or ~leaf */
} forest_step;

#define FOREST_NO_SET UINT32_MAX

typedef struct forest {
    size_t trees;
    forest_tree *tree; /* [trees] */
    double *value;
    size_t n_columns;
    forest_column *column;
    uint32_t *bits; /* of all sets */
    /* by bits: */
    size_t chunks, most_words;
    forest_chunk *chunk;
    forest_run *run;
    forest_node *node;
    forest_set *set;
    /* walked; chunks is 0: */
    forest_step *step;
    tree *source; /* [trees] what was read; NULL: flattened of others' */
    bool linear;  /* some leaves are functions of the columns: cannot be scored here */
} forest;

/* Of LightGBM's text, zero-terminated; *columns is what it was trained on. AISLE_ERROR_FORMAT
 * where it is no whole text of trees of one score. */
aisle_status forest_init(forest *out, size_t *columns, const char *model, aisle_error *err);
void forest_fini(forest *f);

/* Flattens trees, of `columns` columns; they are not kept. */
aisle_status forest_flatten(forest *out, const tree *trees, size_t n, size_t columns,
                            aisle_error *err);

/* Rows of a matrix. */
typedef struct forest_input {
    const float *values;
    size_t rows, stride;
    const size_t *place; /* [columns of training] where each is in a row */
} forest_input;

/* A block of up to 16 rows; those that are missing repeat the last. */
typedef struct forest_block {
    const float *values; /* of its first row */
    const float *next;   /* about to be needed: the next block's, or its own */
    uint32_t offset[FOREST_ROWS];
    const size_t *place;
    float *x;        /* [n_columns][16] room */
    uint32_t *state; /* [most_words][16] room */
} forest_block;

struct shap;
struct shap_room;

typedef struct forest_kernels {
    const char *name;
    /* Fills x. */
    void (*load)(const forest *f, const forest_block *block);
    /* score: [16], of x, by bits */
    void (*score)(double *score, const forest *f, const forest_block *block);
    /* Adds to room->out (shap.h) what a row of room->x has in all trees. */
    void (*explain)(const struct shap *s, const struct shap_room *room, size_t row);
} forest_kernels;

/* The best that this machine runs. */
const forest_kernels *forest_kernels_best(void);

/* Every set that this machine runs, the slowest first, for tests; returns how many (up to 3). */
size_t forest_kernels_all(const forest_kernels *out[3]);

/* NULL where the compiler doesn't know the instruction set. */
extern const forest_kernels *const forest_kernels_avx512;
extern const forest_kernels *const forest_kernels_avx2;
extern const forest_kernels *const forest_kernels_plain;

/* scores: [rows] */
aisle_status forest_score(double *scores, const forest *f, const forest_input *in,
                          const forest_kernels *kernels, int threads, aisle_error *err);

/* The same in one thread and in room of so many floats, by the best kernels. */
size_t forest_room(const forest *f);
void forest_score_in(double *scores, const forest *f, const forest_input *in, float *room);

/* Fills x, of forest_room floats, with a block's columns: rows from first on. */
void forest_load(const forest *f, const forest_input *in, const forest_kernels *kernels, float *x,
                 size_t first);

/* As a kernel's score, where trees are walked. */
void forest_walk(double *score, const forest *f, const forest_block *block);

#endif
