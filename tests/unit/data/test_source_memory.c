/* Memory that runs out, one allocation after the other, in every shape of source. */
#include "shapes.h"

#include <stdio.h>

#include "base/mem.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

/* Reads while the first n allocations succeed, for each third n, until all do. */
static void sweep(void **state, const char *source, long n)
{
    char yaml[1024];
    aisle_status status = AISLE_ERROR_MEMORY;
    snprintf(
        yaml, sizeof yaml,
        "data: {receipts: {%s, user: [card, shop], item: sku, basket: receipt, time: [day, clock], "
        "quantity: pieces, value: amount}, rejected_share: 0.9, rejected_path: bad.csv}",
        source);
    aisle_config *config = fixture_config(state, yaml);
    for (; status == AISLE_ERROR_MEMORY; n += 3) {
        aisle_dataset *d = NULL;
        aisle_error err = AISLE_ERROR_INIT;
        mem_fail_after(n);
        status = aisle_dataset_read(&d, config, 1, &err);
        mem_fail_after(-1);
        assert_int_equal(status == AISLE_OK, d != NULL);
        assert_int_equal(err.code, status);
        if (status != AISLE_OK && status != AISLE_ERROR_MEMORY)
            fail_msg("with %ld allocations of %s: %s", n, source, err.message);
        aisle_dataset_free(d);
    }
    assert_true(n > 50);
    aisle_config_free(config);
}

static void write_files(void **state)
{
    enum { ROWS = 40 };
    shape_write(state, "a.csv", &(shape){.columns = "crdtspah"}, 0, ROWS);
    shape_write(state, "b.csv",
                &(shape){.columns = "hapstdrc", .delimiter = ';', .before = "one\n"}, 0, ROWS);
    shape_write(state, "c.csv.gz", &(shape){.columns = "crdtspah", .packing = GZIP}, 0, ROWS);
    shape_write(state, "d.csv.zst", &(shape){.columns = "crdtspah", .packing = ZSTANDARD}, 0, ROWS);
    shape_write(state, "e.csv", &(shape){.columns = "crdtspah", .encoding = "ISO-8859-1"}, 0, ROWS);
    fixture_write(state, "f.csv",
                  "card,receipt,day,clock,sku,pieces,amount,shop\nU1,1,2024-01-01,09:00,A,1,1,S\n"
                  "broken\nNULL,1,2024-01-01,09:00,A,1,1,S\n\xff,1,2024-01-01,09:00,A,1,1,S\n"
                  "U1,1,soon,09:00,A,1,1,S\nU1,1,2024-01-01,09:00,\"A \"\"x\"\"\",1,1,S\n");
    fixture_sql(state,
                "COPY (SELECT * REPLACE (pieces::FLOAT AS pieces, amount::DOUBLE AS amount) FROM "
                "read_csv('${folder}/a.csv', all_varchar = true, delim = ',', quote = '\"')) TO "
                "'${folder}/g.parquet'");
}

static void test_sources(void **state)
{
    static const char *const sources[] = {
        "path: '[ab].csv'",
        "path: '[cd].csv.*', from: 2024-01-02, until: 2024-12-31",
        "path: e.csv, encoding: latin-1",
        "path: f.csv",
        "path: f.csv, where: pieces > 0",
        "path: g.parquet",
        "path: '[ag].*', where: pieces > 0, decimal: '.'",
        "sql: \"FROM '${folder}/g.parquet'\", time_format: '%Y-%m-%d %H:%M'",
    };
    write_files(state);
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        sweep(state, sources[i], (long)i % 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(test_sources)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
