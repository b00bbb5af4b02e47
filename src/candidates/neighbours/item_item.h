/* candidates/neighbours/item_item.h: the four item-item models, as implicit 0.7.3 has them
 * (ItemItem-, Cosine-, TFIDF- and BM25Recommender): the similarity of two items is their entry of
 * WᵀW, of which each item keeps the K largest, itself among them. */
#ifndef CANDIDATES_NEIGHBOURS_ITEM_ITEM_H
#define CANDIDATES_NEIGHBOURS_ITEM_ITEM_H

#include "base/csr.h"
#include "config/options.h"

typedef enum item_measure {
    MEASURE_COUNT,  /* W is the matrix of counts */
    MEASURE_COSINE, /* its columns at length 1 */
    MEASURE_TFIDF,  /* weigh_tfidf, then columns at length 1 */
    MEASURE_BM25    /* weigh_bm25, documents the items */
} item_measure;

/* Turns users × items counts (>= 0) into W, in place. */
aisle_status item_measure_weigh(csr *counts, item_measure measure, const item_item_options *options,
                                aisle_error *err);

#endif
