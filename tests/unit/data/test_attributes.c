#include "data_fixture.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

static const char RECEIPTS[] = "data:\n"
                               "  receipts: {path: r.csv, user: u, item: i, time: d, value: v}\n"
                               "  products:\n"
                               "    path: p.csv\n"
                               "    item: i\n"
                               "    categories: [dep, cat, maker]\n"
                               "    department: DEP\n"
                               "    category: cat\n"
                               "    label: [cat, size]\n";

static const char *with(const char *more)
{
    static char yaml[2048];
    snprintf(yaml, sizeof yaml, "%s%s", RECEIPTS, more);
    return yaml;
}

static void write_receipts(void **state, const char *more)
{
    char bytes[1024];
    snprintf(bytes, sizeof bytes, "u,i,d,v\n1,10,2017-01-01,1\n1,20,2017-01-01,2\n%s", more);
    fixture_write(state, "r.csv", bytes);
}

static void test_levels_are_of_the_whole_table(void **state)
{
    write_receipts(state, "");
    fixture_write(state, "p.csv",
                  "i,dep,cat,maker,size\n10,B,milk,7,1 L\n30,A,fuel,10,\n20,C,,2, \n");
    aisle_dataset *a = fixture_read(state, RECEIPTS);
    assert_int_equal(a->products.levels[0].count, 3);
    assert_int_equal(a->products.code[0][0], 1);
    assert_int_equal(a->products.code[0][1], 2);
    assert_int_equal(a->products.code[1][1], AISLE_MISSING);
    assert_true(a->products.levels[2].is_int);
    assert_int_equal(a->products.code[2][0], 1);
    assert_string_equal(a->products.label[0], "milk, 1 L");
    assert_null(a->products.label[1]);
    assert_int_equal(a->products.department, 0);
    assert_int_equal(a->products.category, 1);
    assert_string_equal(a->products.names[2], "maker");
    /* A sale of the third product moves no code. */
    write_receipts(state, "1,30,2017-01-02,2\n");
    aisle_dataset *b = fixture_read(state, RECEIPTS);
    for (int c = 0; c < 3; c++)
        assert_memory_equal(a->products.code[c], b->products.code[c], 2 * sizeof(uint32_t));
    aisle_dataset_free(a);
    aisle_dataset_free(b);
}

static void test_rows_with_one_key(void **state)
{
    write_receipts(state, "");
    fixture_write(state, "p.csv",
                  "i,dep,cat,maker,size\n10,,,,\n10,B,milk,7,2 L\n10,B,milk,7,1 L\n");
    aisle_dataset *a = fixture_read(state, RECEIPTS);
    fixture_write(state, "p.csv",
                  "i,dep,cat,maker,size\n10,B,milk,7,1 L\n10,B,milk,7,2 L\n10,,,,\n");
    aisle_dataset *b = fixture_read(state, RECEIPTS);
    assert_datasets_equal(a, b);
    assert_string_equal(a->products.label[0], "milk, 1 L");
    aisle_dataset_free(a);
    aisle_dataset_free(b);
}

/* cases.md 29: 85,055 pieces of fuel beside one of milk. */
static void test_departments_and_categories_left_out(void **state)
{
    write_receipts(state, "1,30,2017-01-02,85055\n2,40,2017-01-02,1\n2,50,2017-01-02,1\n");
    fixture_write(state, "p.csv",
                  "i,dep,cat,maker,size\n10,GROCERY,milk,1,\n20,GROCERY,coupon,1,\n30,FUEL,gas,1,\n"
                  "40,GROCERY, ,1,\n");
    aisle_dataset *d = fixture_read(
        state, with("  cleaning: {departments_out: [FUEL, NOT THERE], categories_out: [coupon], "
                    "category_required: true}\n"));
    assert_int_equal(d->line.n, 1);
    assert_int_equal(d->users.count, 1);
    assert_int_equal(d->summary.set_aside[AISLE_REASON_DEPARTMENT], 1);
    /* The coupon, the blank one, and the one without a row. */
    assert_int_equal(d->summary.set_aside[AISLE_REASON_CATEGORY], 3);
    aisle_dataset_free(d);
}

static void test_shares_without_attributes(void **state)
{
    write_receipts(state, "2,30,2017-01-02,1\n2,30,2017-01-03,1\n");
    fixture_write(state, "p.csv", "i,dep,cat,maker,size\n10,B,milk,7,1 L\n20,B,milk,7,1 L\n");
    fixture_write(state, "h.csv", "u,age\n1,35-44\n77,65+\n");
    aisle_dataset *d =
        fixture_read(state, with("  households: {path: h.csv, user: u, categories: [age]}\n"));
    assert_true(d->summary.lines_without_product == .5);
    assert_true(d->summary.households_without_attributes == .5);
    assert_int_equal(d->households.levels[0].count, 2);
    assert_int_equal(d->households.code[0][1], AISLE_MISSING);
    aisle_dataset_free(d);
}

static void test_roles_are_checked(void **state)
{
    aisle_error err;
    write_receipts(state, "");
    fixture_write(state, "p.csv", "i,dep,cat,maker,size\n10,B,milk,7,1 L\n");
    fixture_read_fails(state,
                       "data:\n"
                       "  receipts: {path: r.csv, user: u, item: i, time: d}\n"
                       "  products: {path: p.csv, item: i, categories: [dep], department: aisle}\n",
                       AISLE_ERROR_CONFIG, &err);
    assert_mentions(err.message, "data.products.department");
    assert_mentions(err.message, "'aisle'");
    fixture_read_fails(state,
                       "data:\n"
                       "  receipts: {path: r.csv, user: u, item: i, time: d}\n"
                       "  cleaning: {departments_out: [FUEL]}\n",
                       AISLE_ERROR_CONFIG, &err);
    assert_mentions(err.message, "data.cleaning.departments_out");
}

/* A text id never meets a number that only looks like it. */
static void test_keys_match_verbatim(void **state)
{
    fixture_write(state, "r.csv", "u,i,d,v\n1,0001,2017-01-01,1\n1,1,2017-01-01,2\n");
    fixture_write(state, "p.csv", "i,dep,cat,maker,size\n1,B,milk,7,\n001,C,beer,7,\n");
    aisle_dataset *d = fixture_read(state, RECEIPTS);
    char buffer[32];
    assert_string_equal(id_table_text(&d->items, 0, buffer), "1");
    assert_string_equal(id_table_text(&d->items, 1, buffer), "0001");
    assert_string_equal(d->products.label[0], "milk");
    assert_int_equal(d->products.code[0][1], AISLE_MISSING);
    aisle_dataset_free(d);
}

static void test_bad_rows_are_set_aside(void **state)
{
    aisle_error err;
    write_receipts(state, "");
    fixture_write(state, "p.csv",
                  "i,dep,cat,maker,size\n10,B,milk,7,\n,B,milk,7,\n20,\xff,milk,7,\n20\n");
    fixture_read_fails(state, RECEIPTS, AISLE_ERROR_DATA, &err);
    assert_mentions(err.message, "products: 3 of 4 lines");
    aisle_dataset *d =
        fixture_read(state, with("  rejected_share: 0.75\n  rejected_path: bad.csv\n"));
    char *bad = fixture_slurp(state, "bad.csv");
    assert_mentions(bad, "\n3,missing,i,,products,");
    assert_mentions(bad, "\n4,not UTF-8,dep,");
    assert_mentions(bad, "\n5,too few fields,,20,products,");
    assert_int_equal(d->products.code[0][1], AISLE_MISSING);
    mem_free(bad);
    aisle_dataset_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_levels_are_of_the_whole_table),
        TEST(test_rows_with_one_key),
        TEST(test_departments_and_categories_left_out),
        TEST(test_shares_without_attributes),
        TEST(test_roles_are_checked),
        TEST(test_keys_match_verbatim),
        TEST(test_bad_rows_are_set_aside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
