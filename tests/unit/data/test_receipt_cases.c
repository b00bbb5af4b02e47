/* Files as people sent them, which were read wrongly once: each stands for a kind. */
#include "shapes.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

static const char KEYS[] = "user: card, item: sku, basket: receipt, time: day, quantity: pieces";
static const char MORE[] = "rejected_share: 0.6, rejected_path: rejected.csv";

static void add_lines(text *t, int from, int to, const char *more)
{
    for (int i = from; i < to; i++)
        text_add(t, "U%d,%d,2024-01-%02d,P%d,%d%s\n", i % 6, i / 2, 1 + i % 28, i % 8, 1 + i % 2,
                 more);
}

/* A file, plain and packed, whose dataset and rejects are the same to the line. */
static void assert_packed_alike(void **state, const text *t, size_t rejected, const char *first)
{
    aisle_dataset *plain = NULL;
    shape_write_text(state, "r.csv", t->bytes);
    for (packing_kind k = PLAIN; k < PACKINGS; k++) {
        text packed = {0};
        pack_bytes(&packed, t->bytes, t->length, k, 2);
        fixture_write_n(state, "r.csv", packed.bytes, packed.length);
        aisle_dataset *d = shape_read(state, "path: r.csv", KEYS, MORE);
        assert_int_equal(d->summary.set_aside[AISLE_REASON_REJECTED], rejected);
        char *bad = fixture_slurp(state, "rejected.csv");
        assert_mentions(bad, first);
        mem_free(bad);
        if (plain)
            assert_datasets_equal(plain, d);
        if (plain)
            aisle_dataset_free(d);
        else
            plain = d;
        text_fini(&packed);
    }
    aisle_dataset_free(plain);
}

/* A column more behind 30 lines: they are set aside, not lost. */
static void test_a_column_comes_later(void **state)
{
    aisle_error err;
    text t = {0};
    text_add(&t, "card,receipt,day,sku,pieces\n");
    add_lines(&t, 0, 30, "");
    text_add(&t, "card,receipt,day,sku,pieces,amount\n");
    add_lines(&t, 30, 52, ",1.5");
    assert_packed_alike(state, &t, 23, "\n33,too many fields,,");
    fixture_read_fails(state, "data: {receipts: {path: r.csv, user: card, item: sku, time: day}}",
                       AISLE_ERROR_DATA, &err);
    assert_mentions(err.message, "23 of 53 lines cannot be read");
    assert_mentions(err.message, "(lines 32, 33, 34, …)");
    text_fini(&t);
}

/* Files of a pattern: one with lines before its header, one with a column more. */
static void test_files_of_a_pattern_differ(void **state)
{
    text t = {0};
    const aisle_file_count *files;
    text_add(&t, "Journal of store 1\nprinted 2024-05-01\ncard,receipt,day,sku,pieces\n");
    add_lines(&t, 0, 30, "");
    shape_write_text(state, "week_1.csv", t.bytes);
    t.length = 0;
    text_add(&t, "card,receipt,day,sku,pieces,amount\n");
    add_lines(&t, 30, 50, ",2.5");
    shape_write_text(state, "week_2.csv", t.bytes);
    aisle_dataset *d = shape_read(state, "path: 'week_*.csv'", KEYS, "");
    assert_int_equal(d->summary.lines_read, 50);
    assert_int_equal(aisle_dataset_files(&files, d), 2);
    assert_true(files[0].rows == 30 && files[0].before == 2 && files[1].rows == 20);
    aisle_dataset_free(d);
    text_fini(&t);
}

/* One bad line: where it is, in its own file, however that is packed. */
static void test_one_bad_line(void **state)
{
    aisle_error err;
    text t = {0}, packed = {0};
    text_add(&t, "card,receipt,day,sku,pieces\n");
    add_lines(&t, 0, 30, "");
    text_add(&t, "U5,24,31.12.2024,P6,1\n");
    add_lines(&t, 30, 60, "");
    assert_packed_alike(state, &t, 1, "\n32,not a time as declared,day,31.12.2024,receipts,");
    shape_write_text(state, "w_1.csv", "card,receipt,day,sku,pieces\nU1,1,2024-01-01,P1,1\n");
    shape_write_text(state, "w_2.csv.gz", t.bytes);
    pack_bytes(&packed, t.bytes, t.length, GZIP, 1);
    fixture_write_n(state, "w_2.csv.gz", packed.bytes, packed.length);
    aisle_dataset *d = shape_read(state, "path: 'w_*'", KEYS, MORE);
    fixture_assert_rejected(state, "rejected.csv", "w_2.csv.gz",
                            "32,not a time as declared,day,31.12.2024,receipts\n");
    aisle_dataset_free(d);
    fixture_read_fails(state, "data: {receipts: {path: 'w_*', user: card, item: sku, time: day}}",
                       AISLE_ERROR_DATA, &err);
    assert_mentions(err.message, "(line w_2.csv.gz:32)");
    text_fini(&t);
    text_fini(&packed);
}

/* Names in latin-1 that nobody declared: what they are, and the key. */
static void test_names_that_are_no_utf8(void **state)
{
    aisle_error err;
    const char *yaml = "data: {receipts: {path: r.csv, user: Karte, item: Artikel, time: Tag, "
                       "quantity: Stückzahl%s}}";
    char written[256];
    shape_write_text(state, "r.csv",
                     "Karte;Tag;Artikel;St\xfc"
                     "ckzahl\nU1;2024-01-01;K\xe4se;2\n");
    snprintf(written, sizeof written, yaml, "");
    fixture_read_fails(state, written, AISLE_ERROR_DATA, &err);
    assert_mentions(err.message, "no column 'Stückzahl' (data.receipts.quantity)");
    assert_mentions(err.message, "St\\xfcckzahl");
    assert_mentions(err.message, "key 'data.receipts.encoding'");
    snprintf(written, sizeof written, yaml, ", encoding: latin-1");
    aisle_dataset *d = fixture_read(state, written);
    assert_int_equal(id_table_find(&d->items, "Käse"), 0);
    assert_true(d->line.quantity[0] == 2);
    aisle_dataset_free(d);
}

/* UTF-16 without a mark: likewise. */
static void test_names_with_zero_bytes(void **state)
{
    aisle_error err;
    text t = {0};
    static const char lines[] = "card,day,sku\nU1,2024-01-01,A\n";
    encode_text(&t, lines, sizeof lines - 1, "UTF-16LE");
    fixture_write_n(state, "r.csv", t.bytes, t.length);
    fixture_read_fails(state, "data: {receipts: {path: r.csv, user: card, item: sku, time: day}}",
                       AISLE_ERROR_DATA, &err);
    assert_mentions(err.message, "no column 'card'");
    assert_mentions(err.message, "key 'data.receipts.encoding'");
    assert_mentions(err.message, "utf-16");
    text_fini(&t);
}

/* Cards that say that there was none: no household of theirs. */
static void test_words_in_place_of_a_card(void **state)
{
    static const char *const words[] = {"NULL", "nan", "-1"};
    for (size_t w = 0; w < 3; w++) {
        text t = {0};
        text_add(&t, "card,receipt,day,sku,pieces\n");
        for (int i = 0; i < 60; i++)
            if (i % 3 == 0)
                text_add(&t, "%s,%d,2024-01-%02d,P%d,1\n", words[w], i / 2, 1 + i % 28, i % 8);
            else
                add_lines(&t, i, i + 1, "");
        shape_write_text(state, "r.csv", t.bytes);
        aisle_dataset *d = shape_read(state, "path: r.csv", KEYS, "");
        assert_int_equal(d->users.count, w == 2 ? 5 : 4);
        assert_int_equal(d->summary.set_aside[AISLE_REASON_NO_CARD], w == 2 ? 0 : 20);
        aisle_dataset_free(d);
        d = shape_read(state, "path: r.csv, no_card: ['NULL', nan, '-1']", KEYS, "");
        assert_int_equal(d->users.count, 4);
        assert_int_equal(d->summary.set_aside[AISLE_REASON_NO_CARD], 20);
        aisle_dataset_free(d);
        text_fini(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_column_comes_later),  TEST(test_files_of_a_pattern_differ),
        TEST(test_one_bad_line),          TEST(test_names_that_are_no_utf8),
        TEST(test_names_with_zero_bytes), TEST(test_words_in_place_of_a_card),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
