/* Promotions in a model file: sections that are missing, or wrong inside. */
#include "model/file/assortment_file.h"
#include "model/file/households_file.h"

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
    static const char *const names[] = {"promotions.start", "promotions.offset", "promotions.place",
                                        "lines.promotion"};
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
        refused(names[n]);
    }
}

typedef struct wrong {
    const char *section;
    size_t at;
    int64_t value;
    size_t size;
    const char *text;
} wrong;

enum {
    PROMOTIONS = offsetof(assortment_meta, promotions),
    AHEAD = offsetof(assortment_meta, ahead),
    BY_STORE = offsetof(assortment_meta, by_store),
    OPTIONS = offsetof(households_meta, options),
};

static void wrong_inside(void **state)
{
    (void)state;
    static const wrong cases[] = {
        {"assortment", PROMOTIONS, 2, 8, "section 'assortment'"},
        {"assortment", PROMOTIONS, 0, 8, "promotions that are not whole"},
        {"assortment", AHEAD, -1, 8, "section 'assortment'"},
        {"assortment", AHEAD, 4, 8, "promotions.start"},
        {"assortment", AHEAD, 1000000, 8, "section 'assortment'"},
        {"assortment", BY_STORE, 2, 8, "section 'assortment'"},
        {"assortment", BY_STORE, 0, 8, "a promotion out of range"},
        {"assortment", offsetof(assortment_meta, reserved), 1, 8, "is newer"},
        {"households", OPTIONS, 1, 8, "promotions that are not whole"},
        {"promotions.start", 0, 99999999, 4, "weeks of promotions"},
        {"promotions.start", 8, 1, 4, "weeks of promotions"},
        {"promotions.offset", 0, 1, 8, "promotions' offsets"},
        {"promotions.offset", 80, -1, 8, "promotions' offsets"},
        {"promotions.place", 8, -1, 4, "a promotion out of range"},
        {"promotions.place", 8, 0, 4, "a promotion out of range"},
        {"lines.promotion", 5, 4, 1, "a promotion that is none"},
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
