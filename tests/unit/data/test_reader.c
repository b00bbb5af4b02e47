#include "data_fixture.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "data/reader/values/coder.h"
#include "data/reader/values/numbers.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

static const char CSV[] = "data: {receipts: {path: r.csv, user: User_ID, item: item_id, basket: "
                          "basket, time: day, quantity: q, value: v}}";
static const char PARQUET[] = "data: {receipts: {path: r.parquet, user: user_id, item: item_id, "
                              "basket: basket, time: day, quantity: q, value: v}}";

static const char LINES[] = "user_id,basket,item_id,day,q,v,shop\n"
                            "1,b1,A-01,2017-01-01,1,1.99,12\n"
                            "9148955329465708066,b2,0001,2017-01-02,2,3,012\n"
                            "A-01,b3,1,2017-01-03,1,0.5,\n"
                            "0001,b4,1,2017-01-03,1,1e1,South\n";

/* cases.md 6 */
static void test_ids_come_back_verbatim(void **state)
{
    char buffer[32];
    fixture_write(state, "r.csv", LINES);
    aisle_dataset *d = fixture_read(state, CSV);
    const char *users[] = {"1", "9148955329465708066", "0001", "A-01"};
    const char *items[] = {"1", "0001", "A-01"};
    assert_int_equal(d->users.count, 4);
    assert_int_equal(d->items.count, 3);
    for (uint32_t u = 0; u < 4; u++)
        assert_string_equal(id_table_text(&d->users, u, buffer), users[u]);
    for (uint32_t i = 0; i < 3; i++)
        assert_string_equal(id_table_text(&d->items, i, buffer), items[i]);
    aisle_dataset_free(d);
}

static void test_sources_agree(void **state)
{
    fixture_write(state, "r.csv", LINES);
    aisle_dataset *csv = fixture_read(state, CSV);
    fixture_sql(state, "COPY (SELECT user_id, basket, item_id, day::DATE AS day, q::INTEGER AS q, "
                       "v::DECIMAL(6,2) AS v FROM read_csv('${folder}/r.csv', all_varchar = true)) "
                       "TO '${folder}/r.parquet'");
    aisle_dataset *parquet = fixture_read(state, PARQUET);
    aisle_dataset *sql = fixture_read(
        state,
        "data: {receipts: {sql: \"SELECT user_id AS u, * FROM read_csv('${folder}/r.csv', "
        "all_varchar = true) -- all of them;\\n ;\", user: u, item: item_id, basket: basket, "
        "time: day, quantity: q, value: v}}");
    assert_datasets_equal(csv, parquet);
    assert_datasets_equal(csv, sql);
    aisle_dataset_free(csv);
    aisle_dataset_free(parquet);
    aisle_dataset_free(sql);
}

static void test_stores_from_all_sources(void **state)
{
    fixture_write(state, "r.csv", LINES);
    aisle_dataset *csv = fixture_read(state, "data: {receipts: {path: r.csv, user: user_id, item: "
                                             "item_id, basket: basket, store: Shop, time: day}}");
    fixture_sql(state, "COPY (FROM read_csv('${folder}/r.csv', all_varchar = true)) "
                       "TO '${folder}/r.parquet'");
    aisle_dataset *parquet =
        fixture_read(state, "data: {receipts: {path: r.parquet, user: user_id, item: item_id, "
                            "basket: basket, store: shop, time: day}}");
    char buffer[32];
    assert_datasets_equal(csv, parquet);
    assert_int_equal(csv->stores.count, 3);
    assert_string_equal(id_table_text(&csv->stores, csv->store[0], buffer), "12");
    assert_string_equal(id_table_text(&csv->stores, csv->store[1], buffer), "012");
    assert_string_equal(id_table_text(&csv->stores, csv->store[2], buffer), "South");
    assert_int_equal(csv->store[3], AISLE_MISSING);
    aisle_dataset_free(csv);
    aisle_dataset_free(parquet);
}

static void test_integers_and_their_texts_agree(void **state)
{
    fixture_write(state, "r.csv",
                  "user_id,item_id,day,q,v,basket\n10,7,2017-01-01,1,1.1,5\n"
                  "9,8,2017-01-01,1,0.3,6\n9,8,2017-01-01,1,0.1,6\n");
    fixture_sql(state, "COPY (SELECT * REPLACE (v::FLOAT AS v, day::TIMESTAMP AS day) FROM "
                       "read_csv('${folder}/r.csv')) TO '${folder}/r.parquet'");
    aisle_dataset *csv = fixture_read(state, CSV), *parquet = fixture_read(state, PARQUET);
    assert_true(csv->users.is_int);
    assert_datasets_equal(csv, parquet);
    aisle_dataset_free(csv);
    aisle_dataset_free(parquet);
}

/* cases.md 20 */
static void test_a_missing_column(void **state)
{
    aisle_error err;
    fixture_write(state, "r.csv", "user,item_id,day,q,v\n1,2,2017-01-01,1,1\n");
    fixture_read_fails(state, CSV, AISLE_ERROR_DATA, &err);
    assert_mentions(err.message, "'User_ID' (data.receipts.user)");
    assert_mentions(err.message, "'basket' (data.receipts.basket)");
    assert_mentions(err.message, "found: user, item_id, day, q, v");
    fixture_read_fails(state, "data: {receipts: {sql: SELECT 1 AS a, user: u, item: i, time: t}}",
                       AISLE_ERROR_DATA, &err);
    assert_mentions(err.message, "found: a");
}

static void test_sources_that_are_none(void **state)
{
    aisle_error err;
    fixture_read_fails(state, CSV, AISLE_ERROR_IO, &err);
    assert_mentions(err.message, "r.csv");
    assert_mentions(err.message, "no such file");
    fixture_read_fails(state, PARQUET, AISLE_ERROR_IO, &err);
    fixture_write(state, "r.csv", "User_ID,item_id,basket,day,q,v\n");
    fixture_read_fails(state, CSV, AISLE_ERROR_DATA, &err);
    assert_mentions(err.message, "no rows");
    fixture_read_fails(state, "data: {receipts: {user: u, item: i, time: t}}", AISLE_ERROR_CONFIG,
                       &err);
    assert_mentions(err.message, "data.receipts");
    fixture_read_fails(state, "data: {receipts: {sql: SELEC 1, user: u, item: i, time: t}}",
                       AISLE_ERROR_CONFIG, &err);
    assert_mentions(err.message, "data.receipts");
    fixture_write(state, "r.parquet", "PAR1 not");
    aisle_config *config = fixture_config(state, PARQUET);
    aisle_dataset *d = NULL;
    assert_int_not_equal(aisle_dataset_read(&d, config, 1, &err), AISLE_OK);
    assert_mentions(err.message, "r.parquet");
    aisle_config_free(config);
}

/* A file with good lines, and bad ones by the way; gives the yaml. */
static const char *write_bad_lines(void **state, const char *more, const char *share)
{
    static char yaml[512];
    text bytes = {0};
    text_add(&bytes, "user_id,item_id,day,q,v\n");
    for (int i = 0; i < 95; i++)
        text_add(&bytes, "%d,1,2017-01-01,1,1\n", i);
    text_add(&bytes, "%s", more);
    fixture_write(state, "r.csv", bytes.bytes);
    text_fini(&bytes);
    snprintf(yaml, sizeof yaml,
             "data: {receipts: {path: r.csv, user: user_id, item: item_id, time: day, quantity: q, "
             "value: v}, rejected_path: rejected.csv, rejected_share: %s}",
             share);
    return yaml;
}

static const char BAD_LINES[] = "1,1,2017-01-32,1,1\n"
                                "1,,2017-01-01,1,1\n"
                                "1,1,2017-01-01,\"1,5\",1\n"
                                "1,1,2017-01-01\n"
                                "1,1,2017-01-01,1,1e99\n"
                                "\xff,1,2017-01-01,1,1\n"
                                "2,1,2017-01-01,1,1\n";

/* cases.md 21, second half */
static void test_bad_lines_are_set_aside(void **state)
{
    const char *yaml = write_bad_lines(state, BAD_LINES, "0.5");
    aisle_dataset *d = fixture_read(state, yaml);
    assert_int_equal(d->summary.set_aside[AISLE_REASON_REJECTED], 6);
    assert_int_equal(d->summary.lines_read, 102);
    fixture_assert_rejected(state, "rejected.csv", "r.csv",
                            "97,not a time as declared,day,2017-01-32,receipts\n"
                            "98,missing,item_id,,receipts\n"
                            "99,not a number as declared,q,\"1,5\",receipts\n"
                            "100,too few fields,,\"1,1,2017-01-01\",receipts\n"
                            "101,number out of range,v,1e99,receipts\n"
                            "102,not UTF-8,user_id,\xff,receipts\n");
    aisle_dataset_free(d);
    /* Without bad lines the old file does not stay. */
    aisle_dataset_free(fixture_read(state, write_bad_lines(state, "", "0.5")));
    fixture_assert_rejected(state, "rejected.csv", "r.csv", "");
}

static const char DISCOUNTS[] = "user_id,item_id,day,v,a,b\n"
                                "1,1,2017-01-01,3,-0.25,-1\n"
                                "1,2,2017-01-01,3,0,0\n"
                                "2,1,2017-01-01,3,,0.5\n"
                                "2,2,2017-01-01,3,much,0\n"
                                "2,3,2017-01-01,3,1e16,0\n";

/* The sum of the columns, whatever their sign. */
static void test_discounts_are_summed(void **state)
{
    static const char *const yaml = "data: {receipts: {path: r.csv, time: day, value: v, discount: "
                                    "%s}, rejected_path: rejected.csv, rejected_share: 1}";
    char written[256];
    fixture_write(state, "r.csv", DISCOUNTS);
    snprintf(written, sizeof written, yaml, "[a, b]");
    aisle_dataset *d = fixture_read(state, written);
    assert_int_equal(d->line.n, 3);
    assert_true(d->line.discount[0] == 1.25F && d->line.discount[1] == 0 &&
                d->line.discount[2] == 0.5F);
    assert_true(d->summary.has_discounts && fabs(d->summary.discounted - 2.0 / 3) < 1e-12);
    fixture_assert_rejected(state, "rejected.csv", "r.csv",
                            "5,not a number as declared,a,much,receipts\n"
                            "6,number out of range,a,1e16,receipts\n");
    aisle_dataset_free(d);
    snprintf(written, sizeof written, yaml, "b");
    d = fixture_read(state, written);
    assert_true(d->line.n == 5 && d->line.discount[0] == 1);
    aisle_dataset_free(d);
}

static void test_too_many_bad_lines(void **state)
{
    aisle_error err;
    fixture_read_fails(state, write_bad_lines(state, BAD_LINES, "0.01"), AISLE_ERROR_DATA, &err);
    assert_mentions(err.message, "6 of 102 lines");
    assert_mentions(err.message, "day not a time as declared, as '2017-01-32': 1 (line 97)");
    aisle_dataset_free(fixture_read(state, write_bad_lines(state, "x\n", "0.011")));
    fixture_read_fails(state, write_bad_lines(state, "x\n", "0.01"), AISLE_ERROR_DATA, &err);
    assert_int_equal(access(fixture_path(state, "rejected.csv"), F_OK), 0);
}

static void test_bad_rows_of_typed_columns(void **state)
{
    aisle_dataset *d = fixture_read(
        state, "data: {receipts: {sql: \"SELECT * FROM (VALUES (1, 1, DATE '2017-01-01', 1.5), "
               "(2, NULL, DATE '2017-01-01', 1), (3, 1, DATE 'infinity', 1), (4, 1, NULL, 1), "
               "(5, 1, DATE '2017-01-01', 'nan'::DOUBLE)) t(u, i, d, v)\", user: u, item: i, time: "
               "d, value: v}, rejected_share: 1}");
    assert_int_equal(d->line.n, 1);
    assert_int_equal(d->summary.set_aside[AISLE_REASON_REJECTED], 4);
    aisle_dataset_free(d);
}

static void test_numbers_need_a_declared_time_format(void **state)
{
    aisle_error err;
    const char *typed = "data: {receipts: {sql: \"SELECT 1 AS u, 1 AS i, 20170101 AS d\", user: u, "
                        "item: i, time: d%s}}";
    char yaml[512];
    snprintf(yaml, sizeof yaml, typed, "");
    fixture_read_fails(state, yaml, AISLE_ERROR_CONFIG, &err);
    assert_mentions(err.message, "data.receipts.time_format");
    snprintf(yaml, sizeof yaml, typed, ", time_format: iso");
    aisle_dataset *d = fixture_read(state, yaml);
    assert_int_equal(d->line.day[0], 17167);
    aisle_dataset_free(d);
    fixture_read_fails(state,
                       "data: {receipts: {sql: \"SELECT 1 AS u, 1 AS i, DATE '2017-01-01' AS d\", "
                       "user: u, item: i, time: d, time_format: epoch_s}}",
                       AISLE_ERROR_CONFIG, &err);
}

/* cases.md 23 and 24: one day is one side, and the order of lines is of no account. */
static void test_order_of_lines(void **state)
{
    fixture_write(state, "r.csv",
                  "user_id,item_id,day,basket,q,v\n2,a,2017-01-02T05:00:00Z,7,1,1\n"
                  "1,b,2017-01-02T04:59:59Z,8,1,.1\n1,b,2017-01-02T04:59:59Z,8,1,.2\n"
                  "1,b,2017-01-02T04:59:59Z,8,1,.3\n10,a,2017-01-02T05:00:00Z,9,1,1\n");
    const char *yaml = "data: {receipts: {path: r.csv, user: user_id, item: item_id, basket: "
                       "basket, time: day, time_zone: America/New_York, quantity: q, value: v}}";
    aisle_dataset *a = fixture_read(state, yaml);
    fixture_write(state, "r.csv",
                  "user_id,item_id,day,basket,q,v\n1,b,2017-01-02T04:59:59Z,8,1,.3\n"
                  "10,a,2017-01-02T05:00:00Z,9,1,1\n1,b,2017-01-02T04:59:59Z,8,1,.1\n"
                  "2,a,2017-01-02T05:00:00Z,7,1,1\n1,b,2017-01-02T04:59:59Z,8,1,.2\n");
    aisle_dataset *b = fixture_read(state, yaml);
    assert_datasets_equal(a, b);
    assert_int_equal(a->line.day[0], 17167);
    assert_int_equal(a->line.day[1], 17168);
    assert_int_equal(a->line.day[2], 17168);
    aisle_dataset_free(a);
    aisle_dataset_free(b);
}

static void test_names_and_paths_with_quotes(void **state)
{
    fixture_write(state, "it's.csv", "\"the \"\"user\"\"\",item id,\"day, of\"\n1,2,2017-01-01\n");
    aisle_dataset *csv = fixture_read(state, "data: {receipts: {path: \"it's.csv\", user: 'the "
                                             "\"user\"', item: Item ID, time: 'day, of'}}");
    fixture_sql(state, "COPY (SELECT 1 AS \"the \"\"user\"\"\", 2 AS \"item id\", DATE "
                       "'2017-01-01' AS \"day, of\") TO '${folder}/it''s.parquet'");
    aisle_dataset *parquet =
        fixture_read(state, "data: {receipts: {path: \"it's.parquet\", user: 'the \"user\"', item: "
                            "Item ID, time: 'day, of'}}");
    assert_datasets_equal(csv, parquet);
    aisle_dataset_free(csv);
    aisle_dataset_free(parquet);
}

static void test_numbers(void **state)
{
    (void)state;
    const struct {
        const char *written;
        double value;
    } good[] = {{"1", 1},         {"-0.5", -0.5}, {".25", .25},
                {"1e3", 1000},    {"0.1", 0.1},   {"123456789012345", 123456789012345},
                {"4.35", 4.35},   {"+2", 2},      {"0.30000000000000004", 0.1 + 0.2},
                {"00012.", 12.0}, {"1E-2", 0.01}};
    const char *const money[] = {"4.35 €", "$4.35", "EUR 4.35", "4.35-", "+4.35"};
    for (size_t i = 0; i < sizeof money / sizeof *money; i++) {
        double value;
        assert_true(number_parse(&value, (slice){money[i], strlen(money[i])}, (number_style){0}));
        assert_true(fabs(value) == 4.35);
    }
    const char *const bad[] = {"€",   "4.35 € 5", "5 6",   "",  " 1", "1 ", "1,5", "nan",
                               "inf", "0x10",     "1.2.3", "-", ".",  "1e", "abc"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        double value;
        if (!number_parse(&value, (slice){good[i].written, strlen(good[i].written)},
                          (number_style){0}))
            fail_msg("'%s'", good[i].written);
        assert_true(value == good[i].value);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        double value;
        if (number_parse(&value, (slice){bad[i], strlen(bad[i])}, (number_style){0}))
            fail_msg("'%s' was read as a number", bad[i]);
    }
}

static void test_coder(void **state)
{
    (void)state;
    coder ints = {0}, texts = {0};
    char buffer[32];
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 5000; i++) {
            int length = snprintf(buffer, sizeof buffer, "item-%d", i * 31);
            assert_int_equal(coder_code_int(&ints, i * INT64_C(7919)), i);
            assert_int_equal(coder_code_text(&texts, (slice){buffer, (size_t)length}), i);
        }
    assert_int_equal(coder_values(&ints).count, 5000);
    assert_int_equal(coder_values(&texts).count, 5000);
    const char *const unclean[] = {
        "\x80",         "\xc3",        "a\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80",
        "12345678\xff", "\xe0\x80\x80"};
    for (size_t i = 0; i < sizeof unclean / sizeof unclean[0]; i++)
        assert_int_equal(coder_code_text(&texts, (slice){unclean[i], strlen(unclean[i])}),
                         CODER_BAD);
    assert_int_equal(coder_code_text(&texts, (slice){"a\0b", 3}), CODER_BAD);
    assert_true(text_is_clean((slice){"Müller €, 12345678 😀", strlen("Müller €, 12345678 😀")}));
    coder_fini(&ints);
    coder_fini(&texts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_ids_come_back_verbatim),
        TEST(test_sources_agree),
        TEST(test_stores_from_all_sources),
        TEST(test_integers_and_their_texts_agree),
        TEST(test_a_missing_column),
        TEST(test_sources_that_are_none),
        TEST(test_bad_lines_are_set_aside),
        TEST(test_discounts_are_summed),
        TEST(test_too_many_bad_lines),
        TEST(test_bad_rows_of_typed_columns),
        TEST(test_numbers_need_a_declared_time_format),
        TEST(test_order_of_lines),
        TEST(test_names_and_paths_with_quotes),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_coder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
