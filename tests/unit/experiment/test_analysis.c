/* Analysis of counts and of households: known values, and what is decided by them. */
#include "aisle/abtest_analysis.h"

#include "base/mem.h"
#include "base/rng.h"
#include "base/utf8.h"
#include "experiment/statistics/moments.h"
#include "near.h"

#include <stdio.h>

static aisle_abtest_analysis *counts(const aisle_abtest_count *groups, size_t n,
                                     const aisle_abtest_analysis_options *o)
{
    aisle_abtest_analysis *a;
    aisle_error err = AISLE_ERROR_INIT;
    if (aisle_abtest_analyze_counts(&a, groups, n, o, &err))
        fail_msg("%s", err.message);
    return a;
}

static void says(const aisle_abtest_analysis *a, const char *words)
{
    if (!strstr(a->decision, words))
        fail_msg("'%s' does not say '%s'", a->decision, words);
}

static void sample_ratio(void **state)
{
    (void)state;
    const aisle_abtest_count close[] = {{"A", 5000, 50000}, {"B", 4900, 49000}};
    const aisle_abtest_count far[] = {{"A", 5000, 821588}, {"B", 6000, 815482}};
    aisle_abtest_analysis *a = counts(close, 2, NULL);
    near(a->sample_ratio_p, .00148188, 5e-9);
    assert_false(a->sample_ratio_wrong);
    aisle_abtest_analysis_free(a);
    a = counts(far, 2, NULL);
    near(a->sample_ratio_p, 1.8218e-6, 5e-11);
    assert_true(a->sample_ratio_wrong);
    assert_int_equal(a->verdict, AISLE_ABTEST_DO_NOT_DECIDE);
    says(a, "Do not decide: the groups have 821588 and 815482 households where 818535 and 818535");
    aisle_abtest_analysis_free(a);
    aisle_abtest_analysis_options o = AISLE_ABTEST_ANALYSIS_OPTIONS_INIT;
    o.shares = (double[]){821588, 815482};
    o.n_shares = 2;
    a = counts(far, 2, &o);
    near(a->sample_ratio_p, 1, 1e-9);
    assert_int_equal(a->verdict, AISLE_ABTEST_TAKE);
    aisle_abtest_analysis_free(a);
}

static void decisions(void **state)
{
    (void)state;
    const aisle_abtest_count better[] = {{"old", 500, 14000}, {"new", 580, 14000}};
    const aisle_abtest_count worse[] = {{"old", 580, 14000}, {"new", 500, 14000}};
    const aisle_abtest_count same[] = {{"old", 500, 14000}, {"new", 520, 14000}};
    aisle_abtest_analysis *a = counts(better, 2, NULL);
    assert_int_equal(a->verdict, AISLE_ABTEST_TAKE);
    assert_int_equal(a->chosen, 1);
    says(a, "Take new: conversion is 4.14 % against 3.57 %, +16.0 % (95 % interval +3.2 % to "
            "+30.4 %), by the z test p 0.0130, at most 0.05");
    aisle_abtest_analysis_free(a);
    a = counts(worse, 2, NULL);
    assert_int_equal(a->verdict, AISLE_ABTEST_KEEP);
    assert_int_equal(a->chosen, 0);
    says(a, "Keep the control: new is worse");
    aisle_abtest_analysis_free(a);
    a = counts(same, 2, NULL);
    assert_int_equal(a->verdict, AISLE_ABTEST_KEEP);
    says(a, "Keep the control: no treatment is shown to be better");
    aisle_abtest_analysis_free(a);
}

/* p .0130 counts at the end, not at the second of five looks. */
static void looks_want_more(void **state)
{
    (void)state;
    const aisle_abtest_count groups[] = {{"old", 500, 14000}, {"new", 580, 14000}};
    aisle_abtest_analysis_options o = AISLE_ABTEST_ANALYSIS_OPTIONS_INIT;
    o.looks.n = 5;
    o.looks.look = 2;
    aisle_abtest_analysis *a = counts(groups, 2, &o);
    near(a->critical, 3.226, 5e-4);
    assert_int_equal(a->verdict, AISLE_ABTEST_GO_ON);
    says(a, "of look 2 of 5");
    aisle_abtest_analysis_free(a);
    o.looks.look = 5;
    a = counts(groups, 2, &o);
    near(a->critical, 2.040, 5e-4);
    assert_int_equal(a->verdict, AISLE_ABTEST_TAKE);
    aisle_abtest_analysis_free(a);
}

/* The smallest p of three is tripled by Bonferroni: .0130 does not count any more. */
static void several_treatments(void **state)
{
    (void)state;
    const aisle_abtest_count groups[] = {
        {"old", 500, 14000}, {"a", 505, 14000}, {"b", 580, 14000}, {"c", 590, 14000}};
    aisle_abtest_analysis_options o = AISLE_ABTEST_ANALYSIS_OPTIONS_INIT;
    o.correction = AISLE_ABTEST_CORRECT_BONFERRONI;
    aisle_abtest_analysis *a = counts(groups, 4, &o);
    near(a->comparisons[1].p_adjusted, 3 * .0130401, 2e-7);
    assert_int_equal(a->chosen, 3);
    says(a, "Take c");
    says(a, "corrected for 3 treatments");
    aisle_abtest_analysis_free(a);
}

static const double y_t[] = {10, 0, 5, 20, 0, 7, 3, 15}, y_c[] = {8, 0, 4, 12, 0, 6, 2, 9};
static const double visits[] = {2, 1, 1, 3, 1, 2, 1, 3};
static const double pre_t[] = {1, 2, 3, 4, 5, 6, 7, 8}, post_t[] = {2, 3, 5, 4, 7, 7, 9, 10};
static const double pre_c[] = {2, 2, 3, 5, 5, 6, 8, 8}, post_c[] = {1, 3, 3, 5, 5, 6, 8, 9};

static void ratio_by_the_delta_method(void **state)
{
    (void)state;
    two_moments m = {moments_of(y_c, visits, 8), moments_of(y_t, visits, 8)};
    mean_test t;
    test_delta(&t, &m);
    near(t.treatment, 4.2857143, 5e-8);
    near(t.control, 2.9285714, 5e-8);
    near(t.variance_t, .5773785, 5e-8);
    near(t.variance_c, .1991432, 5e-8);
    near(t.statistic, 1.5400995, 5e-8);
    near(t.p, .1235361, 5e-8);
}

static void welch_and_cuped(void **state)
{
    (void)state;
    two_moments m = {moments_of(post_c, pre_c, 8), moments_of(post_t, pre_t, 8)};
    moments all = moments_join(&m.control, &m.treatment);
    mean_test t;
    test_welch(&t, &m);
    near(t.statistic, .6333795, 5e-8);
    near(t.p, .5367380, 5e-8);
    near(t.difference, .875, 1e-12);
    near(t.variance_c + t.variance_t, 1.9084821, 5e-8);
    double theta = cuped_slope(&all);
    near(theta, 1.0808989, 5e-8);
    test_cuped(&t, &m, theta);
    near(t.difference, 1.2803371, 5e-8);
    near(t.variance_c + t.variance_t, .1053014, 5e-8);
}

enum { HOUSEHOLDS = 16 };

/* The eight households of each group above, in rows. */
typedef struct rows {
    const char *household[2 * HOUSEHOLDS], *variant[2 * HOUSEHOLDS];
    double orders[2 * HOUSEHOLDS], visits[2 * HOUSEHOLDS], revenue[2 * HOUSEHOLDS],
        pre[2 * HOUSEHOLDS];
    char names[HOUSEHOLDS][8];
    aisle_abtest_data data;
} rows;

static void make_rows(rows *r)
{
    *r = (rows){.data = {.rows = HOUSEHOLDS}};
    for (int i = 0; i < HOUSEHOLDS; i++) {
        int j = i / 2;
        snprintf(r->names[i], sizeof r->names[i], "h%d", i);
        r->household[i] = r->names[i];
        r->variant[i] = i % 2 ? "treatment" : "control";
        r->orders[i] = i % 2 ? y_t[j] : y_c[j];
        r->visits[i] = visits[j];
        r->revenue[i] = i % 2 ? post_t[j] : post_c[j];
        r->pre[i] = i % 2 ? pre_t[j] : pre_c[j];
    }
    r->data = (aisle_abtest_data){HOUSEHOLDS, r->household, r->variant, r->orders,
                                  r->visits,  r->revenue,   NULL,       r->pre};
}

static const aisle_abtest_comparison *find(const aisle_abtest_analysis *a, const char *metric)
{
    for (size_t i = 0; i < a->n_comparisons; i++)
        if (strcmp(a->comparisons[i].metric, metric) == 0)
            return &a->comparisons[i];
    fail_msg("no metric %s", metric);
    return NULL;
}

static void households(void **state)
{
    (void)state;
    rows r;
    aisle_abtest_analysis *a;
    make_rows(&r);
    assert_int_equal(aisle_abtest_analyze(&a, &r.data, NULL, NULL, NULL), AISLE_OK);
    assert_int_equal(a->n_groups, 2);
    assert_string_equal(a->groups[0].name, "control");
    assert_int_equal(a->groups[1].households, 8);
    assert_int_equal(a->groups[1].converted, 6);
    assert_string_equal(a->comparisons[0].metric, "conversion");
    assert_string_equal(a->comparisons[0].test, "fisher");
    assert_int_equal(a->n_comparisons, 7);
    near(find(a, "orders_per_visit")->p, .1235361, 5e-8);
    near(find(a, "revenue")->p, .5367380, 5e-8);
    near(find(a, "revenue_cuped")->difference, 1.2803371, 5e-8);
    const aisle_abtest_comparison *c = find(a, "revenue");
    assert_true(c->bootstrap.low < .875 && c->bootstrap.high > .875);
    near(c->bootstrap.high - c->bootstrap.low, 2 * 1.96 * sqrt(1.9084821 * 7 / 8), .3);
    /* scipy.stats.ttest_ind(post_t, post_c, equal_var=False).confidence_interval() */
    near_interval(c->interval, -2.0891268, 3.8391268, 5e-8);
    near(c->freedom, 13.94230638, 5e-9);
    aisle_abtest_analysis_free(a);
}

/* Rows of a household are summed, in any order; the control is found by its name. */
static void rows_are_summed(void **state)
{
    (void)state;
    rows r, s;
    aisle_abtest_analysis *a, *b;
    make_rows(&r);
    s = r;
    for (int i = 0; i < HOUSEHOLDS; i++) {
        int j = HOUSEHOLDS + i;
        s.household[j] = r.household[i];
        s.variant[j] = s.variant[i] = i % 2 ? "treatment" : "xcontrol";
        s.orders[i] -= s.orders[j] = floor(r.orders[i] / 2);
        s.visits[i] -= s.visits[j] = .5;
        s.revenue[i] -= s.revenue[j] = 300;
        s.pre[i] -= s.pre[j] = -7;
    }
    s.data = (aisle_abtest_data){2 * HOUSEHOLDS, s.household, s.variant, s.orders,
                                 s.visits,       s.revenue,   NULL,      s.pre};
    aisle_abtest_analysis_options o = AISLE_ABTEST_ANALYSIS_OPTIONS_INIT;
    o.control = "xcontrol";
    assert_int_equal(aisle_abtest_analyze(&a, &r.data, NULL, NULL, NULL), AISLE_OK);
    assert_int_equal(aisle_abtest_analyze(&b, &s.data, &o, NULL, NULL), AISLE_OK);
    assert_int_equal(a->n_comparisons, b->n_comparisons);
    for (size_t i = 0; i < a->n_comparisons; i++)
        near(a->comparisons[i].p, b->comparisons[i].p, 1e-9);
    aisle_abtest_analysis_free(a);
    aisle_abtest_analysis_free(b);
}

static void primary_comes_first(void **state)
{
    (void)state;
    rows r;
    aisle_abtest_analysis *a;
    aisle_abtest_analysis_options o = AISLE_ABTEST_ANALYSIS_OPTIONS_INIT;
    make_rows(&r);
    o.primary = "revenue_cuped";
    assert_int_equal(aisle_abtest_analyze(&a, &r.data, &o, NULL, NULL), AISLE_OK);
    assert_string_equal(a->comparisons[0].metric, "revenue_cuped");
    assert_true(a->comparisons[0].primary && !a->comparisons[1].primary);
    says(a, "Take treatment: revenue_cuped is");
    aisle_abtest_analysis_free(a);
}

/* Conversion grows and revenue falls: neither is silent. */
static void a_drawback_is_said(void **state)
{
    (void)state;
    enum { N = 4000 };
    rng g = rng_init(1, 1);
    char(*names)[8] = mem_zeroed(N, sizeof *names);
    const char **household = NEW_ARRAY(const char *, N), **variant = NEW_ARRAY(const char *, N);
    double *orders = NEW_ARRAY(double, N), *revenue = NEW_ARRAY(double, N);
    for (int i = 0; i < N; i++) {
        snprintf(names[i], sizeof names[i], "%d", i);
        household[i] = names[i];
        variant[i] = i % 2 ? "b" : "a";
        orders[i] = rng_unit(&g) < (i % 2 ? .4 : .3);
        revenue[i] = orders[i] * (i % 2 ? 10 : 20) * rng_unit(&g);
    }
    aisle_abtest_data d = {.rows = N,
                           .household = household,
                           .variant = variant,
                           .orders = orders,
                           .revenue = revenue};
    aisle_abtest_analysis *a;
    assert_int_equal(aisle_abtest_analyze(&a, &d, NULL, NULL, NULL), AISLE_OK);
    assert_int_equal(a->verdict, AISLE_ABTEST_WEIGH);
    assert_int_equal(a->chosen, 1);
    says(a, "Weigh b: conversion is");
    says(a, "but revenue");
    aisle_abtest_analysis_free(a);
    mem_free(names);
    mem_free(household);
    mem_free(variant);
    mem_free(orders);
    mem_free(revenue);
}

static void refused(const rows *r, const aisle_abtest_analysis_options *o, const char *words)
{
    aisle_abtest_analysis *a;
    aisle_error err = AISLE_ERROR_INIT;
    assert_true(aisle_abtest_analyze(&a, &r->data, o, NULL, &err) != AISLE_OK);
    if (!strstr(err.message, words))
        fail_msg("'%s' does not say '%s'", err.message, words);
}

static void bad_rows_are_refused(void **state)
{
    (void)state;
    rows r;
    make_rows(&r);
    r.household[3] = "h0";
    refused(&r, NULL, "row 4: household 'h0' is in variants 'control' and 'treatment'");
    make_rows(&r);
    r.orders[5] = -1;
    refused(&r, NULL, "row 6: orders: found -1");
    make_rows(&r);
    r.revenue[7] = NAN;
    refused(&r, NULL, "row 8: revenue");
    make_rows(&r);
    r.variant[2] = NULL;
    refused(&r, NULL, "row 3: the variant is missing");
    make_rows(&r);
    r.data.rows = 1;
    refused(&r, NULL, "found only 'control'");
    r.data.rows = 2;
    refused(&r, NULL, "found 1 household");
    r.data.rows = 0;
    refused(&r, NULL, "found no household");
    make_rows(&r);
    r.data.orders = r.data.revenue = NULL;
    refused(&r, NULL, "expected columns");
    make_rows(&r);
    aisle_abtest_analysis_options o = AISLE_ABTEST_ANALYSIS_OPTIONS_INIT;
    o.control = "nobody";
    refused(&r, &o, "variant 'nobody'");
    o.control = NULL;
    o.primary = "profit";
    refused(&r, &o, "primary: found 'profit'");
    o.primary = NULL;
    o.alpha = 0;
    refused(&r, &o, "alpha");
    o.alpha = .05;
    o.shares = (double[]){1, 2, 3};
    o.n_shares = 3;
    refused(&r, &o, "shares: found 3, expected 2");
}

/* The rows, and the two of each household, in the other order: the same bits. */
static void order_of_rows_changes_nothing(void **state)
{
    (void)state;
    enum { ALL = 2 * HOUSEHOLDS };
    rows r, s;
    aisle_abtest_analysis *a, *b;
    make_rows(&r);
    for (int i = 0; i < HOUSEHOLDS; i++) {
        int j = HOUSEHOLDS + i;
        r.household[j] = r.household[i];
        r.variant[j] = r.variant[i];
        r.orders[j] = r.visits[j] = 1;
        r.revenue[j] = .1 * i;
        r.pre[j] = .3;
    }
    s = r;
    for (int i = 0; i < ALL; i++) {
        int j = ALL - 1 - i;
        s.household[i] = r.household[j];
        s.variant[i] = r.variant[j];
        s.orders[i] = r.orders[j];
        s.visits[i] = r.visits[j];
        s.revenue[i] = r.revenue[j];
        s.pre[i] = r.pre[j];
    }
    r.data.rows = ALL;
    s.data = (aisle_abtest_data){ALL,      s.household, s.variant, s.orders,
                                 s.visits, s.revenue,   NULL,      s.pre};
    assert_int_equal(aisle_abtest_analyze(&a, &r.data, NULL, NULL, NULL), AISLE_OK);
    assert_int_equal(aisle_abtest_analyze(&b, &s.data, NULL, NULL, NULL), AISLE_OK);
    for (size_t i = 0; i < a->n_comparisons; i++) {
        const aisle_abtest_comparison *x = &a->comparisons[i], *y = &b->comparisons[i];
        assert_true(x->p == y->p && x->difference == y->difference);
        assert_memory_equal(&x->bootstrap, &y->bootstrap, sizeof x->bootstrap);
    }
    aisle_abtest_analysis_free(a);
    aisle_abtest_analysis_free(b);
}

/* The first of 64 looks spends next to nothing; its intervals are wide, not endless. */
static void a_first_look_has_intervals(void **state)
{
    (void)state;
    rows r;
    aisle_abtest_analysis *a;
    aisle_abtest_analysis_options o = AISLE_ABTEST_ANALYSIS_OPTIONS_INIT;
    make_rows(&r);
    for (int b = 0; aisle_abtest_boundary_name((size_t)b); b++) {
        o.looks = (aisle_abtest_looks){.boundary = (aisle_abtest_boundary)b, .n = 64, .look = 1};
        assert_int_equal(aisle_abtest_analyze(&a, &r.data, &o, NULL, NULL), AISLE_OK);
        assert_true(a->alpha > 0 && isfinite(a->critical));
        for (size_t i = 0; i < a->n_comparisons; i++)
            assert_true(isfinite(a->comparisons[i].interval.low) &&
                        isfinite(a->comparisons[i].interval.high));
        assert_true(a->groups[0].exact.low >= 0 && a->groups[0].exact.high <= 1);
        if (b == 0)
            assert_true(isnan(find(a, "revenue")->bootstrap.low));
        aisle_abtest_analysis_free(a);
    }
}

static void count_refused(const char *control, const char *treatment, const char *words)
{
    const aisle_abtest_count groups[] = {{control, 5, 100}, {treatment, 6, 100}};
    aisle_abtest_analysis *a;
    aisle_error err = AISLE_ERROR_INIT;
    assert_int_equal(aisle_abtest_analyze_counts(&a, groups, 2, NULL, &err), AISLE_ERROR_ARGUMENT);
    if (!strstr(err.message, words))
        fail_msg("'%s' does not say '%s'", err.message, words);
}

static void names(void **state)
{
    (void)state;
    count_refused("a", "a", "found 'a' twice");
    count_refused("a", "\xc3", "group 2: the name is no UTF-8");
    const aisle_abtest_count unnamed[] = {{NULL, 500, 14000}, {NULL, 580, 14000}};
    aisle_abtest_analysis *a = counts(unnamed, 2, NULL);
    says(a, "Take group 2");
    aisle_abtest_analysis_free(a);
    char name[2002] = "x";
    for (int i = 1; i < 2001; i += 2)
        memcpy(name + i, "\xc3\xa4", 3);
    const aisle_abtest_count long_name[] = {{"old", 500, 14000}, {name, 580, 14000}};
    a = counts(long_name, 2, NULL);
    name[59] = '\0';
    says(a, name);
    says(a, "\xc3\xa4: conversion is 4.14 %");
    assert_true(utf8_is_clean(a->decision, strlen(a->decision)));
    aisle_abtest_analysis_free(a);
}

static void many_groups_are_not_all_said(void **state)
{
    (void)state;
    aisle_abtest_count groups[64];
    char name[64][8];
    for (int g = 0; g < 64; g++) {
        snprintf(name[g], sizeof name[g], "g%d", g);
        groups[g] = (aisle_abtest_count){name[g], 5, g ? 900000000000 : 100};
    }
    aisle_abtest_analysis *a = counts(groups, 64, NULL);
    assert_int_equal(a->verdict, AISLE_ABTEST_DO_NOT_DECIDE);
    says(a, "(and 58 groups more) households where");
    says(a, "the groups can't be compared.");
    aisle_abtest_analysis_free(a);
}

static void memory_may_run_out(void **state)
{
    (void)state;
    rows r;
    make_rows(&r);
    aisle_abtest_analysis *a = NULL;
    aisle_status status = AISLE_ERROR_MEMORY;
    for (long n = 0; n < 200 && status == AISLE_ERROR_MEMORY; n++) {
        mem_fail_after(n);
        status = aisle_abtest_analyze(&a, &r.data, NULL, NULL, NULL);
        mem_fail_after(-1);
    }
    assert_int_equal(status, AISLE_OK);
    aisle_abtest_analysis_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sample_ratio),
        cmocka_unit_test(decisions),
        cmocka_unit_test(looks_want_more),
        cmocka_unit_test(several_treatments),
        cmocka_unit_test(welch_and_cuped),
        cmocka_unit_test(ratio_by_the_delta_method),
        cmocka_unit_test(households),
        cmocka_unit_test(rows_are_summed),
        cmocka_unit_test(primary_comes_first),
        cmocka_unit_test(a_drawback_is_said),
        cmocka_unit_test(bad_rows_are_refused),
        cmocka_unit_test(memory_may_run_out),
        cmocka_unit_test(order_of_rows_changes_nothing),
        cmocka_unit_test(a_first_look_has_intervals),
        cmocka_unit_test(names),
        cmocka_unit_test(many_groups_are_not_all_said),
    };
    return cmocka_run_group_tests_name("analysis", tests, NULL, NULL);
}
