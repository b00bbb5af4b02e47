/* aisle/explain.h: why a product is on a household's list, in numbers and in words.
 *
 * Level 2's score of a candidate is a base value, which all candidates have, and what each family
 * of features adds to it (TreeSHAP of the trees, summed by family): they add up to the score. With
 * each goes a statement about the receipts: "bought 12 times, about every 9 days, last 10 days
 * ago". The statement is true whether its part of the score is above 0 or below. */
#ifndef AISLE_EXPLAIN_H
#define AISLE_EXPLAIN_H

#include "aisle/asking.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What one family of features does to a score. */
typedef struct aisle_cause {
    const char *family;  /* "pair", "level1", … */
    double contribution; /* in the score's units */
    double share;        /* of the sum of all contributions' sizes, with the contribution's sign */
    const char *feature; /* the column of the family that does most in that direction */
    double value;        /* of that column; NaN: not known */
    const char *text;    /* the statement */
} aisle_cause;

typedef enum aisle_standing {
    AISLE_STANDING_RANKED,       /* a candidate, ranked by level 2 */
    AISLE_STANDING_FALLBACK,     /* the list was filled up with it */
    AISLE_STANDING_NO_CANDIDATE, /* level 1 does not find it for the household */
    AISLE_STANDING_OUTSIDE,      /* not in the model's catalogue */
    AISLE_STANDING_RULED_OUT     /* the rules leave it out for this household */
} aisle_standing;

typedef struct aisle_explanation {
    aisle_item item;
    aisle_standing standing;
    uint32_t place;     /* among what is ranked, or in the filled up list; 0: neither */
    const char *source; /* as in aisle_recommendation; NULL: none */
    double score, base; /* level 2's; NaN where it is not ranked */
    double probability; /* as in aisle_recommendation */
    float list_score;   /* likewise; NaN where one product was asked about */
    size_t n_causes;    /* 0 where it is not ranked */
    aisle_cause *cause; /* [n_causes] the largest share first */
    const char *reason; /* the main one in words; NULL: not ranked, nor filled up */
} aisle_explanation;

/* Household i's are list[offset[i] .. offset[i + 1]), best first. */
typedef struct aisle_explanations {
    size_t n;
    size_t *offset; /* [n + 1] */
    aisle_explanation *list;
    char **texts; /* [n_texts] what the pointers above point to */
    size_t n_texts;
} aisle_explanations;

typedef struct aisle_explain_options {
    size_t k;                          /* products of each list */
    aisle_item item;                   /* AISLE_MISSING: those of the list; else this one alone */
    bool brief;                        /* only the main reason: no causes */
    aisle_recommend_options recommend; /* as the lists were asked for */
} aisle_explain_options;

/* clang-format off */
#define AISLE_EXPLAIN_OPTIONS_INIT {5, {AISLE_MISSING}, false, AISLE_RECOMMEND_OPTIONS_INIT}
/* clang-format on */

/* For each of n households (not known: the popular ones) the products of its list, as
 * aisle_model_recommend_many gives it, or the one product of the options, on the list or not. The
 * main reason leaves out what is the same for all products of the household. The caller frees
 * *out. */
AISLE_API aisle_status aisle_model_explain(aisle_explanations **out, const aisle_model *model,
                                           const aisle_households *households,
                                           const aisle_user *users, size_t n,
                                           const aisle_explain_options *options,
                                           const aisle_run *run, aisle_error *err);

AISLE_API void aisle_explanations_free(aisle_explanations *explanations);

#ifdef __cplusplus
}
#endif

#endif
