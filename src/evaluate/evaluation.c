#include "evaluate/evaluation.h"

#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "evaluate/keep_lists.h"

void evaluation_copy_split(aisle_split *out, const split *s, const aisle_dataset *d)
{
    memset(out, 0, sizeof *out);
    out->test = (aisle_window){s->test.from, s->test.to, s->test_as_of};
    out->n_labels = s->n_labels;
    for (size_t i = 0; i < s->n_labels; i++)
        out->labels[i] = (aisle_window){s->labels[i].from, s->labels[i].to, s->labels_as_of[i]};
    out->catalogue_as_of = s->catalogue_as_of;
    out->whole_weeks = window_is_weeks(&out->first_week, &out->last_week, &d->weeks, s->test);
    if (d->summary.week_from_source || s->test.to > d->summary.last_day + 1)
        out->partial_week = d->summary.partial_week;
    out->partial_left_out = s->partial_left_out;
}

/* metric@k, by metric, then k. */
static aisle_status name_metrics(aisle_evaluation *e, const plan *p, aisle_error *err)
{
    e->n_metrics = p->n_metrics * e->n_k;
    e->metric_names = mem_zeroed(e->n_metrics, sizeof *e->metric_names);
    if (!e->metric_names)
        return fail_memory(err);
    for (size_t m = 0; m < p->n_metrics; m++)
        for (size_t q = 0; q < e->n_k; q++)
            snprintf(e->metric_names[m * e->n_k + q], sizeof *e->metric_names, "%s@%d",
                     p->metrics[m]->name, (int)e->k[q]);
    return AISLE_OK;
}

aisle_status evaluation_new(aisle_evaluation **out, const plan *p, const evaluate_options *options,
                            aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const int_list *k = &options->k;
    aisle_evaluation *e = NEW_ZEROED(aisle_evaluation, 1);
    TRY_ALLOC(e);
    e->n_k = k->count;
    TRY_ALLOC(e->k = mem_copy(k->items, k->count, sizeof *k->items));
    TRY_ALLOC(e->ceiling = NEW_ZEROED(aisle_estimate, k->count));
    TRY_ALLOC(e->candidate_ceiling = NEW_ZEROED(aisle_estimate, k->count));
    TRY(name_metrics(e, p, err));
    TRY_ALLOC(e->models = NEW_ZEROED(aisle_model_score, p->n_models));
    e->n_curve = (size_t)options->curve;
    TRY_ALLOC(e->ceiling_at = NEW_ZEROED(double, e->n_curve));
    e->new_only = options->new_only;
    e->unseen = options->unseen;
    e->confidence = options->bootstrap > 0 ? options->confidence : 0;
    *out = e;
    e = NULL;
done:
    aisle_evaluation_free(e);
    return status;
}

aisle_status evaluation_keep_text(const char **out, aisle_evaluation *e, const char *text,
                                  aisle_error *err)
{
    size_t capacity = e->n_texts;
    if (mem_grow(&e->texts, &capacity, e->n_texts + 1, sizeof *e->texts))
        return fail_memory(err);
    char *copy = mem_text(text);
    if (!copy)
        return fail_memory(err);
    e->texts[e->n_texts++] = copy;
    *out = copy;
    return AISLE_OK;
}

static void models_free(aisle_evaluation *e)
{
    for (size_t m = 0; m < e->n_models; m++) {
        mem_free(e->models[m].metric);
        mem_free(e->models[m].spread);
        mem_free(e->models[m].seen);
        mem_free(e->models[m].precision_at);
        mem_free(e->models[m].recall_at);
    }
    mem_free(e->models);
}

static void examples_free(aisle_evaluation *e)
{
    for (size_t i = 0; i < e->n_examples; i++) {
        mem_free(e->examples[i].before);
        mem_free(e->examples[i].list);
        mem_free(e->examples[i].bought);
    }
    mem_free(e->examples);
}

void aisle_evaluation_free(aisle_evaluation *evaluation)
{
    if (!evaluation)
        return;
    models_free(evaluation);
    examples_free(evaluation);
    for (size_t i = 0; i < evaluation->n_segments; i++)
        mem_free(evaluation->segments[i].metric);
    for (size_t i = 0; i < evaluation->n_folds; i++)
        mem_free(evaluation->folds[i].metric);
    for (size_t i = 0; i < evaluation->n_texts; i++)
        mem_free(evaluation->texts[i]);
    keep_lists_fini(&evaluation->lists);
    mem_free(evaluation->segments);
    mem_free(evaluation->folds);
    mem_free(evaluation->comparisons);
    mem_free(evaluation->texts);
    mem_free(evaluation->k);
    mem_free(evaluation->ceiling);
    mem_free(evaluation->ceiling_at);
    mem_free(evaluation->candidate_ceiling);
    mem_free(evaluation->metric_names);
    mem_free(evaluation->stages);
    mem_free(evaluation->feature_names);
    mem_free(evaluation->feature_gain);
    mem_free(evaluation->reliability);
    mem_free(evaluation);
}
