/* The pages about A/B tests, of the figures of the design and the analysis themselves. */
#include "aisle/report.h"

#include "base/mem.h"
#include "page_checks.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static aisle_status write_design(const char *path, const void *of, aisle_error *err)
{
    return aisle_report_abtest_design(path, of, err);
}

static void test_design(void **state)
{
    (void)state;
    aisle_abtest_design d;
    aisle_abtest_design_options o = AISLE_ABTEST_DESIGN_OPTIONS_INIT;
    o.baseline = 0.03;
    o.effect = 0.2;
    o.daily = 2000;
    assert_int_equal(aisle_abtest_design_make(&d, &o, NULL), AISLE_OK);
    char *page = page_read(write_design, &d);
    page_check_balance(page);
    page_find(page, "<div class=\"figure\">13,914</div>");
    page_find(page, "27,828 households in all 2 groups");
    page_find(page, "<div class=\"figure\">2</div><div class=\"name\">weeks</div>");
    page_find(page, "14 days of 2,000 households a day");
    page_find(page, "<td class=\"n\">13913.58</td>");
    page_find(page, "<td class=\"n\">+10.00 %</td><td class=\"n\">29.9 %</td>"
                    "<td class=\"n\">53,211</td>");
    page_find(page, "\"name\":\"+20.00 %\",\"effect\":0.2,");
    mem_free(page);
    o.daily = 0;
    o.looks.n = 5;
    assert_int_equal(aisle_abtest_design_make(&d, &o, NULL), AISLE_OK);
    page = page_read(write_design, &d);
    page_check_balance(page);
    page_find(page, "<code>--daily</code>");
    page_find(page, "<th scope=\"row\">looks</th><td class=\"n\">5</td>");
    page_find(page, "<td class=\"n\">obrien-fleming</td>");
    mem_free(page);
}

typedef struct analysed {
    aisle_abtest_analysis *a;
    aisle_abtest_analysis_options how;
} analysed;

static aisle_status write_analysis(const char *path, const void *of, aisle_error *err)
{
    const analysed *x = of;
    return aisle_report_abtest_analysis(path, x->a, &x->how, err);
}

static char *analyse(const aisle_abtest_count *groups, size_t n, uint32_t look)
{
    analysed x = {NULL, AISLE_ABTEST_ANALYSIS_OPTIONS_INIT};
    x.how.looks.n = look ? 5 : 0;
    x.how.looks.look = look;
    assert_int_equal(aisle_abtest_analyze_counts(&x.a, groups, n, &x.how, NULL), AISLE_OK);
    char *page = page_read(write_analysis, &x);
    aisle_abtest_analysis_free(x.a);
    page_check_balance(page);
    return page;
}

static const aisle_abtest_count groups[] = {
    {"control", 500, 14000}, {"treatment", 580, 14000}, {"b <x>\"", 520, 13900}};

static void test_analysis(void **state)
{
    (void)state;
    char *page = analyse(groups, 2, 0);
    page_find(page, "<div class=\"figure\">Take it</div>");
    page_find(page, "<div class=\"figure\">+16.00 %</div>");
    page_find(page, "95 % interval +3.16 % to +30.44 %; p 0.0130.");
    page_find(page, "the groups are as drawn");
    page_find(page, "<td class=\"n\">3.83 % to 4.49 %</td>");
    page_find(page, "<td class=\"n\">2.4827</td><td class=\"n\">0.0130</td>");
    page_find(page, "<td class=\"n\"></td><td class=\"n\">0.0142</td>");
    page_find(page, "<th scope=\"row\">Newcombe</th><td class=\"n\">+0.12</td>"
                    "<td class=\"n\">+1.02</td>");
    assert_null(strstr(page, "data-chart=\"looks\""));
    mem_free(page);
}

static void test_looks(void **state)
{
    (void)state;
    char *page = analyse(groups, 2, 3);
    page_find(page, "This is look 3 of 5.");
    page_find(page, "here 2.634. It is 2.483.");
    page_find(page, "\"look\":3,\"z\":2.48");
    page_find(page, "\"critical\":[4.56");
    page_find(page, "<div class=\"figure\">Go on</div>");
    mem_free(page);
}

static void test_several(void **state)
{
    (void)state;
    char *page = analyse(groups, 3, 0);
    page_find(page, "b &#60;x&#62;&#34;");
    page_find(page, "b \\u003cx\\u003e\\u0022");
    assert_null(strstr(page, "b <x>"));
    mem_free(page);
    static const aisle_abtest_count wrong[] = {{"control", 500, 14000}, {"treatment", 580, 12000}};
    page = analyse(wrong, 2, 0);
    page_find(page, "<div class=\"figure\">Do not decide</div>");
    page_find(page, "the groups are not as drawn");
    assert_null(strstr(page, "<div class=\"name\">conversion of"));
    mem_free(page);
}

typedef struct simulated {
    aisle_abtest_simulation s;
    aisle_abtest_panel panel;
} simulated;

static aisle_status write_simulation(const char *path, const void *of, aisle_error *err)
{
    const simulated *x = of;
    return aisle_report_abtest_simulation(path, &x->s, &x->panel, err);
}

static void test_simulation(void **state)
{
    (void)state;
    simulated x;
    memset(&x, 0, sizeof x);
    x.panel.periods = 4;
    x.panel.from = 17508;
    x.panel.to = 17536;
    x.s.options = (aisle_abtest_simulation_options)AISLE_ABTEST_SIMULATION_OPTIONS_INIT;
    x.s.households = 2400;
    for (int i = 0; i < AISLE_ABTEST_SIMULATED; i++)
        x.s.tests[i] = (aisle_abtest_simulated){"conversion",       "z", 0.2, {0.05, 0.04, 0.06},
                                                {0.79, 0.77, 0.81}, 0.8};
    x.s.tests[1].false_positives = (aisle_abtest_frequency){0.08, 0.07, 0.09};
    x.s.tests[2].power = x.s.tests[3].power = (aisle_abtest_frequency){0.6, 0.58, 0.62};
    char *page = page_read(write_simulation, &x);
    page_check_balance(page);
    page_find(page, "2,000 tests without an effect");
    page_find(page, "<strong>1</strong> do so clearly more often here");
    page_find(page, "<strong>2</strong> find it clearly less often");
    page_find(page, "<td class=\"n\">8.00 %</td><td class=\"n\">7.00 % to 9.00 %</td>");
    mem_free(page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_design),     cmocka_unit_test(test_analysis),
        cmocka_unit_test(test_looks),      cmocka_unit_test(test_several),
        cmocka_unit_test(test_simulation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
