#include "aisle/score.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/sort.h"
#include "evaluate/metrics/compare.h"
#include "evaluate/evaluation.h"
#include "evaluate/score_input.h"

static const char only_model[] = "lists";

typedef struct scorer {
    const aisle_score_input *input;
    const evaluate_options *options;
    plan p;
    score_ground g;
    judge j;
    judgement *judged; /* [p.n_models] */
    stages clock;
    aisle_evaluation *out;
} scorer;

static aisle_status check_input(const aisle_score_input *in, const plan *p, aisle_error *err)
{
    if (in->lists.rows == 0 || (!in->lists.rank && !in->lists.score))
        return fail(err, AISLE_ERROR_DATA, "lists: found no %s",
                    in->lists.rows ? "rank, nor a score" : "rows");
    if (in->truth.rows == 0)
        return fail(err, AISLE_ERROR_DATA, "truth: found no rows");
    for (size_t m = 0; m < p->n_metrics; m++) {
        aisle_status status = score_ground_check(in, p->metrics[m], err);
        if (status != AISLE_OK)
            return status;
    }
    return AISLE_OK;
}

static void count(scorer *s)
{
    aisle_evaluation_counts *c = &s->out->counts;
    const truth *t = &s->g.t;
    const score_pairs *before = &s->g.before;
    c->pairs = t->offset[t->n];
    c->catalogue = s->g.facts.items;
    for (size_t u = 0; u < t->n; u++) {
        bool bought = t->offset[u + 1] > t->offset[u];
        uint32_t user = s->g.row[u];
        uint64_t from = before->offset[user], n = before->offset[user + 1] - from;
        c->households += bought;
        c->without_history += bought && n == 0;
        for (uint64_t p = t->offset[u]; p < t->offset[u + 1]; p++) {
            c->pairs_bought_before += sort_has_u32(before->item + from, n, t->item[p]);
            c->pairs_sold_before += s->g.facts.buyers[t->item[p]] > 0;
        }
    }
}

/* Households without a list are those that bought something. */
static void measure_lists(aisle_model_score *score, const scorer *s, const item_lists *lists)
{
    double judged = 0;
    for (size_t i = 0; i < lists->n; i++) {
        if (s->g.t.offset[i + 1] == s->g.t.offset[i])
            continue;
        judged++;
        score->without_list += lists->count[i] == 0;
        score->mean_length += lists->count[i] < s->p.longest ? lists->count[i] : s->p.longest;
    }
    score->mean_length /= judged;
}

static aisle_status score_model(scorer *s, const char *model, const char *name, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t number = s->out->n_models++, curve = s->out->n_curve;
    aisle_model_score *score = &s->out->models[number];
    uint32_t longest = curve > s->p.longest ? (uint32_t)curve : s->p.longest;
    item_lists lists = {0};
    s->clock.done = (double)number / (double)s->p.n_models;
    stages_begin(&s->clock, "lists");
    TRY(evaluation_keep_text(&score->name, s->out, name, err));
    TRY(score_ground_lists(&lists, &s->g, &s->input->lists, model, longest, err));
    measure_lists(score, s, &lists);
    stages_begin(&s->clock, "metrics");
    TRY(judge_lists(&s->judged[number], &s->j, &lists, err));
    score->metric = s->judged[number].metric;
    s->judged[number].metric = NULL;
    TRY_ALLOC(score->precision_at = NEW_ARRAY(double, curve));
    TRY_ALLOC(score->recall_at = NEW_ARRAY(double, curve));
    judge_curve(score->precision_at, score->recall_at, curve, &s->j, &lists);
done:
    item_lists_fini(&lists);
    return status;
}

static aisle_status score_models(scorer *s, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    TRY(evaluation_new(&s->out, &s->p, s->options, err));
    TRY_ALLOC(s->judged = NEW_ZEROED(judgement, s->p.n_models));
    count(s);
    TRY(judge_ceiling(s->out->ceiling, &s->j, NULL, err));
    judge_ceiling_curve(s->out->ceiling_at, s->out->n_curve, &s->j);
    if (!s->input->lists.model)
        TRY(score_model(s, NULL, only_model, err));
    for (size_t m = 0; m < s->g.models.count; m++)
        TRY(score_model(s, s->g.models.texts[m], s->g.models.texts[m], err));
    TRY(compare_models(s->out, s->judged, &s->j, err));
done:
    return status;
}

static void scorer_fini(scorer *s)
{
    for (size_t m = 0; s->judged && m < s->p.n_models; m++)
        judgement_fini(&s->judged[m]);
    mem_free(s->judged);
    score_ground_fini(&s->g);
    plan_fini(&s->p);
    aisle_evaluation_free(s->out);
}

aisle_status aisle_score(aisle_evaluation **out, const aisle_score_input *input,
                         const aisle_config *config, const aisle_run *run, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const evaluate_options *o = &config->evaluate;
    scorer s = {.input = input, .options = o, .clock = {.run = run}};
    TRY(plan_init_metrics(&s.p, o, err));
    TRY(check_input(input, &s.p, err));
    stages_begin(&s.clock, "ids");
    TRY(score_ground_init(&s.g, input, err));
    s.p.n_models = input->lists.model ? s.g.models.count : 1;
    s.j = (judge){.t = &s.g.t,
                  .before = {s.g.row, s.g.before.offset, s.g.before.item},
                  .facts = &s.g.facts,
                  .metrics = s.p.metrics,
                  .n_metrics = s.p.n_metrics,
                  .k = o->k.items,
                  .n_k = o->k.count,
                  .bootstrap = {(size_t)o->bootstrap, o->confidence, (uint64_t)config->seed,
                                stages_threads(&s.clock)}};
    TRY(score_models(&s, err));
    stages_end(&s.clock);
    *out = s.out;
    s.out = NULL;
done:
    scorer_fini(&s);
    return status;
}
