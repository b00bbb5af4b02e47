#include "ranker/ranker.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <LightGBM/c_api.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/text.h"
#include "ranker/forest.h"

struct ranker {
    BoosterHandle booster;
    size_t columns;
    char **names; /* [columns] with their texts behind them, in one block */
    forest trees; /* LightGBM's, for scoring */
};

static void ignore_log(const char *line)
{
    (void)line;
}

/* LightGBM's last error as ours. */
static aisle_status lightgbm(int result, const char *doing, aisle_error *err)
{
    if (result == 0)
        return AISLE_OK;
    const char *said = LGBM_GetLastError();
    int length = (int)strnlen(said, 600);
    while (length > 0 && strchr(" .\n", said[length - 1]))
        length--;
    return fail(err, AISLE_ERROR_DEPENDENCY, "LightGBM, %s: %.*s", doing, length, said);
}

static void add_parameters(text *t, const ranker_options *o, uint64_t seed, int threads)
{
    static const char *const objectives[] = {"binary", "lambdarank", "rank_xendcg"};
    text_add(t, "objective=%s metric=%s ", objectives[o->objective],
             o->objective == RANKER_BINARY ? "binary_logloss" : "ndcg eval_at=5");
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

/* Few levels of many rows, or none: LightGBM's own defaults learn categories by heart. The user's
 * come before, and so prevail. */
static void add_defaults(text *t, const ranker_options *o)
{
    if (o->parameters)
        text_add(t, " %s", o->parameters);
    text_add(t, " cat_smooth=200 cat_l2=100 min_data_per_group=1000");
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

static aisle_status check_rows(const ranker_rows *rows, aisle_error *err)
{
    if (rows->rows == 0 || rows->rows > INT32_MAX || rows->columns > INT32_MAX)
        return fail(err, AISLE_ERROR_ARGUMENT, "ranker: %zu rows of %zu columns", rows->rows,
                    rows->columns);
    return AISLE_OK;
}

static aisle_status make_dataset(DatasetHandle *out, const ranker_rows *rows,
                                 DatasetHandle reference, const char *parameters, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    DatasetHandle d = NULL;
    TRY(check_rows(rows, err));
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

/* Trains while the metric on the validation rows improves; keeps the trees of its best. */
static aisle_status train_until_best(ranker *r, const ranker_options *o, aisle_error *err)
{
    double best = 0;
    int64_t best_trees = 0;
    bool larger_is_better = o->objective != RANKER_BINARY;
    for (int64_t t = 1; t <= o->trees; t++) {
        int finished = 0, n = 0;
        double metric[8];
        aisle_status status =
            lightgbm(LGBM_BoosterUpdateOneIter(r->booster, &finished), "training", err);
        if (status == AISLE_OK)
            status = lightgbm(LGBM_BoosterGetEval(r->booster, 1, &n, metric), "validating", err);
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
    while (ranker_trees(r) > best_trees) {
        aisle_status status = lightgbm(LGBM_BoosterRollbackOneIter(r->booster), "training", err);
        if (status != AISLE_OK)
            return status;
    }
    return AISLE_OK;
}

static aisle_status train_trees(ranker *r, int64_t trees, aisle_error *err)
{
    for (int64_t t = 0; t < trees; t++) {
        int finished = 0;
        aisle_status status =
            lightgbm(LGBM_BoosterUpdateOneIter(r->booster, &finished), "training", err);
        if (status != AISLE_OK)
            return status;
        if (finished)
            break;
    }
    return AISLE_OK;
}

static aisle_status copy_booster(ranker **out, const ranker *r, aisle_error *err)
{
    char *model = NULL;
    size_t length;
    aisle_status status = ranker_write(&model, &length, r, err);
    if (status == AISLE_OK)
        status = ranker_read(out, model, length, err);
    mem_free(model);
    return status;
}

aisle_status ranker_train(ranker **out, const ranker_rows *rows, const ranker_rows *validation,
                          const ranker_options *options, int64_t trees, uint64_t seed, int threads,
                          aisle_error *err)
{
    aisle_status status = AISLE_OK;
    text parameters = {0};
    DatasetHandle train = NULL, valid = NULL;
    ranker r = {.booster = NULL};
    LGBM_RegisterLogCallback(ignore_log);
    add_parameters(&parameters, options, seed, threads);
    if (options->parameters && !parameters.failed)
        TRY(check_parameters(&parameters, options->parameters, err));
    add_defaults(&parameters, options);
    add_categorical(&parameters, rows);
    if (parameters.failed)
        TRY(fail_memory(err));
    TRY(make_dataset(&train, rows, NULL, parameters.bytes, err));
    TRY(lightgbm(LGBM_BoosterCreate(train, parameters.bytes, &r.booster), "starting", err));
    if (validation && options->early_stopping > 0) {
        TRY(make_dataset(&valid, validation, train, parameters.bytes, err));
        TRY(lightgbm(LGBM_BoosterAddValidData(r.booster, valid), "validating", err));
        TRY(train_until_best(&r, options, err));
    } else {
        TRY(train_trees(&r, trees > 0 ? trees : options->trees, err));
    }
    /* A copy by text lets the training data go, and is what a model file gives back. */
    TRY(copy_booster(out, &r, err));
done:
    if (r.booster)
        LGBM_BoosterFree(r.booster);
    if (valid)
        LGBM_DatasetFree(valid);
    if (train)
        LGBM_DatasetFree(train);
    text_fini(&parameters);
    return status;
}

/* Where among names each column of the trees is: place[r->columns]; NULL: only looks. */
static aisle_status match_columns(size_t *place, const ranker *r, const char *const *names,
                                  size_t columns, aisle_error *err)
{
    for (size_t c = 0; c < r->columns; c++) {
        /* Mostly all stand where they stood in training. */
        size_t at = c < columns && strcmp(names[c], r->names[c]) == 0 ? c : 0;
        while (at < columns && strcmp(names[at], r->names[c]) != 0)
            at++;
        if (at == columns)
            return fail(err, AISLE_ERROR_ARGUMENT,
                        "ranker: the trees need column '%s', which is not there", r->names[c]);
        if (place)
            place[c] = at;
    }
    return AISLE_OK;
}

aisle_status ranker_check_columns(const ranker *r, const char *const *names, size_t columns,
                                  aisle_error *err)
{
    return match_columns(NULL, r, names, columns, err);
}

/* LightGBM's own prediction of some kind (C_API_PREDICT_…), its columns put in their order. */
static aisle_status predict_lightgbm(double *out, const ranker *r, const ranker_rows *rows,
                                     const size_t *place, int kind, const char *parameters,
                                     aisle_error *err)
{
    int64_t length = 0;
    float *values = NEW_ARRAY(float, rows->rows * r->columns);
    if (!values)
        return fail_memory(err);
    for (size_t row = 0; row < rows->rows; row++)
        for (size_t c = 0; c < r->columns; c++)
            values[row * r->columns + c] = rows->values[row * rows->columns + place[c]];
    aisle_status status = lightgbm(
        LGBM_BoosterPredictForMat(r->booster, values, C_API_DTYPE_FLOAT32, (int32_t)rows->rows,
                                  (int32_t)r->columns, 1, kind, 0, -1, parameters, &length, out),
        "scoring", err);
    mem_free(values);
    return status;
}

aisle_status ranker_predict(double *scores, const ranker *r, const ranker_rows *rows, int threads,
                            aisle_error *err)
{
    aisle_status status = AISLE_OK;
    char parameters[64];
    size_t *place = NEW_ARRAY(size_t, r->columns);
    TRY_ALLOC(place);
    TRY(match_columns(place, r, rows->names, rows->columns, err));
    if (rows->rows == 0)
        goto done;
    TRY(check_rows(rows, err));
    snprintf(parameters, sizeof parameters, "num_threads=%d verbosity=-1", threads);
    if (r->trees.linear) {
        /* Leaves that are functions of the columns (linear_tree) are LightGBM's own. */
        TRY(predict_lightgbm(scores, r, rows, place, C_API_PREDICT_RAW_SCORE, parameters, err));
    } else {
        forest_input in = {rows->values, rows->rows, rows->columns, place};
        TRY(forest_score(scores, &r->trees, &in, forest_kernels_best(), threads, err));
    }
done:
    mem_free(place);
    return status;
}

/* Of the trees' columns, from LightGBM's order into that of the rows. */
static void place_contributions(double *out, const double *own, const size_t *place,
                                const ranker *r, const ranker_rows *rows)
{
    memset(out, 0, rows->rows * (rows->columns + 1) * sizeof *out);
    for (size_t row = 0; row < rows->rows; row++) {
        const double *from = own + row * (r->columns + 1);
        double *to = out + row * (rows->columns + 1);
        for (size_t c = 0; c < r->columns; c++)
            to[place[c]] = from[c];
        to[rows->columns] = from[r->columns];
    }
}

aisle_status ranker_contributions(double *out, const ranker *r, const ranker_rows *rows,
                                  int threads, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    double *own = NULL;
    size_t *place = NULL;
    char parameters[64];
    TRY_ALLOC(place = NEW_ARRAY(size_t, r->columns));
    TRY(match_columns(place, r, rows->names, rows->columns, err));
    if (rows->rows == 0)
        goto done;
    TRY(check_rows(rows, err));
    TRY_ALLOC(own = NEW_ARRAY(double, rows->rows *(r->columns + 1)));
    snprintf(parameters, sizeof parameters, "num_threads=%d verbosity=-1", threads);
    TRY(predict_lightgbm(own, r, rows, place, C_API_PREDICT_CONTRIB, parameters, err));
    place_contributions(out, own, place, r, rows);
done:
    mem_free(place);
    mem_free(own);
    return status;
}

int64_t ranker_trees(const ranker *r)
{
    int trees = 0;
    LGBM_BoosterGetCurrentIteration(r->booster, &trees);
    return trees;
}

aisle_status ranker_write(char **out, size_t *length, const ranker *r, aisle_error *err)
{
    int64_t need = 0;
    char none[1];
    aisle_status status =
        lightgbm(LGBM_BoosterSaveModelToString(r->booster, 0, -1, C_API_FEATURE_IMPORTANCE_GAIN, 0,
                                               &need, none),
                 "writing the trees", err);
    if (status != AISLE_OK)
        return status;
    char *model = mem_array((size_t)need, 1);
    if (!model)
        return fail_memory(err);
    status = lightgbm(LGBM_BoosterSaveModelToString(
                          r->booster, 0, -1, C_API_FEATURE_IMPORTANCE_GAIN, need, &need, model),
                      "writing the trees", err);
    if (status != AISLE_OK) {
        mem_free(model);
        return status;
    }
    char *parameters = strstr(model, "\nparameters:");
    if (parameters)
        parameters[1] = '\0';
    *out = model;
    *length = strlen(model);
    return AISLE_OK;
}

/* The names of the columns, as LightGBM has them. */
static aisle_status read_names(ranker *r, aisle_error *err)
{
    int n = 0;
    size_t longest = 0;
    aisle_status status = lightgbm(
        LGBM_BoosterGetFeatureNames(r->booster, 0, &n, 0, &longest, NULL), "reading names", err);
    if (status != AISLE_OK)
        return status;
    size_t columns = (size_t)n, pointers = columns * sizeof(char *);
    char **names = mem_array(pointers + columns * longest, 1);
    if (!names)
        return fail_memory(err);
    for (size_t c = 0; c < columns; c++)
        names[c] = (char *)names + pointers + c * longest;
    r->columns = columns;
    r->names = names;
    return lightgbm(LGBM_BoosterGetFeatureNames(r->booster, n, &n, longest, &longest, names),
                    "reading names", err);
}

aisle_status ranker_read(ranker **out, const char *model, size_t length, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t columns = 0;
    int iterations = 0;
    char *copy = mem_text_n(model, length);
    ranker *r = NEW_ZEROED(ranker, 1);
    LGBM_RegisterLogCallback(ignore_log);
    TRY_ALLOC(copy);
    TRY_ALLOC(r);
    /* LightGBM trusts its text: what is no tree is found before. */
    TRY(forest_init(&r->trees, &columns, copy, err));
    TRY(lightgbm(LGBM_BoosterLoadModelFromString(copy, &iterations, &r->booster),
                 "reading the trees", err));
    TRY(read_names(r, err));
    if (r->columns != columns)
        TRY(fail(err, AISLE_ERROR_FORMAT, "ranker: %zu names of %zu columns", r->columns, columns));
    *out = r;
    r = NULL;
done:
    mem_free(copy);
    ranker_free(r);
    return status;
}

aisle_status ranker_gain(double *gain, const ranker *r, size_t columns, aisle_error *err)
{
    if (columns != r->columns)
        return fail(err, AISLE_ERROR_ARGUMENT, "ranker: %zu columns, the trees have %zu", columns,
                    r->columns);
    return lightgbm(
        LGBM_BoosterFeatureImportance(r->booster, -1, C_API_FEATURE_IMPORTANCE_GAIN, gain),
        "reading the gain", err);
}

void ranker_free(ranker *r)
{
    if (!r)
        return;
    if (r->booster)
        LGBM_BoosterFree(r->booster);
    mem_free(r->names);
    forest_fini(&r->trees);
    mem_free(r);
}
