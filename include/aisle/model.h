/* aisle/model.h: both levels as one object: fitted, saved, opened, asked.
 *
 * A model is of products: any household can be asked for by its own receipts (aisle/asking.h).
 * It may hold those of the fit besides. It is read-only once fitted or opened; any number of
 * threads may ask it, each in a session of its own. */
#ifndef AISLE_MODEL_H
#define AISLE_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aisle/dataset.h"
#include "aisle/error.h"
#include "aisle/order.h"
#include "aisle/run.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct aisle_model aisle_model;
typedef struct aisle_households aisle_households;

/* A household (of the model, or of the households that a function takes) and a product of one
 * model; index AISLE_MISSING: not known to it. */
typedef struct aisle_user {
    uint32_t index;
} aisle_user;
typedef struct aisle_item {
    uint32_t index;
} aisle_item;

/* Fits both levels as of the day after the last receipt, by the dataset's configuration.
 * The caller frees *out; the dataset may go. */
AISLE_API aisle_status aisle_model_fit(aisle_model **out, const aisle_dataset *dataset,
                                       const aisle_run *run, aisle_error *err);

/* Writes the model file (docs/model-format.md): path is the old file or the whole new one. */
AISLE_API aisle_status aisle_model_save(const aisle_model *model, const char *path,
                                        aisle_error *err);

/* Maps a model file. Damaged, cut, or of a newer format: AISLE_ERROR_FORMAT that names what. */
AISLE_API aisle_status aisle_model_open(aisle_model **out, const char *path, aisle_error *err);

AISLE_API void aisle_model_free(aisle_model *model);

/* Drops the fit's households: what is left is of products, and a seeded sample of households
 * (candidates.pool) where some source needs others than the one that asks. Not while other threads
 * use the model. */
AISLE_API aisle_status aisle_model_forget_households(aisle_model *model, aisle_error *err);

/* Households that it holds. */
AISLE_API uint32_t aisle_model_users(const aisle_model *model);
AISLE_API uint32_t aisle_model_items(const aisle_model *model);

/* First day that it knows nothing of, in days since 1970-01-01. */
AISLE_API int32_t aisle_model_as_of(const aisle_model *model);

/* Whether it says how probable a purchase is (ranker.calibrated). */
AISLE_API bool aisle_model_is_calibrated(const aisle_model *model);

/* What its lists go by. */
AISLE_API void aisle_model_order(aisle_order *out, const aisle_model *model);

/* By original id, as text. */
AISLE_API aisle_user aisle_model_find_user(const aisle_model *model, const char *id);
AISLE_API aisle_item aisle_model_find_item(const aisle_model *model, const char *id);

/* The original id: borrowed, or written into buffer. */
AISLE_API const char *aisle_model_user_id(const aisle_model *model, aisle_user user,
                                          char buffer[32]);
AISLE_API const char *aisle_model_item_id(const aisle_model *model, aisle_item item,
                                          char buffer[32]);

/* Whether ids are int64 (else texts). */
AISLE_API bool aisle_model_users_are_ints(const aisle_model *model);
AISLE_API bool aisle_model_items_are_ints(const aisle_model *model);

/* What people call the product; NULL without a product table. Borrowed. */
AISLE_API const char *aisle_model_item_name(const aisle_model *model, aisle_item item);
AISLE_API bool aisle_model_has_names(const aisle_model *model);

typedef struct aisle_recommendation {
    aisle_item item;
    float score;        /* of level 2, or what rules.times makes of it; fallbacks go on below */
    float probability;  /* of a purchase in the horizon; NaN: not calibrated, or a fallback */
    const char *source; /* the retriever that ranks it best; "fallback": filled up by popularity */
} aisle_recommendation;

/* A copy of what the model was fitted with, but where its data came from; to be changed by
 * aisle_config_set and handed over in aisle_recommend_options.rules. The caller frees *out. */
AISLE_API aisle_status aisle_model_config(aisle_config **out, const aisle_model *model,
                                          aisle_error *err);

typedef struct aisle_recommend_options {
    bool exclude_bought;       /* leave out what the household has bought before */
    const aisle_config *rules; /* whose keys under rules hold, in place of the model's; NULL: those
                                * of the model. Borrowed during the call */
} aisle_recommend_options;

/* clang-format off */
#define AISLE_RECOMMEND_OPTIONS_INIT {false, NULL}
/* clang-format on */

/* What one thread answers in, allocated once: an answer by the model's own rules allocates nothing
 * (but in a session's first list of a longer k). Borrows the model. The caller frees *out. */
typedef struct aisle_session aisle_session;
AISLE_API aisle_status aisle_session_new(aisle_session **out, const aisle_model *model,
                                         aisle_error *err);
AISLE_API void aisle_session_free(aisle_session *session);

/* The k best products for a household that the rules allow, best first: *count of them, fewer than
 * k only where the rules leave no more of the catalogue. What a rule leaves out changes no other
 * product's score. A rule that names what the products do not have is AISLE_ERROR_CONFIG. A
 * household that is not known gets the popular ones. households NULL: the model's own. options may
 * be NULL. list holds k entries. */
AISLE_API aisle_status aisle_model_recommend(size_t *count, aisle_recommendation *list, size_t k,
                                             aisle_session *session,
                                             const aisle_households *households, aisle_user user,
                                             const aisle_recommend_options *options,
                                             aisle_error *err);

/* The same for n households at once: user i has count[i] entries from list[i * k]. */
AISLE_API aisle_status aisle_model_recommend_many(size_t *count, aisle_recommendation *list,
                                                  size_t k, const aisle_model *model,
                                                  const aisle_households *households,
                                                  const aisle_user *users, size_t n,
                                                  const aisle_recommend_options *options,
                                                  const aisle_run *run, aisle_error *err);

typedef struct aisle_purchase {
    aisle_item item;
    int32_t day; /* since 1970-01-01 */
    float quantity;
    double value;
} aisle_purchase;

/* The last purchases of a household, latest first; returns how many, at most most. */
AISLE_API size_t aisle_model_purchases(aisle_purchase *out, size_t most, const aisle_model *model,
                                       const aisle_households *households, aisle_user user);

#ifdef __cplusplus
}
#endif

#endif
