/* ranker/lightgbm.h: what a ranker is, and LightGBM's errors as ours. Private to the folder. */
#ifndef RANKER_LIGHTGBM_H
#define RANKER_LIGHTGBM_H

#include <stdint.h>

#include <LightGBM/c_api.h>

#include "ranker/forest.h"
#include "ranker/ranker.h"
#include "ranker/shap.h"

struct ranker {
    BoosterHandle booster;
    size_t columns;
    char **names;    /* [columns] with their texts behind them, in one block */
    forest trees;    /* LightGBM's, for scoring */
    shap why;        /* of the same */
    int64_t part[2]; /* trees of each objective; only just after training */
};

/* Its log goes nowhere. */
void lightgbm_be_silent(void);

/* LightGBM's last error, where the result of a call is one. */
aisle_status lightgbm(int result, const char *doing, aisle_error *err);

/* Numbers that LightGBM can count to. */
aisle_status lightgbm_check_rows(const ranker_rows *rows, aisle_error *err);

/* A ranker of the booster's text, for which it needs nothing of the training. */
aisle_status lightgbm_copy(ranker **out, BoosterHandle booster, aisle_error *err);

/* What ranker_train does, for one objective of the options. */
aisle_status lightgbm_train(ranker **out, const ranker_rows *rows, const ranker_rows *validation,
                            const ranker_options *options, int objective, uint64_t seed,
                            int threads, aisle_error *err);

#endif
