/* The keys that say how a source is written, in all of its tables. */
#include "shapes.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "data/reader/values/numbers.h"
#include "data/reader/values/pattern_time.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

/* What source and keys name is the plain file. */
static void assert_keys(void **state, const char *source, const char *keys)
{
    aisle_dataset *plain = shape_plain(state, NULL);
    aisle_dataset *d = shape_read(state, source, keys, "");
    assert_datasets_equal(d, plain);
    aisle_dataset_free(plain);
    aisle_dataset_free(d);
}

static void test_decimal_comma(void **state)
{
    shape_write(state, "r.csv", &(shape){.comma = true, .delimiter = ';'}, 0, SHAPE_ROWS);
    assert_shape(state, "path: r.csv, decimal: ','", NULL);
    assert_shape(state, "path: r.csv, decimal: ',', where: amount > -1e9 AND pieces < 99", NULL);
    shape_write(state, "r.csv", &(shape){.encoding = "ISO-8859-1", .comma = true}, 0, SHAPE_ROWS);
    assert_shape(state, "path: r.csv, decimal: ',', encoding: latin-1", NULL);
}

/* Numbers of a type of their own are not written with any mark. */
static void test_decimal_comma_beside_typed_numbers(void **state)
{
    static const char *const casts[] = {"FLOAT", "DOUBLE", "DECIMAL(10,3)", "VARCHAR"};
    shape_write_text(state, "c.csv", "card;sku;day;pieces;amount\nU2;A;2024-01-01;1,125;1.234,5\n");
    for (size_t i = 0; i < 4; i++) {
        char sql[512];
        snprintf(sql, sizeof sql,
                 "COPY (SELECT 'U1' AS card, 'A' AS sku, '2024-01-01' AS day, "
                 "CAST('1%s125' AS %s) AS pieces, '1.234,5' AS amount) TO '${folder}/p.parquet'",
                 i == 3 ? "," : ".", casts[i]);
        fixture_sql(state, sql);
        for (size_t files = 1; files < 3; files++) {
            aisle_dataset *d = shape_read(
                state,
                files == 1 ? "path: p.parquet, decimal: ','" : "path: '[cp].*', decimal: ','",
                "user: card, item: sku, time: day, quantity: pieces, value: amount", "");
            assert_int_equal(d->line.n, files);
            for (size_t l = 0; l < files; l++)
                assert_true(d->line.quantity[l] == 1.125F && d->line.value[l] == 1234.5F);
            aisle_dataset_free(d);
        }
    }
}

static void test_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *written;
        char decimal;
        double value;
    } good[] = {{"1.234,50-", ',', -1234.5},
                {"-1.234,50", ',', -1234.5},
                {"1 234 567", ',', 1234567},
                {"1'234.5", '.', 1234.5},
                {"1,234.5", '.', 1234.5},
                {"5-", 0, -5},
                {"1\xc2\xa0"
                 "234,5",
                 ',', 1234.5},
                {",5", ',', .5},
                {"12,", ',', 12},
                {"1e3", '.', 1000},
                {"+7,5", ',', 7.5}};
    static const char *const bad[] = {"+",  "-", "+-",     "--1",   "1--",         "-1-",
                                      ",",  ".", "1.23,4", "1,2,3", "1.234 567,0", "12 34",
                                      "1.", "a", "1e3,5",  "+ 1",   "1234.567,8"};
    double value;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        slice s = {good[i].written, strlen(good[i].written)};
        if (!number_parse(&value, s, (number_style){good[i].decimal}) || value != good[i].value)
            fail_msg("'%s' is %g", good[i].written, value);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (number_parse(&value, (slice){bad[i], strlen(bad[i])}, (number_style){','}))
            fail_msg("'%s' is %g", bad[i], value);
    for (size_t i = 0; i < 7; i++)
        assert_false(number_parse(&value, (slice){bad[i], strlen(bad[i])}, (number_style){0}));
}

static void test_day_of_the_year(void **state)
{
    (void)state;
    written_time t;
    assert_true(time_parse_pattern(&t, (slice){"2024-366", 8}, "%Y-%j"));
    assert_int_equal(t.value, 19723 + 365);
    assert_false(time_parse_pattern(&t, (slice){"2023-366", 8}, "%Y-%j"));
    assert_false(time_parse_pattern(&t, (slice){"1900-366", 8}, "%Y-%j"));
    assert_true(time_parse_pattern(&t, (slice){"2023-365", 8}, "%Y-%j"));
    assert_int_equal(t.value, 19723 - 1);
}

static void test_time_patterns(void **state)
{
    static const char *const patterns[] = {
        "%d.%m.%Y",    "%m/%d/%y %H:%M", "%Y%m%d%H%M%S",         "%d-%b-%Y %I:%M %p",
        "%a %b %d %Y", "%Y-%j",          "%Y-%m-%d %H:%M:%S UTC"};
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        char source[256];
        shape_write(state, "r.csv", &(shape){.day = patterns[i]}, 0, SHAPE_ROWS);
        snprintf(source, sizeof source, "path: r.csv, time_format: '%s'", patterns[i]);
        assert_shape(state, source, NULL);
    }
    shape_write(state, "r.csv", &(shape){.day = "%Y-%m-%dT%H:%M:%SZ"}, 0, SHAPE_ROWS);
    assert_shape(state, "path: r.csv", NULL);
}

static const char CLOCK_KEYS[] = "user: card, item: sku, basket: receipt, time: [day, clock], "
                                 "quantity: pieces, value: amount, store: shop";

static void test_date_and_clock(void **state)
{
    shape_write(state, "r.csv", &(shape){.columns = "crdtspah"}, 0, SHAPE_ROWS);
    assert_keys(state, "path: r.csv", CLOCK_KEYS);
    assert_keys(state, "path: r.csv, where: clock >= '00:00'", CLOCK_KEYS);
    shape_write(state, "r.csv", &(shape){.columns = "tcrspahd", .day = "%d.%m.%Y"}, 0, SHAPE_ROWS);
    assert_keys(state, "path: r.csv, time_format: '%d.%m.%Y %H:%M'", CLOCK_KEYS);
    fixture_sql(state,
                "COPY (SELECT * REPLACE (strptime(day, '%d.%m.%Y')::DATE AS day, clock::TIME "
                "AS clock) FROM read_csv('${folder}/r.csv', all_varchar = true, delim = ',', "
                "quote = '\"')) TO '${folder}/r.parquet'");
    assert_keys(state, "path: r.parquet", CLOCK_KEYS);
}

static void test_price(void **state)
{
    static const char *const keys = "user: card, item: sku, basket: receipt, time: day, quantity: "
                                    "pieces, price: price, store: shop";
    aisle_error err;
    shape_write(state, "r.csv", &(shape){.columns = "crdspxh"}, 0, SHAPE_ROWS);
    aisle_dataset *plain = shape_plain(state, NULL),
                  *d = shape_read(state, "path: r.csv", keys, "");
    assert_int_equal(d->line.n, plain->line.n);
    for (size_t i = 0; i < d->line.n; i++)
        assert_float_equal(d->line.value[i], plain->line.value[i], 1e-3 * 1240);
    aisle_dataset_free(plain);
    aisle_dataset_free(d);
    fixture_read_fails(state,
                       "data: {receipts: {path: r.csv, user: card, item: sku, time: day, "
                       "price: price, value: price}}",
                       AISLE_ERROR_CONFIG, &err);
    assert_mentions(err.message, "found value and price");
}

/* ---- where ---- */

static uint64_t count_left_out(void **state, const char *source)
{
    aisle_dataset *d = shape_read(state, source, shape_keys, "");
    uint64_t n = d->summary.set_aside[AISLE_REASON_WHERE];
    aisle_dataset_free(d);
    return n;
}

/* The same rows are left out of every source; numbers are as the keys say. */
static void test_where(void **state)
{
    static const char *const conditions[] = {
        "shop = '0001'", "pieces > 1 -- no more", "amount < 2 OR sku LIKE '%%no. 3'",
        "day BETWEEN '2024-02-01' AND '2024-02-29'", "CARD <> 'U3'"};
    uint64_t total = 0;
    shape_write(state, "r.csv", &(shape){.columns = "crdspahe"}, 0, SHAPE_ROWS);
    shape_write(state, "s.csv", &(shape){.columns = "ecrdspah", .delimiter = ';', .comma = true}, 0,
                SHAPE_ROWS);
    fixture_sql(state,
                "COPY (SELECT * REPLACE (amount::DOUBLE AS amount, pieces::INTEGER AS pieces) "
                "FROM read_csv('${folder}/r.csv', all_varchar = true, delim = ',', quote = "
                "'\"')) TO '${folder}/r.parquet'");
    for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++) {
        char source[256];
        uint64_t n[4];
        static const char *const paths[] = {"path: r.csv", "path: s.csv, decimal: ','",
                                            "path: r.parquet",
                                            "sql: \"FROM '${folder}/r.parquet'\""};
        for (int p = 0; p < 4; p++) {
            snprintf(source, sizeof source, "%s, where: \"%s\"", paths[p], conditions[i]);
            n[p] = count_left_out(state, source);
        }
        assert_true(n[0] > 0 && n[0] < SHAPE_ROWS);
        assert_int_equal(n[0], n[1]);
        assert_int_equal(n[0], n[2]);
        assert_int_equal(n[0], n[3]);
        total += n[0];
    }
    assert_true(total > 500);
    aisle_error err;
    fixture_read_fails(state,
                       "data: {receipts: {path: r.csv, user: card, item: sku, time: day, where: "
                       "remark IS NOT NULL}}",
                       AISLE_ERROR_DATA, &err);
    assert_mentions(err.message, "that data.receipts.where keeps");
}

/* Lines that are broken, or no UTF-8, are set aside under a condition as without one. */
static void test_where_and_bad_lines(void **state)
{
    text t = {0};
    aisle_dataset *d[2];
    text_add(&t, "card,sku,day,pieces,,note\n");
    for (int i = 0; i < 300; i++)
        text_add(&t,
                 i % 100 == 50   ? "U%d,A,2024-01-01\n"
                 : i % 100 == 60 ? "U%d\xff,A,2024-01-01,1,,x\n"
                 : i % 100 == 70 ? "U%d,A,2024-01-01,1,,\xe9\n"
                 : i % 100 == 80 ? "U%d,A,soon,1,,\n"
                                 : "U%d,A,2024-01-01,1,,y\n",
                 i);
    shape_write_text(state, "r.csv", t.bytes);
    for (int i = 0; i < 2; i++)
        d[i] = shape_read(state,
                          i ? "path: r.csv, where: \"coalesce(note, '') <> 'z'\"" : "path: r.csv",
                          "user: card, item: sku, time: day, quantity: pieces",
                          "rejected_share: 0.5, rejected_path: rejected.csv");
    assert_int_equal(d[0]->summary.set_aside[AISLE_REASON_REJECTED], 9);
    assert_int_equal(d[1]->summary.set_aside[AISLE_REASON_REJECTED], 12);
    char *rejected = fixture_slurp(state, "rejected.csv");
    assert_mentions(rejected, "\n52,too few fields,,");
    assert_mentions(rejected, "\n62,not UTF-8,card,");
    assert_mentions(rejected, "\n72,not UTF-8,note,");
    assert_mentions(rejected, "\n82,not a time as declared,day,soon,");
    mem_free(rejected);
    aisle_dataset_free(d[0]);
    aisle_dataset_free(d[1]);
    text_fini(&t);
}

/* Names of columns that a condition cannot use are no hindrance to it. */
static void test_where_and_names(void **state)
{
    aisle_error err;
    shape_write_text(state, "r.csv",
                     "##2,#1,card,sku,day,St\xfc"
                     "ck,a b,A B,\nx,y,U1,A,2024-01-01,1,2,3,\n");
    for (int i = 0; i < 2; i++) {
        aisle_dataset *d = shape_read(state,
                                      i ? "path: r.csv, where: \"\\\"#1\\\" = 'y'\""
                                        : "path: r.csv, where: card = 'U1'",
                                      "user: card, item: sku, time: day", "");
        assert_int_equal(d->line.n, 1);
        aisle_dataset_free(d);
    }
    fixture_read_fails(state,
                       "data: {receipts: {path: r.csv, user: card, item: sku, time: day, where: "
                       "\"\\\"a b\\\" = '2'\"}}",
                       AISLE_ERROR_CONFIG, &err);
    assert_mentions(err.message, "key 'data.receipts.where'");
}

/* A Parquet file may have a column of the name that DuckDB counts its rows by. */
static void test_where_and_row_numbers(void **state)
{
    static const char *const names[] = {"other", "file_row_number", "filename"};
    for (size_t i = 0; i < 3; i++) {
        char sql[512];
        snprintf(sql, sizeof sql,
                 "COPY (SELECT 'U1' AS card, 'A' AS sku, d AS day, 'x' AS %s FROM (VALUES "
                 "('2024-01-01'), ('never'), ('2024-01-02'), ('soon')) t(d)) TO "
                 "'${folder}/r.parquet'",
                 names[i]);
        fixture_sql(state, sql);
        for (int where = 0; where < 2; where++) {
            aisle_dataset_free(shape_read(
                state, where ? "path: r.parquet, where: day <> 'never'" : "path: r.parquet",
                "user: card, item: sku, time: day",
                "rejected_share: 0.9, rejected_path: rejected.csv"));
            fixture_assert_rejected(state, "rejected.csv", "r.parquet",
                                    where ? "4,not a time as declared,day,soon,receipts\n"
                                          : "2,not a time as declared,day,never,receipts\n"
                                            "4,not a time as declared,day,soon,receipts\n");
        }
    }
}

/* A long value is cut between two characters. */
static void test_long_values(void **state)
{
    text t = {0};
    text_add(&t, "card,sku,day\nU1,A,2024-01-01\nU1,A,x");
    for (int i = 0; i < 200; i++)
        text_add(&t, "ä");
    text_add(&t, "\n");
    shape_write_text(state, "r.csv", t.bytes);
    aisle_dataset_free(shape_read(state, "path: r.csv", "user: card, item: sku, time: day",
                                  "rejected_share: 0.9, rejected_path: rejected.csv"));
    char *rejected = fixture_slurp(state, "rejected.csv");
    assert_true(utf8_is_clean(rejected, strlen(rejected)));
    mem_free(rejected);
    text_fini(&t);
}

/* ---- Ids ---- */

static const char IDS[] = "land,card,sku,day,amount\n"
                          "a:b,c,A,2024-01-01,1\n"
                          "a,b:c,A,2024-01-01,1\n"
                          "a\\,b,A,2024-01-01,1\n"
                          "a\\:b,c,A,2024-01-01,1\n"
                          "a, c ,A,2024-01-01,1\n"
                          "NULL,7,A,2024-01-01,1\n"
                          "a,NULL,A,2024-01-01,1\n"
                          "a,,A,2024-01-01,1\n"
                          ",b,A,2024-01-01,1\n";

static void assert_users(const aisle_dataset *d, const char *const *users, size_t n)
{
    char buffer[32];
    assert_int_equal(d->users.count, n);
    for (uint32_t u = 0; u < n; u++) {
        bool found = false;
        for (size_t i = 0; i < n && !found; i++)
            found = strcmp(id_table_text(&d->users, u, buffer), users[i]) == 0;
        if (!found)
            fail_msg("nobody expects '%s'", id_table_text(&d->users, u, buffer));
    }
}

/* No two households are one; what stands for nothing in one column does in the whole id. */
static void test_ids_of_several_columns(void **state)
{
    static const char *const users[] = {"a\\:b:c", "a:b\\:c", "a\\\\:b", "a\\\\\\:b:c", "a:c"};
    static const char *const keys =
        "user: [land, card], item: [sku, day], time: day, value: amount";
    shape_write_text(state, "r.csv", IDS);
    aisle_dataset *d = shape_read(state, "path: r.csv", keys, "");
    assert_users(d, users, 5);
    assert_int_equal(d->summary.set_aside[AISLE_REASON_NO_CARD], 4);
    fixture_sql(state, "COPY (FROM read_csv('${folder}/r.csv', all_varchar = true, delim = ',', "
                       "escape = '\"', quote = '\"')) TO '${folder}/r.parquet'");
    aisle_dataset *p = shape_read(state, "path: r.parquet", keys, "");
    assert_datasets_equal(d, p);
    aisle_dataset_free(p);
    p = shape_read(state, "path: r.csv, where: 'true'", keys, "");
    assert_datasets_equal(d, p);
    aisle_dataset_free(p);
    aisle_dataset_free(d);
}

static void test_trim(void **state)
{
    static const char *const trimmed[] = {"a", "b c"};
    static const char *const verbatim[] = {" a", "a ", "\302\240a",

                                           "b c"};
    static const char *const keys = "user: card, item: sku, time: day";
    shape_write_text(state, "r.csv",
                     "card,sku,day\n a,A,2024-01-01\n\"a \",A,2024-01-01\n\xc2\xa0"
                     "a,A,2024-01-01\n"
                     "b c,A,2024-01-01\n   ,A,2024-01-01\n");
    fixture_sql(state, "COPY (FROM read_csv('${folder}/r.csv', all_varchar = true, delim = ',', "
                       "quote = '\"')) TO '${folder}/r.parquet'");
    for (int i = 0; i < 4; i++) {
        static const char *const sources[] = {"path: r.csv", "path: r.parquet",
                                              "path: r.csv, trim: false",
                                              "path: r.parquet, trim: false"};
        aisle_dataset *d = shape_read(state, sources[i], keys, "");
        assert_users(d, i < 2 ? trimmed : verbatim, i < 2 ? 2 : 4);
        assert_int_equal(d->summary.set_aside[AISLE_REASON_NO_CARD], 1);
        aisle_dataset_free(d);
    }
}

/* A byte-order mark in the middle, where files were put end to end, is no part of an id. */
static void test_marks_inside(void **state)
{
    static const char *const users[] = {"a", "b"};
    shape_write_text(state, "r.csv",
                     "\xef\xbb\xbf"
                     "a,A,2024-01-01\n\xef\xbb\xbf"
                     "a,B,2024-01-01\n"
                     "\xef\xbb\xbf"
                     "\"b\",B,2024-01-01\n\"b\",B,2024-01-01\n");
    aisle_dataset *d = shape_read(state, "path: r.csv, header: false, names: [card, sku, day]",
                                  "user: card, item: sku, time: day", "");
    assert_users(d, users, 2);
    aisle_dataset_free(d);
}

/* ---- No card ---- */

static void test_no_card(void **state)
{
    static const char *const users[] = {"-1", "U1", "nil"};
    static const char *const keys = "user: card, item: sku, time: day";
    shape_write_text(state, "r.csv",
                     "card,sku,day\nU1,A,2024-01-01\nNULL,A,2024-01-01\nnull,A,2024-01-01\nNaN,A,"
                     "2024-01-01\nNone,A,2024-01-01\nN/A,A,2024-01-01\n\\N,A,2024-01-01\nUNKNOWN,A,"
                     "2024-01-01\n-,A,2024-01-01\n,A,2024-01-01\n  ,A,2024-01-01\n-1,A,2024-01-01\n"
                     "nil,A,2024-01-01\n");
    aisle_dataset *d = shape_read(state, "path: r.csv", keys, "");
    assert_users(d, users, 3);
    assert_int_equal(d->summary.set_aside[AISLE_REASON_NO_CARD], 10);
    aisle_dataset_free(d);
    d = shape_read(state, "path: r.csv, no_card: ['-1', nil]", keys, "");
    assert_int_equal(d->summary.set_aside[AISLE_REASON_NO_CARD], 4);
    assert_int_equal(d->users.count, 9);
    aisle_dataset_free(d);
    /* Numbers are words only where they are listed: in columns of whole numbers, too. */
    static const char *const types[] = {"INTEGER", "BIGINT", "DOUBLE", "DECIMAL(9,2)", "VARCHAR"};
    for (size_t i = 0; i < 5; i++)
        for (int with = 0; with < 2; with++) {
            char source[512];
            snprintf(
                source, sizeof source,
                "sql: \"SELECT c::%s AS card, 'A' AS sku, DATE '2024-01-01' AS day FROM (VALUES "
                "(-1), (0), (7), (NULL), (1000)) t(c)\"%s",
                types[i], with ? ", no_card: ['-1', '0']" : "");
            d = shape_read(state, source, keys, "");
            assert_int_equal(d->users.count, with ? 2 : 4);
            assert_int_equal(d->summary.set_aside[AISLE_REASON_NO_CARD], with ? 3 : 1);
            aisle_dataset_free(d);
        }
}

/* Ids that are whole doubles are whole numbers; NaN is none. */
static void test_parquet_nan_and_whole_doubles(void **state)
{
    fixture_sql(
        state,
        "COPY (SELECT * FROM (VALUES (1000.0::DOUBLE, 7.0::FLOAT, DATE '2024-01-01', 1.5), "
        "('nan'::DOUBLE, 8, DATE '2024-01-01', 1), (1000.5, 'nan'::FLOAT, DATE "
        "'2024-01-02', 2), (NULL, 7, DATE '2024-01-02', 2), (1e15, 7, DATE '2024-01-03', 3), "
        "('inf'::DOUBLE, 9, DATE '2024-01-03', 1)) t(card, sku, day, amount)) TO "
        "'${folder}/r.parquet'");
    static const char *const users[] = {"1000", "1000000000000000"};
    aisle_dataset *d =
        shape_read(state, "path: r.parquet", "user: card, item: sku, time: day, value: amount",
                   "rejected_share: 0.5");
    assert_users(d, users, 2);
    assert_true(d->users.is_int && d->items.is_int && d->items.count == 1);
    assert_int_equal(d->items.ints[0], 7);
    assert_int_equal(d->summary.set_aside[AISLE_REASON_NO_CARD], 3);
    assert_int_equal(d->summary.set_aside[AISLE_REASON_REJECTED], 1);
    aisle_dataset_free(d);
}

/* ---- Days ---- */

static void test_from_and_until(void **state)
{
    static const char *const sources[] = {"path: plain.csv", "path: plain.csv, where: 'true'",
                                          "path: r.parquet"};
    aisle_dataset_free(shape_plain(state, NULL));
    fixture_sql(state,
                "COPY (FROM read_csv('${folder}/plain.csv', all_varchar = true, delim = ',', "
                "quote = '\"')) TO '${folder}/r.parquet'");
    for (size_t i = 0; i < 3; i++) {
        char source[256];
        snprintf(source, sizeof source, "%s, from: 2024-01-11, until: 2024-02-10", sources[i]);
        aisle_dataset *d = shape_read(state, source, shape_keys, "");
        assert_int_equal(d->summary.first_day, 19723 + 10);
        assert_int_equal(d->summary.last_day, 19723 + 40);
        assert_int_equal(d->summary.set_aside[AISLE_REASON_DAYS], SHAPE_ROWS - 3 * 31);
        aisle_dataset_free(d);
    }
    aisle_error err;
    fixture_read_fails(state,
                       "data: {receipts: {path: plain.csv, user: card, item: sku, time: day, "
                       "from: 2025-01-01}}",
                       AISLE_ERROR_DATA, &err);
    assert_mentions(err.message, "from data.receipts.from to until");
    fixture_read_fails(state,
                       "data: {receipts: {path: plain.csv, user: card, item: sku, time: day, "
                       "from: 2024-02-01, until: 2024-01-31}}",
                       AISLE_ERROR_CONFIG, &err);
    assert_mentions(err.message, "data.receipts.until");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_decimal_comma),
        TEST(test_decimal_comma_beside_typed_numbers),
        TEST(test_numbers),
        TEST(test_day_of_the_year),
        TEST(test_time_patterns),
        TEST(test_date_and_clock),
        TEST(test_price),
        TEST(test_where),
        TEST(test_where_and_bad_lines),
        TEST(test_where_and_names),
        TEST(test_where_and_row_numbers),
        TEST(test_long_values),
        TEST(test_ids_of_several_columns),
        TEST(test_trim),
        TEST(test_marks_inside),
        TEST(test_no_card),
        TEST(test_parquet_nan_and_whole_doubles),
        TEST(test_from_and_until),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
