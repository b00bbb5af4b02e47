#include "data_fixture.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "data/reader/sql/session.h"
#include "data/reader/values/times.h"

static void assert_iso(const char *written, time_kind kind, int64_t value)
{
    written_time t;
    if (!time_parse_iso(&t, (slice){written, strlen(written)}))
        fail_msg("cannot parse '%s'", written);
    assert_int_equal(t.kind, kind);
    assert_int_equal(t.value, value);
}

static void test_iso(void **state)
{
    (void)state;
    const int64_t noon = 17167 * INT64_C(86400) + 12 * 3600;
    assert_iso("2017-01-01", TIME_OF_DATE, 17167);
    assert_iso("20170101", TIME_OF_DATE, 17167);
    assert_iso("1969-12-31", TIME_OF_DATE, -1);
    assert_iso("2017-01-01T12:00", TIME_OF_CLOCK, noon);
    assert_iso("2017-01-01 12:00:59", TIME_OF_CLOCK, noon + 59);
    assert_iso("2017-01-01 12:00:59.999999", TIME_OF_CLOCK, noon + 59);
    assert_iso("2017-01-01T12:00:00Z", TIME_OF_INSTANT, noon);
    assert_iso("2017-01-01T12:00:00+02:00", TIME_OF_INSTANT, noon - 7200);
    assert_iso("2017-01-01T12:00:00-0530", TIME_OF_INSTANT, noon + 19800);
    assert_iso("2017-01-01 12:00:00+00", TIME_OF_INSTANT, noon);
    assert_iso("2016-12-31T23:59:60Z", TIME_OF_INSTANT, 17167 * INT64_C(86400) - 1);
}

static void test_what_is_no_iso(void **state)
{
    (void)state;
    const char *const wrong[] = {"",
                                 "2017",
                                 "2017-13-01",
                                 "2017-02-29",
                                 "2017-1-1",
                                 "01.02.2017",
                                 "2017-01-01T",
                                 "2017-01-01T24:00",
                                 "2017-01-01T12:60",
                                 "2017-01-01T12",
                                 "2017-01-01T12:00:00.",
                                 "2017-01-01T12:00+",
                                 "2017-01-01T12:00Zx",
                                 "2017-01-01 ",
                                 "1483272000",
                                 "2017-01-01T12:00:00+1",
                                 "2017-01-01T12:00:00+25:00",
                                 "2017-01-01x"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        written_time t;
        if (time_parse_iso(&t, (slice){wrong[i], strlen(wrong[i])}))
            fail_msg("'%s' was read as a time", wrong[i]);
    }
}

/* The day of a text cell under these options; NULL or what is wrong. */
static const char *day_of(int32_t *day, int format, const char *zone, const char *source,
                          const char *written)
{
    session s = {.threads = 1};
    time_reader reader;
    data_options options = {0};
    aisle_error err = AISLE_ERROR_INIT;
    const char *reason = NULL;
    static char names[][12] = {"auto", "iso", "epoch_s", "epoch_ms", "day_number"};
    options.receipts.time_format = names[format];
    options.receipts.time_zone = (char *)zone;
    options.receipts.source_zone = (char *)source;
    options.receipts.origin = (moment){MOMENT_DAY, 17166};
    slice cell = {written, strlen(written)};
    cells column = {.kind = CELLS_TEXT, .texts = &cell};
    if (time_reader_init(&reader, &s, &options, &err) ||
        time_reader_day(day, &reason, &reader, &column, 0, &err))
        fail_msg("%s", err.message);
    time_reader_fini(&reader);
    session_fini(&s);
    return reason;
}

static void assert_day(int format, const char *zone, const char *source, const char *written,
                       const char *expected)
{
    int32_t day;
    char date[16];
    const char *reason = day_of(&day, format, zone, source, written);
    if (reason)
        fail_msg("'%s': %s", written, reason);
    date_format(date, day);
    assert_string_equal(date, expected);
}

/* cases.md 21 */
static void test_formats(void **state)
{
    (void)state;
    assert_day(TIME_AUTO, "UTC", "UTC", "2017-01-01", "2017-01-01");
    assert_day(TIME_ISO, "UTC", "UTC", "2017-01-01T23:59:59", "2017-01-01");
    assert_day(TIME_EPOCH_S, "UTC", "UTC", "1483228799", "2016-12-31");
    assert_day(TIME_EPOCH_S, "UTC", "UTC", "1483228800.5", "2017-01-01");
    assert_day(TIME_EPOCH_MS, "UTC", "UTC", "1483228799999", "2016-12-31");
    assert_day(TIME_EPOCH_MS, "UTC", "UTC", "-1", "1969-12-31");
    assert_day(TIME_DAY_NUMBER, "UTC", "UTC", "1", "2017-01-01");
    int32_t day;
    assert_non_null(day_of(&day, TIME_AUTO, "UTC", "UTC", "1483228799"));
    assert_non_null(day_of(&day, TIME_EPOCH_S, "UTC", "UTC", "2017-01-01"));
    assert_non_null(day_of(&day, TIME_EPOCH_S, "UTC", "UTC", "9223372036854775807"));
    assert_non_null(day_of(&day, TIME_DAY_NUMBER, "UTC", "UTC", "9223372036854775807"));
}

/* cases.md 22: the last second before a day, and its first, on the shop's clock. */
static void test_midnight_in_the_shop(void **state)
{
    (void)state;
    const char *shop = "America/New_York";
    assert_day(TIME_ISO, shop, "UTC", "2017-01-02 04:59:59", "2017-01-01");
    assert_day(TIME_ISO, shop, "UTC", "2017-01-02 05:00:00", "2017-01-02");
    assert_day(TIME_ISO, shop, "UTC", "2017-07-02 03:59:59", "2017-07-01");
    assert_day(TIME_ISO, shop, "UTC", "2017-07-02T00:00:00-04:00", "2017-07-02");
    assert_day(TIME_ISO, shop, "UTC", "2017-07-01T23:59:59-04:00", "2017-07-01");
    assert_day(TIME_EPOCH_S, shop, "UTC", "1483333199", "2017-01-01");
    assert_day(TIME_EPOCH_S, shop, "UTC", "1483333200", "2017-01-02");
    /* A date is in no zone. */
    assert_day(TIME_ISO, shop, "UTC", "2017-01-02", "2017-01-02");
}

static void test_zone_of_the_source(void **state)
{
    (void)state;
    assert_day(TIME_ISO, "Europe/Berlin", "Europe/Berlin", "2017-01-01 23:30:00", "2017-01-01");
    assert_day(TIME_ISO, "Europe/Berlin", "America/New_York", "2017-01-01 18:30:00", "2017-01-02");
    assert_day(TIME_ISO, "Europe/Berlin", "America/New_York", "2017-01-01T18:30:00-05:00",
               "2017-01-02");
    /* Summer time starts two weeks earlier in New York: 5 hours apart instead of 6. */
    assert_day(TIME_ISO, "Europe/Berlin", "America/New_York", "2017-03-20 18:30:00", "2017-03-20");
    assert_day(TIME_ISO, "Asia/Kathmandu", "UTC", "2017-01-01 18:15:00", "2017-01-02");
    assert_day(TIME_ISO, "Asia/Kathmandu", "UTC", "2017-01-01 18:14:59", "2017-01-01");
}

static void test_a_zone_that_is_none(void **state)
{
    (void)state;
    session s = {.threads = 1};
    time_reader reader;
    data_options options = {.receipts.time_format = (char[]){"auto"}};
    aisle_error err;
    options.receipts.time_zone = (char *)"Europe/Atlantis";
    assert_int_equal(time_reader_init(&reader, &s, &options, &err), AISLE_ERROR_CONFIG);
    assert_mentions(err.message, "data.receipts.time_zone");
    assert_mentions(err.message, "Europe/Atlantis");
    session_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_iso),
        cmocka_unit_test(test_what_is_no_iso),
        cmocka_unit_test(test_formats),
        cmocka_unit_test(test_midnight_in_the_shop),
        cmocka_unit_test(test_zone_of_the_source),
        cmocka_unit_test(test_a_zone_that_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
