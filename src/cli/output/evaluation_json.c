#include <stdio.h>

#include "cli/output/evaluation_out.h"
#include "cli/output/print.h"

/* Of the same households inside a fit of all. */
static json_t *seen_json(const aisle_evaluation *e, const aisle_model_score *s)
{
    json_t *out = json_object();
    for (size_t m = 0; m < e->n_metrics; m++)
        json_object_set_new(out, e->metric_names[m], number_or_null(s->seen[m]));
    return out;
}

static json_t *models_json(const aisle_evaluation *e)
{
    json_t *models = json_object();
    for (size_t i = 0; i < e->n_models; i++) {
        const aisle_model_score *s = &e->models[i];
        json_t *model = json_object();
        for (size_t m = 0; m < e->n_metrics; m++)
            json_object_set_new(model, e->metric_names[m], estimate_json(&s->metric[m]));
        json_object_set_new(model, "without_list", json_integer((json_int_t)s->without_list));
        json_object_set_new(model, "mean_length", json_real(s->mean_length));
        if (s->seen)
            json_object_set_new(model, "seen", seen_json(e, s));
        json_object_set_new(models, s->name, model);
    }
    return models;
}

static json_t *ceiling_json(const aisle_evaluation *e, const aisle_estimate *ceiling)
{
    json_t *out = json_object();
    char name[48];
    for (size_t q = 0; q < e->n_k; q++) {
        snprintf(name, sizeof name, "precision@%lld", (long long)e->k[q]);
        json_object_set_new(out, name, estimate_json(&ceiling[q]));
    }
    return out;
}

static json_t *counts_json(const aisle_evaluation_counts *c)
{
    return json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "households",
        (json_int_t)c->households, "without_history", (json_int_t)c->without_history, "pairs",
        (json_int_t)c->pairs, "pairs_bought_before", (json_int_t)c->pairs_bought_before,
        "pairs_sold_before", (json_int_t)c->pairs_sold_before, "items", (json_int_t)c->items,
        "items_sold_before", (json_int_t)c->items_sold_before, "catalogue",
        (json_int_t)c->catalogue, "candidates", (json_int_t)c->candidates, "training_rows",
        (json_int_t)c->training_rows, "training_positives", (json_int_t)c->training_positives,
        "training_groups", (json_int_t)c->training_groups, "groups_dropped",
        (json_int_t)c->groups_dropped, "trees", (json_int_t)c->trees);
}

static json_t *reliability_json(const aisle_evaluation *e)
{
    json_t *bins = json_array();
    for (size_t b = 0; b < e->n_reliability; b++) {
        const aisle_reliability *r = &e->reliability[b];
        json_array_append_new(bins, json_pack("{s:f, s:f, s:f, s:f, s:I}", "from", r->from, "to",
                                              r->to, "predicted", r->predicted, "observed",
                                              r->observed, "candidates", (json_int_t)r->count));
    }
    return json_pack("{s:f, s:o}", "error", e->calibration_error, "bins", bins);
}

static json_t *reals_json(const double *value, size_t n)
{
    json_t *out = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(out, json_real(value[i]));
    return out;
}

/* Precision and recall at k = 1, 2, … */
static json_t *curve_json(const aisle_evaluation *e)
{
    json_t *models = json_object();
    for (size_t m = 0; m < e->n_models; m++) {
        const aisle_model_score *s = &e->models[m];
        json_object_set_new(models, s->name,
                            json_pack("{s:o, s:o}", "precision",
                                      reals_json(s->precision_at, e->n_curve), "recall",
                                      reals_json(s->recall_at, e->n_curve)));
    }
    return json_pack("{s:o, s:o}", "ceiling", reals_json(e->ceiling_at, e->n_curve), "models",
                     models);
}

static json_t *segments_json(const aisle_evaluation *e)
{
    json_t *out = json_array();
    for (size_t i = 0; i < e->n_segments; i++) {
        const aisle_segment *s = &e->segments[i];
        json_t *models = json_object();
        for (size_t m = 0; m < e->n_models; m++)
            json_object_set_new(models, e->models[m].name, estimate_json(&s->metric[m]));
        json_array_append_new(out,
                              json_pack("{s:s, s:s, s:I, s:o, s:o}", "column", s->column, "level",
                                        s->level, "households", (json_int_t)s->households,
                                        "ceiling", estimate_json(&s->ceiling), "models", models));
    }
    return json_pack("{s:s, s:o}", "metric", e->metric_names[0], "segments", out);
}

static json_t *comparisons_json(const aisle_evaluation *e)
{
    json_t *out = json_array();
    for (size_t i = 0; i < e->n_comparisons; i++) {
        const aisle_comparison *c = &e->comparisons[i];
        json_array_append_new(out, json_pack("{s:s, s:s, s:o}", "model", e->models[c->b].name,
                                             "less", e->models[c->a].name, "difference",
                                             estimate_json(&c->difference)));
    }
    return json_pack("{s:s, s:o}", "metric", e->metric_names[0], "pairs", out);
}

static json_t *fold_json(const aisle_evaluation *e, const aisle_fold *f)
{
    json_t *models = json_object();
    for (size_t m = 0; m < e->n_models; m++) {
        json_t *values = json_object();
        for (size_t c = 0; c < e->n_metrics; c++)
            json_object_set_new(values, e->metric_names[c],
                                json_real(f->metric[m * e->n_metrics + c]));
        json_object_set_new(models, e->models[m].name, values);
    }
    char a[16], b[16];
    return json_pack("{s:[i, i], s:[s, s], s:I, s:f, s:o}", "weeks", (int)f->split.first_week,
                     (int)f->split.last_week, "window", print_day(a, f->split.test.from),
                     print_day(b, f->split.test.to - 1), "households", (json_int_t)f->households,
                     "ceiling", f->ceiling, "models", models);
}

static json_t *folds_json(const aisle_evaluation *e)
{
    json_t *windows = json_array(), *models = json_object();
    for (size_t f = 0; f < e->n_folds; f++)
        json_array_append_new(windows, fold_json(e, &e->folds[f]));
    for (size_t m = 0; m < e->n_models; m++) {
        json_t *values = json_object();
        for (size_t c = 0; c < e->n_metrics; c++)
            json_object_set_new(values, e->metric_names[c],
                                json_pack("{s:f, s:f}", "mean", e->models[m].spread[c].mean,
                                          "deviation", e->models[m].spread[c].deviation));
        json_object_set_new(models, e->models[m].name, values);
    }
    return json_pack("{s:o, s:o}", "windows", windows, "models", models);
}

static json_t *example_items_json(const aisle_example_item *items, size_t n)
{
    json_t *out = json_array();
    for (size_t i = 0; i < n; i++) {
        const aisle_example_item *x = &items[i];
        json_array_append_new(out, json_pack("{s:s, s:s?, s:f, s:b, s:b, s:s?}", "item", x->item,
                                             "name", x->name, "times", x->times, "recommended",
                                             x->recommended, "bought", x->bought, "why", x->why));
    }
    return out;
}

static json_t *examples_json(const aisle_evaluation *e)
{
    json_t *out = json_array();
    for (size_t i = 0; i < e->n_examples; i++) {
        const aisle_example *x = &e->examples[i];
        json_array_append_new(out, json_pack("{s:s, s:I, s:o, s:o, s:o, s:I}", "user", x->user,
                                             "baskets", (json_int_t)x->baskets, "before",
                                             example_items_json(x->before, x->n_before), "list",
                                             example_items_json(x->list, x->n_list), "bought",
                                             example_items_json(x->bought, x->n_bought),
                                             "bought_in_all", (json_int_t)x->bought_in_all));
    }
    return out;
}

/* What is there only when it is asked for. */
static void add_more(json_t *root, const aisle_evaluation *e)
{
    if (e->order.by)
        json_object_set_new(root, "order", order_json(&e->order));
    if (e->next)
        json_object_set_new(root, "next", json_string(e->next));
    if (e->unseen > 0)
        json_object_set_new(root, "unseen", json_real(e->unseen));
    if (e->n_reliability)
        json_object_set_new(root, "reliability", reliability_json(e));
    if (e->counts.candidates)
        json_object_set_new(root, "candidate_ceiling", ceiling_json(e, e->candidate_ceiling));
    if (e->n_comparisons)
        json_object_set_new(root, "comparisons", comparisons_json(e));
    if (e->n_segments)
        json_object_set_new(root, "by_segment", segments_json(e));
    if (e->n_curve)
        json_object_set_new(root, "curve", curve_json(e));
    if (e->n_folds)
        json_object_set_new(root, "folds", folds_json(e));
    if (e->n_examples)
        json_object_set_new(root, "examples", examples_json(e));
}

json_t *score_json(const aisle_evaluation *e)
{
    const aisle_evaluation_counts *c = &e->counts;
    json_t *root =
        json_pack("{s:o, s:{s:I, s:I, s:I, s:I}, s:o}", "models", models_json(e), "counts",
                  "households", (json_int_t)c->households, "pairs", (json_int_t)c->pairs,
                  "pairs_bought_before", (json_int_t)c->pairs_bought_before, "catalogue",
                  (json_int_t)c->catalogue, "ceiling", ceiling_json(e, e->ceiling));
    add_more(root, e);
    return root;
}

json_t *evaluation_json(const aisle_evaluation *e, double reading)
{
    json_t *seconds = seconds_json(e->stages, e->n_stages, reading), *gain = json_object();
    for (size_t i = 0; i < e->n_features; i++)
        json_object_set_new(gain, e->feature_names[i], json_real(e->feature_gain[i]));
    char a[16], b[16];
    json_t *root =
        json_pack("{s:[s, s], s:o*, s:o, s:o, s:o, s:o, s:o, s:b}", "window",
                  print_day(a, e->split.test.from), print_day(b, e->split.test.to - 1),
                  "partial_week", partial_week_json(&e->split), "models", models_json(e), "counts",
                  counts_json(&e->counts), "ceiling", ceiling_json(e, e->ceiling), "seconds",
                  seconds, "feature_gain", gain, "new_only", e->new_only);
    add_more(root, e);
    return root;
}
