/* The real data: the counts of the protocol, and the same dataset from the original layout. */
#include "data_fixture.h"
#include "journey.h"

#include <stdio.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/timer.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

static void test_counts(void **state)
{
    (void)state;
    aisle_config *config = journey_config();
    double start = timer_now();
    aisle_dataset *d = journey_read(config);
    print_message("read in %.2f s\n", timer_now() - start);
    aisle_dataset_summary s;
    aisle_dataset_summarise(&s, d);
    assert_int_equal(s.lines_read, 1469307);
    assert_int_equal(s.lines, 1437618);
    assert_int_equal(s.items, 67637);
    assert_int_equal(s.households, 2467);
    assert_int_equal(s.stores, 433);
    assert_int_equal(s.set_aside[AISLE_REASON_REJECTED], 0);
    assert_int_equal(s.set_aside[AISLE_REASON_MERGED], 0);
    assert_int_equal(s.first_day, 17167);
    assert_int_equal(s.last_day, 17531);
    assert_int_equal(s.first_week, 1);
    assert_int_equal(s.last_week, 53);
    assert_true(s.week_from_source);
    /* 2,467 households of which 801 filled in the form. */
    assert_true(s.lines_without_product == 0);
    assert_true(s.households_without_attributes == (2467 - 801) / 2467.);
    /* The last week starts on the Monday of Christmas, without a sale. */
    assert_int_equal(week_first_day(&d->weeks, 53), 17525);
    assert_int_equal(week_of_day(&d->weeks, 17524), 52);
    aisle_dataset_free(d);
    aisle_config_free(config);
}

/* Writes the data out as dunnhumby's files: retail_train.csv, product.csv, hh_demographic.csv. */
static void write_original_layout(void **state)
{
    static const char shop_time[] =
        "timezone('America/New_York', timezone('UTC', transaction_timestamp))";
    text sql = {0};
    text_add(
        &sql,
        "COPY (SELECT household_id AS user_id, basket_id, %s::DATE - DATE '2016-12-31' AS day, "
        "product_id AS item_id, quantity, sales_value, store_id, -retail_disc AS retail_disc, "
        "strftime(%s, '%%H%%M') AS trans_time, week AS week_no, -coupon_disc AS coupon_disc, "
        "-coupon_match_disc AS coupon_match_disc FROM '%s') TO '${folder}/retail_train.csv'",
        shop_time, shop_time, journey_path("transactions.parquet"));
    fixture_sql(state, sql.bytes);
    text_fini(&sql);
    text_add(
        &sql,
        "COPY (SELECT product_id AS PRODUCT_ID, manufacturer_id AS MANUFACTURER, department AS "
        "DEPARTMENT, brand AS BRAND, product_category AS COMMODITY_DESC, product_type AS "
        "SUB_COMMODITY_DESC, package_size AS CURR_SIZE_OF_PRODUCT FROM '%s') TO "
        "'${folder}/product.csv'",
        journey_path("products.parquet"));
    fixture_sql(state, sql.bytes);
    text_fini(&sql);
    text_add(&sql,
             "COPY (SELECT age AS AGE_DESC, marital_status AS MARITAL_STATUS_CODE, income AS "
             "INCOME_DESC, home_ownership AS HOMEOWNER_DESC, household_comp AS HH_COMP_DESC, "
             "household_size AS HOUSEHOLD_SIZE_DESC, kids_count AS KID_CATEGORY_DESC, household_id "
             "AS household_key FROM '%s') TO '${folder}/hh_demographic.csv'",
             journey_path("demographics.parquet"));
    fixture_sql(state, sql.bytes);
    text_fini(&sql);
}

static void test_original_layout(void **state)
{
    aisle_config *config = journey_config(), *original = NULL;
    aisle_error err = AISLE_ERROR_INIT;
    aisle_dataset *parquet = journey_read(config);
    write_original_layout(state);
    if (aisle_config_open(&original, SOURCE_ROOT "/examples/dunnhumby-course.yaml", &err))
        fail_msg("%s, line %u: %s", err.file, err.line, err.message);
    original->data.receipts.source.path = (char *)fixture_path(state, "retail_train.csv");
    original->data.products.source.path = (char *)fixture_path(state, "product.csv");
    original->data.households.source.path = (char *)fixture_path(state, "hh_demographic.csv");
    original->data.receipts.origin = (moment){MOMENT_DAY, 17166};
    double start = timer_now();
    aisle_dataset *csv = journey_read(original);
    print_message("read from CSV in %.2f s\n", timer_now() - start);
    assert_datasets_equal(parquet, csv);
    aisle_dataset_free(parquet);
    aisle_dataset_free(csv);
    aisle_config_free(config);
    aisle_config_free(original);
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(test_counts), TEST(test_original_layout)};
    if (!journey_is_there()) {
        fprintf(stderr, "no data: script/data fetches them\n");
        return 77;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
