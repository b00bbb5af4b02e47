#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/output/evaluation_out.h"
#include "cli/log.h"
#include "cli/output/print.h"

enum { CATEGORIES_MOST = 64 };

/* The files of one scoring. */
typedef struct score_files {
    aisle_table *lists, *truth, *before, *items;
    char *categories; /* a copy, cut at its commas */
    aisle_score_input input;
    const char *const *category[CATEGORIES_MOST];
} score_files;

static aisle_status read_pairs(aisle_table **table, aisle_score_pairs *out, const char *path,
                               aisle_error *err)
{
    static const aisle_table_wanted wanted[] = {{"user_id", AISLE_COLUMN_TEXT, 0},
                                                {"item_id", AISLE_COLUMN_TEXT, 0}};
    if (!path)
        return AISLE_OK;
    aisle_status status = aisle_table_read(table, path, wanted, 2, err);
    if (status == AISLE_OK)
        *out = (aisle_score_pairs){(*table)->rows, (*table)->columns[0].data,
                                   (*table)->columns[1].data};
    return status;
}

static aisle_status read_lists(score_files *f, const char *path, aisle_error *err)
{
    static const aisle_table_wanted wanted[] = {{"user_id", AISLE_COLUMN_TEXT, 0},
                                                {"item_id", AISLE_COLUMN_TEXT, 0},
                                                {"rank", AISLE_COLUMN_REAL, 1},
                                                {"score", AISLE_COLUMN_REAL, 1},
                                                {"model", AISLE_COLUMN_TEXT, 1}};
    aisle_status status = aisle_table_read(&f->lists, path, wanted, 5, err);
    if (status != AISLE_OK)
        return status;
    const aisle_table_column *c = f->lists->columns;
    f->input.lists =
        (aisle_score_lists){f->lists->rows, c[4].data, c[0].data, c[1].data, c[2].data, c[3].data};
    return AISLE_OK;
}

/* Cuts the names of the category columns; how many, or more than there is room for. */
static size_t cut_names(aisle_table_wanted *wanted, char *names)
{
    size_t n = 0;
    char *rest = names;
    for (char *name; (name = strsep(&rest, ",")) != NULL; n++)
        if (n < CATEGORIES_MOST)
            wanted[n] = (aisle_table_wanted){name, AISLE_COLUMN_TEXT, 2};
    return n;
}

static aisle_status read_items(score_files *f, const score_arguments *a, aisle_error *err)
{
    aisle_table_wanted wanted[2 + CATEGORIES_MOST] = {{"item_id", AISLE_COLUMN_TEXT, 0},
                                                      {"price", AISLE_COLUMN_REAL, 2}};
    size_t n = 0;
    if (!a->items)
        return AISLE_OK;
    f->categories = a->categories ? strdup(a->categories) : NULL;
    if (f->categories)
        n = cut_names(wanted + 2, f->categories);
    if (n > CATEGORIES_MOST)
        return refuse(err, AISLE_ERROR_ARGUMENT, "--categories: found %zu, expected up to %d", n,
                      CATEGORIES_MOST);
    for (size_t c = 0; c < n; c++)
        wanted[2 + c].optional = 0;
    aisle_status status = aisle_table_read(&f->items, a->items, wanted, 2 + n, err);
    if (status != AISLE_OK)
        return status;
    const aisle_table_column *c = f->items->columns;
    for (size_t i = 0; i < n; i++)
        f->category[i] = c[2 + i].data;
    f->input.items = (aisle_score_items){f->items->rows, c[0].data, c[1].data, n, f->category};
    return AISLE_OK;
}

static aisle_status read_files(score_files *f, const command_options *o, aisle_error *err)
{
    aisle_status status = read_lists(f, o->lists, err);
    if (!status)
        status = read_pairs(&f->truth, &f->input.truth, o->score.truth, err);
    if (!status)
        status = read_pairs(&f->before, &f->input.before, o->score.before, err);
    if (!status)
        status = read_items(f, &o->score, err);
    return status;
}

static void close_files(score_files *f)
{
    aisle_table_free(f->lists);
    aisle_table_free(f->truth);
    aisle_table_free(f->before);
    aisle_table_free(f->items);
    free(f->categories);
}

/* A list with commas becomes one of YAML. */
static aisle_status set_list(aisle_config *config, const char *key, const char *list,
                             aisle_error *err)
{
    char value[1024];
    if (!list)
        return AISLE_OK;
    snprintf(value, sizeof value, "[%s]", list);
    return aisle_config_set(config, key, value, err);
}

/* Keys of evaluate that lists have a use for. */
static aisle_status check_key(const char *assignment, aisle_error *err)
{
    static const char *const keys[] = {"evaluate.k=", "evaluate.metrics=", "evaluate.bootstrap=",
                                       "evaluate.confidence=", "evaluate.curve="};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strncmp(assignment, keys[i], strlen(keys[i])) == 0)
            return AISLE_OK;
    return refuse(
        err, AISLE_ERROR_ARGUMENT,
        "--set: found '%.200s', expected evaluate.k, metrics, bootstrap, confidence or curve",
        assignment);
}

static aisle_status make_config(aisle_config **out, const command_options *o, aisle_error *err)
{
    aisle_status status = aisle_config_new(out, err);
    if (status)
        return status;
    if (o->seed)
        status = aisle_config_set(*out, "seed", o->seed, err);
    if (!status)
        status = set_list(*out, "evaluate.k", o->score.k, err);
    if (!status)
        status = set_list(*out, "evaluate.metrics", o->score.metrics, err);
    for (size_t i = 0; !status && i < o->n_set; i++)
        status = check_key(o->set[i], err);
    for (size_t i = 0; !status && i < o->n_set; i++)
        status = apply_set_under(*out, o->set[i], "evaluate", "for lists", err);
    return status;
}

int command_score(const command_options *options)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_config *config = NULL;
    aisle_evaluation *e = NULL;
    score_files f = {0};
    int code = EXIT_DONE;
    if (!check_output(options->json, OUTPUT_JSON))
        return EXIT_WRONG_USE;
    if (options->score.categories && !options->score.items) {
        log_wrong_use("--categories are columns of --items, which is missing");
        return EXIT_WRONG_USE;
    }
    aisle_run run = log_run((int)options->threads);
    aisle_status status = make_config(&config, options, &err);
    if (!status)
        status = read_files(&f, options, &err);
    if (!status)
        status = aisle_score(&e, &f.input, config, &run, &err);
    log_progress_end();
    if (status)
        code = report_error(&err);
    else if (!options->json || strcmp(options->json, "-") != 0)
        print_score(e);
    if (!status && options->json)
        code = write_json(score_json(e), options->json);
    aisle_evaluation_free(e);
    close_files(&f);
    aisle_config_free(config);
    return code;
}
