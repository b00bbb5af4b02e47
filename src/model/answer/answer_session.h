/* model/answer/answer_session.h: one household's candidates, scored by level 2, and its list, in a
 * thread's room. */
#ifndef MODEL_ANSWER_ANSWER_SESSION_H
#define MODEL_ANSWER_ANSWER_SESSION_H

#include "model/model_type.h"

struct aisle_session {
    const aisle_model *model;
    blend_room *blend;
    feature_room *features;
    ranker_room *ranker;
    const char **names;    /* [columns] of the features */
    feature_matrix matrix; /* of the household at hand; room for most candidates */
    double *score;         /* [most] */
    double *worth;   /* [most] what the list goes by: the scores, or what rules make of them */
    ranked *order;   /* [most] */
    size_t most;     /* candidates that a household can have */
    rule_room rules; /* of the model's own */
    rule_list list;  /* grows to the longest k that was asked for */
    size_t places;   /* that it has room for */
    candidate_lists *lists; /* of the household at hand; in blend's room */
    asker who;
};

/* The rules of a request: its own, or the model's. */
typedef struct request_rules {
    const rule_set *rules;
    rule_set own;
    rule_room room; /* for its own */
} request_rules;

/* options may be NULL. */
aisle_status request_rules_init(request_rules *out, const aisle_model *model,
                                const aisle_recommend_options *options, aisle_error *err);
void request_rules_fini(request_rules *r);

/* What a list is asked for. */
typedef struct list_request {
    asker who; /* who.new_only: as the model was fitted */
    size_t k;
    bool exclude_bought;
    request_rules *rules;
} list_request;

/* One who asks: HISTORY_NONE where the households do not have it. */
asker session_asker(const aisle_model *model, const households *h, aisle_user user);

/* Fills the session for the household: lists (what it may not have is out of them), matrix, score,
 * worth, list. */
aisle_status session_rank(aisle_session *s, const list_request *request, aisle_error *err);

/* Whether the household may get the product, as bought before and by the rules. */
bool session_may_have(const list_request *request, uint32_t item);

/* The source that ranks row of the candidates best, of several the first in the table; "fallback"
 * where none lists it. */
const char *session_source(const candidate_lists *lists, uint64_t row);

extern const char session_fallback[];

/* A session for each of so many threads; NULL where memory is lacking. */
aisle_session **sessions_new(const aisle_model *model, int threads, aisle_error *err);
void sessions_free(aisle_session **sessions, int threads);

#endif
