#include "data_fixture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aisle/table.h"
#include "base/mem.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

static const int64_t USERS[] = {1, INT64_MIN, INT64_MAX};
static const double SCORES[] = {0.1, -1e-300, 3};
static const char *const NAMES[] = {"milk, \"fresh\"", NULL, ""};
static const aisle_table_column COLUMNS[] = {
    {"user_id", AISLE_COLUMN_INT, USERS},
    {"score", AISLE_COLUMN_REAL, SCORES},
    {"the \"name\"", AISLE_COLUMN_TEXT, NAMES},
};

static aisle_status write_table(void **state, const char *name, aisle_error *err)
{
    return aisle_table_write(fixture_path(state, name), COLUMNS, 3, 3, err);
}

static void test_csv_out(void **state)
{
    assert_int_equal(write_table(state, "t.csv", NULL), AISLE_OK);
    char *bytes = fixture_slurp(state, "t.csv");
    assert_string_equal(bytes, "user_id,score,\"the \"\"name\"\"\"\n"
                               "1,0.1,\"milk, \"\"fresh\"\"\"\n"
                               "-9223372036854775808,-1e-300,\n"
                               "9223372036854775807,3.0,\"\"\n");
    mem_free(bytes);
}

static void test_same_bytes_each_time(void **state)
{
    enum { ROWS = 300000 };
    double *values = NEW_ARRAY(double, ROWS);
    int64_t *ids = NEW_ARRAY(int64_t, ROWS);
    for (int i = 0; i < ROWS; i++) {
        values[i] = sqrt(i);
        ids[i] = i;
    }
    aisle_table_column columns[] = {{"id", AISLE_COLUMN_INT, ids},
                                    {"value", AISLE_COLUMN_REAL, values}};
    const char *const names[] = {"a.csv", "b.csv", "a.parquet", "b.parquet"};
    for (int i = 0; i < 4; i++)
        assert_int_equal(aisle_table_write(fixture_path(state, names[i]), columns, 2, ROWS, NULL),
                         AISLE_OK);
    for (int i = 0; i < 4; i += 2) {
        char command[1600];
        snprintf(command, sizeof command, "cmp '%s' '%s'", fixture_path(state, names[i]),
                 fixture_path(state, names[i + 1]));
        assert_int_equal(system(command), 0);
    }
    /* In order, and to the bit. */
    fixture_sql(state, "CREATE TABLE t AS SELECT row_number() OVER () - 1 AS n, * FROM "
                       "'${folder}/a.parquet'; "
                       "SELECT CASE WHEN count(*) = 300000 AND bool_and(id = n AND value = "
                       "sqrt(n)) THEN 1 ELSE error('differs') END FROM t");
    fixture_sql(state, "CREATE TABLE t AS SELECT row_number() OVER () - 1 AS n, * FROM "
                       "'${folder}/a.csv'; "
                       "SELECT CASE WHEN count(*) = 300000 AND bool_and(id = n AND value = "
                       "sqrt(n)) THEN 1 ELSE error('differs') END FROM t");
    mem_free(values);
    mem_free(ids);
}

static void test_a_failure_leaves_the_old_file(void **state)
{
    aisle_error err;
    fixture_write(state, "t.csv", "old");
    aisle_table_column twice[] = {COLUMNS[0], COLUMNS[0]};
    assert_int_not_equal(aisle_table_write(fixture_path(state, "t.csv"), twice, 2, 3, &err),
                         AISLE_OK);
    char *bytes = fixture_slurp(state, "t.csv");
    assert_string_equal(bytes, "old");
    mem_free(bytes);
    assert_int_equal(write_table(state, "t.json", &err), AISLE_ERROR_ARGUMENT);
    assert_mentions(err.message, "expected .csv or .parquet");
    assert_int_equal(write_table(state, "none/t.csv", &err), AISLE_ERROR_IO);
}

/* Gives 3 pieces of growing size, then fails if it is told to, else ends. */
typedef struct pieces {
    int64_t ids[5000];
    size_t given;
    bool fails;
} pieces;

static aisle_status give_piece(void *data, aisle_table_column *columns, size_t *rows,
                               aisle_error *err)
{
    pieces *p = data;
    static const size_t sizes[] = {1, 3000, 5000};
    if (p->given == 3 && p->fails) {
        err->code = AISLE_ERROR_MEMORY;
        return AISLE_ERROR_MEMORY;
    }
    *rows = p->given < 3 ? sizes[p->given] : 0;
    for (size_t r = 0; r < *rows; r++)
        p->ids[r] = (int64_t)(p->given * 10000 + r);
    columns[0].data = p->ids;
    p->given++;
    return AISLE_OK;
}

static void test_a_source_in_pieces(void **state)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_table_column column = {"id", AISLE_COLUMN_INT, NULL};
    pieces *p = NEW_ZEROED(pieces, 1);
    assert_int_equal(
        aisle_table_stream(fixture_path(state, "p.parquet"), &column, 1, give_piece, p, &err),
        AISLE_OK);
    fixture_sql(state, "CREATE TABLE t AS SELECT row_number() OVER () - 1 AS n, * FROM "
                       "'${folder}/p.parquet'; "
                       "SELECT CASE WHEN count(*) = 8001 AND bool_and(id = CASE WHEN n = 0 THEN 0 "
                       "WHEN n <= 3000 THEN 10000 + n - 1 ELSE 20000 + n - 3001 END) THEN 1 "
                       "ELSE error('differs') END FROM t");
    p->given = 0;
    p->fails = true;
    fixture_write(state, "p.csv", "old");
    assert_int_equal(
        aisle_table_stream(fixture_path(state, "p.csv"), &column, 1, give_piece, p, &err),
        AISLE_ERROR_MEMORY);
    char *bytes = fixture_slurp(state, "p.csv");
    assert_string_equal(bytes, "old");
    mem_free(bytes);
    mem_free(p);
}

static void test_no_rows(void **state)
{
    assert_int_equal(aisle_table_write(fixture_path(state, "t.csv"), COLUMNS, 2, 0, NULL),
                     AISLE_OK);
    char *bytes = fixture_slurp(state, "t.csv");
    assert_string_equal(bytes, "user_id,score\n");
    mem_free(bytes);
}

static void assert_ids(void **state, const char *name, const char *column, const char *const *ids,
                       size_t n)
{
    aisle_id_list list;
    aisle_error err = AISLE_ERROR_INIT;
    if (aisle_id_list_read(&list, fixture_path(state, name), column, &err))
        fail_msg("%s", err.message);
    assert_int_equal(list.count, n);
    for (size_t i = 0; i < n; i++)
        assert_string_equal(list.ids[i], ids[i]);
    aisle_id_list_free(&list);
}

static void test_lists_of_ids(void **state)
{
    const char *const ids[] = {"0001", "9148955329465708066", "1", "A-01", "1"};
    const char *const numbers[] = {"7", "5", "7"};
    fixture_write(state, "u.csv", "user_id\n0001\n9148955329465708066\n1\nA-01\n1");
    assert_ids(state, "u.csv", NULL, ids, 5);
    assert_ids(state, "u.csv", "USER_ID", ids, 5);
    fixture_write(state, "bare.txt", "7\r\n5\r\n7\r\n");
    assert_ids(state, "bare.txt", NULL, numbers, 3);
    fixture_write(state, "two.csv", "name;id\nx;7\ny;5\nz;7\n");
    assert_ids(state, "two.csv", "id", numbers, 3);
    fixture_sql(state, "COPY (SELECT unnest([7, 5, 7]) AS id) TO '${folder}/u.parquet'");
    assert_ids(state, "u.parquet", NULL, numbers, 3);
}

static void assert_no_ids(void **state, const char *name, const char *column, const char *part)
{
    aisle_id_list list;
    aisle_error err = AISLE_ERROR_INIT;
    assert_int_not_equal(aisle_id_list_read(&list, fixture_path(state, name), column, &err),
                         AISLE_OK);
    assert_mentions(err.message, part);
}

static void test_lists_that_are_none(void **state)
{
    fixture_write(state, "two.csv", "name,id\nx,7\ny,\n");
    assert_no_ids(state, "two.csv", NULL, "2 columns");
    assert_no_ids(state, "two.csv", "user", "found: name, id");
    assert_no_ids(state, "two.csv", "id", "line 3");
    assert_no_ids(state, "none.csv", NULL, "no such file");
    fixture_write(state, "broken.csv", "id\n\"7\n");
    assert_no_ids(state, "broken.csv", NULL, "line 2");
}

static const aisle_table_wanted WANTED[] = {
    {"household", AISLE_COLUMN_TEXT, 0},
    {"Orders", AISLE_COLUMN_INT, 0},
    {"revenue", AISLE_COLUMN_REAL, 2},
    {"visits", AISLE_COLUMN_REAL, 1},
};

static void assert_columns(void **state, const char *name)
{
    aisle_table *t;
    aisle_error err = AISLE_ERROR_INIT;
    if (aisle_table_read(&t, fixture_path(state, name), WANTED, 4, &err))
        fail_msg("%s", err.message);
    const char *const *ids = t->columns[0].data;
    const int64_t *orders = t->columns[1].data;
    const double *revenue = t->columns[2].data;
    assert_int_equal(t->rows, 3);
    assert_string_equal(ids[0], "7");
    assert_string_equal(ids[2], "-9");
    assert_int_equal(orders[1], 2);
    assert_true(revenue[0] == 1.5 && isnan(revenue[1]) && revenue[2] == 3);
    assert_null(t->columns[3].data);
    aisle_table_free(t);
}

static void test_columns_of_a_table(void **state)
{
    fixture_write(state, "t.csv", "revenue,HOUSEHOLD,orders\n1.5,7,1\n,8,2\n3,-9,0\n");
    assert_columns(state, "t.csv");
    fixture_sql(state, "COPY (SELECT * FROM (VALUES (7, 1, 1.5::DOUBLE), (8, 2, NULL), (-9, 0, 3)) "
                       "t(household, orders, revenue)) TO '${folder}/t.parquet'");
    assert_columns(state, "t.parquet");
}

static void assert_no_columns(void **state, const char *bytes, const char *part)
{
    aisle_table *t;
    aisle_error err = AISLE_ERROR_INIT;
    fixture_write(state, "bad.csv", bytes);
    assert_int_not_equal(aisle_table_read(&t, fixture_path(state, "bad.csv"), WANTED, 4, &err),
                         AISLE_OK);
    assert_mentions(err.message, part);
}

static void test_columns_that_are_none(void **state)
{
    assert_no_columns(state, "household,revenue\n1,2\n", "no column 'Orders'");
    assert_no_columns(state, "household,orders,revenue\n1,2,3\n,2,3\n",
                      "line 3, column 'household': found nothing");
    assert_no_columns(state, "household,orders,revenue\n1,2.5,3\n",
                      "line 2, column 'Orders': found '2.5', expected a whole number");
    assert_no_columns(state, "household,orders,revenue\n1,2,x\n", "found 'x', expected a number");
    assert_no_columns(state, "household,orders,revenue\n1,2\n", "line 2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_csv_out),
        TEST(test_same_bytes_each_time),
        TEST(test_a_failure_leaves_the_old_file),
        TEST(test_a_source_in_pieces),
        TEST(test_no_rows),
        TEST(test_lists_of_ids),
        TEST(test_lists_that_are_none),
        TEST(test_columns_of_a_table),
        TEST(test_columns_that_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
