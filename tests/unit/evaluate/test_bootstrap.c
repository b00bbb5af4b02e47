/* Intervals: around the value, of the right width, the same for any number of threads. */
#include "evaluate/metrics/bootstrap.h"

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
    assert_int_equal(bootstrap_estimate(&e, NULL, values, 1, n, &o, NULL), AISLE_OK);
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
    assert_int_equal(bootstrap_estimate(&e, NULL, values, 1, 2, &o, NULL), AISLE_OK);
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
    assert_int_equal(bootstrap_estimate(e, NULL, values, 2, N, &o, NULL), AISLE_OK);
    assert_true(e[1].low == 2 * e[0].low && e[1].high == 2 * e[0].high);
    mem_free(values);
}

/* The interval of a difference is that of the difference of each household. */
static void differences_are_paired(void **state)
{
    (void)state;
    metric_value *values = NEW_ARRAY(metric_value, 3 * N);
    const bootstrap_options o = {400, 0.95, 3, 2};
    double *resampled = NEW_ARRAY(double, 3 * o.resamples);
    aisle_estimate e[3], d;
    rng r = rng_init(8, 8);
    for (int i = 0; i < N; i++) {
        values[i] = (metric_value){rng_unit(&r), 1};
        values[N + i] = (metric_value){values[i].sum + 0.01 * rng_unit(&r), 1};
        values[2 * N + i] = (metric_value){values[N + i].sum - values[i].sum, 1};
    }
    assert_int_equal(bootstrap_estimate(e, resampled, values, 3, N, &o, NULL), AISLE_OK);
    bootstrap_sample a = {e[1].value, resampled + o.resamples}, b = {e[0].value, resampled};
    assert_int_equal(bootstrap_difference(&d, &a, &b, &o, NULL), AISLE_OK);
    assert_true(fabs(d.value - e[2].value) < 1e-12);
    assert_true(fabs(d.low - e[2].low) < 1e-12 && fabs(d.high - e[2].high) < 1e-12);
    assert_true(d.high - d.low < (e[0].high - e[0].low) / 10);
    mem_free(values);
    mem_free(resampled);
}

/* Each household is drawn as often as any other, and n draws make a resample. */
static void draws_are_even(void **state)
{
    (void)state;
    enum { FEW = 7, MANY = 20000 };
    metric_value values[FEW * FEW] = {{0, 0}};
    aisle_estimate e[FEW];
    const bootstrap_options o = {MANY, 0.95, 3, 2};
    double *resampled = NEW_ARRAY(double, FEW *MANY);
    for (int c = 0; c < FEW; c++)
        for (int i = 0; i < FEW; i++)
            values[c * FEW + i] = (metric_value){c == i, 1};
    assert_int_equal(bootstrap_estimate(e, resampled, values, FEW, FEW, &o, NULL), AISLE_OK);
    for (int c = 0; c < FEW; c++) {
        double sum = 0, squares = 0;
        for (int b = 0; b < MANY; b++) {
            sum += resampled[c * MANY + b];
            squares += resampled[c * MANY + b] * resampled[c * MANY + b];
        }
        /* Binomial of 7 draws with chance 1/7: mean 1/7, variance 6/7/7/7 of the share. */
        assert_true(fabs(sum / MANY - 1.0 / FEW) < 0.005);
        assert_true(fabs(squares / MANY - pow(sum / MANY, 2) - 6.0 / 343) < 0.001);
    }
    for (int b = 0; b < MANY; b++) {
        double all = 0;
        for (int c = 0; c < FEW; c++)
            all += resampled[c * MANY + b];
        assert_true(fabs(all - 1) < 1e-12);
    }
    mem_free(resampled);
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
            bootstrap_estimate(threads == 1 ? first : other, NULL, values, COLUMNS, N, &o, NULL),
            AISLE_OK);
        if (threads > 1)
            assert_memory_equal(first, other, sizeof first);
    }
    const bootstrap_options seed = {300, 0.95, 12, 2};
    assert_int_equal(bootstrap_estimate(other, NULL, values, COLUMNS, N, &seed, NULL), AISLE_OK);
    assert_true(other[0].value == first[0].value && other[0].low != first[0].low);
    mem_free(values);
}

static void too_much_is_refused(void **state)
{
    (void)state;
    aisle_estimate e;
    metric_value value[] = {{1, 1}, {1, 1}, {1, 1}};
    const bootstrap_options o = {SIZE_MAX / 2, 0.95, 1, 1};
    assert_int_equal(bootstrap_estimate(&e, NULL, value, 1, 3, &o, NULL), AISLE_ERROR_MEMORY);
    for (long n = 0; n < 2; n++) {
        const bootstrap_options small = {10, 0.95, 1, 1};
        mem_fail_after(n);
        aisle_status status = bootstrap_estimate(&e, NULL, value, 1, 1, &small, NULL);
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
        cmocka_unit_test(differences_are_paired),
        cmocka_unit_test(draws_are_even),
        cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(too_much_is_refused),
    };
    return cmocka_run_group_tests_name("bootstrap", tests, NULL, NULL);
}
