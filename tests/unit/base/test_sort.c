#include "base/sort.h"

#include "base/mem.h"
#include "base/rng.h"

#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* Keys of few bytes, of many, all the same; equal ones stay in their order. */
static void pairs_are_sorted_stably(void **state)
{
    (void)state;
    static const uint64_t masks[] = {0xff, 0xff00000000000000, UINT64_MAX, 0, 0x0f0f, 3};
    static const size_t sizes[] = {0, 1, 2, 300, 5000};
    for (size_t m = 0; m < sizeof masks / sizeof *masks; m++)
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
            size_t n = sizes[s];
            sort_pair *pairs = NEW_ARRAY(sort_pair, n), *scratch = NEW_ARRAY(sort_pair, n);
            rng r = rng_init(m, s);
            for (size_t i = 0; i < n; i++)
                pairs[i] = (sort_pair){rng_next(&r) & masks[m], (uint32_t)i};
            sort_pairs(pairs, scratch, n);
            uint64_t sum = 0;
            for (size_t i = 0; i < n; i++) {
                sum += pairs[i].value;
                assert_true(
                    i == 0 || pairs[i - 1].key < pairs[i].key ||
                    (pairs[i - 1].key == pairs[i].key && pairs[i - 1].value < pairs[i].value));
            }
            assert_int_equal(sum, n ? n * (n - 1) / 2 : 0);
            mem_free(pairs);
            mem_free(scratch);
        }
}

static int compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void numbers_are_sorted(void **state)
{
    (void)state;
    for (size_t n = 0; n < 100; n++) {
        uint32_t a[100] = {0}, b[100] = {0};
        rng r = rng_init(n, 1);
        for (size_t i = 0; i < n; i++)
            a[i] = b[i] = rng_below(&r, 2) ? (uint32_t)rng_next(&r) : rng_below(&r, 5);
        sort_u32(a, n);
        qsort(b, n, sizeof *b, compare);
        assert_memory_equal(a, b, n * sizeof *a + !n);
    }
}

static void medians(void **state)
{
    (void)state;
    int32_t one[] = {7}, two[] = {9, 4}, odd[] = {5, -1, 3}, even[] = {4, 1, 3, 2},
            wide[] = {INT32_MAX, INT32_MAX - 2};
    assert_true(sort_median_i32(one, 1) == 7);
    assert_true(sort_median_i32(two, 2) == 6.5);
    assert_true(sort_median_i32(odd, 3) == 3);
    assert_true(sort_median_i32(even, 4) == 2.5);
    assert_true(sort_median_i32(wide, 2) == (double)INT32_MAX - 1);
    int32_t many[101];
    for (int32_t i = 0; i < 101; i++)
        many[i] = (i * 37) % 101;
    assert_true(sort_median_i32(many, 101) == 50);
}

/* Streams are their own, numbers lie in their range and hit all of it. */
static void random_numbers(void **state)
{
    (void)state;
    rng a = rng_init(1, 1), b = rng_init(1, 1), c = rng_init(1, 2), d = rng_init(2, 1);
    uint64_t first = rng_next(&a);
    assert_true(first == rng_next(&b));
    assert_true(first != rng_next(&c) && first != rng_next(&d));
    int hits[7] = {0};
    double sum = 0;
    for (int i = 0; i < 70000; i++) {
        uint32_t x = rng_below(&a, 7);
        double u = rng_unit(&a);
        assert_true(x < 7 && u >= 0 && u < 1);
        hits[x]++;
        sum += u;
    }
    for (int x = 0; x < 7; x++)
        assert_in_range(hits[x], 9600, 10400);
    assert_true(sum > 34650 && sum < 35350);
    assert_int_equal(rng_below(&a, 1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_are_sorted_stably),
        cmocka_unit_test(numbers_are_sorted),
        cmocka_unit_test(medians),
        cmocka_unit_test(random_numbers),
    };
    return cmocka_run_group_tests_name("sort", tests, NULL, NULL);
}
