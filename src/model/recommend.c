/* Lists for households, in batches, so that memory does not grow with their number. */
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "model/model_type.h"

enum { BATCH = 4096 };

static const char *const fallback = "fallback";

/* The source that ranks a candidate best; of several the first in the table. */
static const char *best_source(const candidate_lists *lists, uint64_t row)
{
    const uint16_t *rank = lists->rank + row * lists->n_sources;
    uint32_t best = 0;
    for (uint32_t s = 1; s < lists->n_sources; s++)
        if (rank[s] && (!rank[best] || rank[s] < rank[best]))
            best = s;
    return rank[best] ? retriever_table[lists->source[best]].name : fallback;
}

static void copy_list(size_t *count, aisle_recommendation *out, const item_lists *ranked,
                      uint32_t padded, const candidate_lists *lists, size_t i)
{
    *count = ranked->count[i];
    for (uint32_t p = 0; p < ranked->count[i]; p++) {
        uint32_t item = ranked->item[i * ranked->k + p];
        out[p].item.index = item;
        out[p].score = ranked->score[i * ranked->k + p];
        out[p].source =
            p < padded ? best_source(lists, candidate_lists_find(lists, i, item)) : fallback;
    }
}

/* Takes what the households have bought out of their candidates. What is left keeps its scores, so
 * that a list differs from the one with everything by bought items only. */
static void drop_bought(candidate_lists *lists, const history *h, const uint32_t *users)
{
    uint64_t to = 0, from = 0;
    uint32_t n = lists->n_sources;
    for (size_t i = 0; i < lists->n; i++) {
        for (; from < lists->offset[i + 1]; from++) {
            uint32_t item = lists->item[from];
            if (users[i] != HISTORY_NONE && history_find_pair(h, users[i], item) != SIZE_MAX)
                continue;
            lists->item[to] = item;
            memmove(lists->score + to * n, lists->score + from * n, n * sizeof *lists->score);
            memmove(lists->rank + to * n, lists->rank + from * n, n * sizeof *lists->rank);
            to++;
        }
        lists->offset[i + 1] = to;
    }
}

static aisle_status recommend_batch(size_t *count, aisle_recommendation *list, size_t k,
                                    const aisle_model *model, const retriever_query *query,
                                    bool exclude_bought, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const snapshot *s = &model->s;
    candidate_lists lists = {0};
    item_lists ranked = {0};
    retriever_query rest = *query;
    uint32_t *padded = NEW_ARRAY(uint32_t, query->n);
    rest.new_only |= exclude_bought;
    TRY_ALLOC(padded);
    TRY(blend_init(&lists, &s->l, query, 0, err));
    if (exclude_bought)
        drop_bought(&lists, &s->h, query->users);
    TRY(item_lists_init(&ranked, query->n, (uint32_t)k, err));
    TRY(snapshot_rank(&ranked, s, model->level2, &lists, query->users, query->threads, err));
    TRY(lists_pad(&ranked, padded, &s->l.context, &rest, err));
    for (size_t i = 0; i < query->n; i++)
        copy_list(&count[i], list + i * k, &ranked, padded[i], &lists, i);
done:
    mem_free(padded);
    candidate_lists_fini(&lists);
    item_lists_fini(&ranked);
    return status;
}

aisle_status aisle_model_recommend_many(size_t *count, aisle_recommendation *list, size_t k,
                                        const aisle_model *model, const aisle_user *users, size_t n,
                                        const aisle_recommend_options *options,
                                        const aisle_run *run, aisle_error *err)
{
    stages clock = {.run = run};
    if (k == 0 || k > UINT16_MAX)
        return fail(err, AISLE_ERROR_ARGUMENT, "k: found %zu, expected 1 to %d", k, UINT16_MAX);
    uint32_t *batch = NEW_ARRAY(uint32_t, BATCH);
    if (!batch)
        return fail_memory(err);
    aisle_status status = AISLE_OK;
    for (size_t from = 0; from < n && status == AISLE_OK; from += BATCH) {
        clock.done = (double)from / (double)n;
        stages_begin(&clock, "lists");
        retriever_query query = {batch, n - from < BATCH ? n - from : BATCH,
                                 model->config->evaluate.new_only, stages_threads(&clock)};
        for (size_t i = 0; i < query.n; i++) {
            uint32_t user = users[from + i].index;
            batch[i] = user < model->s.h.n_users ? user : HISTORY_NONE;
        }
        status = recommend_batch(count + from, list + from * k, k, model, &query,
                                 options && options->exclude_bought, err);
    }
    mem_free(batch);
    return status;
}

aisle_status aisle_model_recommend(size_t *count, aisle_recommendation *list, size_t k,
                                   const aisle_model *model, aisle_user user,
                                   const aisle_recommend_options *options, aisle_error *err)
{
    static const aisle_run one = {.threads = 1};
    return aisle_model_recommend_many(count, list, k, model, &user, 1, options, &one, err);
}
