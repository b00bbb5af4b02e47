/* Metrics by name, against values that were computed with other projects' programs. */
#include "evaluate/metrics.h"

#include "evaluate/bootstrap.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* User: list | bought. 1: 1,3,2,4,5 | 1,2. 2: 5,6,7,8,9 | 9. 3: 1,2,3,4,5 | 1..8. 4: no list | 4,5.
 * 5: 3 | 3. (6 bought nothing: no household of the truth.) */
static const uint8_t hits_1[] = {1, 0, 1, 0, 0}, hits_2[] = {0, 0, 0, 0, 1},
                     hits_3[] = {1, 1, 1, 1, 1}, hits_5[] = {1};
/* Of the hits, those that were bought before: 1: {1, 5}, 3: {1, 2, 3}. */
static const uint8_t repeat_1[] = {1, 0, 0, 0, 0}, repeat_2[] = {0, 0, 0, 0, 0},
                     repeat_3[] = {1, 1, 1, 0, 0}, repeat_5[] = {0};
static const hit_list fixture[] = {
    {hits_1, repeat_1, 5, 2}, {hits_2, repeat_2, 5, 1}, {hits_3, repeat_3, 5, 8},
    {NULL, NULL, 0, 2},       {hits_5, repeat_5, 1, 1},
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
};
enum { NAMES = sizeof table / sizeof *table };

static double mean(const char *name, const hit_list *lists, size_t n, size_t k)
{
    const metric *m = metric_find(name);
    metric_value values[USERS];
    aisle_estimate e;
    assert_non_null(m);
    for (size_t i = 0; i < n; i++)
        values[i] = m->value(&lists[i], k);
    const bootstrap_options none = {.resamples = 0, .threads = 1};
    assert_int_equal(bootstrap_estimate(&e, values, 1, n, &none, NULL), AISLE_OK);
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
    const hit_list list = {hit, NULL, 5, 1};
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
    const hit_list lists[] = {{hit, hit, 1, 1}, {NULL, NULL, 0, 3}};
    for (size_t i = 0; i < NAMES; i++) {
        bool counted = strcmp(table[i].name, "precision_with_lists") != 0 &&
                       strcmp(table[i].name, "precision_micro") != 0;
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
    const hit_list longer = {hit, hit, 7, 9}, exact = {hit, hit, 3, 9};
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
                size_t hits = 0;
                for (int i = 0; i < 6; i++)
                    hits += hit[i] = bits >> i & 1;
                const hit_list list = {hit, hit, 6, bought};
                if (hits > bought)
                    continue;
                for (size_t m = 0; m < NAMES; m++) {
                    double value = mean(table[m].name, &list, 1, k);
                    assert_true(value >= 0 && value <= 1 + 1e-12);
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
