#include "aisle/tune.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/fail.h"
#include "base/mem.h"
#include "config/dump.h"
#include "evaluate/metrics/bootstrap.h"
#include "evaluate/search/trial.h"
#include "evaluate/search/tune_journal.h"
#include "evaluate/search/tune_space.h"

/* One in so many of the training households, rung by rung; half the trials go on. */
static const uint32_t rung_every[] = {4, 2, 1};
enum { RUNGS = sizeof rung_every / sizeof *rung_every };

typedef struct tuner {
    const aisle_dataset *dataset;
    const aisle_config *config;
    aisle_search_options options;
    aisle_search *out;
    const metric *measure;
    int64_t k;
    tune_settings *settings; /* [trials] */
    metric_value *values;    /* [2][users of the dataset] room */
    tune_journal journal;
    uint64_t steps, steps_done;
    stages clock;
} tuner;

static aisle_status check_options(const aisle_search_options *o, aisle_error *err)
{
    if (o->trials < 2 || o->trials > 10000)
        return fail(err, AISLE_ERROR_ARGUMENT, "trials: found %u, expected 2 to 10000", o->trials);
    if (o->windows < 1 || o->windows > 52)
        return fail(err, AISLE_ERROR_ARGUMENT, "windows: found %u, expected 1 to 52", o->windows);
    return AISLE_OK;
}

/* A line that no other search has. */
static aisle_status open_journal(tuner *u, aisle_error *err)
{
    text dump = {0}, about = {0};
    aisle_status status = AISLE_OK;
    split windows;
    TRY(split_init(&windows, u->dataset, u->config, err));
    config_dump(&dump, u->config, "");
    if (dump.failed)
        TRY(fail_memory(err));
    text_add(&about, "settings %016" PRIx64 ", %" PRIu64 " lines to day %" PRId32,
             (uint64_t)XXH3_64bits(dump.bytes, dump.length), u->dataset->summary.lines,
             u->dataset->summary.last_day);
    text_add(&about, ", test to day %" PRId32, windows.test.to);
    text_add(&about, ", trials %u, windows %u, %s@%d", u->options.trials, u->options.windows,
             u->measure->name, (int)u->k);
    if (about.failed)
        TRY(fail_memory(err));
    TRY(tune_journal_init(&u->journal, u->options.journal, about.bytes, err));
    u->out->resumed = u->journal.read;
done:
    text_fini(&dump);
    text_fini(&about);
    return status;
}

/* ---- Trials ---- */

typedef struct group_turn {
    uint32_t rung, group, window;
} group_turn;

static bool is_wanted(const tuner *u, const group_turn *g, uint32_t number)
{
    for (size_t i = 0; i < u->out->n_trials; i++)
        if (u->out->trials[i].number == number)
            return u->out->trials[i].rung == g->rung &&
                   !tune_journal_find(&u->journal, g->rung, number, g->window);
    return false;
}

static void step(tuner *u)
{
    u->clock.done = (double)u->steps_done++ / (double)u->steps;
}

/* Level 1, rows and the judged window of a trial's settings. */
static aisle_status open_ground(trial_ground *out, aisle_config **config, tuner *u, uint32_t number,
                                uint32_t place, aisle_error *err)
{
    split windows, configured;
    aisle_status status = tune_settings_apply(config, u->config, &u->settings[number],
                                              u->settings[number].n_rows, err);
    if (status == AISLE_OK)
        status = split_init_validation(&windows, u->dataset, *config, place, err);
    if (status == AISLE_OK)
        status = split_init_validation(&configured, u->dataset, u->config, place, err);
    if (status != AISLE_OK)
        return status;
    /* Labels that begin earlier would decide it earlier: all trials are judged on the same. */
    windows.catalogue_as_of = configured.catalogue_as_of;
    return trial_ground_init(out, u->dataset, *config, &windows, &u->clock, err);
}

/* Trains and judges one on a set of a ground's rows. */
static aisle_status run_trial(metric_value *values, tuner *u, const trial_ground *g,
                              const training_set *set, uint32_t number, uint64_t seed,
                              aisle_error *err)
{
    aisle_config *config;
    aisle_status status =
        tune_settings_apply(&config, u->config, &u->settings[number], u->settings[number].n, err);
    if (status != AISLE_OK)
        return status;
    trial t = {set, &config->ranker, seed, u->measure, u->k};
    status = trial_run(values, g, &t, &u->clock, err);
    aisle_config_free(config);
    return status;
}

static aisle_status try_trial(tuner *u, const trial_ground *g, const training_set *set,
                              const group_turn *turn, uint32_t number, aisle_error *err)
{
    size_t users = u->dataset->users.count;
    memset(u->values, 0, users * sizeof *u->values);
    step(u);
    aisle_status status = run_trial(u->values, u, g, set, number, (uint64_t)u->config->seed, err);
    if (status != AISLE_OK)
        return status;
    tune_result result = {turn->rung, number, turn->window, {0, 0}};
    for (size_t i = 0; i < users; i++) {
        result.value.sum += u->values[i].sum;
        result.value.weight += u->values[i].weight;
    }
    return tune_journal_add(&u->journal, &result, err);
}

/* What the journal lacks of a group on a rung. */
static aisle_status try_group(tuner *u, const group_turn *turn, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    aisle_config *config = NULL;
    trial_ground g;
    training_set picked = {.last_row = 0};
    uint32_t first = turn->group * TUNE_GROUP, end = first + TUNE_GROUP, wanted = 0;
    end = end < u->options.trials ? end : u->options.trials;
    for (uint32_t t = first; t < end; t++)
        wanted += is_wanted(u, turn, t);
    if (wanted == 0)
        return AISLE_OK;
    memset(&g, 0, sizeof g);
    TRY(open_ground(&g, &config, u, first, turn->window, err));
    if (rung_every[turn->rung] > 1)
        TRY(training_set_pick(&picked, &g.set, rung_every[turn->rung], NULL, err));
    for (uint32_t t = first; t < end; t++)
        if (is_wanted(u, turn, t))
            TRY(try_trial(u, &g, rung_every[turn->rung] > 1 ? &picked : &g.set, turn, t, err));
done:
    training_set_fini(&picked);
    trial_ground_fini(&g);
    aisle_config_free(config);
    return status;
}

/* ---- Rungs ---- */

static int by_rung_and_value(const void *a, const void *b)
{
    const aisle_trial *x = a, *y = b;
    if (x->rung != y->rung)
        return x->rung < y->rung ? 1 : -1;
    if (x->value != y->value)
        return x->value < y->value ? 1 : -1;
    return x->number < y->number ? -1 : 1;
}

/* The mean over the windows' households of those that are on the rung. */
static void take_values(tuner *u, uint32_t rung)
{
    for (size_t i = 0; i < u->out->n_trials; i++) {
        aisle_trial *t = &u->out->trials[i];
        metric_value all = {0, 0};
        if (t->rung != rung)
            continue;
        for (uint32_t w = 0; w < u->options.windows; w++) {
            const metric_value *one = tune_journal_find(&u->journal, rung, t->number, w);
            all.sum += one->sum;
            all.weight += one->weight;
        }
        t->value = all.weight > 0 ? all.sum / all.weight : 0;
    }
    qsort(u->out->trials, u->out->n_trials, sizeof *u->out->trials, by_rung_and_value);
}

static uint32_t trials_on(const tuner *u, uint32_t rung)
{
    uint32_t n = u->options.trials;
    for (; rung > 0; rung--)
        n = (n + 1) / 2;
    return n;
}

/* The best of the rung before, and the configuration itself. */
static void promote(tuner *u, uint32_t rung)
{
    size_t n = trials_on(u, rung);
    for (size_t i = 0; i < u->out->n_trials; i++)
        if (i < n || u->out->trials[i].number == 0)
            u->out->trials[i].rung = rung;
}

static aisle_status climb(tuner *u, uint32_t rung, aisle_error *err)
{
    uint32_t groups = (u->options.trials + TUNE_GROUP - 1) / TUNE_GROUP;
    if (rung > 0)
        promote(u, rung);
    for (uint32_t g = 0; g < groups; g++) {
        for (uint32_t w = 0; w < u->options.windows; w++) {
            group_turn turn = {rung, g, w};
            aisle_status status = try_group(u, &turn, err);
            if (status != AISLE_OK)
                return status;
        }
    }
    take_values(u, rung);
    for (size_t i = 0; i < u->out->n_trials; i++)
        u->out->rungs[rung].trials += u->out->trials[i].rung == rung;
    u->out->rungs[rung].every = rung_every[rung];
    return AISLE_OK;
}

/* ---- The best beside the configuration ---- */

/* Adds one on one window to values: [users of the dataset]. */
static aisle_status confirm_one(metric_value *values, tuner *u, uint32_t number, uint32_t place,
                                aisle_error *err)
{
    aisle_config *config = NULL;
    trial_ground g;
    memset(&g, 0, sizeof g);
    step(u);
    aisle_status status = open_ground(&g, &config, u, number, place, err);
    if (status == AISLE_OK)
        status = run_trial(values, u, &g, &g.set, number, (uint64_t)u->config->seed + 1, err);
    trial_ground_fini(&g);
    aisle_config_free(config);
    return status;
}

/* Adds both on one window to values and values + users. */
static aisle_status confirm_window(tuner *u, uint32_t place, aisle_error *err)
{
    split s;
    aisle_status status = split_init_validation(&s, u->dataset, u->config, place, err);
    if (status != AISLE_OK)
        return status;
    u->out->window.from = s.test.from;
    u->out->window.to = place == 0 ? s.test.to : u->out->window.to;
    uint32_t best = u->out->trials[0].number;
    status = confirm_one(u->values, u, 0, place, err);
    if (status == AISLE_OK && best != 0)
        status = confirm_one(u->values + u->dataset->users.count, u, best, place, err);
    return status;
}

static aisle_status compare(tuner *u, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t users = u->dataset->users.count, n = 0;
    const evaluate_options *o = &u->config->evaluate;
    bootstrap_options how = {(size_t)o->bootstrap, o->confidence, (uint64_t)u->config->seed,
                             stages_threads(&u->clock)};
    aisle_estimate estimates[3];
    metric_value *columns = NEW_ARRAY(metric_value, 3 * users);
    TRY_ALLOC(columns);
    for (size_t i = 0; i < users; i++)
        n += u->values[i].weight > 0;
    for (size_t i = 0, at = 0; i < users; i++) {
        const metric_value *a = &u->values[i], *b = &u->values[users + i];
        if (a->weight == 0)
            continue;
        columns[at] = *a;
        columns[n + at] = *b;
        columns[2 * n + at++] = (metric_value){b->sum - a->sum, a->weight};
    }
    TRY(bootstrap_estimate(estimates, NULL, columns, 3, n, &how, err));
    u->out->configured = estimates[0].value;
    u->out->best = estimates[1].value;
    u->out->difference = estimates[2];
    u->out->households = n;
done:
    mem_free(columns);
    return status;
}

static aisle_status confirm(tuner *u, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const week_table *weeks = &u->dataset->weeks;
    memset(u->values, 0, 2 * u->dataset->users.count * sizeof *u->values);
    for (uint32_t w = 0; w < u->options.windows; w++)
        TRY(confirm_window(u, w, err));
    if (u->out->trials[0].number == 0)
        memcpy(u->values + u->dataset->users.count, u->values,
               u->dataset->users.count * sizeof *u->values);
    u->out->window.as_of = u->out->window.from;
    u->out->whole_weeks = window_is_weeks(&u->out->first_week, &u->out->last_week, weeks,
                                          (window){u->out->window.from, u->out->window.to});
    stages_begin(&u->clock, "intervals");
    TRY(compare(u, err));
done:
    return status;
}

/* ---- The whole ---- */

static aisle_status start(tuner *u, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    uint32_t n = u->options.trials;
    aisle_search *out = u->out;
    TRY_ALLOC(u->settings = NEW_ARRAY(tune_settings, n));
    TRY_ALLOC(u->values = NEW_ARRAY(metric_value, 2 * u->dataset->users.count));
    TRY_ALLOC(out->rungs = NEW_ZEROED(aisle_rung, RUNGS));
    TRY_ALLOC(out->trials = NEW_ZEROED(aisle_trial, n));
    out->n_rungs = RUNGS;
    for (uint32_t t = 0; t < n; t++) {
        const tune_settings *s = &u->settings[t];
        tune_space_draw(&u->settings[t], u->dataset, u->config, t);
        out->trials[t].number = t;
        out->n_trials++;
        out->trials[t].n_settings = s->n;
        TRY_ALLOC(out->trials[t].settings = mem_copy(s->one, s->n, sizeof *s->one));
    }
    for (uint32_t r = 0; r < RUNGS; r++)
        u->steps += (uint64_t)trials_on(u, r) * u->options.windows;
    u->steps += 2 * (uint64_t)u->options.windows;
    out->windows = u->options.windows;
    out->k = (uint32_t)u->k;
    out->metric = u->measure->name;
    out->new_only = u->config->evaluate.new_only;
    out->confidence = u->config->evaluate.bootstrap > 0 ? u->config->evaluate.confidence : 0;
    TRY(open_journal(u, err));
    u->steps = u->steps > u->journal.read ? u->steps - u->journal.read : 1;
done:
    return status;
}

aisle_status aisle_tune(aisle_search **out, const aisle_dataset *dataset,
                        const aisle_search_options *options, const aisle_run *run, aisle_error *err)
{
    static const aisle_search_options usual = AISLE_SEARCH_OPTIONS_INIT;
    aisle_status status = AISLE_OK;
    tuner u = {.dataset = dataset,
               .config = dataset->config,
               .options = options ? *options : usual,
               .clock = {.run = run}};
    u.k = u.options.k;
    TRY(check_options(&u.options, err));
    TRY(trial_measure(&u.measure, &u.k, u.config, u.options.metric, err));
    TRY_ALLOC(u.out = NEW_ZEROED(aisle_search, 1));
    TRY(start(&u, err));
    for (uint32_t rung = 0; rung < RUNGS; rung++)
        TRY(climb(&u, rung, err));
    TRY(confirm(&u, err));
    stages_end(&u.clock);
    TRY_ALLOC(u.out->stages = mem_copy(u.clock.stage, u.clock.count, sizeof *u.clock.stage));
    u.out->n_stages = u.clock.count;
    *out = u.out;
    u.out = NULL;
done:
    tune_journal_fini(&u.journal);
    mem_free(u.settings);
    mem_free(u.values);
    aisle_search_free(u.out);
    return status;
}

void aisle_search_free(aisle_search *search)
{
    if (!search)
        return;
    for (size_t i = 0; i < search->n_trials; i++)
        mem_free(search->trials[i].settings);
    mem_free(search->trials);
    mem_free(search->rungs);
    mem_free(search->stages);
    mem_free(search);
}
