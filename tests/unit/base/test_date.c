#include "base/date.h"

#include <stddef.h>
#include <string.h>
#include <time.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static void knows_days(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int32_t day;
    } known[] = {{"1970-01-01", 0},     {"1969-12-31", -1},      {"2000-02-29", 11016},
                 {"2017-12-31", 17531}, {"0001-01-01", -719162}, {"9999-12-31", 2932896}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        int32_t day;
        char text[16];
        assert_true(date_parse(&day, known[i].text));
        assert_int_equal(day, known[i].day);
        date_format(text, day);
        assert_string_equal(text, known[i].text);
    }
}

/* Every day from 1600 to 2400, against the C library. */
static void goes_round(void **state)
{
    (void)state;
    for (int32_t day = -135140; day < 157054; day++) {
        char text[16], other[16];
        int32_t back;
        time_t t = (time_t)day * 86400;
        struct tm tm;
        date_format(text, day);
        gmtime_r(&t, &tm);
        strftime(other, sizeof other, "%Y-%m-%d", &tm);
        assert_string_equal(text, other);
        assert_true(date_parse(&back, text));
        assert_int_equal(back, day);
    }
}

static void refuses_others(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",           "2017",       "2017-02-29",  "1900-02-29", "2017-00-01", "2017-13-01",
        "2017-01-00", "2017-01-32", "2017-04-31",  "2017/01/01", "2017-1-01",  "2017-01-1 ",
        " 2017-01-1", "+017-01-01", "2017-01-01T", "20170101",   "２017-01-1",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        int32_t day = 7;
        assert_false(date_parse(&day, wrong[i]));
        assert_int_equal(day, 7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_days),
        cmocka_unit_test(goes_round),
        cmocka_unit_test(refuses_others),
    };
    return cmocka_run_group_tests_name("date", tests, NULL, NULL);
}
