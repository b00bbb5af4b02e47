/* What may be recommended: each rule, its bounds, and as of when it is decided. */
#include "catalogue/catalogue.h"

#include "base/mem.h"
#include "receipts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

typedef struct bench {
    aisle_config *config;
    aisle_dataset *d;
    assortment a;
    households h;
} bench;

static void bench_init(bench *b, const receipt *lines, size_t n, int32_t as_of, const char *rules)
{
    receipts r = {0};
    char yaml[1024];
    for (size_t i = 0; i < n; i++)
        receipts_add(&r, lines[i]);
    snprintf(yaml, sizeof yaml, RECEIPTS_ROLES "catalogues: {c: {%s}}", rules);
    b->config = receipts_config(yaml);
    b->d = receipts_build(&r, b->config);
    assert_int_equal(history_init(&b->a, &b->h, b->d, as_of, NULL, NULL), AISLE_OK);
    receipts_fini(&r);
}

static void bench_fini(bench *b)
{
    households_fini(&b->h);
    assortment_fini(&b->a);
    aisle_dataset_free(b->d);
    aisle_config_free(b->config);
}

/* Six products, four households. Product: price, share, quantity, department, category
 *   1005  2  1     7  bakery c1       1010  2.5  .5   2  fruit c2
 *   1015  4  .25   2  drinks c3       1020  1    .25  2  frozen c4
 *   1025  5  .75   3  dairy  c5       1001  3    .25  9  (no row) */
static const receipt shop[] = {
    {100, 1005, 1, 10, 4, 8}, {107, 1005, 2, 10, 1, 2}, {114, 1005, 3, 11, 1, 2},
    {121, 1005, 4, 12, 1, 2}, {100, 1010, 1, 10, 1, 2}, {107, 1010, 2, 10, 1, 3},
    {114, 1015, 5, 13, 2, 8}, {121, 1020, 6, 13, 2, 2}, {100, 1025, 7, 14, 1, 5},
    {107, 1025, 8, 14, 1, 5}, {114, 1025, 9, 14, 1, 5}, {121, 1001, 10, 14, 9, 27},
};

/* The ids that are in, ascending, as text. */
static void allows(const char *rules, const char *ids)
{
    bench b;
    catalogue c;
    aisle_error err = AISLE_ERROR_INIT;
    char found[256] = "";
    bench_init(&b, shop, sizeof shop / sizeof *shop, 100, rules);
    if (catalogue_init(&c, &b.h, NULL, &b.config->catalogues[0], &err) || catalogue_check(&c, &err))
        fail_msg("%s: %s", rules, err.message);
    for (uint32_t i = 0, n = 0; i < c.n_items; i++)
        assert_int_equal(c.place[i], c.allowed[i] ? n++ : HISTORY_NONE);
    for (uint32_t i = 0; i < c.count; i++)
        snprintf(found + strlen(found), sizeof found - strlen(found), "%s%d", i ? " " : "",
                 (int)b.a.items.ints[c.items[i]]);
    assert_string_equal(found, ids);
    catalogue_fini(&c);
    bench_fini(&b);
}

static void refused(const char *rules, aisle_status status, const char *text)
{
    bench b;
    catalogue c;
    aisle_error err = AISLE_ERROR_INIT;
    bench_init(&b, shop, sizeof shop / sizeof *shop, 100, rules);
    assert_int_equal(catalogue_init(&c, &b.h, NULL, &b.config->catalogues[0], &err), status);
    if (!strstr(err.message, text))
        fail_msg("'%s' is not in '%s'", text, err.message);
    bench_fini(&b);
}

static void everything_is_in(void **state)
{
    (void)state;
    allows("", "1001 1005 1010 1015 1020 1025");
    bench b;
    catalogue c;
    bench_init(&b, shop, sizeof shop / sizeof *shop, 100, "");
    assert_int_equal(catalogue_init(&c, &b.h, NULL, NULL, NULL), AISLE_OK);
    assert_int_equal(c.count, b.a.n_items);
    catalogue_fini(&c);
    bench_fini(&b);
}

static void price_bounds_are_exclusive(void **state)
{
    (void)state;
    allows("price_above: 2", "1001 1010 1015 1025");
    allows("price_above: 1.999", "1001 1005 1010 1015 1025");
    allows("price_below: 2.5", "1005 1020");
    allows("price_below: 2.501", "1005 1010 1020");
    allows("price_above: 2, price_below: 4", "1001 1010");
    refused("price_above: 2, price_below: 2.5", AISLE_ERROR_CONFIG, "'c' leaves no product");
}

static void share_bounds_are_inclusive(void **state)
{
    (void)state;
    allows("share_from: 0.5", "1005 1010 1025");
    allows("share_from: 0.501", "1005 1025");
    allows("share_to: 0.25", "1001 1015 1020");
    allows("share_from: 0.5, share_to: 0.75", "1010 1025");
    allows("share_from: 1", "1005");
}

static void levels_in_and_out(void **state)
{
    (void)state;
    allows("departments_in: [bakery, dairy]", "1005 1025");
    allows("departments_out: [bakery, dairy]", "1001 1010 1015 1020");
    allows("categories_in: [c1, c2, c3]", "1005 1010 1015");
    allows("categories_out: c1", "1001 1010 1015 1020 1025");
    allows("departments_in: [bakery, fruit], categories_out: [c2]", "1005");
    refused("departments_in: [bakery, toys]", AISLE_ERROR_CONFIG,
            "departments_in: 'toys' is no value of column 'department'");
    refused("categories_out: [c1, cx]", AISLE_ERROR_CONFIG, "categories_out: 'cx'");
    refused("departments_in: [bakery], departments_out: [bakery]", AISLE_ERROR_CONFIG,
            "leaves no product");
}

static void roles_must_be_given(void **state)
{
    (void)state;
    receipts r = {0};
    receipts_add(&r, shop[0]);
    aisle_config *config = receipts_config("catalogues: {c: {departments_in: [bakery]}}");
    aisle_dataset *d = receipts_build(&r, config);
    assortment a;
    households h;
    catalogue c;
    aisle_error err = AISLE_ERROR_INIT;
    assert_int_equal(history_init(&a, &h, d, 100, NULL, NULL), AISLE_OK);
    assert_int_equal(catalogue_init(&c, &h, NULL, &config->catalogues[0], &err),
                     AISLE_ERROR_CONFIG);
    assert_non_null(strstr(err.message, "departments_in: no column is given that role"));
    households_fini(&h);
    assortment_fini(&a);
    aisle_dataset_free(d);
    aisle_config_free(config);
    receipts_fini(&r);
}

/* Case 7: a white list has what it has; ids that were never sold are no error. */
static void items_in_and_out(void **state)
{
    (void)state;
    allows("items_in: [1020, 1005, 7, A-1]", "1005 1020");
    allows("items_out: ['1020', 1005, 7]", "1001 1010 1015 1025");
    allows("items_in: [1005, 1010], items_out: [1010]", "1005");
    refused("items_in: [7]", AISLE_ERROR_CONFIG, "leaves no product");
}

static void items_from_files(void **state)
{
    (void)state;
    char path[] = "/tmp/aisle-items-XXXXXX", rules[256];
    FILE *f = fdopen(mkstemp(path), "w");
    fputs("1020\r\n\n1005\n\nA-1\n1025", f);
    fclose(f);
    snprintf(rules, sizeof rules, "items_in_file: %s", path);
    allows(rules, "1005 1020 1025");
    snprintf(rules, sizeof rules, "items_out_file: %s, items_out: [1010]", path);
    allows(rules, "1001 1015");
    remove(path);
    refused(rules, AISLE_ERROR_IO, path);
}

/* By quantity; ties go to the lower id; after all other rules. */
static void top_keeps_the_largest(void **state)
{
    (void)state;
    allows("top: 1", "1001");
    allows("top: 2", "1001 1005");
    allows("top: 3", "1001 1005 1025");
    allows("top: 4", "1001 1005 1010 1025");
    allows("top: 5", "1001 1005 1010 1015 1025");
    allows("top: 6", "1001 1005 1010 1015 1020 1025");
    allows("top: 2000000000", "1001 1005 1010 1015 1020 1025");
    allows("top: 2, items_out: [1001]", "1005 1025");
    allows("top: 2, price_above: 2.2", "1001 1025");
}

/* The rules as of an earlier day, for the products of a later one. */
static void is_decided_earlier(void **state)
{
    (void)state;
    bench b;
    assortment sold;
    households earlier;
    catalogue c, same;
    bench_init(&b, shop, sizeof shop / sizeof *shop, 100,
               "share_from: 0.5, departments_out: [fruit]");
    assert_int_equal(history_init(&sold, &earlier, b.d, 12, NULL, NULL), AISLE_OK);
    assert_int_equal(catalogue_init(&c, &b.h, &earlier, &b.config->catalogues[0], NULL), AISLE_OK);
    assert_int_equal(catalogue_check(&c, NULL), AISLE_OK);
    assert_int_equal(c.n_items, b.a.n_items);
    assert_int_equal(c.count, 1); /* 1025 was not sold yet: out */
    assert_int_equal(b.a.items.ints[c.items[0]], 1005);
    assert_int_equal(catalogue_init(&same, &b.h, &b.h, &b.config->catalogues[0], NULL), AISLE_OK);
    assert_int_equal(same.count, 2);
    catalogue_fini(&c);
    catalogue_fini(&same);
    households_fini(&earlier);
    assortment_fini(&sold);
    bench_fini(&b);
}

/* An item that has another place than its own. */
static void refuses_place(catalogue *c, uint32_t item, uint32_t place)
{
    uint32_t own = c->place[item];
    assert_int_not_equal(own, place);
    assert_int_equal(catalogue_check(c, NULL), AISLE_OK);
    c->place[item] = place;
    assert_int_equal(catalogue_check(c, NULL), AISLE_ERROR_FORMAT);
    c->place[item] = own;
}

static void check_finds_damage(void **state)
{
    (void)state;
    bench b;
    catalogue c;
    bench_init(&b, shop, sizeof shop / sizeof *shop, 100, "share_from: 0.5");
    assert_int_equal(catalogue_init(&c, &b.h, NULL, &b.config->catalogues[0], NULL), AISLE_OK);
    assert_int_equal(catalogue_check(&c, NULL), AISLE_OK);
    c.items[0]++;
    assert_int_equal(catalogue_check(&c, NULL), AISLE_ERROR_FORMAT);
    c.items[0]--;
    c.count--;
    assert_int_equal(catalogue_check(&c, NULL), AISLE_ERROR_FORMAT);
    c.count += 2;
    assert_int_equal(catalogue_check(&c, NULL), AISLE_ERROR_FORMAT);
    c.count--;
    refuses_place(&c, c.items[1], 0);
    refuses_place(&c, c.items[1], HISTORY_NONE);
    refuses_place(&c, c.items[0] - 1, 1); /* it is out */
    c.allowed[c.items[1]] = 2;
    assert_int_equal(catalogue_check(&c, NULL), AISLE_ERROR_FORMAT);
    catalogue_fini(&c);
    bench_fini(&b);
}

static void memory_runs_out(void **state)
{
    (void)state;
    bench b;
    bench_init(&b, shop, sizeof shop / sizeof *shop, 100,
               "share_from: 0.5, departments_in: [bakery], items_out: [3], top: 3");
    assortment sold;
    households earlier;
    assert_int_equal(history_init(&sold, &earlier, b.d, 12, NULL, NULL), AISLE_OK);
    aisle_status status = AISLE_ERROR_MEMORY;
    for (long n = 0; status != AISLE_OK; n++) {
        catalogue c;
        mem_fail_after(n);
        status = catalogue_init(&c, &b.h, &earlier, &b.config->catalogues[0], NULL);
        mem_fail_after(-1);
        assert_true(status == AISLE_OK || status == AISLE_ERROR_MEMORY);
        if (status == AISLE_OK)
            catalogue_fini(&c);
        assert_true(n < 1000);
    }
    households_fini(&earlier);
    assortment_fini(&sold);
    bench_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_in),
        cmocka_unit_test(price_bounds_are_exclusive),
        cmocka_unit_test(share_bounds_are_inclusive),
        cmocka_unit_test(levels_in_and_out),
        cmocka_unit_test(roles_must_be_given),
        cmocka_unit_test(items_in_and_out),
        cmocka_unit_test(items_from_files),
        cmocka_unit_test(top_keeps_the_largest),
        cmocka_unit_test(is_decided_earlier),
        cmocka_unit_test(check_finds_damage),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests_name("catalogue", tests, NULL, NULL);
}
