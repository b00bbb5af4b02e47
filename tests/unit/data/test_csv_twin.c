/* The reader of CSV files against its twin, on random bytes of those that make it turn. */
#include "csv_twin.h"
#include "data_fixture.h"
#include "packed.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/rng.h"
#include "data/reader/csv/csv.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

enum { SMALL_WINDOW = CSV_LONGEST_RECORD + 256, SMALL_CHUNK = 64 };

/* How a file is written and read. */
typedef struct way {
    const char *encoding; /* NULL: UTF-8 */
    bool declared;        /* else a mark says it */
    packing_kind packing;
    size_t members;
    int threads;
    bool small; /* chunks and windows */
} way;

/* ---- Random texts ---- */

static void add_token(text *t, rng *r, char delimiter)
{
    static const char *const tokens[] = {
        "\"",
        "\"\"",
        "\r",
        "\n",
        "\r\n",
        " ",
        "\t",
        "a",
        "17",
        "\"",
        ";",
        "\xc3\xa9",
        "\xc3\xa9\xc3\xa9\xc3\xa9",
        "\xc2\xa0",
        "\"a\r\"",
        "\"x\"\"y\"",
        "\"\n\"",
        "long enough",
        ",",
        "|",
        "\n",
        "\"\r\n\"",
        "\" \"",
    };
    uint32_t n = sizeof tokens / sizeof *tokens, i = rng_below(r, n + 6);
    if (i < n)
        text_add(t, "%s", tokens[i]);
    else
        text_add_bytes(t, &delimiter, 1);
}

static void add_row(text *t, rng *r, char delimiter)
{
    static const char *const ends[] = {"\n", "\r\n", "\r"};
    for (int f = 0; f < 3; f++) {
        bool quoted = rng_below(r, 3) == 0;
        text_add(t, "%s", quoted ? "\"" : "");
        for (uint32_t n = rng_below(r, 12); n > 0; n--)
            text_add(t, "%c", "ab1 "[rng_below(r, 4)]);
        text_add(t, "%s%.1s", quoted ? "\"" : "", f < 2 ? &delimiter : "");
    }
    text_add(t, "%s", ends[rng_below(r, 3)]);
}

/* Of rows and, one in so many, bytes of any order. */
static void make_text(text *t, rng *r, size_t length, char delimiter, uint32_t rows)
{
    if (rng_below(r, 4))
        text_add(t, "a%cb%cc\n", delimiter, delimiter);
    while (t->length < length) {
        if (rows && rng_below(r, rows))
            add_row(t, r, delimiter);
        else
            add_token(t, r, delimiter);
    }
    assert_false(t->failed);
}

/* ---- Reading ---- */

static void write_text(void **state, const text *t, const way *w)
{
    text encoded = {0}, packed = {0};
    const char *marks[][2] = {{"UTF-16LE", "\xff\xfe"}, {"UTF-16BE", "\xfe\xff"}};
    for (int m = 0; w->encoding && !w->declared && m < 2; m++)
        if (strcmp(marks[m][0], w->encoding) == 0)
            text_add(&encoded, "%s", marks[m][1]);
    if (w->encoding)
        encode_text(&encoded, t->bytes, t->length, w->encoding);
    else
        text_add_bytes(&encoded, t->bytes, t->length);
    pack_bytes(&packed, encoded.bytes, encoded.length, w->packing, w->members);
    fixture_write_n(state, "t.csv", packed.bytes, packed.length);
    text_fini(&encoded);
    text_fini(&packed);
}

static void add_rows(text *rows, const csv_reader *csv, const batch *b)
{
    for (size_t r = 0; r < b->rows; r++) {
        text_add(rows, "%" PRIu64 ":", b->lines[r]);
        for (size_t f = 0; f < csv->shape.n_fields; f++)
            twin_add_cell(rows, b->columns[f].texts[r].bytes, b->columns[f].texts[r].length);
        text_add_bytes(rows, "", 1);
    }
}

static void read_rows(text *rows, csv_reader *csv, rejects *bad)
{
    enum { MOST = 64 };
    int fields[MOST];
    batch b;
    aisle_error err = AISLE_ERROR_INIT;
    assert_true(csv->shape.n_fields <= MOST);
    for (size_t f = 0; f < csv->shape.n_fields; f++)
        fields[f] = (int)f;
    assert_int_equal(csv_reader_select(csv, fields, csv->shape.n_fields, NULL), AISLE_OK);
    do {
        if (csv_reader_next(&b, csv, bad, &err))
            fail_msg("%s", err.message);
        add_rows(rows, csv, &b);
    } while (b.rows);
}

static void assert_texts_equal(const text *a, const text *b)
{
    size_t n = a->length < b->length ? a->length : b->length, i = 0, from = 0;
    while (i < n && a->bytes[i] == b->bytes[i])
        if (a->bytes[i++] == '\0')
            from = i;
    if (i < n || a->length != b->length)
        fail_msg("found '%s', expected '%s'", from < a->length ? a->bytes + from : "the end",
                 from < b->length ? b->bytes + from : "the end");
}

static void assert_counts_equal(const csv_counts *a, const csv_counts *b)
{
    assert_int_equal(a->lines, b->lines);
    assert_int_equal(a->before, b->before);
    assert_int_equal(a->header, b->header);
    assert_int_equal(a->blank, b->blank);
    assert_int_equal(a->rows, b->rows);
    assert_int_equal(a->joined, b->joined);
    assert_int_equal(a->broken, b->broken);
}

static void assert_read(const twin *expected, csv_reader *csv)
{
    rejects bad = {0};
    text rows = {0}, broken = {0};
    read_rows(&rows, csv, &bad);
    assert_texts_equal(&rows, &expected->rows);
    for (size_t i = 0; i < bad.kept; i++)
        twin_add_broken(&broken, bad.list[i].line, bad.list[i].reason, bad.list[i].value,
                        strlen(bad.list[i].value));
    assert_texts_equal(&broken, &expected->broken);
    assert_counts_equal(&csv->counts, &expected->counts);
    text_fini(&rows);
    text_fini(&broken);
    rejects_fini(&bad);
}

/* The file as the twin has it; counts are those of its text, line by line. */
static void assert_like_twin(void **state, const text *t, const twin_dialect *dialect, const way *w)
{
    twin expected;
    csv_reader csv;
    aisle_error err = AISLE_ERROR_INIT;
    char delimiter[] = {dialect->delimiter, '\0'};
    csv_dialect given = {.delimiter = delimiter,
                         .encoding = w->declared ? w->encoding : NULL,
                         .no_header = !dialect->header,
                         .verbatim = !dialect->trim};
    write_text(state, t, w);
    twin_read(&expected, t->bytes, t->length, dialect);
    aisle_status status =
        csv_reader_init(&csv, fixture_path(state, "t.csv"), &given, w->threads, &err);
    if (expected.refused) {
        assert_int_equal(status, AISLE_ERROR_DATA);
    } else if (status) {
        fail_msg("%s", err.message);
    } else {
        if (w->small) {
            csv.chunk_bytes = SMALL_CHUNK;
            csv.capacity = SMALL_WINDOW;
        }
        assert_int_equal(csv.shape.n_fields, expected.fields);
        assert_read(&expected, &csv);
        assert_int_equal(csv.counts.lines, count_lines(t->bytes, t->length));
        csv_reader_fini(&csv);
    }
    twin_fini(&expected);
}

/* ---- Tests ---- */

static const char delimiters[] = ",;\t| ";

static twin_dialect any_dialect(rng *r)
{
    return (twin_dialect){delimiters[rng_below(r, 5)], rng_below(r, 2), rng_below(r, 4) > 0};
}

static void test_small_texts(void **state)
{
    for (uint64_t seed = 0; seed < 800; seed++) {
        rng r = rng_init(seed, 1);
        text t = {0};
        twin_dialect d = any_dialect(&r);
        way w = {.threads = 1 << seed % 3, .small = true};
        make_text(&t, &r, 1 + rng_below(&r, 400), d.delimiter, rng_below(&r, 5));
        assert_like_twin(state, &t, &d, &w);
        text_fini(&t);
    }
}

/* The first window is of 64 KB; those behind it of a few lines each, then of all. */
static void test_many_windows(void **state)
{
    for (uint64_t seed = 0; seed < 12; seed++) {
        rng r = rng_init(seed, 2);
        text t = {0};
        twin_dialect d = any_dialect(&r);
        make_text(&t, &r, 65000 + rng_below(&r, 60000), d.delimiter, seed % 4 ? 30 : 0);
        for (int threads = 1; threads <= 4; threads *= 2)
            for (int small = 0; small < 2; small++)
                assert_like_twin(state, &t, &d, &(way){.threads = threads, .small = small});
        text_fini(&t);
    }
}

/* What is packed or in another encoding reads as the plain file does. */
static void test_packed_and_encoded(void **state)
{
    static const way ways[] = {
        {NULL, false, GZIP, 3, 2, false},          {NULL, false, GZIP, 1, 4, true},
        {NULL, false, ZSTANDARD, 4, 2, true},      {"UTF-16LE", false, PLAIN, 1, 2, true},
        {"UTF-16BE", false, GZIP, 5, 1, false},    {"UTF-16LE", true, ZSTANDARD, 2, 2, false},
        {"ISO-8859-1", true, PLAIN, 1, 2, false},  {"ISO-8859-1", true, GZIP, 2, 4, true},
        {"ISO-8859-15", true, PLAIN, 1, 1, true},  {"UTF-32BE", true, PLAIN, 1, 2, false},
        {"GB18030", true, ZSTANDARD, 7, 2, false},
    };
    for (uint64_t seed = 0; seed < 4 * sizeof ways / sizeof *ways; seed++) {
        rng r = rng_init(seed, 3);
        text t = {0};
        twin_dialect d = any_dialect(&r);
        size_t length = seed % 2 ? 70000 + rng_below(&r, 300000) : 100 + rng_below(&r, 1000);
        make_text(&t, &r, length, d.delimiter, seed % 3 ? 2 : 20);
        assert_like_twin(state, &t, &d, &ways[seed % (sizeof ways / sizeof *ways)]);
        text_fini(&t);
    }
}

/* A quote that nothing closes within 64 KB costs its line; a field that just fits is one. */
static void test_long_quoted_fields(void **state)
{
    static const int around[] = {-2, -1, 0, 1, 2};
    for (size_t i = 0; i < 5 * 4; i++) {
        text t = {0};
        twin_dialect d = {',', true, true};
        text_add(&t, "a,b,c\n1,\"");
        for (int n = 0; n < CSV_LONGEST_QUOTED + around[i / 4]; n++)
            text_add(&t, "%c", n % 100 == 99 ? '\n' : 'x');
        text_add(&t, "%s",
                 i % 4 == 0   ? "\",3\n4,5,6\n"
                 : i % 4 == 1 ? "\"\",3\n"
                 : i % 4 == 2 ? "\""
                              : "");
        for (int small = 0; small < 2; small++)
            assert_like_twin(state, &t, &d, &(way){.threads = 2, .small = small});
        text_fini(&t);
    }
}

/* Lines before the rows may be as long as all others, and many. */
static void test_long_headers(void **state)
{
    for (int skip = 0; skip < 2; skip++) {
        csv_reader csv;
        text t = {0};
        aisle_error err = AISLE_ERROR_INIT;
        for (int i = 0; i < 30000 * skip; i++)
            text_add(&t, "printed;%d\r\n", i);
        for (int f = 0; f < 10000; f++)
            text_add(&t, "%scolumn_%d", f ? "," : "", f);
        text_add(&t, "\nx\n");
        fixture_write_n(state, "t.csv", t.bytes, t.length);
        if (csv_reader_init(&csv, fixture_path(state, "t.csv"),
                            &(csv_dialect){.skip = skip ? 30000 : -1}, 1, &err))
            fail_msg("%s", err.message);
        assert_int_equal(csv.shape.n_fields, 10000);
        assert_int_equal(csv.line, 2 + 30000 * skip);
        csv_reader_fini(&csv);
        assert_int_equal(csv_reader_init(&csv, fixture_path(state, "t.csv"),
                                         &(csv_dialect){.skip = 40000}, 1, &err),
                         AISLE_ERROR_DATA);
        assert_mentions(err.message, skip ? "found 30002 lines" : "found 2 lines");
        text_fini(&t);
    }
}

static void test_headers_without_end(void **state)
{
    text t = {0};
    for (int f = 0; f < 900000; f++)
        text_add(&t, "col%03d,", f % 1000);
    fixture_write_n(state, "t.csv", t.bytes, t.length);
    csv_reader csv;
    aisle_error err;
    assert_int_equal(
        csv_reader_init(&csv, fixture_path(state, "t.csv"), &(csv_dialect){.skip = -1}, 1, &err),
        AISLE_ERROR_DATA);
    assert_mentions(err.message, "found no end of the lines before the rows");
    text_fini(&t);
}

static const struct {
    const char *encoding, *bytes;
    size_t length;
    const char *rows;
    size_t broken;
} characters[] = {
    /* A half of a pair, then a whole one; a byte too many at the end. */
    {"UTF-16LE", "a\0\n\0\x01\xd8\n\0\x01\xd8\x02\xdc\n\0x\0\n\0y", 19,
     "2:1 \xff|\0"
     "3:4 \xf0\x90\x90\x82|\0"
     "4:1 x|\0"
     "5:1 \xff|\0",
     0},
    /* In Vietnamese an accent may follow a letter. */
    {"CP1258", "a\nb\nH\xe0 N\xd4", 9,
     "2:1 b|\0"
     "3:7 H\xc3\xa0 N\xc3\x94|\0",
     0},
    {"windows-1258", "a\nb\nc\na", 7,
     "2:1 b|\0"
     "3:1 c|\0"
     "4:1 a|\0",
     0},
    {"big5", "a\n\xa4\xa4\xa4\xe5\n\xa4", 8,
     "2:6 \xe4\xb8\xad\xe6\x96\x87|\0"
     "3:1 \xff|\0",
     0},
};

/* Characters that are none cost their own row; the last one is not lost. */
static void test_characters(void **state)
{
    for (size_t i = 0; i < sizeof characters / sizeof *characters; i++) {
        csv_reader csv;
        rejects bad = {0};
        text rows = {0}, expected = {0};
        size_t length = 0;
        for (int row = 0; row < (i == 0 ? 4 : i == 2 ? 3 : 2); row++)
            length += strlen(characters[i].rows + length) + 1;
        text_add_bytes(&expected, characters[i].rows, length);
        fixture_write_n(state, "t.csv", characters[i].bytes, characters[i].length);
        assert_int_equal(csv_reader_init(&csv, fixture_path(state, "t.csv"),
                                         &(csv_dialect){.encoding = characters[i].encoding}, 1,
                                         NULL),
                         AISLE_OK);
        read_rows(&rows, &csv, &bad);
        assert_texts_equal(&rows, &expected);
        assert_int_equal(bad.total, characters[i].broken);
        text_fini(&rows);
        text_fini(&expected);
        csv_reader_fini(&csv);
    }
}

/* What is gone while it is read is not the end of the file. */
static void test_a_file_that_shrinks(void **state)
{
    for (packing_kind k = PLAIN; k < PACKINGS; k++) {
        csv_reader csv;
        rejects bad = {0};
        text t = {0}, packed = {0};
        batch b;
        int field = 0;
        aisle_error err = AISLE_ERROR_INIT;
        aisle_status status;
        rng r = rng_init(1, 4);
        for (int i = 0; i < 700000; i++)
            text_add(&t, "%x,%x\n", (unsigned)rng_next(&r), (unsigned)rng_next(&r));
        pack_bytes(&packed, t.bytes, t.length, k, 1);
        fixture_write_n(state, "t.csv", packed.bytes, packed.length);
        const char *path = fixture_path(state, "t.csv");
        assert_int_equal(csv_reader_init(&csv, path, &(csv_dialect){.no_header = true}, 1, NULL),
                         AISLE_OK);
        assert_int_equal(truncate(path, 1000000), 0);
        assert_int_equal(csv_reader_select(&csv, &field, 1, NULL), AISLE_OK);
        do
            status = csv_reader_next(&b, &csv, &bad, &err);
        while (status == AISLE_OK && b.rows);
        assert_int_equal(status, AISLE_ERROR_IO);
        assert_mentions(err.message, "became shorter while it was read");
        csv_reader_fini(&csv);
        text_fini(&t);
        text_fini(&packed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_small_texts),        TEST(test_many_windows),
        TEST(test_packed_and_encoded), TEST(test_long_quoted_fields),
        TEST(test_long_headers),       TEST(test_headers_without_end),
        TEST(test_characters),         TEST(test_a_file_that_shrinks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
