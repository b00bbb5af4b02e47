#include "data_fixture.h"

#include <string.h>

#include "base/mem.h"

/* Values from an array of texts; bytes and offsets are freed by the caller. */
static aisle_values values_of(const char *const *texts, size_t n)
{
    uint64_t *offsets = NEW_ARRAY(uint64_t, n + 1);
    char *bytes = NEW_ARRAY(char, 1000);
    uint64_t at = 0;
    for (size_t i = 0; i < n; i++) {
        offsets[i] = at;
        memcpy(bytes + at, texts[i], strlen(texts[i]));
        at += strlen(texts[i]);
    }
    offsets[n] = at;
    return (aisle_values){n, NULL, bytes, offsets};
}

static void free_values(aisle_values v)
{
    mem_free((void *)v.bytes);
    mem_free((void *)v.offsets);
}

static void assert_order(const char *const *given, const char *const *sorted, size_t n, bool is_int)
{
    id_table t;
    uint32_t order[16];
    char buffer[32];
    aisle_values v = values_of(given, n);
    assert_int_equal(id_table_init(&t, order, &v, NULL), AISLE_OK);
    free_values(v);
    assert_int_equal(t.count, n);
    assert_int_equal(t.is_int, is_int);
    assert_int_equal(id_table_check(&t, NULL), AISLE_OK);
    for (uint32_t i = 0; i < n; i++) {
        assert_string_equal(id_table_text(&t, i, buffer), sorted[i]);
        assert_int_equal(id_table_find(&t, sorted[i]), i);
        assert_string_equal(id_table_text(&t, order[i], buffer), given[i]);
    }
    assert_int_equal(id_table_find(&t, "none"), AISLE_MISSING);
    assert_int_equal(id_table_find(&t, ""), AISLE_MISSING);
    id_table_fini(&t);
}

static void test_ids_come_back_verbatim(void **state)
{
    (void)state;
    const char *given[] = {"A-01", "9148955329465708066", "0001", "1", "-0",
                           "+1",   "18446744073709551615"};
    const char *sorted[] = {"1",    "9148955329465708066",  "+1",  "-0",
                            "0001", "18446744073709551615", "A-01"};
    assert_order(given, sorted, 7, false);
}

static void test_printed_ints_become_ints(void **state)
{
    (void)state;
    const char *given[] = {"10", "-3", "9", "9223372036854775807", "-9223372036854775808", "0"};
    const char *sorted[] = {"-9223372036854775808", "-3", "0", "9", "10", "9223372036854775807"};
    assert_order(given, sorted, 6, true);
}

static void test_int_table_finds_printed_ints_only(void **state)
{
    (void)state;
    int64_t ints[] = {5, 1};
    uint32_t order[2];
    id_table t;
    aisle_values v = {2, ints, NULL, NULL};
    assert_int_equal(id_table_init(&t, order, &v, NULL), AISLE_OK);
    assert_int_equal(order[0], 1);
    assert_int_equal(id_table_find(&t, "5"), 1);
    assert_int_equal(id_table_find(&t, "05"), AISLE_MISSING);
    assert_int_equal(id_table_find(&t, " 5"), AISLE_MISSING);
    id_table_fini(&t);
}

/* An id that joins never changes how two others are ordered. */
static void test_order_of_two_does_not_depend_on_others(void **state)
{
    (void)state;
    const char *alone[] = {"9", "10"};
    const char *with_text[] = {"10", "B", "9"};
    const char *sorted[] = {"9", "10", "B"};
    assert_order(alone, alone, 2, true);
    assert_order(with_text, sorted, 3, false);
}

static void test_subset_and_match(void **state)
{
    (void)state;
    const char *given[] = {"A", "2", "10", "B"};
    const char *others[] = {"10", "B", "C"};
    aisle_values v = values_of(given, 4), w = values_of(others, 3);
    id_table all, other, ints, texts;
    uint32_t index[4], pick_ints[] = {0, 1}, pick_texts[] = {1, 3};
    char buffer[32];
    assert_int_equal(id_table_init(&all, NULL, &v, NULL), AISLE_OK);
    assert_int_equal(id_table_init(&other, NULL, &w, NULL), AISLE_OK);
    id_table_match(index, &all, &other);
    const uint32_t expected[] = {AISLE_MISSING, 0, AISLE_MISSING, 1};
    assert_memory_equal(index, expected, sizeof expected);
    assert_int_equal(id_table_subset(&ints, &all, pick_ints, 2, NULL), AISLE_OK);
    assert_true(ints.is_int);
    assert_int_equal(ints.ints[1], 10);
    assert_int_equal(id_table_subset(&texts, &all, pick_texts, 2, NULL), AISLE_OK);
    assert_false(texts.is_int);
    assert_string_equal(id_table_text(&texts, 1, buffer), "B");
    id_table_fini(&all);
    id_table_fini(&other);
    id_table_fini(&ints);
    id_table_fini(&texts);
    free_values(v);
    free_values(w);
}

static void test_wrong_values_are_refused(void **state)
{
    (void)state;
    id_table t;
    const char *twice[] = {"a", "b", "a"};
    int64_t ints[] = {7, 7};
    uint64_t offsets[] = {0, 3};
    aisle_values texts = values_of(twice, 3), numbers = {2, ints, NULL, NULL};
    aisle_values zero = {1, NULL, "a\0b", offsets};
    aisle_error err;
    assert_int_equal(id_table_init(&t, NULL, &texts, &err), AISLE_ERROR_ARGUMENT);
    assert_int_equal(id_table_init(&t, NULL, &numbers, &err), AISLE_ERROR_ARGUMENT);
    assert_int_equal(id_table_init(&t, NULL, &zero, &err), AISLE_ERROR_DATA);
    free_values(texts);
}

static void test_empty_table(void **state)
{
    (void)state;
    id_table t;
    aisle_values none = {0, NULL, NULL, NULL};
    assert_int_equal(id_table_init(&t, NULL, &none, NULL), AISLE_OK);
    assert_int_equal(t.count, 0);
    assert_int_equal(id_table_check(&t, NULL), AISLE_OK);
    assert_int_equal(id_table_find(&t, "1"), AISLE_MISSING);
    id_table_fini(&t);
}

static void test_check_finds_disorder(void **state)
{
    (void)state;
    int64_t ints[] = {2, 1};
    id_table wrong = {.count = 2, .is_int = true, .ints = ints};
    assert_int_equal(id_table_check(&wrong, NULL), AISLE_ERROR_DATA);
    char bytes[] = "a\0b";
    uint64_t offsets[] = {0, 2, 3};
    id_table no_end = {.count = 2, .bytes = bytes, .offsets = offsets};
    assert_int_equal(id_table_check(&no_end, NULL), AISLE_ERROR_DATA);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ids_come_back_verbatim),
        cmocka_unit_test(test_printed_ints_become_ints),
        cmocka_unit_test(test_int_table_finds_printed_ints_only),
        cmocka_unit_test(test_order_of_two_does_not_depend_on_others),
        cmocka_unit_test(test_subset_and_match),
        cmocka_unit_test(test_wrong_values_are_refused),
        cmocka_unit_test(test_empty_table),
        cmocka_unit_test(test_check_finds_disorder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
