/* The first n allocations succeed, then none: at every n reading fails cleanly, or is done. */
#include "data_fixture.h"

#include "base/mem.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

static void test_reading(void **state)
{
    fixture_write(state, "r.csv",
                  "u,i,b,d,q,v,w,s\n1,A,x,2017-01-01,1,\"1.5\",1,S\n1,A,x,2017-01-01,1,2,1,T\n"
                  "2,B,y,2017-01-09,-1,2,2,S\n2,B,z,2017-01-08,2,2,2,\nx\n1,\"C\"\"\",x,2017-01-01,"
                  "1,1,1,T\n");
    fixture_write(state, "p.csv", "i,dep,size\nA,X,1 L\nB,Y,\nA,X,2 L\n");
    fixture_write(state, "h.csv", "u,age\n1,30\n");
    aisle_config *config = fixture_config(
        state,
        "data: {receipts: {path: r.csv, user: u, item: i, basket: b, time: d, week: w, store: s, "
        "quantity: q, value: v}, rejected_share: 0.5, rejected_path: rejected.csv, "
        "products: {path: p.csv, item: i, categories: [dep], label: [dep, size], "
        "department: dep}, households: {path: h.csv, user: u, categories: [age]}, "
        "cleaning: {departments_out: [Z]}}");
    aisle_status status = AISLE_ERROR_MEMORY;
    long n = 0;
    for (; status == AISLE_ERROR_MEMORY; n++) {
        aisle_dataset *dataset = NULL;
        aisle_error err = AISLE_ERROR_INIT;
        mem_fail_after(n);
        status = aisle_dataset_read(&dataset, config, 1, &err);
        mem_fail_after(-1);
        assert_int_equal(err.code, status);
        assert_int_equal(!dataset, status != AISLE_OK);
        aisle_dataset_free(dataset);
    }
    assert_int_equal(status, AISLE_OK);
    assert_true(n > 50);
    aisle_config_free(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(test_reading)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
