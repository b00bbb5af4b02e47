#include "aisle/abtest_simulate.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/rng.h"
#include "base/threads.h"
#include "experiment/arms.h"
#include "experiment/expected.h"
#include "experiment/statistics/proportions.h"
#include "experiment/statistics/resample.h"
#include "experiment/statistics/special.h"

/* Repetitions between two reports of progress. */
enum { BATCH = 100 };

typedef struct simulator {
    aisle_abtest_simulation *out;
    const aisle_abtest_panel *panel;
    arm_source source;
    look_plan looks;
    arm_effects effects;
    int threads;
    arms *arms;                               /* [threads] */
    double **resamples;                       /* [threads][options.resamples] */
    uint64_t hits[2][AISLE_ABTEST_SIMULATED]; /* of A/A, of A/B */
} simulator;

static const char *const test_names[] = {"z",         "chi2",  "fisher", "welch",
                                         "bootstrap", "cuped", "delta"};

static aisle_status check_options(const aisle_abtest_simulation_options *o, aisle_error *err)
{
    if (o->repetitions < 1 || o->repetitions > 10000000)
        return fail(err, AISLE_ERROR_ARGUMENT, "repetitions: found %u, expected 1 to 10000000",
                    o->repetitions);
    if (o->resamples < 39 || o->resamples > 100000)
        return fail(err, AISLE_ERROR_ARGUMENT, "resamples: found %u, expected 39 to 100000",
                    o->resamples);
    if (!(o->effect > -1) || !(o->effect < 100))
        return fail(err, AISLE_ERROR_ARGUMENT,
                    "effect: found %g, expected more than -1, less than 100", o->effect);
    return AISLE_OK;
}

static aisle_status check_panel(const aisle_abtest_panel *p, aisle_error *err)
{
    size_t converted = 0;
    if (p->periods < 1 || p->periods > AISLE_ABTEST_LOOKS_MOST)
        return fail(err, AISLE_ERROR_ARGUMENT, "periods: found %u, expected 1 to %d", p->periods,
                    AISLE_ABTEST_LOOKS_MOST);
    for (size_t i = 0; i < p->households; i++)
        converted += p->converted[i] < p->periods;
    if (converted < 10 || p->households - converted < 10)
        return fail(err, AISLE_ERROR_DATA,
                    "found %zu of %zu households converting, expected 10 or more that do and that "
                    "do not: try other weeks, or one department or category",
                    converted, p->households);
    return AISLE_OK;
}

static bool is_beyond(double p, const simulator *s)
{
    return p <= s->out->options.alpha;
}

static two_shares shares_of(const arms *a, uint32_t period)
{
    return (two_shares){{a->arm[0].converted[period], a->arm[0].n},
                        {a->arm[1].converted[period], a->arm[1].n}};
}

static void judge_conversion(bool *hit, const simulator *s, const arms *a)
{
    two_shares last = shares_of(a, s->panel->periods - 1);
    hit[SIMULATED_Z] = is_beyond(two_sided(shares_z(&last)), s);
    hit[SIMULATED_CHI2] = is_beyond(special_chi2_above(shares_chi2(&last, false), 1), s);
    hit[SIMULATED_FISHER] = is_beyond(shares_fisher(&last), s);
    for (uint32_t k = 0; k < s->looks.looks.n; k++) {
        two_shares now = shares_of(a, s->looks.period[k]);
        double z = fabs(shares_z(&now));
        for (int b = 0; b < SIMULATED_BOUNDARIES; b++)
            hit[SIMULATED_LOOKS + b] |= z >= s->looks.critical[b][k];
    }
}

static void judge_revenue(bool *hit, const simulator *s, const arms *a, uint64_t seed)
{
    mean_test t;
    two_moments revenue = {a->arm[0].revenue, a->arm[1].revenue};
    two_moments ratio = {a->arm[0].ratio, a->arm[1].ratio};
    moments all = moments_join(&revenue.control, &revenue.treatment);
    test_welch(&t, &revenue);
    hit[SIMULATED_WELCH] = is_beyond(t.p, s);
    test_cuped(&t, &revenue, cuped_slope(&all));
    hit[SIMULATED_CUPED] = is_beyond(t.p, s);
    test_delta(&t, &ratio);
    hit[SIMULATED_DELTA] = is_beyond(t.p, s);
    resample_group control = {a->arm[0].room, (size_t)a->arm[0].n};
    resample_group treatment = {a->arm[1].room, (size_t)a->arm[1].n};
    resample_options how = {s->out->options.resamples, s->out->options.alpha, seed, 1};
    aisle_abtest_interval i;
    resample_into(&i, &control, &treatment, &how, s->resamples[thread_number()]);
    hit[SIMULATED_BOOTSTRAP] = i.low > 0 || i.high < 0;
}

static void repeat(simulator *s, uint64_t repetition, int with_effect)
{
    static const arm_effects none = {0, 0, 0};
    bool hit[AISLE_ABTEST_SIMULATED] = {false};
    arms *a = &s->arms[thread_number()];
    arm_draw draw = {s->out->options.seed, repetition, with_effect};
    arms_fill(a, &s->source, &draw, with_effect ? &s->effects : &none);
    if (a->arm[0].n >= 2 && a->arm[1].n >= 2) {
        judge_conversion(hit, s, a);
        judge_revenue(hit, s, a,
                      rng_mix(draw.seed ^ rng_mix(2 * repetition + (uint64_t)with_effect)));
    }
    for (int t = 0; t < AISLE_ABTEST_SIMULATED; t++)
        if (hit[t]) {
#pragma omp atomic
            s->hits[with_effect][t]++;
        }
}

static void repeat_all(simulator *s, int with_effect, const aisle_run *run)
{
    int64_t n = s->out->options.repetitions;
    for (int64_t from = 0; from < n; from += BATCH) {
        int64_t to = from + BATCH < n ? from + BATCH : n;
        if (run && run->progress)
            run->progress(run->data, with_effect ? "A/B tests" : "A/A tests",
                          (with_effect + (double)from / (double)n) / 2);
#pragma omp parallel for num_threads(s->threads) schedule(dynamic, 1)
        for (int64_t r = from; r < to; r++)
            repeat(s, (uint64_t)r, with_effect);
    }
}

static aisle_status simulator_init(simulator *s, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    TRY(arm_source_init(&s->source, s->panel, err));
    TRY(look_plan_init(&s->looks, &s->source, s->out->options.alpha, err));
    TRY(expect_effects(s->out, &s->effects, &s->source, &s->looks, err));
    TRY_ALLOC(s->arms = NEW_ZEROED(arms, (size_t)s->threads));
    TRY_ALLOC(s->resamples = NEW_ZEROED(double *, (size_t)s->threads));
    for (int t = 0; t < s->threads; t++) {
        TRY(arms_init(&s->arms[t], s->panel->households, err));
        TRY_ALLOC(s->resamples[t] = NEW_ARRAY(double, s->out->options.resamples));
    }
done:
    return status;
}

static void simulator_fini(simulator *s)
{
    for (int t = 0; t < s->threads && s->arms; t++)
        arms_fini(&s->arms[t]);
    for (int t = 0; t < s->threads && s->resamples; t++)
        mem_free(s->resamples[t]);
    mem_free(s->arms);
    mem_free(s->resamples);
    arm_source_fini(&s->source);
}

static aisle_abtest_frequency frequency(uint64_t hits, uint32_t repetitions)
{
    share s = {(double)hits, (double)repetitions};
    aisle_abtest_interval i = share_exact(s, .05);
    return (aisle_abtest_frequency){s.hits / s.n, i.low, i.high};
}

static void name_tests(aisle_abtest_simulation *out)
{
    for (int t = 0; t < AISLE_ABTEST_SIMULATED; t++) {
        aisle_abtest_simulated *one = &out->tests[t];
        bool revenue = t >= SIMULATED_WELCH && t <= SIMULATED_CUPED;
        one->metric = t == SIMULATED_DELTA ? "revenue_per_visit"
                      : revenue            ? "revenue"
                                           : "conversion";
        one->test = t < SIMULATED_LOOKS ? test_names[t]
                                        : aisle_abtest_boundary_name((size_t)(t - SIMULATED_LOOKS));
    }
}

static void describe(aisle_abtest_simulation *out, const simulator *s)
{
    const moments *m = &s->source.revenue, *r = &s->source.ratio;
    out->households = s->panel->households;
    out->conversion = (double)s->source.n_converted / (double)out->households;
    out->revenue = m->y;
    out->revenue_sd = sqrt(m->yy / (m->n - 1));
    out->pre_correlation = m->xx > 0 ? m->xy / sqrt(m->xx * m->yy) : 0;
    out->revenue_per_visit = r->y / r->x;
    out->looks = s->looks.looks.n;
    name_tests(out);
    for (int t = 0; t < AISLE_ABTEST_SIMULATED; t++) {
        out->tests[t].false_positives = frequency(s->hits[0][t], out->options.repetitions);
        out->tests[t].power = frequency(s->hits[1][t], out->options.repetitions);
    }
}

aisle_status aisle_abtest_simulate(aisle_abtest_simulation *out, const aisle_abtest_panel *panel,
                                   const aisle_abtest_simulation_options *options,
                                   const aisle_run *run, aisle_error *err)
{
    static const aisle_abtest_simulation_options usual = AISLE_ABTEST_SIMULATION_OPTIONS_INIT;
    aisle_status status = AISLE_OK;
    aisle_abtest_simulation result = {.options = options ? *options : usual};
    simulator s = {.out = &result, .panel = panel, .threads = thread_count(run ? run->threads : 0)};
    TRY(check_options(&result.options, err));
    TRY(check_panel(panel, err));
    TRY(simulator_init(&s, err));
    repeat_all(&s, 0, run);
    repeat_all(&s, 1, run);
    describe(&result, &s);
    *out = result;
done:
    simulator_fini(&s);
    return status;
}
