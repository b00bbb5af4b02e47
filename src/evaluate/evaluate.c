#include "aisle/evaluate.h"

#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "evaluate/judge.h"
#include "evaluate/judged_window.h"
#include "evaluate/keep_lists.h"
#include "evaluate/plan.h"
#include "evaluate/reliability.h"
#include "model/training.h"

/* What one evaluation works on. */
typedef struct evaluator {
    const aisle_dataset *dataset;
    const aisle_config *config;
    aisle_evaluation *out;
    plan p;
    split windows;
    judged_window w;
    judge j;
    candidate_lists candidates;
    ranker *level2;
    calibration calibrated;
    stages clock;
    bool keep_lists;
} evaluator;

static void copy_split(aisle_split *out, const split *s, const aisle_dataset *d)
{
    memset(out, 0, sizeof *out);
    out->test = (aisle_window){s->test.from, s->test.to, s->test_as_of};
    out->n_labels = s->n_labels;
    for (size_t i = 0; i < s->n_labels; i++)
        out->labels[i] = (aisle_window){s->labels[i].from, s->labels[i].to, s->labels_as_of[i]};
    out->catalogue_as_of = s->catalogue_as_of;
    out->first_week = week_of_day(&d->weeks, s->test.from);
    out->last_week = week_of_day(&d->weeks, s->test.to - 1);
}

aisle_status aisle_split_plan(aisle_split *out, const aisle_dataset *dataset, aisle_error *err)
{
    split s;
    aisle_status status = split_init(&s, dataset, dataset->config, err);
    if (status == AISLE_OK)
        copy_split(out, &s, dataset);
    return status;
}

static aisle_status allocate_results(evaluator *e, aisle_error *err)
{
    aisle_evaluation *out = e->out;
    const int_list *k = &e->config->evaluate.k;
    aisle_status status = AISLE_OK;
    out->n_k = k->count;
    TRY_ALLOC(out->k = mem_copy(k->items, k->count, sizeof *k->items));
    TRY_ALLOC(out->ceiling = NEW_ZEROED(aisle_estimate, k->count));
    TRY_ALLOC(out->candidate_ceiling = NEW_ZEROED(aisle_estimate, k->count));
    out->n_metrics = e->p.n_metrics * k->count;
    TRY_ALLOC(out->metric_names = mem_zeroed(out->n_metrics, sizeof *out->metric_names));
    for (size_t m = 0; m < e->p.n_metrics; m++)
        for (size_t q = 0; q < k->count; q++)
            snprintf(out->metric_names[m * k->count + q], sizeof *out->metric_names, "%s@%d",
                     e->p.metrics[m]->name, (int)k->items[q]);
    TRY_ALLOC(out->models = NEW_ZEROED(aisle_model_score, e->p.n_models));
    out->new_only = e->config->evaluate.new_only;
    out->confidence = e->config->evaluate.bootstrap > 0 ? e->config->evaluate.confidence : 0;
    copy_split(&out->split, &e->windows, e->dataset);
done:
    return status;
}

static aisle_status train_level2(evaluator *e, aisle_error *err)
{
    if (!e->p.two_level)
        return AISLE_OK;
    training_counts counts;
    training_job job = {e->dataset, e->config, &e->windows, e->config->evaluate.new_only,
                        &e->calibrated};
    aisle_status status = training_run(&e->level2, &counts, &job, &e->clock, err);
    if (status != AISLE_OK)
        return status;
    e->out->counts.training_rows = counts.rows;
    e->out->counts.training_positives = counts.positives;
    e->out->counts.training_groups = counts.groups;
    e->out->counts.groups_dropped = counts.groups_dropped;
    e->out->counts.trees = (uint64_t)ranker_trees(e->level2);
    return AISLE_OK;
}

static void count_truth(evaluator *e)
{
    aisle_evaluation_counts *c = &e->out->counts;
    c->households = e->w.t.n;
    c->pairs = e->w.t.offset[e->w.t.n];
    c->pairs_bought_before = e->w.t.pairs_bought_before;
    c->pairs_sold_before = e->w.t.pairs_sold_before;
    c->items = e->w.t.items;
    c->items_sold_before = e->w.t.items_sold_before;
    c->catalogue = e->w.s.c.count;
    for (size_t i = 0; i < e->w.t.n; i++)
        c->without_history += e->w.t.user[i] == HISTORY_NONE;
}

/* The test window as of its T: level 1, what was bought, and who judges. */
static aisle_status open_test(evaluator *e, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const evaluate_options *o = &e->config->evaluate;
    e->clock.done = 0.8;
    snapshot_source source = {e->dataset, e->config, e->windows.test_as_of,
                              e->windows.catalogue_as_of, e->p.fitted};
    TRY(judged_window_init(&e->w, &source, e->windows.test, &e->clock, err));
    count_truth(e);
    e->j = (judge){.t = &e->w.t,
                   .h = &e->w.s.h,
                   .metrics = e->p.metrics,
                   .n_metrics = e->p.n_metrics,
                   .k = o->k.items,
                   .n_k = o->k.count,
                   .bootstrap = {(size_t)o->bootstrap, o->confidence, (uint64_t)e->config->seed,
                                 stages_threads(&e->clock)}};
    stages_begin(&e->clock, "metrics");
    TRY(judge_ceiling(e->out->ceiling, &e->j, NULL, err));
done:
    return status;
}

/* Judges one model's lists, filled up where that is asked for. */
static aisle_status score_model(evaluator *e, const char *name, item_lists *lists, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    aisle_model_score *score = &e->out->models[e->out->n_models];
    TRY_ALLOC(score->metric = NEW_ZEROED(aisle_estimate, e->out->n_metrics));
    score->name = name;
    e->out->n_models++;
    for (size_t i = 0; i < lists->n; i++) {
        score->without_list += lists->count[i] == 0;
        score->mean_length += (double)lists->count[i] / (double)lists->n;
    }
    if (e->config->evaluate.pad)
        TRY(lists_pad(lists, NULL, &e->w.s.l.context, &e->w.query, err));
    stages_begin(&e->clock, "metrics");
    TRY(judge_lists(score->metric, &e->j, lists, err));
    if (e->keep_lists)
        TRY(keep_lists_add(&e->out->lists, name, lists, &e->w.t, err));
done:
    return status;
}

static aisle_status score_retrievers(evaluator *e, item_lists *lists, aisle_error *err)
{
    for (size_t i = 0; i < retriever_count; i++) {
        const retriever *r = &retriever_table[i];
        if (!e->p.alone[i])
            continue;
        stages_begin(&e->clock, "lists");
        aisle_status status =
            r->fill(lists, e->w.s.l.state[i], &e->w.s.l.context, &e->w.query, err);
        if (status == AISLE_OK)
            status = score_model(e, r->name, lists, err);
        if (status != AISLE_OK)
            return status;
    }
    return AISLE_OK;
}

static aisle_status score_levels(evaluator *e, item_lists *lists, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    if (!e->p.blend && !e->p.two_level)
        return AISLE_OK;
    stages_begin(&e->clock, "candidates");
    TRY(blend_init(&e->candidates, &e->w.s.l, &e->w.query, 0, err));
    e->out->counts.candidates = e->candidates.offset[e->candidates.n];
    stages_begin(&e->clock, "metrics");
    TRY(judge_ceiling(e->out->candidate_ceiling, &e->j, &e->candidates, err));
    if (e->p.blend) {
        stages_begin(&e->clock, "lists");
        TRY(blend_rank(lists, &e->candidates, &e->w.s.l, err));
        TRY(score_model(e, "blend", lists, err));
    }
    if (e->p.two_level) {
        stages_begin(&e->clock, "ranking");
        TRY(snapshot_rank(lists, &e->w.s, e->level2, &e->candidates, e->w.t.user,
                          stages_threads(&e->clock), err));
        TRY(score_model(e, "two_level", lists, err));
    }
done:
    return status;
}

static aisle_status score_all(evaluator *e, aisle_error *err)
{
    item_lists lists = {0};
    aisle_status status = AISLE_OK;
    e->clock.done = 0.9;
    if (e->keep_lists)
        TRY(keep_lists_init(&e->out->lists, e->dataset, &e->w.s.h, err));
    TRY(item_lists_init(&lists, e->w.t.n, e->p.longest, err));
    TRY(score_retrievers(e, &lists, err));
    TRY(score_levels(e, &lists, err));
done:
    item_lists_fini(&lists);
    return status;
}

/* Names and gain of level 2's features. */
static aisle_status keep_gain(evaluator *e, aisle_error *err)
{
    if (!e->level2)
        return AISLE_OK;
    aisle_status status = AISLE_OK;
    feature_matrix m = {0};
    candidate_lists none = e->candidates;
    none.n = 0;
    TRY(feature_matrix_init(&m, &e->w.s.facts, &none, e->w.t.user, 1, err));
    TRY_ALLOC(e->out->feature_names = mem_zeroed(m.columns, sizeof *e->out->feature_names));
    TRY_ALLOC(e->out->feature_gain = NEW_ZEROED(double, m.columns));
    e->out->n_features = m.columns;
    for (size_t c = 0; c < m.columns; c++)
        memcpy(e->out->feature_names[c], m.column[c].name, sizeof m.column[c].name);
    TRY(ranker_gain(e->out->feature_gain, e->level2, m.columns, err));
done:
    feature_matrix_fini(&m);
    return status;
}

/* The probabilities against what was bought in the test window. */
static aisle_status keep_reliability(evaluator *e, aisle_error *err)
{
    if (e->calibrated.n == 0)
        return AISLE_OK;
    scored_window w;
    stages_begin(&e->clock, "calibration");
    scored_job all = {&e->w.s,
                      e->level2,
                      e->dataset,
                      e->windows.test,
                      e->config->evaluate.new_only,
                      stages_threads(&e->clock)};
    aisle_status status = scored_window_init(&w, &all, err);
    if (status != AISLE_OK)
        return status;
    status = reliability_measure(e->out, &e->calibrated, &w, err);
    scored_window_fini(&w);
    return status;
}

static aisle_status keep_stages(evaluator *e, aisle_error *err)
{
    stages_end(&e->clock);
    e->out->stages = mem_copy(e->clock.stage, e->clock.count, sizeof *e->clock.stage);
    if (!e->out->stages)
        return fail_memory(err);
    e->out->n_stages = e->clock.count;
    return AISLE_OK;
}

aisle_status aisle_evaluate(aisle_evaluation **out, const aisle_dataset *dataset, bool keep_lists,
                            const aisle_run *run, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    evaluator e = {.dataset = dataset, .config = dataset->config, .keep_lists = keep_lists};
    e.clock.run = run;
    TRY_ALLOC(e.out = NEW_ZEROED(aisle_evaluation, 1));
    TRY(plan_init(&e.p, e.config, err));
    TRY(split_init(&e.windows, dataset, e.config, err));
    TRY(allocate_results(&e, err));
    TRY(train_level2(&e, err));
    TRY(open_test(&e, err));
    TRY(score_all(&e, err));
    TRY(keep_gain(&e, err));
    TRY(keep_reliability(&e, err));
    TRY(keep_stages(&e, err));
    *out = e.out;
    e.out = NULL;
done:
    ranker_free(e.level2);
    calibration_fini(&e.calibrated);
    candidate_lists_fini(&e.candidates);
    judged_window_fini(&e.w);
    plan_fini(&e.p);
    aisle_evaluation_free(e.out);
    return status;
}

void aisle_evaluation_free(aisle_evaluation *evaluation)
{
    if (!evaluation)
        return;
    for (size_t m = 0; m < evaluation->n_models; m++)
        mem_free(evaluation->models[m].metric);
    keep_lists_fini(&evaluation->lists);
    mem_free(evaluation->models);
    mem_free(evaluation->k);
    mem_free(evaluation->ceiling);
    mem_free(evaluation->candidate_ceiling);
    mem_free(evaluation->metric_names);
    mem_free(evaluation->stages);
    mem_free(evaluation->feature_names);
    mem_free(evaluation->feature_gain);
    mem_free(evaluation->reliability);
    mem_free(evaluation);
}
