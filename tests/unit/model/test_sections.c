/* The container of a model file: whatever is cut, flipped or newer is refused by name. */
#include "model/file/sections.h"

#include "base/mem.h"
#include "base/rng.h"
#include "model_fixture.h"

#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { HEADER = 48, ENTRY = 64 };

static char path[256];

static int set_up(void **state)
{
    (void)state;
    temporary_path(path, "some.model");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    temporary_remove(path);
    return 0;
}

/* Three sections: of 5 bytes, none, and 1,000. */
static char *some_file(size_t *length)
{
    static char large[1000];
    sections *s = NEW_ZEROED(sections, 1);
    rng r = rng_init(3, 3);
    for (size_t i = 0; i < sizeof large; i++)
        large[i] = (char)rng_next(&r);
    assert_int_equal(sections_add(s, "first", "hello", 5, true, NULL), AISLE_OK);
    assert_int_equal(sections_add(s, "empty", NULL, 0, false, NULL), AISLE_OK);
    assert_int_equal(sections_add(s, "large", large, sizeof large, true, NULL), AISLE_OK);
    assert_int_equal(sections_write(s, path, NULL), AISLE_OK);
    mem_free(s);
    return bytes_of(path, length);
}

static aisle_status parse(const char *bytes, size_t length, aisle_error *err)
{
    sections *s = NEW_ZEROED(sections, 1);
    aisle_status status = sections_parse(s, bytes, length, "some.model", err);
    mem_free(s);
    return status;
}

static void refused(const char *bytes, size_t length, const char *text)
{
    aisle_error err = AISLE_ERROR_INIT;
    assert_int_equal(parse(bytes, length, &err), AISLE_ERROR_FORMAT);
    assert_string_equal(err.file, "some.model");
    assert_non_null(strstr(err.message, "'some.model'"));
    if (!strstr(err.message, text))
        fail_msg("'%s' is not in '%s'", text, err.message);
}

static void comes_back(void **state)
{
    (void)state;
    size_t length;
    char *bytes = some_file(&length);
    sections *s = NEW_ZEROED(sections, 1);
    assert_int_equal(sections_parse(s, bytes, length, "x", NULL), AISLE_OK);
    assert_int_equal(s->count, 3);
    const section *first = sections_take(s, "first"), *empty = sections_find(s, "empty");
    assert_int_equal(first->length, 5);
    assert_memory_equal(first->bytes, "hello", 5);
    assert_true(first->required && !empty->required);
    assert_int_equal(empty->length, 0);
    assert_null(sections_find(s, "firs"));
    assert_null(sections_take(s, "first "));
    assert_string_equal(sections_unknown(s)->name, "large");
    assert_int_equal(sections_take(s, "large")->length, 1000);
    assert_null(sections_unknown(s));
    for (size_t i = 0; i < s->count; i++)
        assert_int_equal(((const char *)s->section[i].bytes - bytes) % 64, 0);
    mem_free(s);
    mem_free(bytes);
}

static void is_refused_when_cut(void **state)
{
    (void)state;
    size_t length;
    char *bytes = some_file(&length);
    for (size_t n = 0; n < length; n++) {
        /* Exactly n bytes, so that reading behind them is seen. */
        char *cut = mem_copy(bytes, n, 1);
        refused(cut, n, n < 8 ? "not a model file" : n < HEADER ? "header" : "damaged");
        mem_free(cut);
    }
    char *longer = mem_array(length + 1, 1);
    memcpy(longer, bytes, length);
    longer[length] = 0;
    refused(longer, length + 1, "damaged");
    mem_free(longer);
    mem_free(bytes);
}

static void is_refused_when_flipped(void **state)
{
    (void)state;
    size_t length;
    char *bytes = some_file(&length);
    for (size_t at = 0; at < length; at++)
        for (int bit = 0; bit < 8; bit++) {
            bytes[at] = (char)(bytes[at] ^ 1 << bit);
            refused(bytes, length, "");
            bytes[at] = (char)(bytes[at] ^ 1 << bit);
        }
    assert_int_equal(parse(bytes, length, NULL), AISLE_OK);
    bytes[length - 1] ^= 4;
    refused(bytes, length, "section 'large' does not match its checksum");
    mem_free(bytes);
}

/* Makes the checksums right after a change of the table or the header. */
static void repair(char *bytes)
{
    uint32_t count;
    memcpy(&count, bytes + 24, sizeof count);
    uint64_t hash = XXH64(bytes + HEADER, count * (size_t)ENTRY, 0);
    memcpy(bytes + 32, &hash, sizeof hash);
    hash = XXH64(bytes, 40, 0);
    memcpy(bytes + 40, &hash, sizeof hash);
}

static void put_32(char *at, uint32_t value)
{
    memcpy(at, &value, sizeof value);
}

static void put_64(char *at, uint64_t value)
{
    memcpy(at, &value, sizeof value);
}

/* A file whose checksums are right is refused where its table makes no sense. */
static void a_wrong_table_is_refused(void **state)
{
    (void)state;
    size_t length;
    for (int c = 0; c < 12; c++) {
        char *bytes = some_file(&length), *table = bytes + HEADER;
        uint64_t first;
        memcpy(&first, table + 32, sizeof first);
        switch (c) {
        case 0:
            put_32(bytes + 8, SECTIONS_VERSION + 1); /* a newer version */
            break;
        case 1:
            put_32(bytes + 12, 0x04030201); /* another byte order */
            break;
        case 2:
            put_32(bytes + 8, 0);
            break;
        case 3:
            put_64(bytes + 16, length + 64);
            break;
        case 4:
            put_64(table + 32, first + 8); /* not aligned */
            break;
        case 5:
            put_64(table + 32, UINT64_MAX - 63);
            break;
        case 6:
            put_64(table + 2 * ENTRY + 40, 5000);
            break;
        case 7:
            put_64(table + 2 * ENTRY + 40, UINT64_MAX);
            break;
        case 8:
            memcpy(table + ENTRY, table, 32); /* a name twice */
            break;
        case 9:
            memset(table, 'x', 32); /* a name without an end */
            break;
        case 10:
            put_32(table + 56, 2);
            break;
        default:
            put_64(table + 2 * ENTRY + 32, first); /* over another section */
        }
        repair(bytes);
        refused(bytes, length, c == 0 ? "newer" : c == 1 ? "byte order" : "damaged");
        mem_free(bytes);
    }
}

static void a_wrong_count_is_refused(void **state)
{
    (void)state;
    size_t length;
    static const uint32_t counts[] = {0, 1, 2, 4, 256, 257, UINT32_MAX};
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        char *bytes = some_file(&length);
        put_32(bytes + 24, counts[c]);
        uint64_t hash = XXH64(bytes, 40, 0);
        memcpy(bytes + 40, &hash, sizeof hash);
        refused(bytes, length, "damaged");
        if (counts[c] < 3)
            repair(bytes);
        refused(bytes, length, "damaged");
        mem_free(bytes);
    }
}

static void names_are_bounded(void **state)
{
    (void)state;
    sections *s = NEW_ZEROED(sections, 1);
    char name[40];
    assert_int_equal(sections_add(s, "a", "", 0, true, NULL), AISLE_OK);
    assert_int_equal(sections_add(s, "a", "", 0, true, NULL), AISLE_ERROR_ARGUMENT);
    memset(name, 'x', sizeof name);
    name[SECTION_NAME_MOST] = '\0';
    assert_int_equal(sections_add(s, name, "", 0, true, NULL), AISLE_ERROR_ARGUMENT);
    for (size_t i = 1; i < SECTIONS_MOST; i++) {
        snprintf(name, sizeof name, "section %zu", i);
        assert_int_equal(sections_add(s, name, "", 0, true, NULL), AISLE_OK);
    }
    assert_int_equal(sections_add(s, "one more", "", 0, true, NULL), AISLE_ERROR_ARGUMENT);
    assert_int_equal(sections_write(s, path, NULL), AISLE_OK);
    size_t length;
    char *bytes = bytes_of(path, &length);
    assert_int_equal(parse(bytes, length, NULL), AISLE_OK);
    mem_free(bytes);
    mem_free(s);
}

static void what_is_no_model_file_is_said(void **state)
{
    (void)state;
    refused("", 0, "not a model file");
    refused("PK\3\4 and more and more and more and more and more and more", 60, "not a model file");
    refused("AISLEMDL", 8, "header");
    aisle_error err = AISLE_ERROR_INIT;
    aisle_model *m = NULL;
    assert_int_equal(aisle_model_open(&m, "/nowhere/x.model", &err), AISLE_ERROR_IO);
    assert_non_null(strstr(err.message, "/nowhere/x.model"));
    assert_int_equal(aisle_model_open(&m, "/", &err), AISLE_ERROR_IO);
    write_bytes(path, "", 0);
    assert_int_equal(aisle_model_open(&m, path, &err), AISLE_ERROR_FORMAT);
    assert_null(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_back),
        cmocka_unit_test(is_refused_when_cut),
        cmocka_unit_test(is_refused_when_flipped),
        cmocka_unit_test(a_wrong_table_is_refused),
        cmocka_unit_test(a_wrong_count_is_refused),
        cmocka_unit_test(names_are_bounded),
        cmocka_unit_test(what_is_no_model_file_is_said),
    };
    return cmocka_run_group_tests_name("sections", tests, set_up, tear_down);
}
