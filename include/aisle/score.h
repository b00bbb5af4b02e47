/* aisle/score.h: the metrics, ceilings, intervals and comparisons of aisle_evaluate for lists that
 * any other system made.
 *
 * Ids are texts and taken verbatim: "7" and "07" are two. Everything is copied. */
#ifndef AISLE_SCORE_H
#define AISLE_SCORE_H

#include "aisle/evaluate.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One row a recommended product, in any order. rank or score is given: rank 1 is first, and of one
 * list no rank is there twice; else the largest score is first, equal ones by item id. */
typedef struct aisle_score_lists {
    size_t rows;
    const char *const *model; /* [rows]; NULL: all are of one model, "lists" */
    const char *const *user;  /* [rows] */
    const char *const *item;  /* [rows] of one list no item is there twice */
    const double *rank;       /* [rows] or NULL */
    const double *score;      /* [rows] or NULL */
} aisle_score_lists;

/* What was bought: a pair a row; pairs that are there more than once count once. */
typedef struct aisle_score_pairs {
    size_t rows; /* 0: not known */
    const char *const *user;
    const char *const *item;
} aisle_score_pairs;

/* The products that may be recommended. */
typedef struct aisle_score_items {
    size_t rows; /* 0: not known */
    const char *const *item;
    const double *price; /* [rows] NaN: not known; NULL: of none */
    size_t columns;
    const char *const *const *category; /* [columns][rows]; NULL entries: no value */
} aisle_score_items;

typedef struct aisle_score_input {
    aisle_score_lists lists;
    aisle_score_pairs truth;  /* in the window that is judged */
    aisle_score_pairs before; /* before it: repeat and explore, novelty, popularity, serendipity */
    aisle_score_items items;  /* revenue precision, diversity, coverage */
} aisle_score_input;

/* By the keys of config under evaluate (k, metrics, bootstrap, confidence, curve) and the seed.
 * A metric whose input is not given is AISLE_ERROR_CONFIG and says what it needs; rows that
 * contradict each other are AISLE_ERROR_DATA. Households: all of the truth and of the lists; those
 * that bought nothing count for metrics of the list alone. Of the evaluation, what lists do not
 * tell stays 0: split, counts of training, segments, folds. The caller frees *out. */
AISLE_API aisle_status aisle_score(aisle_evaluation **out, const aisle_score_input *input,
                                   const aisle_config *config, const aisle_run *run,
                                   aisle_error *err);

#ifdef __cplusplus
}
#endif

#endif
