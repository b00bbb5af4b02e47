/* The table of promotions: read from files, and what becomes of its rows. */
#include "data_fixture.h"

#include <string.h>

#include "base/mem.h"
#include "data/promotions.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

/* Weeks 1 to 3. A basket without a store, a product bought in one store only. */
static const char LINES[] = "user_id,item_id,time,store\n"
                            "1,milk,2024-01-01,S1\n"
                            "1,bread,2024-01-01,S1\n"
                            "2,milk,2024-01-09,S2\n"
                            "2,milk,2024-01-10,\n"
                            "3,milk,2024-01-16,S1\n";

#define ROWS                                                                                       \
    "3,S1,milk,1,0\n"                                                                              \
    "1,S1,milk,0,A\n"                                                                              \
    "1,S1,milk,5,0\n"                                                                              \
    "1,S1,bread,0,0\n"                                                                             \
    "1,S1,bread,,NONE\n"                                                                           \
    "2,S2,milk,x,\n"                                                                               \
    "2,S1,milk,0,D\n"                                                                              \
    "2,S1,tea,0,D\n"                                                                               \
    "2,S7,milk,0,D\n"                                                                              \
    "2,,milk,0,D\n"                                                                                \
    "0,S1,milk,0,D\n"                                                                              \
    "9,S1,bread, ,H\n"

static const char TABLE[] = "week,store,item,display,mailer\n" ROWS;

#define RECEIPTS "data: {rejected_path: bad.csv, receipts: {path: r.csv, store: store}, "
#define COLUMNS "item: item, store: store, display: display, mailer: mailer}}"

static uint8_t find(const aisle_dataset *d, int32_t week, const char *item, const char *store)
{
    return promotion_find(&d->promotions, (size_t)(week - d->weeks.first),
                          id_table_find(&d->items, item), id_table_find(&d->stores, store));
}

static void check_table(const aisle_dataset *d)
{
    const aisle_dataset_summary *s = &d->summary;
    assert_true(d->promotions.by_store);
    assert_int_equal(find(d, 1, "milk", "S1"), AISLE_PROMOTION_DISPLAY | AISLE_PROMOTION_MAILER);
    assert_int_equal(find(d, 1, "milk", "S2"), 0);
    assert_int_equal(find(d, 1, "bread", "S1"), 0);
    assert_int_equal(find(d, 2, "milk", "S2"), AISLE_PROMOTION_DISPLAY);
    assert_int_equal(find(d, 2, "milk", "S1"), AISLE_PROMOTION_MAILER);
    assert_int_equal(find(d, 3, "milk", "S1"), AISLE_PROMOTION_DISPLAY);
    assert_int_equal(find(d, 9, "bread", "S1"), AISLE_PROMOTION_MAILER);
    assert_int_equal(s->promotions.read, 12);
    assert_int_equal(s->promotions.kept, 5);
    assert_int_equal(s->promotions.none, 2);
    assert_int_equal(s->promotions.repeated, 1);
    assert_int_equal(s->promotions.unknown_item, 1);
    assert_int_equal(s->promotions.unknown_store, 2);
    assert_int_equal(s->promotions.unknown_week, 1);
    assert_int_equal(s->promotions.first_week, 1);
    assert_int_equal(s->promotions.last_week, 9);
}

static void test_rows_are_taken_or_counted(void **state)
{
    fixture_write(state, "r.csv", LINES);
    fixture_write(state, "p.csv", TABLE);
    aisle_dataset *d = fixture_read(state, RECEIPTS "promotions: {path: p.csv, " COLUMNS);
    /* Lines by user, day, item; ids in order: bread, milk. */
    static const uint8_t bought_on[] = {0, 3, 1, 0, 1};
    check_table(d);
    assert_memory_equal(d->line.promotion, bought_on, sizeof bought_on);
    assert_true(d->summary.promotions.lines == 0.6);
    aisle_dataset_free(d);
}

static void test_sources_agree(void **state)
{
    static const char *const sources[] = {
        RECEIPTS "promotions: {path: p.parquet, " COLUMNS,
        RECEIPTS
        "promotions: {sql: \"FROM '${folder}/p.parquet' ORDER BY week DESC, mailer\", " COLUMNS,
        RECEIPTS "promotions: {path: '*_part.csv', " COLUMNS,
    };
    fixture_write(state, "r.csv", LINES);
    fixture_write(state, "p.csv", TABLE);
    fixture_write(state, "a_part.csv", TABLE);
    fixture_sql(state, "COPY (SELECT week::BIGINT AS week, * EXCLUDE (week) FROM "
                       "read_csv('${folder}/p.csv', all_varchar = true)) TO '${folder}/p.parquet'");
    for (size_t s = 0; s < sizeof sources / sizeof *sources; s++) {
        aisle_dataset *d = fixture_read(state, sources[s]);
        check_table(d);
        aisle_dataset_free(d);
    }
}

static void test_without_stores_all_have_it(void **state)
{
    fixture_write(state, "r.csv", LINES);
    fixture_write(state, "p.csv", "week,item,flag\n2,milk,true\n3,milk,false\n3,bread,true\n");
    aisle_dataset *d =
        fixture_read(state, RECEIPTS "promotions: {path: p.csv, item: item, display: flag, none: "
                                     "[false]}}");
    static const uint8_t bought_on[] = {0, 0, 1, 1, 0};
    assert_false(d->promotions.by_store);
    assert_int_equal(d->summary.promotions.kept, 2);
    assert_memory_equal(d->line.promotion, bought_on, sizeof bought_on);
    aisle_dataset_free(d);
}

static void test_bad_rows_are_rejected(void **state)
{
    fixture_write(state, "r.csv", LINES);
    fixture_write(state, "p.csv",
                  "week,store,item,display,mailer\n"
                  "1,S1,,1,0\n"
                  "x,S1,milk,1,0\n"
                  ",S1,milk,1,0\n"
                  "1.5,S1,milk,1,0\n"
                  "1e9,S1,milk,1,0\n"
                  "1,S1,milk,1,0\n");
    aisle_dataset *d = fixture_read(
        state, "data: {rejected_share: 0.9, rejected_path: bad.csv, receipts: {path: r.csv, store: "
               "store}, promotions: {path: p.csv, " COLUMNS);
    assert_int_equal(d->summary.promotions.read, 1);
    aisle_dataset_free(d);
    fixture_assert_rejected(state, "bad.csv", "p.csv",
                            "2,missing,item,,promotions\n"
                            "3,not a number as declared,week,x,promotions\n"
                            "4,missing,week,,promotions\n"
                            "5,not a whole number,week,1.5,promotions\n"
                            "6,number out of range,week,1e9,promotions\n");
    aisle_error err = AISLE_ERROR_INIT;
    fixture_read_fails(state, RECEIPTS "promotions: {path: p.csv, " COLUMNS, AISLE_ERROR_DATA,
                       &err);
    assert_mentions(err.message, "promotions");
}

static void test_what_is_wrong_is_said(void **state)
{
    static const struct {
        const char *yaml;
        aisle_status code;
        const char *part;
    } cases[] = {
        {RECEIPTS "promotions: {display: display}}", AISLE_ERROR_CONFIG,
         "'data.promotions': found columns without a source"},
        {RECEIPTS "promotions: {path: p.csv, item: item}}", AISLE_ERROR_CONFIG,
         "display or mailer is needed"},
        {"data: {receipts: {path: r.csv}, promotions: {path: p.csv, " COLUMNS, AISLE_ERROR_CONFIG,
         "data.promotions.store needs data.receipts.store"},
        {RECEIPTS "promotions: {path: p.csv, week: wk, " COLUMNS, AISLE_ERROR_DATA,
         "no column 'wk' (data.promotions.week)"},
        {RECEIPTS "promotions: {path: none.csv, " COLUMNS, AISLE_ERROR_IO, "data.promotions.path"},
        {RECEIPTS "promotions: {path: empty.csv, " COLUMNS, AISLE_ERROR_DATA, "found no rows"},
        {RECEIPTS "promotions: {sql: \"SELECT range AS week, 'S1' AS store, 'milk' AS item, '1' AS "
                  "display, CAST(CASE WHEN range = 70000 THEN 'x' ELSE '1' END AS INTEGER) AS "
                  "mailer FROM range(100000)\", " COLUMNS,
         AISLE_ERROR_DATA, "data.promotions: Conversion Error"},
    };
    fixture_write(state, "r.csv", LINES);
    fixture_write(state, "p.csv", TABLE);
    fixture_write(state, "empty.csv", "week,store,item,display,mailer\n");
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        aisle_error err = AISLE_ERROR_INIT;
        fixture_read_fails(state, cases[c].yaml, cases[c].code, &err);
        assert_mentions(err.message, cases[c].part);
    }
}

/* Gives one piece again and again. */
static aisle_status give(void *data, aisle_promotions *out, aisle_error *err)
{
    aisle_promotions *piece = data;
    (void)err;
    *out = *piece;
    piece->rows = 0;
    return AISLE_OK;
}

static void test_arrays_are_checked(void **state)
{
    static const int64_t ids[] = {5};
    static const uint32_t wrong[] = {1}, right[] = {0};
    static const int32_t week[] = {1};
    static const uint8_t kind[] = {1}, wrong_kind[] = {4};
    aisle_values values = {1, ids, NULL, NULL};
    aisle_coded none = {0};
    fixture_write(state, "r.csv", "user_id,item_id,time\n1,5,2024-01-01\n");
    aisle_dataset *d = fixture_read(state, "data: {receipts: {path: r.csv}}");
    aisle_promotions pieces[] = {
        {1, {wrong, values}, none, week, kind},
        {1, {right, values}, none, week, wrong_kind},
        {1, {right, values}, {right, values}, week, kind},
    };
    static const aisle_status codes[] = {AISLE_ERROR_ARGUMENT, AISLE_ERROR_ARGUMENT,
                                         AISLE_ERROR_CONFIG};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(aisle_dataset_add_promotions(d, give, &pieces[i], NULL), codes[i]);
        assert_int_equal(d->promotions.weeks, 0);
        assert_int_equal(d->summary.promotions.read, 0);
    }
    aisle_promotions good = {1, {right, values}, none, week, kind};
    assert_int_equal(aisle_dataset_add_promotions(d, give, &good, NULL), AISLE_OK);
    assert_int_equal(d->line.promotion[0], AISLE_PROMOTION_DISPLAY);
    assert_int_equal(aisle_dataset_add_promotions(d, give, &good, NULL), AISLE_ERROR_ARGUMENT);
    aisle_dataset_free(d);
}

static void test_memory_runs_out(void **state)
{
    (void)state;
    static const int64_t ids[] = {5};
    static const uint32_t code[] = {0, 0};
    static const int32_t week[] = {2, 1};
    static const uint8_t kind[] = {1, 2};
    fixture_write(state, "r.csv", "user_id,item_id,time\n1,5,2024-01-01\n");
    aisle_dataset *d = fixture_read(state, "data: {receipts: {path: r.csv}}");
    aisle_status status = AISLE_ERROR_MEMORY;
    for (long n = 0; status == AISLE_ERROR_MEMORY; n++) {
        aisle_promotions piece = {2, {code, {1, ids, NULL, NULL}}, {0}, week, kind};
        mem_fail_after(n);
        status = aisle_dataset_add_promotions(d, give, &piece, NULL);
        mem_fail_after(-1);
        assert_true(n < 100);
        assert_true(status == AISLE_OK || d->promotions.weeks == 0);
    }
    assert_int_equal(status, AISLE_OK);
    aisle_dataset_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_rows_are_taken_or_counted),
        TEST(test_sources_agree),
        TEST(test_without_stores_all_have_it),
        TEST(test_bad_rows_are_rejected),
        TEST(test_what_is_wrong_is_said),
        TEST(test_arrays_are_checked),
        TEST(test_memory_runs_out),
    };
    return cmocka_run_group_tests_name("promotions", tests, NULL, NULL);
}
