#include "data_fixture.h"

#include <string.h>

#include "base/text.h"
#include "data/reader/csv/csv.h"

static const csv_dialect any = {.skip = -1};

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

/* Nothing is lost: what the lines are adds up to them. */
static void assert_counts(const csv_reader *csv, const char *bytes, size_t length)
{
    const csv_counts *c = &csv->counts;
    uint64_t lines = 0;
    for (size_t i = 0; i < length; i++)
        lines +=
            bytes[i] == '\n' || (bytes[i] == '\r' && (i + 1 == length || bytes[i + 1] != '\n'));
    lines += length && bytes[length - 1] != '\n' && bytes[length - 1] != '\r';
    assert_int_equal(c->lines, lines);
    assert_int_equal(c->lines, c->before + c->header + c->blank + c->rows + c->joined + c->broken);
}

/* All cells of all batches, "a|b\n" a row, behind the line numbers. */
static void assert_dialect(void **state, const char *bytes, size_t length,
                           const csv_dialect *dialect, const char *expected, rejects *bad)
{
    csv_reader csv;
    text found = {0};
    batch b;
    int fields[8];
    aisle_error err = AISLE_ERROR_INIT;
    fixture_write_n(state, "t.csv", bytes, length);
    if (csv_reader_init(&csv, fixture_path(state, "t.csv"), dialect, 2, &err))
        fail_msg("%s", err.message);
    for (size_t f = 0; f < csv.shape.n_fields; f++) {
        fields[f] = (int)f;
        text_add(&found, f ? "|" : "");
        text_add_bytes(&found, csv.header[f].bytes, csv.header[f].length);
    }
    text_add(&found, "\n");
    assert_int_equal(csv_reader_select(&csv, fields, csv.shape.n_fields, NULL), AISLE_OK);
    do {
        assert_int_equal(csv_reader_next(&b, &csv, bad, NULL), AISLE_OK);
        for (size_t r = 0; r < b.rows; r++) {
            text_add(&found, "%d", (int)b.lines[r]);
            for (size_t f = 0; f < csv.shape.n_fields; f++) {
                text_add(&found, f ? "|" : ":");
                text_add_bytes(&found, b.columns[f].texts[r].bytes, b.columns[f].texts[r].length);
            }
            text_add(&found, "\n");
        }
    } while (b.rows);
    assert_string_equal(found.bytes, expected);
    assert_counts(&csv, bytes, length);
    text_fini(&found);
    csv_reader_fini(&csv);
}

static void assert_csv(void **state, const char *bytes, size_t length, const char *delimiter,
                       const char *expected, rejects *bad)
{
    csv_dialect dialect = {.delimiter = delimiter, .skip = -1};
    assert_dialect(state, bytes, length, &dialect, expected, bad);
}

static void assert_clean(void **state, const char *bytes, const char *expected)
{
    rejects bad = {0};
    assert_csv(state, bytes, strlen(bytes), NULL, expected, &bad);
    assert_int_equal(bad.total, 0);
    rejects_fini(&bad);
}

/* cases.md 19 */
static void test_dialects(void **state)
{
    const char *expected = "a|b\n2:1|x, \"y\"\n3:2|z\n";
    assert_clean(state, "a,b\n1,\"x, \"\"y\"\"\"\n2,z\n", expected);
    assert_clean(state,
                 "\xef\xbb\xbf"
                 "a,b\n1,\"x, \"\"y\"\"\"\n2,z",
                 expected);
    assert_clean(state, "a,b\r\n1,\"x, \"\"y\"\"\"\r\n2,z\r\n", expected);
    assert_clean(state, "a,b\r1,\"x, \"\"y\"\"\"\r2,z\r", expected);
    assert_clean(state, "a;b\n1;\"x, \"\"y\"\"\"\n2;z", expected);
    assert_clean(state, "a\tb\n1\t\"x, \"\"y\"\"\"\n2\tz", expected);
    assert_clean(state, "a|b\n1|\"x, \"\"y\"\"\"\n2|z", expected);
    assert_clean(state, "\"a\",\"b\"\n\"1\",\"x, \"\"y\"\"\"\n\"2\",\"z\"", expected);
}

static void test_line_ends_may_be_mixed(void **state)
{
    assert_clean(state, "a,b\n1,2\r\n3,\"4\"\r\n5,6", "a|b\n2:1|2\n3:3|4\n4:5|6\n");
}

static void test_delimiter_may_be_given(void **state)
{
    rejects bad = {0};
    assert_csv(state, "a,x~b\n1~2\n", 10, "~", "a,x|b\n2:1|2\n", &bad);
    assert_csv(state, "a,x\tb\n1\t2\n", 10, "tab", "a,x|b\n2:1|2\n", &bad);
    assert_int_equal(bad.total, 0);
    csv_reader csv;
    fixture_write(state, "t.csv", "a,b\n");
    assert_int_equal(csv_reader_init(&csv, fixture_path(state, "t.csv"),
                                     &(csv_dialect){.delimiter = ",,"}, 1, NULL),
                     AISLE_ERROR_CONFIG);
}

static void test_lines_are_counted_as_in_an_editor(void **state)
{
    assert_clean(state, "a,b\n\n1,\"x\ny\"\n\r\n2,z\n", "a|b\n3:1|x\ny\n6:2|z\n");
}

static void test_broken_lines_cost_themselves_only(void **state)
{
    rejects bad = {0};
    const char *bytes = "a,b\n"
                        "1\n"
                        "2,x,y\n"
                        "3,\"open\n"
                        "4,\"shut\"\n"
                        "5,\"shut\"tail\n"
                        "6,ok,\n"
                        "7,\"never shut\n"
                        "8,ok\n";
    assert_csv(state, bytes, strlen(bytes), NULL, "a|b\n5:4|shut\n7:6|ok\n9:8|ok\n", &bad);
    assert_int_equal(bad.total, 5);
    const uint64_t lines[] = {2, 3, 4, 6, 8};
    const char *reasons[] = {"too few fields", "too many fields", "text behind a closing quote",
                             "text behind a closing quote", "no closing quote"};
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(bad.list[i].line, lines[i]);
        assert_string_equal(bad.list[i].reason, reasons[i]);
    }
    assert_string_equal(bad.list[1].value, "2,x,y");
    rejects_fini(&bad);
}

static void test_quotes_inside_of_a_plain_field(void **state)
{
    assert_clean(state, "a,b\n1,5\" pipe\n", "a|b\n2:1|5\" pipe\n");
}

static void test_more_rows_than_a_batch(void **state)
{
    text bytes = {0}, expected = {0};
    text_add(&bytes, "a,b\n");
    text_add(&expected, "a|b\n");
    for (int i = 2; i < 5002; i++) {
        text_add(&bytes, "%d,\"\"\"%d\"\"\"\n", i, i);
        text_add(&expected, "%d:%d|\"%d\"\n", i, i, i);
    }
    assert_clean(state, bytes.bytes, expected.bytes);
    text_fini(&bytes);
    text_fini(&expected);
}

static void test_what_is_no_csv(void **state)
{
    csv_reader csv;
    aisle_error err;
    const char *path = fixture_path(state, "t.csv");
    fixture_write(state, "t.csv", "");
    assert_int_equal(csv_reader_init(&csv, path, &any, 1, &err), AISLE_ERROR_DATA);
    assert_mentions(err.message, "is empty");
    fixture_write(state, "t.csv", "PK\x03\x04 and so on");
    assert_int_equal(csv_reader_init(&csv, path, &any, 1, &err), AISLE_ERROR_DATA);
    assert_mentions(err.message, "ZIP archive");
    fixture_write(state, "t.csv", "a,\"b\n1,2\n");
    assert_int_equal(csv_reader_init(&csv, path, &any, 1, &err), AISLE_ERROR_DATA);
    assert_mentions(err.message, "no closing quote");
    assert_int_equal(csv_reader_init(&csv, "/nowhere/x.csv", &any, 1, &err), AISLE_ERROR_IO);
}

/* Every prefix of a file, and every byte turned over, is read or refused, never worse. */
static void test_any_bytes(void **state)
{
    char bytes[] = "\xef\xbb\xbf"
                   "a,\"b\"\r\n1,\"x\"\"y\"\r\n2,\"z\nw\"\r\n";
    const char *path = fixture_path(state, "t.csv");
    for (size_t cut = 0; cut < 2 * sizeof bytes; cut++) {
        csv_reader csv;
        rejects bad = {0};
        batch b = {0};
        char changed[sizeof bytes];
        memcpy(changed, bytes, sizeof bytes);
        size_t length = cut < sizeof bytes ? cut : sizeof bytes;
        if (cut >= sizeof bytes)
            changed[cut - sizeof bytes] ^= 0x2e;
        fixture_write_n(state, "t.csv", changed, length);
        if (csv_reader_init(&csv, path, &any, 1, NULL))
            continue;
        int fields[] = {0};
        assert_int_equal(csv_reader_select(&csv, fields, 1, NULL), AISLE_OK);
        do
            assert_int_equal(csv_reader_next(&b, &csv, &bad, NULL), AISLE_OK);
        while (b.rows);
        rejects_fini(&bad);
        csv_reader_fini(&csv);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_dialects),
        TEST(test_line_ends_may_be_mixed),
        TEST(test_delimiter_may_be_given),
        TEST(test_lines_are_counted_as_in_an_editor),
        TEST(test_broken_lines_cost_themselves_only),
        TEST(test_quotes_inside_of_a_plain_field),
        TEST(test_more_rows_than_a_batch),
        TEST(test_what_is_no_csv),
        TEST(test_any_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
