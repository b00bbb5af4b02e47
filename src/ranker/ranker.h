/* ranker/ranker.h: level 2: LightGBM behind a typed handle. It knows matrices and groups only.
 *
 * LightGBM: Ke et al. 2017; lambdarank: Burges 2010. Training is repeatable: the same rows,
 * options and seed give the same trees, for any number of threads. */
#ifndef RANKER_RANKER_H
#define RANKER_RANKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/options.h"

typedef struct ranker ranker;

/* Rows in groups, one group a household and window. */
typedef struct ranker_rows {
    size_t rows, columns;
    const float *values;      /* [rows * columns] row-major; NaN: missing */
    const char *const *names; /* [columns] */
    const bool *categorical;  /* [columns] */
    const float *label;       /* [rows] 0 or 1; NULL where only scores are wanted */
    const int32_t *group;     /* [groups] rows of each */
    size_t groups;
} ranker_rows;

/* Trains options->trees trees, or, with validation rows and options->early_stopping, until the
 * metric on them has not improved for so many; then the trees up to the best are kept.
 * validation may be NULL. like: one just trained, whose numbers of trees are taken; NULL: the
 * options'. With options->averaged_with trees of two objectives, each as many. The caller frees
 * *out. */
aisle_status ranker_train(ranker **out, const ranker_rows *rows, const ranker_rows *validation,
                          const ranker_options *options, const ranker *like, uint64_t seed,
                          int threads, aisle_error *err);

/* Raw scores, [rows->rows]: LightGBM's to the bit, by forest.h. Columns are found by name, in any
 * order and among others; one that the trees need and that is not there is AISLE_ERROR_ARGUMENT. */
aisle_status ranker_predict(double *scores, const ranker *r, const ranker_rows *rows, int threads,
                            aisle_error *err);

/* What one thread scores in: columns are matched once, and nothing is allocated after. */
typedef struct ranker_room ranker_room;
aisle_status ranker_room_new(ranker_room **out, const ranker *r, const char *const *names,
                             size_t columns, aisle_error *err);
void ranker_room_free(ranker_room *room);

/* The same raw scores of rows of the columns that the room was made for. (Trees whose leaves are
 * functions of the columns, linear_tree, are LightGBM's own to score, which allocates and may
 * fail.) */
aisle_status ranker_room_score(double *scores, ranker_room *room, const float *values, size_t rows,
                               aisle_error *err);

/* What each column adds to each row's raw score (TreeSHAP, shap.h): out:
 * [rows->rows][rows->columns + 1], the last the base value, which all rows have. A row sums to its
 * score; a column that the trees don't have adds 0. Columns as in ranker_predict. */
aisle_status ranker_contributions(double *out, const ranker *r, const ranker_rows *rows,
                                  int threads, aisle_error *err);

/* Whether all columns that it was trained on are among these. */
aisle_status ranker_check_columns(const ranker *r, const char *const *names, size_t columns,
                                  aisle_error *err);

/* Trees that it has, and those of them that are more than one leaf. */
int64_t ranker_trees(const ranker *r);
uint64_t ranker_trees_split(const ranker *r);

/* As LightGBM's text, without the training parameters (they have the number of threads); *out is
 * freed with mem_free. */
aisle_status ranker_write(char **out, size_t *length, const ranker *r, aisle_error *err);
/* AISLE_ERROR_FORMAT where the text is damaged, whatever the damage. */
aisle_status ranker_read(ranker **out, const char *text, size_t length, aisle_error *err);

/* Total gain of each column, [columns]. */
aisle_status ranker_gain(double *gain, const ranker *r, size_t columns, aisle_error *err);

void ranker_free(ranker *r);

#endif
