/* Where trees learned nothing, or no more than level 1 knows, lists go by level 1. */
#include "aisle/evaluate.h"
#include "aisle/explain.h"
#include "base/mem.h"
#include "model/file/sections.h"
#include "model/model_type.h"
#include "model_fixture.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { K = 7, SEED = 43 };

#define SOURCES                                                                                    \
    RECEIPTS_ROLES "candidates: {popular: {quota: 10}, own_decay: {quota: 15}, als: {quota: 10, "  \
                   "factors: 8, iterations: 3}}\n"
#define UNSPLIT "trees: 6, leaves: 4, min_data_in_leaf: 1000000"
#define WEAK "trees: 1, leaves: 2, feature_fraction: 0.01, min_data_in_leaf: 300"
#define STRONG "trees: 60, leaves: 7, min_data_in_leaf: 10"

static aisle_order order_of(const aisle_model *m)
{
    aisle_order order;
    aisle_model_order(&order, m);
    return order;
}

/* The blend's list of a household, worked out from its candidates. */
static void blend_list(uint32_t *out, const aisle_model *m, uint32_t user, uint64_t first_by)
{
    candidate_lists lists = {0};
    retriever_query query = {.h = &m->s.h, .users = &user, .n = 1};
    const uint32_t *popularity = m->s.l.context.popularity;
    assert_int_equal(blend_init(&lists, &m->s.l, &query, 0, NULL), AISLE_OK);
    size_t n = lists.offset[1];
    ranked *all = NEW_ARRAY(ranked, n);
    for (size_t row = 0; row < n; row++) {
        double sum = 0, own = 0;
        for (uint32_t s = 0; s < lists.n_sources; s++) {
            uint16_t rank = lists.rank[row * lists.n_sources + s];
            sum += rank ? 1.0 / (60 + rank) : 0;
            if (rank && first_by == ORDER_SOURCE + (uint64_t)lists.source[s])
                own = 1 + 1.0 / (60 + rank);
        }
        all[row] =
            ranked_of((float)(own > 0 ? own : sum), popularity[lists.item[row]], lists.item[row]);
    }
    ranked_sort(all, n);
    for (size_t p = 0; p < K; p++)
        out[p] = all[p].item;
    mem_free(all);
    candidate_lists_fini(&lists);
}

static void lists_go_by(const aisle_model *m, uint64_t by)
{
    aisle_recommendation list[K];
    uint32_t expected[K];
    assert_int_equal(m->order.by, by);
    for (uint32_t u = 0; u < aisle_model_users(m); u++) {
        assert_int_equal(ask_model(list, K, m, u, NULL), K);
        blend_list(expected, m, u, by);
        for (size_t p = 0; p < K; p++)
            assert_int_equal(list[p].item.index, expected[p]);
    }
}

/* A file gives the same back, and says so. */
static void survives_a_file(const aisle_model *m)
{
    char path[256], said[256], again[256];
    temporary_path(path, "order.model");
    save(m, path);
    aisle_model *opened = open_model(path);
    same_answers(m, opened, K);
    aisle_order a = order_of(m), b = order_of(opened);
    aisle_order_tell(said, sizeof said, &a);
    aisle_order_tell(again, sizeof again, &b);
    assert_string_equal(said, again);
    assert_memory_equal(&m->order, &opened->order, sizeof m->order);
    aisle_model_free(opened);
    temporary_remove(path);
}

static void without_a_split(void **state)
{
    (void)state;
    char said[256];
    aisle_model *m = model_of(SEED, SOURCES "ranker: {" UNSPLIT "}\n", 2);
    aisle_order order = order_of(m);
    assert_false(order.learned);
    assert_string_equal(order.by, order.rival);
    lists_go_by(m, m->order.rival);
    aisle_order_tell(said, sizeof said, &order);
    assert_non_null(strstr(said, "the trees learned nothing: lists go by "));
    survives_a_file(m);
    aisle_model_free(m);
}

/* They have splits, and find less than the household's own purchases do. */
static void no_better_than_level1(void **state)
{
    (void)state;
    char said[256];
    aisle_model *m = model_of(SEED, SOURCES "ranker: {" WEAK "}\n", 2);
    aisle_order order = order_of(m);
    assert_true(order.learned && order.households > 20 && order.k == 5);
    assert_true(order.trees <= order.rival_scores);
    lists_go_by(m, m->order.rival);
    aisle_order_tell(said, sizeof said, &order);
    assert_non_null(strstr(said, "unseen"));
    survives_a_file(m);
    aisle_model_free(m);
}

static void better_trees_stay(void **state)
{
    (void)state;
    aisle_model *m = model_of(SEED, SOURCES "ranker: {" STRONG "}\n", 2);
    aisle_order order = order_of(m);
    assert_string_equal(order.by, "trees");
    assert_true(order.trees > order.rival_scores);
    survives_a_file(m);
    aisle_model_free(m);
}

static void trees_where_they_are_asked_for(void **state)
{
    (void)state;
    aisle_model *m = model_of(SEED, SOURCES "ranker: {fallback: false, " UNSPLIT "}\n", 1);
    aisle_order order = order_of(m);
    assert_string_equal(order.by, "trees");
    assert_int_equal(order.households, 0);
    survives_a_file(m);
    aisle_model_free(m);
}

/* With one label window every second household judges. */
static void one_label_window(void **state)
{
    (void)state;
    aisle_model *m = model_of(SEED,
                              SOURCES "split: {test_first: 28, labels_first: 25, labels_last: 27}\n"
                                      "ranker: {" WEAK "}\n",
                              1);
    aisle_order order = order_of(m);
    assert_true(order.households > 10 && order.households <= RECEIPTS_HOUSEHOLDS / 2);
    aisle_model_free(m);
}

/* The sources' parts sum to the score; the reason is of a source that lists the product. */
static void explanations_are_of_level1(void **state)
{
    (void)state;
    aisle_model *m = model_of(SEED, SOURCES "ranker: {" UNSPLIT "}\n", 2);
    aisle_explain_options o = AISLE_EXPLAIN_OPTIONS_INIT;
    for (uint32_t u = 0; u < aisle_model_users(m); u++) {
        aisle_explanations *x = NULL;
        aisle_user user = {u};
        assert_int_equal(aisle_model_explain(&x, m, NULL, &user, 1, &o, NULL, NULL), AISLE_OK);
        for (size_t i = 0; i < x->offset[1]; i++) {
            const aisle_explanation *one = &x->list[i];
            double sum = one->base;
            for (size_t c = 0; c < one->n_causes; c++)
                sum += one->cause[c].contribution;
            assert_true(fabs(sum - one->score) < 1e-9);
            assert_string_equal(one->cause[0].family, "level1");
            assert_non_null(strstr(one->reason, "no. "));
        }
        aisle_explanations_free(x);
    }
    aisle_model_free(m);
}

/* The test window's lists are those of the same order; on other threads, the same numbers. */
static void evaluate_says_it(void **state)
{
    (void)state;
    receipts r;
    double first[2];
    receipts_init(&r, SEED);
    aisle_config *config = receipts_config(SOURCES "ranker: {" UNSPLIT "}\n"
                                                   "evaluate: {models: [own_decay, blend, "
                                                   "two_level], k: [2]}\n");
    aisle_dataset *d = receipts_build(&r, config);
    for (int threads = 1; threads <= 2; threads++) {
        aisle_evaluation *e = NULL;
        aisle_run run = {.threads = threads};
        assert_int_equal(aisle_evaluate(&e, d, false, &run, NULL), AISLE_OK);
        assert_false(e->order.learned);
        size_t as = strcmp(e->order.by, "blend") == 0 ? 1 : 0;
        assert_true(e->models[2].metric[0].value == e->models[as].metric[0].value);
        first[threads - 1] = e->models[2].metric[0].value;
        aisle_evaluation_free(e);
    }
    assert_true(first[0] == first[1]);
    aisle_dataset_free(d);
    aisle_config_free(config);
    receipts_fini(&r);
}

/* What a file says must be a source that the model has. */
static void damaged_orders(void **state)
{
    (void)state;
    char path[256];
    size_t length;
    aisle_model *m = model_of(SEED, SOURCES "ranker: {" UNSPLIT "}\n", 2);
    ordering wrong[] = {m->order, m->order, m->order, m->order, m->order};
    wrong[0].by = ORDER_SOURCE + retriever_count;
    wrong[1].by = ORDER_SOURCE + (uint64_t)(retriever_find("tifu_knn") - retriever_table);
    wrong[2].rival = ORDER_TREES;
    wrong[3].hits = wrong[3].judged * wrong[3].k + 1;
    wrong[4].k = UINT64_MAX;
    temporary_path(path, "damaged.model");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        save(m, path);
        char *bytes = bytes_of(path, &length);
        sections *s = NEW_ZEROED(sections, 1);
        assert_int_equal(sections_parse(s, bytes, length, path, NULL), AISLE_OK);
        section *found = (section *)sections_find(s, "level2.order");
        assert_non_null(found);
        assert_int_equal(found->required, true);
        found->bytes = (const void *)&wrong[i];
        assert_int_equal(sections_write(s, path, NULL), AISLE_OK);
        mem_free(s);
        mem_free(bytes);
        refused_file(path, "level2.order");
    }
    temporary_remove(path);
    aisle_model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_split),   cmocka_unit_test(no_better_than_level1),
        cmocka_unit_test(better_trees_stay), cmocka_unit_test(trees_where_they_are_asked_for),
        cmocka_unit_test(one_label_window),  cmocka_unit_test(explanations_are_of_level1),
        cmocka_unit_test(evaluate_says_it),  cmocka_unit_test(damaged_orders),
    };
    return cmocka_run_group_tests_name("ordering", tests, NULL, NULL);
}
