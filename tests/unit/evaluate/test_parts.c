/* What goes beside the table of metrics: models in pairs, segments, several windows, the curve,
 * examples. Each is checked against the table, or against an evaluation of its own. */
#include "aisle/evaluate.h"

#include "receipts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define MODELS "models: [popular, own_decay, two_level], metrics: [precision, recall], k: [3, 5]"

typedef struct bench {
    receipts r;
    aisle_config *config;
    aisle_dataset *d;
    aisle_evaluation *e;
} bench;

static void bench_init(bench *b, const char *yaml)
{
    aisle_error err = AISLE_ERROR_INIT;
    receipts_init(&b->r, 51);
    receipts_add(&b->r, (receipt){114, 1300, 90003, RECEIPTS_END - 1, 1, 1});
    b->config = receipts_config(yaml);
    b->d = receipts_build(&b->r, b->config);
    if (aisle_evaluate(&b->e, b->d, false, NULL, &err))
        fail_msg("%s", err.message);
}

static void bench_fini(bench *b)
{
    aisle_evaluation_free(b->e);
    aisle_dataset_free(b->d);
    aisle_config_free(b->config);
    receipts_fini(&b->r);
}

static bool near(double a, double b)
{
    return fabs(a - b) < 1e-9;
}

static void pairs_are_differences(void **state)
{
    (void)state;
    bench b;
    bench_init(&b, RECEIPTS_SMALL "evaluate: {" MODELS ", bootstrap: 50}\n");
    assert_int_equal(b.e->n_comparisons, 3);
    for (size_t i = 0; i < 3; i++) {
        const aisle_comparison *c = &b.e->comparisons[i];
        double difference = b.e->models[c->b].metric[0].value - b.e->models[c->a].metric[0].value;
        assert_true(c->a < c->b && near(c->difference.value, difference));
        assert_true(c->difference.low <= difference && c->difference.high >= difference);
    }
    bench_fini(&b);
    bench_init(&b, RECEIPTS_SMALL "evaluate: {" MODELS ", bootstrap: 0}\n");
    assert_int_equal(b.e->n_comparisons, 0);
    bench_fini(&b);
}

/* Each household is in one segment: their means, weighted, are the whole. */
static void segments_add_up(void **state)
{
    (void)state;
    bench b;
    bench_init(&b, RECEIPTS_SMALL "evaluate: {" MODELS ", bootstrap: 50, segments: [history]}\n");
    double ceiling = 0, score[3] = {0};
    uint64_t households = 0;
    assert_true(b.e->n_segments > 1);
    for (size_t i = 0; i < b.e->n_segments; i++) {
        const aisle_segment *s = &b.e->segments[i];
        assert_string_equal(s->column, "history");
        assert_true(s->households > 0);
        households += s->households;
        ceiling += s->ceiling.value * (double)s->households;
        for (size_t m = 0; m < 3; m++)
            score[m] += s->metric[m].value * (double)s->households;
    }
    assert_string_equal(b.e->segments[0].level, "none");
    assert_int_equal(b.e->segments[0].households, b.e->counts.without_history);
    assert_int_equal(households, b.e->counts.households);
    assert_true(near(ceiling / (double)households, b.e->ceiling[0].value));
    for (size_t m = 0; m < 3; m++)
        assert_true(near(score[m] / (double)households, b.e->models[m].metric[0].value));
    bench_fini(&b);
}

/* A fold is what an evaluation of that window alone gives. */
static void folds_are_evaluations(void **state)
{
    (void)state;
    bench b, alone;
    char yaml[512];
    bench_init(&b, RECEIPTS_SMALL "evaluate: {" MODELS ", bootstrap: 0, folds: 2}\n");
    assert_int_equal(b.e->n_folds, 2);
    const aisle_fold *last = &b.e->folds[0], *before = &b.e->folds[1];
    assert_int_equal(before->split.test.to, last->split.test.from);
    for (size_t m = 0; m < 3; m++)
        for (size_t c = 0; c < b.e->n_metrics; c++) {
            size_t cell = m * b.e->n_metrics + c;
            double mean = (last->metric[cell] + before->metric[cell]) / 2;
            assert_true(near(last->metric[cell], b.e->models[m].metric[c].value));
            assert_true(near(b.e->models[m].spread[c].mean, mean));
            assert_true(near(b.e->models[m].spread[c].deviation,
                             fabs(last->metric[cell] - before->metric[cell]) / sqrt(2)));
        }
    snprintf(yaml, sizeof yaml,
             RECEIPTS_SMALL "evaluate: {" MODELS ", bootstrap: 0}\n"
                            "split: {labels_first: %d, labels_last: %d, test_first: %d, "
                            "test_last: %d}\n",
             b.e->split.first_week - 9, before->split.first_week - 1, before->split.first_week,
             before->split.last_week);
    bench_init(&alone, yaml);
    assert_int_equal(alone.e->split.test.from, before->split.test.from);
    for (size_t m = 0; m < 3; m++)
        for (size_t c = 0; c < b.e->n_metrics; c++)
            assert_true(
                near(before->metric[m * b.e->n_metrics + c], alone.e->models[m].metric[c].value));
    bench_fini(&alone);
    bench_fini(&b);
}

static void the_curve_passes_through_the_table(void **state)
{
    (void)state;
    bench b;
    bench_init(&b, RECEIPTS_SMALL "evaluate: {" MODELS ", bootstrap: 0, curve: 8}\n");
    assert_int_equal(b.e->n_curve, 8);
    for (size_t m = 0; m < 3; m++) {
        const aisle_model_score *s = &b.e->models[m];
        assert_true(near(s->precision_at[2], s->metric[0].value));
        assert_true(near(s->precision_at[4], s->metric[1].value));
        assert_true(near(s->recall_at[2], s->metric[2].value));
        assert_true(near(s->recall_at[4], s->metric[3].value));
        assert_true(s->mean_length <= 5);
        for (size_t k = 1; k < 8; k++)
            assert_true(s->recall_at[k] >= s->recall_at[k - 1] - 1e-12);
    }
    assert_true(near(b.e->ceiling_at[4], b.e->ceiling[1].value));
    bench_fini(&b);
}

/* R-precision goes down the whole list: as far as the metrics want it, not as the curve does. */
static void the_curve_moves_no_metric(void **state)
{
    (void)state;
    bench with, without;
    bench_init(&with,
               RECEIPTS_SMALL "evaluate: {models: [popular], metrics: [r_precision], k: [3], "
                              "bootstrap: 0, curve: 30}\n");
    bench_init(&without, RECEIPTS_SMALL "evaluate: {models: [popular], metrics: [r_precision], "
                                        "k: [3], bootstrap: 0}\n");
    assert_true(near(with.e->models[0].metric[0].value, without.e->models[0].metric[0].value));
    bench_fini(&with);
    bench_fini(&without);
}

static bool was_bought(const bench *b, const aisle_example *x, const aisle_example_item *item)
{
    for (size_t l = 0; l < b->r.n; l++) {
        const receipt *line = &b->r.lines[l];
        char user[24], id[24];
        snprintf(user, sizeof user, "%lld", (long long)line->user);
        snprintf(id, sizeof id, "%lld", (long long)line->item);
        if (line->day >= b->e->split.test.from && !strcmp(user, x->user) && !strcmp(id, item->item))
            return true;
    }
    return false;
}

static void examples_are_of_the_receipts(void **state)
{
    (void)state;
    bench b;
    bench_init(&b, RECEIPTS_SMALL "evaluate: {" MODELS ", bootstrap: 0, examples: 4}\n");
    size_t hits = 0;
    assert_int_equal(b.e->n_examples, 4);
    for (size_t i = 0; i < 4; i++) {
        const aisle_example *x = &b.e->examples[i];
        assert_true(x->baskets > 0 && x->n_before > 0 && x->n_bought > 0);
        assert_int_equal(x->n_list, 3);
        size_t before = hits;
        hits = 0;
        for (size_t p = 0; p < x->n_list; p++) {
            hits += x->list[p].bought;
            assert_true(x->list[p].recommended && x->list[p].why);
            assert_int_equal(x->list[p].bought, was_bought(&b, x, &x->list[p]));
        }
        /* Those served worst come first. */
        assert_true(hits >= before);
        for (size_t p = 0; p < x->n_bought; p++)
            assert_true(x->bought[p].bought && was_bought(&b, x, &x->bought[p]));
        for (size_t p = 1; p < x->n_before; p++)
            assert_true(x->before[p].recommended < x->before[p - 1].recommended ||
                        x->before[p].times <= x->before[p - 1].times);
    }
    assert_true(hits > 0);
    bench_fini(&b);
}

static void unknown_segments_are_refused(void **state)
{
    (void)state;
    bench b;
    aisle_error err = AISLE_ERROR_INIT;
    receipts_init(&b.r, 51);
    b.config = receipts_config(RECEIPTS_SMALL "evaluate: {segments: [age]}\n");
    b.d = receipts_build(&b.r, b.config);
    assert_int_equal(aisle_evaluate(&b.e, b.d, false, NULL, &err), AISLE_ERROR_CONFIG);
    assert_non_null(strstr(err.message, "'age'"));
    b.e = NULL;
    bench_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_are_differences),
        cmocka_unit_test(segments_add_up),
        cmocka_unit_test(folds_are_evaluations),
        cmocka_unit_test(the_curve_passes_through_the_table),
        cmocka_unit_test(the_curve_moves_no_metric),
        cmocka_unit_test(examples_are_of_the_receipts),
        cmocka_unit_test(unknown_segments_are_refused),
    };
    return cmocka_run_group_tests_name("parts", tests, NULL, NULL);
}
