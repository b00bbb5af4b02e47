/* features/matrix.h: candidates in, a matrix of features out. */
#ifndef FEATURES_MATRIX_H
#define FEATURES_MATRIX_H

#include "features/facts/facts.h"

typedef struct feature_matrix {
    size_t rows, columns;
    feature_column *column; /* [columns] */
    float *values;          /* [rows * columns] row-major; NaN: not known */
} feature_matrix;

/* What one thread makes rows in. Bound to the facts and sources that it was made for. */
typedef struct feature_room feature_room;

/* sources: lists whose sources the rows shall have; its candidates don't matter. */
aisle_status feature_room_new(feature_room **out, const feature_facts *facts,
                              const candidate_lists *sources, aisle_error *err);
void feature_room_free(feature_room *room);

/* The columns of its rows; borrowed. */
const feature_column *feature_room_columns(const feature_room *room, size_t *n);

/* One household's rows: [rows->n][columns]. Nothing is allocated. */
void feature_room_fill(float *values, feature_room *room, const feature_rows *rows);

/* Row r of out is row r of lists; users[i], of h, is the household of list i. The same bytes for
 * any number of threads. */
aisle_status feature_matrix_init(feature_matrix *out, const feature_facts *facts,
                                 const households *h, const candidate_lists *lists,
                                 const uint32_t *users, int threads, aisle_error *err);
void feature_matrix_fini(feature_matrix *m);

#endif
