/* aisle/candidates.h: level 1 of a model by itself: where a household's candidates come from, and
 * which products and households are near each other. */
#ifndef AISLE_CANDIDATES_H
#define AISLE_CANDIDATES_H

#include "aisle/asking.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What one source says of a candidate. */
typedef struct aisle_candidate_source {
    float score;   /* in the source's own terms; NaN: it has nothing to say */
    uint32_t rank; /* 1 is first; 0: not among those that the blend takes from it */
} aisle_candidate_source;

typedef struct aisle_candidate {
    aisle_item item;
    float score; /* of the blend: the sum over the sources that list it of 1 / (60 + rank) */
    bool bought; /* by the household before */
    const aisle_candidate_source *source; /* [n_sources] */
} aisle_candidate;

/* The union of what the blend takes from each source, in the blend's order. */
typedef struct aisle_candidates {
    size_t n_sources;
    const char **sources; /* [n_sources] "popular", "own_decay", … */
    size_t count;
    aisle_candidate *list; /* [count] best first */
    aisle_candidate_source *owned;
} aisle_candidates;

/* All candidates of a household, with new_only those that it never bought. A household that is
 * not known: AISLE_ERROR_ARGUMENT. The caller frees *out. */
AISLE_API aisle_status aisle_model_candidates(aisle_candidates **out, const aisle_model *model,
                                              const aisle_households *households, aisle_user user,
                                              bool new_only, aisle_error *err);

AISLE_API void aisle_candidates_free(aisle_candidates *candidates);

/* A source of candidates for help and documentation: index 0, 1, … until 0 is returned. Safe from
 * any thread. */
typedef struct aisle_retriever_info {
    const char *name, *meaning;
} aisle_retriever_info;

AISLE_API int aisle_retriever_at(aisle_retriever_info *out, size_t index);

/* Whether the product is of the model's catalogue: what is not is never a candidate. */
AISLE_API bool aisle_model_item_allowed(const aisle_model *model, aisle_item item);

typedef enum aisle_similar_kind { AISLE_SIMILAR_ITEMS, AISLE_SIMILAR_USERS } aisle_similar_kind;

/* Which retriever is asked for similar things, and makes sure that the model has it. by: a name
 * ("item_cosine"), a short one (als, cosine, tfidf, bm25, count, cobasket, ease, tifu, upcf), or
 * NULL for the first that the model has. Where the model's blend takes nothing from it, it is
 * fitted once on the model's households with the model's options, and *fitted is set. *name: the
 * name to ask by. Not while other threads use the model. */
AISLE_API aisle_status aisle_model_prepare_similar(const char **name, bool *fitted,
                                                   aisle_model *model, aisle_similar_kind kind,
                                                   const char *by, const aisle_run *run,
                                                   aisle_error *err);

typedef struct aisle_similar_item {
    aisle_item item;
    float score;
} aisle_similar_item;

typedef struct aisle_similar_user {
    uint32_t place;  /* in the model's pool: aisle_model_pool_id says who it is */
    aisle_user user; /* of the model; index AISLE_MISSING where it holds no households */
    float score;
} aisle_similar_user;

/* The up to k products most like one of the model's catalogue, best first, without itself: *count
 * of them. by: as aisle_model_prepare_similar named it. list: [k] */
AISLE_API aisle_status aisle_model_similar_items(size_t *count, aisle_similar_item *list, size_t k,
                                                 const aisle_model *model, aisle_item item,
                                                 const char *by, aisle_error *err);

/* The same of households: those of the model's pool most like one. */
AISLE_API aisle_status aisle_model_similar_users(size_t *count, aisle_similar_user *list, size_t k,
                                                 const aisle_model *model,
                                                 const aisle_households *households,
                                                 aisle_user user, const char *by, aisle_error *err);

/* The original id of a household of the pool: borrowed, or written into buffer. */
AISLE_API const char *aisle_model_pool_id(const aisle_model *model, uint32_t place,
                                          char buffer[32]);

#ifdef __cplusplus
}
#endif

#endif
