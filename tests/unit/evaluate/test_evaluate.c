/* The whole evaluation: its counts and metrics recomputed from the receipts and the lists, slowly.
 */
#include "aisle/evaluate.h"

#include "base/mem.h"
#include "receipts.h"
#include "same.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { TEST_FROM = RECEIPTS_END - 21, MOST_BOUGHT = 128 };

#define EVALUATED                                                                                  \
    RECEIPTS_SMALL "evaluate: {k: [3, 5, 12], metrics: [precision, recall, map, ndcg, mrr, "       \
                   "hit_rate, precision_repeat, precision_explore], bootstrap: 50}\n"

typedef struct bench {
    receipts r;
    aisle_config *config;
    aisle_dataset *d;
    aisle_evaluation *e;
} bench;

static aisle_evaluation *evaluate(const aisle_dataset *d, int threads)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_evaluation *e = NULL;
    aisle_run run = {.threads = threads};
    if (aisle_evaluate(&e, d, true, &run, &err))
        fail_msg("%s", err.message);
    return e;
}

/* A new product and a new household in the test window, a household that then buys nothing. */
static void make_receipts(receipts *r)
{
    receipts_init(r, 51);
    size_t kept = 0;
    for (size_t l = 0; l < r->n; l++)
        if (r->lines[l].user != 107 || r->lines[l].day < TEST_FROM)
            r->lines[kept++] = r->lines[l];
    r->n = kept;
    receipts_add(r, (receipt){100, 1002, 90001, TEST_FROM, 1, 1});
    receipts_add(r, (receipt){103, 1005, 90002, TEST_FROM + 1, 1, 1});
    receipts_add(r, (receipt){103, 1002, 90002, TEST_FROM + 1, 1, 1});
    receipts_add(r, (receipt){114, 1300, 90003, RECEIPTS_END - 1, 1, 1});
}

static void bench_init(bench *b, const char *yaml, int threads)
{
    make_receipts(&b->r);
    b->config = receipts_config(yaml);
    b->d = receipts_build(&b->r, b->config);
    b->e = evaluate(b->d, threads);
}

static void bench_fini(bench *b)
{
    aisle_evaluation_free(b->e);
    aisle_dataset_free(b->d);
    aisle_config_free(b->config);
    receipts_fini(&b->r);
}

/* ---- Slow twins, from the receipts ---- */

/* As of what the lists are made as of; user < 0: by anybody. */
static bool bought_before(const bench *b, int64_t user, int64_t item)
{
    for (size_t l = 0; l < b->r.n; l++) {
        const receipt *line = &b->r.lines[l];
        if (line->day < b->e->split.test.as_of && (user < 0 || line->user == user) &&
            line->item == item)
            return true;
    }
    return false;
}

/* The distinct products of a household in the test window. */
static size_t bought_of(int64_t out[MOST_BOUGHT], const bench *b, int64_t user)
{
    size_t n = 0;
    for (size_t l = 0; l < b->r.n; l++) {
        const receipt *line = &b->r.lines[l];
        if (line->user != user || line->day < TEST_FROM)
            continue;
        if (b->config->evaluate.new_only && bought_before(b, user, line->item))
            continue;
        bool seen = false;
        for (size_t i = 0; i < n; i++)
            seen |= out[i] == line->item;
        if (!seen)
            out[n++] = line->item;
    }
    return n;
}

static size_t list_of(int64_t *out, const bench *b, const char *model, int64_t user)
{
    const aisle_lists *lists = &b->e->lists;
    size_t n = 0;
    for (size_t row = 0; row < lists->rows; row++) {
        if (strcmp(lists->model[row], model) != 0 || lists->user_int[row] != user)
            continue;
        assert_int_equal(lists->rank[row], ++n);
        assert_true(n == 1 || lists->score[row] <= lists->score[row - 1]);
        out[n - 1] = lists->item_int[row];
        for (size_t i = 0; i + 1 < n; i++)
            assert_int_not_equal(out[i], out[n - 1]);
    }
    return n;
}

typedef struct scores {
    double precision, recall, map, ndcg, mrr, hit_rate, repeat;
} scores;

static scores score_household(const bench *b, const char *model, int64_t user,
                              const int64_t *bought, size_t n, size_t k)
{
    int64_t list[64];
    size_t length = list_of(list, b, model, user), hits = 0, repeats = 0, most = n < k ? n : k;
    double precisions = 0, gain = 0, ideal = 0, first = 0;
    for (size_t p = 0; p < k; p++) {
        bool hit = false;
        for (size_t i = 0; p < length && i < n; i++)
            hit |= bought[i] == list[p];
        if (p < most)
            ideal += 1 / log2((double)p + 2);
        if (!hit)
            continue;
        hits++;
        repeats += bought_before(b, user, list[p]);
        precisions += (double)hits / (double)(p + 1);
        gain += 1 / log2((double)p + 2);
        if (hits == 1)
            first = 1 / (double)(p + 1);
    }
    return (scores){(double)hits / (double)k,
                    (double)hits / (double)n,
                    precisions / (double)most,
                    gain / ideal,
                    first,
                    hits > 0,
                    (double)repeats / (double)k};
}

static scores score_all(const bench *b, const char *model, size_t k, size_t *judged)
{
    scores sum = {0};
    *judged = 0;
    for (int64_t user = 0; user < 3000; user++) {
        int64_t bought[MOST_BOUGHT];
        size_t n = bought_of(bought, b, user);
        if (n == 0)
            continue;
        scores s = score_household(b, model, user, bought, n, k);
        ++*judged;
        sum.precision += s.precision;
        sum.recall += s.recall;
        sum.map += s.map;
        sum.ndcg += s.ndcg;
        sum.mrr += s.mrr;
        sum.hit_rate += s.hit_rate;
        sum.repeat += s.repeat;
    }
    double *each[] = {&sum.precision, &sum.recall,   &sum.map,   &sum.ndcg,
                      &sum.mrr,       &sum.hit_rate, &sum.repeat};
    for (size_t i = 0; i < sizeof each / sizeof *each; i++)
        *each[i] /= (double)*judged;
    return sum;
}

static const aisle_model_score *model_of(const aisle_evaluation *e, const char *name)
{
    for (size_t m = 0; m < e->n_models; m++)
        if (strcmp(e->models[m].name, name) == 0)
            return &e->models[m];
    fail_msg("no model %s", name);
    return NULL;
}

static aisle_estimate value_of(const aisle_evaluation *e, const char *model, const char *metric)
{
    for (size_t m = 0; m < e->n_metrics; m++)
        if (strcmp(e->metric_names[m], metric) == 0)
            return model_of(e, model)->metric[m];
    fail_msg("no metric %s", metric);
    return (aisle_estimate){0};
}

static void check_value(const bench *b, const char *model, const char *metric, double wanted)
{
    aisle_estimate e = value_of(b->e, model, metric);
    if (!(fabs(e.value - wanted) < 1e-9))
        fail_msg("%s of %s: %.9g, recomputed %.9g", metric, model, e.value, wanted);
    assert_true(e.low <= e.value + 1e-12 && e.high >= e.value - 1e-12);
}

static void recompute(const bench *b)
{
    size_t judged;
    for (size_t m = 0; m < b->e->n_models; m++) {
        const char *name = b->e->models[m].name;
        scores five = score_all(b, name, 5, &judged), three = score_all(b, name, 3, &judged);
        assert_int_equal(b->e->counts.households, judged);
        check_value(b, name, "precision@5", five.precision);
        check_value(b, name, "recall@5", five.recall);
        check_value(b, name, "map@5", five.map);
        check_value(b, name, "ndcg@5", five.ndcg);
        check_value(b, name, "mrr@5", five.mrr);
        check_value(b, name, "hit_rate@5", five.hit_rate);
        check_value(b, name, "precision_repeat@5", five.repeat);
        check_value(b, name, "precision_explore@5", five.precision - five.repeat);
        check_value(b, name, "precision@3", three.precision);
        check_value(b, name, "ndcg@3", three.ndcg);
    }
}

/* ---- Tests ---- */

/* The baselines and what the blend takes from, then the blend and the two levels. */
static size_t models_by_default(const aisle_config *config)
{
    size_t n = 2;
    for (size_t r = 0; r < retriever_count; r++)
        n += retriever_table[r].baseline || retriever_table[r].quota(&config->candidates) > 0;
    return n;
}

static void metrics_follow_from_the_lists(void **state)
{
    (void)state;
    bench b;
    bench_init(&b, EVALUATED, 2);
    assert_int_equal(b.e->n_models, models_by_default(b.config));
    assert_int_equal(b.e->split.test.from, TEST_FROM);
    assert_int_equal(b.e->split.test.to, RECEIPTS_END);
    recompute(&b);
    bench_fini(&b);
}

static void metrics_follow_without_padding(void **state)
{
    (void)state;
    bench b;
    bench_init(&b, EVALUATED "split: {protocol: frozen}\n", 2);
    recompute(&b);
    bench_fini(&b);
    bench_init(&b,
               RECEIPTS_SMALL
               "evaluate: {k: [3, 5], metrics: [precision, recall, map, ndcg, mrr, hit_rate, "
               "precision_repeat, precision_explore], pad: false, bootstrap: 0}\n",
               2);
    recompute(&b);
    assert_true(model_of(b.e, "own_decay")->without_list > 0);
    bench_fini(&b);
}

static void new_only_lists_and_counts_what_is_new(void **state)
{
    (void)state;
    bench b;
    bench_init(&b,
               RECEIPTS_SMALL
               "evaluate: {k: [3, 5], metrics: [precision, recall, map, ndcg, mrr, hit_rate, "
               "precision_repeat, precision_explore], new_only: true}\n",
               2);
    recompute(&b);
    assert_true(b.e->new_only);
    assert_int_equal(b.e->counts.pairs_bought_before, 0);
    for (size_t row = 0; row < b.e->lists.rows; row++)
        assert_false(bought_before(&b, b.e->lists.user_int[row], b.e->lists.item_int[row]));
    assert_true(value_of(b.e, "two_level", "precision_repeat@5").value == 0);
    bench_fini(&b);
}

static void counts_add_up(void **state)
{
    (void)state;
    bench b;
    bench_init(&b, EVALUATED, 2);
    const aisle_evaluation_counts *c = &b.e->counts;
    size_t pairs = 0, before = 0, sold = 0, strangers = 0;
    double ceiling = 0;
    for (int64_t user = 0; user < 3000; user++) {
        int64_t bought[MOST_BOUGHT];
        size_t n = bought_of(bought, &b, user);
        bool known = false;
        for (size_t l = 0; l < b.r.n; l++)
            known |= b.r.lines[l].user == user && b.r.lines[l].day < TEST_FROM;
        pairs += n;
        strangers += n > 0 && !known;
        ceiling += n < 5 ? (double)n / 5 : 1;
        for (size_t i = 0; i < n; i++) {
            before += bought_before(&b, user, bought[i]);
            sold += bought_before(&b, -1, bought[i]);
        }
    }
    assert_int_equal(c->pairs, pairs);
    assert_int_equal(c->pairs_bought_before, before);
    assert_int_equal(c->pairs_sold_before, sold);
    assert_int_equal(c->without_history, strangers);
    assert_true(strangers > 0 && c->items == c->items_sold_before + 1);
    assert_true(fabs(b.e->ceiling[1].value - ceiling / (double)c->households) < 1e-9);
    assert_true(b.e->candidate_ceiling[1].value < b.e->ceiling[1].value);
    assert_int_equal(c->catalogue, RECEIPTS_ITEMS);
    assert_true(c->training_positives > 0 && c->training_rows > 2 * c->training_groups);
    assert_int_equal(c->trees, 12);
    assert_true(model_of(b.e, "own_decay")->without_list == strangers);
    assert_true(b.e->n_features > 60 && b.e->n_stages > 5);
    double gain = 0;
    for (size_t f = 0; f < b.e->n_features; f++)
        gain += b.e->feature_gain[f];
    assert_true(gain > 0);
    bench_fini(&b);
}

static void what_was_bought_before_is_bought_again(void **state)
{
    (void)state;
    bench b;
    bench_init(&b, EVALUATED, 2);
    double popular = value_of(b.e, "popular", "precision@5").value;
    double own = value_of(b.e, "own_decay", "precision@5").value;
    double two = value_of(b.e, "two_level", "precision@5").value;
    assert_true(own > popular + 0.02);
    assert_true(two > popular);
    assert_true(two <= b.e->candidate_ceiling[1].value);
    bench_fini(&b);
}

static void same_evaluation(const aisle_evaluation *a, const aisle_evaluation *b)
{
    same_bytes(&a->counts, sizeof a->counts, &b->counts, sizeof b->counts, "counts");
    assert_int_equal(a->n_models, b->n_models);
    for (size_t m = 0; m < a->n_models; m++)
        same_bytes(a->models[m].metric, a->n_metrics * sizeof(aisle_estimate), b->models[m].metric,
                   b->n_metrics * sizeof(aisle_estimate), a->models[m].name);
    assert_int_equal(a->lists.rows, b->lists.rows);
    size_t bytes = a->lists.rows * 8;
    same_bytes(a->lists.score, bytes, b->lists.score, bytes, "scores");
    if (a->lists.item_int && b->lists.item_int)
        same_bytes(a->lists.item_int, bytes, b->lists.item_int, bytes, "items");
}

/* Cases 12 and 24. */
static void threads_and_order_change_nothing(void **state)
{
    (void)state;
    bench b;
    bench_init(&b, EVALUATED, 1);
    receipts_shuffle(&b.r, 4);
    aisle_dataset *shuffled = receipts_build(&b.r, b.config);
    for (int threads = 2; threads <= 8; threads += 6) {
        aisle_evaluation *e = evaluate(threads == 2 ? b.d : shuffled, threads);
        same_evaluation(b.e, e);
        aisle_evaluation_free(e);
    }
    aisle_dataset_free(shuffled);
    bench_fini(&b);
}

/* The kind of the ids changes no metric: their order is the same. */
static void ids_may_be_texts(void **state)
{
    (void)state;
    bench a, b = {0};
    bench_init(&a, EVALUATED, 2);
    receipts_copy(&b.r, &a.r);
    b.r.ids = IDS_TEXTS;
    b.config = receipts_config(EVALUATED);
    b.d = receipts_build(&b.r, b.config);
    b.e = evaluate(b.d, 2);
    same_evaluation(a.e, b.e);
    assert_null(b.e->lists.item_int);
    for (size_t row = 0; row < b.e->lists.rows; row++) {
        assert_int_equal(atoi(b.e->lists.item_text[row] + 2), a.e->lists.item_int[row]);
        assert_int_equal(atoi(b.e->lists.user_text[row] + 2), a.e->lists.user_int[row]);
    }
    bench_fini(&a);
    bench_fini(&b);
}

/* What is bought in the test window changes who is listed, but no list. */
static void lists_do_not_see_the_test(void **state)
{
    (void)state;
    bench a, b = {0};
    const char *fixed = EVALUATED "split: {test_first: 28, test_last: 30}\n";
    bench_init(&a, fixed, 2);
    receipts_copy(&b.r, &a.r);
    for (size_t l = 0; l < b.r.n; l++)
        if (b.r.lines[l].day >= TEST_FROM)
            b.r.lines[l].item = b.r.lines[l].user % 2 ? 1004 : 1395;
    b.config = receipts_config(fixed);
    b.d = receipts_build(&b.r, b.config);
    b.e = evaluate(b.d, 2);
    same_bytes(a.e->lists.item_int, a.e->lists.rows * 8, b.e->lists.item_int, b.e->lists.rows * 8,
               "items");
    same_bytes(a.e->lists.score, a.e->lists.rows * 8, b.e->lists.score, b.e->lists.rows * 8,
               "scores");
    bench_fini(&a);
    bench_fini(&b);
}

static void only_the_models_that_are_asked_for(void **state)
{
    (void)state;
    bench b;
    bench_init(&b,
               RECEIPTS_SMALL "evaluate: {models: [own_decay, blend], k: 4, metrics: map}\n"
                              "catalogue: few\ncatalogues: {few: {top: 30}}\n",
               2);
    assert_int_equal(b.e->n_models, 2);
    assert_string_equal(b.e->models[0].name, "own_decay");
    assert_string_equal(b.e->models[1].name, "blend");
    assert_int_equal(b.e->n_metrics, 1);
    assert_string_equal(b.e->metric_names[0], "map@4");
    assert_int_equal(b.e->counts.catalogue, 30);
    assert_int_equal(b.e->counts.trees, 0);
    assert_int_equal(b.e->n_features, 0);
    bench_fini(&b);
}

static void early_stopping_needs_two_windows(void **state)
{
    (void)state;
    bench b;
    aisle_evaluation *e = NULL;
    aisle_error err = AISLE_ERROR_INIT;
    bench_init(&b, EVALUATED "split: {labels_first: 16}\n", 2);
    assert_int_equal(b.e->split.n_labels, 4);
    bench_fini(&b);
    make_receipts(&b.r);
    b.config = receipts_config(RECEIPTS_ROLES "ranker: {early_stopping: 5, trees: 40, leaves: 5, "
                                              "min_data_in_leaf: 5}");
    b.d = receipts_build(&b.r, b.config);
    b.e = evaluate(b.d, 2);
    assert_in_range(b.e->counts.trees, 1, 40);
    aisle_dataset_free(b.d);
    assert_int_equal(aisle_config_set(b.config, "split.protocol", "frozen", NULL), AISLE_OK);
    b.d = receipts_build(&b.r, b.config);
    assert_int_equal(aisle_evaluate(&e, b.d, false, NULL, &err), AISLE_ERROR_CONFIG);
    assert_non_null(strstr(err.message, "ranker.early_stopping"));
    bench_fini(&b);
}

static void progress(void *data, const char *stage, double done)
{
    double *last = data;
    assert_true(stage && stage[0]);
    assert_true(done >= *last && done <= 1);
    *last = done;
}

static void progress_goes_forward(void **state)
{
    (void)state;
    bench b;
    double last = 0;
    aisle_run run = {2, progress, &last};
    aisle_evaluation *e = NULL;
    bench_init(&b, EVALUATED, 2);
    assert_int_equal(aisle_evaluate(&e, b.d, false, &run, NULL), AISLE_OK);
    assert_int_equal(e->lists.rows, 0);
    assert_true(last > 0.5);
    aisle_evaluation_free(e);
    aisle_evaluation_free(NULL);
    bench_fini(&b);
}

/* n allocations succeed, then none: an error, nothing lost. LightGBM's own are not counted, and
 * a coarse step keeps it quick. */
static void memory_runs_out(void **state)
{
    (void)state;
    bench b;
    aisle_status status = AISLE_ERROR_MEMORY;
    aisle_run run = {.threads = 1};
    bench_init(&b, RECEIPTS_SMALL "evaluate: {k: 3, metrics: map, bootstrap: 3}\n", 2);
    for (long n = 0; status != AISLE_OK; n += n < 60 ? 1 : 7) {
        aisle_evaluation *e = NULL;
        mem_fail_after(n);
        status = aisle_evaluate(&e, b.d, true, &run, NULL);
        mem_fail_after(-1);
        assert_true(status == AISLE_OK || status == AISLE_ERROR_MEMORY);
        assert_true(status == AISLE_OK || e == NULL);
        aisle_evaluation_free(e);
        assert_true(n < 20000);
    }
    bench_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(metrics_follow_from_the_lists),
        cmocka_unit_test(metrics_follow_without_padding),
        cmocka_unit_test(new_only_lists_and_counts_what_is_new),
        cmocka_unit_test(counts_add_up),
        cmocka_unit_test(what_was_bought_before_is_bought_again),
        cmocka_unit_test(threads_and_order_change_nothing),
        cmocka_unit_test(ids_may_be_texts),
        cmocka_unit_test(lists_do_not_see_the_test),
        cmocka_unit_test(only_the_models_that_are_asked_for),
        cmocka_unit_test(early_stopping_needs_two_windows),
        cmocka_unit_test(progress_goes_forward),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests_name("evaluate", tests, NULL, NULL);
}
