#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands/asked.h"
#include "cli/output/list_output.h"
#include "cli/log.h"
#include "cli/output/print.h"
#include "cli/output/spool.h"

/* Who is asked for at the moment: all that are read, or those of --users among them. */
typedef struct households {
    aisle_user *users;
    size_t *place; /* in --users; NULL: all */
    size_t n;
} households;

/* Households whose lists are made and written at a time: memory does not grow with all. */
enum { BATCH = 4096 };

typedef struct job {
    asked *a;
    const command_options *options;
    aisle_id_list ids;   /* of --users */
    bool *found;         /* [ids.count] it is known */
    size_t asked, known; /* how many lists, how many of them of known households */
    households h;
    aisle_config *rules; /* NULL: the model's */
    list_kind kind;
    list_output o; /* of one batch */
    aisle_recommendation *list;
    size_t *count;
    aisle_explanations *why; /* of one batch; NULL: not asked for */
    const char **reason;     /* [BATCH * k] */
    size_t next;             /* household */
    spool spooled;           /* where the receipts are in parts */
    char *memory[BATCH];     /* of lists that were spooled, of one batch */
    bool failed;             /* to recommend, rather than to write */
} job;

static aisle_status job_init(job *j, asked *a, const command_options *options, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t places = BATCH * (size_t)options->k;
    *j = (job){.a = a, .options = options, .kind = {a->model, true, options->reasons}};
    if (options->users)
        status = aisle_id_list_read(&j->ids, options->users, "user_id", err);
    if (status)
        return status;
    for (size_t i = 0; i < j->ids.count; i++)
        j->kind.user_ints = j->kind.user_ints && is_printed_int(j->ids.ids[i]);
    j->found = calloc(j->ids.count + 1, sizeof *j->found);
    j->list = calloc(places + 1, sizeof *j->list);
    j->count = calloc(BATCH + 1, sizeof *j->count);
    j->reason = calloc(places + 1, sizeof *j->reason);
    if (!list_output_init(&j->o, places) || !j->found || !j->list || !j->count || !j->reason)
        return err->code = AISLE_ERROR_MEMORY;
    return open_rules(&j->rules, a->model, options, err);
}

static void free_batch(job *j)
{
    for (size_t i = 0; i < BATCH; i++) {
        free(j->memory[i]);
        j->memory[i] = NULL;
    }
}

static void households_fini(households *h)
{
    free(h->users);
    free(h->place);
    *h = (households){0};
}

static void job_fini(job *j)
{
    free_batch(j);
    spool_fini(&j->spooled);
    households_fini(&j->h);
    list_output_fini(&j->o);
    aisle_id_list_free(&j->ids);
    free(j->found);
    free(j->list);
    free(j->count);
    free(j->reason);
    aisle_config_free(j->rules);
    aisle_explanations_free(j->why);
}

/* Of --users who is not found yet: known: those that are among the households read; strangers: the
 * others. */
static void choose_asked(job *j, bool known, bool strangers)
{
    households *h = &j->h;
    for (size_t i = 0; i < j->ids.count; i++) {
        if (j->found[i])
            continue;
        aisle_user user = {AISLE_MISSING};
        if (known)
            user = asked_find(j->a, j->ids.ids[i]);
        j->found[i] = user.index != AISLE_MISSING;
        if (!j->found[i] && !strangers)
            continue;
        j->known += j->found[i];
        h->users[h->n] = user;
        h->place[h->n++] = i;
    }
}

static void choose_all(job *j, size_t n)
{
    for (size_t i = 0; i < n; i++)
        j->h.users[i] = (aisle_user){(uint32_t)i};
    j->h.n = n;
    j->known += n;
    j->kind.user_ints = j->kind.user_ints && asked_are_ints(j->a);
}

/* All that are read, or of --users some. */
static aisle_status choose_households(job *j, bool known, bool strangers, aisle_error *err)
{
    bool all = !j->options->users;
    size_t n = all ? asked_count(j->a) : j->ids.count;
    households_fini(&j->h);
    j->next = 0;
    j->h.users = calloc(n + 1, sizeof *j->h.users);
    if (!all)
        j->h.place = calloc(n + 1, sizeof *j->h.place);
    if (!j->h.users || (!all && !j->h.place))
        return err->code = AISLE_ERROR_MEMORY;
    if (all)
        choose_all(j, n);
    else
        choose_asked(j, known, strangers);
    j->asked += j->h.n;
    return AISLE_OK;
}

static aisle_status list_batch(job *j, size_t n, const aisle_recommend_options *how,
                               const aisle_run *run, aisle_error *err)
{
    return aisle_model_recommend_many(j->count, j->list, (size_t)j->options->k, j->a->model,
                                      j->a->of, j->h.users + j->next, n, how, run, err);
}

/* The same lists out of their explanations, with the main reason of each product. */
static aisle_status explain_batch(job *j, size_t n, const aisle_recommend_options *how,
                                  const aisle_run *run, aisle_error *err)
{
    aisle_explain_options wanted = {(size_t)j->options->k, {AISLE_MISSING}, true, *how};
    size_t rows = 0;
    aisle_explanations_free(j->why);
    j->why = NULL;
    aisle_status status = aisle_model_explain(&j->why, j->a->model, j->a->of, j->h.users + j->next,
                                              n, &wanted, run, err);
    for (size_t i = 0; !status && i < n; i++) {
        const aisle_explanation *first = j->why->list + j->why->offset[i];
        j->count[i] = j->why->offset[i + 1] - j->why->offset[i];
        for (size_t r = 0; r < j->count[i]; r++) {
            const aisle_explanation *one = &first[r];
            j->list[i * (size_t)j->options->k + r] = (aisle_recommendation){
                one->item, one->list_score, (float)one->probability, one->source};
            j->reason[rows++] = one->reason;
        }
    }
    return status;
}

/* The lists of the next n households. */
static aisle_status recommend_batch(job *j, size_t n, aisle_error *err)
{
    aisle_recommend_options how = {j->options->exclude_bought, j->rules};
    aisle_run run = log_run((int)j->options->threads);
    if (run.progress)
        run.progress(run.data, "lists", (double)j->next / (double)j->h.n);
    run.progress = NULL;
    aisle_status status = (j->options->reasons ? explain_batch : list_batch)(j, n, &how, &run, err);
    j->failed = status != AISLE_OK;
    return status;
}

/* List i of the batch; row: the first of its rows in the batch. */
static spooled batch_list(const job *j, size_t i, size_t row, char buffer[32])
{
    size_t household = j->next + i, place = j->h.place ? j->h.place[household] : 0;
    return (spooled){place,
                     j->h.place ? j->ids.ids[place] : asked_id(j->a, j->h.users[household], buffer),
                     j->count[i], j->list + i * (size_t)j->options->k,
                     j->options->reasons ? j->reason + row : NULL};
}

/* The next batch into the output, for aisle_table_stream. */
static aisle_status make_rows(job *j, aisle_error *err)
{
    char buffer[32];
    size_t left = j->h.n - j->next, n = left < BATCH ? left : BATCH;
    aisle_status status = recommend_batch(j, n, err);
    for (size_t i = 0; !status && i < n; i++) {
        spooled l = batch_list(j, i, j->o.rows, buffer);
        list_output_add(&j->o, &j->kind, l.id, l.list, l.count, l.reason);
    }
    j->next += n;
    return status;
}

/* The same of lists that were spooled. */
static aisle_status fetch_rows(job *j, bool *more, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    spooled l;
    free_batch(j);
    for (size_t i = 0; i < BATCH; i++) {
        status = spool_next(&l, &j->memory[i], &j->spooled, err);
        *more = !status && j->memory[i];
        if (!*more)
            break;
        list_output_add(&j->o, &j->kind, l.id, l.list, l.count, l.reason);
    }
    return status;
}

/* A batch whose lists are all empty is not the end. */
static aisle_status next_rows(void *data, aisle_table_column *columns, size_t *rows,
                              aisle_error *err)
{
    job *j = data;
    aisle_status status = AISLE_OK;
    bool more = true;
    for (j->o.rows = 0; !status && more && j->o.rows == 0;) {
        if (j->spooled.part) {
            status = fetch_rows(j, &more, err);
            continue;
        }
        more = j->next < j->h.n;
        if (more)
            status = make_rows(j, err);
    }
    list_output_columns(columns, &j->o, &j->kind);
    *rows = j->o.rows;
    return status;
}

static aisle_status write_lists(job *j, aisle_error *err)
{
    aisle_table_column columns[LIST_COLUMNS_MOST];
    size_t n = list_output_columns(columns, &j->o, &j->kind);
    return aisle_table_stream(j->options->out, columns, n, next_rows, j, err);
}

/* ---- Receipts in parts ---- */

static aisle_status spool_households(job *j, aisle_error *err)
{
    char buffer[32];
    aisle_status status = spool_begin_part(&j->spooled, err);
    while (!status && j->next < j->h.n) {
        size_t left = j->h.n - j->next, n = left < BATCH ? left : BATCH, row = 0;
        status = recommend_batch(j, n, err);
        for (size_t i = 0; !status && i < n; row += j->count[i++]) {
            spooled l = batch_list(j, i, row, buffer);
            status = spool_add(&j->spooled, &l, err);
        }
        j->next += n;
    }
    return status;
}

static aisle_status add_part(job *j, uint32_t part, aisle_error *err)
{
    aisle_run run = log_run((int)j->options->threads);
    if (run.progress)
        run.progress(run.data, "reading", (double)(part - 1) / (double)j->a->parts);
    aisle_status status = asked_read_part(j->a, part, j->options, err);
    if (status || !j->a->of)
        return status;
    status = choose_households(j, true, false, err);
    return status ? status : spool_households(j, err);
}

static aisle_status spool_parts(job *j, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    bool holds = false;
    while (!status && !holds) {
        spool_fini(&j->spooled);
        j->asked = j->known = 0;
        memset(j->found, 0, j->ids.count * sizeof *j->found);
        status = spool_init(&j->spooled, j->options->out, j->a->parts + 1, err);
        for (uint32_t part = 1; !status && part <= j->a->parts; part++)
            status = add_part(j, part, err);
        if (!status && j->options->users)
            status = choose_households(j, false, true, err);
        if (!status && j->options->users)
            status = spool_households(j, err);
        holds = !status && asked_parts_hold(j->a);
    }
    return status ? status : spool_rewind(&j->spooled, err);
}

/* ---- Together ---- */

static void print_done(const job *j, const char *out)
{
    char a[32];
    printf("%s: %s households", out, print_count(a, j->asked));
    printf(" (%s not known: popular products)\n", print_count(a, j->asked - j->known));
}

static int tell_done(const job *j, const command_options *options)
{
    if (!options->quiet && (!options->json || strcmp(options->json, "-") != 0))
        print_done(j, options->out);
    if (!options->json)
        return EXIT_DONE;
    return write_json(json_pack("{s:s, s:I, s:I}", "lists", options->out, "households",
                                (json_int_t)j->asked, "not_known",
                                (json_int_t)(j->asked - j->known)),
                      options->json);
}

int command_recommend(const command_options *options)
{
    aisle_error err = AISLE_ERROR_INIT;
    asked a = {0};
    job j = {0};
    bool ready = false;
    int code = EXIT_DONE;
    if (!check_output(options->out, OUTPUT_TABLE) || !check_output(options->json, OUTPUT_JSON))
        return EXIT_WRONG_USE;
    aisle_status status = asked_open(&a, options, &err);
    if (!status)
        status = job_init(&j, &a, options, &err);
    if (!status)
        status = a.parts > 1 ? spool_parts(&j, &err) : choose_households(&j, true, true, &err);
    ready = !status;
    if (ready)
        status = write_lists(&j, &err);
    log_progress_end();
    if (!status)
        code = tell_done(&j, options);
    bool unwritten = ready && !j.failed;
    job_fini(&j);
    asked_close(&a);
    return !status ? code : unwritten ? report_unwritten(&err) : report_error(&err);
}
