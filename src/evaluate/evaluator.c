#include "evaluate/evaluator.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "evaluate/metrics/compare.h"
#include "evaluate/advice.h"
#include "evaluate/examples.h"
#include "evaluate/keep_lists.h"
#include "evaluate/reliability.h"
#include "evaluate/segments.h"
#include "model/training.h"

static aisle_status train_level2(evaluator *e, aisle_error *err)
{
    if (!e->p->two_level)
        return AISLE_OK;
    training_counts counts;
    training_job job = {e->dataset, e->config,      &e->windows, e->config->evaluate.new_only,
                        &e->sample, &e->calibrated, &e->order};
    aisle_status status = training_run(&e->level2, &counts, &job, &e->clock, err);
    if (status != AISLE_OK)
        return status;
    e->out->counts.training_rows = counts.rows;
    e->out->counts.training_positives = counts.positives;
    e->out->counts.training_groups = counts.groups;
    e->out->counts.groups_dropped = counts.groups_dropped;
    e->out->counts.trees = (uint64_t)ranker_trees(e->level2);
    ordering_tell(&e->out->order, &e->order);
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
    snapshot_source source = {
        e->dataset,   e->config, e->windows.test_as_of, e->windows.catalogue_as_of,
        e->p->fitted, &e->sample};
    judged_who who = {e->only,
                      e->left_out || e->config->split.age > 0 || fit_sample_is_some(&e->sample)};
    TRY(judged_window_init(&e->w, &source, e->windows.test, &who, &e->clock, err));
    e->out->asked_as_of = e->w.query.h->as_of;
    count_truth(e);
    bool sampled = fit_sample_is_some(&e->sample) && !e->only;
    TRY(list_facts_init(&e->facts, sampled ? &e->w.own : &e->w.s.h, &e->w.s.c, err));
    e->j = (judge){.t = &e->w.t,
                   .before = {e->w.t.user, e->w.query.h->pair_offset, e->w.query.h->pair_item},
                   .facts = &e->facts,
                   .metrics = e->p->metrics,
                   .n_metrics = e->p->n_metrics,
                   .k = o->k.items,
                   .n_k = o->k.count,
                   .bootstrap = {(size_t)o->bootstrap, o->confidence, (uint64_t)e->config->seed,
                                 stages_threads(&e->clock)}};
    stages_begin(&e->clock, "metrics");
    TRY(judge_ceiling(e->out->ceiling, &e->j, NULL, err));
    judge_ceiling_curve(e->out->ceiling_at, e->out->n_curve, &e->j);
done:
    return status;
}

/* Lists as they are, before they are filled up: as long as the metrics want them. */
static void measure_lists(aisle_model_score *score, const evaluator *e, const item_lists *lists)
{
    for (size_t i = 0; i < lists->n; i++) {
        uint32_t count = lists->count[i] < e->p->longest ? lists->count[i] : e->p->longest;
        score->without_list += count == 0;
        score->mean_length += (double)count / (double)lists->n;
    }
}

static aisle_status draw_curve(aisle_model_score *score, const evaluator *e,
                               const item_lists *lists, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t n = e->out->n_curve;
    if (n == 0)
        return AISLE_OK;
    TRY_ALLOC(score->precision_at = NEW_ARRAY(double, n));
    TRY_ALLOC(score->recall_at = NEW_ARRAY(double, n));
    judge_curve(score->precision_at, score->recall_at, n, &e->j, lists);
done:
    return status;
}

/* Judges one model's lists, filled up where that is asked for. */
static aisle_status score_model(evaluator *e, const char *name, item_lists *lists, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t number = e->out->n_models++;
    aisle_model_score *score = &e->out->models[number];
    score->name = name;
    measure_lists(score, e, lists);
    if (e->config->evaluate.pad)
        TRY(lists_pad(lists, NULL, &e->w.s.l.context, &e->w.query, err));
    stages_begin(&e->clock, "metrics");
    TRY(judge_lists(&e->judged[number], &e->j, lists, err));
    score->metric = e->judged[number].metric;
    e->judged[number].metric = NULL;
    TRY(draw_curve(score, e, lists, err));
    if (e->keep_lists)
        TRY(keep_lists_add(&e->out->lists, name, lists, e->p->longest, &e->w.t, err));
done:
    return status;
}

static aisle_status score_retrievers(evaluator *e, item_lists *lists, aisle_error *err)
{
    for (size_t i = 0; i < retriever_count; i++) {
        const retriever *r = &retriever_table[i];
        if (!e->p->alone[i])
            continue;
        stages_begin(&e->clock, "lists");
        aisle_status status =
            retriever_fill(lists, r, e->w.s.l.state[i], &e->w.s.l.context, &e->w.query, err);
        if (status == AISLE_OK)
            status = score_model(e, r->name, lists, err);
        if (status != AISLE_OK)
            return status;
    }
    return AISLE_OK;
}

/* Households whose candidates are scored at a time: features take no room for all. */
enum { RANKED_AT_ONCE = 4096 };

/* Lists of a batch of the judged households, which lie in all lists from the first's on. */
static aisle_status rank_batch(item_lists *all, const evaluator *e, size_t first, size_t n,
                               aisle_error *err)
{
    aisle_status status = AISLE_OK;
    candidate_lists some = {0};
    item_lists lists = {.n = n,
                        .k = all->k,
                        .count = all->count + first,
                        .item = all->item + first * all->k,
                        .score = all->score + first * all->k};
    retriever_query query = e->w.query;
    query.users += first;
    query.n = n;
    level2_scorer by = {e->level2, &e->order};
    TRY(candidate_lists_view(&some, &e->candidates, first, n, err));
    TRY(snapshot_rank(&lists, &e->w.s, &by, &some, &query, stages_threads(&e->clock), err));
done:
    mem_free(some.offset);
    return status;
}

static aisle_status rank_all(item_lists *lists, const evaluator *e, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    for (size_t first = 0; status == AISLE_OK && first < lists->n; first += RANKED_AT_ONCE)
        status =
            rank_batch(lists, e, first,
                       lists->n - first < RANKED_AT_ONCE ? lists->n - first : RANKED_AT_ONCE, err);
    return status;
}

static aisle_status score_levels(evaluator *e, item_lists *lists, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    if (!e->p->blend && !e->p->two_level)
        return AISLE_OK;
    stages_begin(&e->clock, "candidates");
    TRY(blend_init(&e->candidates, &e->w.s.l, &e->w.query, 0, err));
    e->out->counts.candidates = e->candidates.offset[e->candidates.n];
    stages_begin(&e->clock, "metrics");
    TRY(judge_ceiling(e->out->candidate_ceiling, &e->j, &e->candidates, err));
    if (e->p->blend) {
        stages_begin(&e->clock, "lists");
        TRY(blend_rank(lists, &e->candidates, &e->w.s.l, err));
        TRY(score_model(e, "blend", lists, err));
    }
    if (e->p->two_level) {
        stages_begin(&e->clock, "ranking");
        TRY(rank_all(lists, e, err));
        TRY(score_model(e, "two_level", lists, err));
    }
done:
    return status;
}

static aisle_status score_all(evaluator *e, aisle_error *err)
{
    item_lists lists = {0};
    aisle_status status = AISLE_OK;
    uint32_t curve = (uint32_t)e->out->n_curve;
    uint32_t longest = curve > e->p->longest ? curve : e->p->longest;
    e->clock.done = 0.9;
    TRY_ALLOC(e->judged = NEW_ZEROED(judgement, e->p->n_models));
    if (e->keep_lists)
        TRY(keep_lists_init(&e->out->lists, e->dataset, &e->w.s.a, err));
    TRY(item_lists_init(&lists, e->w.t.n, longest, err));
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
    TRY(feature_matrix_init(&m, &e->w.s.facts, e->w.query.h, &none, e->w.t.user, 1, err));
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
                      e->w.query.h,
                      {e->level2, &e->order},
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

aisle_status evaluator_run(evaluator *e, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    TRY(evaluation_new(&e->out, e->p, &e->config->evaluate, err));
    evaluation_copy_split(&e->out->split, &e->windows, e->dataset);
    TRY(fit_sample_init(&e->sample, e->dataset, e->config, &e->windows, e->left_out, &e->clock,
                        err));
    TRY(train_level2(e, err));
    TRY(open_test(e, err));
    TRY(score_all(e, err));
    TRY(compare_models(e->out, e->judged, &e->j, err));
    TRY(advice_keep(e->out, e->config, err));
    TRY(segments_measure(e, err));
    TRY(keep_gain(e, err));
    TRY(keep_reliability(e, err));
    TRY(examples_keep(e, err));
    TRY(keep_stages(e, err));
done:
    return status;
}

void evaluator_fini(evaluator *e)
{
    for (size_t m = 0; e->judged && m < e->p->n_models; m++)
        judgement_fini(&e->judged[m]);
    mem_free(e->judged);
    fit_sample_fini(&e->sample);
    ranker_free(e->level2);
    calibration_fini(&e->calibrated);
    candidate_lists_fini(&e->candidates);
    list_facts_fini(&e->facts);
    judged_window_fini(&e->w);
    aisle_evaluation_free(e->out);
    memset(e, 0, sizeof *e);
}
