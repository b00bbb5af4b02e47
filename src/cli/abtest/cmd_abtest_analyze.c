#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/log.h"
#include "cli/output/print.h"

static void print_groups(const aisle_abtest_analysis *a)
{
    char n[32], k[32];
    printf("%-16s  %12s", "group", "households");
    if (a->has_conversion)
        printf("  %12s  %9s  %16.4g %% interval", "converted", "rate", 100 * (1 - a->alpha));
    printf("\n");
    for (size_t g = 0; g < a->n_groups; g++) {
        const aisle_abtest_group *one = &a->groups[g];
        printf("%-16s  %12s", one->name, print_count(n, one->households));
        if (a->has_conversion)
            printf("  %12s  %7.3f %%  %8.3f %% to %.3f %%", print_count(k, one->converted),
                   100 * one->rate, 100 * one->wilson.low, 100 * one->wilson.high);
        printf("\n");
    }
    printf("sample ratio: chi-squared %.4f, p %.4g%s\n\n", a->sample_ratio_chi2, a->sample_ratio_p,
           a->sample_ratio_wrong ? ": the sizes of the groups are not by chance" : "");
}

static void print_lift(const aisle_abtest_comparison *c)
{
    if (isfinite(c->relative))
        printf("  %+8.2f %%", 100 * c->relative);
    else
        printf("  %10s", "");
    if (isfinite(c->lift.low))
        printf("  %+8.2f %% to %+.2f %%", 100 * c->lift.low, 100 * c->lift.high);
    printf("\n");
}

static void print_comparisons(const aisle_abtest_analysis *a)
{
    printf("%-18s  %-12s  %-6s  %10s  %10s  %9s  %10s  %10s  %s\n", "metric", "treatment", "test",
           "control", "treatment", "p", "p adjusted", "lift", "     interval of it");
    for (size_t i = 0; i < a->n_comparisons; i++) {
        const aisle_abtest_comparison *c = &a->comparisons[i];
        printf("%-18s  %-12s  %-6s  %10.5g  %10.5g  %9.4g  %9.4g%s", c->metric,
               a->groups[c->treatment].name, c->test, c->control, c->treated, c->p, c->p_adjusted,
               c->counts ? "*" : " ");
        print_lift(c);
    }
    printf("* counts: p adjusted is at most %.4g", a->alpha);
    if (a->looks.n > 0)
        printf(", |z| at least %.4f, of look %u of %u (%s)", a->critical, a->looks.look, a->looks.n,
               aisle_abtest_boundary_name(a->looks.boundary));
    printf(". Decided by %s.\n\n%s\n", a->comparisons[0].metric, a->decision);
}

static json_t *interval_json(aisle_abtest_interval i)
{
    return isnan(i.low) ? json_null()
                        : json_pack("[o, o]", number_or_null(i.low), number_or_null(i.high));
}

static json_t *groups_json(const aisle_abtest_analysis *a)
{
    json_t *groups = json_array();
    for (size_t g = 0; g < a->n_groups; g++) {
        const aisle_abtest_group *one = &a->groups[g];
        json_t *row = json_pack("{s:s, s:I, s:f}", "name", one->name, "households",
                                (json_int_t)one->households, "expected", one->expected);
        if (a->has_conversion) {
            json_object_set_new(row, "converted", json_integer((json_int_t)one->converted));
            json_object_set_new(row, "rate", number_or_null(one->rate));
            json_object_set_new(row, "wilson", interval_json(one->wilson));
            json_object_set_new(row, "clopper_pearson", interval_json(one->exact));
        }
        json_array_append_new(groups, row);
    }
    return groups;
}

static json_t *comparisons_json(const aisle_abtest_analysis *a)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < a->n_comparisons; i++) {
        const aisle_abtest_comparison *c = &a->comparisons[i];
        json_array_append_new(
            rows,
            json_pack("{s:s, s:s, s:s, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
                      "s:b}",
                      "metric", c->metric, "treatment", a->groups[c->treatment].name, "test",
                      c->test, "primary", c->primary, "control", number_or_null(c->control),
                      "treated", number_or_null(c->treated), "difference",
                      number_or_null(c->difference), "interval", interval_json(c->interval),
                      "relative", number_or_null(c->relative), "relative_interval",
                      interval_json(c->lift), "bootstrap_interval", interval_json(c->bootstrap),
                      "statistic", number_or_null(c->statistic), "freedom",
                      number_or_null(c->freedom), "p_value", number_or_null(c->p), "p_adjusted",
                      number_or_null(c->p_adjusted), "counts", c->counts));
    }
    return rows;
}

/* Every way of comparing the conversion of one treatment. */
static void add_proportions(json_t *to, const aisle_abtest_proportions *p)
{
    json_t *all = json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "z",
        number_or_null(p->z), "p_value", number_or_null(p->z_p), "chi2", number_or_null(p->chi2),
        "chi2_p", number_or_null(p->chi2_p), "chi2_yates", number_or_null(p->yates), "yates_p",
        number_or_null(p->yates_p), "fisher_p", number_or_null(p->fisher_p), "odds_ratio",
        number_or_null(p->odds_ratio), "test", p->fisher ? "fisher" : "z", "difference",
        number_or_null(p->difference), "difference_interval", interval_json(p->newcombe),
        "wald_interval", interval_json(p->wald), "score_interval", interval_json(p->score),
        "relative", number_or_null(p->relative), "relative_interval", interval_json(p->lift));
    json_object_update(to, all);
    json_decref(all);
}

static const char *const verdicts[] = {"do_not_decide", "go_on", "take", "weigh", "keep"};

/* With one treatment its numbers stand at the top, for scripts. */
static json_t *analysis_json(const aisle_abtest_analysis *a)
{
    json_t *root = json_object();
    if (a->has_conversion)
        add_proportions(root, &a->proportions[0]);
    json_t *more = json_pack(
        "{s:o, s:o, s:b, s:f, s:f, s:o, s:o, s:s, s:s, s:s}", "sample_ratio_chi2",
        number_or_null(a->sample_ratio_chi2), "sample_ratio_p", number_or_null(a->sample_ratio_p),
        "sample_ratio_wrong", a->sample_ratio_wrong, "alpha", a->alpha, "critical", a->critical,
        "groups", groups_json(a), "comparisons", comparisons_json(a), "verdict",
        verdicts[a->verdict], "chosen", a->groups[a->chosen].name, "decision", a->decision);
    json_object_update(root, more);
    json_decref(more);
    if (!a->has_conversion || a->n_groups == 2)
        return root;
    json_t *treatments = json_object();
    for (size_t g = 1; g < a->n_groups; g++) {
        json_t *one = json_object();
        add_proportions(one, &a->proportions[g - 1]);
        json_object_set_new(treatments, a->groups[g].name, one);
    }
    json_object_set_new(root, "conversion", treatments);
    return root;
}

/* "580/14000", or "name=580/14000". */
static int parse_count(aisle_abtest_count *out, char name[64], const char *text, const char *what)
{
    const char *equals = strchr(text, '='), *at = equals ? equals + 1 : text;
    char *slash, *end = NULL;
    if (equals && (equals - text > 63 || !abtest_is_utf8(text, (size_t)(equals - text)))) {
        log_error("--%s: expected a name of up to 63 bytes of UTF-8", what);
        return EXIT_WRONG_USE;
    }
    if (equals)
        snprintf(name, 64, "%.*s", (int)(equals - text), text);
    out->name = name;
    long long k = strtoll(at, &slash, 10), n = *slash == '/' ? strtoll(slash + 1, &end, 10) : 0;
    if (slash == at || !end || end == slash + 1 || *end || k < 0 || n < 0 || (equals && !name[0])) {
        log_error("--%s: found '%s', expected converted/households, such as 580/14000", what, text);
        return EXIT_WRONG_USE;
    }
    out->converted = (uint64_t)k;
    out->households = (uint64_t)n;
    return EXIT_DONE;
}

static int analyze_counts(aisle_abtest_analysis **out, const abtest_arguments *a,
                          const aisle_abtest_analysis_options *how)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_abtest_count groups[ABTEST_GROUPS];
    char names[ABTEST_GROUPS][64] = {"control"};
    int code = parse_count(&groups[0], names[0], a->control, "control");
    for (size_t t = 0; t < a->n_treatments && code == EXIT_DONE; t++) {
        snprintf(names[t + 1], sizeof names[t + 1],
                 a->n_treatments == 1 ? "treatment" : "treatment %zu", t + 1);
        code = parse_count(&groups[t + 1], names[t + 1], a->treatment[t], "treatment");
    }
    if (code == EXIT_DONE &&
        aisle_abtest_analyze_counts(out, groups, a->n_treatments + 1, how, &err))
        code = report_error(&err);
    return code;
}

static int analyze_data(aisle_abtest_analysis **out, const command_options *options,
                        aisle_abtest_analysis_options *how)
{
    const abtest_arguments *a = &options->abtest;
    aisle_error err = AISLE_ERROR_INIT;
    aisle_run run = log_run((int)options->threads);
    aisle_table_wanted wanted[ABTEST_COLUMNS];
    aisle_table *table = NULL;
    for (int c = 0; c < ABTEST_COLUMNS; c++)
        wanted[c] = (aisle_table_wanted){
            a->column[c], c <= ABTEST_VARIANT ? AISLE_COLUMN_TEXT : AISLE_COLUMN_REAL,
            c > ABTEST_VARIANT};
    how->control = a->control;
    if (run.progress)
        run.progress(run.data, "reading", 0);
    aisle_status status = aisle_table_read(&table, a->data, wanted, ABTEST_COLUMNS, &err);
    if (!status) {
        aisle_abtest_data d = {table->rows,
                               table->columns[ABTEST_HOUSEHOLD].data,
                               table->columns[ABTEST_VARIANT].data,
                               table->columns[ABTEST_ORDERS].data,
                               table->columns[ABTEST_VISITORS].data,
                               table->columns[ABTEST_REVENUE].data,
                               table->columns[ABTEST_PRE_ORDERS].data,
                               table->columns[ABTEST_PRE_REVENUE].data};
        status = aisle_abtest_analyze(out, &d, how, &run, &err);
        if (status == AISLE_ERROR_DATA && !err.file[0])
            snprintf(err.file, sizeof err.file, "%s", a->data);
    }
    aisle_table_free(table);
    log_progress_end();
    return status ? report_error(&err) : EXIT_DONE;
}

static bool check_given(const abtest_arguments *a)
{
    const char *wrong = NULL;
    const aisle_abtest_looks *l = &a->analysis.looks;
    if (a->data && a->n_treatments > 0)
        wrong = "expected --data, or --control and --treatment with counts, not both";
    else if (!a->data && (!a->control || a->n_treatments == 0))
        wrong = "expected --control K/N and --treatment K/N, or --data FILE";
    else if ((l->n > 0) != (l->look > 0))
        wrong = "expected --looks and --look together";
    else if (l->n == 0 && (l->information[0] > 0 || l->boundary != 0))
        wrong = "--boundary and --information belong to --looks and --look";
    if (wrong)
        log_wrong_use("%s", wrong);
    return !wrong;
}

static int write_analysis(const aisle_abtest_analysis *a, const aisle_abtest_analysis_options *how,
                          const command_options *options)
{
    aisle_error err = AISLE_ERROR_INIT;
    int code = EXIT_DONE;
    if (!options->json || strcmp(options->json, "-") != 0) {
        print_groups(a);
        print_comparisons(a);
    }
    if (options->json)
        code = write_json(analysis_json(a), options->json);
    if (code == EXIT_DONE && options->report &&
        aisle_report_abtest_analysis(options->report, a, how, &err))
        code = report_unwritten(&err);
    return code;
}

int command_abtest_analyze(const command_options *options)
{
    const abtest_arguments *a = &options->abtest;
    aisle_abtest_analysis_options how = a->analysis;
    aisle_abtest_analysis *result = NULL;
    const char *share_names[ABTEST_GROUPS];
    if (!check_given(a) || !check_output(options->json, OUTPUT_JSON) ||
        !check_output(options->report, OUTPUT_PAGE))
        return EXIT_WRONG_USE;
    how.alpha = a->design.alpha;
    how.shares = a->n_shares ? a->shares : NULL;
    how.n_shares = a->n_shares;
    for (size_t g = 0; g < a->n_shares; g++)
        share_names[g] = a->share_names[g];
    how.share_names = a->n_shares && a->share_names[0][0] ? share_names : NULL;
    int code = a->data ? analyze_data(&result, options, &how) : analyze_counts(&result, a, &how);
    if (code != EXIT_DONE)
        return code;
    code = write_analysis(result, &how, options);
    aisle_abtest_analysis_free(result);
    return code;
}
