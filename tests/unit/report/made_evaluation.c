#include "made_evaluation.h"

#include <string.h>

enum { DAY = 17508 }; /* 2017-12-08 */

static const char *const model_names[MADE_MODELS] = {"popular", "own_count", "own_decay", "blend",
                                                     "two_level"};
static const double model_values[MADE_MODELS] = {0.1612, 0.3713, 0.3873, 0.3702, 0.4109};
static int64_t cut_offs[] = {5, 10};
static char metric_names[MADE_METRICS][32] = {"precision@5", "precision@10", "recall@5",
                                              "recall@10",   "ndcg@5",       "ndcg@10"};
static aisle_stage stages[] = {{"als", 2.25}, {"training", 9.125}, {"lists", 1.5}};
static char feature_names[][64] = {"pair_lines", "pair_decayed_95", "als_score", "made_up",
                                   "pair_lines_26w"};
static double feature_gain[] = {300, 500, 150, 45, 5};
static aisle_reliability reliability[] = {{0, 0.1, 0.021, 0.02, 250000},
                                          {0.1, 0.2, 0.14, 0.15, 9000},
                                          {0.2, 0.3, 0.24, 0.22, 4000},
                                          {0.3, 1, 0.55, 0.5, 1200}};
static aisle_ablated families[] = {
    {"pair", "The household and the product.", 23, 0.31, {-0.0712, -0.0803, -0.0621}},
    {"item", "The product alone.", 9, 0.3801, {-0.0011, -0.0042, 0.0021}},
};
static aisle_example_item before[] = {
    {"900", MADE_NASTY, 41, false, false, NULL},
    {"17", "BANANAS", 22, false, false, NULL},
};
static aisle_example_item list[] = {
    {"900", MADE_NASTY, 41, true, true, "bought 41 times, about every 6 days, last 4 days ago"},
    {"17", "BANANAS", 22, true, false, "bought 22 times; its price is < 1"},
    {"18", NULL, 0, true, false, NULL},
};
static aisle_example_item bought[] = {
    {"900", MADE_NASTY, 41, true, true, NULL},
    {"4711", "COLOGNE WATER", 0, false, true, NULL},
};
static aisle_example examples[] = {{"1", 86, 2, 3, 2, before, list, bought, 31}};

static aisle_estimate around(double value, double half)
{
    return (aisle_estimate){value, value - half, value + half};
}

static void make_data(made *m)
{
    m->data = (aisle_dataset_summary){.lines_read = 1469307,
                                      .lines = 1437618,
                                      .returns = 120,
                                      .cancelled = 80,
                                      .households = 2469,
                                      .items = 68509,
                                      .baskets = 155848,
                                      .stores = 457,
                                      .first_day = DAY - 342,
                                      .last_day = DAY + 20,
                                      .first_week = 1,
                                      .last_week = 53,
                                      .value = 4594039.5};
    m->data.set_aside[AISLE_REASON_REJECTED] = 3;
    m->data.set_aside[AISLE_REASON_DEPARTMENT] = 31000;
}

static void make_models(made *m)
{
    m->e.n_k = 2;
    m->e.k = cut_offs;
    m->e.n_metrics = MADE_METRICS;
    m->e.metric_names = metric_names;
    m->e.n_models = MADE_MODELS;
    m->e.models = m->models;
    m->e.confidence = 0.95;
    m->e.ceiling = m->ceiling;
    m->e.candidate_ceiling = m->candidate_ceiling;
    for (int q = 0; q < 2; q++) {
        m->ceiling[q] = around(q ? 0.8874 : 0.9521, 0.006);
        m->candidate_ceiling[q] = around(q ? 0.6411 : 0.7948, 0.009);
    }
    for (int i = 0; i < MADE_MODELS; i++) {
        for (int j = 0; j < MADE_METRICS; j++) {
            m->metric[i][j] = around(model_values[i] / (1 + j), 0.015);
            m->spread[i][j] = (aisle_spread){model_values[i] / (1 + j) - 0.004, 0.0061};
        }
        m->models[i] = (aisle_model_score){.name = model_names[i],
                                           .metric = m->metric[i],
                                           .spread = m->spread[i],
                                           .precision_at = m->precision[i],
                                           .recall_at = m->recall[i],
                                           .mean_length = 100};
    }
    m->models[1].without_list = 12;
}

static void make_curve(made *m)
{
    m->e.n_curve = MADE_CURVE;
    m->e.ceiling_at = m->ceiling_at;
    for (int k = 1; k <= MADE_CURVE; k++) {
        m->ceiling_at[k - 1] = 1 - 0.012 * k;
        for (int i = 0; i < MADE_MODELS; i++) {
            m->precision[i][k - 1] = model_values[i] * 7 / (6 + k / 3.0);
            m->recall[i][k - 1] = model_values[i] * k / (20.0 + 2 * k);
        }
    }
}

static void make_comparisons(made *m)
{
    m->e.comparisons = m->comparisons;
    for (size_t a = 0; a < MADE_MODELS; a++)
        for (size_t b = a + 1; b < MADE_MODELS; b++)
            m->comparisons[m->e.n_comparisons++] =
                (aisle_comparison){a, b, around(model_values[b] - model_values[a], 0.008)};
}

static void make_segments(made *m)
{
    static const char *const level[MADE_SEGMENTS] = {
        "under 5",         "5 to 19",
        "20 and more",     "Under 15K",
        "50-74K & <more>", "a level whose name is longer than any chart has room for at its side",
        "(none)"};
    m->e.n_segments = MADE_SEGMENTS;
    m->e.segments = m->segments;
    for (int i = 0; i < MADE_SEGMENTS; i++) {
        m->segments[i] =
            (aisle_segment){i < 3 ? "history" : "income", level[i], (uint64_t)(100 + 250 * i),
                            around(0.7 + 0.03 * i, 0.01), m->segment_metric[i]};
        for (int j = 0; j < MADE_MODELS; j++)
            m->segment_metric[i][j] = around(model_values[j] * (0.6 + 0.08 * i), 0.03);
    }
}

static void make_windows(made *m)
{
    aisle_split *s = &m->e.split;
    *s = (aisle_split){.test = {DAY, DAY + 21, DAY},
                       .n_labels = 4,
                       .catalogue_as_of = DAY - 42,
                       .first_week = 51,
                       .last_week = 53};
    for (int i = 0; i < 4; i++)
        s->labels[i] = (aisle_window){DAY - 84 + 21 * i, DAY - 63 + 21 * i, DAY - 84 + 21 * i};
    m->e.n_folds = MADE_FOLDS;
    m->e.folds = m->folds;
    for (int f = 0; f < MADE_FOLDS; f++) {
        m->folds[f] = (aisle_fold){*s, (uint64_t)(2230 + f), 0.95, m->fold_metric[f]};
        m->folds[f].split.test = (aisle_window){DAY - 21 * f, DAY + 21 - 21 * f, DAY - 21 * f};
        for (int i = 0; i < MADE_MODELS * MADE_METRICS; i++)
            m->fold_metric[f][i] = model_values[i / MADE_METRICS] - 0.005 * f;
    }
}

static void make_rest(made *m)
{
    aisle_evaluation *e = &m->e;
    e->counts = (aisle_evaluation_counts){.households = 2230,
                                          .without_history = 4,
                                          .pairs = 80100,
                                          .pairs_bought_before = 33642,
                                          .pairs_sold_before = 76095,
                                          .items = 20000,
                                          .items_sold_before = 19000,
                                          .catalogue = 67637,
                                          .candidates = 325580,
                                          .training_rows = 900000,
                                          .training_positives = 30000,
                                          .training_groups = 8800,
                                          .trees = 300};
    e->n_stages = 3;
    e->stages = stages;
    e->n_features = 5;
    e->feature_names = feature_names;
    e->feature_gain = feature_gain;
    e->n_reliability = 4;
    e->reliability = reliability;
    e->calibration_error = 0.0021;
    e->n_examples = 1;
    e->examples = examples;
    m->ablation = (aisle_ablation){.window = {DAY - 21, DAY, DAY - 21},
                                   .windows = 1,
                                   .seeds = 1,
                                   .k = 5,
                                   .metric = "precision",
                                   .confidence = 0.95,
                                   .households = 2250,
                                   .value = {0.3812, 0.37, 0.39},
                                   .n_families = 2,
                                   .families = families};
}

void made_init(made *out)
{
    memset(out, 0, sizeof *out);
    make_data(out);
    make_models(out);
    make_curve(out);
    make_comparisons(out);
    make_segments(out);
    make_windows(out);
    make_rest(out);
    out->input = (aisle_report_input){"What will each household buy next?",
                                      "a shop & sons",
                                      &out->data,
                                      &out->e,
                                      &out->ablation,
                                      0.5};
}

void made_init_bare(made *out)
{
    memset(out, 0, sizeof *out);
    make_data(out);
    make_models(out);
    make_windows(out);
    out->e.n_models = 1;
    out->e.n_folds = 0;
    out->e.confidence = 0;
    out->e.counts.households = 10;
    memset(out->data.set_aside, 0, sizeof out->data.set_aside);
    out->models[0].spread = NULL;
    out->models[0].precision_at = out->models[0].recall_at = NULL;
    out->input = (aisle_report_input){NULL, NULL, &out->data, &out->e, NULL, 0};
}
