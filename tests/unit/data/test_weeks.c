#include "data_fixture.h"

#include "data/weeks.h"

static void test_derived_weeks(void **state)
{
    (void)state;
    week_table w;
    const int32_t day[] = {100, 120};
    assert_int_equal(week_table_init(&w, day, NULL, 2, 100, 120, NULL), AISLE_OK);
    assert_int_equal(w.first, 1);
    assert_int_equal(w.count, 3);
    assert_int_equal(week_of_day(&w, 100), 1);
    assert_int_equal(week_of_day(&w, 106), 1);
    assert_int_equal(week_of_day(&w, 107), 2);
    assert_int_equal(week_first_day(&w, 3), 114);
    week_table_fini(&w);
}

static void test_beyond_the_data_weeks_go_on(void **state)
{
    (void)state;
    week_table w;
    const int32_t day[] = {100, 113};
    assert_int_equal(week_table_init(&w, day, NULL, 2, 100, 113, NULL), AISLE_OK);
    assert_int_equal(week_first_day(&w, 0), 93);
    assert_int_equal(week_first_day(&w, 3), 114);
    assert_int_equal(week_first_day(&w, 5), 128);
    for (int32_t number = -3; number < 8; number++) {
        assert_int_equal(week_of_day(&w, week_first_day(&w, number)), number);
        assert_int_equal(week_of_day(&w, week_first_day(&w, number + 1) - 1), number);
    }
    week_table_fini(&w);
}

/* The first week is cut, one starts on a day without a sale: the grid is found all the same. */
static void test_weeks_of_the_source_on_a_grid(void **state)
{
    (void)state;
    week_table w;
    const int32_t day[] = {104, 105, 111, 113, 118, 120};
    const int32_t week[] = {1, 2, 2, 3, 3, 4};
    assert_int_equal(week_table_init(&w, day, week, 6, 104, 120, NULL), AISLE_OK);
    assert_int_equal(w.first, 1);
    assert_int_equal(w.count, 4);
    const int32_t expected[] = {98, 105, 112, 119, 126};
    assert_memory_equal(w.start, expected, sizeof expected);
    week_table_fini(&w);
}

static void test_weeks_of_the_source_off_the_grid(void **state)
{
    (void)state;
    week_table w;
    const int32_t day[] = {100, 109, 110, 125, 126};
    const int32_t week[] = {7, 7, 8, 10, 11};
    assert_int_equal(week_table_init(&w, day, week, 5, 100, 126, NULL), AISLE_OK);
    assert_int_equal(w.first, 7);
    assert_int_equal(w.count, 5);
    const int32_t expected[] = {100, 110, 117, 125, 126, 133};
    assert_memory_equal(w.start, expected, sizeof expected);
    week_table_fini(&w);
}

static void test_a_day_in_two_weeks(void **state)
{
    (void)state;
    week_table w;
    aisle_error err;
    const int32_t day[] = {17167, 17168, 17168};
    const int32_t week[] = {1, 1, 2};
    assert_int_equal(week_table_init(&w, day, week, 3, 17167, 17168, &err), AISLE_ERROR_DATA);
    assert_mentions(err.message, "2017-01-02");
    assert_mentions(err.message, "week 1 and in week 2");
}

static void test_weeks_that_run_back(void **state)
{
    (void)state;
    week_table w;
    aisle_error err;
    const int32_t day[] = {17167, 17174};
    const int32_t back[] = {2, 1};
    assert_int_equal(week_table_init(&w, day, back, 2, 17167, 17174, &err), AISLE_ERROR_DATA);
    assert_mentions(err.message, "2017-01-08");
    assert_mentions(err.message, "ascend");
}

/* The source's number of each day's week, and back. */
static void assert_labels(const week_table *w, const int32_t *day, const int32_t *week, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int32_t number;
        assert_int_equal(week_label(w, week_of_day(w, day[i])), week[i]);
        assert_true(week_from_label(&number, w, week[i]));
        assert_int_equal(number, week_of_day(w, day[i]));
    }
}

/* 2016 has 52 weeks: 201652 is followed by 201701; week 201703 has no receipts. */
static void test_weeks_with_the_year_in_front(void **state)
{
    (void)state;
    week_table w;
    int32_t number;
    const int32_t day[] = {17154, 17161, 17163, 17167, 17172, 17174, 17189};
    const int32_t week[] = {201650, 201651, 201651, 201652, 201652, 201701, 201703};
    assert_int_equal(week_table_init(&w, day, week, 7, 17154, 17189, NULL), AISLE_OK);
    assert_int_equal(w.count, 6);
    for (int k = 0; k < 6; k++)
        assert_int_equal(w.start[k + 1] - w.start[k], 7);
    assert_labels(&w, day, week, 7);
    assert_int_equal(week_label(&w, w.first + 4), 201702);
    assert_int_equal(week_label(&w, w.first + 7), 201705);
    assert_true(week_from_label(&number, &w, 201704));
    assert_int_equal(number, w.first + 6);
    /* No week of the source: the next one is meant. */
    assert_false(week_from_label(&number, &w, 201653));
    assert_int_equal(number, w.first + 3);
    week_table_fini(&w);
    assert_int_equal(week_table_init(&w, day, week, 7, 17167, 17189, NULL), AISLE_OK);
    assert_labels(&w, day + 3, week + 3, 4);
    week_table_fini(&w);
}

/* Weeks of a retailer's own length, numbered by tens. */
static void test_weeks_that_count_by_ten(void **state)
{
    (void)state;
    week_table w;
    const int32_t day[] = {100, 107, 114, 121, 128};
    const int32_t week[] = {10, 20, 30, 40, 50};
    assert_int_equal(week_table_init(&w, day, week, 5, 100, 128, NULL), AISLE_OK);
    assert_int_equal(w.count, 5);
    assert_labels(&w, day, week, 5);
    week_table_fini(&w);
}

/* Days that cleaning left without lines do not stretch the table. */
static void test_weeks_span_what_is_left(void **state)
{
    (void)state;
    week_table w;
    const int32_t day[] = {100, 107, 114, 121};
    const int32_t week[] = {1, 2, 3, 4};
    assert_int_equal(week_table_init(&w, day, week, 4, 107, 114, NULL), AISLE_OK);
    assert_int_equal(w.first, 2);
    assert_int_equal(w.count, 2);
    week_table_fini(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_derived_weeks),
        cmocka_unit_test(test_beyond_the_data_weeks_go_on),
        cmocka_unit_test(test_weeks_of_the_source_on_a_grid),
        cmocka_unit_test(test_weeks_of_the_source_off_the_grid),
        cmocka_unit_test(test_a_day_in_two_weeks),
        cmocka_unit_test(test_weeks_with_the_year_in_front),
        cmocka_unit_test(test_weeks_that_count_by_ten),
        cmocka_unit_test(test_weeks_that_run_back),
        cmocka_unit_test(test_weeks_span_what_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
