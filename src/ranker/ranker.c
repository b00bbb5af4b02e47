#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "ranker/lightgbm.h"

static void ignore_log(const char *line)
{
    (void)line;
}

void lightgbm_be_silent(void)
{
    LGBM_RegisterLogCallback(ignore_log);
}

aisle_status lightgbm(int result, const char *doing, aisle_error *err)
{
    if (result == 0)
        return AISLE_OK;
    const char *said = LGBM_GetLastError();
    int length = (int)strnlen(said, 600);
    while (length > 0 && strchr(" .\n", said[length - 1]))
        length--;
    return fail(err, AISLE_ERROR_DEPENDENCY, "LightGBM, %s: %.*s", doing, length, said);
}

aisle_status lightgbm_check_rows(const ranker_rows *rows, aisle_error *err)
{
    if (rows->rows == 0 || rows->rows > INT32_MAX || rows->columns > INT32_MAX)
        return fail(err, AISLE_ERROR_ARGUMENT, "ranker: %zu rows of %zu columns", rows->rows,
                    rows->columns);
    return AISLE_OK;
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
    TRY(lightgbm_check_rows(rows, err));
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

struct ranker_room {
    const ranker *r;
    const char *const *names; /* borrowed */
    size_t columns;
    size_t *place; /* [r->columns] */
    float *forest; /* forest_room(&r->trees) */
};

aisle_status ranker_room_new(ranker_room **out, const ranker *r, const char *const *names,
                             size_t columns, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    ranker_room *room = NEW_ZEROED(ranker_room, 1);
    TRY_ALLOC(room);
    *room = (ranker_room){.r = r, .names = names, .columns = columns};
    TRY_ALLOC(room->place = NEW_ARRAY(size_t, r->columns));
    TRY_ALLOC(room->forest = NEW_ARRAY(float, forest_room(&r->trees)));
    TRY(match_columns(room->place, r, names, columns, err));
    *out = room;
    room = NULL;
done:
    ranker_room_free(room);
    return status;
}

void ranker_room_free(ranker_room *room)
{
    if (!room)
        return;
    mem_free(room->place);
    mem_free(room->forest);
    mem_free(room);
}

aisle_status ranker_room_score(double *scores, ranker_room *room, const float *values, size_t rows,
                               aisle_error *err)
{
    const ranker *r = room->r;
    if (r->trees.linear) {
        ranker_rows own = {
            .rows = rows, .columns = room->columns, .values = values, .names = room->names};
        return ranker_predict(scores, r, &own, 1, err);
    }
    forest_input in = {values, rows, room->columns, room->place};
    forest_score_in(scores, &r->trees, &in, room->forest);
    return AISLE_OK;
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
    TRY(lightgbm_check_rows(rows, err));
    TRY_ALLOC(own = NEW_ARRAY(double, rows->rows *(r->columns + 1)));
    snprintf(parameters, sizeof parameters, "num_threads=%d verbosity=-1", threads);
    forest_input in = {rows->values, rows->rows, rows->columns, place};
    TRY(r->why.node
            ? shap_contributions(own, &r->why, &in, forest_kernels_best(), threads, err)
            : predict_lightgbm(own, r, rows, place, C_API_PREDICT_CONTRIB, parameters, err));
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

uint64_t ranker_trees_split(const ranker *r)
{
    uint64_t split = 0;
    for (size_t t = 0; t < r->trees.trees; t++)
        split += !r->trees.tree[t].single;
    return split;
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
    lightgbm_be_silent();
    TRY_ALLOC(copy);
    TRY_ALLOC(r);
    /* LightGBM trusts its text: what is no tree is found before. */
    TRY(forest_init(&r->trees, &columns, copy, err));
    TRY(lightgbm(LGBM_BoosterLoadModelFromString(copy, &iterations, &r->booster),
                 "reading the trees", err));
    TRY(read_names(r, err));
    if (r->columns != columns)
        TRY(fail(err, AISLE_ERROR_FORMAT, "ranker: %zu names of %zu columns", r->columns, columns));
    TRY(shap_init(&r->why, &r->trees, columns, err));
    *out = r;
    r = NULL;
done:
    mem_free(copy);
    ranker_free(r);
    return status;
}

aisle_status lightgbm_copy(ranker **out, BoosterHandle booster, aisle_error *err)
{
    char *model = NULL;
    size_t length;
    ranker r = {.booster = booster};
    aisle_status status = ranker_write(&model, &length, &r, err);
    if (status == AISLE_OK)
        status = ranker_read(out, model, length, err);
    mem_free(model);
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
    shap_fini(&r->why);
    forest_fini(&r->trees);
    mem_free(r);
}
