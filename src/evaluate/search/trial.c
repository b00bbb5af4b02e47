#include "evaluate/search/trial.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "evaluate/metrics/judge.h"

aisle_status trial_ground_init(trial_ground *out, const aisle_dataset *dataset,
                               const aisle_config *config, const split *windows, stages *clock,
                               aisle_error *err)
{
    aisle_status status = AISLE_OK;
    fit_sample sample = {0};
    training_job job = {dataset, config, windows, config->evaluate.new_only, &sample, NULL, NULL};
    snapshot_source source = {dataset, config, windows->test_as_of, windows->catalogue_as_of,
                              NULL,    &sample};
    judged_who who = {NULL, windows->test_as_of < windows->test.from && config->split.age > 0};
    memset(out, 0, sizeof *out);
    out->config = config;
    TRY(fit_sample_init(&sample, dataset, config, windows, NULL, clock, err));
    who.own |= fit_sample_is_some(&sample);
    TRY(training_set_init(&out->set, &job, clock, err));
    TRY(judged_window_init(&out->w, &source, windows->test, &who, clock, err));
    TRY(list_facts_init(&out->facts, fit_sample_is_some(&sample) ? &out->w.own : &out->w.s.h,
                        &out->w.s.c, err));
    stages_begin(clock, "candidates");
    TRY(blend_init(&out->candidates, &out->w.s.l, &out->w.query, 0, err));
    stages_begin(clock, "features");
    TRY(feature_matrix_init(&out->features, &out->w.s.facts, out->w.query.h, &out->candidates,
                            out->w.t.user, stages_threads(clock), err));
done:
    fit_sample_fini(&sample);
    if (status != AISLE_OK)
        trial_ground_fini(out);
    return status;
}

void trial_ground_fini(trial_ground *g)
{
    feature_matrix_fini(&g->features);
    candidate_lists_fini(&g->candidates);
    list_facts_fini(&g->facts);
    judged_window_fini(&g->w);
    training_set_fini(&g->set);
}

/* The ranker's lists of k places. */
static aisle_status rank(item_lists *out, const trial_ground *g, const ranker *r, int64_t k,
                         stages *clock, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    ranker_view view = {0};
    double *scores = NEW_ARRAY(double, g->features.rows);
    TRY_ALLOC(scores);
    stages_begin(clock, "ranking");
    TRY(item_lists_init(out, g->w.t.n, (uint32_t)k, err));
    TRY(ranker_view_init(&view, &g->features, err));
    TRY(ranker_predict(scores, r, &view.rows, stages_threads(clock), err));
    TRY(snapshot_order(out, &g->w.s, &g->candidates, scores, err));
    if (g->config->evaluate.pad)
        TRY(lists_pad(out, NULL, &g->w.s.l.context, &g->w.query, err));
done:
    ranker_view_fini(&view);
    mem_free(scores);
    return status;
}

aisle_status trial_run(metric_value *values, const trial_ground *g, const trial *t, stages *clock,
                       aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const truth *bought = &g->w.t;
    ranker *r = NULL;
    item_lists lists = {0};
    const metric *measure = t->measure;
    metric_value *own = NEW_ARRAY(metric_value, bought->n);
    TRY_ALLOC(own);
    TRY(training_set_fit(&r, NULL, t->set, t->options, t->seed, clock, err));
    TRY(rank(&lists, g, r, t->k, clock, err));
    judge j = {.t = bought,
               .before = {bought->user, g->w.query.h->pair_offset, g->w.query.h->pair_item},
               .facts = &g->facts,
               .metrics = &measure,
               .n_metrics = 1,
               .k = &t->k,
               .n_k = 1};
    TRY(judge_values(own, &j, &lists, err));
    for (size_t i = 0; i < bought->n; i++) {
        values[bought->dataset_user[i]].sum += own[i].sum;
        values[bought->dataset_user[i]].weight += own[i].weight;
    }
done:
    mem_free(own);
    ranker_free(r);
    item_lists_fini(&lists);
    return status;
}

aisle_status trial_measure(const metric **measure, int64_t *k, const aisle_config *config,
                           const char *name, aisle_error *err)
{
    *measure = metric_find(name);
    if (!*measure)
        return fail(err, AISLE_ERROR_ARGUMENT, "metric: '%s' is not known; see docs/metrics.md",
                    name);
    if (!(*measure)->value)
        return fail(err, AISLE_ERROR_ARGUMENT,
                    "metric: '%s' is of all lists together, expected one of single households",
                    name);
    if (*k == 0)
        *k = config->evaluate.k.items[0];
    return AISLE_OK;
}
