/* Where the windows lie, and what is bought in them. */
#include "history/windows.h"

#include "base/date.h"
#include "base/mem.h"
#include "receipts.h"

#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { FIRST = RECEIPTS_FIRST_DAY };

/* First day of week w, the first being 1. */
static int32_t week(int32_t w)
{
    return FIRST + 7 * (w - 1);
}

/* One line a day of the given number of days. */
static aisle_dataset *daily(int32_t days, const aisle_config *config)
{
    receipts r = {0};
    for (int32_t d = 0; d < days; d++)
        receipts_add(&r, (receipt){100 + 7 * (d % 3), 1005 + 5 * (d % 7), d, FIRST + d, 1, 2});
    aisle_dataset *dataset = receipts_build(&r, config);
    receipts_fini(&r);
    return dataset;
}

/* The split of `days` days by a text of options. */
static split plan(int32_t days, const char *yaml)
{
    aisle_config *config = receipts_config(yaml);
    aisle_dataset *d = daily(days, config);
    aisle_error err = AISLE_ERROR_INIT;
    split s;
    if (split_init(&s, d, config, &err))
        fail_msg("%s", err.message);
    aisle_dataset_free(d);
    aisle_config_free(config);
    return s;
}

static void refused(int32_t days, const char *yaml, const char *text)
{
    aisle_config *config = receipts_config(yaml);
    aisle_dataset *d = daily(days, config);
    aisle_error err = AISLE_ERROR_INIT;
    split s;
    assert_int_equal(split_init(&s, d, config, &err), AISLE_ERROR_CONFIG);
    if (!strstr(err.message, text))
        fail_msg("'%s' is not in '%s'", text, err.message);
    aisle_dataset_free(d);
    aisle_config_free(config);
}

static void same_window(window a, int32_t from, int32_t to)
{
    assert_int_equal(a.from, from);
    assert_int_equal(a.to, to);
}

static void defaults_to_the_last_weeks(void **state)
{
    (void)state;
    split s = plan(140, "{}");
    same_window(s.test, week(18), week(21));
    assert_int_equal(s.test_as_of, week(18));
    assert_int_equal(s.n_labels, 2);
    same_window(s.labels[0], week(12), week(15));
    same_window(s.labels[1], week(15), week(18));
    assert_int_equal(s.labels_as_of[0], week(12));
    assert_int_equal(s.labels_as_of[1], week(15));
    assert_int_equal(s.catalogue_as_of, week(12));
}

/* Weeks that nobody numbered: windows end with the last receipt, whatever day that is. */
static void windows_count_back_from_the_last_day(void **state)
{
    (void)state;
    for (int32_t days = 100; days < 108; days++) {
        split s = plan(days, "{}");
        int32_t end = FIRST + days;
        same_window(s.test, end - 21, end);
        assert_int_equal(s.n_labels, 2);
        same_window(s.labels[0], end - 63, end - 42);
        same_window(s.labels[1], end - 42, end - 21);
        assert_int_equal(s.test_as_of, end - 21);
        s = plan(days, "split: {horizon: 2, test_first: 13}");
        same_window(s.test, week(13), end);
        /* Numbers keep their meaning. */
        s = plan(days, "split: {test_first: 12, test_last: 14}");
        same_window(s.test, week(12), week(15));
        assert_false(s.partial_left_out);
    }
}

/* A day that stands for its week, as where receipts are by week. */
static void a_day_a_week_is_a_week(void **state)
{
    (void)state;
    aisle_config *config = receipts_config("{}");
    receipts r = {0};
    for (int32_t w = 1; w <= 20; w++)
        receipts_add(&r, (receipt){100, 1005, w, week(w), 1, 2});
    aisle_dataset *d = receipts_build(&r, config);
    split s;
    assert_int_equal(split_init(&s, d, config, NULL), AISLE_OK);
    same_window(s.test, week(18), week(21));
    receipts_fini(&r);
    aisle_dataset_free(d);
    aisle_config_free(config);
}

/* One line on each of the given days, with the weeks of a source. */
static split plan_numbered(const int32_t *day, const int32_t *number, size_t n, const char *yaml,
                           aisle_dataset_summary *summary)
{
    static const int64_t ids[] = {100, 107};
    uint32_t code[512] = {0};
    aisle_config *config = receipts_config(yaml);
    aisle_receipts r = {.lines = n, .day = day, .week = number};
    for (size_t i = 0; i < n; i++)
        code[i] = i % 2;
    r.user = r.item = (aisle_coded){code, {.count = 2, .ints = ids}};
    aisle_dataset *d;
    aisle_error err = AISLE_ERROR_INIT;
    split s = {0};
    if (aisle_dataset_build(&d, &r, NULL, NULL, config, &err) || split_init(&s, d, config, &err))
        fail_msg("%s", err.message);
    *summary = d->summary;
    aisle_dataset_free(d);
    aisle_config_free(config);
    return s;
}

/* Weeks of a source: what the last has, and whether a test window ends with it. */
static void a_last_week_that_is_not_full(void **state)
{
    (void)state;
    int32_t day[512], number[512];
    for (int32_t d = 0; d < 147; d++) {
        day[d] = FIRST + d;
        number[d] = 31 + d / 7;
    }
    for (int32_t more = 0; more <= 7; more++) {
        aisle_dataset_summary sum;
        split s = plan_numbered(day, number, (size_t)(140 + more), "{}", &sum);
        bool partial = more > 0 && more<7, out = more> 0 && more < 4;
        assert_int_equal(sum.partial_week.days, partial ? more : 0);
        assert_int_equal(sum.partial_week.under_half, out);
        assert_int_equal(s.partial_left_out, out);
        same_window(s.test, more < 4 ? week(18) : week(19), more < 4 ? week(21) : week(22));
        if (partial) {
            assert_int_equal(sum.partial_week.usual, 7);
            assert_int_equal(sum.partial_week.week, 51);
            assert_int_equal(sum.partial_week.from, week(21));
            assert_int_equal(sum.partial_week.to, week(21) + more - 1);
        }
        if (more == 0)
            continue;
        s = plan_numbered(day, number, (size_t)(140 + more), "split: {test_last: 51}", &sum);
        same_window(s.test, week(19), week(22));
        assert_false(s.partial_left_out);
        s = plan_numbered(day, number, (size_t)(140 + more), "split: {test_first: 51}", &sum);
        same_window(s.test, week(21), week(22));
    }
}

/* Closed on Sundays, it is a week like others; closed on some days before its last, that is said.
 */
static void closed_days_leave_no_week_out(void **state)
{
    (void)state;
    int32_t day[512], number[512];
    for (int rule = 0; rule < 2; rule++) {
        aisle_dataset_summary sum;
        size_t n = 0;
        for (int32_t d = 0; d < 140; d++) {
            if (rule == 0 ? d % 7 == 6 : d > 133 && d < 138)
                continue;
            day[n] = FIRST + d;
            number[n++] = 1 + d / 7;
        }
        split s = plan_numbered(day, number, n, "{}", &sum);
        assert_int_equal(sum.partial_week.days, rule == 0 ? 0 : 3);
        assert_false(sum.partial_week.under_half);
        same_window(s.test, week(18), week(21));
    }
}

/* A date far from all others is refused, wherever windows are asked for. */
static void one_far_day_does_not_decide(void **state)
{
    (void)state;
    aisle_config *config = receipts_config("split: {test_first: 16, test_last: 17}");
    for (int last = 0; last < 2; last++) {
        receipts r = {0};
        for (int32_t d = 0; d < 140; d++)
            receipts_add(&r, (receipt){100 + d % 12, 1005, d, FIRST + d, 1, 2});
        receipts_add(&r, (receipt){100, 1005, 999, last ? FIRST + 9000 : FIRST - 9000, 1, 2});
        aisle_dataset *d = receipts_build(&r, config);
        aisle_error err = AISLE_ERROR_INIT;
        split s;
        assert_int_equal(split_init(&s, d, config, &err), AISLE_ERROR_DATA);
        assert_non_null(strstr(err.message, last ? "data.receipts.until" : "data.receipts.from"));
        assert_non_null(strstr(err.message, "1 line"));
        assert_int_equal(split_init_serving(&s, d, config, &err), AISLE_ERROR_DATA);
        aisle_dataset_free(d);
        receipts_fini(&r);
    }
    aisle_config_free(config);
}

/* Few households: up to 8 windows, in the second half of the weeks. */
static void few_households_have_more_windows(void **state)
{
    (void)state;
    split s = plan(154, "ranker: {windows: 0}");
    assert_int_equal(s.n_labels, 3);
    same_window(s.labels[0], week(11), week(14));
    same_window(s.labels[2], week(17), week(20));
    s = plan(70, "ranker: {windows: 0}"); /* too few weeks for more than two */
    assert_int_equal(s.n_labels, 2);
    s = plan(700, "ranker: {windows: 0}");
    assert_int_equal(s.n_labels, 8);
    s = plan(700, "ranker: {windows: 5}");
    assert_int_equal(s.n_labels, 5);
    s = plan(140, "{split: {protocol: frozen}, ranker: {windows: 0}}");
    same_window(s.labels[0], week(12), week(18));
    s = plan(140, "{split: {labels_first: 12}, ranker: {windows: 8}}");
    assert_int_equal(s.n_labels, 2);
}

static void frozen_looks_once(void **state)
{
    (void)state;
    split s = plan(140, "split: {protocol: frozen}");
    same_window(s.test, week(18), week(21));
    assert_int_equal(s.test_as_of, week(12));
    assert_int_equal(s.n_labels, 1);
    same_window(s.labels[0], week(12), week(18));
    assert_int_equal(s.labels_as_of[0], week(12));
    assert_int_equal(s.catalogue_as_of, week(12));
}

static void goes_by_weeks(void **state)
{
    (void)state;
    split s = plan(140, "split: {test_first: 16, test_last: 17, labels_first: 5, labels_last: 13}\n"
                        "catalogue_as_of: 4");
    same_window(s.test, week(16), week(18));
    assert_int_equal(s.n_labels, 3);
    same_window(s.labels[0], week(5), week(8));
    same_window(s.labels[2], week(11), week(14));
    assert_int_equal(s.catalogue_as_of, week(4));
    /* What is left over at the front goes into the first window. */
    s = plan(140, "split: {labels_first: 11}");
    assert_int_equal(s.n_labels, 2);
    same_window(s.labels[0], week(11), week(15));
    s = plan(140, "split: {labels_first: 16}");
    assert_int_equal(s.n_labels, 1);
    same_window(s.labels[0], week(16), week(18));
    /* Weeks beyond the data go on in steps of 7 days. */
    s = plan(140, "split: {test_first: 18, test_last: 23}");
    same_window(s.test, week(18), week(24));
}

static void goes_by_dates(void **state)
{
    (void)state;
    char a[16], b[16], c[16], yaml[256];
    date_format(a, week(16) + 2);
    date_format(b, week(18) + 3);
    date_format(c, week(10) + 1);
    snprintf(yaml, sizeof yaml,
             "split: {test_first: %s, test_last: %s, labels_first: %s}\ncatalogue_as_of: %s", a, b,
             c, c);
    split s = plan(140, yaml);
    same_window(s.test, week(16) + 2, week(18) + 4);
    assert_int_equal(s.labels[0].from, week(10) + 1);
    assert_int_equal(s.labels[s.n_labels - 1].to, week(16) + 2);
    for (size_t i = 1; i < s.n_labels; i++)
        assert_int_equal(s.labels[i - 1].to, s.labels[i].from);
    assert_int_equal(s.catalogue_as_of, week(10) + 1);
}

static void refuses_what_does_not_fit(void **state)
{
    (void)state;
    refused(140, "split: {test_first: 20, test_last: 18}", "split.test_first");
    refused(140, "split: {test_first: 30, test_last: 31}", "no receipt lies in the test window");
    refused(140, "split: {test_first: -9, test_last: -8}", "no receipt");
    refused(140, "split: {test_first: 16, labels_last: 17}", "split.labels_last");
    refused(140, "split: {labels_first: 10, labels_last: 8}", "split.labels_first");
    refused(140, "split: {labels_first: 1}", "the first receipt");
    refused(140, "split: {horizon: 9}", "the first receipt");
    refused(140, "split: {horizon: 520}", "the first receipt");
    refused(600, "split: {horizon: 1, labels_first: 3}", "more than 64 label windows");
}

/* The windows never overlap, and each is looked at from no later than its start. */
static void windows_are_apart(void **state)
{
    (void)state;
    for (int h = 1; h <= 4; h++)
        for (int from = 3; from < 15; from++)
            for (int frozen = 0; frozen < 2; frozen++) {
                char yaml[128];
                snprintf(yaml, sizeof yaml, "split: {horizon: %d, labels_first: %d, protocol: %s}",
                         h, from, frozen ? "frozen" : "refit");
                split s = plan(138, yaml);
                int32_t end = s.labels[0].from;
                assert_int_equal(end, week(from));
                for (size_t i = 0; i < s.n_labels; i++) {
                    assert_int_equal(s.labels[i].from, end);
                    assert_true(s.labels[i].to > s.labels[i].from);
                    assert_true(s.labels_as_of[i] <= s.labels[i].from);
                    end = s.labels[i].to;
                }
                assert_int_equal(end, s.test.from);
                assert_true(s.test_as_of <= s.test.from && s.catalogue_as_of <= s.test_as_of);
            }
}

static void serving_ends_after_the_last_receipt(void **state)
{
    (void)state;
    const char *const texts[] = {"{}", "split: {protocol: frozen}",
                                 "split: {test_first: 14, test_last: 15, labels_first: 8}"};
    for (int32_t days = 136; days <= 140; days++)
        for (size_t t = 0; t < 3; t++) {
            aisle_config *config = receipts_config(texts[t]);
            aisle_dataset *d = daily(days, config);
            split s;
            assert_int_equal(split_init_serving(&s, d, config, NULL), AISLE_OK);
            int32_t end = FIRST + days;
            same_window(s.test, end, end);
            assert_int_equal(s.test_as_of, end);
            assert_int_equal(s.catalogue_as_of, end);
            assert_int_equal(s.labels[0].from, end - 42);
            assert_int_equal(s.labels[s.n_labels - 1].to, end);
            assert_int_equal(s.n_labels, 2);
            for (size_t i = 0; i < s.n_labels; i++)
                assert_int_equal(s.labels_as_of[i], s.labels[i].from);
            aisle_dataset_free(d);
            aisle_config_free(config);
        }
}

/* Cases 4, 5 and 22: distinct items of [from, to); what was brought back in it does not count. */
static void labels_are_distinct_and_net(void **state)
{
    (void)state;
    const receipt lines[] = {
        {100, 1005, 1, 49, 1, 1},    {100, 1010, 2, 50, 1, 1},    {100, 1010, 3, 55, 2, 2},
        {100, 1015, 4, 59, 1, 1},    {100, 1020, 5, 60, 1, 1},    {107, 1005, 6, 52, 1, 1},
        {107, 1005, 7, 53, -1, -1},  {114, 1005, 8, 49, 1, 1},    {114, 1005, 9, 51, -1, -1},
        {114, 1010, 10, 52, 2, 2},   {114, 1010, 11, 53, -1, -1}, {121, 1010, 12, 52, 2, 2},
        {121, 1010, 13, 61, -2, -2},
    };
    receipts r = {0};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        receipts_add(&r, lines[i]);
    aisle_config *config = receipts_config(RECEIPTS_ROLES);
    aisle_dataset *d = receipts_build(&r, config);
    labels l;
    assert_int_equal(labels_init(&l, d, (window){50, 60}, NULL), AISLE_OK);
    assert_int_equal(l.n_users, 4);
    const uint64_t offsets[] = {0, 2, 2, 3, 4};
    for (size_t u = 0; u <= 4; u++)
        assert_int_equal(l.offset[u], offsets[u]);
    assert_int_equal(d->items.ints[l.item[0]], 1010);
    assert_int_equal(d->items.ints[l.item[1]], 1015);
    assert_int_equal(d->items.ints[l.item[2]], 1010);
    assert_int_equal(d->items.ints[l.item[3]], 1010);
    labels_fini(&l);
    aisle_dataset_free(d);
    aisle_config_free(config);
    receipts_fini(&r);
}

static void memory_runs_out(void **state)
{
    (void)state;
    aisle_config *config = receipts_config(RECEIPTS_ROLES);
    aisle_dataset *d = daily(140, config);
    aisle_status status = AISLE_ERROR_MEMORY;
    for (long n = 0; status != AISLE_OK; n++) {
        labels l;
        mem_fail_after(n);
        status = labels_init(&l, d, (window){week(4), week(9)}, NULL);
        mem_fail_after(-1);
        assert_true(status == AISLE_OK || status == AISLE_ERROR_MEMORY);
        if (status == AISLE_OK)
            labels_fini(&l);
        assert_true(n < 10000);
    }
    aisle_dataset_free(d);
    aisle_config_free(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_to_the_last_weeks),
        cmocka_unit_test(windows_count_back_from_the_last_day),
        cmocka_unit_test(a_day_a_week_is_a_week),
        cmocka_unit_test(a_last_week_that_is_not_full),
        cmocka_unit_test(closed_days_leave_no_week_out),
        cmocka_unit_test(one_far_day_does_not_decide),
        cmocka_unit_test(few_households_have_more_windows),
        cmocka_unit_test(frozen_looks_once),
        cmocka_unit_test(goes_by_weeks),
        cmocka_unit_test(goes_by_dates),
        cmocka_unit_test(refuses_what_does_not_fit),
        cmocka_unit_test(windows_are_apart),
        cmocka_unit_test(serving_ends_after_the_last_receipt),
        cmocka_unit_test(labels_are_distinct_and_net),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests_name("windows", tests, NULL, NULL);
}
