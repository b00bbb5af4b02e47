#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/log.h"
#include "cli/output/print.h"

static void print_panel(const aisle_abtest_simulation *s, const aisle_abtest_panel *p,
                        const abtest_arguments *a)
{
    char from[16], to[16], n[32];
    printf("%s households that had bought before, split in halves; %u weeks, %s to %s",
           print_count(n, s->households), p->periods, print_day(from, p->from),
           print_day(to, p->to - 1));
    if (a->panel.department || a->panel.category)
        printf("; what counts is %s%s%s", a->panel.department ? a->panel.department : "",
               a->panel.department && a->panel.category ? ", " : "",
               a->panel.category ? a->panel.category : "");
    printf(
        "\nconversion %.2f %%; revenue %.4g, standard deviation %.4g, correlation with the weeks "
        "before %.2f; %.4g a visit\n\n",
        100 * s->conversion, s->revenue, s->revenue_sd, s->pre_correlation, s->revenue_per_visit);
}

static void print_tests(const aisle_abtest_simulation *s)
{
    printf("%-18s %-24s %8s  %23s  %8s  %8s  %17s\n", "metric", "test", "A/A", "95 % interval",
           "effect", "A/B", "power by design");
    for (int t = 0; t < AISLE_ABTEST_SIMULATED; t++) {
        const aisle_abtest_simulated *one = &s->tests[t];
        printf("%-18s %-24s %6.2f %%  %9.2f %% to %5.2f %%  %+6.1f %%  %6.1f %%  %15.1f %%\n",
               one->metric, one->test, 100 * one->false_positives.value,
               100 * one->false_positives.low, 100 * one->false_positives.high, 100 * one->effect,
               100 * one->power.value, 100 * one->designed);
    }
    printf(
        "A/A: tests that find an effect where there is none, of %u at alpha %.4g; A/B: that find "
        "this one.\nThe last four look at conversion after each of %u weeks, and count if any "
        "look does. Bootstraps are\nof %u resamples.\n",
        s->options.repetitions, s->options.alpha, s->looks, s->options.resamples);
}

static json_t *frequency_json(const aisle_abtest_frequency *f)
{
    return json_pack("{s:f, s:[f, f]}", "value", f->value, "interval", f->low, f->high);
}

static json_t *simulation_json(const aisle_abtest_simulation *s, const aisle_abtest_panel *p)
{
    char from[16], to[16];
    json_t *tests = json_array();
    for (int t = 0; t < AISLE_ABTEST_SIMULATED; t++) {
        const aisle_abtest_simulated *one = &s->tests[t];
        json_array_append_new(
            tests, json_pack("{s:s, s:s, s:f, s:o, s:o, s:f}", "metric", one->metric, "test",
                             one->test, "effect", one->effect, "false_positives",
                             frequency_json(&one->false_positives), "power",
                             frequency_json(&one->power), "designed_power", one->designed));
    }
    return json_pack(
        "{s:[s, s], s:i, s:I, s:f, s:f, s:f, s:f, s:f, s:i, s:f, s:i, s:i, s:o}", "window",
        print_day(from, p->from), print_day(to, p->to - 1), "weeks", (int)p->periods, "households",
        (json_int_t)s->households, "conversion", s->conversion, "revenue", s->revenue, "revenue_sd",
        s->revenue_sd, "pre_correlation", s->pre_correlation, "revenue_per_visit",
        s->revenue_per_visit, "repetitions", (int)s->options.repetitions, "alpha", s->options.alpha,
        "resamples", (int)s->options.resamples, "looks", (int)s->looks, "tests", tests);
}

static int report(const command_options *options, const aisle_abtest_simulation *s,
                  const aisle_abtest_panel *p)
{
    if (!options->json || strcmp(options->json, "-") != 0) {
        print_panel(s, p, &options->abtest);
        print_tests(s);
    }
    return options->json ? write_json(simulation_json(s, p), options->json) : EXIT_DONE;
}

int command_abtest_simulate(const command_options *options)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_abtest_simulation_options how = options->abtest.simulation;
    aisle_dataset *dataset = NULL;
    aisle_abtest_panel *panel = NULL;
    aisle_abtest_simulation result;
    if (!check_output(options->json, OUTPUT_JSON) || !check_output(options->report, OUTPUT_PAGE))
        return EXIT_WRONG_USE;
    how.alpha = options->abtest.design.alpha;
    how.power = options->abtest.design.power;
    how.seed = options->seed ? strtoull(options->seed, NULL, 10) : how.seed;
    aisle_status status = open_dataset(&dataset, NULL, options, &err);
    if (!status)
        status = aisle_abtest_panel_make(&panel, dataset, &options->abtest.panel, &err);
    aisle_dataset_free(dataset);
    aisle_run run = log_run((int)options->threads);
    if (!status)
        status = aisle_abtest_simulate(&result, panel, &how, &run, &err);
    log_progress_end();
    int code = status ? report_error(&err) : report(options, &result, panel);
    if (code == EXIT_DONE && options->report &&
        aisle_report_abtest_simulation(options->report, &result, panel, &err))
        code = report_unwritten(&err);
    aisle_abtest_panel_free(panel);
    return code;
}
