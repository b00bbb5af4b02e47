#include "base/mem.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static void is_aligned_and_zeroed(void **state)
{
    (void)state;
    for (size_t n = 0; n < 300; n += 7) {
        unsigned char *a = mem_zeroed(n, 3);
        assert_non_null(a);
        assert_int_equal((uintptr_t)a % 64, 0);
        for (size_t i = 0; i < 3 * n; i++)
            assert_int_equal(a[i], 0);
        mem_free(a);
    }
    mem_free(NULL);
}

static void too_much_is_refused(void **state)
{
    (void)state;
    assert_null(mem_array(SIZE_MAX, 2));
    assert_null(mem_array(SIZE_MAX, 1));
    assert_null(mem_zeroed(SIZE_MAX / 8, 16));
}

static void copies(void **state)
{
    (void)state;
    const uint32_t values[] = {1, 2, 3};
    uint32_t *copy = mem_copy(values, 3, sizeof *values);
    assert_memory_equal(copy, values, sizeof values);
    mem_free(copy);
    copy = mem_copy(NULL, 0, 4);
    assert_non_null(copy);
    mem_free(copy);
    char *text = mem_text("hello"), *part = mem_text_n("hello", 2);
    assert_string_equal(text, "hello");
    assert_string_equal(part, "he");
    mem_free(text);
    mem_free(part);
}

static void grows_and_keeps(void **state)
{
    (void)state;
    uint32_t *values = NULL;
    size_t capacity = 0;
    for (uint32_t i = 0; i < 5000; i++) {
        assert_int_equal(mem_grow(&values, &capacity, i + 1, sizeof *values), 0);
        assert_true(capacity > i);
        values[i] = i;
    }
    for (uint32_t i = 0; i < 5000; i++)
        assert_int_equal(values[i], i);
    size_t before = capacity;
    assert_int_equal(mem_grow(&values, &capacity, SIZE_MAX, sizeof *values), -1);
    assert_int_equal(capacity, before);
    assert_int_equal(values[4999], 4999);
    mem_free(values);
}

static void fails_after_so_many(void **state)
{
    (void)state;
    void *a, *b, *c;
    mem_fail_after(2);
    a = mem_array(1, 1);
    b = mem_zeroed(1, 1);
    c = mem_text("x");
    void *d = mem_array(1, 1);
    mem_fail_after(-1);
    void *e = mem_array(1, 1);
    assert_true(a && b && !c && !d && e);
    mem_free(a);
    mem_free(b);
    mem_free(e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_aligned_and_zeroed),
        cmocka_unit_test(too_much_is_refused),
        cmocka_unit_test(copies),
        cmocka_unit_test(grows_and_keeps),
        cmocka_unit_test(fails_after_so_many),
    };
    return cmocka_run_group_tests_name("mem", tests, NULL, NULL);
}
