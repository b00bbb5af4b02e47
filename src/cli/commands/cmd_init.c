#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/log.h"

static const char default_out[] = "shop.yaml";

/* Reads what the proposal names, as it stands. */
static aisle_status read_proposed(aisle_dataset **out, const aisle_proposal *p, const char *path,
                                  int threads, aisle_error *err)
{
    aisle_config *config = NULL;
    const char *yaml = aisle_proposal_yaml(p), *slash = strrchr(path, '/');
    char folder[4096] = ".";
    if (slash)
        snprintf(folder, sizeof folder, "%.*s", slash == path ? 1 : (int)(slash - path), path);
    aisle_status status = aisle_config_parse(&config, yaml, strlen(yaml), path, folder, err);
    /* What could not be read is told when the file is checked. */
    if (!status)
        status = aisle_config_set(config, "data.rejected_path", "\"\"", err);
    if (!status)
        status = aisle_dataset_read(out, config, threads, err);
    aisle_config_free(config);
    return status;
}

/* Weeks that are none are left out; windows become short enough for the receipts. What else is
 * wrong is said when the file is checked. */
static aisle_status settle(aisle_proposal *p, const char *path, int threads, aisle_error *err)
{
    for (int weeks = 3; weeks >= 1; weeks--) {
        aisle_dataset *dataset = NULL;
        aisle_split split;
        aisle_error why = AISLE_ERROR_INIT;
        aisle_status status = read_proposed(&dataset, p, path, threads, &why);
        if (status && strstr(why.message, "week")) {
            status = aisle_proposal_drop_week(p, err);
            if (status)
                return status;
            status = read_proposed(&dataset, p, path, threads, &why);
        }
        bool fits = !status && !aisle_split_plan(&split, dataset, &why);
        aisle_dataset_free(dataset);
        if (status || fits)
            return AISLE_OK;
        status = weeks > 1 ? aisle_proposal_set_horizon(p, weeks - 1, err) : AISLE_OK;
        if (status)
            return status;
    }
    return AISLE_OK;
}

/* A new file: what is there may have been changed by hand. */
static int write_new(const char *path, const char *yaml)
{
    FILE *stream = fopen(path, "wx");
    bool good = stream && fputs(yaml, stream) >= 0;
    good = stream && fclose(stream) == 0 && good;
    if (good)
        return EXIT_DONE;
    log_error("cannot write '%s': %s", path, strerror(errno));
    return EXIT_FAILED;
}

static int show_questions(const aisle_proposal *p, const char *path)
{
    size_t n = aisle_proposal_questions(p);
    for (size_t i = 0; i < n; i++)
        log_error("%s", aisle_proposal_question(p, i));
    if (n)
        log_error("'%s' is written; change the line%s asked for, then 'aisle check %s'", path,
                  n > 1 ? "s" : "", path);
    return n ? EXIT_WRONG_USE : EXIT_DONE;
}

int command_init(const command_options *options)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_proposal *p = NULL;
    const char *path = options->out ? options->out : default_out;
    int threads = (int)options->threads;
    if (access(path, F_OK) == 0) {
        log_wrong_use("'%s' is there already; --out names another file", path);
        return EXIT_WRONG_USE;
    }
    aisle_status status = aisle_proposal_new(&p, (const char *const *)options->files,
                                             options->n_files, path, threads, &err);
    if (!status && !aisle_proposal_questions(p))
        status = settle(p, path, threads, &err);
    if (status) {
        aisle_proposal_free(p);
        return report_error(&err);
    }
    int code = write_new(path, aisle_proposal_yaml(p));
    if (code == EXIT_DONE)
        code = show_questions(p, path);
    aisle_proposal_free(p);
    if (code != EXIT_DONE)
        return code;
    printf("%s is written; aisle check %s:\n\n", path, path);
    command_options check = *options;
    check.positional = path;
    return command_check(&check);
}
