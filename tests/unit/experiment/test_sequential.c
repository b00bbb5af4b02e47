/* Boundaries of looks: published constants, and SciPy's multivariate normal. */
#include "aisle/abtest_sequential.h"

#include "near.h"

static aisle_abtest_looks looks_of(aisle_abtest_boundary b, uint32_t n, uint32_t look)
{
    return (aisle_abtest_looks){.boundary = b, .n = n, .look = look};
}

static void boundary_is(const aisle_abtest_looks *l, double alpha, const double *wanted, double off)
{
    double found[AISLE_ABTEST_LOOKS_MOST];
    assert_int_equal(aisle_abtest_boundary_make(found, l, alpha, NULL), AISLE_OK);
    for (uint32_t k = 0; k < l->look; k++)
        near(found[k], wanted[k], off);
}

static void five_looks(void **state)
{
    (void)state;
    static const double wanted[][5] = {
        {4.562, 3.226, 2.634, 2.281, 2.040},
        {2.413, 2.413, 2.413, 2.413, 2.413},
        {4.877, 3.357, 2.680, 2.290, 2.031},
        {2.438, 2.427, 2.410, 2.397, 2.386},
    };
    for (int b = 0; b < 4; b++) {
        aisle_abtest_looks l = looks_of((aisle_abtest_boundary)b, 5, 5);
        boundary_is(&l, .05, wanted[b], 6e-4);
        l.look = 2;
        boundary_is(&l, .05, wanted[b], 6e-4);
    }
}

/* Solved with SciPy's quad and brentq. */
static void the_second_look_by_spending(void **state)
{
    (void)state;
    static const double wanted[] = {4.876884948790762, 3.3570119215746423};
    aisle_abtest_looks l = looks_of(AISLE_ABTEST_OBRIEN_FLEMING_SPENDING, 5, 2);
    boundary_is(&l, .05, wanted, 1e-9);
}

static void one_look_is_none(void **state)
{
    (void)state;
    static const double wanted = 1.959963984540054;
    for (int b = 0; b < 4; b++) {
        aisle_abtest_looks l = looks_of((aisle_abtest_boundary)b, 1, 1);
        boundary_is(&l, .05, &wanted, 1e-9);
    }
}

/* By nested quad of SciPy. */
static void crossing_is_scipys(void **state)
{
    (void)state;
    static const double critical[] = {2.5, 2.6, 2.1};
    aisle_abtest_looks l = {AISLE_ABTEST_POCOCK, 3, 3, {.1, .35, 1}};
    double power;
    assert_int_equal(aisle_abtest_boundary_power(&power, &l, critical, 0, NULL), AISLE_OK);
    near(power, .05234361194668047, 1e-9);
    assert_int_equal(aisle_abtest_boundary_power(&power, &l, critical, 2.8, NULL), AISLE_OK);
    near(power, .7671203826211165, 1e-9);
}

/* Any boundary, number and spacing of looks: alpha in all. */
static void alpha_is_spent(void **state)
{
    (void)state;
    for (int b = 0; b < 4; b++)
        for (uint32_t n = 2; n <= 26; n += 8) {
            double critical[AISLE_ABTEST_LOOKS_MOST], power;
            aisle_abtest_looks l = looks_of((aisle_abtest_boundary)b, n, n);
            for (uint32_t k = 0; k < n; k++)
                l.information[k] = pow((k + 1.0) / n, 1.5);
            assert_int_equal(aisle_abtest_boundary_make(critical, &l, .1, NULL), AISLE_OK);
            assert_int_equal(aisle_abtest_boundary_power(&power, &l, critical, 0, NULL), AISLE_OK);
            near(power, .1, 1e-9);
        }
}

static void refused(aisle_abtest_looks l, const char *words)
{
    double critical[AISLE_ABTEST_LOOKS_MOST];
    aisle_error err = AISLE_ERROR_INIT;
    assert_int_equal(aisle_abtest_boundary_make(critical, &l, .05, &err), AISLE_ERROR_ARGUMENT);
    if (!strstr(err.message, words))
        fail_msg("'%s' does not say '%s'", err.message, words);
}

static void nonsense_is_refused(void **state)
{
    (void)state;
    refused(looks_of((aisle_abtest_boundary)7, 5, 1), "boundary");
    refused(looks_of(AISLE_ABTEST_POCOCK, 0, 1), "looks");
    refused(looks_of(AISLE_ABTEST_POCOCK, 65, 1), "looks");
    refused(looks_of(AISLE_ABTEST_POCOCK, 5, 6), "look");
    refused((aisle_abtest_looks){AISLE_ABTEST_POCOCK, 3, 1, {.2, .1, 1}}, "information of look 2");
    refused((aisle_abtest_looks){AISLE_ABTEST_POCOCK, 3, 1, {.2, .3, .9}},
            "information of the last");
    refused((aisle_abtest_looks){AISLE_ABTEST_POCOCK_SPENDING, 3, 2, {.2, 1.3}}, "information");
    double one;
    aisle_abtest_looks good = looks_of(AISLE_ABTEST_POCOCK, 1, 1);
    assert_int_equal(aisle_abtest_boundary_make(&one, &good, 0, NULL), AISLE_ERROR_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(five_looks),
        cmocka_unit_test(one_look_is_none),
        cmocka_unit_test(the_second_look_by_spending),
        cmocka_unit_test(crossing_is_scipys),
        cmocka_unit_test(alpha_is_spent),
        cmocka_unit_test(nonsense_is_refused),
    };
    return cmocka_run_group_tests_name("sequential", tests, NULL, NULL);
}
