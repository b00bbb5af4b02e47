/* Opening model files that are damaged, newer, or whole by their checksums but wrong inside. */
#include "model/file/model_file.h"

#include "base/mem.h"
#include "model/file/assortment_file.h"
#include "model/file/households_file.h"
#include "model_fixture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const char other_shape[] =
    RECEIPTS_ROLES "candidates: {popular: {quota: 10}, own_count: {quota: 10}, own_decay: {quota: "
                   "15}, als: {quota: 0}}\n"
                   "ranker: {trees: 3, leaves: 4, min_data_in_leaf: 5}\n";

static char path[256];
static char *bytes;
static size_t length;

static int set_up(void **state)
{
    (void)state;
    aisle_model *m = model_of(81, RECEIPTS_SMALL "features: {without: [spend, rank, habit]}\n", 2);
    temporary_path(path, "shop.model");
    save(m, path);
    bytes = bytes_of(path, &length);
    aisle_model_free(m);
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

/* Case 13. */
static void cut_anywhere(void **state)
{
    (void)state;
    assert_true(length > 20000);
    for (size_t n = 0; n < length; n += 1000) {
        write_bytes(path, bytes, n);
        refused("");
    }
    write_bytes(path, bytes, length - 1);
    refused("damaged");
}

static void one_bit_in_each_section(void **state)
{
    (void)state;
    char text[80];
    sections *s = NEW_ZEROED(sections, 1);
    assert_int_equal(sections_parse(s, bytes, length, path, NULL), AISLE_OK);
    assert_true(s->count > 25);
    for (size_t i = 0; i < s->count; i++) {
        if (s->section[i].length == 0)
            continue;
        size_t at = (size_t)((const char *)s->section[i].bytes - bytes) + s->section[i].length / 2;
        bytes[at] ^= 0x10;
        write_bytes(path, bytes, length);
        snprintf(text, sizeof text, "section '%s' does not match its checksum", s->section[i].name);
        refused(text);
        bytes[at] ^= 0x10;
    }
    mem_free(s);
}

/* The model's sections, to be changed and written anew with right checksums. */
static sections *parsed(void)
{
    sections *s = NEW_ZEROED(sections, 1);
    assert_int_equal(sections_parse(s, bytes, length, path, NULL), AISLE_OK);
    return s;
}

static section *find(sections *s, const char *name)
{
    for (size_t i = 0; i < s->count; i++)
        if (strcmp(s->section[i].name, name) == 0)
            return &s->section[i];
    fail_msg("no section %s", name);
    return NULL;
}

static void write_and_free(sections *s)
{
    assert_int_equal(sections_write(s, path, NULL), AISLE_OK);
    mem_free(s);
}

static void unknown_sections(void **state)
{
    (void)state;
    static const char *const names[] = {"news",        "lines.more", "meta2",    "configuration",
                                        "p.x",         ".",          "als.more", "products.9.code",
                                        "level2.more", "zzz.deep"};
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        char text[80];
        sections *s = parsed();
        assert_int_equal(sections_add(s, names[n], "abc", 3, true, NULL), AISLE_OK);
        write_and_free(s);
        snprintf(text, sizeof text, "needs section '%s'", names[n]);
        refused(text);
        s = parsed();
        assert_int_equal(sections_add(s, names[n], "abc", 3, false, NULL), AISLE_OK);
        write_and_free(s);
        aisle_model_free(open_model(path));
    }
}

/* The households may be missing, but not one of their sections. */
static void missing_sections(void **state)
{
    (void)state;
    sections *all = parsed();
    for (size_t i = 0; i < all->count; i++) {
        if (strcmp(all->section[i].name, "level2.order") == 0) /* since version 2: by the trees */
            continue;
        sections *s = parsed();
        memmove(&s->section[i], &s->section[i + 1], (s->count - i - 1) * sizeof *s->section);
        s->count--;
        write_and_free(s);
        const char *name = all->section[i].name;
        refused(strstr(name, ".ints")             ? ""
                : strcmp(name, "households") == 0 ? "needs section 'users.ints'"
                                                  : name);
    }
    mem_free(all);
}

static void sections_of_another_size(void **state)
{
    (void)state;
    sections *all = parsed();
    for (size_t i = 0; i < all->count; i++) {
        if (all->section[i].length == 0 || strcmp(all->section[i].name, "config") == 0)
            continue;
        sections *s = parsed();
        s->section[i].length -=
            strcmp(s->section[i].name, "level2.trees") == 0 ? s->section[i].length / 2 : 1;
        write_and_free(s);
        refused("");
    }
    mem_free(all);
}

/* A section's bytes, copied so that they can be changed; freed by the caller. */
static void *change(sections *s, const char *name)
{
    section *at = find(s, name);
    void *copy = mem_copy(at->bytes, at->length, 1);
    at->bytes = copy;
    return copy;
}

static void refused_with(sections *s, void *owned, const char *text)
{
    write_and_free(s);
    mem_free(owned);
    refused(text);
}

static void wrong_inside(void **state)
{
    (void)state;
    static const char *const ids[] = {"users.ints", "items.ints"};
    for (int i = 0; i < 2; i++) {
        sections *s = parsed();
        int64_t *values = change(s, ids[i]);
        values[1] = values[0];
        refused_with(s, values, "history: ids");
    }
    sections *s = parsed();
    int32_t *day = change(s, "baskets.day");
    day[0] = INT32_MAX;
    refused_with(s, day, "at or after its time");
    s = parsed();
    day = change(s, "lines.day");
    day[0] = INT32_MAX;
    refused_with(s, day, "another day than its basket");
    s = parsed();
    float *quantity = change(s, "lines.quantity");
    quantity[3] = NAN;
    refused_with(s, quantity, "quantity");
    s = parsed();
    float *discount = change(s, "lines.discount");
    discount[3] = -1;
    refused_with(s, discount, "discount");
    s = parsed();
    uint32_t *store = change(s, "baskets.store");
    store[3] = UINT32_MAX - 1;
    refused_with(s, store, "store");
    s = parsed();
    uint32_t *item = change(s, "pairs.item");
    item[0] = UINT32_MAX;
    refused_with(s, item, "pair");
}

static void wrong_products(void **state)
{
    (void)state;
    sections *s = parsed();
    uint8_t *allowed = change(s, "catalogue");
    allowed[0] = 2;
    refused_with(s, allowed, "catalogue");
    s = parsed();
    allowed = change(s, "catalogue");
    memset(allowed, 0, find(s, "catalogue")->length);
    refused_with(s, allowed, "catalogue: no product");
    s = parsed();
    char *names = change(s, "products.names");
    names[find(s, "products.names")->length - 1] = 'x';
    refused_with(s, names, "products.names");
}

/* Every number of a section of them, with values that it cannot have. */
static void wrong_numbers(const char *name, size_t fields, bool (*harmless)(size_t, int64_t))
{
    for (size_t field = 0; field < fields; field++) {
        static const int64_t values[] = {-2, INT64_MIN, INT64_MAX, INT32_MAX, 0};
        for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
            sections *s = parsed();
            int64_t *meta = change(s, name);
            bool same = meta[field] == values[v];
            meta[field] = values[v];
            write_and_free(s);
            mem_free(meta);
            if (same || (harmless && harmless(field, values[v])))
                continue;
            refused("");
        }
    }
}

/* An earlier first day, and another role of a column. */
static bool is_harmless(size_t field, int64_t value)
{
    bool day = field == offsetof(assortment_meta, first_day) / sizeof(int64_t);
    bool role = field == offsetof(assortment_meta, department) / sizeof(int64_t) ||
                field == offsetof(assortment_meta, category) / sizeof(int64_t);
    return (day && (value == -2 || value == 0)) || (role && value == 0);
}

static void wrong_meta(void **state)
{
    (void)state;
    wrong_numbers("assortment", sizeof(assortment_meta) / sizeof(int64_t), is_harmless);
    wrong_numbers("households", sizeof(households_meta) / sizeof(int64_t), NULL);
}

static void wrong_level1(void **state)
{
    (void)state;
    sections *all = parsed();
    for (size_t i = 0; i < all->count; i++) {
        const char *name = all->section[i].name;
        if (strncmp(name, "als.", 4) != 0 && strncmp(name, "popular.", 8) != 0)
            continue;
        sections *s = parsed();
        unsigned char *values = change(s, name);
        memset(values, 0xff, all->section[i].length);
        refused_with(s, values, "");
    }
    mem_free(all);
}

static void wrong_config(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "", "seed", "seed\t-1\n", "unheard.of\t3\n", "ranker.trees\t[\n", "catalogue\tnothing\n"};
    for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) {
        sections *s = parsed();
        section *config = find(s, "config");
        config->bytes = texts[t];
        config->length = strlen(texts[t]);
        write_and_free(s);
        refused("");
    }
}

/* Trees that were grown on a column that the model has not got. */
static void trees_of_another_model(void **state)
{
    (void)state;
    char other[256];
    size_t other_length;
    aisle_model *m = model_of(81, other_shape, 2);
    temporary_path(other, "other.model");
    save(m, other);
    aisle_model_free(m);
    char *other_bytes = bytes_of(other, &other_length);
    sections *from = NEW_ZEROED(sections, 1), *s = parsed();
    assert_int_equal(sections_parse(from, other_bytes, other_length, other, NULL), AISLE_OK);
    find(s, "level2.trees")->bytes = find(from, "level2.trees")->bytes;
    find(s, "level2.trees")->length = find(from, "level2.trees")->length;
    write_and_free(s);
    refused("the trees need column 'own_count_score'");
    s = parsed();
    find(s, "level2.trees")->bytes = "tree\nnot at all\n";
    find(s, "level2.trees")->length = 16;
    write_and_free(s);
    refused("LightGBM's trees");
    mem_free(from);
    mem_free(other_bytes);
    temporary_remove(other);
}

static void memory_runs_out(void **state)
{
    (void)state;
    aisle_status status = AISLE_ERROR_MEMORY;
    write_bytes(path, bytes, length);
    for (long n = 0; status != AISLE_OK; n++) {
        aisle_model *m = NULL;
        mem_fail_after(n);
        status = aisle_model_open(&m, path, NULL);
        mem_fail_after(-1);
        assert_true(status == AISLE_OK || status == AISLE_ERROR_MEMORY);
        aisle_model_free(m);
        assert_true(n < 5000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cut_anywhere),
        cmocka_unit_test(one_bit_in_each_section),
        cmocka_unit_test(unknown_sections),
        cmocka_unit_test(missing_sections),
        cmocka_unit_test(sections_of_another_size),
        cmocka_unit_test(wrong_inside),
        cmocka_unit_test(wrong_products),
        cmocka_unit_test(wrong_meta),
        cmocka_unit_test(wrong_level1),
        cmocka_unit_test(wrong_config),
        cmocka_unit_test(trees_of_another_model),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests_name("model file", tests, set_up, tear_down);
}
