/* model/answer/reasons.h: what is true of a household and a product, in words. Each statement is
 * computed from the asker's receipts, or from sums over the fit's, for the part of a feature family
 * that says most about the score. */
#ifndef MODEL_ANSWER_REASONS_H
#define MODEL_ANSWER_REASONS_H

#include "base/text.h"
#include "model/snapshot.h"
#include "model/answer/companions.h"

enum { REASONS_NEAR = 20 }; /* households that "like yours" means */

/* Tells of a model's households. One thread at a time. */
typedef struct reasons {
    const snapshot *s;
    const companions *together;
    neighbour near[REASONS_NEAR]; /* of near_user by near_source */
    size_t near_count;
    uint32_t near_user;
    const retriever *near_source; /* NULL: none yet */
} reasons;

/* What is told of: a row of the candidates and of their features. */
typedef struct reason_row {
    const households *h;
    uint32_t user, item; /* user of h; HISTORY_NONE: not known */
    const feature_matrix *m;
    const candidate_lists *lists;
    uint64_t row;
} reason_row;

/* The statement that belongs to a column's family and part. */
aisle_status reasons_tell(text *out, reasons *r, const reason_row *row, size_t column,
                          aisle_error *err);

/* "department DAIRY: ", the product's level of category column c, and which; AISLE_MISSING: it says
 * that there is none. */
uint32_t reasons_name_level(text *out, const assortment *a, uint32_t item, size_t c);

/* Of a product that a list was filled up with. */
void reasons_tell_popular(text *out, const reasons *r, uint32_t item);

#endif
