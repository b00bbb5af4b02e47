/* Level 2 under a stopwatch, on request: what script/bench level2 talks to.
 *
 *     bench_level2 ROWS TREES CONFIG
 *
 * Fits CONFIG's model with so many trees and makes its features for the candidates of all
 * households; rows to score are these, again from the first until there are ROWS. Reads a command
 * a line on standard input and answers each with a line of JSON:
 *
 *     score THREADS       {"seconds": …} of all rows by Aisle
 *     lightgbm THREADS    {"seconds": …} of LightGBM's own batch prediction, of the same matrix
 *     compare             {"different": …} scores of both that are not the same bits
 *     features THREADS    {"seconds": …, "columns": …} of the features that the peer makes too
 *     lines FILE          what the features are made of (write_features_source)
 *     columns FILE NAME…  these columns, [columns][rows] float32 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <LightGBM/c_api.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/timer.h"
#include "bench_files.h"
#include "bench_serve.h"
#include "model/model_type.h"

typedef struct bench {
    aisle_model *model;
    BoosterHandle booster;
    candidate_lists lists;
    uint32_t *users; /* [lists.n] */
    feature_matrix m;
    ranker_view view; /* of `values` */
    float *values;    /* rows to score */
    double *scores[2];
} bench;

static void stop(const aisle_error *err)
{
    fprintf(stderr, "bench_level2: %s\n", err->message[0] ? err->message : "LightGBM");
    exit(1);
}

static void fit(bench *b, const char *path, const char *trees)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_run run = {.threads = 0};
    aisle_config *config = NULL;
    aisle_dataset *dataset = NULL;
    int iterations;
    char *text = NULL;
    size_t length;
    if (aisle_config_open(&config, path, &err) ||
        aisle_config_set(config, "ranker.trees", trees, &err) ||
        aisle_dataset_read(&dataset, config, 0, &err) ||
        aisle_model_fit(&b->model, dataset, &run, &err) ||
        ranker_write(&text, &length, b->model->level2, &err) ||
        LGBM_BoosterLoadModelFromString(text, &iterations, &b->booster))
        stop(&err);
    mem_free(text);
    aisle_dataset_free(dataset);
    aisle_config_free(config);
}

static void make_rows(bench *b, size_t rows)
{
    aisle_error err = AISLE_ERROR_INIT;
    const snapshot *s = &b->model->s;
    b->users = NEW_ARRAY(uint32_t, s->h.n_users);
    for (uint32_t u = 0; b->users && u < s->h.n_users; u++)
        b->users[u] = u;
    retriever_query query = {&s->h, b->users, s->h.n_users, false, 0};
    query.threads = s->l.context.threads;
    if (!b->users || blend_init(&b->lists, &s->l, &query, 0, &err) ||
        feature_matrix_init(&b->m, &s->facts, &s->h, &b->lists, b->users, 1, &err) ||
        ranker_view_init(&b->view, &b->m, &err))
        stop(&err);
    size_t columns = b->m.columns;
    b->values = NEW_ARRAY(float, rows *columns);
    b->scores[0] = NEW_ARRAY(double, rows);
    b->scores[1] = NEW_ARRAY(double, rows);
    if (!b->values || !b->scores[0] || !b->scores[1] || b->m.rows == 0)
        stop(&err);
    for (size_t r = 0; r < rows; r++)
        memcpy(b->values + r * columns, b->m.values + r % b->m.rows * columns,
               columns * sizeof(float));
    b->view.rows.rows = rows;
    b->view.rows.values = b->values;
}

/* ---- Commands ---- */

static bool score(bench *b, int threads, aisle_error *err)
{
    double start = timer_now();
    if (ranker_predict(b->scores[0], b->model->level2, &b->view.rows, threads, err))
        return false;
    printf("{\"seconds\": %.6f}\n", timer_now() - start);
    return true;
}

static bool score_lightgbm(bench *b, int threads, aisle_error *err)
{
    const ranker_rows *rows = &b->view.rows;
    char parameters[64];
    int64_t length = 0;
    snprintf(parameters, sizeof parameters, "num_threads=%d verbosity=-1", threads);
    double start = timer_now();
    if (LGBM_BoosterPredictForMat(b->booster, rows->values, C_API_DTYPE_FLOAT32,
                                  (int32_t)rows->rows, (int32_t)rows->columns, 1,
                                  C_API_PREDICT_RAW_SCORE, 0, -1, parameters, &length,
                                  b->scores[1])) {
        fail(err, AISLE_ERROR_DEPENDENCY, "LightGBM: %s", LGBM_GetLastError());
        return false;
    }
    printf("{\"seconds\": %.6f}\n", timer_now() - start);
    return true;
}

static bool compare(const bench *b)
{
    size_t different = 0;
    for (size_t r = 0; r < b->view.rows.rows; r++)
        different += memcmp(&b->scores[0][r], &b->scores[1][r], sizeof(double)) != 0;
    printf("{\"different\": %zu}\n", different);
    return true;
}

/* Families that the peer does not make: both make the same columns. */
static char *not_in_pandas[] = {"level1", "attribute", "promotion", "store",   "visit",
                                "spend",  "rank",      "habit",     "discount"};

static bool make_features(bench *b, int threads, aisle_error *err)
{
    const snapshot *s = &b->model->s;
    feature_facts facts;
    feature_matrix m;
    features_options options = b->model->config->features;
    options.without = (text_list){not_in_pandas, sizeof not_in_pandas / sizeof *not_in_pandas};
    double start = timer_now();
    if (feature_facts_init(&facts, &s->h, &options, err))
        return false;
    aisle_status status = feature_matrix_init(&m, &facts, &s->h, &b->lists, b->users, threads, err);
    double seconds = timer_now() - start;
    feature_facts_fini(&facts);
    if (status)
        return false;
    printf("{\"seconds\": %.6f, \"rows\": %zu, \"columns\": %zu}\n", seconds, m.rows, m.columns);
    feature_matrix_fini(&m);
    return true;
}

static size_t find_column(const feature_matrix *m, const char *name)
{
    size_t c = 0;
    while (c < m->columns && strcmp(m->column[c].name, name) != 0)
        c++;
    return c;
}

static bool columns(bench *b, char *argument, aisle_error *err)
{
    char *rest = NULL, *path = strtok_r(argument, " ", &rest);
    float *column = NEW_ARRAY(float, b->m.rows);
    FILE *f = path ? fopen(path, "wbe") : NULL;
    bool good = f && column;
    for (char *name; good && (name = strtok_r(NULL, " ", &rest)) != NULL;) {
        size_t c = find_column(&b->m, name);
        if (c == b->m.columns) {
            fail(err, AISLE_ERROR_ARGUMENT, "no column '%s'", name);
            good = false;
            break;
        }
        for (size_t r = 0; r < b->m.rows; r++)
            column[r] = b->m.values[r * b->m.columns + c];
        good = fwrite(column, sizeof *column, b->m.rows, f) == b->m.rows;
    }
    mem_free(column);
    good = f && fclose(f) == 0 && good;
    if (good)
        printf("{}\n");
    return good;
}

static bool run(void *of, const char *name, char *argument, aisle_error *err)
{
    bench *b = of;
    int threads = atoi(argument);
    if (strcmp(name, "score") == 0 && threads > 0)
        return score(b, threads, err);
    if (strcmp(name, "lightgbm") == 0 && threads > 0)
        return score_lightgbm(b, threads, err);
    if (strcmp(name, "compare") == 0)
        return compare(b);
    if (strcmp(name, "features") == 0 && threads > 0)
        return make_features(b, threads, err);
    if (strcmp(name, "lines") == 0)
        return write_features_source(argument, &b->model->s.h, &b->lists, err);
    if (strcmp(name, "columns") == 0)
        return columns(b, argument, err);
    fail(err, AISLE_ERROR_ARGUMENT, "no command '%s'", name);
    return false;
}

int main(int argc, char **argv)
{
    static bench b;
    if (argc != 4) {
        fprintf(stderr, "usage: bench_level2 ROWS TREES CONFIG\n");
        return 2;
    }
    fit(&b, argv[3], argv[2]);
    make_rows(&b, (size_t)atol(argv[1]));
    printf("{\"rows\": %zu, \"candidates\": %zu, \"columns\": %zu, \"trees\": %d}\n",
           b.view.rows.rows, b.m.rows, b.m.columns, (int)ranker_trees(b.model->level2));
    bench_serve(&b, run);
    return 0;
}
