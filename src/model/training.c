#include "model/training.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "candidates/user_pool.h"
#include "model/order_check.h"
#include "model/sample.h"

/* The draw is another than that of candidates.pool: who trains is in the pool no more often than
 * who will ask. */
#define TRAINING_DRAW UINT64_C(0x747261696e696e67)

/* Households and windows that trees are trained on to judge by: more make them better, but what
 * they tell no different, and training is most of a fit. */
enum { JUDGING_GROUPS = 1000 };

static uint64_t draw_seed(const training_job *job)
{
    return (uint64_t)job->config->seed ^ TRAINING_DRAW;
}

/* Households of the dataset with a larger draw train nothing. */
static aisle_status limit_households(uint64_t *limit, const training_job *job, aisle_error *err)
{
    int64_t most = job->config->ranker.households_most;
    *limit = UINT64_MAX;
    if (most == 0 || (uint64_t)most >= job->dataset->users.count)
        return AISLE_OK;
    const uint8_t *left_out = job->who ? job->who->left_out : NULL;
    return user_draw_limit(limit, &job->dataset->users, left_out, most, draw_seed(job), err);
}

/* The households with a history and a purchase in the window, of those that may train. */
static aisle_status choose_households(uint32_t **users, uint32_t **dataset_users, size_t *n,
                                      const households *h, const labels *bought,
                                      const training_job *job, aisle_error *err)
{
    uint64_t limit;
    aisle_status status = limit_households(&limit, job, err);
    if (status != AISLE_OK)
        return status;
    *users = NEW_ARRAY(uint32_t, h->n_users);
    *dataset_users = NEW_ARRAY(uint32_t, h->n_users);
    if (!*users || !*dataset_users)
        return fail_memory(err);
    *n = 0;
    for (size_t u = 0; u < bought->n_users; u++) {
        if (h->user_of[u] == HISTORY_NONE || bought->offset[u] == bought->offset[u + 1])
            continue;
        if (user_draw(&job->dataset->users, (uint32_t)u, draw_seed(job)) > limit)
            continue;
        (*users)[*n] = h->user_of[u];
        (*dataset_users)[(*n)++] = (uint32_t)u;
    }
    return AISLE_OK;
}

/* Hands the sample's labels over and makes its features. */
static aisle_status take_rows(training_rows *out, training_counts *counts, training_sample *sample,
                              const snapshot *s, stages *clock, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    stages_begin(clock, "features");
    TRY_ALLOC(out->group = NEW_ARRAY(int32_t, sample->lists.n));
    TRY(feature_matrix_init(&out->m, &s->facts, &s->h, &sample->lists, sample->users,
                            stages_threads(clock), err));
    for (size_t i = 0; i < sample->lists.n; i++)
        out->group[i] = (int32_t)(sample->lists.offset[i + 1] - sample->lists.offset[i]);
    out->groups = sample->lists.n;
    out->label = sample->label;
    sample->label = NULL;
    counts->rows += out->m.rows;
    counts->positives += sample->positives;
    counts->groups += out->groups;
    counts->groups_dropped += sample->dropped;
done:
    return status;
}

/* A label window at work. */
typedef struct label_window {
    snapshot s;
    labels bought;
    candidate_lists lists; /* all candidates */
    uint32_t *users;       /* [lists.n] of s.h */
    uint32_t *dataset_users;
    training_sample sample; /* of lists, as long as it is not taken */
} label_window;

static void label_window_fini(label_window *w)
{
    mem_free(w->users);
    mem_free(w->dataset_users);
    training_sample_fini(&w->sample);
    candidate_lists_fini(&w->lists);
    labels_fini(&w->bought);
    snapshot_fini(&w->s);
}

/* On failure too, it is there to be freed. */
static aisle_status label_window_init(label_window *w, const training_job *job, size_t number,
                                      stages *clock, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const split *windows = job->windows;
    snapshot_source source = {
        job->dataset, job->config, windows->labels_as_of[number], windows->catalogue_as_of,
        NULL,         job->who};
    memset(w, 0, sizeof *w);
    TRY(snapshot_init(&w->s, &source, clock, err));
    stages_begin(clock, "candidates");
    TRY(labels_init(&w->bought, job->dataset, windows->labels[number], err));
    size_t n = 0;
    TRY(choose_households(&w->users, &w->dataset_users, &n, &w->s.h, &w->bought, job, err));
    retriever_query query = {&w->s.h, w->users, n, job->new_only, 0};
    TRY(blend_init(&w->lists, &w->s.l, &query, 0, err));
    sample_source from = {&w->lists,
                          w->users,
                          w->dataset_users,
                          &w->s.h,
                          &w->bought,
                          job->config->ranker.negatives,
                          (uint64_t)job->config->seed};
    TRY(training_sample_init(&w->sample, &from, err));
done:
    return status;
}

/* Trains on some of the rows, as many groups as are enough to tell. */
static aisle_status train_to_judge(ranker **out, const training_rows *rows, size_t every,
                                   const training_job *job, stages *clock, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    ranker_options options = job->config->ranker;
    training_set all = {.all = *rows}, some = {.last_row = 0};
    options.early_stopping = 0;
    options.calibrated = false;
    TRY(training_set_pick(&some, &all, every, NULL, err));
    TRY(training_set_fit(out, NULL, &some, &options, (uint64_t)job->config->seed, clock, err));
done:
    training_set_fini(&some);
    return status;
}

/* With one label window alone, every second household trains and the others judge. */
static void leave_out_trained(bool *left_out, const label_window *w)
{
    size_t group = 0;
    for (size_t i = 0; i < w->lists.n; i++) {
        bool trains = group < w->sample.lists.n && w->sample.users[group] == w->users[i];
        left_out[i] = trains && group % 2 == 0;
        group += trains;
    }
}

/* What lists should go by, as the last window says of trees that have seen those before. */
static aisle_status judge_order(const training_job *job, const label_window *w,
                                const training_rows *before, const training_rows *own,
                                stages *clock, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    bool alone = before->groups == 0, *left_out = NULL;
    const training_rows *from = alone ? own : before;
    ranker *trees = NULL;
    order_ground ground = {.s = &w->s,
                           .lists = &w->lists,
                           .users = w->users,
                           .dataset_users = w->dataset_users,
                           .bought = &w->bought,
                           .k = (uint32_t)job->config->evaluate.k.items[0],
                           .threads = stages_threads(clock)};
    if (from->groups < 2 || (!alone && own->groups == 0))
        return AISLE_OK;
    TRY_ALLOC(left_out = NEW_ZEROED(bool, w->lists.n));
    if (alone)
        leave_out_trained(left_out, w);
    size_t every = alone ? 2 : (from->groups - 1) / JUDGING_GROUPS + 1;
    TRY(train_to_judge(&trees, from, every, job, clock, err));
    stages_begin(clock, "judging");
    ground.trees = trees;
    ground.left_out = left_out;
    TRY(order_check(job->order, &ground, err));
done:
    mem_free(left_out);
    ranker_free(trees);
    return status;
}

/* The rows of a window; before: those of the windows before it, where it is the last and is to
 * say what lists go by. */
static aisle_status window_rows(training_rows *out, training_counts *counts,
                                const training_job *job, size_t number, const training_rows *before,
                                stages *clock, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    label_window w;
    memset(out, 0, sizeof *out);
    TRY(label_window_init(&w, job, number, clock, err));
    TRY(take_rows(out, counts, &w.sample, &w.s, clock, err));
    if (before)
        TRY(judge_order(job, &w, before, out, clock, err));
done:
    if (status != AISLE_OK)
        training_rows_fini(out);
    label_window_fini(&w);
    return status;
}

aisle_status training_rows_init(training_rows *out, training_counts *counts,
                                const training_job *job, size_t window_number, stages *clock,
                                aisle_error *err)
{
    return window_rows(out, counts, job, window_number, NULL, clock, err);
}

void training_rows_fini(training_rows *t)
{
    feature_matrix_fini(&t->m);
    mem_free(t->label);
    mem_free(t->group);
    memset(t, 0, sizeof *t);
}

/* Appends b's rows to a's and empties b. */
static aisle_status append_rows(training_rows *a, training_rows *b, aisle_error *err)
{
    if (a->m.column == NULL) {
        *a = *b;
        memset(b, 0, sizeof *b);
        return AISLE_OK;
    }
    size_t cells = a->m.rows * a->m.columns, rows = a->m.rows, groups = a->groups;
    size_t capacity[3] = {cells, rows, groups};
    if (mem_grow(&a->m.values, &capacity[0], cells + b->m.rows * b->m.columns, sizeof(float)) ||
        mem_grow(&a->label, &capacity[1], rows + b->m.rows, sizeof(float)) ||
        mem_grow(&a->group, &capacity[2], groups + b->groups, sizeof(int32_t)))
        return fail_memory(err);
    memcpy(a->m.values + cells, b->m.values, b->m.rows * b->m.columns * sizeof(float));
    memcpy(a->label + rows, b->label, b->m.rows * sizeof(float));
    memcpy(a->group + groups, b->group, b->groups * sizeof(int32_t));
    a->m.rows += b->m.rows;
    a->groups += b->groups;
    training_rows_fini(b);
    return AISLE_OK;
}

aisle_status training_set_init(training_set *out, const training_job *job, stages *clock,
                               aisle_error *err)
{
    aisle_status status = AISLE_OK;
    training_set set = {.last_row = 0};
    training_rows next = {0};
    size_t n = job->windows->n_labels;
    double begun = clock->done, share = clock->share;
    TRY(blend_check(&job->config->candidates, err));
    for (size_t w = 0; w < n; w++) {
        clock->done = begun + share * (double)w / (double)n;
        bool last = job->order && job->config->ranker.fallback && w + 1 == n;
        TRY(window_rows(&next, &set.counts, job, w, last ? &set.all : NULL, clock, err));
        set.last_row = set.all.m.rows;
        set.last_group = set.all.groups;
        TRY(append_rows(&set.all, &next, err));
    }
    if (set.all.m.rows == 0)
        TRY(fail(err, AISLE_ERROR_DATA,
                 "level 2 cannot train: in the label windows no household with two candidates or "
                 "more bought one of them"));
    *out = set;
    memset(&set, 0, sizeof set);
done:
    training_rows_fini(&next);
    training_set_fini(&set);
    return status;
}

void training_set_fini(training_set *t)
{
    training_rows_fini(&t->all);
}

/* Columns that are kept, in order; returns how many. */
static size_t keep_columns(feature_column *out, const feature_matrix *m, const bool *keep)
{
    size_t n = 0;
    for (size_t c = 0; c < m->columns; c++)
        if (!keep || keep[c])
            out[n++] = m->column[c];
    return n;
}

static void copy_row(float *to, const float *from, size_t columns, const bool *keep)
{
    for (size_t c = 0; c < columns; c++)
        if (!keep || keep[c])
            *to++ = from[c];
}

/* Groups g with g % every == 0, and their rows. */
static void pick_groups(training_set *to, const training_set *from, size_t every, const bool *keep)
{
    const training_rows *all = &from->all;
    feature_matrix *m = &to->all.m;
    size_t row = 0;
    for (size_t g = 0; g < all->groups; row += (size_t)all->group[g++]) {
        if (g == from->last_group) {
            to->last_group = to->all.groups;
            to->last_row = m->rows;
        }
        if (g % every != 0)
            continue;
        size_t n = (size_t)all->group[g];
        for (size_t r = 0; r < n; r++)
            copy_row(m->values + (m->rows + r) * m->columns,
                     all->m.values + (row + r) * all->m.columns, all->m.columns, keep);
        memcpy(to->all.label + m->rows, all->label + row, n * sizeof *all->label);
        to->all.group[to->all.groups++] = all->group[g];
        m->rows += n;
    }
}

aisle_status training_set_pick(training_set *out, const training_set *from, size_t every,
                               const bool *keep, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const training_rows *all = &from->all;
    training_set set = {.counts = from->counts};
    size_t rows = 0;
    for (size_t g = 0; g < all->groups; g += every)
        rows += (size_t)all->group[g];
    TRY_ALLOC(set.all.m.column = NEW_ZEROED(feature_column, all->m.columns));
    set.all.m.columns = keep_columns(set.all.m.column, &all->m, keep);
    TRY_ALLOC(set.all.m.values = NEW_ARRAY(float, rows *set.all.m.columns));
    TRY_ALLOC(set.all.label = NEW_ARRAY(float, rows));
    TRY_ALLOC(set.all.group = NEW_ARRAY(int32_t, all->groups / every + 1));
    pick_groups(&set, from, every, keep);
    *out = set;
    memset(&set, 0, sizeof set);
done:
    training_set_fini(&set);
    return status;
}

/* What a training goes by. */
typedef struct fit_request {
    const training_set *set;
    const ranker_options *options;
    uint64_t seed;
    int threads;
} fit_request;

/* Trains on all rows, or without the last window's: these say when to stop, if asked to. */
static aisle_status train(ranker **out, const fit_request *r, bool with_last, const ranker *like,
                          aisle_error *err)
{
    ranker_view v;
    const training_set *set = r->set;
    const training_rows *all = &set->all;
    aisle_status status = ranker_view_init(&v, &all->m, err);
    if (status != AISLE_OK)
        return status;
    ranker_rows rows = v.rows, last = v.rows;
    rows.label = all->label;
    rows.group = all->group;
    rows.groups = with_last ? all->groups : set->last_group;
    rows.rows = with_last ? all->m.rows : set->last_row;
    last.values = all->m.values + set->last_row * all->m.columns;
    last.label = all->label + set->last_row;
    last.group = all->group + set->last_group;
    last.groups = all->groups - set->last_group;
    last.rows = all->m.rows - set->last_row;
    status = ranker_train(out, &rows, with_last ? NULL : &last, r->options, like, r->seed,
                          r->threads, err);
    ranker_view_fini(&v);
    return status;
}

aisle_status training_set_fit(ranker **out, ranker **held_out, const training_set *set,
                              const ranker_options *options, uint64_t seed, stages *clock,
                              aisle_error *err)
{
    aisle_status status = AISLE_OK;
    bool stops = options->early_stopping > 0, holds = stops || options->calibrated;
    fit_request request = {set, options, seed, stages_threads(clock)};
    ranker *early = NULL;
    if (held_out)
        *held_out = NULL;
    if (holds && (set->last_row == 0 || set->last_row == set->all.m.rows))
        TRY(fail(err, AISLE_ERROR_CONFIG,
                 "ranker.%s needs two label windows: the last one is held out",
                 stops ? "early_stopping" : "calibrated"));
    stages_begin(clock, "training");
    if (holds)
        TRY(train(&early, &request, false, NULL, err));
    TRY(train(out, &request, true, stops ? early : NULL, err));
    stages_end(clock);
    if (held_out) {
        *held_out = early;
        early = NULL;
    }
done:
    ranker_free(early);
    return status;
}

/* Trees without a split say nothing. */
static void doubt_trees(ordering *order, const ranker *trees, bool fallback)
{
    order->splits = ranker_trees_split(trees);
    if (fallback && order->splits == 0 && order->by == ORDER_TREES)
        order->by = order->rival;
}

/* The probability of a purchase by the score of trees that have not seen the last window. */
static aisle_status calibrate(calibration *out, const training_job *job, const ranker *held_out,
                              stages *clock, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    snapshot s = {0};
    scored_window w = {0};
    size_t last = job->windows->n_labels - 1;
    static const ordering by_trees = {.by = ORDER_TREES};
    snapshot_source source = {
        job->dataset, job->config, job->windows->labels_as_of[last], job->windows->catalogue_as_of,
        NULL,         job->who};
    TRY(snapshot_init(&s, &source, clock, err));
    stages_begin(clock, "calibration");
    scored_job all = {&s,
                      &s.h,
                      {held_out, job->order ? job->order : &by_trees},
                      job->dataset,
                      job->windows->labels[last],
                      job->new_only,
                      stages_threads(clock)};
    TRY(scored_window_init(&w, &all, err));
    if (w.rows > 0)
        TRY(calibration_fit(out, w.score, w.bought, w.rows, err));
done:
    scored_window_fini(&w);
    snapshot_fini(&s);
    return status;
}

aisle_status training_run(ranker **out, training_counts *counts, const training_job *job,
                          stages *clock, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    training_set set = {.last_row = 0};
    ranker *held_out = NULL, *all = NULL;
    clock->share = 0.5;
    if (job->order)
        *job->order = (ordering){.by = ORDER_TREES, .rival = ORDER_BLEND};
    TRY(training_set_init(&set, job, clock, err));
    clock->done = 0.5;
    TRY(training_set_fit(&all, &held_out, &set, &job->config->ranker, (uint64_t)job->config->seed,
                         clock, err));
    *counts = set.counts;
    if (job->order)
        doubt_trees(job->order, all, job->config->ranker.fallback);
    training_set_fini(&set);
    set = (training_set){.last_row = 0};
    if (job->calibrated && job->config->ranker.calibrated)
        TRY(calibrate(job->calibrated, job, held_out, clock, err));
    *out = all;
    all = NULL;
done:
    ranker_free(held_out);
    ranker_free(all);
    training_set_fini(&set);
    return status;
}
