/* Training by LightGBM, of one objective. */
#include <inttypes.h>
#include <string.h>

#include "base/fail.h"
#include "base/text.h"
#include "ranker/lightgbm.h"

/* Few rows fill few leaves, of few trees. */
static int64_t choose_number(int64_t asked, size_t rows, int64_t of_few, int64_t of_many)
{
    enum { FEW_ROWS = 100000 };
    if (asked > 0)
        return asked;
    return rows < FEW_ROWS ? of_few : of_many;
}

static void add_parameters(text *t, const ranker_options *o, int objective, uint64_t seed,
                           int threads)
{
    static const char *const objectives[] = {"binary", "lambdarank", "rank_xendcg"};
    text_add(t, "objective=%s metric=%s ", objectives[objective],
             objective == RANKER_BINARY ? "binary_logloss" : "ndcg eval_at=5");
    text_add(t, "num_leaves=%" PRId64 " min_data_in_leaf=%" PRId64 " max_bin=%" PRId64 " ",
             o->leaves, o->min_data_in_leaf, o->max_bin);
    text_add(t, "learning_rate=%.17g feature_fraction=%.17g lambda_l2=%.17g ", o->learning_rate,
             o->feature_fraction, o->lambda_l2);
    if (o->bagging_fraction < 1)
        text_add(t, "bagging_fraction=%.17g bagging_freq=1 ", o->bagging_fraction);
    text_add(t, "seed=%u deterministic=true force_col_wise=true num_threads=%d verbosity=-1",
             (unsigned)(seed & 0x7fffffff), threads);
}

/* Of a parameter that stands twice, LightGBM takes the first: one of ours would be without effect
 * among the user's. */
static aisle_status check_parameters(const text *ours, const char *theirs, aisle_error *err)
{
    static const char blanks[] = " \t\r\n";
    for (const char *at = theirs + strspn(theirs, blanks); *at; at += strspn(at, blanks)) {
        int length = (int)strcspn(at, blanks), name = (int)strcspn(at, "= \t\r\n");
        if (name == 0 || name + 1 >= length)
            return fail(err, AISLE_ERROR_CONFIG,
                        "key 'ranker.parameters': found '%.*s', expected name=value", length, at);
        for (const char *own = ours->bytes; own; own = strchr(own, ' ')) {
            own += *own == ' ';
            if (strncmp(own, at, (size_t)name + 1) == 0)
                return fail(err, AISLE_ERROR_CONFIG,
                            "key 'ranker.parameters': found '%.*s', which is set already; see the "
                            "other keys of ranker",
                            length, at);
        }
        at += length;
    }
    return AISLE_OK;
}

/* Few levels of many rows, or none: LightGBM's own defaults learn categories by heart. It finds its
 * bins on rows that it holds as doubles in vectors that double: 2^17 rows take 100 MB less than its
 * default of 200,000. The user's parameters come before, and so prevail. */
static void add_defaults(text *t, const ranker_options *o)
{
    if (o->parameters)
        text_add(t, " %s", o->parameters);
    text_add(t, " cat_smooth=200 cat_l2=100 min_data_per_group=1000 "
                "bin_construct_sample_cnt=131072");
}

static void add_categorical(text *t, const ranker_rows *rows)
{
    bool first = true;
    for (size_t c = 0; c < rows->columns; c++) {
        if (!rows->categorical[c])
            continue;
        text_add(t, first ? " categorical_feature=%zu" : ",%zu", c);
        first = false;
    }
}

static aisle_status make_dataset(DatasetHandle *out, const ranker_rows *rows,
                                 DatasetHandle reference, const char *parameters, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    DatasetHandle d = NULL;
    TRY(lightgbm_check_rows(rows, err));
    TRY(lightgbm(LGBM_DatasetCreateFromMat(rows->values, C_API_DTYPE_FLOAT32, (int32_t)rows->rows,
                                           (int32_t)rows->columns, 1, parameters, reference, &d),
                 "reading the features", err));
    TRY(lightgbm(LGBM_DatasetSetFeatureNames(d, (const char **)rows->names, (int)rows->columns),
                 "naming the features", err));
    TRY(lightgbm(
        LGBM_DatasetSetField(d, "label", rows->label, (int)rows->rows, C_API_DTYPE_FLOAT32),
        "reading the labels", err));
    TRY(lightgbm(
        LGBM_DatasetSetField(d, "group", rows->group, (int)rows->groups, C_API_DTYPE_INT32),
        "reading the groups", err));
    *out = d;
    d = NULL;
done:
    if (d)
        LGBM_DatasetFree(d);
    return status;
}

static int64_t count_trees(BoosterHandle booster)
{
    int trees = 0;
    LGBM_BoosterGetCurrentIteration(booster, &trees);
    return trees;
}

/* Trains while the metric on the validation rows improves; keeps the trees of its best. */
static aisle_status train_until_best(BoosterHandle booster, const ranker_options *o, int objective,
                                     aisle_error *err)
{
    double best = 0;
    int64_t best_trees = 0;
    bool larger_is_better = objective != RANKER_BINARY;
    for (int64_t t = 1; t <= o->trees; t++) {
        int finished = 0, n = 0;
        double metric[8];
        aisle_status status =
            lightgbm(LGBM_BoosterUpdateOneIter(booster, &finished), "training", err);
        if (status == AISLE_OK)
            status = lightgbm(LGBM_BoosterGetEval(booster, 1, &n, metric), "validating", err);
        if (status != AISLE_OK)
            return status;
        bool better = best_trees == 0 || (larger_is_better ? metric[0] > best : metric[0] < best);
        if (better) {
            best = metric[0];
            best_trees = t;
        }
        if (finished || t - best_trees >= o->early_stopping)
            break;
    }
    while (count_trees(booster) > best_trees) {
        aisle_status status = lightgbm(LGBM_BoosterRollbackOneIter(booster), "training", err);
        if (status != AISLE_OK)
            return status;
    }
    return AISLE_OK;
}

static aisle_status train_trees(BoosterHandle booster, int64_t trees, aisle_error *err)
{
    for (int64_t t = 0; t < trees; t++) {
        int finished = 0;
        aisle_status status =
            lightgbm(LGBM_BoosterUpdateOneIter(booster, &finished), "training", err);
        if (status != AISLE_OK)
            return status;
        if (finished)
            break;
    }
    return AISLE_OK;
}

aisle_status lightgbm_train(ranker **out, const ranker_rows *rows, const ranker_rows *validation,
                            const ranker_options *options, int objective, uint64_t seed,
                            int threads, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    text parameters = {0};
    DatasetHandle train = NULL, valid = NULL;
    BoosterHandle booster = NULL;
    ranker_options own = *options;
    own.leaves = choose_number(options->leaves, rows->rows, 7, 15);
    own.trees = choose_number(options->trees, rows->rows, 150, 300);
    options = &own;
    add_parameters(&parameters, options, objective, seed, threads);
    if (options->parameters && !parameters.failed)
        TRY(check_parameters(&parameters, options->parameters, err));
    add_defaults(&parameters, options);
    add_categorical(&parameters, rows);
    if (parameters.failed)
        TRY(fail_memory(err));
    TRY(make_dataset(&train, rows, NULL, parameters.bytes, err));
    TRY(lightgbm(LGBM_BoosterCreate(train, parameters.bytes, &booster), "starting", err));
    if (validation && options->early_stopping > 0) {
        TRY(make_dataset(&valid, validation, train, parameters.bytes, err));
        TRY(lightgbm(LGBM_BoosterAddValidData(booster, valid), "validating", err));
        TRY(train_until_best(booster, options, objective, err));
    } else {
        TRY(train_trees(booster, options->trees, err));
    }
    /* A copy by text lets the training data go, and is what a model file gives back. */
    TRY(lightgbm_copy(out, booster, err));
done:
    if (booster)
        LGBM_BoosterFree(booster);
    if (valid)
        LGBM_DatasetFree(valid);
    if (train)
        LGBM_DatasetFree(train);
    text_fini(&parameters);
    return status;
}
