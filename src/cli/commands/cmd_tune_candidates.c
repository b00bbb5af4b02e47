#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/log.h"
#include "cli/output/print.h"

static void print_head(const aisle_tuning *t)
{
    char a[32];
    week_span weeks = {&t->window, t->first_week, t->last_week, t->whole_weeks};
    print_judged_on(&weeks, 1, t->new_only);
    printf("%s households bought something that counts", print_count(a, t->households));
    if (t->measured < t->households)
        printf(" (%s of them measured)", print_count(a, t->measured));
    printf("; the test window is not looked at\n");
    printf("ceiling of precision@%u: any product %.4f, all that the sources list %.4f (%.1f "
           "candidates a household)\n",
           t->k, t->ceiling_any, t->ceiling_all, t->candidates_all);
}

/* "own_decay 50, popular 20", or "nothing". */
static void print_quotas(const aisle_tuning *t, const aisle_tune_point *p)
{
    const char *comma = "";
    for (size_t s = 0; s < t->n_sources; s++) {
        if (p->quota[s] == 0)
            continue;
        printf("%s%s %lld", comma, t->sources[s], (long long)p->quota[s]);
        comma = ", ";
    }
    printf("%s\n", *comma ? "" : "nothing");
}

static void print_tables(const aisle_tuning *t)
{
    printf("\n%-17s  %8s\n", "source alone", "ceiling");
    for (size_t s = 0; s < t->n_sources; s++)
        printf("%-17s  %8.4f\n", t->sources[s], t->alone[s]);
    printf("\n%8s  %10s  %8s  quotas\n", "at most", "candidates", "ceiling");
    for (size_t i = 0; i < t->n_points; i++) {
        const aisle_tune_point *p = &t->points[i];
        printf("%8g  %10.1f  %8.4f  ", p->most, p->candidates, p->ceiling);
        print_quotas(t, p);
    }
    printf("Ceiling: mean(min(k, bought among the candidates)) / k on the validation weeks, which "
           "the quotas\nwere chosen on; on other weeks it is lower. 'aisle evaluate' measures it "
           "on the test window.\n");
}

static const aisle_tune_point *point_of(const aisle_tuning *t, double most)
{
    for (size_t i = 0; i < t->n_points; i++)
        if (t->points[i].most >= most)
            return &t->points[i];
    return &t->points[t->n_points - 1];
}

/* Every source, those left out with 0, so that no default stays. */
static void write_quotas(FILE *to, const aisle_tuning *t, const aisle_tune_point *p)
{
    char day[16];
    fprintf(to,
            "# aisle tune candidates: ceiling %.4f at %.1f candidates a household in the weeks ",
            p->ceiling, p->candidates);
    fprintf(to, "from %s\ncandidates:\n", print_day(day, t->window.from));
    for (size_t s = 0; s < t->n_sources; s++)
        fprintf(to, "  %s: {quota: %lld}\n", t->sources[s], (long long)p->quota[s]);
    for (size_t s = 0; s < t->n_left_out; s++)
        fprintf(to, "  %s: {quota: 0}\n", t->left_out[s].name);
}

typedef struct quotas_to_write {
    const aisle_tuning *t;
    const aisle_tune_point *p;
} quotas_to_write;

static void write_point(FILE *to, const void *data)
{
    const quotas_to_write *q = data;
    write_quotas(to, q->t, q->p);
}

static json_t *points_json(const aisle_tuning *t)
{
    json_t *points = json_array();
    for (size_t i = 0; i < t->n_points; i++) {
        const aisle_tune_point *p = &t->points[i];
        json_t *quotas = json_object();
        for (size_t s = 0; s < t->n_sources; s++)
            json_object_set_new(quotas, t->sources[s], json_integer((json_int_t)p->quota[s]));
        json_array_append_new(points,
                              json_pack("{s:f, s:f, s:f, s:o}", "most", p->most, "candidates",
                                        p->candidates, "ceiling", p->ceiling, "quotas", quotas));
    }
    return points;
}

static json_t *tuning_json(const aisle_tuning *t, double reading)
{
    char from[16], to[16];
    json_t *alone = json_object(), *left = json_object();
    json_t *seconds = seconds_json(t->stages, t->n_stages, reading);
    for (size_t s = 0; s < t->n_sources; s++)
        json_object_set_new(alone, t->sources[s], json_real(t->alone[s]));
    for (size_t i = 0; i < t->n_left_out; i++)
        json_object_set_new(left, t->left_out[i].name, json_string(t->left_out[i].why));
    return json_pack("{s:[s, s], s:I, s:I, s:i, s:b, s:f, s:f, s:f, s:o, s:o, s:o, s:o}", "window",
                     print_day(from, t->window.from), print_day(to, t->window.to - 1), "households",
                     (json_int_t)t->households, "measured", (json_int_t)t->measured, "k", (int)t->k,
                     "new_only", t->new_only, "ceiling_any", t->ceiling_any, "ceiling_all",
                     t->ceiling_all, "candidates_all", t->candidates_all, "alone", alone,
                     "left_out", left, "points", points_json(t), "seconds", seconds);
}

static int report(const aisle_tuning *t, double reading, const command_options *options)
{
    const aisle_tune_point *wanted = point_of(t, (double)options->most);
    for (size_t i = 0; i < t->n_left_out; i++)
        log_note("%s is left out: %s", t->left_out[i].name, t->left_out[i].why);
    if (!options->json || strcmp(options->json, "-") != 0) {
        print_head(t);
        print_tables(t);
        print_seconds(t->stages, t->n_stages, reading);
        printf("\n");
        write_quotas(stdout, t, wanted);
    }
    int code = options->json ? write_json(tuning_json(t, reading), options->json) : EXIT_DONE;
    quotas_to_write chosen = {t, wanted};
    return code == EXIT_DONE && options->out ? write_file(options->out, write_point, &chosen)
                                             : code;
}

int command_tune_candidates(const command_options *options)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_tune_options how = AISLE_TUNE_OPTIONS_INIT;
    aisle_dataset *dataset;
    aisle_tuning *t;
    double reading;
    how.most = (double)options->most;
    how.step = (uint32_t)options->step;
    if (!check_output(options->json, OUTPUT_JSON) || !check_output(options->out, OUTPUT_TEXT))
        return EXIT_WRONG_USE;
    if (open_dataset(&dataset, &reading, options, &err))
        return report_error(&err);
    aisle_run run = log_run((int)options->threads);
    aisle_status status = aisle_tune_candidates(&t, dataset, &how, &run, &err);
    aisle_dataset_free(dataset);
    if (status)
        return report_error(&err);
    log_progress_end();
    int code = report(t, reading, options);
    aisle_tuning_free(t);
    return code;
}
