#include <errno.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/log.h"

int report_error(const aisle_error *err)
{
    log_failure(err);
    return err->code == AISLE_ERROR_MEMORY || err->code == AISLE_ERROR_DEPENDENCY ? EXIT_FAILED
                                                                                  : EXIT_WRONG_USE;
}

int report_unknown(const char *what, const char *id, const char *model)
{
    log_error("%s '%s' is not known to '%s'", what, id, model);
    return EXIT_WRONG_USE;
}

int report_unwritten(const aisle_error *err)
{
    report_error(err);
    return EXIT_FAILED;
}

bool is_printed_int(const char *id)
{
    char again[32], *end;
    long long value = strtoll(id, &end, 10);
    snprintf(again, sizeof again, "%lld", value);
    for (int i = 0;; i++) {
        if (again[i] != id[i])
            return false;
        if (!id[i])
            return *end == '\0';
    }
}

static bool has_ending(const char *path, const char *ending)
{
    size_t a = strlen(path), b = strlen(ending);
    return a >= b && strcmp(path + a - b, ending) == 0;
}

static bool refuse_output(const char *path, const char *why)
{
    log_error("cannot write '%s': %s", path, why);
    return false;
}

bool check_output(const char *path, output_kind kind)
{
    char folder[4096];
    struct stat there;
    bool dash = path && strcmp(path, "-") == 0;
    if (!path || (dash && kind == OUTPUT_JSON))
        return true;
    if (kind == OUTPUT_TABLE && !has_ending(path, ".csv") && !has_ending(path, ".parquet"))
        return refuse_output(path, "expected .csv or .parquet");
    if (kind == OUTPUT_PAGE && !has_ending(path, ".html"))
        return refuse_output(path, "expected .html");
    if (dash)
        return refuse_output(path, "expected a file");
    if (stat(path, &there) == 0 && S_ISDIR(there.st_mode))
        return refuse_output(path, strerror(EISDIR));
    const char *slash = strrchr(path, '/');
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) + 1 : 1,
             slash ? path : ".");
    return access(folder, W_OK | X_OK) == 0 || refuse_output(path, strerror(errno));
}

aisle_status refuse(aisle_error *err, aisle_status code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(err->message, sizeof err->message, format, arguments);
    va_end(arguments);
    return err->code = code;
}

static aisle_status apply_set(aisle_config *config, const char *assignment, aisle_error *err)
{
    const char *equals = strchr(assignment, '=');
    if (!equals || equals == assignment)
        return refuse(
            err, AISLE_ERROR_ARGUMENT,
            "--set: found '%.200s', expected KEY=VALUE; 'aisle help options' lists the keys",
            assignment);
    char *key = strndup(assignment, (size_t)(equals - assignment));
    if (!key)
        return err->code = AISLE_ERROR_MEMORY;
    aisle_status status = aisle_config_set(config, key, equals + 1, err);
    free(key);
    return status;
}

/* What a report shows, where the configuration does not ask for any of it. */
static aisle_status set_where_none(aisle_config *config, const char *key, const char *value,
                                   aisle_error *err)
{
    char now[16];
    if (aisle_config_get(now, sizeof now, config, key) != 1 || now[0] != '0')
        return AISLE_OK;
    return aisle_config_set(config, key, value, err);
}

aisle_status apply_set_under(aisle_config *config, const char *assignment, const char *section,
                             const char *where, aisle_error *err)
{
    size_t length = strlen(section);
    if (strncmp(assignment, section, length) == 0 && assignment[length] == '.')
        return apply_set(config, assignment, err);
    return refuse(err, AISLE_ERROR_ARGUMENT,
                  "--set: found '%.200s', but only keys under %s can be set %s", assignment,
                  section, where);
}

aisle_status open_config(aisle_config **out, const command_options *options, aisle_error *err)
{
    aisle_config *config;
    aisle_status status = aisle_config_open(&config, options->positional, err);
    if (status)
        return status;
    /* Before --set, which may set them to 0. */
    if (options->report)
        status = set_where_none(config, "evaluate.curve", "20", err);
    if (options->report && !status)
        status = set_where_none(config, "evaluate.examples", "3", err);
    /* Before --set: the keys of new_only give way to those that are set by hand. */
    if (options->new_only && !status)
        status = aisle_config_set(config, "evaluate.new_only", "true", err);
    for (size_t i = 0; i < options->n_set && !status; i++)
        status = apply_set(config, options->set[i], err);
    if (!status && options->catalogue)
        status = aisle_config_set(config, "catalogue", options->catalogue, err);
    if (!status && options->folds)
        status = aisle_config_set(config, "evaluate.folds", options->folds, err);
    if (!status && options->unseen)
        status = aisle_config_set(config, "evaluate.unseen", options->unseen, err);
    if (!status && options->sample)
        status = aisle_config_set(config, "fit.households_most", options->sample, err);
    if (!status && options->seed)
        status = aisle_config_set(config, "seed", options->seed, err);
    if (!status)
        status = aisle_config_check(config, err);
    if (status)
        aisle_config_free(config);
    else
        *out = config;
    return status;
}

aisle_status open_rules(aisle_config **out, const aisle_model *model,
                        const command_options *options, aisle_error *err)
{
    aisle_config *config;
    if (options->n_set == 0)
        return AISLE_OK;
    aisle_status status = aisle_model_config(&config, model, err);
    if (status)
        return status;
    for (size_t i = 0; i < options->n_set && !status; i++)
        status = apply_set_under(config, options->set[i], "rules", "for a fitted model", err);
    if (status)
        aisle_config_free(config);
    else
        *out = config;
    return status;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void note_rejected(const aisle_dataset_summary *receipts)
{
    unsigned long long rejected = receipts->set_aside[AISLE_REASON_REJECTED];
    if (rejected)
        log_note("%llu of %llu lines could not be read and were set aside", rejected,
                 (unsigned long long)receipts->lines_read);
}

void note_rejected_of(const aisle_dataset *dataset)
{
    aisle_dataset_summary s;
    aisle_dataset_summarise(&s, dataset);
    note_rejected(&s);
}

aisle_status open_dataset(aisle_dataset **out, double *seconds, const command_options *options,
                          aisle_error *err)
{
    aisle_status status = open_some(out, seconds, options, NULL, NULL, err);
    if (!status)
        note_rejected_of(*out);
    return status;
}

static uint64_t whole_number(const aisle_config *config, const char *key)
{
    char text[32];
    aisle_config_get(text, sizeof text, config, key);
    return strtoull(text, NULL, 10);
}

aisle_status open_some(aisle_dataset **out, double *seconds, const command_options *options,
                       const aisle_household_choice *which, const aisle_sums *sums,
                       aisle_error *err)
{
    aisle_config *config;
    aisle_status status = open_config(&config, options, err);
    if (status)
        return status;
    int32_t span[2];
    aisle_household_choice sample = {1, 1, whole_number(config, "fit.households_most"),
                                     whole_number(config, "seed"), NULL};
    if (sums && aisle_sums_span(span, sums))
        sample.span = span;
    if (sums)
        which = &sample;
    aisle_run run = log_run((int)options->threads);
    if (run.progress)
        run.progress(run.data, "reading", 0);
    double since = now();
    status = aisle_dataset_read_sampled(out, config, which, sums, (int)options->threads, err);
    if (seconds)
        *seconds = now() - since;
    aisle_config_free(config);
#ifdef __GLIBC__
    malloc_trim(0); /* what reading left behind */
#endif
    return status;
}
