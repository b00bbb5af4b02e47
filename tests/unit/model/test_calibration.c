/* Probabilities of a purchase: isotonic, against a naive twin; out of the window that they are
 * fitted on; in the model file; lists by what they are worth. */
#include "model/calibration.h"

#include "aisle/evaluate.h"
#include "aisle/explain.h"
#include "base/mem.h"
#include "base/rng.h"
#include "model_fixture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { K = 12, SEED = 73, ROWS = 20000 };

#define SHAPE                                                                                      \
    RECEIPTS_ROLES                                                                                 \
    "candidates: {popular: {quota: 10}, own_decay: {quota: 15}, als: {quota: 0}}\n"                \
    "ranker: {trees: 12, leaves: 7, min_data_in_leaf: 5, negatives: 12"
static const char plain_shape[] = SHAPE "}\n", calibrated[] = SHAPE ", calibrated: true}\n";

/* ---- The fit ---- */

/* Scores on a grid of distance step, bought with the chance that of(score) says. */
static void draw(double *score, uint8_t *bought, size_t n, double step, double (*of)(double))
{
    rng r = rng_init(SEED, 4);
    for (size_t i = 0; i < n; i++) {
        score[i] = step * floor((8 * rng_unit(&r) - 4) / step);
        bought[i] = rng_unit(&r) < of(score[i]);
    }
}

static double logistic(double x)
{
    return 1 / (1 + exp(-x));
}

static double falling(double x)
{
    return logistic(-x);
}

static void never_falls(const calibration *c)
{
    assert_true(c->n > 0);
    for (size_t i = 0; i < c->n; i++) {
        assert_true(c->probability[i] >= 0 && c->probability[i] <= 1);
        assert_true(i == 0 ||
                    (c->score[i - 1] < c->score[i] && c->probability[i - 1] < c->probability[i]));
        assert_true(calibration_probability(c, c->score[i]) == c->probability[i]);
    }
    assert_true(calibration_probability(c, -1e300) == c->probability[0]);
    assert_true(calibration_probability(c, 1e300) == c->probability[c->n - 1]);
    double before = 0;
    for (double x = -5; x < 5; x += 0.01) {
        double p = calibration_probability(c, x);
        assert_true(p >= before);
        before = p;
    }
}

static void finds_the_chance(void **state)
{
    (void)state;
    double *score = NEW_ARRAY(double, ROWS);
    uint8_t *bought = NEW_ARRAY(uint8_t, ROWS);
    calibration c;
    draw(score, bought, ROWS, 1e-9, logistic);
    assert_int_equal(calibration_fit(&c, score, bought, ROWS, NULL), AISLE_OK);
    never_falls(&c);
    for (double x = -3.5; x < 3.5; x += 0.1)
        assert_true(fabs(calibration_probability(&c, x) - logistic(x)) < 0.08);
    calibration_fini(&c);
    /* What falls is pooled into one. */
    draw(score, bought, ROWS, 1e-9, falling);
    assert_int_equal(calibration_fit(&c, score, bought, ROWS, NULL), AISLE_OK);
    never_falls(&c);
    assert_true(c.n < 4);
    calibration_fini(&c);
    mem_free(score);
    mem_free(bought);
}

/* With scores on a coarse grid the pools are known: the isotonic fit of the shares is, at each
 * score, the largest over a of the smallest over b of the mean over [a, b] (max-min formula). */
static void is_the_isotonic_fit(void **state)
{
    (void)state;
    enum { GRID = 16 };
    double *score = NEW_ARRAY(double, ROWS), sum[GRID] = {0}, rows[GRID] = {0};
    uint8_t *bought = NEW_ARRAY(uint8_t, ROWS);
    calibration c;
    draw(score, bought, ROWS, 0.5, logistic);
    for (size_t i = 0; i < ROWS; i++) { /* some violate */
        int g = (int)((score[i] + 4) / 0.5);
        if (g % 5 == 2)
            bought[i] = i % 3 == 0;
        sum[g] += bought[i];
        rows[g]++;
    }
    assert_int_equal(calibration_fit(&c, score, bought, ROWS, NULL), AISLE_OK);
    never_falls(&c);
    double fitted[GRID];
    for (int g = 0; g < GRID; g++) {
        fitted[g] = -1;
        for (int a = 0; a <= g; a++) {
            double least = 2;
            for (int b = g; b < GRID; b++) {
                double s = 0, n = 0;
                for (int i = a; i <= b; i++) {
                    s += sum[i];
                    n += rows[i];
                }
                least = fmin(least, s / n);
            }
            fitted[g] = fmax(fitted[g], least);
        }
    }
    size_t distinct = 0;
    for (int g = 0; g < GRID; g++) {
        bool found = false;
        for (size_t i = 0; i < c.n; i++)
            found |= fabs(c.probability[i] - fitted[g]) < 1e-12;
        assert_true(found);
        distinct += g == 0 || fabs(fitted[g] - fitted[g - 1]) > 1e-12;
    }
    assert_int_equal(distinct, c.n);
    assert_true(c.n < GRID);
    calibration_fini(&c);
    mem_free(score);
    mem_free(bought);
}

static void little_to_go_by(void **state)
{
    (void)state;
    calibration c;
    double score[200];
    uint8_t bought[200] = {1};
    for (int i = 0; i < 200; i++)
        score[i] = 3;
    assert_int_equal(calibration_fit(&c, score, bought, 1, NULL), AISLE_OK);
    assert_true(c.n == 1 && calibration_probability(&c, -7) == 1);
    calibration_fini(&c);
    assert_int_equal(calibration_fit(&c, score, bought, 200, NULL), AISLE_OK);
    assert_true(c.n == 1 && calibration_probability(&c, 0) == 1.0 / 200);
    calibration_fini(&c);
    assert_true(isnan(calibration_probability(&c, 0)));
}

/* ---- Models ---- */
static aisle_model *model;
static receipts lines;

static int set_up(void **state)
{
    (void)state;
    receipts_init(&lines, SEED);
    model = model_of_receipts(&lines, calibrated, 2);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    aisle_model_free(model);
    receipts_fini(&lines);
    return 0;
}

static size_t ask(aisle_recommendation *list, size_t k, const aisle_model *m, uint32_t user,
                  const aisle_config *rules)
{
    aisle_recommend_options o = {.rules = rules};
    return ask_model(list, k, m, user, &o);
}

/* The trees and lists are those of a model without; probabilities fall down the list. */
static void lists_have_probabilities(void **state)
{
    (void)state;
    aisle_recommendation list[K], plain[K];
    aisle_model *without = model_of_receipts(&lines, plain_shape, 2);
    double sum = 0;
    assert_true(aisle_model_is_calibrated(model));
    assert_false(aisle_model_is_calibrated(without));
    for (uint32_t u = 0; u <= RECEIPTS_HOUSEHOLDS; u++) {
        size_t n = ask(list, K, model, u, NULL);
        assert_int_equal(ask(plain, K, without, u, NULL), n);
        for (size_t i = 0; i < n; i++) {
            assert_int_equal(list[i].item.index, plain[i].item.index);
            assert_memory_equal(&list[i].score, &plain[i].score, sizeof(float));
            assert_true(isnan(plain[i].probability));
            if (strcmp(list[i].source, "fallback") == 0) {
                assert_true(isnan(list[i].probability));
                continue;
            }
            sum += (double)list[i].probability;
            assert_true(list[i].probability >= 0 && list[i].probability <= 1);
            assert_true(i == 0 || list[i].probability <= list[i - 1].probability);
        }
    }
    assert_true(sum > 10);
    aisle_model_free(without);
}

static void explanations_and_files_have_them(void **state)
{
    (void)state;
    aisle_recommendation list[K], again[K];
    aisle_explanations *x;
    char path[256];
    temporary_path(path, "calibrated.model");
    save(model, path);
    aisle_model *opened = open_model(path);
    assert_true(aisle_model_is_calibrated(opened));
    for (uint32_t u = 0; u < RECEIPTS_HOUSEHOLDS; u += 3) {
        size_t n = ask(list, K, model, u, NULL);
        aisle_user user = {u};
        aisle_explain_options o = {.k = K, .item = {AISLE_MISSING}};
        assert_int_equal(aisle_model_explain(&x, opened, NULL, &user, 1, &o, NULL, NULL), AISLE_OK);
        assert_int_equal(ask(again, K, opened, u, NULL), n);
        for (size_t i = 0; i < n; i++) {
            assert_memory_equal(&list[i].probability, &again[i].probability, sizeof(float));
            float said = (float)x->list[i].probability;
            assert_true(said == list[i].probability || (isnan(said) && isnan(list[i].probability)));
        }
        aisle_explanations_free(x);
    }
    aisle_model_free(opened);
    temporary_remove(path);
}

/* Lists by probability times price: the expected money falls, over all candidates. */
static void lists_by_worth(void **state)
{
    (void)state;
    aisle_recommendation list[K], all[RECEIPTS_ITEMS];
    aisle_config *rules = NULL;
    double price[RECEIPTS_ITEMS] = {0}, pieces[RECEIPTS_ITEMS] = {0};
    char id[32];
    size_t moved = 0;
    for (size_t l = 0; l < lines.n; l++) {
        const receipt *r = &lines.lines[l];
        snprintf(id, sizeof id, "%d", (int)r->item);
        uint32_t item = aisle_model_find_item(model, id).index;
        price[item] += r->day >= aisle_model_as_of(model) - 91 ? r->value : 0;
        pieces[item] += r->day >= aisle_model_as_of(model) - 91 ? r->quantity : 0;
    }
    assert_int_equal(aisle_model_config(&rules, model, NULL), AISLE_OK);
    assert_int_equal(aisle_config_set(rules, "rules.times", "price", NULL), AISLE_OK);
    for (uint32_t u = 0; u < RECEIPTS_HOUSEHOLDS; u++) {
        size_t n = ask(list, K, model, u, rules), most = ask(all, RECEIPTS_ITEMS, model, u, NULL);
        for (size_t i = 0; i < n && !isnan(list[i].probability); i++) {
            double worth = (double)list[i].probability * price[list[i].item.index] /
                           pieces[list[i].item.index];
            assert_true(fabs((double)list[i].score - worth) < 1e-5 * (1 + worth));
            size_t before = 0;
            for (size_t a = 0; a < most && !isnan(all[a].probability); a++)
                before += (double)all[a].probability * price[all[a].item.index] /
                              pieces[all[a].item.index] >
                          worth * (1 + 1e-5);
            assert_true(before <= i);
            moved += list[i].item.index != all[i].item.index;
        }
    }
    assert_true(moved > 100);
    aisle_config_free(rules);
}

static void what_it_needs_is_said(void **state)
{
    (void)state;
    aisle_error err = AISLE_ERROR_INIT;
    static const char *const wrong[][2] = {
        {RECEIPTS_SMALL "rules: {times: price}\n", "ranker.calibrated"},
        {RECEIPTS_SMALL "rules: {times: margin}\n", "rules.times"},
        {RECEIPTS_ROLES "ranker: {calibrated: true, trees: 2}\n"
                        "split: {test_first: 28, labels_first: 25, labels_last: 27}\n",
         "two label windows"},
    };
    for (size_t i = 0; i < 3; i++) {
        aisle_config *config = receipts_config(wrong[i][0]);
        aisle_dataset *d = receipts_build(&lines, config);
        aisle_model *m = NULL;
        assert_int_equal(aisle_model_fit(&m, d, NULL, &err), AISLE_ERROR_CONFIG);
        if (!strstr(err.message, wrong[i][1]))
            fail_msg("'%s' is not in '%s'", wrong[i][1], err.message);
        aisle_dataset_free(d);
        aisle_config_free(config);
    }
}

static aisle_evaluation *evaluate(const receipts *r)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_evaluation *e = NULL;
    aisle_config *config = receipts_config(calibrated);
    aisle_dataset *d = receipts_build(r, config);
    if (aisle_evaluate(&e, d, false, NULL, &err))
        fail_msg("%s", err.message);
    aisle_dataset_free(d);
    aisle_config_free(config);
    return e;
}

/* All candidates of all who are known; predicted and observed agree roughly, on weeks that nothing
 * was fitted on: with other purchases there, what is predicted stays as it is. */
static void reliability_is_of_the_test_window(void **state)
{
    (void)state;
    aisle_evaluation *e = evaluate(&lines), *fewer;
    receipts changed;
    size_t kept = 0;
    receipts_copy(&changed, &lines);
    for (size_t l = 0; l < lines.n; l++) /* half of the purchases of the test window are gone */
        if (lines.lines[l].day < e->split.test.from || l % 2 == 0)
            changed.lines[kept++] = lines.lines[l];
    changed.n = kept;
    fewer = evaluate(&changed);
    uint64_t rows = 0;
    double predicted = 0, observed = 0, halved = 0, error = 0;
    assert_int_equal(e->n_reliability, fewer->n_reliability);
    for (size_t b = 0; b < e->n_reliability; b++) {
        const aisle_reliability *r = &e->reliability[b], *other = &fewer->reliability[b];
        double n = (double)r->count;
        assert_int_equal(r->count, other->count);
        assert_true(r->predicted == other->predicted);
        assert_true(r->predicted >= r->from && r->predicted <= r->to);
        rows += r->count;
        predicted += n * r->predicted;
        observed += n * r->observed;
        halved += n * other->observed;
        error += n * fabs(r->predicted - r->observed);
    }
    assert_true(rows > 1000 && e->n_reliability > 4);
    assert_true(fabs(predicted / observed - 1) < 0.25);
    assert_true(halved < 0.7 * observed);
    assert_true(fabs(error / (double)rows - e->calibration_error) < 1e-12);
    assert_true(e->calibration_error < fewer->calibration_error);
    aisle_evaluation_free(e);
    aisle_evaluation_free(fewer);
    receipts_fini(&changed);
}

static void memory_runs_out(void **state)
{
    (void)state;
    aisle_config *config = receipts_config(calibrated);
    aisle_dataset *d = receipts_build(&lines, config);
    aisle_status status = AISLE_ERROR_MEMORY;
    aisle_run run = {.threads = 1};
    for (long n = 0; status != AISLE_OK; n += n < 50 ? 5 : 17) {
        aisle_model *m = NULL;
        mem_fail_after(n);
        status = aisle_model_fit(&m, d, &run, NULL);
        mem_fail_after(-1);
        assert_true(status == AISLE_OK || status == AISLE_ERROR_MEMORY);
        aisle_model_free(m);
        assert_true(n < 20000);
    }
    aisle_dataset_free(d);
    aisle_config_free(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_chance),
        cmocka_unit_test(is_the_isotonic_fit),
        cmocka_unit_test(little_to_go_by),
        cmocka_unit_test(lists_have_probabilities),
        cmocka_unit_test(explanations_and_files_have_them),
        cmocka_unit_test(lists_by_worth),
        cmocka_unit_test(what_it_needs_is_said),
        cmocka_unit_test(reliability_is_of_the_test_window),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests_name("calibration", tests, set_up, tear_down);
}
