/* Metrics by name, against values that were computed with other projects' programs. */
#include "evaluate/metrics/metrics.h"

#include "evaluate/metrics/bootstrap.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* User: list | bought. 1: 1,3,2,4,5 | 1,2. 2: 5,6,7,8,9 | 9. 3: 1,2,3,4,5 | 1..8. 4: no list | 4,5.
 * 5: 3 | 3. 6: 1,2,3,4,5 | nothing. */
static const uint8_t hits_1[] = {1, 0, 1, 0, 0}, hits_2[] = {0, 0, 0, 0, 1},
                     hits_3[] = {1, 1, 1, 1, 1}, hits_5[] = {1}, hits_6[] = {0, 0, 0, 0, 0};
static const uint32_t items_1[] = {1, 3, 2, 4, 5}, items_2[] = {5, 6, 7, 8, 9},
                      items_3[] = {1, 2, 3, 4, 5}, items_5[] = {3};
/* Of the hits, those that were bought before. */
static const uint8_t repeat_1[] = {1, 0, 0, 0, 0}, repeat_2[] = {0, 0, 0, 0, 0},
                     repeat_3[] = {1, 1, 1, 0, 0}, repeat_5[] = {0};
/* Before: 1: {1, 5}, 2: {1, 2}, 3: {1, 2, 3}, 4: {1}, 5: {7}, 6: {1, 4}; of the products 1 to 10.
 * Categories: department (i + 1) / 2, own (i + 1) % 2. Prices: i, of 4 not known. */
static const uint32_t buyers[] = {0, 5, 2, 1, 1, 1, 0, 1, 0, 0, 0},
                      popularity[] = {4, 1, 2, 3, 3, 3, 4, 3, 4, 4, 4},
                      code[] = {0, 0, 1, 0, 1, 1, 2, 0, 2, 1, 3, 0, 3, 1, 4, 0, 4, 1, 5, 0, 5, 1};
static const double price[] = {0, 1, 2, 3, NAN, 5, 6, 7, 8, 9, 10};
static const list_facts facts = {11, 6, 10, NULL, buyers, popularity, price, 2, code};
static const hit_list fixture[] = {
    {hits_1, repeat_1, items_1, &facts, 5, 2}, {hits_2, repeat_2, items_2, &facts, 5, 1},
    {hits_3, repeat_3, items_3, &facts, 5, 8}, {NULL, NULL, NULL, &facts, 0, 2},
    {hits_5, repeat_5, items_5, &facts, 1, 1}, {hits_6, hits_6, items_3, &facts, 5, 0},
};
enum { USERS = sizeof fixture / sizeof *fixture };

typedef struct expected {
    const char *name;
    double at_3, at_5;
} expected;

static const expected table[] = {
    {"precision", .4, .36},
    {"precision_with_lists", .5, .45},
    {"precision_r", .6, .8},
    {"precision_micro", .666667, .818182},
    {"r_precision", .425, .425},
    {"precision_repeat", 4 / 15.0, 4 / 25.0},
    {"precision_explore", 2 / 15.0, 5 / 25.0},
    {"recall", .475, .725},
    {"recall_capped", .6, .8},
    {"map", .566667, .606667},
    {"map_full", .441667, .531667},
    {"map_div_k", .377778, .314667},
    {"ndcg", .583944, .661315},
    {"ndcg_full", .434639, .395821},
    {"mrr", .6, .64},
    {"hit_rate", .6, .8},
    {"coverage", .6, .9},
    {"novelty", 1.920577, 2.186331},
    {"popularity", 1.933333, 1.48},
    {"serendipity", .04, .064},
    {"diversity", 1.066667, 1.12},
    {"revenue_precision", (.5 + 0 + 1 + 0 + 1) / 5, (3 / 11.0 + 9 / 35.0 + 1 + 0 + 1) / 5},
    {"revenue_precision_micro", (3 + 0 + 6 + 0 + 3) / (6 + 18 + 6 + 3.0),
     (3 + 9 + 11 + 0 + 3) / (11 + 35 + 11 + 3.0)},
};
enum { NAMES = sizeof table / sizeof *table };

static double mean(const char *name, const hit_list *lists, size_t n, size_t k)
{
    const metric *m = metric_find(name);
    metric_value values[USERS];
    aisle_estimate e;
    assert_non_null(m);
    for (size_t i = 0; i < n; i++)
        values[i] = metric_of_list(m, &lists[i], k);
    const bootstrap_options none = {.resamples = 0, .threads = 1};
    assert_int_equal(bootstrap_estimate(&e, NULL, values, 1, n, &none, NULL), AISLE_OK);
    return e.value;
}

static void equals(const char *name, double found, double wanted)
{
    if (!(fabs(found - wanted) < 1e-6))
        fail_msg("%s: %.9g, expected %.9g", name, found, wanted);
}

static void have_the_known_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < NAMES; i++) {
        if (!metric_find(table[i].name)->value)
            continue; /* of all lists together: test_judge.c, test_score.c */
        equals(table[i].name, mean(table[i].name, fixture, USERS, 3), table[i].at_3);
        equals(table[i].name, mean(table[i].name, fixture, USERS, 5), table[i].at_5);
    }
}

static void all_names_have_known_values(void **state)
{
    (void)state;
    aisle_metric_info info;
    assert_int_equal(metric_count, NAMES);
    for (size_t i = 0; i < NAMES; i++) {
        assert_int_equal(aisle_metric_at(&info, i), 1);
        assert_string_equal(info.name, table[i].name);
        assert_true(info.meaning[0]);
        assert_true(strlen(info.name) < 24); /* "name@10000" has 32 bytes in the results */
    }
    assert_int_equal(aisle_metric_at(&info, NAMES), 0);
    assert_null(metric_find("precision@5"));
    assert_null(metric_find(""));
}

/* Case 9: a perfect list for one bought product. */
static void perfect_list(void **state)
{
    (void)state;
    static const uint8_t hit[] = {1, 0, 0, 0, 0};
    const hit_list list = {hit, NULL, items_3, &facts, 5, 1};
    equals("precision", mean("precision", &list, 1, 5), .2);
    static const char *const ones[] = {
        "precision_r", "precision_micro", "r_precision", "recall", "recall_capped",
        "map",         "map_full",        "ndcg",        "mrr",    "hit_rate"};
    for (size_t i = 0; i < sizeof ones / sizeof *ones; i++)
        equals(ones[i], mean(ones[i], &list, 1, 5), 1);
    equals("map_div_k", mean("map_div_k", &list, 1, 5), .2);
}

/* Case 10, first half: bought, but no list: 0 in every metric, and counted. */
static void no_list_scores_nothing(void **state)
{
    (void)state;
    static const uint8_t hit[] = {1};
    const hit_list lists[] = {{hit, hit, items_5, &facts, 1, 1}, {NULL, NULL, NULL, &facts, 0, 3}};
    for (size_t i = 0; i < NAMES; i++) {
        bool counted = strcmp(table[i].name, "precision_with_lists") != 0 &&
                       strcmp(table[i].name, "precision_micro") != 0 &&
                       strcmp(table[i].name, "revenue_precision_micro") != 0 &&
                       metric_find(table[i].name)->need != METRIC_NEEDS_BEFORE &&
                       metric_find(table[i].name)->need != METRIC_NEEDS_CATEGORIES;
        equals(table[i].name, mean(table[i].name, lists + 1, 1, 5), 0);
        if (counted)
            equals(table[i].name, mean(table[i].name, lists, 2, 5),
                   mean(table[i].name, lists, 1, 5) / 2);
    }
}

/* Of lists that are shorter or longer than k only the first k places count. */
static void places_beyond_k_count_for_nothing(void **state)
{
    (void)state;
    static const uint8_t hit[] = {0, 1, 1, 1, 1, 1, 1};
    static const uint32_t seven[] = {1, 2, 3, 4, 5, 6, 7};
    const hit_list longer = {hit, hit, seven, &facts, 7, 9},
                   exact = {hit, hit, seven, &facts, 3, 9};
    for (size_t i = 0; i < NAMES; i++)
        if (strcmp(table[i].name, "r_precision") != 0)
            equals(table[i].name, mean(table[i].name, &longer, 1, 3),
                   mean(table[i].name, &exact, 1, 3));
}

static void stay_between_0_and_1(void **state)
{
    (void)state;
    for (unsigned bits = 0; bits < 64; bits++)
        for (size_t bought = 1; bought < 9; bought++)
            for (size_t k = 1; k < 9; k++) {
                uint8_t hit[6];
                static const uint32_t items[] = {1, 2, 3, 5, 6, 7};
                size_t hits = 0;
                for (int i = 0; i < 6; i++)
                    hits += hit[i] = bits >> i & 1;
                const hit_list list = {hit, hit, items, &facts, 6, bought};
                if (hits > bought)
                    continue;
                for (size_t m = 0; m < NAMES; m++) {
                    double value = mean(table[m].name, &list, 1, k);
                    bool is_share = strcmp(table[m].name, "novelty") != 0 &&
                                    strcmp(table[m].name, "popularity") != 0 &&
                                    strcmp(table[m].name, "diversity") != 0;
                    assert_true(value >= 0 && (!is_share || value <= 1 + 1e-12));
                }
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(have_the_known_values),
        cmocka_unit_test(all_names_have_known_values),
        cmocka_unit_test(perfect_list),
        cmocka_unit_test(no_list_scores_nothing),
        cmocka_unit_test(places_beyond_k_count_for_nothing),
        cmocka_unit_test(stay_between_0_and_1),
    };
    return cmocka_run_group_tests_name("metrics", tests, NULL, NULL);
}
