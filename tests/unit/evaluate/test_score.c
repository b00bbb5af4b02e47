/* Lists from elsewhere: those of an evaluation, read back as texts, score what it said. */
#include "aisle/score.h"

#include "base/mem.h"
#include "receipts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define METRICS                                                                                    \
    "evaluate: {k: [3, 5], bootstrap: 40, curve: 6, models: [popular, own_decay, blend], "         \
    "metrics: [precision, precision_with_lists, precision_r, precision_micro, precision_repeat, "  \
    "precision_explore, recall, map, ndcg, mrr, hit_rate, novelty, popularity, serendipity, "      \
    "coverage]}\n"

typedef struct bench {
    receipts r;
    aisle_config *config;
    aisle_dataset *d;
    aisle_evaluation *e;
    char **texts; /* [n] */
    size_t n;
    const char **list_user, **list_item, **user, **item; /* of lists; of lines, before and after */
    double *rank;
    size_t before, after;
} bench;

static const char *number(bench *b, int64_t value)
{
    char *text = malloc(24);
    snprintf(text, 24, "%lld", (long long)value);
    return b->texts[b->n++] = text;
}

/* The receipts as pairs: those before the test window first. */
static void take_receipts(bench *b)
{
    size_t lines = b->r.n, to = 0;
    b->user = NEW_ARRAY(const char *, lines);
    b->item = NEW_ARRAY(const char *, lines);
    for (int after = 0; after < 2; after++)
        for (size_t l = 0; l < lines; l++) {
            if ((b->r.lines[l].day >= b->e->split.test.from) != after)
                continue;
            b->user[to] = number(b, b->r.lines[l].user);
            b->item[to++] = number(b, b->r.lines[l].item);
            (*(after ? &b->after : &b->before))++;
        }
}

static void bench_init(bench *b, const char *yaml)
{
    aisle_error err = AISLE_ERROR_INIT;
    memset(b, 0, sizeof *b);
    receipts_init(&b->r, 51);
    receipts_add(&b->r, (receipt){114, 1300, 90003, RECEIPTS_END - 1, 1, 1});
    b->config = receipts_config(yaml);
    b->d = receipts_build(&b->r, b->config);
    if (aisle_evaluate(&b->e, b->d, true, NULL, &err))
        fail_msg("%s", err.message);
    size_t rows = b->e->lists.rows;
    b->texts = NEW_ARRAY(char *, 2 * (rows + b->r.n));
    b->list_user = NEW_ARRAY(const char *, rows);
    b->list_item = NEW_ARRAY(const char *, rows);
    b->rank = NEW_ARRAY(double, rows);
    for (size_t i = 0; i < rows; i++) {
        b->list_user[i] = number(b, b->e->lists.user_int[i]);
        b->list_item[i] = number(b, b->e->lists.item_int[i]);
        b->rank[i] = (double)b->e->lists.rank[i];
    }
    take_receipts(b);
}

static void bench_fini(bench *b)
{
    for (size_t i = 0; i < b->n; i++)
        free(b->texts[i]);
    mem_free(b->texts);
    mem_free(b->list_user);
    mem_free(b->list_item);
    mem_free(b->rank);
    mem_free(b->user);
    mem_free(b->item);
    aisle_evaluation_free(b->e);
    aisle_dataset_free(b->d);
    aisle_config_free(b->config);
    receipts_fini(&b->r);
}

static aisle_score_input input_of(const bench *b)
{
    const aisle_lists *l = &b->e->lists;
    return (aisle_score_input){
        .lists = {l->rows, l->model, b->list_user, b->list_item, b->rank, NULL},
        .truth = {b->after, b->user + b->before, b->item + b->before},
        .before = {b->before, b->user, b->item}};
}

static const aisle_model_score *model_of(const aisle_evaluation *e, const char *name)
{
    for (size_t m = 0; m < e->n_models; m++)
        if (strcmp(e->models[m].name, name) == 0)
            return &e->models[m];
    fail_msg("no model %s", name);
    return NULL;
}

static void scores_what_evaluate_says(void **state)
{
    (void)state;
    bench b;
    aisle_error err = AISLE_ERROR_INIT;
    aisle_evaluation *e;
    bench_init(&b, RECEIPTS_SMALL METRICS);
    aisle_score_input in = input_of(&b);
    if (aisle_score(&e, &in, b.config, NULL, &err))
        fail_msg("%s", err.message);
    assert_int_equal(e->n_models, b.e->n_models);
    assert_int_equal(e->counts.households, b.e->counts.households);
    assert_int_equal(e->counts.pairs, b.e->counts.pairs);
    assert_int_equal(e->counts.pairs_bought_before, b.e->counts.pairs_bought_before);
    assert_int_equal(e->counts.without_history, b.e->counts.without_history);
    for (size_t m = 0; m < e->n_models; m++) {
        const aisle_model_score *here = &e->models[m], *there = model_of(b.e, here->name);
        for (size_t c = 0; c < e->n_metrics; c++)
            if (!(fabs(here->metric[c].value - there->metric[c].value) < 1e-12))
                fail_msg("%s %s: %g, evaluate says %g", here->name, e->metric_names[c],
                         here->metric[c].value, there->metric[c].value);
        for (size_t k = 0; k < 5; k++)
            assert_true(fabs(here->precision_at[k] - there->precision_at[k]) < 1e-12);
    }
    assert_int_equal(e->n_comparisons, 3);
    assert_true(fabs(e->ceiling[1].value - b.e->ceiling[1].value) < 1e-12);
    aisle_evaluation_free(e);
    bench_fini(&b);
}

static void refused(const aisle_score_input *in, const bench *b, const char *part)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_evaluation *e = NULL;
    assert_int_not_equal(aisle_score(&e, in, b->config, NULL, &err), AISLE_OK);
    assert_null(e);
    if (!strstr(err.message, part))
        fail_msg("expected '%s' in: %s", part, err.message);
}

static void contradictions_are_refused(void **state)
{
    (void)state;
    bench b;
    bench_init(&b, RECEIPTS_SMALL METRICS);
    aisle_score_input in = input_of(&b), without = in;
    without.before.rows = 0;
    refused(&without, &b, "'precision_repeat' needs");
    without = in;
    without.truth.rows = 0;
    refused(&without, &b, "truth: found no rows");
    without = in;
    without.lists.rank = NULL;
    refused(&without, &b, "found no rank, nor a score");
    double rank = b.rank[1];
    b.rank[1] = b.rank[0];
    refused(&in, &b, "has rank 1 twice");
    b.rank[1] = NAN;
    refused(&in, &b, "no rank for household");
    b.rank[1] = rank;
    const char *item = b.list_item[1];
    b.list_item[1] = b.list_item[0];
    refused(&in, &b, "twice");
    b.list_item[1] = item;
    const char *const twice[] = {"7", "8", "7"};
    without = in;
    without.items = (aisle_score_items){.rows = 3, .item = twice};
    refused(&without, &b, "items: found '7' twice");
    bench_fini(&b);
}

static void memory_that_runs_out_is_an_error(void **state)
{
    (void)state;
    bench b;
    bench_init(&b, RECEIPTS_SMALL METRICS);
    aisle_score_input in = input_of(&b);
    aisle_run run = {1, NULL, NULL};
    aisle_status status = AISLE_ERROR_MEMORY;
    for (long n = 0; status != AISLE_OK; n += 1 + n / 8) {
        aisle_evaluation *e = NULL;
        mem_fail_after(n);
        status = aisle_score(&e, &in, b.config, &run, NULL);
        mem_fail_after(-1);
        assert_true(status == AISLE_OK || status == AISLE_ERROR_MEMORY);
        aisle_evaluation_free(e);
    }
    bench_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_what_evaluate_says),
        cmocka_unit_test(contradictions_are_refused),
        cmocka_unit_test(memory_that_runs_out_is_an_error),
    };
    return cmocka_run_group_tests_name("score", tests, NULL, NULL);
}
