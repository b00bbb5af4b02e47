/* All candidates as of a day, scored, beside what was bought in the days after it. */
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "model/calibration.h"
#include "model/sample.h"

enum { BATCH = 1024 };

/* The households in the dataset. */
static aisle_status find_households(uint32_t **out, const households *h, size_t n, aisle_error *err)
{
    *out = NEW_ARRAY(uint32_t, h->n_users);
    if (!*out)
        return fail_memory(err);
    for (size_t d = 0; d < n; d++)
        if (h->user_of[d] != HISTORY_NONE)
            (*out)[h->user_of[d]] = (uint32_t)d;
    return AISLE_OK;
}

/* Appends the candidates of a batch of households. */
static aisle_status add_batch(scored_window *w, size_t capacity[2], const scored_job *job,
                              const retriever_query *query, const labels *bought,
                              const uint32_t *dataset_user, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    candidate_lists lists = {0};
    scored_rows rows = {0};
    TRY(blend_init(&lists, &job->s->l, query, 0, err));
    TRY(snapshot_score(&rows, job->s, &job->by, &lists, query, job->threads, err));
    size_t n = lists.offset[lists.n];
    if (mem_grow(&w->score, &capacity[0], w->rows + n, sizeof *w->score) ||
        mem_grow(&w->bought, &capacity[1], w->rows + n, sizeof *w->bought))
        TRY(fail_memory(err));
    memcpy(w->score + w->rows, rows.score, n * sizeof *w->score);
    for (size_t i = 0; i < lists.n; i++)
        sample_mark_bought(w->bought + w->rows, &lists, i, bought, dataset_user[query->users[i]],
                           query->h);
    w->rows += n;
done:
    scored_rows_fini(&rows);
    candidate_lists_fini(&lists);
    return status;
}

aisle_status scored_window_init(scored_window *out, const scored_job *job, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const households *h = job->h;
    scored_window w = {0};
    labels bought = {0};
    size_t capacity[2] = {0};
    uint32_t *dataset_user = NULL, users[BATCH];
    TRY(labels_init(&bought, job->dataset, job->days, err));
    TRY(find_households(&dataset_user, h, bought.n_users, err));
    for (uint32_t from = 0; from < h->n_users; from += BATCH) {
        uint32_t n = h->n_users - from < BATCH ? h->n_users - from : BATCH;
        for (uint32_t i = 0; i < n; i++)
            users[i] = from + i;
        retriever_query query = {h, users, n, job->new_only, job->threads};
        TRY(add_batch(&w, capacity, job, &query, &bought, dataset_user, err));
    }
    *out = w;
    w = (scored_window){0};
done:
    scored_window_fini(&w);
    labels_fini(&bought);
    mem_free(dataset_user);
    return status;
}

void scored_window_fini(scored_window *w)
{
    mem_free(w->score);
    mem_free(w->bought);
    memset(w, 0, sizeof *w);
}
