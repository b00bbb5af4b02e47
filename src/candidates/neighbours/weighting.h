/* candidates/neighbours/weighting.h: weightings of a users × items matrix of counts, in place. All
 * come out finite: where a formula has no value (an empty column, a count of 0), the weight is 0.
 */
#ifndef CANDIDATES_NEIGHBOURS_WEIGHTING_H
#define CANDIDATES_NEIGHBOURS_WEIGHTING_H

#include "base/csr.h"

/* Which side is the documents; the other one is the terms. */
typedef enum weighting_documents { DOCUMENTS_ROWS, DOCUMENTS_COLUMNS } weighting_documents;

typedef struct bm25_options {
    double k1, b;
    weighting_documents documents;
} bm25_options;

/* n (K1 + 1) / (K1 (1 − B + B |d| / mean |d|) + n) · idf, idf = log(D) − log(1 + D_t): |d| the sum
 * of a document, D the documents, D_t those that have the term (Robertson and Zaragoza 2009, as
 * bm25_weight of implicit 0.7.3). */
aisle_status weigh_bm25(csr *m, const bm25_options *options, aisle_error *err);

/* sqrt(n) · idf, documents the columns (tfidf_weight of implicit 0.7.3 over items). */
void weigh_tfidf(csr *m);

/* Every column to length 1 by Euclid. */
aisle_status normalise_columns(csr *m, aisle_error *err);

#endif
