/* The parts of a model file that stand for the fit's households (the group of sections that a model
 * may be without), and those that answers need of them: the pool, companions, facts of products. */
#include "base/mem.h"
#include "base/rng.h"
#include "guest_fixture.h"
#include "model/file/sections.h"
#include "same.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { SEED = 83 };

static const char shape[] = RECEIPTS_ROLES
    "candidates: {pool: 30, popular: {quota: 6}, popular_store: {quota: 4}, own_decay: {quota: 9}, "
    "als: {quota: 5, factors: 4, iterations: 2}, co_basket: {quota: 5}, similar_users: {quota: 5}, "
    "tifu_knn: {quota: 4}, up_cf: {quota: 4}}\n"
    "ranker: {trees: 10, leaves: 5, min_data_in_leaf: 5, negatives: 15}\n"
    "features: {without: [], planned_promotions: true}\n";

static receipts lines;
static char path[256];
static char *bytes;
static size_t length;
static sections *all; /* of bytes */

static int set_up(void **state)
{
    (void)state;
    receipts_init(&lines, SEED);
    receipts_init_promotions(&lines, SEED);
    aisle_model *m = model_of_receipts(&lines, shape, 2);
    temporary_path(path, "shop.model");
    save(m, path);
    aisle_model_free(m);
    bytes = bytes_of(path, &length);
    all = NEW_ZEROED(sections, 1);
    assert_int_equal(sections_parse(all, bytes, length, path, NULL), AISLE_OK);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    mem_free(all);
    mem_free(bytes);
    temporary_remove(path);
    receipts_fini(&lines);
    return 0;
}

static bool begins(const char *name, const char *with)
{
    return strncmp(name, with, strlen(with)) == 0;
}

static bool of_households(const char *name)
{
    return strcmp(name, "households") == 0 || begins(name, "users.") || begins(name, "lines.") ||
           begins(name, "baskets.") || begins(name, "pairs.");
}

static bool is_part(const char *name)
{
    return of_households(name) || begins(name, "pool.") || strcmp(name, "popularity") == 0 ||
           begins(name, "together.") || begins(name, "facts.");
}

static void parts_are_there(void **state)
{
    (void)state;
    static const char *const names[] = {"users.ints",     "users.0.level",      "lines.promotion",
                                        "lines.discount", "baskets.store",      "pairs.line",
                                        "pool.ints",      "together.both",      "facts.sale",
                                        "facts.weekly",   "facts.weekday_lift", "facts.promotions",
                                        "facts.depth_2w"};
    size_t n = 0;
    for (size_t i = 0; i < all->count; i++)
        n += is_part(all->section[i].name);
    assert_true(n > 40);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_non_null(sections_find(all, names[i]));
    assert_int_equal(sections_find(all, "pool.ints")->length, 30 * sizeof(int64_t));
}

/* ---- Damage that checksums see ---- */

static void cut_in_each(void **state)
{
    (void)state;
    for (size_t i = 0; i < all->count; i++) {
        const section *s = &all->section[i];
        size_t from = (size_t)((const char *)s->bytes - bytes), n = (size_t)s->length;
        const size_t at[] = {from, from + 1, from + n / 2, from + n - 1, from + n};
        for (size_t c = 0; is_part(s->name) && n > 0 && c < sizeof at / sizeof *at; c++) {
            if (at[c] >= length)
                continue;
            write_bytes(path, bytes, at[c]);
            refused_file(path, "damaged");
        }
    }
}

static void flipped_in_each(void **state)
{
    (void)state;
    char text[80];
    for (size_t i = 0; i < all->count; i++) {
        const section *s = &all->section[i];
        size_t from = (size_t)((const char *)s->bytes - bytes), n = (size_t)s->length;
        const size_t at[] = {from, from + n / 2, from + n - 1};
        snprintf(text, sizeof text, "section '%s' does not match its checksum", s->name);
        for (size_t c = 0; is_part(s->name) && n > 0 && c < 3; c++) {
            bytes[at[c]] = (char)(bytes[at[c]] ^ 1 << c * 3);
            write_bytes(path, bytes, length);
            refused_file(path, text);
            bytes[at[c]] = (char)(bytes[at[c]] ^ 1 << c * 3);
        }
    }
}

/* ---- Damage that they do not see ---- */

/* The file with other bytes in section i, and right checksums. */
static void write_with(size_t i, const void *other)
{
    sections *s = mem_copy(all, 1, sizeof *all);
    s->section[i].bytes = other;
    assert_int_equal(sections_write(s, path, NULL), AISLE_OK);
    mem_free(s);
}

/* Whatever is asked of it is answered by what it has. */
static void answers_something(const aisle_model *m)
{
    aisle_households *guests = guests_of(m, &lines, shape, AISLE_AS_OF_LAST);
    for (uint32_t u = 0; u < 60; u += 7) {
        guest g = {m, u % 2 || aisle_model_users(m) == 0 ? guests : NULL, {u}};
        aisle_recommendation list[GUEST_PLACES];
        size_t n = guest_ask(list, &g, false);
        for (size_t i = 0; i < n; i++)
            assert_true(list[i].item.index < aisle_model_items(m));
        same_guest(&g, &g);
    }
    aisle_households_free(guests);
}

static void flipped_under_right_checksums(void **state)
{
    (void)state;
    rng r = rng_init(SEED, 1);
    size_t opened = 0, refused = 0;
    for (size_t i = 0; i < all->count; i++) {
        const section *s = &all->section[i];
        for (int round = 0; is_part(s->name) && s->length > 0 && round < 12; round++) {
            aisle_model *m = NULL;
            unsigned char *copy = mem_copy(s->bytes, s->length, 1);
            for (uint32_t n = 1 + rng_below(&r, 3); n > 0; n--)
                copy[rng_below(&r, (uint32_t)s->length)] ^= (unsigned char)(1 + rng_below(&r, 255));
            write_with(i, copy);
            aisle_status status = aisle_model_open(&m, path, NULL);
            assert_true(status == AISLE_OK || status == AISLE_ERROR_FORMAT);
            opened += status == AISLE_OK;
            refused += status != AISLE_OK;
            if (status == AISLE_OK && opened % 10 == 0)
                answers_something(m);
            aisle_model_free(m);
            mem_free(copy);
        }
    }
    assert_true(opened > 50 && refused > 200);
}

typedef struct wrong {
    const char *section;
    size_t at, size;
    int64_t value;
    const char *text;
} wrong;

static int64_t float_bits(float x)
{
    int32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static void wrong_inside(void **state)
{
    (void)state;
    const wrong cases[] = {
        {"pool.ints", 8, 8, INT64_MIN, "ids"},
        {"together.item", 0, 4, UINT32_MAX, "together"},
        {"together.item", 4, 4, 0, "together"},
        {"together.both", 0, 4, UINT32_MAX, "together"},
        {"together.offset", 0, 8, 1, "together"},
        {"together.offset", 8, 8, -1, "together"},
        {"facts.first_day", 0, 4, INT32_MIN, "facts: of products"},
        {"facts.last_day", 0, 4, INT32_MAX, "facts: of products"},
        {"facts.price", 4, 4, float_bits(INFINITY), "facts: of products"},
        {"facts.weekly", 0, 8, -1, "facts: of products"},
        {"facts.sale_offset", 8, 8, -1, "facts: of stores"},
        {"facts.sale", 0, 4, UINT32_MAX, "facts: of stores"},
        {"facts.sale", 12, 4, INT32_MIN, "facts: of stores"},
        {"facts.store_share", 0, 4, float_bits(2), "facts: of stores"},
        {"facts.weekday_lift", 0, 4, float_bits(NAN), "facts: of weekdays"},
        {"facts.discount_13w", 0, 4, float_bits(2), "facts: of discounts"},
        {"facts.promoting", 0, 1, 2, "facts: of promotions"},
        {"users.ints", 8, 8, INT64_MIN, "history: ids of users"},
        {"users.0.level", 0, 4, 77, "level out of range"},
        {"lines.basket", 0, 4, 5, "basket"},
        {"baskets.offset", 8, 8, 0, "a household without a basket"},
        {"pairs.line", 0, 4, -2, "pair's line"},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        const section *s = sections_find(all, cases[c].section);
        char *copy = mem_copy(s->bytes, s->length, 1);
        assert_true(cases[c].at + cases[c].size <= s->length);
        memcpy(copy + cases[c].at, &cases[c].value, cases[c].size);
        write_with((size_t)(s - all->section), copy);
        refused_file(path, cases[c].text);
        mem_free(copy);
    }
}

/* ---- Without the households ---- */

/* The file without their sections is the one that a model that has forgotten them writes. */
static void households_may_be_taken_out(void **state)
{
    (void)state;
    size_t n;
    sections *s = mem_copy(all, 1, sizeof *all);
    s->count = 0;
    for (size_t i = 0; i < all->count; i++)
        if (!of_households(all->section[i].name))
            s->section[s->count++] = all->section[i];
    assert_int_equal(sections_write(s, path, NULL), AISLE_OK);
    mem_free(s);
    char *without = bytes_of(path, &n);
    assert_true(n < length / 2);
    aisle_model *m = open_model(path);
    assert_int_equal(aisle_model_users(m), 0);
    answers_something(m);
    aisle_model_free(m);
    write_bytes(path, bytes, length);
    m = open_model(path);
    assert_int_equal(aisle_model_users(m), RECEIPTS_HOUSEHOLDS);
    assert_int_equal(aisle_model_forget_households(m, NULL), AISLE_OK);
    save(m, path);
    aisle_model_free(m);
    size_t forgotten_length;
    char *forgotten = bytes_of(path, &forgotten_length);
    same_bytes(without, n, forgotten, forgotten_length, "file");
    mem_free(without);
    mem_free(forgotten);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_there), cmocka_unit_test(cut_in_each),
        cmocka_unit_test(flipped_in_each), cmocka_unit_test(flipped_under_right_checksums),
        cmocka_unit_test(wrong_inside),    cmocka_unit_test(households_may_be_taken_out),
    };
    return cmocka_run_group_tests_name("model parts", tests, set_up, tear_down);
}
