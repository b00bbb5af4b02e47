#include "base/text.h"

#include "base/fail.h"
#include "base/mem.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#undef fail /* cmocka has a macro of that name */

static void grows(void **state)
{
    (void)state;
    text t = {0};
    for (int i = 0; i < 1000; i++)
        text_add(&t, "%d,", i);
    assert_int_equal(t.length, 3890);
    assert_int_equal(strlen(t.bytes), 3890);
    assert_memory_equal(t.bytes + 3880, "7,998,999,", 10);
    text_add_bytes(&t, "a\0b", 3);
    assert_int_equal(t.length, 3893);
    text_add_bytes(&t, NULL, 0);
    assert_false(t.failed);
    text_fini(&t);
    assert_null(t.bytes);
}

static void failure_stays(void **state)
{
    (void)state;
    text t = {0};
    text_add(&t, "before");
    mem_fail_after(0);
    text_add(&t, "%1000d", 1);
    mem_fail_after(-1);
    assert_true(t.failed);
    text_add(&t, "after");
    assert_string_equal(t.bytes, "before");
    text_fini(&t);
}

static bool whole(int64_t *out, const char *s)
{
    return text_parse_i64(out, s, strlen(s));
}

static bool canonical(const char *s)
{
    int64_t value;
    return text_parse_canonical_i64(&value, s, strlen(s));
}

static void parses_whole_numbers(void **state)
{
    (void)state;
    int64_t v = 7;
    assert_true(whole(&v, "0") && v == 0);
    assert_true(whole(&v, "-12") && v == -12);
    assert_true(whole(&v, "0012") && v == 12);
    assert_true(whole(&v, "9223372036854775807") && v == INT64_MAX);
    assert_true(whole(&v, "-9223372036854775808") && v == INT64_MIN);
    static const char *const wrong[] = {"",
                                        "-",
                                        "+1",
                                        " 1",
                                        "1 ",
                                        "1.0",
                                        "1e3",
                                        "0x1",
                                        "--1",
                                        "9223372036854775808",
                                        "-9223372036854775809",
                                        "99999999999999999999999"};
    v = 7;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(whole(&v, wrong[i]));
    assert_int_equal(v, 7);
    assert_true(text_parse_i64(&v, "123", 2) && v == 12);
}

/* Case 6: what a number is printed as, and nothing else. */
static void knows_canonical_numbers(void **state)
{
    (void)state;
    static const char *const yes[] = {
        "0", "1", "-1", "10", "9148955329465708066", "-9223372036854775808"};
    static const char *const no[] = {
        "", "0001", "00", "-0", "-01", "+1", "A-01", "1.0", "9223372036854775808"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        assert_true(canonical(yes[i]));
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        assert_false(canonical(no[i]));
}

static void parses_reals(void **state)
{
    (void)state;
    double v = 7;
    assert_true(text_parse_real(&v, "0.05") && v == 0.05);
    assert_true(text_parse_real(&v, "-1e-3") && v == -0.001);
    assert_true(text_parse_real(&v, "+.5") && v == 0.5);
    assert_true(text_parse_real(&v, "1e300") && v == 1e300);
    static const char *const wrong[] = {"",    " 1", "1 ", "nan", "inf",   "-inf",    "1e999",
                                        "1,5", "x",  "-",  ".",   "1.5.2", "infinity"};
    v = 7;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(text_parse_real(&v, wrong[i]));
    assert_true(v == 7);
}

/* A program around the library may have a locale with a decimal comma. */
static void goes_by_no_locale(void **state)
{
    (void)state;
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8",  "fr_FR.UTF-8", "fr_FR.utf8",
                                        "nl_NL.UTF-8", "es_ES.UTF-8", "it_IT.UTF-8"};
    const char *set = NULL;
    for (size_t i = 0; !set && i < sizeof names / sizeof *names; i++)
        set = setlocale(LC_ALL, names[i]);
    if (!set)
        skip();
    double v;
    text t = {0};
    char own[16];
    bool parsed = text_parse_real(&v, "0.25");
    text_add(&t, "%g", 0.5);
    snprintf(own, sizeof own, "%g", 0.5);
    setlocale(LC_ALL, "C");
    assert_true(parsed && v == 0.25);
    assert_string_equal(t.bytes, "0.5");
    assert_string_equal(own, "0,5");
    text_fini(&t);
}

static void errors_are_filled_in(void **state)
{
    (void)state;
    aisle_error err = {AISLE_OK, "old", "old", 3, 4};
    assert_int_equal(fail(&err, AISLE_ERROR_DATA, "%s %d", "what", 7), AISLE_ERROR_DATA);
    assert_string_equal(err.message, "what 7");
    assert_int_equal(err.code, AISLE_ERROR_DATA);
    assert_string_equal(err.file, "");
    assert_int_equal(err.line + err.column, 0);
    assert_int_equal(fail_at(&err, AISLE_ERROR_CONFIG, "f", 1, 2, "%2000d", 1), AISLE_ERROR_CONFIG);
    assert_int_equal(strlen(err.message), sizeof err.message - 1);
    assert_string_equal(err.file, "f");
    assert_int_equal(fail_at(NULL, AISLE_ERROR_IO, NULL, 0, 0, "x"), AISLE_ERROR_IO);
    assert_int_equal(fail_memory(&err), AISLE_ERROR_MEMORY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grows),
        cmocka_unit_test(failure_stays),
        cmocka_unit_test(parses_whole_numbers),
        cmocka_unit_test(knows_canonical_numbers),
        cmocka_unit_test(parses_reals),
        cmocka_unit_test(goes_by_no_locale),
        cmocka_unit_test(errors_are_filled_in),
    };
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
