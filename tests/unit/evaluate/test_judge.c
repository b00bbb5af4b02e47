/* What counts as bought in the test window, and lists against it. */
#include "evaluate/metrics/judge.h"

#include "base/mem.h"
#include "evaluate/plan.h"
#include "receipts.h"

#include <math.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { T = 100 };

/* 100 bought 1005 and 1010 before, then 1005, 1015 and the new 1050; 107 was there before and buys
 * nothing; 114 is new and buys 1010; 121 buys only the new 1050; 128 brings back what it bought. */
static const receipt lines[] = {
    {100, 1005, 1, 90, 1, 1},  {100, 1010, 1, 90, 1, 1},    {107, 1015, 2, 91, 1, 1},
    {128, 1020, 3, 92, 1, 1},  {100, 1005, 4, 100, 1, 1},   {100, 1015, 5, 103, 1, 1},
    {100, 1050, 5, 103, 1, 1}, {114, 1010, 6, 109, 1, 1},   {121, 1050, 7, 105, 1, 1},
    {128, 1005, 8, 104, 1, 1}, {128, 1005, 9, 105, -1, -1}, {107, 1005, 10, 110, 1, 1},
};

typedef struct bench {
    aisle_config *config;
    aisle_dataset *d;
    assortment a;
    households h;
    catalogue c;
    labels bought;
    truth t;
} bench;

static aisle_status bench_init(bench *b, const char *rules, bool everything, bool new_only)
{
    aisle_error err = AISLE_ERROR_INIT;
    receipts r = {0};
    memset(b, 0, sizeof *b);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        receipts_add(&r, lines[i]);
    b->config = receipts_config(rules);
    b->d = receipts_build(&r, b->config);
    receipts_fini(&r);
    if (history_init(&b->a, &b->h, b->d, T, NULL, &err) ||
        catalogue_init(&b->c, &b->h, NULL, b->config->n_catalogues ? b->config->catalogues : NULL,
                       &err) ||
        labels_init(&b->bought, b->d, (window){T, T + 10}, &err))
        fail_msg("%s", err.message);
    truth_rules counted = {&b->h, &b->c, NULL, everything, new_only};
    return truth_init(&b->t, &b->bought, &counted, &err);
}

static void bench_fini(bench *b)
{
    truth_fini(&b->t);
    labels_fini(&b->bought);
    catalogue_fini(&b->c);
    households_fini(&b->h);
    assortment_fini(&b->a);
    aisle_dataset_free(b->d);
    aisle_config_free(b->config);
}

static uint32_t item(const bench *b, const char *id)
{
    return id_table_find(&b->a.items, id);
}

/* Case 10, second half: who bought nothing that counts is left out. */
static void everything_counts(void **state)
{
    (void)state;
    bench b;
    assert_int_equal(bench_init(&b, RECEIPTS_ROLES, true, false), AISLE_OK);
    assert_int_equal(b.t.n, 3);
    assert_int_equal(b.t.offset[1], 3);
    assert_int_equal(b.t.offset[2], 4);
    assert_int_equal(b.t.offset[3], 5);
    assert_int_equal(b.t.item[0], item(&b, "1005"));
    assert_int_equal(b.t.item[1], item(&b, "1015"));
    assert_int_equal(b.t.item[2], HISTORY_NONE);
    assert_int_equal(b.t.user[0], 0);
    assert_int_equal(b.t.user[1], HISTORY_NONE);
    assert_int_equal(b.t.pairs_bought_before, 1);
    assert_int_equal(b.t.pairs_sold_before, 3);
    assert_int_equal(b.t.items, 4);
    assert_int_equal(b.t.items_sold_before, 3);
    bench_fini(&b);
}

static void only_the_catalogue_counts(void **state)
{
    (void)state;
    bench b;
    assert_int_equal(
        bench_init(&b, RECEIPTS_ROLES "catalogues: {c: {items_out: [1015]}}", false, false),
        AISLE_OK);
    assert_int_equal(b.t.n, 2);
    assert_int_equal(b.t.offset[2], 2);
    assert_int_equal(b.t.items, 2);
    assert_int_equal(b.t.item[0], item(&b, "1005"));
    bench_fini(&b);
    assert_int_equal(
        bench_init(&b, RECEIPTS_ROLES "catalogues: {c: {items_in: [1020]}}", false, false),
        AISLE_ERROR_DATA);
    bench_fini(&b);
}

static void new_only_leaves_out_what_was_bought(void **state)
{
    (void)state;
    bench b;
    assert_int_equal(bench_init(&b, RECEIPTS_ROLES, true, true), AISLE_OK);
    assert_int_equal(b.t.n, 3);
    assert_int_equal(b.t.offset[1], 2);
    assert_int_equal(b.t.item[0], item(&b, "1015"));
    assert_int_equal(b.t.pairs_bought_before, 0);
    bench_fini(&b);
}

static void judges_lists(void **state)
{
    (void)state;
    bench b;
    assert_int_equal(bench_init(&b, RECEIPTS_ROLES, true, false), AISLE_OK);
    const metric *metrics[] = {metric_find("precision"), metric_find("recall"),
                               metric_find("precision_repeat"), metric_find("precision_explore"),
                               metric_find("coverage")};
    const int64_t k[] = {1, 2};
    list_facts facts;
    assert_int_equal(list_facts_init(&facts, &b.h, &b.c, NULL), AISLE_OK);
    judge j = {&b.t,          {b.t.user, b.h.pair_offset, b.h.pair_item}, &facts, metrics, 5, k, 2,
               {.threads = 1}};
    /* 100: 1015, 1005; 114: nothing; 121: 1005. */
    uint32_t count[] = {2, 0, 1},
             items[] = {item(&b, "1015"), item(&b, "1005"), 0, 0, item(&b, "1005"), 0};
    item_lists lists = {3, 2, count, items, NULL};
    aisle_estimate e[2];
    judgement judged;
    double precision[2], recall[2], ceiling[2];
    assert_int_equal(judge_lists(&judged, &j, &lists, NULL), AISLE_OK);
    static const double wanted[] = {1 / 3.0, 1 / 3.0, 1 / 9.0, 2 / 9.0, 0,
                                    1 / 6.0, 1 / 3.0, 1 / 6.0, 2 / 4.0, 2 / 4.0};
    for (int i = 0; i < 10; i++)
        assert_true(fabs(judged.metric[i].value - wanted[i]) < 1e-12);
    judge_curve(precision, recall, 2, &j, &lists);
    judge_ceiling_curve(ceiling, 2, &j);
    for (int i = 0; i < 2; i++) {
        assert_true(fabs(precision[i] - wanted[i]) < 1e-12);
        assert_true(fabs(recall[i] - wanted[2 + i]) < 1e-12);
        assert_true(judged.first[0].sum == (i ? judged.first[0].sum : 1));
    }
    judgement_fini(&judged);
    assert_int_equal(judge_ceiling(e, &j, NULL, NULL), AISLE_OK);
    assert_true(fabs(e[0].value - 1) < 1e-12);
    assert_true(fabs(e[1].value - (1 + .5 + .5) / 3) < 1e-12);
    assert_true(fabs(ceiling[1] - e[1].value) < 1e-12);
    uint64_t offset[] = {0, 1, 2, 3};
    uint32_t candidates[] = {item(&b, "1005"), item(&b, "1010"), item(&b, "1010")};
    candidate_lists c = {.n = 3, .offset = offset, .item = candidates};
    assert_int_equal(judge_ceiling(e, &j, &c, NULL), AISLE_OK);
    assert_true(fabs(e[0].value - 2 / 3.0) < 1e-12);
    assert_true(fabs(e[1].value - 1 / 3.0) < 1e-12);
    list_facts_fini(&facts);
    bench_fini(&b);
}

static void plan_refused(const char *yaml, const char *text)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_config *config = receipts_config(yaml);
    plan p;
    assert_int_equal(plan_init(&p, config, &err), AISLE_ERROR_CONFIG);
    if (!strstr(err.message, text))
        fail_msg("'%s' is not in '%s'", text, err.message);
    aisle_config_free(config);
}

static void plans(void **state)
{
    (void)state;
    plan_refused("evaluate: {metrics: [precison]}", "found 'precison'");
    plan_refused("evaluate: {metrics: [precison]}", "precision, precision_with_lists");
    plan_refused("evaluate: {models: [als, alz]}", "found 'alz'");
    plan_refused("evaluate: {models: [alz]}", "popular, own_count, own_decay, als");
    plan_refused("evaluate: {k: []}", "evaluate.k");
    plan_refused("evaluate: {metrics: []}", "evaluate.metrics");
    plan_refused("candidates: {popular: {quota: 0}, own_decay: {quota: 0}, als: {quota: 0}}",
                 "every quota is 0");
    plan p;
    aisle_config *config =
        receipts_config("evaluate: {models: [popular, two_level], k: [3, 9, 4]}\n"
                        "candidates: {als: {quota: 0}}");
    assert_int_equal(plan_init(&p, config, NULL), AISLE_OK);
    assert_int_equal(p.n_models, 2);
    assert_int_equal(p.longest, 9);
    assert_true(p.two_level && !p.blend);
    for (size_t i = 0; i < retriever_count; i++) {
        const char *name = retriever_table[i].name;
        assert_int_equal(p.alone[i], strcmp(name, "popular") == 0);
        assert_int_equal(p.fitted[i],
                         strcmp(name, "popular") == 0 || strcmp(name, "own_decay") == 0);
    }
    plan_fini(&p);
    aisle_config_free(config);
}

static void memory_runs_out(void **state)
{
    (void)state;
    bench b;
    assert_int_equal(bench_init(&b, RECEIPTS_ROLES, true, false), AISLE_OK);
    aisle_status status = AISLE_ERROR_MEMORY;
    for (long n = 0; status != AISLE_OK; n++) {
        truth t;
        mem_fail_after(n);
        status = truth_init(&t, &b.bought, &(truth_rules){&b.h, &b.c, NULL, true, false}, NULL);
        mem_fail_after(-1);
        assert_true(status == AISLE_OK || status == AISLE_ERROR_MEMORY);
        if (status == AISLE_OK)
            truth_fini(&t);
        assert_true(n < 100);
    }
    bench_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_counts),
        cmocka_unit_test(only_the_catalogue_counts),
        cmocka_unit_test(new_only_leaves_out_what_was_bought),
        cmocka_unit_test(judges_lists),
        cmocka_unit_test(plans),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests_name("judge", tests, NULL, NULL);
}
