#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/asked.h"
#include "cli/log.h"
#include "cli/print.h"

/* Columns of the output file, one row a recommended product. */
typedef struct output {
    size_t rows;
    int64_t *user_int, *item_int, *rank;
    const char **user_text, **item_text, **source, **name, **reason;
    double *score, *probability;
} output;

static bool output_init(output *o, size_t rows)
{
    *o = (output){0};
    o->user_int = calloc(rows + 1, sizeof *o->user_int);
    o->item_int = calloc(rows + 1, sizeof *o->item_int);
    o->rank = calloc(rows + 1, sizeof *o->rank);
    o->user_text = calloc(rows + 1, sizeof *o->user_text);
    o->item_text = calloc(rows + 1, sizeof *o->item_text);
    o->source = calloc(rows + 1, sizeof *o->source);
    o->name = calloc(rows + 1, sizeof *o->name);
    o->reason = calloc(rows + 1, sizeof *o->reason);
    o->score = calloc(rows + 1, sizeof *o->score);
    o->probability = calloc(rows + 1, sizeof *o->probability);
    return o->user_int && o->item_int && o->rank && o->user_text && o->item_text && o->source &&
           o->name && o->reason && o->score && o->probability;
}

static void output_fini(output *o)
{
    free(o->user_int);
    free(o->item_int);
    free(o->rank);
    free(o->user_text);
    free(o->item_text);
    free(o->source);
    free(o->name);
    free(o->reason);
    free(o->score);
    free(o->probability);
}

/* The asked households, or all that the model knows, and what they are called. */
typedef struct households {
    aisle_id_list ids; /* count 0: all */
    aisle_user *users;
    size_t n;
    bool ints; /* every id is a printed int64 */
} households;

static aisle_status choose_households(households *h, const asked *a, const char *path,
                                      aisle_error *err)
{
    *h = (households){.ints = asked_are_ints(a)};
    if (path) {
        aisle_status status = aisle_id_list_read(&h->ids, path, "user_id", err);
        if (status)
            return status;
    }
    h->n = path ? h->ids.count : asked_count(a);
    h->users = calloc(h->n + 1, sizeof *h->users);
    if (!h->users)
        return err->code = AISLE_ERROR_MEMORY;
    for (size_t i = 0; i < h->n; i++) {
        h->users[i] = path ? asked_find(a, h->ids.ids[i]) : (aisle_user){(uint32_t)i};
        h->ints = h->ints && (!path || is_printed_int(h->ids.ids[i]));
    }
    return AISLE_OK;
}

static void households_fini(households *h)
{
    aisle_id_list_free(&h->ids);
    free(h->users);
}

static void add_row(output *o, const asked *a, const households *h, size_t household, size_t rank,
                    const aisle_recommendation *r)
{
    char buffer[32];
    const aisle_model *model = a->model;
    size_t row = o->rows++;
    const char *id =
        h->ids.count ? h->ids.ids[household] : asked_id(a, h->users[household], buffer);
    if (h->ints)
        o->user_int[row] = strtoll(id, NULL, 10);
    else
        o->user_text[row] = id;
    if (aisle_model_items_are_ints(model))
        o->item_int[row] = strtoll(aisle_model_item_id(model, r->item, buffer), NULL, 10);
    else
        o->item_text[row] = aisle_model_item_id(model, r->item, buffer);
    o->rank[row] = (int64_t)rank;
    o->score[row] = (double)r->score;
    o->probability[row] = (double)r->probability;
    o->source[row] = r->source;
    o->name[row] = aisle_model_item_name(model, r->item);
}

/* Households whose lists are made and written at a time: memory does not grow with all. */
enum { BATCH = 4096 };

typedef struct job {
    const asked *a;
    const households *h;
    const command_options *options;
    aisle_config *rules; /* NULL: the model's */
    output o;            /* of one batch */
    aisle_recommendation *list;
    size_t *count;
    aisle_explanations *why; /* of one batch; NULL: not asked for */
    size_t next;             /* household */
    bool failed;             /* to recommend, rather than to write */
} job;

static bool job_init(job *j, const asked *a, const households *h, const command_options *options)
{
    size_t batch = h->n < BATCH ? h->n : BATCH, places = batch * (size_t)options->k;
    *j = (job){.a = a, .h = h, .options = options};
    j->list = calloc(places + 1, sizeof *j->list);
    j->count = calloc(batch + 1, sizeof *j->count);
    return output_init(&j->o, places) && j->list && j->count;
}

static void job_fini(job *j)
{
    output_fini(&j->o);
    free(j->list);
    free(j->count);
    aisle_config_free(j->rules);
    aisle_explanations_free(j->why);
}

static aisle_status list_batch(job *j, size_t n, const aisle_recommend_options *how,
                               const aisle_run *run, aisle_error *err)
{
    size_t k = (size_t)j->options->k;
    aisle_status status = aisle_model_recommend_many(j->count, j->list, k, j->a->model, j->a->of,
                                                     j->h->users + j->next, n, how, run, err);
    for (size_t i = 0; !status && i < n; i++)
        for (size_t r = 0; r < j->count[i]; r++)
            add_row(&j->o, j->a, j->h, j->next + i, r + 1, &j->list[i * k + r]);
    return status;
}

/* The same lists out of their explanations, with the main reason of each product. */
static aisle_status explain_batch(job *j, size_t n, const aisle_recommend_options *how,
                                  const aisle_run *run, aisle_error *err)
{
    aisle_explain_options wanted = {(size_t)j->options->k, {AISLE_MISSING}, true, *how};
    aisle_explanations_free(j->why);
    j->why = NULL;
    aisle_status status = aisle_model_explain(&j->why, j->a->model, j->a->of, j->h->users + j->next,
                                              n, &wanted, run, err);
    for (size_t i = 0; !status && i < n; i++)
        for (size_t at = j->why->offset[i]; at < j->why->offset[i + 1]; at++) {
            const aisle_explanation *one = &j->why->list[at];
            aisle_recommendation r = {one->item, one->list_score, (float)one->probability,
                                      one->source};
            j->o.reason[j->o.rows] = one->reason;
            add_row(&j->o, j->a, j->h, j->next + i, one->place, &r);
        }
    return status;
}

static aisle_status recommend_batch(job *j, size_t n, aisle_error *err)
{
    aisle_recommend_options how = {j->options->exclude_bought, j->rules};
    aisle_run run = log_run((int)j->options->threads);
    if (run.progress)
        run.progress(run.data, "lists", (double)j->next / (double)j->h->n);
    run.progress = NULL;
    j->o.rows = 0;
    aisle_status status = (j->options->reasons ? explain_batch : list_batch)(j, n, &how, &run, err);
    j->failed = status != AISLE_OK;
    j->next += n;
    return status;
}

enum { COLUMNS_MOST = 8 };

/* The columns of the output, and where the batch's rows of each are. */
static size_t list_columns(aisle_table_column *columns, const job *j)
{
    const output *o = &j->o;
    bool user_ints = j->h->ints, item_ints = aisle_model_items_are_ints(j->a->model);
    size_t n = 0;
    columns[n++] =
        (aisle_table_column){"user_id", user_ints ? AISLE_COLUMN_INT : AISLE_COLUMN_TEXT,
                             user_ints ? (const void *)o->user_int : (const void *)o->user_text};
    columns[n++] = (aisle_table_column){"rank", AISLE_COLUMN_INT, o->rank};
    columns[n++] =
        (aisle_table_column){"item_id", item_ints ? AISLE_COLUMN_INT : AISLE_COLUMN_TEXT,
                             item_ints ? (const void *)o->item_int : (const void *)o->item_text};
    columns[n++] = (aisle_table_column){"score", AISLE_COLUMN_REAL, o->score};
    if (aisle_model_is_calibrated(j->a->model))
        columns[n++] = (aisle_table_column){"probability", AISLE_COLUMN_REAL, o->probability};
    columns[n++] = (aisle_table_column){"source", AISLE_COLUMN_TEXT, o->source};
    if (aisle_model_has_names(j->a->model))
        columns[n++] = (aisle_table_column){"description", AISLE_COLUMN_TEXT, o->name};
    if (j->options->reasons)
        columns[n++] = (aisle_table_column){"reason", AISLE_COLUMN_TEXT, o->reason};
    return n;
}

/* The rows of the next batch, for aisle_table_stream. */
static aisle_status next_rows(void *data, aisle_table_column *columns, size_t *rows,
                              aisle_error *err)
{
    job *j = data;
    size_t left = j->h->n - j->next;
    *rows = 0;
    if (left == 0)
        return AISLE_OK;
    aisle_status status = recommend_batch(j, left < BATCH ? left : BATCH, err);
    list_columns(columns, j);
    *rows = j->o.rows;
    return status;
}

static aisle_status write_lists(job *j, aisle_error *err)
{
    aisle_table_column columns[COLUMNS_MOST];
    size_t n = list_columns(columns, j);
    return aisle_table_stream(j->options->out, columns, n, next_rows, j, err);
}

static size_t count_strangers(const households *h)
{
    size_t strangers = 0;
    for (size_t i = 0; i < h->n; i++)
        strangers += h->users[i].index == AISLE_MISSING;
    return strangers;
}

static void print_done(const households *h, const char *out)
{
    size_t strangers = count_strangers(h);
    char a[32];
    printf("%s: %s households", out, print_count(a, h->n));
    printf(" (%s not known: popular products)\n", print_count(a, strangers));
}

static int tell_done(const households *h, const command_options *options)
{
    if (!options->quiet && (!options->json || strcmp(options->json, "-") != 0))
        print_done(h, options->out);
    if (!options->json)
        return EXIT_DONE;
    return write_json(json_pack("{s:s, s:I, s:I}", "lists", options->out, "households",
                                (json_int_t)h->n, "not_known", (json_int_t)count_strangers(h)),
                      options->json);
}

int command_recommend(const command_options *options)
{
    aisle_error err = AISLE_ERROR_INIT;
    asked a = {0};
    households h = {0};
    job j = {0};
    bool ready = false;
    int code = EXIT_DONE;
    if (!check_output(options->out, OUTPUT_TABLE) || !check_output(options->json, OUTPUT_JSON))
        return EXIT_WRONG_USE;
    aisle_status status = asked_open(&a, options, &err);
    if (!status)
        status = choose_households(&h, &a, options->users, &err);
    if (!status && !job_init(&j, &a, &h, options))
        status = err.code = AISLE_ERROR_MEMORY;
    if (!status)
        status = open_rules(&j.rules, a.model, options, &err);
    ready = !status;
    if (ready)
        status = write_lists(&j, &err);
    log_progress_end();
    if (!status)
        code = tell_done(&h, options);
    bool unwritten = ready && !j.failed;
    job_fini(&j);
    households_fini(&h);
    asked_close(&a);
    return !status ? code : unwritten ? report_unwritten(&err) : report_error(&err);
}
