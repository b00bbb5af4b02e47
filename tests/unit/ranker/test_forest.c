/* Scores are LightGBM's to the bit, whatever the trees, the values, the instruction set and the
 * number of threads; what is no text of trees is refused. */
#include "ranker/forest.h"

#include "base/mem.h"
#include "base/rng.h"
#include "ranker/ranker.h"
#include "ranker/shap.h"
#include "ranker_fixture.h"
#include "receipts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <LightGBM/c_api.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum {
    COLUMNS = 24,
    CATEGORICAL = 4,
    ROWS = 1500,
    GROUP = FIXTURE_GROUP,
    EXPLAINED = 200,
    QUERIES = 1013
};

/* Training rows; of the columns the first are categories, some are mostly zero or missing. */
typedef struct sample {
    float values[ROWS * COLUMNS], label[ROWS];
    int32_t group[ROWS / GROUP];
    fixture_columns columns;
    ranker_rows rows;
} sample;

static float random_value(rng *r, int c)
{
    uint32_t kind = rng_below(r, 10);
    if (kind == 0 || (c % 5 == 4 && kind < 6))
        return NAN;
    if (c < CATEGORICAL)
        return (float)rng_below(r, c == 0 ? 3 : c == 1 ? 40 : 300);
    if (kind == 1 || (c % 5 == 3 && kind < 7))
        return 0;
    return c % 3 == 0 ? (float)rng_below(r, 7) - 3 : (float)tan(3 * rng_unit(r));
}

static void sample_init(sample *s, uint64_t seed)
{
    rng r = rng_init(seed, 0);
    for (size_t i = 0; i < ROWS; i++) {
        double signal = 2 * rng_unit(&r);
        for (int c = 0; c < COLUMNS; c++) {
            float x = s->values[i * COLUMNS + (size_t)c] = random_value(&r, c);
            signal += isnan(x) ? (c % 3 - 1) * 0.5 : c < CATEGORICAL ? (int)x % 3 - 1 : sin(x + c);
        }
        s->label[i] = signal > 1;
    }
    fixture_name(&s->columns, COLUMNS, CATEGORICAL);
    s->rows =
        (ranker_rows){.rows = ROWS, .columns = COLUMNS, .values = s->values, .label = s->label};
    fixture_group(&s->rows, s->group, &s->columns);
}

static char *trained_text(const sample *s, const char *yaml)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_config *config = receipts_config(yaml);
    ranker *r = NULL;
    char *text = NULL;
    size_t length;
    if (ranker_train(&r, &s->rows, NULL, &config->ranker, NULL, 5, 1, &err) ||
        ranker_write(&text, &length, r, &err))
        fail_msg("%s: %s", yaml, err.message);
    ranker_free(r);
    aisle_config_free(config);
    return text;
}

static void lightgbm_predict(double *out, const char *text, const float *values, size_t rows,
                             int kind)
{
    BoosterHandle booster;
    int iterations;
    int64_t length;
    assert_int_equal(LGBM_BoosterLoadModelFromString(text, &iterations, &booster), 0);
    assert_int_equal(LGBM_BoosterPredictForMat(booster, values, C_API_DTYPE_FLOAT32, (int32_t)rows,
                                               COLUMNS, 1, kind, 0, -1,
                                               "num_threads=2 verbosity=-1", &length, out),
                     0);
    LGBM_BoosterFree(booster);
}

/* The thresholds of all trees. */
static size_t thresholds(double *out, size_t most, const char *text)
{
    tree_outline o;
    size_t n = 0, length;
    const char *at;
    assert_true(tree_outline_start(&o, text));
    while ((at = tree_outline_next(&o, &length)) != NULL) {
        tree t;
        assert_int_equal(tree_init(&t, at, length, COLUMNS, NULL), AISLE_OK);
        for (uint32_t i = 0; i + 1 < t.leaves && n < most; i++)
            out[n++] = t.threshold[i];
        tree_fini(&t);
    }
    assert_true(o.whole);
    return n;
}

/* Rows of training with other values here and there: next to thresholds, and such as nobody
 * expects. */
static void fill_queries(float *values, const sample *s, const char *text)
{
    static const float odd[] = {NAN,     INFINITY,      -INFINITY, 0,      -0.0f,  1e-35f,
                                -1e-35f, 1e-36f,        -1e-36f,   1e-40f, -0.5,   -1,
                                -7,      2.5f,          1e30f,     -1e30f, 2.2e9f, 31,
                                9999.f,  2147483520.0f, 1.1e-35f};
    static double threshold[20000];
    size_t n = thresholds(threshold, 20000, text);
    rng r = rng_init(77, 1);
    memcpy(values, s->values, QUERIES * COLUMNS * sizeof *values);
    for (size_t i = 0; i < QUERIES * COLUMNS; i++) {
        uint32_t kind = rng_below(&r, 8);
        if (kind == 0)
            values[i] = odd[rng_below(&r, sizeof odd / sizeof *odd)];
        if (kind > 3 || kind == 0 || n == 0)
            continue;
        values[i] = (float)threshold[rng_below(&r, (uint32_t)n)];
        if (kind > 1)
            values[i] = nextafterf(values[i], kind == 2 ? -INFINITY : INFINITY);
    }
}

static void same_scores(const double *a, const double *b, size_t n, const char *what)
{
    for (size_t i = 0; i < n; i++)
        if (memcmp(&a[i], &b[i], sizeof *a) != 0)
            fail_msg("%s: row %zu: %.17g, LightGBM %.17g", what, i, a[i], b[i]);
}

/* Each instruction set, numbers of threads, and part of the rows. */
static void check_kernels(const forest *f, const float *values, const double *wanted,
                          const char *yaml)
{
    static double scores[QUERIES];
    const forest_kernels *all[3];
    size_t place[COLUMNS], n = forest_kernels_all(all);
    assert_ptr_equal(forest_kernels_best(), all[n - 1]);
    for (size_t c = 0; c < COLUMNS; c++)
        place[c] = c;
    for (size_t k = 0; k < n; k++) {
        char what[300];
        snprintf(what, sizeof what, "%.200s with %s", yaml, all[k]->name);
        for (size_t rows = 1; rows <= QUERIES; rows += rows < 34 ? 1 : 979) {
            forest_input in = {values, rows, COLUMNS, place};
            memset(scores, 0xff, sizeof scores);
            assert_int_equal(forest_score(scores, f, &in, all[k], 1 + (int)rows % 3, NULL), 0);
            same_scores(scores, wanted, rows, what);
        }
    }
}

static void same_contributions(const double *own, const double *wanted, const char *what)
{
    for (size_t i = 0; i < EXPLAINED * (COLUMNS + 1); i++)
        if (!(fabs(own[i] - wanted[i]) <= 1e-9 * (1 + fabs(wanted[i]))))
            fail_msg("%s: row %zu, column %zu: %.17g, LightGBM %.17g", what, i / (COLUMNS + 1),
                     i % (COLUMNS + 1), own[i], wanted[i]);
}

/* Each instruction set, on any number of threads, and a row alone. */
static void check_shap(const forest *f, const float *values, const double *wanted, const char *yaml)
{
    static double own[EXPLAINED * (COLUMNS + 1)], again[EXPLAINED * (COLUMNS + 1)];
    const forest_kernels *all[3];
    size_t place[COLUMNS], n = forest_kernels_all(all);
    shap s;
    assert_int_equal(shap_init(&s, f, COLUMNS, NULL), AISLE_OK);
    for (size_t c = 0; c < COLUMNS; c++)
        place[c] = c;
    for (size_t k = 0; k < n && s.node; k++) {
        char what[300];
        snprintf(what, sizeof what, "%.200s with %s", yaml, all[k]->name);
        forest_input in = {values, EXPLAINED, COLUMNS, place};
        assert_int_equal(shap_contributions(own, &s, &in, all[k], 1, NULL), AISLE_OK);
        assert_int_equal(shap_contributions(again, &s, &in, all[k], 3, NULL), AISLE_OK);
        assert_memory_equal(own, again, sizeof own);
        same_contributions(own, wanted, what);
        in = (forest_input){values + COLUMNS, 1, COLUMNS, place};
        assert_int_equal(shap_contributions(again, &s, &in, all[k], 1, NULL), AISLE_OK);
        assert_memory_equal(own + COLUMNS + 1, again, (COLUMNS + 1) * sizeof *own);
    }
    shap_fini(&s);
}

/* TreeSHAP: LightGBM's but for rounding. */
static void check_contributions(const ranker *r, const forest *f, const char *text,
                                const ranker_rows *rows, const char *yaml)
{
    static double wanted[EXPLAINED * (COLUMNS + 1)], own[EXPLAINED * (COLUMNS + 1)];
    ranker_rows some = *rows;
    some.rows = EXPLAINED;
    lightgbm_predict(wanted, text, rows->values, EXPLAINED, C_API_PREDICT_CONTRIB);
    assert_int_equal(ranker_contributions(own, r, &some, 2, NULL), AISLE_OK);
    same_contributions(own, wanted, yaml);
    check_shap(f, rows->values, wanted, yaml);
}

static void check_trees(const char *yaml)
{
    static sample s;
    static float values[QUERIES * COLUMNS];
    static double wanted[QUERIES], scores[QUERIES];
    static const int threads[] = {1, 2, 8};
    sample_init(&s, 3);
    char *text = trained_text(&s, yaml);
    forest f = {0};
    size_t columns;
    ranker *r;
    fill_queries(values, &s, text);
    lightgbm_predict(wanted, text, values, QUERIES, C_API_PREDICT_RAW_SCORE);
    assert_int_equal(forest_init(&f, &columns, text, NULL), AISLE_OK);
    assert_int_equal(columns, COLUMNS);
    if (!f.linear)
        check_kernels(&f, values, wanted, yaml);
    assert_int_equal(ranker_read(&r, text, strlen(text), NULL), AISLE_OK);
    ranker_rows rows = s.rows;
    rows.rows = QUERIES;
    rows.values = values;
    for (size_t t = 0; t < 3; t++) {
        assert_int_equal(ranker_predict(scores, r, &rows, threads[t], NULL), AISLE_OK);
        same_scores(scores, wanted, QUERIES, yaml);
    }
    check_contributions(r, &f, text, &rows, yaml);
    forest_fini(&f);
    ranker_free(r);
    mem_free(text);
}

#define FEW_RULES " cat_smooth=1 cat_l2=1 min_data_per_group=5 "

static void few_leaves_score_as_lightgbm(void **state)
{
    (void)state;
    check_trees("ranker: {trees: 30, min_data_in_leaf: 5}");
    check_trees("ranker: {trees: 20, leaves: 2, min_data_in_leaf: 5}");
    check_trees("ranker: {trees: 20, leaves: 32, min_data_in_leaf: 1, objective: lambdarank}");
    check_trees("ranker: {trees: 420, leaves: 3, min_data_in_leaf: 5, parameters: '" FEW_RULES
                "'}");
}

static void several_words_score_as_lightgbm(void **state)
{
    (void)state;
    check_trees("ranker: {trees: 15, leaves: 33, min_data_in_leaf: 1, parameters: '" FEW_RULES
                "'}");
    check_trees("ranker: {trees: 15, leaves: 64, min_data_in_leaf: 1, parameters: '" FEW_RULES
                "'}");
    check_trees("ranker: {trees: 100, leaves: 128, min_data_in_leaf: 1}");
}

static void many_leaves_score_as_lightgbm(void **state)
{
    (void)state;
    check_trees("ranker: {trees: 8, leaves: 129, min_data_in_leaf: 1, parameters: '" FEW_RULES
                "'}");
    /* LightGBM keeps a histogram for each leaf that may be, gigabytes of them, without a bound. */
    check_trees("ranker: {trees: 4, leaves: 131072, min_data_in_leaf: 1, parameters: '" FEW_RULES
                "max_depth=40 histogram_pool_size=64'}");
}

static void missing_values_score_as_lightgbm(void **state)
{
    (void)state;
    check_trees(
        "ranker: {trees: 30, min_data_in_leaf: 2, parameters: 'zero_as_missing=true" FEW_RULES
        "'}");
    check_trees("ranker: {trees: 30, min_data_in_leaf: 2, parameters: 'use_missing=false" FEW_RULES
                "'}");
    check_trees("ranker: {trees: 3, leaves: 500, min_data_in_leaf: 1, "
                "parameters: 'zero_as_missing=true" FEW_RULES "'}");
}

static void other_boosting_scores_as_lightgbm(void **state)
{
    (void)state;
    check_trees("ranker: {trees: 20, bagging_fraction: 0.6, parameters: boosting=rf}");
    check_trees("ranker: {trees: 20, parameters: boosting=dart}");
    check_trees("ranker: {trees: 10, parameters: linear_tree=true}");
    check_trees("ranker: {trees: 10, min_data_in_leaf: 100000}");
}

/* ---- Texts that are no trees ---- */

static char *replaced(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    assert_non_null(at);
    size_t before = (size_t)(at - text), n = strlen(text) + strlen(to) + 1;
    char *out = NEW_ARRAY(char, n);
    snprintf(out, n, "%.*s%s%s", (int)before, text, to, at + strlen(from));
    return out;
}

static const char whole[] = "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\n"
                            "label_index=0\nmax_feature_idx=1\nobjective=binary sigmoid:1\n"
                            "feature_names=a b\nfeature_infos=[0:1] 0:1:2\n"
                            "tree_sizes=%zu\n\n%send of trees\n";
static const char one[] = "Tree=0\nnum_leaves=4\nnum_cat=1\nsplit_feature=0 1 0\n"
                          "split_gain=1 1 1\nthreshold=0.5 0 2\ndecision_type=2 1 8\n"
                          "left_child=1 -1 -3\nright_child=2 -2 -4\nleaf_value=1 2 4 8\n"
                          "leaf_weight=1 1 1 1\nleaf_count=1 1 1 1\ninternal_value=0 0 0\n"
                          "internal_weight=0 0 0\ninternal_count=4 2 2\ncat_boundaries=0 1\n"
                          "cat_threshold=5\nis_linear=0\nshrinkage=1\n\n\n";

static aisle_status read_text(forest *f, const char *body, aisle_error *err)
{
    char text[2000];
    size_t columns;
    snprintf(text, sizeof text, whole, strlen(body), body);
    return forest_init(f, &columns, text, err);
}

static void wrong_trees_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[][2] = {
        {"num_leaves=4", "num_leaves=0"},
        {"num_leaves=4", "num_leaves=5"},
        {"num_leaves=4", "num_leaves=2000000000"},
        {"num_leaves=4", "leaves=4"},
        {"split_feature=0 1 0", "split_feature=0 1 2"},
        {"split_feature=0 1 0", "split_feature=0 -1 0"},
        {"split_feature=0 1 0", "split_feature=0 1"},
        {"split_feature=0 1 0", "split_feature=0 1 0 0"},
        {"threshold=0.5 0 2", "threshold=0.5 0 nan"},
        {"threshold=0.5 0 2", "threshold=0.5 1 2"},
        {"threshold=0.5 0 2", "threshold=0.5 0.5 2"},
        {"threshold=0.5 0 2", "threshold=0.5 -1 2"},
        {"decision_type=2 1 8", "decision_type=2 1 12"},
        {"decision_type=2 1 8", "decision_type=2 1 16"},
        {"decision_type=2 1 8", "decision_type=2 1 -1"},
        {"left_child=1 -1 -3", "left_child=0 -1 -3"},
        {"left_child=1 -1 -3", "left_child=3 -1 -3"},
        {"left_child=1 -1 -3", "left_child=1 -1 -5"},
        {"left_child=1 -1 -3", "left_child=1 -1 -1"},
        {"left_child=1 -1 -3", "left_child=2 -1 -3"},
        {"left_child=1 -1 -3\nright_child=2 -2 -4", "left_child=-1 2 1\nright_child=-2 -3 -4"},
        {"leaf_value=1 2 4 8", "leaf_value=1 2 4"},
        {"leaf_value=1 2 4 8", "leaf_value=1 2 4 inf"},
        {"leaf_value=1 2 4 8", "leaf_value=1 2 4  8"},
        {"num_cat=1", "num_cat=0"},
        {"num_cat=1", "num_cat=-1"},
        {"num_cat=1", "num_cat=3"},
        {"cat_boundaries=0 1", "cat_boundaries=0 2"},
        {"cat_boundaries=0 1", "cat_boundaries=1 1"},
        {"cat_boundaries=0 1", "cat_boundaries=0 1000000000"},
        {"cat_threshold=5", "cat_threshold=5 5"},
        {"cat_threshold=5", "cat_threshold=-5"},
        {"cat_threshold=5", "cat_threshold=4294967296"},
    };
    forest f = {0};
    assert_int_equal(read_text(&f, one, NULL), AISLE_OK);
    forest_fini(&f);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        aisle_error err = AISLE_ERROR_INIT;
        char *text = replaced(one, wrong[i][0], wrong[i][1]);
        if (read_text(&f, text, &err) != AISLE_ERROR_FORMAT)
            fail_msg("taken: %s", wrong[i][1]);
        assert_non_null(strstr(err.message, "tree 0"));
        mem_free(text);
    }
    assert_null(f.tree);
}

static void wrong_headers_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[][2] = {
        {"num_tree_per_iteration=1", "num_tree_per_iteration=3"},
        {"num_tree_per_iteration=1", "nothing=1"},
        {"max_feature_idx=1", "max_feature_idx=0"},
        {"max_feature_idx=1", "max_feature_idx=-1"},
        {"end of trees", "end"},
        {"tree_sizes=", "tree_sizes=1 "},
        {"tree_sizes=", "sizes="},
    };
    char text[2000];
    snprintf(text, sizeof text, whole, strlen(one), one);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        forest f = {0};
        size_t columns;
        char *other = replaced(text, wrong[i][0], wrong[i][1]);
        if (forest_init(&f, &columns, other, NULL) != AISLE_ERROR_FORMAT)
            fail_msg("taken: %s", wrong[i][1]);
        mem_free(other);
    }
}

/* By hand: thresholds, sets, what is not known. */
static void one_tree_by_hand(void **state)
{
    (void)state;
    static const float rows[][2] = {{0.5f, 0}, {0.5f, 1},   {0.5f, 2},    {0.5f, 300}, {NAN, 0},
                                    {2, 0},    {2.5f, NAN}, {0.25f, NAN}, {-9, -0.5f}, {-9, -1}};
    static const double wanted[] = {1, 2, 1, 2, 1, 4, 8, 2, 1, 2};
    enum { N = sizeof wanted / sizeof *wanted };
    static const size_t place[] = {0, 1};
    const forest_kernels *all[3];
    size_t n = forest_kernels_all(all);
    double scores[N];
    forest f = {0};
    assert_int_equal(read_text(&f, one, NULL), AISLE_OK);
    forest_input in = {rows[0], N, 2, place};
    for (size_t k = 0; k < n; k++) {
        assert_int_equal(forest_score(scores, &f, &in, all[k], 1, NULL), AISLE_OK);
        same_scores(scores, wanted, N, all[k]->name);
    }
    forest_fini(&f);
}

static void memory_may_run_out(void **state)
{
    (void)state;
    aisle_status status = AISLE_ERROR_MEMORY;
    for (long n = 0; status != AISLE_OK && n < 200; n++) {
        forest f = {0};
        mem_fail_after(n);
        status = read_text(&f, one, NULL);
        mem_fail_after(-1);
        assert_true(status == AISLE_OK || status == AISLE_ERROR_MEMORY);
        assert_true(status == AISLE_OK || f.tree == NULL);
        forest_fini(&f);
    }
    assert_int_equal(status, AISLE_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_leaves_score_as_lightgbm),
        cmocka_unit_test(several_words_score_as_lightgbm),
        cmocka_unit_test(many_leaves_score_as_lightgbm),
        cmocka_unit_test(missing_values_score_as_lightgbm),
        cmocka_unit_test(other_boosting_scores_as_lightgbm),
        cmocka_unit_test(wrong_trees_are_refused),
        cmocka_unit_test(wrong_headers_are_refused),
        cmocka_unit_test(one_tree_by_hand),
        cmocka_unit_test(memory_may_run_out),
    };
    return cmocka_run_group_tests_name("forest", tests, NULL, NULL);
}
