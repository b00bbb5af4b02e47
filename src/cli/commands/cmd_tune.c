#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/log.h"
#include "cli/output/print.h"

/* Trials of the last rung that are printed. */
enum { PRINTED = 10 };

static void print_settings(const aisle_trial *t)
{
    for (size_t i = 0; i < t->n_settings; i++)
        printf("%s%s=%s", i ? " " : "", t->settings[i].key, t->settings[i].value);
    printf("%s\n", t->n_settings ? "" : "as the configuration has them");
}

static void print_rungs(const aisle_search *s)
{
    printf("\n");
    for (size_t r = 0; r < s->n_rungs; r++)
        printf("rung %zu: %u trials on %.4g %% of the training households\n", r, s->rungs[r].trials,
               100.0 / s->rungs[r].every);
    printf("\n%5s  %7s  settings\n", "trial", s->metric);
    for (size_t i = 0; i < s->n_trials && i < PRINTED; i++) {
        if (s->trials[i].rung + 1 < s->n_rungs)
            break;
        printf("%5u  %7.4f  ", s->trials[i].number, s->trials[i].value);
        print_settings(&s->trials[i]);
    }
}

static void print_best(const aisle_search *s)
{
    if (s->trials[0].number == 0) {
        printf("\nThe configuration itself is the best that was tried.\n");
        return;
    }
    printf("\ntrial %u once more, with another seed: %.4f, the configuration %.4f, difference "
           "%+.4f",
           s->trials[0].number, s->best, s->configured, s->difference.value);
    if (s->confidence > 0)
        printf(" (%.4g %% interval %+.4f to %+.4f)", 100 * s->confidence, s->difference.low,
               s->difference.high);
    printf("\n%s@%u on the weeks that the settings were chosen on: on other weeks the gain is "
           "smaller. 'aisle\nevaluate' measures it on the test window.\n",
           s->metric, s->k);
}

static void print_search(const aisle_search *s)
{
    char count[32];
    week_span weeks = {&s->window, s->first_week, s->last_week, s->whole_weeks};
    print_judged_on(&weeks, s->windows, s->new_only);
    printf("%s households bought something that counts", print_count(count, s->households));
    printf("; the test window is not looked at\n");
    if (s->resumed)
        printf("%s results were in the journal\n", print_count(count, s->resumed));
    print_rungs(s);
    print_best(s);
}

typedef struct best_to_write {
    const aisle_search *s;
    const char *base;
} best_to_write;

static int by_key(const void *a, const void *b)
{
    return strcmp(((const aisle_setting *)a)->key, ((const aisle_setting *)b)->key);
}

/* Parts of a dotted key that both begin with, and where the rest of key begins. */
static int common_parts(const char **rest, const char *key, const char *before)
{
    int parts = 0;
    *rest = key;
    for (size_t i = 0; key[i] && key[i] == before[i]; i++)
        if (key[i] == '.') {
            parts++;
            *rest = key + i + 1;
        }
    return parts;
}

/* Settings as nested YAML that changes another configuration. */
static void write_best(FILE *to, const void *data)
{
    const best_to_write *w = data;
    const aisle_trial *best = &w->s->trials[0];
    const char *before = "";
    qsort(best->settings, best->n_settings, sizeof *best->settings, by_key);
    char span[64];
    week_span weeks = {&w->s->window, w->s->first_week, w->s->last_week, w->s->whole_weeks};
    fprintf(to, "# aisle tune: %s@%u %.4f on %s, %.4f before.\nbase: '%s'\n", w->s->metric, w->s->k,
            w->s->best, print_week_span(span, &weeks), w->s->configured, w->base);
    for (size_t i = 0; i < best->n_settings; i++) {
        const char *rest, *key = best->settings[i].key;
        int depth = common_parts(&rest, key, before);
        for (const char *dot; (dot = strchr(rest, '.')) != NULL; rest = dot + 1)
            fprintf(to, "%*s%.*s:\n", 2 * depth++, "", (int)(dot - rest), rest);
        fprintf(to, "%*s%s: %s\n", 2 * depth, "", rest, best->settings[i].value);
        before = key;
    }
}

/* The configuration as the file that is written will name it. */
static char *name_base(const char *config, const char *out)
{
    char *a = realpath(config, NULL), *folder = strdup(out);
    char *slash = folder ? strrchr(folder, '/') : NULL;
    if (slash)
        slash[1] = '\0';
    char *b = folder ? realpath(slash ? folder : ".", NULL) : NULL;
    size_t n = b ? strlen(b) : 0;
    char *name = a ? strdup(a && b && strncmp(a, b, n) == 0 && a[n] == '/' ? a + n + 1 : a) : NULL;
    free(a);
    free(b);
    free(folder);
    return name;
}

static json_t *search_json(const aisle_search *s, double reading)
{
    char from[16], to[16];
    json_t *trials = json_array();
    for (size_t i = 0; i < s->n_trials; i++) {
        json_t *settings = json_object();
        for (size_t j = 0; j < s->trials[i].n_settings; j++)
            json_object_set_new(settings, s->trials[i].settings[j].key,
                                json_string(s->trials[i].settings[j].value));
        json_array_append_new(trials,
                              json_pack("{s:i, s:i, s:f, s:o}", "trial", (int)s->trials[i].number,
                                        "rung", (int)s->trials[i].rung, "value", s->trials[i].value,
                                        "settings", settings));
    }
    return json_pack("{s:[s, s], s:i, s:I, s:s, s:i, s:b, s:f, s:f, s:o, s:o, s:o}", "window",
                     print_day(from, s->window.from), print_day(to, s->window.to - 1), "windows",
                     (int)s->windows, "households", (json_int_t)s->households, "metric", s->metric,
                     "k", (int)s->k, "new_only", s->new_only, "configured", s->configured, "best",
                     s->best, "difference", estimate_json(&s->difference), "trials", trials,
                     "seconds", seconds_json(s->stages, s->n_stages, reading));
}

static int report(const aisle_search *s, double reading, const command_options *options)
{
    int code = EXIT_DONE;
    if (!options->json || strcmp(options->json, "-") != 0) {
        print_search(s);
        print_seconds(s->stages, s->n_stages, reading);
    }
    if (options->json)
        code = write_json(search_json(s, reading), options->json);
    if (code == EXIT_DONE && options->out) {
        char *base = name_base(options->positional, options->out);
        best_to_write best = {s, base ? base : options->positional};
        code = write_file(options->out, write_best, &best);
        free(base);
    }
    return code;
}

int command_tune(const command_options *options)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_search_options how = AISLE_SEARCH_OPTIONS_INIT;
    aisle_dataset *dataset;
    aisle_search *s;
    double reading;
    how.trials = (uint32_t)options->trials;
    how.windows = (uint32_t)options->windows;
    how.metric = options->metric;
    how.k = (uint32_t)options->k;
    how.journal = options->journal;
    if (!check_output(options->json, OUTPUT_JSON) || !check_output(options->out, OUTPUT_TEXT) ||
        !check_output(options->journal, OUTPUT_TEXT))
        return EXIT_WRONG_USE;
    if (open_dataset(&dataset, &reading, options, &err))
        return report_error(&err);
    aisle_run run = log_run((int)options->threads);
    aisle_status status = aisle_tune(&s, dataset, &how, &run, &err);
    aisle_dataset_free(dataset);
    if (status)
        return report_error(&err);
    log_progress_end();
    int code = report(s, reading, options);
    aisle_search_free(s);
    return code;
}
