#include "data_fixture.h"

#include <string.h>

#include "data/returns.h"

enum { MOST = 8 };

/* One user's lines, written out as rows. */
typedef struct row {
    uint32_t item;
    int32_t day;
    float quantity;
    double value;
} row;

static void assert_cancels(const row *given, size_t n, const row *expected, size_t left,
                           size_t cancelled)
{
    uint32_t item[MOST], basket[MOST];
    int32_t day[MOST];
    float quantity[MOST];
    double value[MOST];
    float discount[MOST];
    for (size_t i = 0; i < n; i++) {
        item[i] = given[i].item;
        day[i] = given[i].day;
        basket[i] = (uint32_t)i;
        quantity[i] = given[i].quantity;
        value[i] = given[i].value;
        discount[i] = (float)given[i].value / 4;
    }
    line_columns lines = {.n = n,
                          .item = item,
                          .day = day,
                          .basket = basket,
                          .quantity = quantity,
                          .value = value,
                          .discount = discount};
    size_t found_cancelled;
    assert_int_equal(returns_cancel(&lines, &found_cancelled, NULL), AISLE_OK);
    assert_int_equal(lines.n, left);
    assert_int_equal(found_cancelled, cancelled);
    for (size_t i = 0; i < left; i++) {
        assert_int_equal(item[i], expected[i].item);
        assert_int_equal(day[i], expected[i].day);
        assert_true(quantity[i] == expected[i].quantity);
        assert_true(value[i] == expected[i].value);
        assert_true(discount[i] == (float)expected[i].value / 4);
    }
}

static void test_plus_one_minus_one(void **state)
{
    (void)state;
    const row given[] = {{1, 10, 1, 2}, {2, 10, 1, 3}, {1, 12, -1, -2}};
    const row expected[] = {{2, 10, 1, 3}};
    assert_cancels(given, 3, expected, 1, 1);
}

static void test_latest_first_and_in_part(void **state)
{
    (void)state;
    const row given[] = {{1, 10, 2, 4}, {1, 11, 4, 8}, {1, 12, -5, -10}};
    const row expected[] = {{1, 10, 1, 2}};
    assert_cancels(given, 3, expected, 1, 1);
}

static void test_return_before_the_purchase_has_no_effect(void **state)
{
    (void)state;
    const row given[] = {{1, 10, -1, -2}, {1, 11, 1, 2}};
    const row expected[] = {{1, 11, 1, 2}};
    assert_cancels(given, 2, expected, 1, 0);
}

/* A day's baskets have no order in time. */
static void test_return_of_the_same_day(void **state)
{
    (void)state;
    const row given[] = {{1, 10, -1, -2}, {1, 10, 1, 2}};
    assert_cancels(given, 2, NULL, 0, 1);
}

static void test_only_returns(void **state)
{
    (void)state;
    const row given[] = {{1, 10, -1, -2}, {2, 11, -3, 0}};
    assert_cancels(given, 2, NULL, 0, 0);
}

static void test_rounding_leaves_no_crumbs(void **state)
{
    (void)state;
    const row given[] = {{1, 10, 0.3f, 3}, {1, 11, -0.1f, -1}, {1, 12, -0.2f, -2}};
    assert_cancels(given, 3, NULL, 0, 1);
}

static void test_without_returns_nothing_changes(void **state)
{
    (void)state;
    const row given[] = {{1, 10, 1, 2}, {1, 10, 2, 3}};
    assert_cancels(given, 2, given, 2, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plus_one_minus_one),
        cmocka_unit_test(test_latest_first_and_in_part),
        cmocka_unit_test(test_return_before_the_purchase_has_no_effect),
        cmocka_unit_test(test_return_of_the_same_day),
        cmocka_unit_test(test_only_returns),
        cmocka_unit_test(test_rounding_leaves_no_crumbs),
        cmocka_unit_test(test_without_returns_nothing_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
