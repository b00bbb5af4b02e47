#include "aisle/ablate.h"

#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "evaluate/metrics/bootstrap.h"
#include "evaluate/search/trial.h"

typedef struct ablater {
    const aisle_dataset *dataset;
    const aisle_config *config;
    aisle_ablate_options options;
    aisle_ablation *out;
    const metric *measure;
    int64_t k;
    metric_value *values; /* [1 + feature_family_count][users of the dataset]; 0: of all families */
    uint32_t columns[64]; /* [feature_family_count] */
    stages clock;
} ablater;

static aisle_status check_options(const aisle_ablate_options *o, aisle_error *err)
{
    if (o->windows < 1 || o->windows > 52)
        return fail(err, AISLE_ERROR_ARGUMENT, "windows: found %u, expected 1 to 52", o->windows);
    if (o->seeds < 1 || o->seeds > 100)
        return fail(err, AISLE_ERROR_ARGUMENT, "seeds: found %u, expected 1 to 100", o->seeds);
    return AISLE_OK;
}

static metric_value *values_of(const ablater *a, size_t variant)
{
    return a->values + variant * a->dataset->users.count;
}

/* Without one family; variant 0 leaves none out. */
static aisle_status try_without(ablater *a, const trial_ground *g, size_t variant, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const feature_matrix *m = &g->set.all.m;
    training_set picked = {.last_row = 0};
    bool *keep = NEW_ARRAY(bool, m->columns);
    TRY_ALLOC(keep);
    uint32_t left_out = 0;
    for (size_t c = 0; c < m->columns; c++) {
        keep[c] = variant == 0 || m->column[c].family != variant - 1;
        left_out += !keep[c];
    }
    if (variant > 0)
        a->columns[variant - 1] = left_out;
    if (variant > 0 && (left_out == 0 || left_out == m->columns))
        goto done;
    if (variant > 0)
        TRY(training_set_pick(&picked, &g->set, 1, keep, err));
    for (uint32_t s = 0; s < a->options.seeds; s++) {
        trial t = {variant ? &picked : &g->set, &a->config->ranker, (uint64_t)a->config->seed + s,
                   a->measure, a->k};
        TRY(trial_run(values_of(a, variant), g, &t, &a->clock, err));
    }
done:
    training_set_fini(&picked);
    mem_free(keep);
    return status;
}

static void widen_window(ablater *a, const window *w)
{
    aisle_window *all = &a->out->window;
    if (all->from == all->to)
        *all = (aisle_window){w->from, w->to, w->from};
    all->from = all->as_of = w->from < all->from ? w->from : all->from;
    all->to = w->to > all->to ? w->to : all->to;
}

static aisle_status try_window(ablater *a, uint32_t number, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    trial_ground g;
    split windows;
    double share = 1.0 / a->options.windows, begun = number * share;
    memset(&g, 0, sizeof g);
    a->clock.done = begun;
    a->clock.share = 0.3 * share;
    TRY(split_init_validation(&windows, a->dataset, a->config, number, err));
    widen_window(a, &windows.test);
    TRY(trial_ground_init(&g, a->dataset, a->config, &windows, &a->clock, err));
    for (size_t v = 0; v <= feature_family_count; v++) {
        a->clock.done =
            begun + share * (0.3 + 0.7 * (double)v / (double)(feature_family_count + 1));
        TRY(try_without(a, &g, v, err));
    }
done:
    trial_ground_fini(&g);
    return status;
}

/* Households that were judged come first in every variant: returns how many. */
static size_t pack_values(ablater *a)
{
    size_t users = a->dataset->users.count, n = 0;
    for (size_t u = 0; u < users; u++) {
        if (a->values[u].weight == 0)
            continue;
        for (size_t v = 0; v <= feature_family_count; v++)
            values_of(a, v)[n] = values_of(a, v)[u];
        n++;
    }
    return n;
}

static int by_value(const void *a, const void *b)
{
    const aisle_ablated *x = a, *y = b;
    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    return strcmp(x->family, y->family);
}

/* The interval of all, and of each family's difference, by the same resamples. */
static aisle_status estimate(ablater *a, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const evaluate_options *o = &a->config->evaluate;
    aisle_ablation *out = a->out;
    size_t n = pack_values(a), used = 1;
    bootstrap_options how = {(size_t)o->bootstrap, o->confidence, (uint64_t)a->config->seed,
                             stages_threads(&a->clock)};
    aisle_estimate *estimates = NEW_ZEROED(aisle_estimate, 1 + feature_family_count);
    metric_value *columns = NEW_ARRAY(metric_value, (1 + feature_family_count) * n);
    TRY_ALLOC(estimates);
    TRY_ALLOC(columns);
    TRY_ALLOC(out->families = NEW_ZEROED(aisle_ablated, feature_family_count));
    memcpy(columns, a->values, n * sizeof *columns);
    for (size_t f = 0; f < feature_family_count; f++) {
        const metric_value *without = values_of(a, f + 1);
        if (a->columns[f] == 0 || without[0].weight == 0)
            continue;
        for (size_t i = 0; i < n; i++)
            columns[used * n + i] =
                (metric_value){without[i].sum - columns[i].sum, columns[i].weight};
        out->families[used++ - 1] = (aisle_ablated){.family = feature_family_table[f]->name,
                                                    .meaning = feature_family_table[f]->meaning,
                                                    .columns = a->columns[f]};
    }
    TRY(bootstrap_estimate(estimates, NULL, columns, used, n, &how, err));
    out->value = estimates[0];
    out->n_families = used - 1;
    out->households = n;
    for (size_t f = 0; f < out->n_families; f++) {
        out->families[f].difference = estimates[f + 1];
        out->families[f].value = estimates[0].value + estimates[f + 1].value;
    }
    qsort(out->families, out->n_families, sizeof *out->families, by_value);
done:
    mem_free(estimates);
    mem_free(columns);
    return status;
}

static aisle_status ablate(ablater *a, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const week_table *weeks = &a->dataset->weeks;
    aisle_ablation *out = a->out;
    TRY_ALLOC(a->values =
                  NEW_ZEROED(metric_value, (1 + feature_family_count) * a->dataset->users.count));
    for (uint32_t w = 0; w < a->options.windows; w++)
        TRY(try_window(a, w, err));
    stages_begin(&a->clock, "intervals");
    TRY(estimate(a, err));
    stages_end(&a->clock);
    out->whole_weeks = window_is_weeks(&out->first_week, &out->last_week, weeks,
                                       (window){out->window.from, out->window.to});
    TRY_ALLOC(out->stages = mem_copy(a->clock.stage, a->clock.count, sizeof *a->clock.stage));
    out->n_stages = a->clock.count;
done:
    return status;
}

aisle_status aisle_ablate(aisle_ablation **out, const aisle_dataset *dataset,
                          const aisle_ablate_options *options, const aisle_run *run,
                          aisle_error *err)
{
    static const aisle_ablate_options usual = AISLE_ABLATE_OPTIONS_INIT;
    aisle_status status = AISLE_OK;
    ablater a = {.dataset = dataset,
                 .config = dataset->config,
                 .options = options ? *options : usual,
                 .clock = {.run = run}};
    a.k = a.options.k;
    TRY(check_options(&a.options, err));
    TRY(trial_measure(&a.measure, &a.k, a.config, a.options.metric, err));
    TRY_ALLOC(a.out = NEW_ZEROED(aisle_ablation, 1));
    a.out->windows = a.options.windows;
    a.out->seeds = a.options.seeds;
    a.out->k = (uint32_t)a.k;
    a.out->metric = a.measure->name;
    a.out->new_only = a.config->evaluate.new_only;
    a.out->confidence = a.config->evaluate.bootstrap > 0 ? a.config->evaluate.confidence : 0;
    TRY(ablate(&a, err));
    *out = a.out;
    a.out = NULL;
done:
    mem_free(a.values);
    aisle_ablation_free(a.out);
    return status;
}

void aisle_ablation_free(aisle_ablation *ablation)
{
    if (!ablation)
        return;
    mem_free(ablation->families);
    mem_free(ablation->stages);
    mem_free(ablation);
}
