/* Sizes of tests against statsmodels and direct evaluation, to the digits given there. */
#include "aisle/abtest_design.h"

#include <math.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static aisle_abtest_design_options options_of(double baseline, double relative)
{
    aisle_abtest_design_options o = AISLE_ABTEST_DESIGN_OPTIONS_INIT;
    o.baseline = baseline;
    o.effect = relative;
    return o;
}

static aisle_abtest_design design_of(const aisle_abtest_design_options *o)
{
    aisle_abtest_design d;
    aisle_error err = AISLE_ERROR_INIT;
    if (aisle_abtest_design_make(&d, o, &err))
        fail_msg("%s", err.message);
    return d;
}

static void near(double found, double wanted, double off)
{
    if (!(fabs(found - wanted) <= off))
        fail_msg("found %.9g, wanted %.9g", found, wanted);
}

static void sizes_are_the_known_ones(void **state)
{
    (void)state;
    static const struct {
        double baseline, relative, alpha, power, size[5];
    } row[] = {
        {.03, .20, .05, .8, {13913.58, 13910.83, 13050.16, 13886.5, 14244.96}},
        {.03, .10, .05, .8, {53210.30, 53207.56, 51486.46, 53181.8, 53874.91}},
        {.05, .10, .05, .8, {31233.44, 31230.69, 30244.40, 31217.4, 31632.17}},
        {.20, .25, .05, .8, {1093.74, 1090.99, 1030.22, 1091.9, 1133.39}},
        {.03, .20, .05, .9, {18625.83, 18622.66, 17624.68, 18590.2, 18957.70}},
        {.03, .20, .01, .8, {20703.43, 20699.02, 19320.97, 20662.9, 21035.44}},
    };
    for (size_t r = 0; r < sizeof row / sizeof row[0]; r++)
        for (int f = 0; f < 5; f++) {
            aisle_abtest_design_options o = options_of(row[r].baseline, row[r].relative);
            o.formula = (aisle_abtest_formula)f;
            o.alpha = row[r].alpha;
            o.power = row[r].power;
            near(design_of(&o).exact, row[r].size[f], f == AISLE_ABTEST_ARCSINE ? .05 : .005);
        }
}

static void one_sided_and_unequal_groups(void **state)
{
    (void)state;
    aisle_abtest_design_options o = options_of(.03, .2);
    o.one_sided = true;
    near(design_of(&o).exact, 10959.60, .005);
    o.one_sided = false;
    o.ratio = 1.0 / 9;
    aisle_abtest_design d = design_of(&o);
    near(d.exact, 7504.01, .005);
    assert_int_equal(d.treatment, 7505);
    assert_int_equal(d.control, 67537);
}

static void power_and_smallest_effect(void **state)
{
    (void)state;
    aisle_abtest_design_options o = options_of(.03, .2);
    o.households = 13914;
    near(design_of(&o).power, .800013, 5e-7);
    o.effect = 0;
    o.households = 10000;
    near(design_of(&o).relative, .2379, 5e-5);
    o.households = 50000;
    near(design_of(&o).relative, .1032, 5e-5);
}

/* Every formula: what is found for n needs n again, and n has the power that was asked for. */
static void formulas_agree_with_themselves(void **state)
{
    (void)state;
    for (int f = 0; f < 5; f++)
        for (int sided = 0; sided < 2; sided++) {
            aisle_abtest_design_options o = options_of(.11, 0);
            o.formula = (aisle_abtest_formula)f;
            o.one_sided = sided;
            o.ratio = .5;
            o.power = .9;
            o.households = 4000;
            aisle_abtest_design d = design_of(&o);
            near(d.power, .9, 1e-6);
            near(d.curve[3].power, d.power, 1e-12);
            o.households = 0;
            o.relative = false;
            o.effect = d.effect;
            near(design_of(&o).exact, 4000, 1e-6);
        }
}

static void means(void **state)
{
    (void)state;
    aisle_abtest_design_options o = options_of(20, .02);
    o.sd = 25;
    near(design_of(&o).exact, 61319.4, .05);
    o.sd_treatment = 25;
    near(design_of(&o).exact, 61319.4, .05);
    /* (1.9599640 + .8416212)^2 (25^2 + 30^2) / .4^2 */
    o.sd_treatment = 30;
    near(design_of(&o).exact, 74809.6, .05);
    o.sd_treatment = 0;
    o.effect = 0;
    o.households = 61319.4;
    near(design_of(&o).relative, .02, 1e-7);
}

static void duration_and_variants(void **state)
{
    (void)state;
    aisle_abtest_design_options o = options_of(.03, .2);
    aisle_abtest_design d = design_of(&o);
    assert_int_equal(d.treatment, 13914);
    assert_int_equal(d.total, 2 * 13914);
    assert_int_equal(d.days, 0);
    o.daily = 2000;
    d = design_of(&o);
    assert_int_equal(d.days, 14);
    assert_int_equal(d.weeks, 2);
    o.share = .5;
    d = design_of(&o);
    assert_int_equal(d.days, 28);
    assert_int_equal(d.weeks, 4);
    o.formula = AISLE_ABTEST_NULL;
    assert_int_equal(design_of(&o).treatment, 13051);
    o.formula = AISLE_ABTEST_POOLED;
    o.treatments = 5;
    o.share = 1;
    d = design_of(&o);
    near(d.alpha_each, .01, 1e-15);
    near(d.exact, 20703.43, .005);
    assert_int_equal(d.total, 6 * 20704);
    assert_int_equal(d.days, 63);
    assert_int_equal(d.weeks, 9);
}

/* Of a worse treatment the size is that of the mirrored rates. */
static void a_loss_is_an_effect(void **state)
{
    (void)state;
    aisle_abtest_design_options loss = options_of(.3, -.1), gain = options_of(.7, .03);
    gain.relative = false;
    aisle_abtest_design d = design_of(&loss);
    near(d.effect, -.03, 1e-15);
    near(d.exact, design_of(&gain).exact, 1e-6);
}

/* Inflation of Jennison and Turnbull (2000), tables 2.2 and 2.4: five looks, alpha .05, power .8.
 */
static void looks_cost_households(void **state)
{
    (void)state;
    aisle_abtest_design_options o = options_of(.03, .2);
    o.looks.n = 5;
    aisle_abtest_design d = design_of(&o);
    near(d.inflation, 1.028, 6e-4);
    near(d.exact, 13913.58 * d.inflation, .02);
    near(d.power, .8, 1e-4);
    o.looks.boundary = AISLE_ABTEST_POCOCK;
    d = design_of(&o);
    near(d.inflation, 1.229, 1.1e-3);
    near(d.curve[3].power, .8, 1e-4);
    o.households = d.exact;
    o.effect = 0;
    near(design_of(&o).relative, .2, 1e-6);
}

static void refused(aisle_abtest_design_options o, const char *words)
{
    aisle_abtest_design d;
    aisle_error err = AISLE_ERROR_INIT;
    assert_int_equal(aisle_abtest_design_make(&d, &o, &err), AISLE_ERROR_ARGUMENT);
    if (!strstr(err.message, words))
        fail_msg("'%s' does not say '%s'", err.message, words);
}

static void nonsense_is_refused(void **state)
{
    (void)state;
    const aisle_abtest_design_options good = options_of(.03, .2);
    aisle_abtest_design_options o;
#define WRONG(field, value, words)                                                                 \
    o = good;                                                                                      \
    o.field = (value);                                                                             \
    refused(o, words)
    WRONG(baseline, 0, "baseline");
    WRONG(baseline, NAN, "baseline");
    WRONG(baseline, 1, "baseline");
    WRONG(effect, 0, "effect");
    WRONG(effect, 40, "effect: the treatment's rate would be 1.23");
    WRONG(effect, -1, "effect");
    WRONG(effect, 1e-14, "over 1e15");
    WRONG(alpha, 0, "alpha");
    WRONG(alpha, 1.5, "alpha");
    WRONG(power, 1, "power");
    WRONG(power, .01, "power");
    WRONG(sd, -1, "sd");
    WRONG(ratio, 0, "ratio");
    WRONG(treatments, 0, "treatments");
    WRONG(households, 1, "households");
    WRONG(daily, -5, "daily");
    WRONG(daily, 1e-14, "over 1e15 days");
    WRONG(share, 0, "share");
    WRONG(share, 1.1, "share");
    WRONG(looks.n, 65, "looks");
    WRONG(formula, (aisle_abtest_formula)9, "formula");
#undef WRONG
    o = good;
    o.baseline = .99;
    o.effect = 0;
    o.households = 5;
    refused(o, "too few");
    o = good;
    o.households = 1e14;
    o.ratio = 1e-6;
    refused(o, "ratio of 1e-06");
    o = good;
    o.one_sided = true;
    o.looks.n = 3;
    refused(o, "two-sided");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_are_the_known_ones),
        cmocka_unit_test(one_sided_and_unequal_groups),
        cmocka_unit_test(power_and_smallest_effect),
        cmocka_unit_test(formulas_agree_with_themselves),
        cmocka_unit_test(means),
        cmocka_unit_test(duration_and_variants),
        cmocka_unit_test(a_loss_is_an_effect),
        cmocka_unit_test(looks_cost_households),
        cmocka_unit_test(nonsense_is_refused),
    };
    return cmocka_run_group_tests_name("design", tests, NULL, NULL);
}
