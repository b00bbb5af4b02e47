/* features/matrix.h: candidates in, a matrix of features out. */
#ifndef FEATURES_MATRIX_H
#define FEATURES_MATRIX_H

#include "features/feature.h"

typedef struct feature_matrix {
    size_t rows, columns;
    feature_column *column; /* [columns] */
    float *values;          /* [rows * columns] row-major; NaN: not known */
} feature_matrix;

/* What is computed once for a history; read-only afterwards. */
typedef struct feature_facts {
    feature_context context;
    item_facts *items;
    promotion_facts *promotions;
    store_facts *stores;
    rank_facts *ranks;
    habit_facts *habits;
    discount_facts *discounts;
    float *decay;
} feature_facts;

aisle_status feature_facts_init(feature_facts *out, const history *h,
                                const features_options *options, aisle_error *err);
void feature_facts_fini(feature_facts *f);

/* Row r of out is row r of lists; users[i] is the household of list i. The same bytes for any
 * number of threads. */
aisle_status feature_matrix_init(feature_matrix *out, const feature_facts *facts,
                                 const candidate_lists *lists, const uint32_t *users, int threads,
                                 aisle_error *err);
void feature_matrix_fini(feature_matrix *m);

#endif
