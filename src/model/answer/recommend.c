/* Lists for households, each in a thread's session. */
#include <math.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/threads.h"
#include "model/answer/answer_session.h"

static void copy_list(size_t *count, aisle_recommendation *out, const aisle_session *s)
{
    *count = s->list.count;
    for (uint32_t p = 0; p < s->list.count; p++) {
        uint32_t item = s->list.item[p];
        out[p] = (aisle_recommendation){{item}, s->list.score[p], NAN, session_fallback};
        if (p >= s->list.padded)
            continue;
        uint64_t row = candidate_lists_find(s->lists, 0, item);
        out[p].source = session_source(s->lists, row);
        out[p].probability = (float)calibration_probability(&s->model->calibrated, s->score[row]);
    }
}

static aisle_status check_places(size_t k, aisle_error *err)
{
    if (k == 0 || k > UINT16_MAX)
        return fail(err, AISLE_ERROR_ARGUMENT, "k: found %zu, expected 1 to %d", k, UINT16_MAX);
    return AISLE_OK;
}

aisle_status aisle_model_recommend(size_t *count, aisle_recommendation *list, size_t k,
                                   aisle_session *session, const aisle_households *of,
                                   aisle_user user, const aisle_recommend_options *options,
                                   aisle_error *err)
{
    request_rules rules = {0};
    const aisle_model *model = session->model;
    aisle_status status = check_places(k, err);
    if (status == AISLE_OK)
        status = request_rules_init(&rules, model, options, err);
    list_request request = {session_asker(model, households_of(model, of), user), k,
                            options && options->exclude_bought, &rules};
    if (status == AISLE_OK)
        status = session_rank(session, &request, err);
    if (status == AISLE_OK)
        copy_list(count, list, session);
    request_rules_fini(&rules);
    return status;
}

/* What the threads of a batch share. */
typedef struct batch {
    const aisle_model *model;
    const households *h;
    const aisle_user *users;
    const aisle_recommend_options *options;
    size_t k;
    size_t *count;
    aisle_recommendation *list;
} batch;

/* Households [from, end), each thread by rules of its own, which have a list's room. */
static aisle_status recommend_part(const batch *b, aisle_session *session, size_t from, size_t end,
                                   aisle_error *err)
{
    aisle_status status = AISLE_OK;
    request_rules rules = {0};
    TRY(request_rules_init(&rules, b->model, b->options, err));
    for (size_t i = from; i < end; i++) {
        list_request request = {session_asker(b->model, b->h, b->users[i]), b->k,
                                b->options && b->options->exclude_bought, &rules};
        TRY(session_rank(session, &request, err));
        copy_list(&b->count[i], b->list + i * b->k, session);
    }
done:
    request_rules_fini(&rules);
    return status;
}

/* Households of a thread's turn. */
enum { PART = 64 };

aisle_status aisle_model_recommend_many(size_t *count, aisle_recommendation *list, size_t k,
                                        const aisle_model *model, const aisle_households *of,
                                        const aisle_user *users, size_t n,
                                        const aisle_recommend_options *options,
                                        const aisle_run *run, aisle_error *err)
{
    aisle_status status = check_places(k, err);
    stages clock = {.run = run};
    int threads = stages_threads(&clock);
    batch b = {model, households_of(model, of), users, options, k, count, list};
    if (status != AISLE_OK)
        return status;
    aisle_session **sessions = sessions_new(model, threads, err);
    if (!sessions)
        return err ? err->code : AISLE_ERROR_MEMORY;
    stages_begin(&clock, "lists");
#pragma omp parallel for num_threads(threads) schedule(dynamic) if (n > PART)
    for (size_t from = 0; from < n; from += PART) {
        aisle_error own = AISLE_ERROR_INIT;
        size_t end = n - from < PART ? n : from + PART;
        aisle_status done = recommend_part(&b, sessions[thread_number()], from, end, &own);
        if (done == AISLE_OK)
            continue;
#pragma omp critical(aisle_recommend)
        {
            status = done;
            if (err)
                *err = own;
        }
    }
    stages_end(&clock);
    sessions_free(sessions, threads);
    return status;
}
