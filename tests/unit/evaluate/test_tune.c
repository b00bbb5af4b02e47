/* Quotas found on the validation window: what the public call gives, and that it does not look at
 * the test window. */
#include "aisle/tune.h"

#include "base/mem.h"
#include "candidates/retriever.h"
#include "receipts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { SEED = 81, VALIDATION = RECEIPTS_END - 42, TEST = RECEIPTS_END - 21 };

static aisle_tuning *tune(const receipts *r, const char *yaml, const aisle_tune_options *options,
                          int threads)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_tuning *t = NULL;
    aisle_config *config = receipts_config(yaml);
    aisle_dataset *d = receipts_build(r, config);
    aisle_run run = {.threads = threads};
    if (aisle_tune_candidates(&t, d, options, &run, &err))
        fail_msg("%s", err.message);
    aisle_dataset_free(d);
    aisle_config_free(config);
    return t;
}

static void same_points(const aisle_tuning *a, const aisle_tuning *b)
{
    assert_int_equal(a->n_points, b->n_points);
    assert_int_equal(a->n_sources, b->n_sources);
    assert_int_equal(a->households, b->households);
    for (size_t i = 0; i < a->n_points; i++) {
        assert_memory_equal(a->points[i].quota, b->points[i].quota, a->n_sources * sizeof(int64_t));
        assert_memory_equal(&a->points[i].ceiling, &b->points[i].ceiling, sizeof(double));
        assert_memory_equal(&a->points[i].candidates, &b->points[i].candidates, sizeof(double));
    }
}

static void the_curve_rises_within_its_bounds(void **state)
{
    (void)state;
    receipts r;
    receipts_init(&r, SEED);
    aisle_tune_options options = {.most = 12, .step = 2, .depth = 30, .k = 5};
    aisle_tuning *t = tune(&r, RECEIPTS_SMALL, &options, 2);
    assert_int_equal(t->window.from, VALIDATION);
    assert_int_equal(t->window.to, TEST);
    assert_int_equal(t->n_sources + t->n_left_out, retriever_count);
    assert_true(t->points[0].most == 12);
    for (size_t i = 0; i < t->n_points; i++) {
        const aisle_tune_point *p = &t->points[i];
        assert_true(p->candidates <= p->most);
        assert_true(p->ceiling <= t->ceiling_all && t->ceiling_all <= t->ceiling_any);
        assert_true(i == 0 || p->ceiling >= t->points[i - 1].ceiling);
        for (size_t s = 0; s < t->n_sources; s++)
            assert_true(p->quota[s] % 2 == 0 && p->quota[s] <= 30);
    }
    assert_true(t->points[0].ceiling > 0);
    aisle_tuning_free(t);
    receipts_fini(&r);
}

/* evaluate on the same weeks, with the quotas that were found, sees the same ceiling. */
static void evaluate_agrees(void **state)
{
    (void)state;
    receipts r;
    receipts_init(&r, SEED);
    aisle_tune_options options = {.most = 15, .step = 1, .depth = 40, .k = 5};
    aisle_tuning *t = tune(&r, RECEIPTS_SMALL, &options, 2);
    receipts_cut(&r, TEST);
    aisle_config *config = receipts_config(
        RECEIPTS_SMALL "evaluate: {models: [blend], k: [5], metrics: [precision], bootstrap: 0}");
    for (size_t s = 0; s < t->n_sources; s++) {
        char key[64], value[32];
        snprintf(key, sizeof key, "candidates.%s.quota", t->sources[s]);
        snprintf(value, sizeof value, "%lld", (long long)t->points[0].quota[s]);
        assert_int_equal(aisle_config_set(config, key, value, NULL), AISLE_OK);
    }
    aisle_dataset *d = receipts_build(&r, config);
    aisle_evaluation *e = NULL;
    assert_int_equal(aisle_evaluate(&e, d, false, NULL, NULL), AISLE_OK);
    assert_int_equal(e->counts.households, t->households);
    assert_true(fabs(e->candidate_ceiling[0].value - t->points[0].ceiling) < 1e-9);
    assert_true(fabs((double)e->counts.candidates / (double)e->counts.households -
                     t->points[0].candidates) < 1e-9);
    aisle_evaluation_free(e);
    aisle_dataset_free(d);
    aisle_config_free(config);
    aisle_tuning_free(t);
    receipts_fini(&r);
}

static void the_test_window_is_not_looked_at(void **state)
{
    (void)state;
    receipts r, other;
    receipts_init(&r, SEED);
    receipts_copy(&other, &r);
    for (size_t l = 0; l < other.n; l++)
        if (other.lines[l].day >= TEST)
            other.lines[l].item = 1000 + other.lines[l].item % 7 * 5;
    aisle_tuning *a = tune(&r, RECEIPTS_SMALL, NULL, 1), *b = tune(&other, RECEIPTS_SMALL, NULL, 2);
    same_points(a, b);
    aisle_tuning_free(a);
    aisle_tuning_free(b);
    receipts_fini(&r);
    receipts_fini(&other);
}

static void new_only_counts_what_is_new(void **state)
{
    (void)state;
    receipts r;
    receipts_init(&r, SEED);
    aisle_tune_options options = {.most = 12, .step = 2, .depth = 30, .k = 5};
    aisle_tuning *t = tune(&r, RECEIPTS_SMALL "evaluate: {new_only: true}", &options, 2);
    for (size_t s = 0; s < t->n_sources; s++)
        if (strcmp(t->sources[s], "own_decay") == 0)
            assert_true(t->alone[s] == 0 && t->points[0].quota[s] == 0);
    assert_true(t->new_only && t->points[0].ceiling > 0);
    aisle_tuning_free(t);
    receipts_fini(&r);
}

static void wrong_options_are_refused(void **state)
{
    (void)state;
    static const aisle_tune_options wrong[] = {{0, 5, 400, 5}, {NAN, 5, 400, 5}, {10, 0, 400, 5},
                                               {10, 5, 0, 5},  {10, 5, 5000, 5}, {10, 5, 400, 0}};
    receipts r;
    receipts_init(&r, SEED);
    aisle_config *config = receipts_config(RECEIPTS_SMALL);
    aisle_dataset *d = receipts_build(&r, config);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        aisle_tuning *t = NULL;
        assert_int_equal(aisle_tune_candidates(&t, d, &wrong[i], NULL, NULL), AISLE_ERROR_ARGUMENT);
        assert_null(t);
    }
    aisle_dataset_free(d);
    aisle_config_free(config);
    receipts_fini(&r);
}

static void memory_runs_out(void **state)
{
    (void)state;
    receipts r;
    receipts_init(&r, SEED);
    aisle_config *config = receipts_config(RECEIPTS_SMALL);
    aisle_dataset *d = receipts_build(&r, config);
    aisle_run run = {.threads = 1};
    aisle_status status = AISLE_ERROR_MEMORY;
    for (long n = 0; status != AISLE_OK; n += n < 100 ? 1 : 7) {
        aisle_tuning *t = NULL;
        mem_fail_after(n);
        status = aisle_tune_candidates(&t, d, NULL, &run, NULL);
        mem_fail_after(-1);
        assert_true(status == AISLE_OK || status == AISLE_ERROR_MEMORY);
        assert_int_equal(t == NULL, status != AISLE_OK);
        aisle_tuning_free(t);
        assert_true(n < 100000);
    }
    aisle_dataset_free(d);
    aisle_config_free(config);
    receipts_fini(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_curve_rises_within_its_bounds),
        cmocka_unit_test(evaluate_agrees),
        cmocka_unit_test(the_test_window_is_not_looked_at),
        cmocka_unit_test(new_only_counts_what_is_new),
        cmocka_unit_test(wrong_options_are_refused),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests_name("tune", tests, NULL, NULL);
}
