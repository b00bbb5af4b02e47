#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/print.h"

static void print_head(const aisle_evaluation *e)
{
    const aisle_evaluation_counts *c = &e->counts;
    char a[32], b[32];
    printf("test weeks %d to %d (%s to %s)", e->split.first_week, e->split.last_week,
           print_day(a, e->split.test.from), print_day(b, e->split.test.to - 1));
    printf(", everything known: before %s%s\n", print_day(a, e->split.test.as_of),
           e->new_only ? "; new products only" : "");
    printf("%s households bought something that counts", print_count(a, c->households));
    printf(" (%s of them without history)", print_count(a, c->without_history));
    printf(", %s pairs", print_count(a, c->pairs));
    printf(":\n  %.1f %% were bought before by the household, %.1f %% by anybody\n",
           100 * (double)c->pairs_bought_before / (double)c->pairs,
           100 * (double)c->pairs_sold_before / (double)c->pairs);
    printf("%s products bought, %.1f %% of them ever sold before", print_count(a, c->items),
           100 * (double)c->items_sold_before / (double)c->items);
    printf("; catalogue of %s\n", print_count(a, c->catalogue));
    if (c->candidates)
        printf("candidates: %.1f a household\n", (double)c->candidates / (double)c->households);
    if (c->training_rows) {
        printf("level 2: %s rows", print_count(a, c->training_rows));
        printf(" (%s bought)", print_count(a, c->training_positives));
        printf(" of %s households and windows", print_count(a, c->training_groups));
        printf(" (%s more without a hit)", print_count(a, c->groups_dropped));
        printf(", %s trees\n", print_count(a, c->trees));
    }
}

/* Width of a column named after a metric. */
static int width_of(const char *name)
{
    int length = (int)strlen(name);
    return length < 8 ? 8 : length;
}

/* Five characters: .0000 to .9999, or 1.000. */
static const char *print_bound(char out[16], double share)
{
    snprintf(out, 16, "%.4f", share);
    if (out[0] == '0')
        return out + 1;
    out[5] = '\0';
    return out;
}

static void print_interval(const aisle_estimate *e)
{
    char low[16], high[16];
    printf("  %s to %s", print_bound(low, e->low), print_bound(high, e->high));
}

/* Every metric at one cut-off; the first with its interval. */
static void print_table(const aisle_evaluation *e, size_t q)
{
    char interval[32] = "";
    bool intervals = e->confidence > 0;
    if (intervals)
        snprintf(interval, sizeof interval, "%5.4g %% interval", 100 * e->confidence);
    printf("\n%-17s", "model");
    for (size_t m = q; m < e->n_metrics; m += e->n_k)
        printf("  %*s%s", width_of(e->metric_names[m]), e->metric_names[m], m == q ? interval : "");
    printf("\n");
    for (size_t i = 0; i < e->n_models; i++) {
        const aisle_model_score *s = &e->models[i];
        printf("%-17s", s->name);
        for (size_t m = q; m < e->n_metrics; m += e->n_k) {
            printf("  %*.4f", width_of(e->metric_names[m]), s->metric[m].value);
            if (m == q && intervals)
                print_interval(&s->metric[m]);
        }
        printf("\n");
    }
}

static void print_ceilings(const aisle_evaluation *e)
{
    printf("\nceiling of precision: what a perfect list would score\n%-17s", "");
    for (size_t q = 0; q < e->n_k; q++)
        printf("  %6s%-4lld", "k = ", (long long)e->k[q]);
    printf("\n%-17s", "any product");
    for (size_t q = 0; q < e->n_k; q++)
        printf("  %10.4f", e->ceiling[q].value);
    if (e->counts.candidates) {
        printf("\n%-17s", "candidates");
        for (size_t q = 0; q < e->n_k; q++)
            printf("  %10.4f", e->candidate_ceiling[q].value);
    }
    printf("\n");
}

static void print_reliability(const aisle_evaluation *e)
{
    char n[32];
    if (e->n_reliability == 0)
        return;
    printf("\nprobability of a purchase, all candidates of all households: expected calibration "
           "error %.4f\n%-17s  %9s  %9s  %12s\n",
           e->calibration_error, "", "predicted", "observed", "candidates");
    for (size_t b = 0; b < e->n_reliability; b++) {
        const aisle_reliability *r = &e->reliability[b];
        printf("%4.2f to %-9.2f  %9.4f  %9.4f  %12s\n", r->from, r->to, r->predicted, r->observed,
               print_count(n, r->count));
    }
}

static void print_definitions(const aisle_evaluation *e)
{
    aisle_metric_info info;
    printf("\n");
    for (size_t m = 0; m < e->n_metrics; m += e->n_k) {
        size_t length = strcspn(e->metric_names[m], "@");
        for (size_t i = 0; aisle_metric_at(&info, i); i++)
            if (strlen(info.name) == length && !memcmp(info.name, e->metric_names[m], length))
                printf("%s: %s\n", info.name, info.meaning);
    }
    printf("Means over all households that bought something that counts; one without a list "
           "scores 0.\n");
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

static json_t *evaluation_json(const aisle_evaluation *e, double reading)
{
    json_t *seconds = seconds_json(e->stages, e->n_stages, reading), *gain = json_object();
    for (size_t i = 0; i < e->n_features; i++)
        json_object_set_new(gain, e->feature_names[i], json_real(e->feature_gain[i]));
    json_t *root = json_pack("{s:o, s:o, s:o, s:o, s:o, s:b}", "models", models_json(e), "counts",
                             counts_json(&e->counts), "ceiling", ceiling_json(e, e->ceiling),
                             "seconds", seconds, "feature_gain", gain, "new_only", e->new_only);
    if (e->n_reliability)
        json_object_set_new(root, "reliability", reliability_json(e));
    if (e->counts.candidates)
        json_object_set_new(root, "candidate_ceiling", ceiling_json(e, e->candidate_ceiling));
    return root;
}

static int write_lists(const aisle_lists *l, const char *path)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_table_column columns[5] = {
        {"model", AISLE_COLUMN_TEXT, l->model},
        {"user_id", l->user_int ? AISLE_COLUMN_INT : AISLE_COLUMN_TEXT,
         l->user_int ? (const void *)l->user_int : (const void *)l->user_text},
        {"rank", AISLE_COLUMN_INT, l->rank},
        {"item_id", l->item_int ? AISLE_COLUMN_INT : AISLE_COLUMN_TEXT,
         l->item_int ? (const void *)l->item_int : (const void *)l->item_text},
        {"score", AISLE_COLUMN_REAL, l->score},
    };
    return aisle_table_write(path, columns, 5, l->rows, &err) ? report_unwritten(&err) : EXIT_DONE;
}

static void print_all(const aisle_evaluation *e, double reading)
{
    print_head(e);
    for (size_t q = 0; q < e->n_k; q++)
        print_table(e, q);
    print_ceilings(e);
    print_reliability(e);
    print_definitions(e);
    print_seconds(e->stages, e->n_stages, reading);
}

int command_evaluate(const command_options *options)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_dataset *dataset;
    aisle_evaluation *e;
    double reading;
    if (!check_output(options->json, OUTPUT_JSON) || !check_output(options->lists, OUTPUT_TABLE))
        return EXIT_WRONG_USE;
    if (open_dataset(&dataset, &reading, options, &err))
        return report_error(&err);
    aisle_run run = progress_run(options);
    if (aisle_evaluate(&e, dataset, options->lists != NULL, &run, &err)) {
        aisle_dataset_free(dataset);
        return report_error(&err);
    }
    progress_clear();
    bool only_json = options->json && strcmp(options->json, "-") == 0;
    if (!only_json)
        print_all(e, reading);
    int code = options->json ? write_json(evaluation_json(e, reading), options->json) : EXIT_DONE;
    if (code == EXIT_DONE && options->lists)
        code = write_lists(&e->lists, options->lists);
    aisle_evaluation_free(e);
    aisle_dataset_free(dataset);
    return code;
}
