#include "model/training.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "model/sample.h"

/* The households with a history and a purchase in the window. */
static aisle_status choose_households(uint32_t **users, uint32_t **dataset_users, size_t *n,
                                      const history *h, const labels *bought, aisle_error *err)
{
    *users = NEW_ARRAY(uint32_t, h->n_users);
    *dataset_users = NEW_ARRAY(uint32_t, h->n_users);
    if (!*users || !*dataset_users)
        return fail_memory(err);
    *n = 0;
    for (size_t u = 0; u < bought->n_users; u++) {
        if (h->user_of[u] == HISTORY_NONE || bought->offset[u] == bought->offset[u + 1])
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
    TRY(feature_matrix_init(&out->m, &s->facts, &sample->lists, sample->users,
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

aisle_status training_rows_init(training_rows *out, training_counts *counts,
                                const training_job *job, size_t window_number, stages *clock,
                                aisle_error *err)
{
    aisle_status status = AISLE_OK;
    snapshot s = {0};
    labels bought = {0};
    candidate_lists lists = {0};
    training_sample sample = {0};
    uint32_t *users = NULL, *dataset_users = NULL;
    memset(out, 0, sizeof *out);
    snapshot_source source = {job->dataset, job->config, job->windows->labels_as_of[window_number],
                              job->windows->catalogue_as_of, NULL};
    TRY(snapshot_init(&s, &source, clock, err));
    stages_begin(clock, "candidates");
    TRY(labels_init(&bought, job->dataset, job->windows->labels[window_number], err));
    size_t n = 0;
    TRY(choose_households(&users, &dataset_users, &n, &s.h, &bought, err));
    retriever_query query = {users, n, job->new_only, 0};
    TRY(blend_init(&lists, &s.l, &query, 0, err));
    sample_source from = {&lists,
                          users,
                          dataset_users,
                          &s.h,
                          &bought,
                          job->config->ranker.negatives,
                          (uint64_t)job->config->seed};
    TRY(training_sample_init(&sample, &from, err));
    TRY(take_rows(out, counts, &sample, &s, clock, err));
done:
    if (status != AISLE_OK)
        training_rows_fini(out);
    mem_free(users);
    mem_free(dataset_users);
    training_sample_fini(&sample);
    candidate_lists_fini(&lists);
    labels_fini(&bought);
    snapshot_fini(&s);
    return status;
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

static aisle_status train(ranker **out, const training_rows *rows, const training_rows *validation,
                          const aisle_config *config, int64_t trees, int threads, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    ranker_view a = {0}, b = {0};
    TRY(ranker_view_init(&a, &rows->m, err));
    a.rows.label = rows->label;
    a.rows.group = rows->group;
    a.rows.groups = rows->groups;
    if (validation) {
        TRY(ranker_view_init(&b, &validation->m, err));
        b.rows.label = validation->label;
        b.rows.group = validation->group;
        b.rows.groups = validation->groups;
    }
    TRY(ranker_train(out, &a.rows, validation ? &b.rows : NULL, &config->ranker, trees,
                     (uint64_t)config->seed, threads, err));
done:
    ranker_view_fini(&a);
    ranker_view_fini(&b);
    return status;
}

/* Trains on all windows but the last: for the number of trees, where early stopping finds it, and
 * for a calibration on what these trees have not seen. */
static aisle_status hold_last_out(ranker **out, int64_t *trees, const training_rows *rows,
                                  const training_rows *last, const aisle_config *config,
                                  stages *clock, aisle_error *err)
{
    bool stops = config->ranker.early_stopping > 0;
    *out = NULL;
    *trees = 0;
    if (!stops && !config->ranker.calibrated)
        return AISLE_OK;
    if (rows->m.rows == 0 || last->m.rows == 0)
        return fail(err, AISLE_ERROR_CONFIG,
                    "ranker.%s needs two label windows: the last one is held out",
                    stops ? "early_stopping" : "calibrated");
    stages_begin(clock, "training");
    aisle_status status =
        train(out, rows, stops ? last : NULL, config, 0, stages_threads(clock), err);
    if (status == AISLE_OK && stops)
        *trees = ranker_trees(*out);
    return status;
}

/* The probability of a purchase by the score of trees that have not seen the last window. */
static aisle_status calibrate(calibration *out, const training_job *job, const ranker *held_out,
                              stages *clock, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    snapshot s = {0};
    scored_window w = {0};
    size_t last = job->windows->n_labels - 1;
    snapshot_source source = {job->dataset, job->config, job->windows->labels_as_of[last],
                              job->windows->catalogue_as_of, NULL};
    TRY(snapshot_init(&s, &source, clock, err));
    stages_begin(clock, "calibration");
    scored_job all = {&s,
                      held_out,
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
    training_rows all = {0}, next = {0};
    const split *windows = job->windows;
    ranker *held_out = NULL;
    int64_t trees = 0;
    memset(counts, 0, sizeof *counts);
    TRY(blend_check(&job->config->candidates, err));
    for (size_t w = 0; w < windows->n_labels; w++) {
        clock->done = 0.5 * (double)w / (double)windows->n_labels;
        TRY(training_rows_init(&next, counts, job, w, clock, err));
        if (w + 1 == windows->n_labels)
            TRY(hold_last_out(&held_out, &trees, &all, &next, job->config, clock, err));
        TRY(append_rows(&all, &next, err));
    }
    if (job->calibrated && job->config->ranker.calibrated)
        TRY(calibrate(job->calibrated, job, held_out, clock, err));
    if (all.m.rows == 0)
        TRY(fail(err, AISLE_ERROR_DATA,
                 "level 2 cannot train: in the label windows no household with two candidates or "
                 "more bought one of them"));
    clock->done = 0.5;
    stages_begin(clock, "training");
    TRY(train(out, &all, NULL, job->config, trees, stages_threads(clock), err));
    stages_end(clock);
done:
    ranker_free(held_out);
    training_rows_fini(&all);
    training_rows_fini(&next);
    return status;
}
