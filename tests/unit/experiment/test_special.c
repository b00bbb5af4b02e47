/* Distribution functions against SciPy 1.17.1, to 1e-10 of the value. */
#include "experiment/statistics/special.h"

#include <math.h>
#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

typedef enum kind { BELOW, ABOVE, QUANTILE, CHI2, T, T_QUANTILE, BETA, BETA_QUANTILE } kind;

typedef struct known {
    kind k;
    double x, a, b, value;
} known;

/* repr(float(f(x, a, b))) of SciPy's f: BELOW stats.norm.cdf, ABOVE stats.norm.sf, QUANTILE
 * stats.norm.ppf, CHI2 stats.chi2.sf, T stats.t.sf, T_QUANTILE stats.t.ppf, BETA stats.beta.cdf,
 * BETA_QUANTILE stats.beta.ppf. */
/* clang-format off */
static const known table[] = {
    {BELOW, -37.5, 0, 0, 4.605353009581954e-308},
    {ABOVE, -37.5, 0, 0, 1.0},
    {BELOW, -8.2, 0, 0, 1.2019351542735735e-16},
    {ABOVE, -8.2, 0, 0, 0.9999999999999999},
    {BELOW, -1.959963984540054, 0, 0, 0.025},
    {ABOVE, -1.959963984540054, 0, 0, 0.975},
    {BELOW, -0.3, 0, 0, 0.3820885778110474},
    {ABOVE, -0.3, 0, 0, 0.6179114221889526},
    {BELOW, 0.0, 0, 0, 0.5},
    {ABOVE, 0.0, 0, 0, 0.5},
    {BELOW, 1e-09, 0, 0, 0.5000000003989423},
    {ABOVE, 1e-09, 0, 0, 0.49999999960105773},
    {BELOW, 0.5, 0, 0, 0.6914624612740131},
    {ABOVE, 0.5, 0, 0, 0.3085375387259869},
    {BELOW, 2.4826734, 0, 0, 0.9934799707709179},
    {ABOVE, 2.4826734, 0, 0, 0.006520029229082081},
    {BELOW, 6.0, 0, 0, 0.9999999990134123},
    {ABOVE, 6.0, 0, 0, 9.865876450376946e-10},
    {BELOW, 12.5, 0, 0, 1.0},
    {ABOVE, 12.5, 0, 0, 3.732564298877714e-36},
    {BELOW, 38.0, 0, 0, 1.0},
    {ABOVE, 38.0, 0, 0, 0.0},
    {QUANTILE, 1e-300, 0, 0, -37.0470962993612},
    {QUANTILE, 1e-20, 0, 0, -9.262340089798409},
    {QUANTILE, 1e-09, 0, 0, -5.9978070150076865},
    {QUANTILE, 0.001, 0, 0, -3.090232306167813},
    {QUANTILE, 0.025, 0, 0, -1.9599639845400545},
    {QUANTILE, 0.2, 0, 0, -0.8416212335729142},
    {QUANTILE, 0.5, 0, 0, 0.0},
    {QUANTILE, 0.8, 0, 0, 0.8416212335729143},
    {QUANTILE, 0.975, 0, 0, 1.959963984540054},
    {QUANTILE, 0.9999999, 0, 0, 5.199337582290661},
    {CHI2, 6.1636674, 1, 0, 0.013040057065412596},
    {CHI2, 0.001, 1, 0, 0.9747728793699604},
    {CHI2, 700.0, 1, 0, 2.990226975124623e-154},
    {CHI2, 3.2, 2, 0, 0.2018965179946554},
    {CHI2, 9.8, 4, 0, 0.0439348401184536},
    {CHI2, 40.0, 30, 0, 0.10486428110798468},
    {CHI2, 10000.0, 9999, 0, 0.4952983945386835},
    {CHI2, 0.02, 7, 0, 0.9999999914694195},
    {T, 0.6333795, 13.9, 0, 0.26838436105694996},
    {T, -2.0, 3, 0, 0.9303370157205785},
    {T, 0.0, 5, 0, 0.5},
    {T, 1.96, 1000000.0, 0, 0.024998033792634926},
    {T, 12.0, 7.5, 0, 1.8304032278097405e-06},
    {T, 3.0, 1, 0, 0.10241638234956672},
    {T, 40.0, 25.5, 0, 7.760126420639967e-25},
    {T, 2.5, 123456.7, 0, 0.006210308682369887},
    {T_QUANTILE, 0.975, 13.9, 0, 2.1462351895250795},
    {T_QUANTILE, 0.9995, 2, 0, 31.599054576445365},
    {T_QUANTILE, 0.025, 100000.0, 0, -1.95998770753461},
    {T_QUANTILE, 0.5, 8, 0, 0.0},
    {T_QUANTILE, 0.8, 1, 0, 1.3763819204711738},
    {T_QUANTILE, 1e-08, 40, 0, -6.979945759121789},
    {BETA, 0.04, 580, 13421, 0.19961967688147303},
    {BETA, 0.5, 2, 3, 0.6875},
    {BETA, 0.001, 0.5, 900, 0.8203359114231815},
    {BETA, 0.0415, 50000, 1150000, 0.18050666779701308},
    {BETA, 0.9, 70, 4, 0.05795226842266411},
    {BETA, 1e-05, 1, 20000, 0.1812700656578201},
    {BETA_QUANTILE, 0.025, 580, 13421, 0.03818748036574526},
    {BETA_QUANTILE, 0.975, 581, 13420, 0.04486195523063911},
    {BETA_QUANTILE, 0.5, 2, 3, 0.3857275681323895},
    {BETA_QUANTILE, 0.025, 1, 10, 0.0025285785444617848},
    {BETA_QUANTILE, 0.975, 50000, 1150000, 0.04202491749349159},
    {BETA_QUANTILE, 0.0005, 3, 900, 0.0001661392647060876},
};
/* clang-format on */

static double value_of(const known *k)
{
    switch (k->k) {
    case BELOW:
        return special_normal_below(k->x);
    case ABOVE:
        return special_normal_above(k->x);
    case QUANTILE:
        return special_normal_quantile(k->x);
    case CHI2:
        return special_chi2_above(k->x, k->a);
    case T:
        return special_t_above(k->x, k->a);
    case T_QUANTILE:
        return special_t_quantile(k->x, k->a);
    case BETA:
        return special_beta_below(k->x, (special_beta){k->a, k->b});
    default:
        return special_beta_quantile(k->x, (special_beta){k->a, k->b});
    }
}

static void agree_with_scipy(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        double found = value_of(&table[i]), wanted = table[i].value;
        double off = fabs(found - wanted) / fmax(fabs(wanted), 1e-300);
        if (!(off <= 1e-10))
            fail_msg("row %zu: found %.17g, SciPy %.17g", i, found, wanted);
    }
}

static void nonsense_is_nan(void **state)
{
    (void)state;
    assert_true(isnan(special_normal_below(NAN)) && isnan(special_normal_above(NAN)));
    assert_true(isnan(special_normal_quantile(-.1)) && isnan(special_normal_quantile(1.5)));
    assert_true(isnan(special_chi2_above(-1, 1)) && isnan(special_chi2_above(1, 0)));
    assert_true(isnan(special_chi2_above(NAN, 1)) && isnan(special_chi2_above(1, NAN)));
    assert_true(isnan(special_t_above(1, -1)) && isnan(special_t_above(NAN, 3)));
    assert_true(isnan(special_t_quantile(2, 3)) && isnan(special_t_quantile(.5, 0)));
    assert_true(isnan(special_beta_below(2, (special_beta){1, 1})));
    assert_true(isnan(special_beta_below(.5, (special_beta){0, 1})));
    assert_true(isnan(special_beta_quantile(.5, (special_beta){1, INFINITY})));
    assert_true(isnan(special_beta_quantile(NAN, (special_beta){1, 1})));
}

static void ends_are_ends(void **state)
{
    (void)state;
    assert_true(special_normal_above(INFINITY) == 0 && special_normal_above(-INFINITY) == 1);
    assert_true(special_chi2_above(0, 1) == 1 && special_chi2_above(INFINITY, 1) == 0);
    assert_true(special_t_above(INFINITY, 5) == 0 && special_t_above(0, 5) == .5);
    assert_true(special_beta_below(0, (special_beta){2, 3}) == 0);
    assert_true(special_beta_quantile(1, (special_beta){2, 3}) == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agree_with_scipy),
        cmocka_unit_test(nonsense_is_nan),
        cmocka_unit_test(ends_are_ends),
    };
    return cmocka_run_group_tests_name("special", tests, NULL, NULL);
}
