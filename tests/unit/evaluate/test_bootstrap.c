/* Intervals: around the value, of the right width, the same for any number of threads. */
#include "evaluate/bootstrap.h"

#include "base/mem.h"
#include "base/rng.h"

#include <math.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { N = 1000 };

static aisle_estimate estimate_of(const metric_value *values, size_t n, double confidence)
{
    aisle_estimate e;
    const bootstrap_options o = {1000, confidence, 7, 2};
    assert_int_equal(bootstrap_estimate(&e, values, 1, n, &o, NULL), AISLE_OK);
    return e;
}

/* Of a share of one half among 1,000: .5 ± 1.96 · sqrt(.25 / 1000). */
static void has_the_known_width(void **state)
{
    (void)state;
    metric_value values[N];
    for (int i = 0; i < N; i++)
        values[i] = (metric_value){i % 2, 1};
    aisle_estimate e = estimate_of(values, N, 0.95);
    assert_true(e.value == 0.5);
    assert_true(e.low < 0.5 && e.high > 0.5);
    assert_true(fabs(e.low - 0.469) < 0.004 && fabs(e.high - 0.531) < 0.004);
    aisle_estimate narrow = estimate_of(values, N, 0.5), few = estimate_of(values, 50, 0.95);
    assert_true(narrow.low > e.low && narrow.high < e.high);
    assert_true(few.low < e.low && few.high > e.high);
}

static void constant_data_have_no_width(void **state)
{
    (void)state;
    metric_value values[N];
    for (int i = 0; i < N; i++)
        values[i] = (metric_value){0.25, 1};
    aisle_estimate e = estimate_of(values, N, 0.95), one = estimate_of(values, 1, 0.95);
    assert_true(e.value == 0.25 && e.low == 0.25 && e.high == 0.25);
    assert_true(one.value == 0.25 && one.low == 0.25 && one.high == 0.25);
}

static void ratios_are_of_sums(void **state)
{
    (void)state;
    metric_value values[] = {{1, 2}, {0, 0}, {3, 4}}, none[] = {{0, 0}, {0, 0}};
    aisle_estimate e = estimate_of(values, 3, 0.95);
    assert_true(fabs(e.value - 4.0 / 6) < 1e-12);
    assert_true(e.low >= 0 && e.low <= e.value && e.high >= e.value && e.high <= 0.75);
    e = estimate_of(none, 2, 0.95);
    assert_true(e.value == 0 && e.low == 0 && e.high == 0);
}

static void without_resamples_there_is_no_interval(void **state)
{
    (void)state;
    metric_value values[] = {{0, 1}, {1, 1}};
    const bootstrap_options o = {.threads = 4};
    aisle_estimate e;
    assert_int_equal(bootstrap_estimate(&e, values, 1, 2, &o, NULL), AISLE_OK);
    assert_true(e.value == 0.5 && e.low == 0.5 && e.high == 0.5);
}

static void fill(metric_value *values, size_t n)
{
    rng r = rng_init(5, 5);
    for (size_t i = 0; i < n; i++)
        values[i] = (metric_value){rng_unit(&r), 1 + rng_below(&r, 3)};
}

/* All columns go by the same resamples: a column that is another's double has a double interval. */
static void columns_share_their_resamples(void **state)
{
    (void)state;
    metric_value *values = NEW_ARRAY(metric_value, 2 * N);
    aisle_estimate e[2];
    const bootstrap_options o = {200, 0.9, 3, 2};
    fill(values, N);
    for (int i = 0; i < N; i++)
        values[N + i] = (metric_value){2 * values[i].sum, values[i].weight};
    assert_int_equal(bootstrap_estimate(e, values, 2, N, &o, NULL), AISLE_OK);
    assert_true(e[1].low == 2 * e[0].low && e[1].high == 2 * e[0].high);
    mem_free(values);
}

static void threads_change_nothing(void **state)
{
    (void)state;
    enum { COLUMNS = 7 };
    metric_value *values = NEW_ARRAY(metric_value, COLUMNS * N);
    aisle_estimate first[COLUMNS], other[COLUMNS];
    fill(values, COLUMNS * N);
    for (int threads = 1; threads <= 8; threads *= 2) {
        const bootstrap_options o = {300, 0.95, 11, threads};
        memset(other, 0xff, sizeof other);
        assert_int_equal(
            bootstrap_estimate(threads == 1 ? first : other, values, COLUMNS, N, &o, NULL),
            AISLE_OK);
        if (threads > 1)
            assert_memory_equal(first, other, sizeof first);
    }
    const bootstrap_options seed = {300, 0.95, 12, 2};
    assert_int_equal(bootstrap_estimate(other, values, COLUMNS, N, &seed, NULL), AISLE_OK);
    assert_true(other[0].value == first[0].value && other[0].low != first[0].low);
    mem_free(values);
}

static void too_much_is_refused(void **state)
{
    (void)state;
    aisle_estimate e;
    metric_value value = {1, 1};
    const bootstrap_options o = {SIZE_MAX / 2, 0.95, 1, 1};
    assert_int_equal(bootstrap_estimate(&e, &value, 1, 3, &o, NULL), AISLE_ERROR_MEMORY);
    for (long n = 0; n < 2; n++) {
        const bootstrap_options small = {10, 0.95, 1, 1};
        mem_fail_after(n);
        aisle_status status = bootstrap_estimate(&e, &value, 1, 1, &small, NULL);
        mem_fail_after(-1);
        assert_int_equal(status, AISLE_ERROR_MEMORY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_the_known_width),
        cmocka_unit_test(constant_data_have_no_width),
        cmocka_unit_test(ratios_are_of_sums),
        cmocka_unit_test(without_resamples_there_is_no_interval),
        cmocka_unit_test(columns_share_their_resamples),
        cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(too_much_is_refused),
    };
    return cmocka_run_group_tests_name("bootstrap", tests, NULL, NULL);
}
