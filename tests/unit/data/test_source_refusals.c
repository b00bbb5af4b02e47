/* What is refused: the message names file, key and value. */
#include "shapes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

/* Reads `data: {receipts: {source, user: card, item: sku, time: day}}`, which fails; the message
 * has all of these parts, up to NULL. */
static void assert_refused(void **state, const char *source, aisle_status code,
                           const char *const *parts)
{
    aisle_error err = AISLE_ERROR_INIT;
    text yaml = {0};
    text_add(&yaml, "data: {receipts: {%s, user: card, item: sku, time: day}}", source);
    fixture_read_fails(state, yaml.bytes, code, &err);
    for (; *parts; parts++)
        assert_mentions(err.message, *parts);
    text_fini(&yaml);
}

#define REFUSED(source, code, ...)                                                                 \
    assert_refused(state, source, code, (const char *const[]){__VA_ARGS__, NULL})

static const char GOOD[] = "card,sku,day,amount\nU1,A,2024-01-01,1\n";

/* ---- Columns ---- */

static void test_columns_that_stand_twice(void **state)
{
    fixture_write(state, "r.csv", "card,sku,day,card\nU1,A,2024-01-01,U2\n");
    REFUSED("path: r.csv", AISLE_ERROR_DATA, "r.csv", "'card'", "data.receipts.user",
            "stands twice");
    REFUSED("path: r.csv, where: 'true'", AISLE_ERROR_DATA, "r.csv", "stands twice");
    fixture_write(state, "r.csv", "Card,sku,day,CARD\nU1,A,2024-01-01,U2\n");
    REFUSED("path: r.csv", AISLE_ERROR_DATA, "'card'", "stands twice");
    /* Where one is written as the key says, it is meant. Others may stand twice. */
    fixture_write(state, "r.csv", "card,sku,day,CARD,x,x\nU1,A,2024-01-01,U2,1,2\n");
    aisle_dataset_free(
        fixture_read(state, "data: {receipts: {path: r.csv, user: card, item: sku, time: day}}"));
    aisle_dataset_free(fixture_read(
        state,
        "data: {receipts: {path: r.csv, user: card, item: sku, time: day, where: sku = 'A'}}"));
    REFUSED("path: r.csv, where: x = '1'", AISLE_ERROR_CONFIG, "key 'data.receipts.where'",
            "x = '1'");
    REFUSED("sql: \"SELECT 'U1' AS card, 'A' AS sku, DATE '2024-01-01' AS day, 2 AS card\"",
            AISLE_ERROR_DATA, "data.receipts", "'card'", "stands twice");
    fixture_write(state, "a.csv", GOOD);
    fixture_write(state, "b.csv", "card,sku,day,amount,sku\nU1,A,2024-01-01,1,B\n");
    REFUSED("path: '[ab].csv'", AISLE_ERROR_DATA, "b.csv", "'sku'", "stands twice");
    fixture_write(state, "b.csv", "card,product,day,amount\nU1,A,2024-01-01,1\n");
    REFUSED("path: '[ab].csv'", AISLE_ERROR_DATA, "b.csv: no column 'sku' (data.receipts.item)",
            "found: card, product, day, amount");
}

/* A Parquet file of two columns of one name and no rows but one, written byte by byte: DuckDB does
 * not write such a file. Thrift's compact protocol; plain, one page a column. */
static void add_byte(text *t, int byte)
{
    char c = (char)byte;
    text_add_bytes(t, &c, 1);
}

static void add_varint(text *t, unsigned n)
{
    for (; n >= 128; n >>= 7)
        add_byte(t, (int)(n & 127) | 128);
    add_byte(t, (int)n);
}

static void add_i32(text *t, int field, unsigned n)
{
    add_byte(t, field << 4 | 5);
    add_varint(t, n << 1);
}

static void add_i64(text *t, int field, unsigned n)
{
    add_byte(t, field << 4 | 6);
    add_varint(t, n << 1);
}

static void add_name(text *t, int field, const char *name)
{
    add_byte(t, field << 4 | 8);
    add_varint(t, (unsigned)strlen(name));
    text_add(t, "%s", name);
}

static void add_page(text *t, const char *value)
{
    unsigned n = 4 + (unsigned)strlen(value);
    add_i32(t, 1, 0); /* a data page */
    add_i32(t, 1, n);
    add_i32(t, 1, n);
    add_byte(t, 2 << 4 | 12);
    add_i32(t, 1, 1); /* one value */
    add_i32(t, 1, 0);
    add_i32(t, 1, 3);
    add_i32(t, 1, 3);
    add_byte(t, 0);
    add_byte(t, 0);
    add_byte(t, (int)strlen(value));
    text_add_bytes(t, "\0\0\0", 3);
    text_add(t, "%s", value);
}

static void add_chunk(text *t, const char *name, unsigned offset, unsigned size)
{
    add_i64(t, 2, offset);
    add_byte(t, 1 << 4 | 12);
    add_i32(t, 1, 6); /* byte array */
    add_byte(t, 1 << 4 | 9);
    add_byte(t, 1 << 4 | 5);
    add_varint(t, 0);
    add_byte(t, 1 << 4 | 9);
    add_byte(t, 1 << 4 | 8);
    add_varint(t, (unsigned)strlen(name));
    text_add(t, "%s", name);
    add_i32(t, 1, 0); /* not packed */
    add_i64(t, 1, 1);
    add_i64(t, 1, size);
    add_i64(t, 1, size);
    add_i64(t, 2, offset);
    add_byte(t, 0);
    add_byte(t, 0);
}

static void add_schema(text *t, const char *const *names, size_t n)
{
    add_byte(t, 1 << 4 | 9);
    add_byte(t, (int)(n + 1) << 4 | 12);
    add_name(t, 4, "root");
    add_i32(t, 1, (unsigned)n);
    add_byte(t, 0);
    for (size_t c = 0; c < n; c++) {
        add_i32(t, 1, 6);
        add_i32(t, 2, 0); /* required */
        add_name(t, 1, names[c]);
        add_i32(t, 2, 0); /* UTF-8 */
        add_byte(t, 0);
    }
}

static void write_parquet(void **state, const char *name, const char *const *names,
                          const char *const *values, size_t n)
{
    text t = {0};
    unsigned offset[8], size[8];
    text_add(&t, "PAR1");
    for (size_t c = 0; c < n; c++) {
        offset[c] = (unsigned)t.length;
        add_page(&t, values[c]);
        size[c] = (unsigned)t.length - offset[c];
    }
    unsigned footer = (unsigned)t.length;
    add_i32(&t, 1, 1);
    add_schema(&t, names, n);
    add_i64(&t, 1, 1);
    add_byte(&t, 1 << 4 | 9);
    add_byte(&t, 1 << 4 | 12);
    add_byte(&t, 1 << 4 | 9);
    add_byte(&t, (int)n << 4 | 12);
    for (size_t c = 0; c < n; c++)
        add_chunk(&t, names[c], offset[c], size[c]);
    add_i64(&t, 1, footer);
    add_i64(&t, 1, 1);
    add_byte(&t, 0);
    add_byte(&t, 0);
    unsigned length = (unsigned)t.length - footer;
    for (int shift = 0; shift < 32; shift += 8)
        add_byte(&t, (int)(length >> shift & 255));
    text_add(&t, "PAR1");
    fixture_write_n(state, name, t.bytes, t.length);
    text_fini(&t);
}

static void test_parquet_columns_that_stand_twice(void **state)
{
    static const char *const names[] = {"card", "sku", "day", "x"};
    static const char *const values[] = {"U1", "A", "2024-01-01", "B"};
    static const char *const twice[] = {"card", "sku", "day", "sku"};
    write_parquet(state, "r.parquet", names, values, 4);
    aisle_dataset *d = fixture_read(
        state, "data: {receipts: {path: r.parquet, user: card, item: sku, time: day}}");
    assert_int_equal(d->line.n, 1);
    aisle_dataset_free(d);
    write_parquet(state, "r.parquet", twice, values, 4);
    REFUSED("path: r.parquet", AISLE_ERROR_DATA, "r.parquet", "'sku'", "data.receipts.item",
            "stands twice");
}

static void test_columns_that_are_no_single_values(void **state)
{
    static const struct {
        const char *sql, *what;
    } columns[] = {{"['A', 'B']", "lists"},
                   {"{'a': 'A', 'b': 1}", "structures"},
                   {"MAP {'a': 'A'}", "maps"},
                   {"[{'a': ['A']}]", "lists"}};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        char sql[512], source[512];
        snprintf(sql, sizeof sql,
                 "COPY (SELECT 'U1' AS card, %s AS sku, DATE '2024-01-01' AS day) TO "
                 "'${folder}/r.parquet' (FORMAT parquet)",
                 columns[i].sql);
        fixture_sql(state, sql);
        REFUSED("path: r.parquet", AISLE_ERROR_DATA, "r.parquet", "'sku'", "data.receipts.item",
                columns[i].what, "unnest");
        snprintf(source, sizeof source,
                 "sql: \"SELECT 'U1' AS card, %s AS sku, DATE '2024-01-01' AS day\"",
                 columns[i].sql);
        REFUSED(source, AISLE_ERROR_DATA, "data.receipts", "'sku'", columns[i].what);
    }
    /* Those that are not read may be anything. */
    fixture_sql(state,
                "COPY (SELECT {'card': 1, 'b': [2]} AS lines, 'U1' AS card, 'A' AS sku, DATE "
                "'2024-01-01' AS day) TO '${folder}/r.parquet' (FORMAT parquet)");
    aisle_dataset_free(fixture_read(
        state, "data: {receipts: {path: r.parquet, user: card, item: sku, time: day}}"));
}

/* ---- Files ---- */

static void write_big(text *t)
{
    text_add(t, "card,sku,day,amount\n");
    for (int i = 0; i < 40000; i++)
        text_add(t, "U%d,A%d,2024-01-%02d,%d.5\n", i * 7919 % 1009, i * 31 % 997, 1 + i % 28, i);
}

static void test_packed_files_that_are_damaged(void **state)
{
    text plain = {0};
    write_big(&plain);
    for (packing_kind k = GZIP; k < PACKINGS; k++) {
        text packed = {0};
        pack_bytes(&packed, plain.bytes, plain.length, k, 1);
        size_t cuts[] = {5, 12, packed.length / 3, packed.length - 5, packed.length - 1};
        for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
            fixture_write_n(state, "r.csv", packed.bytes, cuts[i]);
            REFUSED("path: r.csv", AISLE_ERROR_DATA, "r.csv", "cannot be unpacked", "too early");
            REFUSED("path: r.csv, where: 'true'", AISLE_ERROR_DATA, "r.csv", "cannot be unpacked");
        }
        packed.bytes[packed.length / 2] ^= 0x55;
        fixture_write_n(state, "r.csv", packed.bytes, packed.length);
        if (k == GZIP)
            REFUSED("path: r.csv", AISLE_ERROR_DATA, "r.csv", "cannot be unpacked");
        packed.bytes[packed.length / 2] ^= 0x55;
        text_add(&packed, "no member");
        fixture_write_n(state, "r.csv", packed.bytes, packed.length);
        REFUSED("path: r.csv", AISLE_ERROR_DATA, "r.csv", "cannot be unpacked");
        text_fini(&packed);
    }
    text_fini(&plain);
}

static void test_files_that_are_none(void **state)
{
    static const struct {
        const char *bytes;
        size_t length;
        const char *says;
    } files[] = {{"PK\x03\x04 a workbook", 14, "ZIP archive (or an Excel workbook)"},
                 {"\xd0\xcf\x11\xe0 old", 8, "Excel workbook: save it as CSV"},
                 {"BZh91AY", 7, "bzip2"},
                 {"\xfd"
                  "7zXZ\0",
                  6, "xz"},
                 {"PAR1 and so on", 14, "Parquet file without the ending"},
                 {"", 0, "is empty"},
                 {"\n\r\n\n", 4, "is empty"},
                 {"\xef\xbb\xbf", 3, "is empty"},
                 {"\xff\xfe", 2, "is empty"}};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        fixture_write_n(state, "r.csv", files[i].bytes, files[i].length);
        REFUSED("path: r.csv", AISLE_ERROR_DATA, "r.csv", files[i].says);
    }
    fixture_write(state, "a.csv", GOOD);
    REFUSED("path: '[ar].csv'", AISLE_ERROR_DATA, "r.csv", "is empty");
    fixture_write(state, "r.csv", "card,sku,day\n");
    REFUSED("path: r.csv", AISLE_ERROR_DATA, "r.csv", "no rows");
    REFUSED("path: nowhere.csv", AISLE_ERROR_IO, "key 'data.receipts.path'", "nowhere.csv",
            "no such file");
    REFUSED("path: 'no*where.csv'", AISLE_ERROR_IO, "key 'data.receipts.path'", "no file matches",
            "no*where.csv");
    assert_int_equal(mkdir(fixture_path(state, "folder"), 0700), 0);
    REFUSED("path: folder", AISLE_ERROR_IO, "key 'data.receipts.path'", "no file in folder");
}

/* Files in a folder within a folder would be left out. */
static void test_folders_in_folders(void **state)
{
    char folder[1024];
    snprintf(folder, sizeof folder, "%s", fixture_path(state, "year"));
    assert_int_equal(mkdir(folder, 0700), 0);
    fixture_write(state, "year/week_1.csv", GOOD);
    snprintf(folder, sizeof folder, "%s", fixture_path(state, "year/week_2"));
    assert_int_equal(mkdir(folder, 0700), 0);
    REFUSED("path: year", AISLE_ERROR_CONFIG, "data.receipts.path", "week_2", "pattern");
    REFUSED("path: 'year/w*'", AISLE_ERROR_CONFIG, "data.receipts.path", "week_2", "pattern");
    assert_int_equal(rmdir(folder), 0);
    aisle_dataset_free(
        fixture_read(state, "data: {receipts: {path: year, user: card, item: sku, time: day}}"));
}

static void test_pipes(void **state)
{
    assert_int_equal(mkfifo(fixture_path(state, "r.csv"), 0600), 0);
    REFUSED("path: r.csv", AISLE_ERROR_IO, "r.csv", "a pipe", "expected a file");
    REFUSED("path: '[r].csv'", AISLE_ERROR_IO, "r.csv", "a pipe", "expected a file");
    REFUSED("path: /dev/zero", AISLE_ERROR_IO, "/dev/zero", "a device", "expected a file");
}

static void test_lines_without_end(void **state)
{
    text t = {0};
    text_add(&t, "card,sku,day\nU1,A,2024-01-01\n");
    for (int i = 0; i < 7 << 20; i++)
        text_add_bytes(&t, "x", 1);
    fixture_write_n(state, "r.csv", t.bytes, t.length);
    REFUSED("path: r.csv", AISLE_ERROR_DATA, "r.csv", "line 3", "more than 1048576 bytes");
    fixture_write_n(state, "r.csv", t.bytes + 30, t.length - 30);
    REFUSED("path: r.csv", AISLE_ERROR_DATA, "r.csv", "no end of the lines before the rows");
    text_fini(&t);
}

/* ---- Keys ---- */

static void test_keys_that_do_not_fit(void **state)
{
    fixture_write(state, "r.csv", GOOD);
    REFUSED("path: r.csv, encoding: klingon", AISLE_ERROR_CONFIG,
            "r.csv: key 'data.receipts.encoding'", "klingon", "latin-1");
    REFUSED("path: r.csv, encoding: ''", AISLE_ERROR_CONFIG, "key 'data.receipts.encoding'", "''");
    REFUSED("path: r.csv, delimiter: ''", AISLE_ERROR_CONFIG, "delimiter",
            "expected one character");
    REFUSED("path: r.csv, delimiter: '::'", AISLE_ERROR_CONFIG,
            "r.csv: key 'data.receipts.delimiter'", "'::'");
    REFUSED("path: r.csv, names: [card, sku, day, amount]", AISLE_ERROR_CONFIG,
            "key 'data.receipts.names'", "header: false");
    REFUSED("path: r.csv, header: false, names: [card, sku, day]", AISLE_ERROR_DATA, "r.csv",
            "line 1", "found 4 fields, expected the 3 of names");
    REFUSED("path: r.csv, header: false, names: [card, sku, day, card]", AISLE_ERROR_DATA, "'card'",
            "stands twice");
    REFUSED("path: r.csv, skip: 7", AISLE_ERROR_DATA, "r.csv", "found 2 lines", "7 of skip");
    REFUSED("path: r.csv, time_format: '%Y-%m'", AISLE_ERROR_CONFIG,
            "key 'data.receipts.time_format'", "'%Y-%m'", "year, month and day");
    REFUSED("path: r.csv, time_format: '%Y-%m-%d %Q'", AISLE_ERROR_CONFIG,
            "key 'data.receipts.time_format'", "%Q");
    REFUSED("path: r.csv, time_zone: Middle/Earth", AISLE_ERROR_CONFIG,
            "key 'data.receipts.time_zone'", "Middle/Earth");
    REFUSED("path: r.csv, from: 3", AISLE_ERROR_CONFIG, "data.receipts.from");
}

static void test_conditions_that_do_not_fit(void **state)
{
    fixture_write(state, "r.csv", GOOD);
    fixture_sql(state, "COPY (FROM read_csv('${folder}/r.csv', all_varchar = true)) TO "
                       "'${folder}/r.parquet'");
    static const char *const paths[] = {"r.csv", "r.parquet"};
    static const struct {
        const char *where, *says;
        aisle_status code;
    } conditions[] = {
        {"price > 1", "\"price\"", AISLE_ERROR_CONFIG},
        {"card = ", "syntax error", AISLE_ERROR_CONFIG},
        {"card = 'U1') OR (1 = 1", "", AISLE_OK},
        {"CAST(sku AS INTEGER) > 0", "'A'", AISLE_ERROR_DATA},
        {"error('stop here') IS NULL", "stop here", AISLE_ERROR_DATA},
        {"sum(1) > 0", "aggregate", AISLE_ERROR_CONFIG},
    };
    for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++)
        for (int p = 0; p < 2; p++) {
            char source[256];
            snprintf(source, sizeof source, "path: %s, where: \"%s\"", paths[p],
                     conditions[i].where);
            if (conditions[i].code != AISLE_OK)
                REFUSED(source, conditions[i].code, "key 'data.receipts.where'",
                        conditions[i].where, conditions[i].says);
        }
}

/* A condition that fails behind many rows that it kept. */
static void test_conditions_that_fail_half_way(void **state)
{
    text t = {0};
    write_big(&t);
    text_add(&t, "U1,A,2024-01-01,much\n");
    fixture_write_n(state, "r.csv", t.bytes, t.length);
    fixture_sql(state, "COPY (FROM read_csv('${folder}/r.csv', all_varchar = true)) TO "
                       "'${folder}/r.parquet'");
    REFUSED("path: r.csv, where: amount::DOUBLE >= 0", AISLE_ERROR_DATA,
            "key 'data.receipts.where'", "amount::DOUBLE >= 0", "much", "r.csv");
    REFUSED("path: r.parquet, where: amount::DOUBLE >= 0", AISLE_ERROR_DATA,
            "key 'data.receipts.where'", "much", "r.parquet");
    text_fini(&t);
}

/* What cannot be read as declared is shown with the key that would read it. */
static void test_hints(void **state)
{
    static const struct {
        const char *row, *more, *says[3];
    } rows[] = {
        {"U1,A,31.12.2024,1", "", {"'31.12.2024'", "data.receipts.time_format", "'%d.%m.%Y'"}},
        {"U1,A,2024-01-01,\"1,5\"", ", value: amount", {"'1,5'", "data.receipts.decimal", "','"}},
        {"U1,A,2024-01-01,1.5",
         ", value: amount, decimal: ','",
         {"'1.5'", "data.receipts.decimal", "'.'"}},
        {"U\xfc,A,2024-01-01,1", "", {"not UTF-8", "data.receipts.encoding", "U\\xfc"}},
        {"U1,A,2024-01-01", "", {"too few fields", "line 2", "U1,A,2024-01-01"}},
        {"U1,A,2024-01-01,1",
         ", time_format: '%d.%m.%Y'",
         {"'2024-01-01'", "'%Y-%m-%d' would read it", "data.receipts.time_format"}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char csv[256], source[256];
        snprintf(csv, sizeof csv, "card,sku,day,amount\n%s\n", rows[i].row);
        snprintf(source, sizeof source, "path: r.csv%s", rows[i].more);
        fixture_write(state, "r.csv", csv);
        REFUSED(source, AISLE_ERROR_DATA, rows[i].says[0], rows[i].says[1], rows[i].says[2]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_columns_that_stand_twice),
        TEST(test_parquet_columns_that_stand_twice),
        TEST(test_columns_that_are_no_single_values),
        TEST(test_packed_files_that_are_damaged),
        TEST(test_files_that_are_none),
        TEST(test_folders_in_folders),
        TEST(test_pipes),
        TEST(test_lines_without_end),
        TEST(test_keys_that_do_not_fit),
        TEST(test_conditions_that_do_not_fit),
        TEST(test_conditions_that_fail_half_way),
        TEST(test_hints),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
