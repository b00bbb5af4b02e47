#include <stdio.h>
#include <string.h>

#include "cli/output/evaluation_out.h"
#include "cli/output/print.h"

static void print_head(const aisle_evaluation *e)
{
    const aisle_evaluation_counts *c = &e->counts;
    char a[32], span[64];
    week_span weeks = {&e->split.test, e->split.first_week, e->split.last_week,
                       e->split.whole_weeks};
    printf("test %s", print_week_span(span, &weeks));
    printf(", everything known: before %s%s\n", print_day(a, e->split.test.as_of),
           e->new_only ? "; new products only" : "");
    if (e->unseen > 0 || e->asked_as_of != e->split.test.as_of)
        printf("households %sasked by their own receipts before %s\n",
               e->unseen > 0 ? "that the fits left out, " : "", print_day(a, e->asked_as_of));
    print_partial_week(&e->split);
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
    print_order(&e->order);
}

/* Width of a column named after a metric. */
static int width_of(const char *name)
{
    int length = (int)strlen(name);
    return length < 8 ? 8 : length;
}

/* Five characters or so: .0000 to .9999, 1.000, 150000. */
static const char *print_bound(char out[16], double share)
{
    snprintf(out, 16, share < 10 ? "%.4f" : "%.5g", share);
    if (share >= 10)
        return out;
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
           "scores 0. What is\nof the list alone (novelty, popularity, diversity): over households "
           "with a list.\n");
}

/* metric_names[0] of households alike: a model a row, a level a column, some levels at a time. */
static void print_levels(const aisle_evaluation *e, const aisle_segment *s, size_t n)
{
    char count[32];
    printf("\n%-17s", s->column);
    for (size_t i = 0; i < n; i++)
        printf("  %11.11s", s[i].level);
    printf("\n%-17s", "households");
    for (size_t i = 0; i < n; i++)
        printf("  %11s", print_count(count, s[i].households));
    printf("\n");
    for (size_t m = 0; m < e->n_models; m++) {
        printf("%-17s", e->models[m].name);
        for (size_t i = 0; i < n; i++)
            printf("  %11.4f", s[i].metric[m].value);
        printf("\n");
    }
}

static void print_segments(const aisle_evaluation *e)
{
    enum { AT_A_TIME = 7 };
    if (e->n_segments == 0)
        return;
    printf("\n%s by households that are alike (history: baskets before the test window)\n",
           e->metric_names[0]);
    for (size_t from = 0, to; from < e->n_segments; from = to) {
        const aisle_segment *s = &e->segments[from];
        for (to = from + 1; to < e->n_segments && to < from + AT_A_TIME; to++)
            if (strcmp(e->segments[to].column, s->column) != 0)
                break;
        print_levels(e, s, to - from);
    }
}

/* The last model against each of the others. */
static void print_comparisons(const aisle_evaluation *e)
{
    size_t last = e->n_models - 1;
    if (e->n_comparisons == 0)
        return;
    printf("\n%s of %s less that of, by the same resamples of households\n", e->metric_names[0],
           e->models[last].name);
    for (size_t i = 0; i < e->n_comparisons; i++) {
        const aisle_comparison *c = &e->comparisons[i];
        if (c->b == last)
            printf("%-17s  %+8.4f  %+.4f to %+.4f\n", e->models[c->a].name, c->difference.value,
                   c->difference.low, c->difference.high);
    }
}

/* Households that the fit left out beside the same inside a fit of all. */
static void print_unseen(const aisle_evaluation *e)
{
    if (!(e->unseen > 0))
        return;
    printf(
        "\n%s of the households, which the fits left out, by their own receipts, and of the same "
        "in a fit\nof all\n%-17s  %9s  %9s  %10s\n",
        e->metric_names[0], "", "left out", "in the fit", "difference");
    for (size_t m = 0; m < e->n_models; m++) {
        double out = e->models[m].metric[0].value, in = e->models[m].seen[0];
        printf("%-17s  %9.4f  %10.4f  %+10.4f\n", e->models[m].name, out, in, out - in);
    }
}

/* Whether all folds have weeks to be named by. */
static bool all_whole(const aisle_evaluation *e)
{
    bool whole = true;
    for (size_t f = 0; f < e->n_folds; f++)
        whole &= e->folds[f].split.whole_weeks;
    return whole;
}

static void print_folds(const aisle_evaluation *e)
{
    char weeks[32];
    if (e->n_folds == 0)
        return;
    printf("\n%s of %zu test windows, everything fitted anew for each; deviation: from window to "
           "window\n%-17s",
           e->metric_names[0], e->n_folds, all_whole(e) ? "weeks" : "from");
    for (size_t f = 0; f < e->n_folds; f++) {
        const aisle_split *s = &e->folds[f].split;
        if (all_whole(e))
            snprintf(weeks, sizeof weeks, "%d to %d", s->first_week, s->last_week);
        else
            print_day(weeks, s->test.from);
        printf("  %9s", weeks);
    }
    printf("  %9s  %9s\n%-17s", "mean", "deviation", "households");
    for (size_t f = 0; f < e->n_folds; f++)
        printf("  %9s", print_count(weeks, e->folds[f].households));
    if (strncmp(e->metric_names[0], "precision@", strlen("precision@")) == 0) {
        printf("\n%-17s", "(ceiling)");
        for (size_t f = 0; f < e->n_folds; f++)
            printf("  %9.4f", e->folds[f].ceiling);
    }
    printf("\n");
    for (size_t m = 0; m < e->n_models; m++) {
        printf("%-17s", e->models[m].name);
        for (size_t f = 0; f < e->n_folds; f++)
            printf("  %9.4f", e->folds[f].metric[m * e->n_metrics]);
        printf("  %9.4f  %9.4f\n", e->models[m].spread[0].mean, e->models[m].spread[0].deviation);
    }
}

static void print_examples(const aisle_evaluation *e)
{
    for (size_t i = 0; i < e->n_examples; i++) {
        const aisle_example *x = &e->examples[i];
        printf("\nhousehold %s, %llu baskets before, %zu products in the test window; its list:\n",
               x->user, (unsigned long long)x->baskets, x->bought_in_all);
        for (size_t p = 0; p < x->n_list; p++)
            printf("  %s %-28.28s  %s\n", x->list[p].bought ? "bought" : "      ",
                   x->list[p].name ? x->list[p].name : x->list[p].item,
                   x->list[p].why ? x->list[p].why : "");
    }
}

static void print_results(const aisle_evaluation *e)
{
    for (size_t q = 0; q < e->n_k; q++)
        print_table(e, q);
    print_ceilings(e);
    print_comparisons(e);
    print_segments(e);
    print_unseen(e);
    print_folds(e);
}

void print_score(const aisle_evaluation *e)
{
    const aisle_evaluation_counts *c = &e->counts;
    char a[32];
    printf("%s households bought something", print_count(a, c->households));
    printf(", %s pairs", print_count(a, c->pairs));
    if (c->pairs_sold_before)
        printf(" (%.1f %% bought before by the household, %.1f %% by anybody)",
               100 * (double)c->pairs_bought_before / (double)c->pairs,
               100 * (double)c->pairs_sold_before / (double)c->pairs);
    printf("\n");
    for (size_t m = 0; m < e->n_models; m++)
        printf("%s: lists of %.1f products on average; %s households without one\n",
               e->models[m].name, e->models[m].mean_length,
               print_count(a, e->models[m].without_list));
    print_results(e);
    print_definitions(e);
}

void print_evaluation(const aisle_evaluation *e, double reading)
{
    print_head(e);
    print_results(e);
    print_examples(e);
    print_reliability(e);
    print_definitions(e);
    print_seconds(e->stages, e->n_stages, reading);
    if (e->next)
        printf("%s\n", e->next);
}
