/* Promotions in a model file: sections that are missing, or wrong inside. */
#include "model/promotion_file.h"

#include "base/mem.h"
#include "model_fixture.h"

#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static char path[256];
static char *bytes;
static size_t length;

static int set_up(void **state)
{
    (void)state;
    receipts r;
    receipts_init(&r, 91);
    receipts_init_promotions(&r, 92);
    aisle_model *m =
        model_of_receipts(&r, RECEIPTS_SMALL "features: {planned_promotions: true}\n", 2);
    temporary_path(path, "shop.model");
    save(m, path);
    bytes = bytes_of(path, &length);
    aisle_model_free(m);
    receipts_fini(&r);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    mem_free(bytes);
    temporary_remove(path);
    return 0;
}

static void refused(const char *text)
{
    refused_file(path, text);
}

static void missing_sections(void **state)
{
    (void)state;
    static const char *const names[] = {"promotions.meta", "promotions.offset", "promotions.place",
                                        "promotions.line"};
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        sections *s = NEW_ZEROED(sections, 1);
        assert_int_equal(sections_parse(s, bytes, length, path, NULL), AISLE_OK);
        size_t at = 0;
        while (strcmp(s->section[at].name, names[n]) != 0)
            at++;
        s->count--;
        memmove(&s->section[at], &s->section[at + 1], (s->count - at) * sizeof *s->section);
        assert_int_equal(sections_write(s, path, NULL), AISLE_OK);
        mem_free(s);
        refused(n == 0 ? "" : names[n]);
    }
}

typedef struct wrong {
    const char *section;
    size_t at;
    int64_t value;
    size_t size;
    const char *text;
} wrong;

static void wrong_inside(void **state)
{
    (void)state;
    static const wrong cases[] = {
        {"promotions.meta", 0, 12, 8, "promotions.meta"},
        {"promotions.meta", 8, -1, 8, "promotions.meta"},
        {"promotions.meta", 8, 4, 8, "promotions.offset"},
        {"promotions.meta", 8, 1000000, 8, "promotions.meta"},
        {"promotions.meta", 16, 2, 8, "promotions.meta"},
        {"promotions.meta", 16, 0, 8, "a promotion out of range"},
        {"promotions.meta", 24, 1, 8, "promotions.meta"},
        {"promotions.offset", 0, 1, 8, "promotions' offsets"},
        {"promotions.offset", 80, -1, 8, "promotions' offsets"},
        {"promotions.place", 8, -1, 4, "a promotion out of range"},
        {"promotions.place", 8, 0, 4, "a promotion out of range"},
        {"promotions.line", 5, 4, 1, "a line's promotion"},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        sections *s = NEW_ZEROED(sections, 1);
        assert_int_equal(sections_parse(s, bytes, length, path, NULL), AISLE_OK);
        const section *found = sections_find(s, cases[c].section);
        char *copy = mem_copy(found->bytes, found->length, 1);
        memcpy(copy + cases[c].at, &cases[c].value, cases[c].size);
        s->section[found - s->section].bytes = copy;
        assert_int_equal(sections_write(s, path, NULL), AISLE_OK);
        refused(cases[c].text);
        mem_free(copy);
        mem_free(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(missing_sections),
        cmocka_unit_test(wrong_inside),
    };
    return cmocka_run_group_tests_name("promotion file", tests, set_up, tear_down);
}
