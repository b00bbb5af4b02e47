/* model/ranking.h: a batch of households' candidates, scored by level 2, and their lists. */
#ifndef MODEL_RANKING_H
#define MODEL_RANKING_H

#include "model/model_type.h"

typedef struct ranking {
    candidate_lists lists;
    scored_rows rows;
    item_lists ranked; /* filled up by popularity */
    uint32_t *padded;  /* [ranked.n] the first place that was filled up, or count */
} ranking;

/* What lists are asked for. */
typedef struct ranking_request {
    retriever_query query;
    size_t k;
    const aisle_recommend_options *options; /* may be NULL */
} ranking_request;

aisle_status ranking_init(ranking *out, const aisle_model *model, const ranking_request *request,
                          aisle_error *err);
void ranking_fini(ranking *r);

/* The source that ranks row of the candidates best, of several the first in the table; "fallback"
 * where none lists it. */
const char *ranking_source(const candidate_lists *lists, uint64_t row);

extern const char ranking_fallback[];

#endif
