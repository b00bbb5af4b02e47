/* Level 2: the same trees however many threads train, the same scores however it is asked. */
#include "ranker/ranker.h"

#include "base/mem.h"
#include "base/rng.h"
#include "ranker_fixture.h"
#include "receipts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { COLUMNS = FIXTURE_COLUMNS, GROUP = FIXTURE_GROUP, CATEGORICAL = 3 };

/* Rows in groups; the first columns are categories. */
typedef struct sample {
    float *values, *label;
    int32_t *group;
    fixture_columns columns;
    ranker_rows rows;
} sample;

static void fill_row(float *row, float *label, rng *r)
{
    double signal = 0;
    for (int c = 0; c < COLUMNS; c++) {
        double x = rng_unit(r);
        row[c] = c < CATEGORICAL ? (float)rng_below(r, 4 + 40 * (uint32_t)c)
                 : c % 3 == 0    ? (float)pow(x, -0.7)
                 : c % 3 == 1    ? (float)rng_below(r, 9)
                                 : (float)x;
        if (rng_below(r, 12) == 0)
            row[c] = NAN;
        else if (c < 12)
            signal += c < CATEGORICAL ? (int)row[c] % 3 - 1 : fmin(row[c], 5) * (c % 2 ? 1 : -1);
    }
    *label = signal + 3 * rng_unit(r) > 5;
}

static void sample_init(sample *s, size_t rows, uint64_t seed)
{
    rng r = rng_init(seed, 0);
    s->values = NEW_ARRAY(float, rows *COLUMNS);
    s->label = NEW_ARRAY(float, rows);
    s->group = NEW_ARRAY(int32_t, rows / GROUP);
    for (size_t i = 0; i < rows; i++)
        fill_row(s->values + i * COLUMNS, &s->label[i], &r);
    fixture_name(&s->columns, COLUMNS, CATEGORICAL);
    s->rows =
        (ranker_rows){.rows = rows, .columns = COLUMNS, .values = s->values, .label = s->label};
    fixture_group(&s->rows, s->group, &s->columns);
}

static void sample_fini(sample *s)
{
    mem_free(s->values);
    mem_free(s->label);
    mem_free(s->group);
}

static ranker_options options_of(const char *yaml)
{
    aisle_config *config = receipts_config(yaml);
    ranker_options o = config->ranker;
    o.parameters = NULL;
    aisle_config_free(config);
    return o;
}

static ranker *trained(const sample *s, const sample *validation, const ranker_options *o,
                       int threads)
{
    ranker *r = NULL;
    aisle_error err = AISLE_ERROR_INIT;
    if (ranker_train(&r, &s->rows, validation ? &validation->rows : NULL, o, NULL, 5, threads,
                     &err))
        fail_msg("%s", err.message);
    return r;
}

static char *text_of(const ranker *r, size_t *length)
{
    char *out = NULL;
    assert_int_equal(ranker_write(&out, length, r, NULL), AISLE_OK);
    return out;
}

static double *scores_of(const ranker *r, const ranker_rows *rows, int threads)
{
    double *scores = NEW_ARRAY(double, rows->rows);
    aisle_error err = AISLE_ERROR_INIT;
    if (ranker_predict(scores, r, rows, threads, &err))
        fail_msg("%s", err.message);
    return scores;
}

static void same_text(const char *a, const char *b)
{
    size_t i = 0;
    while (a[i] && a[i] == b[i])
        i++;
    if (a[i] != b[i])
        fail_msg("trees differ at byte %zu:\n%.60s\n%.60s", i, a + (i > 20 ? i - 20 : 0),
                 b + (i > 20 ? i - 20 : 0));
}

/* Cases 12 and 16: threads change neither the trees nor the scores. */
static void threads_change_nothing(const char *yaml, size_t rows, uint64_t seed)
{
    static const int threads[] = {1, 2, 8};
    sample s;
    sample_init(&s, rows, seed);
    ranker_options o = options_of(yaml);
    ranker *first = trained(&s, NULL, &o, 1);
    size_t length, other_length;
    char *text = text_of(first, &length);
    double *scores = scores_of(first, &s.rows, 1);
    for (size_t t = 0; t < sizeof threads / sizeof *threads; t++) {
        ranker *r = trained(&s, NULL, &o, threads[t]);
        char *other = text_of(r, &other_length);
        same_text(text, other);
        assert_int_equal(length, other_length);
        double *others = scores_of(first, &s.rows, threads[t]);
        assert_memory_equal(scores, others, rows * sizeof *scores);
        mem_free(others);
        mem_free(other);
        ranker_free(r);
    }
    mem_free(scores);
    mem_free(text);
    ranker_free(first);
    sample_fini(&s);
}

static void binary_is_the_same_on_any_threads(void **state)
{
    (void)state;
    threads_change_nothing("ranker: {trees: 8}", 20000, 1);
    threads_change_nothing("ranker: {trees: 12, leaves: 63, min_data_in_leaf: 5, max_bin: 1023, "
                           "bagging_fraction: 0.6}",
                           4000, 2);
    threads_change_nothing("ranker: {trees: 12, min_data_in_leaf: 2}", 300, 3);
}

static void lambdarank_is_the_same_on_any_threads(void **state)
{
    (void)state;
    threads_change_nothing("ranker: {trees: 8, objective: lambdarank}", 20000, 1);
    threads_change_nothing("ranker: {trees: 12, objective: lambdarank, leaves: 63, "
                           "min_data_in_leaf: 5, bagging_fraction: 0.6}",
                           4000, 2);
    threads_change_nothing("ranker: {trees: 12, objective: lambdarank, min_data_in_leaf: 2}", 300,
                           3);
}

static void seeds_count(void **state)
{
    (void)state;
    sample s;
    sample_init(&s, 2000, 1);
    ranker_options o = options_of("ranker: {trees: 5, min_data_in_leaf: 5}");
    ranker *r[3] = {0};
    char *text[3];
    size_t length;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(ranker_train(&r[i], &s.rows, NULL, &o, NULL, i == 2 ? 6 : 5, 1, NULL), 0);
        text[i] = text_of(r[i], &length);
    }
    assert_string_equal(text[0], text[1]);
    assert_string_not_equal(text[0], text[2]);
    for (int i = 0; i < 3; i++) {
        mem_free(text[i]);
        ranker_free(r[i]);
    }
    sample_fini(&s);
}

static void survives_writing(void **state)
{
    (void)state;
    sample s;
    sample_init(&s, 2000, 7);
    ranker_options o = options_of("ranker: {trees: 20, min_data_in_leaf: 5}");
    ranker *a = trained(&s, NULL, &o, 2), *b = NULL;
    size_t length, again_length;
    char *text = text_of(a, &length);
    assert_null(strstr(text, "num_threads"));
    assert_int_equal(ranker_read(&b, text, length, NULL), AISLE_OK);
    char *again = text_of(b, &again_length);
    assert_string_equal(text, again);
    assert_int_equal(ranker_trees(a), 20);
    assert_int_equal(ranker_trees(b), 20);
    double *x = scores_of(a, &s.rows, 2), *y = scores_of(b, &s.rows, 1);
    assert_memory_equal(x, y, s.rows.rows * sizeof *x);
    mem_free(x);
    mem_free(y);
    mem_free(text);
    mem_free(again);
    ranker_free(a);
    ranker_free(b);
    sample_fini(&s);
}

/* LightGBM would end the program. */
static void cut_texts_are_refused(void **state)
{
    (void)state;
    sample s;
    sample_init(&s, 500, 7);
    ranker_options o = options_of("ranker: {trees: 3, leaves: 4, min_data_in_leaf: 5}");
    ranker *a = trained(&s, NULL, &o, 1), *b = NULL;
    size_t length;
    char *text = text_of(a, &length);
    size_t end = 0;
    while (strncmp(text + end, "end of trees", 12) != 0)
        end++;
    for (size_t n = 0; n < end; n++)
        assert_int_equal(ranker_read(&b, text, n, NULL), AISLE_ERROR_FORMAT);
    mem_free(text);
    ranker_free(a);
    sample_fini(&s);
}

/* A row's score depends on no other row. */
static void batch_equals_single(void **state)
{
    (void)state;
    sample s;
    sample_init(&s, 500, 8);
    ranker_options o = options_of("ranker: {trees: 20, min_data_in_leaf: 5}");
    ranker *r = trained(&s, NULL, &o, 2);
    double *all = scores_of(r, &s.rows, 8);
    for (size_t i = 0; i < s.rows.rows; i++) {
        ranker_rows one = s.rows;
        one.rows = 1;
        one.values += i * COLUMNS;
        double score;
        assert_int_equal(ranker_predict(&score, r, &one, 1, NULL), AISLE_OK);
        assert_memory_equal(&score, &all[i], sizeof score);
    }
    mem_free(all);
    ranker_free(r);
    sample_fini(&s);
}

/* Case 17: columns are found by name, in any order and among others; one that is missing is an
 * error. */
static void columns_are_found_by_name(void **state)
{
    (void)state;
    sample s;
    sample_init(&s, 500, 9);
    ranker_options o = options_of("ranker: {trees: 3, min_data_in_leaf: 5}");
    ranker *r = trained(&s, NULL, &o, 1);
    double scores[500], turned_scores[500];
    assert_int_equal(ranker_predict(scores, r, &s.rows, 1, NULL), AISLE_OK);
    const char *names[COLUMNS + 1] = {"another"};
    float *turned = NEW_ARRAY(float, 500 * (COLUMNS + 1));
    for (size_t c = 0; c < COLUMNS; c++) {
        names[COLUMNS - c] = s.columns.names[c];
        for (size_t row = 0; row < 500; row++) {
            turned[row * (COLUMNS + 1)] = 17;
            turned[row * (COLUMNS + 1) + COLUMNS - c] = s.rows.values[row * COLUMNS + c];
        }
    }
    ranker_rows rows = {.rows = 500, .columns = COLUMNS + 1, .values = turned, .names = names};
    assert_int_equal(ranker_predict(turned_scores, r, &rows, 1, NULL), AISLE_OK);
    assert_memory_equal(scores, turned_scores, sizeof scores);
    aisle_error err = AISLE_ERROR_INIT;
    rows = s.rows;
    rows.columns--;
    assert_int_equal(ranker_predict(scores, r, &rows, 1, &err), AISLE_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, s.columns.names[COLUMNS - 1]));
    rows.rows = 0;
    assert_int_equal(ranker_predict(scores, r, &rows, 1, &err), AISLE_ERROR_ARGUMENT);
    mem_free(turned);
    ranker_free(r);
    sample_fini(&s);
}

/* TreeSHAP: base and contributions add up to the score; columns keep theirs in any order, and what
 * the trees don't know adds nothing. */
static void contributions_add_up_to_the_score(void **state)
{
    (void)state;
    enum { ROWS = 500, MORE = COLUMNS + 1 };
    sample s;
    sample_init(&s, ROWS, 15);
    ranker_options o = options_of("ranker: {trees: 30, min_data_in_leaf: 5}");
    ranker *r = trained(&s, NULL, &o, 2);
    double *scores = scores_of(r, &s.rows, 1);
    double *own = NEW_ARRAY(double, ROWS *(COLUMNS + 1)),
           *turned = NEW_ARRAY(double, ROWS *(MORE + 1));
    assert_int_equal(ranker_contributions(own, r, &s.rows, 2, NULL), AISLE_OK);
    const char *names[MORE] = {"another"};
    float *values = NEW_ARRAY(float, ROWS *MORE);
    for (size_t c = 0; c < COLUMNS; c++) {
        names[COLUMNS - c] = s.columns.names[c];
        for (size_t row = 0; row < ROWS; row++) {
            values[row * MORE] = 17;
            values[row * MORE + COLUMNS - c] = s.rows.values[row * COLUMNS + c];
        }
    }
    ranker_rows rows = {.rows = ROWS, .columns = MORE, .values = values, .names = names};
    assert_int_equal(ranker_contributions(turned, r, &rows, 1, NULL), AISLE_OK);
    size_t moved = 0;
    for (size_t row = 0; row < ROWS; row++) {
        const double *a = own + row * (COLUMNS + 1), *b = turned + row * (MORE + 1);
        double sum = a[COLUMNS];
        assert_true(a[COLUMNS] == own[COLUMNS] && b[MORE] == a[COLUMNS] && b[0] == 0);
        for (size_t c = 0; c < COLUMNS; c++) {
            sum += a[c];
            moved += a[c] != 0;
            assert_true(a[c] == b[COLUMNS - c]);
        }
        assert_true(fabs(sum - scores[row]) < 1e-6);
    }
    assert_true(moved > ROWS);
    rows = s.rows;
    rows.columns--;
    assert_int_equal(ranker_contributions(own, r, &rows, 1, NULL), AISLE_ERROR_ARGUMENT);
    mem_free(values);
    mem_free(own);
    mem_free(turned);
    mem_free(scores);
    ranker_free(r);
    sample_fini(&s);
}

static void gain_has_the_columns_of_training(void **state)
{
    (void)state;
    sample s;
    sample_init(&s, 500, 9);
    ranker_options o = options_of("ranker: {trees: 3, min_data_in_leaf: 5}");
    ranker *r = trained(&s, NULL, &o, 1);
    double gain[COLUMNS];
    assert_int_equal(ranker_gain(gain, r, COLUMNS, NULL), AISLE_OK);
    assert_int_equal(ranker_gain(gain, r, COLUMNS - 1, NULL), AISLE_ERROR_ARGUMENT);
    ranker_free(r);
    sample_fini(&s);
}

/* Case 18: a category that training never saw is as one that is missing. */
static void unseen_categories_are_missing(void **state)
{
    (void)state;
    sample s;
    sample_init(&s, 2000, 10);
    ranker_options o = options_of("ranker: {trees: 20, min_data_in_leaf: 5, feature_fraction: 1}");
    ranker *r = trained(&s, NULL, &o, 2);
    static const float unseen[] = {85, 1000, 2e9f, NAN};
    double scores[4];
    float row[4][COLUMNS];
    for (int i = 0; i < 4; i++) {
        memcpy(row[i], s.values, sizeof row[i]);
        for (int c = 0; c < CATEGORICAL; c++)
            row[i][c] = unseen[i] + (float)(c * 40);
    }
    ranker_rows rows = s.rows;
    rows.rows = 4;
    rows.values = row[0];
    assert_int_equal(ranker_predict(scores, r, &rows, 1, NULL), AISLE_OK);
    for (int i = 0; i < 4; i++)
        assert_true(isfinite(scores[i]) && scores[i] == scores[3]);
    ranker_free(r);
    sample_fini(&s);
}

static double log_loss(const ranker *r, const sample *s)
{
    double *scores = scores_of(r, &s->rows, 1), loss = 0;
    for (size_t i = 0; i < s->rows.rows; i++)
        loss += log1p(exp(s->label[i] > 0 ? -scores[i] : scores[i]));
    mem_free(scores);
    return loss;
}

/* Of all numbers of trees the one that is kept is the best on the validation rows so far. */
static void early_stopping_keeps_the_best(void **state)
{
    (void)state;
    sample s, v;
    sample_init(&s, 1500, 11);
    sample_init(&v, 1500, 12);
    ranker_options o = options_of("ranker: {trees: 400, learning_rate: 0.3, min_data_in_leaf: 2, "
                                  "early_stopping: 10}");
    ranker *stopped = trained(&s, &v, &o, 2);
    int64_t best = ranker_trees(stopped);
    assert_in_range(best, 2, 380);
    ranker_options fixed = o;
    fixed.early_stopping = 0;
    double loss = log_loss(stopped, &v);
    for (int64_t trees = best > 6 ? best - 6 : 1; trees <= best + 9; trees += 3) {
        ranker *r = NULL;
        fixed.trees = trees;
        assert_int_equal(ranker_train(&r, &s.rows, NULL, &fixed, NULL, 5, 2, NULL), AISLE_OK);
        assert_int_equal(ranker_trees(r), trees);
        double other = log_loss(r, &v);
        if (trees == best)
            assert_true(fabs(other - loss) < 1e-9 * loss);
        else
            assert_true(other >= loss * (1 - 1e-9));
        ranker_free(r);
    }
    ranker_free(stopped);
    o = options_of("ranker: {trees: 60, objective: lambdarank, min_data_in_leaf: 2, "
                   "early_stopping: 5}");
    stopped = trained(&s, &v, &o, 2);
    assert_in_range(ranker_trees(stopped), 1, 60);
    ranker_free(stopped);
    sample_fini(&s);
    sample_fini(&v);
}

/* Scores of two objectives, each by itself, from which the mean is known. */
static void averages_are_means(void **state)
{
    (void)state;
    sample s, v;
    sample_init(&s, 3000, 21);
    sample_init(&v, 1000, 22);
    ranker_options o = options_of("ranker: {trees: 30, min_data_in_leaf: 5}");
    ranker *one[2], *both;
    double *score[2], sum[2] = {0};
    one[0] = trained(&s, NULL, &o, 2);
    o.averaged_with = 1 + RANKER_RANK_XENDCG;
    both = trained(&s, NULL, &o, 2);
    o.averaged_with = RANKER_ALONE;
    o.objective = RANKER_RANK_XENDCG;
    assert_int_equal(ranker_train(&one[1], &s.rows, NULL, &o, NULL, 5 + 1000003, 1, NULL), 0);
    assert_int_equal(ranker_trees(both), ranker_trees(one[0]) + ranker_trees(one[1]));
    for (int i = 0; i < 2; i++) {
        score[i] = scores_of(one[i], &s.rows, 2);
        const double *at = score[i];
        for (size_t g = 0; g < s.rows.groups; at += s.rows.group[g++]) {
            double mean = 0;
            for (int32_t r = 0; r < s.rows.group[g]; r++)
                mean += at[r] / s.rows.group[g];
            for (int32_t r = 0; r < s.rows.group[g]; r++)
                sum[i] += (at[r] - mean) * (at[r] - mean);
        }
        mem_free(score[i]);
        score[i] = scores_of(one[i], &v.rows, 2);
    }
    double *mean = scores_of(both, &v.rows, 2);
    for (size_t r = 0; r < v.rows.rows; r++) {
        double expected = 0.5 * (score[0][r] + score[1][r] * sqrt(sum[0] / sum[1]));
        assert_true(fabs(mean[r] - expected) < 1e-9 * (1 + fabs(expected)));
    }
    /* Early stopping: each its own trees, and as many again. */
    o = options_of("ranker: {trees: 200, learning_rate: 0.3, early_stopping: 5, averaged_with: "
                   "lambdarank, min_data_in_leaf: 2}");
    ranker *stopped = trained(&s, &v, &o, 2), *again = NULL;
    assert_int_equal(ranker_train(&again, &s.rows, NULL, &o, stopped, 5, 2, NULL), 0);
    assert_int_equal(ranker_trees(again), ranker_trees(stopped));
    assert_in_range(ranker_trees(stopped), 2, 399);
    o.parameters = (char *)"linear_tree=true";
    ranker *none = NULL;
    assert_int_equal(ranker_train(&none, &s.rows, NULL, &o, NULL, 5, 2, NULL), AISLE_ERROR_CONFIG);
    mem_free(score[0]);
    mem_free(score[1]);
    mem_free(mean);
    ranker_free(one[0]);
    ranker_free(one[1]);
    ranker_free(both);
    ranker_free(stopped);
    ranker_free(again);
    sample_fini(&s);
    sample_fini(&v);
}

/* Nothing to learn: a model all the same, whose scores are finite and equal. */
static void constant_features_give_a_constant(void **state)
{
    (void)state;
    sample s;
    sample_init(&s, 200, 13);
    for (size_t i = 0; i < s.rows.rows * COLUMNS; i++)
        s.values[i] = 1;
    for (int lambdarank = 0; lambdarank < 2; lambdarank++) {
        ranker_options o = options_of("ranker: {trees: 5}");
        o.objective = lambdarank ? RANKER_LAMBDARANK : RANKER_BINARY;
        ranker *r = trained(&s, NULL, &o, 2);
        double *scores = scores_of(r, &s.rows, 1);
        for (size_t i = 0; i < s.rows.rows; i++)
            assert_true(isfinite(scores[i]) && scores[i] == scores[0]);
        mem_free(scores);
        o.early_stopping = 2;
        ranker *stopped = trained(&s, &s, &o, 2);
        scores = scores_of(stopped, &s.rows, 1);
        assert_true(isfinite(scores[0]));
        mem_free(scores);
        ranker_free(stopped);
        ranker_free(r);
    }
    sample_fini(&s);
}

static void refuses_what_makes_no_sense(void **state)
{
    (void)state;
    sample s;
    sample_init(&s, 200, 14);
    ranker_options o = options_of("ranker: {trees: 5}");
    ranker *r = (ranker *)&s;
    aisle_error err = AISLE_ERROR_INIT;
    ranker_rows none = s.rows;
    none.rows = 0;
    assert_int_equal(ranker_train(&r, &none, NULL, &o, NULL, 1, 1, &err), AISLE_ERROR_ARGUMENT);
    char wrong[] = "lambda_l1=minus";
    o.parameters = wrong;
    assert_int_equal(ranker_train(&r, &s.rows, NULL, &o, NULL, 1, 1, &err), AISLE_ERROR_DEPENDENCY);
    assert_non_null(strstr(err.message, "LightGBM"));
    assert_ptr_equal(r, &s);
    static const char *const texts[] = {"",
                                        "tree",
                                        "tree\nversion=v4\n",
                                        "tree\nversion=v4\nnum_class=1\ntree_sizes=\n\nTree=0\n",
                                        "tree\ntree_sizes=9999 1\n\nTree=0\n",
                                        "tree\ntree_sizes=x\n\nTree=0\nend of trees\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_int_equal(ranker_read(&r, texts[i], strlen(texts[i]), &err), AISLE_ERROR_FORMAT);
    ranker_free(NULL);
    sample_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(binary_is_the_same_on_any_threads),
        cmocka_unit_test(lambdarank_is_the_same_on_any_threads),
        cmocka_unit_test(seeds_count),
        cmocka_unit_test(survives_writing),
        cmocka_unit_test(cut_texts_are_refused),
        cmocka_unit_test(batch_equals_single),
        cmocka_unit_test(columns_are_found_by_name),
        cmocka_unit_test(contributions_add_up_to_the_score),
        cmocka_unit_test(gain_has_the_columns_of_training),
        cmocka_unit_test(unseen_categories_are_missing),
        cmocka_unit_test(early_stopping_keeps_the_best),
        cmocka_unit_test(averages_are_means),
        cmocka_unit_test(constant_features_give_a_constant),
        cmocka_unit_test(refuses_what_makes_no_sense),
    };
    return cmocka_run_group_tests_name("ranker", tests, NULL, NULL);
}
