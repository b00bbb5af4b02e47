/* Simulated tests: wrong as often as alpha says, right as often as the design says. */
#include "aisle/abtest_simulate.h"

#include "base/mem.h"
#include "base/rng.h"
#include "experiment/expected.h"
#include "near.h"

enum { HOUSEHOLDS = 1500, PERIODS = 4 };

/* Half of the households convert, in any of four weeks; revenue is skewed, and partly as before. */
static aisle_abtest_panel *make_panel(void)
{
    rng r = rng_init(3, 3);
    aisle_abtest_panel *p = NEW_ZEROED(aisle_abtest_panel, 1);
    *p = (aisle_abtest_panel){HOUSEHOLDS,
                              PERIODS,
                              0,
                              28,
                              NEW_ZEROED(uint32_t, HOUSEHOLDS),
                              NEW_ZEROED(double, HOUSEHOLDS),
                              NEW_ZEROED(double, HOUSEHOLDS),
                              NEW_ZEROED(double, HOUSEHOLDS)};
    for (size_t i = 0; i < HOUSEHOLDS; i++) {
        uint32_t at = rng_below(&r, 2 * PERIODS);
        p->converted[i] = at < PERIODS ? at : PERIODS;
        double lasting = -log(1 - rng_unit(&r));
        p->visits[i] = 1 + rng_below(&r, 5);
        p->revenue[i] = p->visits[i] * (lasting - log(1 - rng_unit(&r)));
        p->pre_revenue[i] = 4 * lasting - log(1 - rng_unit(&r));
    }
    return p;
}

static aisle_abtest_simulation simulate(const aisle_abtest_panel *p,
                                        const aisle_abtest_simulation_options *o, int threads)
{
    aisle_abtest_simulation s;
    aisle_error err = AISLE_ERROR_INIT;
    aisle_run run = {.threads = threads};
    if (aisle_abtest_simulate(&s, p, o, &run, &err))
        fail_msg("%s", err.message);
    return s;
}

static void rates_are_as_promised(void **state)
{
    (void)state;
    aisle_abtest_panel *p = make_panel();
    aisle_abtest_simulation_options o = AISLE_ABTEST_SIMULATION_OPTIONS_INIT;
    o.resamples = 99;
    o.repetitions = 600;
    o.alpha = .1;
    aisle_abtest_simulation s = simulate(p, &o, 2);
    near(s.conversion, .5, .05);
    assert_int_equal(s.looks, PERIODS);
    for (int t = 0; t < AISLE_ABTEST_SIMULATED; t++) {
        const aisle_abtest_simulated *one = &s.tests[t];
        bool fisher = strcmp(one->test, "fisher") == 0;
        /* Of 600 by chance .1 ± .037, and .8 ± .05, with 3 standard deviations. */
        assert_true(one->false_positives.value < .137);
        assert_true(one->false_positives.value > (fisher ? .05 : .063));
        assert_true(one->false_positives.low < one->false_positives.value);
        near(one->power.value, one->designed, .05);
        assert_true(one->designed > .6);
    }
    aisle_abtest_panel_free(p);
}

/* All tests find a huge effect of either sign; A/A tests know nothing of it. */
static void an_effect_is_its_own(void **state)
{
    (void)state;
    aisle_abtest_panel *p = make_panel();
    aisle_abtest_simulation_options o = AISLE_ABTEST_SIMULATION_OPTIONS_INIT;
    o.repetitions = 130;
    o.effect = .8;
    aisle_abtest_simulation up = simulate(p, &o, 2);
    o.effect = -.8;
    aisle_abtest_simulation down = simulate(p, &o, 2);
    for (int t = 0; t < AISLE_ABTEST_SIMULATED; t++) {
        assert_true(up.tests[t].effect == .8 && down.tests[t].effect == -.8);
        assert_true(up.tests[t].power.value == 1 && down.tests[t].power.value == 1);
        assert_true(up.tests[t].designed > .95 && down.tests[t].designed > .95);
        assert_true(up.tests[t].false_positives.value == down.tests[t].false_positives.value);
    }
    aisle_abtest_panel_free(p);
}

static void threads_change_nothing(void **state)
{
    (void)state;
    aisle_abtest_panel *p = make_panel();
    aisle_abtest_simulation_options o = AISLE_ABTEST_SIMULATION_OPTIONS_INIT;
    o.repetitions = 130;
    o.resamples = 39;
    aisle_abtest_simulation one = simulate(p, &o, 1), many = simulate(p, &o, 5);
    assert_memory_equal(&one, &many, sizeof one);
    o.seed = 2;
    many = simulate(p, &o, 5);
    assert_memory_not_equal(&one.tests, &many.tests, sizeof one.tests);
    aisle_abtest_panel_free(p);
}

/* Of 16 households 4, then 8, then 12 have converted: odds 1/3, 1, 3. */
static void information_is_the_odds(void **state)
{
    (void)state;
    uint32_t converted[16];
    double zeros[16] = {0};
    aisle_abtest_panel p = {16, 3, 0, 21, converted, zeros, zeros, zeros};
    arm_source s;
    look_plan plan;
    for (uint32_t i = 0; i < 16; i++)
        converted[i] = i / 4;
    assert_int_equal(arm_source_init(&s, &p, NULL), AISLE_OK);
    assert_int_equal(look_plan_init(&plan, &s, .05, NULL), AISLE_OK);
    assert_int_equal(plan.looks.n, 3);
    near(plan.looks.information[0], 1.0 / 9, 1e-12);
    near(plan.looks.information[1], 1.0 / 3, 1e-12);
    near(plan.looks.information[2], 1, 0);
    arm_source_fini(&s);
}

/* A week in which nobody newly converts is no look. */
static void empty_weeks_are_no_looks(void **state)
{
    (void)state;
    aisle_abtest_panel *p = make_panel();
    aisle_abtest_simulation_options o = AISLE_ABTEST_SIMULATION_OPTIONS_INIT;
    o.repetitions = 20;
    for (size_t i = 0; i < HOUSEHOLDS; i++)
        p->converted[i] = p->converted[i] == 1 ? 2 : p->converted[i] == 3 ? 4 : p->converted[i];
    assert_int_equal(simulate(p, &o, 1).looks, 2);
    aisle_abtest_panel_free(p);
}

static void nonsense_is_refused(void **state)
{
    (void)state;
    aisle_abtest_panel *p = make_panel();
    const aisle_abtest_simulation_options good = AISLE_ABTEST_SIMULATION_OPTIONS_INIT;
    aisle_abtest_simulation_options o = good;
    aisle_abtest_simulation s;
    o.repetitions = 0;
    assert_int_equal(aisle_abtest_simulate(&s, p, &o, NULL, NULL), AISLE_ERROR_ARGUMENT);
    o = good;
    o.resamples = 5;
    assert_int_equal(aisle_abtest_simulate(&s, p, &o, NULL, NULL), AISLE_ERROR_ARGUMENT);
    o = good;
    o.effect = -1;
    assert_int_equal(aisle_abtest_simulate(&s, p, &o, NULL, NULL), AISLE_ERROR_ARGUMENT);
    o.effect = 1.5;
    assert_int_equal(aisle_abtest_simulate(&s, p, &o, NULL, NULL), AISLE_ERROR_ARGUMENT);
    o = good;
    o.alpha = 2;
    assert_int_equal(aisle_abtest_simulate(&s, p, &o, NULL, NULL), AISLE_ERROR_ARGUMENT);
    for (size_t i = 0; i < HOUSEHOLDS; i++)
        p->converted[i] = 0;
    assert_int_equal(aisle_abtest_simulate(&s, p, &good, NULL, NULL), AISLE_ERROR_DATA);
    aisle_abtest_panel_free(p);
}

static void memory_may_run_out(void **state)
{
    (void)state;
    aisle_abtest_panel *p = make_panel();
    aisle_abtest_simulation_options o = AISLE_ABTEST_SIMULATION_OPTIONS_INIT;
    aisle_abtest_simulation s;
    aisle_run run = {.threads = 2};
    aisle_status status = AISLE_ERROR_MEMORY;
    o.repetitions = 1;
    for (long n = 0; n < 200 && status == AISLE_ERROR_MEMORY; n++) {
        mem_fail_after(n);
        status = aisle_abtest_simulate(&s, p, &o, &run, NULL);
        mem_fail_after(-1);
    }
    assert_int_equal(status, AISLE_OK);
    aisle_abtest_panel_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rates_are_as_promised),   cmocka_unit_test(an_effect_is_its_own),
        cmocka_unit_test(threads_change_nothing),  cmocka_unit_test(empty_weeks_are_no_looks),
        cmocka_unit_test(information_is_the_odds), cmocka_unit_test(nonsense_is_refused),
        cmocka_unit_test(memory_may_run_out),
    };
    return cmocka_run_group_tests_name("simulate", tests, NULL, NULL);
}
