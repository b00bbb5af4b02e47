/* Every shape of source gives the dataset of the plain file, and every line is accounted for. */
#include "shapes.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

static void assert_one(void **state, const shape *how, const char *source)
{
    shape_write(state, "r.csv", how, 0, SHAPE_ROWS);
    assert_shape(state, source, how->prefix);
}

static void test_packed(void **state)
{
    for (packing_kind k = PLAIN; k < PACKINGS; k++)
        for (size_t members = 1; members < 5; members += 3)
            assert_one(state, &(shape){.packing = k, .members = members}, "path: r.csv");
    shape_write(state, "r.csv.gz", &(shape){.packing = GZIP}, 0, SHAPE_ROWS);
    assert_shape(state, "path: r.csv.gz", NULL);
    shape_write(state, "r.csv.zst", &(shape){.packing = ZSTANDARD}, 0, SHAPE_ROWS);
    assert_shape(state, "path: r.csv.zst", NULL);
}

static void test_dialects(void **state)
{
    assert_one(state, &(shape){.end = "\r\n"}, "path: r.csv");
    assert_one(state, &(shape){.end = "\r"}, "path: r.csv");
    assert_one(state, &(shape){.delimiter = ';'}, "path: r.csv");
    assert_one(state, &(shape){.delimiter = '\t'}, "path: r.csv");
    assert_one(state, &(shape){.delimiter = '~'}, "path: r.csv, delimiter: '~'");
    assert_one(state, &(shape){.columns = "ahspdrce"}, "path: r.csv");
    assert_one(state, &(shape){.mark = true}, "path: r.csv");
    assert_one(state, &(shape){.end = "\n\n"}, "path: r.csv");
}

static void test_lines_before_the_header(void **state)
{
    const char *before = "Journal of shop 1;\n\nprinted \"today\"\n";
    assert_one(state, &(shape){.before = before}, "path: r.csv");
    assert_one(state, &(shape){.before = before}, "path: r.csv, skip: 3");
    assert_one(state, &(shape){.before = before, .packing = GZIP}, "path: r.csv");
    assert_one(state, &(shape){.before = before, .no_header = true},
               "path: r.csv, skip: 3, header: false, names: [card, receipt, day, sku, pieces, "
               "amount, shop]");
}

static void test_no_header(void **state)
{
    assert_one(
        state, &(shape){.no_header = true, .delimiter = ';'},
        "path: r.csv, header: false, names: [card, receipt, day, sku, pieces, amount, shop]");
    aisle_dataset *plain = shape_plain(state, NULL);
    aisle_dataset *d = shape_read(state, "path: r.csv, header: false",
                                  "user: '1', item: '4', basket: '2', time: '3', quantity: '5', "
                                  "value: '6', store: '7'",
                                  "");
    assert_datasets_equal(d, plain);
    aisle_dataset_free(plain);
    aisle_dataset_free(d);
}

static void test_encodings(void **state)
{
    assert_one(state, &(shape){.encoding = "UTF-16LE", .mark = true}, "path: r.csv");
    assert_one(state, &(shape){.encoding = "UTF-16BE", .mark = true, .packing = GZIP},
               "path: r.csv");
    assert_one(state, &(shape){.encoding = "UTF-16BE", .mark = true},
               "path: r.csv, encoding: utf-16");
    assert_one(state, &(shape){.encoding = "UTF-16LE"}, "path: r.csv, encoding: utf-16");
    assert_one(state, &(shape){.encoding = "UTF-16BE"}, "path: r.csv, encoding: utf-16be");
    assert_one(state, &(shape){.encoding = "UTF-32LE", .mark = true}, "path: r.csv");
    assert_one(state, &(shape){.encoding = "ISO-8859-1"}, "path: r.csv, encoding: latin-1");
    assert_one(state, &(shape){.encoding = "CP1252", .packing = ZSTANDARD},
               "path: r.csv, encoding: windows-1252");
    assert_one(state, &(shape){.encoding = "BIG5", .prefix = "茶許功蓋"},
               "path: r.csv, encoding: big5");
    assert_one(state, &(shape){.encoding = "SHIFT_JIS", .prefix = "表示ソース"},
               "path: r.csv, encoding: sjis");
    assert_one(state, &(shape){.mark = true}, "path: r.csv, encoding: utf-8");
}

/* Several files, each with lines before its header, an order and a delimiter of its own. */
static void test_patterns(void **state)
{
    shape_write(state, "week_1.csv", &(shape){.before = "Journal of shop 1\n\nprinted today\n"}, 0,
                90);
    shape_write(state, "week_2.csv", &(shape){.columns = "ahspdrce", .delimiter = ';'}, 90, 150);
    shape_write(state, "week_3.csv.gz", &(shape){.packing = GZIP, .members = 3, .end = "\r\n"}, 150,
                270);
    shape_write(state, "week_4.csv", &(shape){.encoding = "UTF-16LE", .mark = true}, 270, 380);
    shape_write(state, "week_5.zst", &(shape){.packing = ZSTANDARD, .end = "\r"}, 380, SHAPE_ROWS);
    assert_shape(state, "path: 'week_*'", NULL);
    assert_shape(state, "path: 'week_[1-5].*'", NULL);
    assert_shape(state, "path: 'week_*', where: 1 = 1", NULL);
}

static void test_folders(void **state)
{
    char folder[1024];
    snprintf(folder, sizeof folder, "%s", fixture_path(state, "journal"));
    assert_int_equal(mkdir(folder, 0700), 0);
    fixture_write(state, "journal/.hidden", "nothing of ours");
    fixture_write(state, "journal/_SUCCESS", "");
    shape_write(state, "journal/a", &(shape){.delimiter = '|'}, 0, 200);
    shape_write(state, "journal/b.csv", &(shape){.columns = "ecrdspah"}, 200, SHAPE_ROWS);
    assert_shape(state, "path: journal", NULL);
    assert_shape(state, "path: journal/", NULL);
}

/* ---- Through DuckDB ---- */

/* The plain file as Parquet, in parts; cast: a SELECT list. */
static void write_parquet(void **state, const char *name, const char *cast, int from, int to)
{
    text sql = {0};
    text_add(
        &sql,
        "COPY (SELECT %s FROM (SELECT *, row_number() OVER () AS n FROM "
        "read_csv('${folder}/plain.csv', all_varchar = true, delim = ',', quote = '\"')) WHERE "
        "n > %d AND n <= %d ORDER BY n) TO '${folder}/%s' (FORMAT parquet)",
        cast, from, to, name);
    fixture_sql(state, sql.bytes);
    text_fini(&sql);
}

static void test_parquet(void **state)
{
    static const char *const casts[] = {
        "*",
        "card, receipt::BIGINT AS receipt, day::DATE AS day, sku, pieces::TINYINT AS pieces, "
        "amount::DECIMAL(12,2) AS amount, shop",
        "shop, amount::DOUBLE AS amount, pieces::FLOAT AS pieces, sku, day::TIMESTAMP AS day, "
        "receipt::DOUBLE AS receipt, card",
        "card, receipt::DECIMAL(10,3) AS receipt, day::TIMESTAMPTZ AS day, sku, pieces::HUGEINT AS "
        "pieces, amount::FLOAT AS amount, shop::BLOB AS shop",
    };
    aisle_dataset_free(shape_plain(state, NULL));
    for (size_t i = 0; i < sizeof casts / sizeof *casts; i++) {
        write_parquet(state, "r.parquet", casts[i], 0, SHAPE_ROWS);
        assert_shape(state, "path: r.parquet", NULL);
        assert_shape(state, "path: r.parquet, where: receipt IS NOT NULL", NULL);
    }
    /* Each file has types of its own. */
    write_parquet(state, "p1.pq", casts[0], 0, 100);
    write_parquet(state, "p2.pq", casts[1], 100, 250);
    write_parquet(state, "p3.pq", casts[2], 250, SHAPE_ROWS);
    assert_shape(state, "path: 'p?.pq'", NULL);
    assert_shape(state, "path: 'p?.pq', where: 'true'", NULL);
    shape_write(state, "p4.pq.csv", &(shape){.columns = "ahspdrce"}, 250, SHAPE_ROWS);
    write_parquet(state, "p3.pq", casts[2], 0, 0);
    assert_shape(state, "path: 'p?.pq*'", NULL);
}

/* A name that looks like a pattern is that of the file, where it is there. */
static void test_names_like_patterns(void **state)
{
    static const char *const names[] = {"r[1].parquet", "r*.parquet", "r{1,2}.parquet",
                                        "r?.parquet"};
    aisle_dataset_free(shape_plain(state, NULL));
    write_parquet(state, "r1.parquet", "*", 0, 10);
    for (size_t i = 0; i < 4; i++) {
        char source[64];
        write_parquet(state, names[i], "*", 0, SHAPE_ROWS);
        snprintf(source, sizeof source, "path: '%s'", names[i]);
        assert_shape(state, source, NULL);
        assert_int_equal(unlink(fixture_path(state, names[i])), 0);
    }
    shape_write(state, "r[1].csv", &(shape){0}, 0, SHAPE_ROWS);
    shape_write(state, "r1.csv", &(shape){0}, 0, 10);
    assert_shape(state, "path: 'r[1].csv'", NULL);
}

static void test_sql(void **state)
{
    aisle_dataset_free(shape_plain(state, NULL));
    assert_shape(state,
                 "sql: \"SELECT * FROM read_csv('${folder}/plain.csv', all_varchar = true, delim = "
                 "',', quote = '\\\"')\"",
                 NULL);
    assert_shape(
        state,
        "sql: \"SELECT * REPLACE (day::DATE AS day, pieces::INTEGER AS pieces) FROM "
        "read_csv('${folder}/plain.csv', all_varchar = true, delim = ',', quote = '\\\"')\", "
        "where: pieces < 100",
        NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_packed),    TEST(test_dialects),  TEST(test_lines_before_the_header),
        TEST(test_no_header), TEST(test_encodings), TEST(test_patterns),
        TEST(test_folders),   TEST(test_parquet),   TEST(test_names_like_patterns),
        TEST(test_sql),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
