/* Against a real server, started by run.sh; AISLE_TEST_POSTGRES is its connection string. */
#include "data_fixture.h"
#include "journey.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/reader/sql/session.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

static const char *connection(void)
{
    return getenv("AISLE_TEST_POSTGRES");
}

/* Runs SQL with the server attached as `pg`, for writing, too. */
static void run(const char *sql)
{
    session s = {.threads = 2};
    text attach = {0};
    aisle_error err = AISLE_ERROR_INIT;
    text_add(&attach, "ATTACH ");
    sql_add_text(&attach, connection());
    text_add(&attach, " AS pg (TYPE postgres)");
    if (session_attach_postgres(&s, connection(), "reading", "test", &err) ||
        session_query(NULL, &s, attach.bytes, NULL, NULL, &err) ||
        session_query(NULL, &s, sql, NULL, NULL, &err))
        fail_msg("%s", err.message);
    text_fini(&attach);
    session_fini(&s);
}

static void test_types(void **state)
{
    char yaml[1024];
    run("CREATE SCHEMA pg.\"the shop\"");
    run("CALL postgres_execute('pg', '"
        "CREATE TABLE \"the shop\".\"Lines\" (\"User ID\" bigint, item text, basket uuid, at "
        "timestamptz, q integer, v numeric(8, 2), w real, week smallint, shop integer); "
        "INSERT INTO \"the shop\".\"Lines\" VALUES "
        "(10, ''0001'', ''00000000-0000-0000-0000-00000000000a'', ''2017-01-01 23:59:59-05'', 1, "
        "1.99, 1.99, 1, 7), "
        "(9, ''A-01'', ''00000000-0000-0000-0000-00000000000b'', ''2017-01-02 00:00:00-05'', 2, "
        "0.10, 0.10, 2, NULL), "
        "(9, ''1'', ''00000000-0000-0000-0000-00000000000b'', ''2017-01-02 00:00:00-05'', 2, 4, 4, "
        "2, NULL)')");
    fixture_write(state, "r.csv",
                  "User ID,item,basket,at,q,v,week,shop\n"
                  "10,0001,00000000-0000-0000-0000-00000000000a,2017-01-01,1,1.99,1,7\n"
                  "9,A-01,00000000-0000-0000-0000-00000000000b,2017-01-02,2,0.1,2,\n"
                  "9,1,00000000-0000-0000-0000-00000000000b,2017-01-02,2,4,2,\n");
    static const char columns[] = "user: user id, item: item, basket: basket, time: at, time_zone: "
                                  "America/New_York, quantity: q, week: week, store: shop";
    snprintf(yaml, sizeof yaml, "data: {receipts: {path: r.csv, %s, value: v}}", columns);
    aisle_dataset *csv = fixture_read(state, yaml);
    for (const char *value = "vw"; *value; value++) {
        snprintf(yaml, sizeof yaml,
                 "data: {receipts: {postgres: \"%s\", table: the shop.Lines, %s, value: %c}}",
                 connection(), columns, *value);
        aisle_dataset *postgres = fixture_read(state, yaml);
        assert_datasets_equal(csv, postgres);
        aisle_dataset_free(postgres);
    }
    aisle_dataset_free(csv);
}

static void test_what_is_not_there(void **state)
{
    char yaml[1024];
    aisle_error err;
    snprintf(
        yaml, sizeof yaml,
        "data: {receipts: {postgres: \"%s\", table: public.nothing, user: u, item: i, time: t}}",
        connection());
    aisle_dataset *d = NULL;
    aisle_config *config = fixture_config(state, yaml);
    assert_int_not_equal(aisle_dataset_read(&d, config, 1, &err), AISLE_OK);
    assert_mentions(err.message, "nothing");
    aisle_config_free(config);
    config = fixture_config(state, "data: {receipts: {postgres: 'host=/nowhere password=secret "
                                   "dbname=x', table: t, user: u, item: i, time: t}}");
    assert_int_not_equal(aisle_dataset_read(&d, config, 1, &err), AISLE_OK);
    assert_mentions(err.message, "data.receipts");
    assert_null(strstr(err.message, "secret"));
    aisle_config_free(config);
}

/* A password that ends at the key of another is not shown either. */
static void test_a_missing_column(void **state)
{
    char yaml[1024];
    aisle_error err;
    run("CREATE TABLE pg.public.few AS SELECT 1 AS u");
    snprintf(yaml, sizeof yaml,
             "data: {receipts: {postgres: \"%s\", table: few, user: u, item: i, time: t}}",
             connection());
    fixture_read_fails(state, yaml, AISLE_ERROR_DATA, &err);
    assert_mentions(err.message, "'i' (data.receipts.item)");
    assert_mentions(err.message, "found: u");
}

static void load_journey(void)
{
    static const char *const tables[] = {"transactions", "products", "demographics"};
    for (int i = 0; i < 3; i++) {
        char sql[1200], file[64];
        snprintf(file, sizeof file, "%s.parquet", tables[i]);
        snprintf(sql, sizeof sql, "CREATE TABLE pg.public.%s AS SELECT * FROM '%s'", tables[i],
                 journey_path(file));
        run(sql);
    }
}

static void test_journey(void **state)
{
    (void)state;
    if (!journey_is_there())
        skip();
    load_journey();
    aisle_config *config = journey_config();
    aisle_dataset *parquet = journey_read(config);
    char *server = (char *)connection();
    config->data.receipts.source = (source_options){.postgres = server, .table = "transactions"};
    config->data.products.source = (source_options){.postgres = server, .table = "public.products"};
    config->data.households.source = (source_options){.postgres = server, .table = "demographics"};
    aisle_dataset *postgres = journey_read(config);
    assert_datasets_equal(parquet, postgres);
    aisle_dataset_free(parquet);
    aisle_dataset_free(postgres);
    aisle_config_free(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_types),
        TEST(test_what_is_not_there),
        TEST(test_a_missing_column),
        TEST(test_journey),
    };
    if (!connection()) {
        fprintf(stderr, "AISLE_TEST_POSTGRES is not set: run.sh starts a server\n");
        return 77;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
