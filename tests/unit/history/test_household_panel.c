/* Households as an A/B test sees them. */
#include "aisle/abtest_simulate.h"

#include "base/mem.h"
#include "receipts.h"

#include <math.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* Weeks from day 0 on; a test of two weeks is days 14 to 27. Household 100 buys in both weeks, 107
 * only in the second, 114 only before, 121 only during: it was not there when the test began. */
static const receipt lines[] = {
    {100, 1005, 1, 0, 1, 8},   {100, 1010, 2, 13, 1, 2},  {100, 1010, 3, 14, 2, 3},
    {100, 1015, 3, 14, 1, 4},  {100, 1010, 4, 20, 1, 5},  {107, 1005, 5, 5, 1, 1},
    {107, 1015, 6, 21, 1, 10}, {114, 1005, 7, 3, 1, 6},   {121, 1005, 8, 15, 1, 7},
    {114, 1010, 9, 2, 1, 20},  {107, 1010, 10, 27, 1, 1},
};

static aisle_dataset *open(aisle_config **config)
{
    receipts r = {0};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        receipts_add(&r, lines[i]);
    *config = receipts_config(RECEIPTS_ROLES);
    aisle_dataset *d = receipts_build(&r, *config);
    receipts_fini(&r);
    return d;
}

static void households_that_were_there(void **state)
{
    (void)state;
    aisle_config *config;
    aisle_dataset *d = open(&config);
    aisle_abtest_panel *p;
    aisle_error err = AISLE_ERROR_INIT;
    aisle_abtest_panel_options o = {2, NULL, NULL};
    if (aisle_abtest_panel_make(&p, d, &o, &err))
        fail_msg("%s", err.message);
    assert_int_equal(p->households, 3);
    assert_int_equal(p->periods, 2);
    assert_int_equal(p->from, 14);
    assert_int_equal(p->to, 28);
    const uint32_t converted[] = {0, 1, 2};
    const double revenue[] = {12, 11, 0}, visits[] = {2, 2, 0}, pre[] = {10, 1, 26};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(p->converted[i], converted[i]);
        assert_true(fabs(p->revenue[i] - revenue[i]) < 1e-12);
        assert_true(p->visits[i] == visits[i]);
        assert_true(fabs(p->pre_revenue[i] - pre[i]) < 1e-12);
    }
    aisle_abtest_panel_free(p);
    aisle_dataset_free(d);
    aisle_config_free(config);
}

/* Only the category of 1015 counts; a visit is one all the same. */
static void one_category(void **state)
{
    (void)state;
    aisle_config *config;
    aisle_dataset *d = open(&config);
    aisle_abtest_panel *p;
    aisle_abtest_panel_options o = {2, NULL, receipts_category(1015)};
    bool same = strcmp(receipts_category(1010), receipts_category(1015)) == 0;
    assert_int_equal(aisle_abtest_panel_make(&p, d, &o, NULL), AISLE_OK);
    assert_true(p->visits[0] == 2);
    assert_true(fabs(p->revenue[0] - (same ? 12 : 4)) < 1e-12);
    assert_int_equal(p->converted[1], 1);
    assert_int_equal(p->converted[2], 2);
    aisle_abtest_panel_free(p);
    aisle_dataset_free(d);
    aisle_config_free(config);
}

static void nonsense_is_refused(void **state)
{
    (void)state;
    aisle_config *config;
    aisle_dataset *d = open(&config);
    aisle_abtest_panel *p = NULL;
    aisle_error err = AISLE_ERROR_INIT;
    aisle_abtest_panel_options o = {3, NULL, NULL};
    assert_int_equal(aisle_abtest_panel_make(&p, d, &o, &err), AISLE_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, "weeks: found 3"));
    o.weeks = 0;
    assert_int_equal(aisle_abtest_panel_make(&p, d, &o, &err), AISLE_ERROR_ARGUMENT);
    o = (aisle_abtest_panel_options){2, "no such department", NULL};
    assert_int_equal(aisle_abtest_panel_make(&p, d, &o, &err), AISLE_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, "no such department"));
    assert_null(p);
    aisle_dataset_free(d);
    aisle_config_free(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(households_that_were_there),
        cmocka_unit_test(one_category),
        cmocka_unit_test(nonsense_is_refused),
    };
    return cmocka_run_group_tests_name("household panel", tests, NULL, NULL);
}
