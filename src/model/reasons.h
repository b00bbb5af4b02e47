/* model/reasons.h: what is true of a household and a product, in words. Each statement is computed
 * from the history, for the part of a feature family that says most about the score. */
#ifndef MODEL_REASONS_H
#define MODEL_REASONS_H

#include "base/text.h"
#include "model/snapshot.h"
#include "model/together.h"

enum { REASONS_NEAR = 20 }; /* households that "like yours" means */

/* Tells of a model's households. One thread at a time. */
typedef struct reasons {
    const snapshot *s;
    together t;
    neighbour near[REASONS_NEAR]; /* of near_user by near_source */
    size_t near_count;
    uint32_t near_user;
    const retriever *near_source;
} reasons;

aisle_status reasons_init(reasons *out, const snapshot *s, aisle_error *err);
void reasons_fini(reasons *r);

/* What is told of: a row of the candidates and of their features. */
typedef struct reason_row {
    uint32_t user, item; /* user HISTORY_NONE: not known */
    const feature_matrix *m;
    const candidate_lists *lists;
    uint64_t row;
} reason_row;

/* The statement that belongs to a column's family and part. */
aisle_status reasons_tell(text *out, reasons *r, const reason_row *row, size_t column,
                          aisle_error *err);

/* "department DAIRY: ", the product's level of category column c, and which; AISLE_MISSING: it says
 * that there is none. */
uint32_t reasons_name_level(text *out, const history *h, uint32_t item, size_t c);

/* Of a product that a list was filled up with. */
void reasons_tell_popular(text *out, const reasons *r, uint32_t item);

#endif
