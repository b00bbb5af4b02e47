/* model/ranking.h: a batch of households' candidates, scored by level 2, and their lists. */
#ifndef MODEL_RANKING_H
#define MODEL_RANKING_H

#include "model/model_type.h"

typedef struct ranking {
    candidate_lists lists;
    scored_rows rows;
    double *worth;     /* [rows] what the lists go by: the scores, or what rules make of them */
    item_lists ranked; /* filled up by popularity */
    uint32_t *padded;  /* [ranked.n] the first place that was filled up, or count */
} ranking;

/* What lists are asked for. */
typedef struct ranking_request {
    retriever_query query;
    size_t k;
    bool exclude_bought;
    const rule_set *rules;
} ranking_request;

/* Asks for n households; those that the model does not know are HISTORY_NONE. room: [n], which the
 * query borrows. */
retriever_query ranking_query(uint32_t *room, const aisle_model *model, const aisle_user *users,
                              size_t n, int threads);

aisle_status ranking_init(ranking *out, const aisle_model *model, const ranking_request *request,
                          aisle_error *err);
void ranking_fini(ranking *r);

/* Whether the household may get the product, as bought before and by the rules. */
bool ranking_may_have(const ranking_request *request, const history *h, uint32_t user,
                      uint32_t item);

/* The rules of a request: its own, or the model's. */
typedef struct request_rules {
    const rule_set *rules;
    rule_set own;
} request_rules;

/* options may be NULL. */
aisle_status request_rules_init(request_rules *out, const aisle_model *model,
                                const aisle_recommend_options *options, aisle_error *err);
void request_rules_fini(request_rules *r);

/* The source that ranks row of the candidates best, of several the first in the table; "fallback"
 * where none lists it. */
const char *ranking_source(const candidate_lists *lists, uint64_t row);

extern const char ranking_fallback[];

#endif
