/* Lists for households, in batches, so that memory does not grow with their number. */
#include <math.h>

#include "base/fail.h"
#include "base/mem.h"
#include "model/ranking.h"

enum { BATCH = 4096 };

static void copy_list(size_t *count, aisle_recommendation *out, const aisle_model *model,
                      const ranking *r, size_t i)
{
    const item_lists *ranked = &r->ranked;
    *count = ranked->count[i];
    for (uint32_t p = 0; p < ranked->count[i]; p++) {
        uint32_t item = ranked->item[i * ranked->k + p];
        out[p].item.index = item;
        out[p].score = ranked->score[i * ranked->k + p];
        out[p].source = ranking_fallback;
        out[p].probability = NAN;
        if (p >= r->padded[i])
            continue;
        uint64_t row = candidate_lists_find(&r->lists, i, item);
        out[p].source = ranking_source(&r->lists, row);
        out[p].probability = (float)calibration_probability(&model->calibrated, r->rows.score[row]);
    }
}

aisle_status aisle_model_recommend_many(size_t *count, aisle_recommendation *list, size_t k,
                                        const aisle_model *model, const aisle_user *users, size_t n,
                                        const aisle_recommend_options *options,
                                        const aisle_run *run, aisle_error *err)
{
    stages clock = {.run = run};
    if (k == 0 || k > UINT16_MAX)
        return fail(err, AISLE_ERROR_ARGUMENT, "k: found %zu, expected 1 to %d", k, UINT16_MAX);
    request_rules rules;
    uint32_t *batch = NEW_ARRAY(uint32_t, BATCH);
    if (!batch)
        return fail_memory(err);
    aisle_status status = request_rules_init(&rules, model, options, err);
    for (size_t from = 0; from < n && status == AISLE_OK; from += BATCH) {
        clock.done = (double)from / (double)n;
        stages_begin(&clock, "lists");
        retriever_query query =
            ranking_query(batch, model, users + from, n - from < BATCH ? n - from : BATCH,
                          stages_threads(&clock));
        ranking_request request = {query, k, options && options->exclude_bought, rules.rules};
        ranking r;
        status = ranking_init(&r, model, &request, err);
        for (size_t i = 0; status == AISLE_OK && i < query.n; i++)
            copy_list(&count[from + i], list + (from + i) * k, model, &r, i);
        if (status == AISLE_OK)
            ranking_fini(&r);
    }
    mem_free(batch);
    request_rules_fini(&rules);
    return status;
}

aisle_status aisle_model_recommend(size_t *count, aisle_recommendation *list, size_t k,
                                   const aisle_model *model, aisle_user user,
                                   const aisle_recommend_options *options, aisle_error *err)
{
    static const aisle_run one = {.threads = 1};
    return aisle_model_recommend_many(count, list, k, model, &user, 1, options, &one, err);
}
