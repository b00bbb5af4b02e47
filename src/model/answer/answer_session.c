#include "model/answer/answer_session.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"

const char session_fallback[] = "fallback";

const char *session_source(const candidate_lists *lists, uint64_t row)
{
    const uint16_t *rank = lists->rank + row * lists->n_sources;
    uint32_t best = 0;
    for (uint32_t s = 1; s < lists->n_sources; s++)
        if (rank[s] && (!rank[best] || rank[s] < rank[best]))
            best = s;
    return rank[best] ? retriever_table[lists->source[best]].name : session_fallback;
}

/* ---- The room ---- */

/* The columns' names, and who scores by them. */
static aisle_status open_ranker(aisle_session *s, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const feature_column *columns = feature_room_columns(s->features, &s->matrix.columns);
    TRY_ALLOC(s->names = NEW_ARRAY(const char *, s->matrix.columns));
    TRY_ALLOC(s->matrix.column = mem_copy(columns, s->matrix.columns, sizeof *columns));
    for (size_t c = 0; c < s->matrix.columns; c++)
        s->names[c] = s->matrix.column[c].name;
    TRY(ranker_room_new(&s->ranker, s->model->level2, s->names, s->matrix.columns, err));
done:
    return status;
}

aisle_status aisle_session_new(aisle_session **out, const aisle_model *model, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    aisle_session *s = NEW_ZEROED(aisle_session, 1);
    asker nobody = {&model->s.h, HISTORY_NONE, false};
    TRY_ALLOC(s);
    s->model = model;
    TRY(blend_room_new(&s->blend, &model->s.l, 0, err));
    s->lists = blend_ask(s->blend, &nobody);
    s->most = blend_room_most(s->blend);
    TRY(feature_room_new(&s->features, &model->s.facts, s->lists, err));
    TRY(open_ranker(s, err));
    TRY_ALLOC(s->matrix.values = NEW_ARRAY(float, s->most * s->matrix.columns));
    TRY_ALLOC(s->score = NEW_ARRAY(double, s->most));
    TRY_ALLOC(s->worth = NEW_ARRAY(double, s->most));
    TRY_ALLOC(s->order = NEW_ARRAY(ranked, s->most));
    TRY(rule_room_init(&s->rules, &model->rules, model->s.a.n_items, err));
    *out = s;
    s = NULL;
done:
    aisle_session_free(s);
    return status;
}

void aisle_session_free(aisle_session *s)
{
    if (!s)
        return;
    blend_room_free(s->blend);
    feature_room_free(s->features);
    ranker_room_free(s->ranker);
    rule_room_fini(&s->rules);
    feature_matrix_fini(&s->matrix);
    mem_free(s->names);
    mem_free(s->score);
    mem_free(s->worth);
    mem_free(s->order);
    mem_free(s->list.item);
    mem_free(s->list.score);
    mem_free(s);
}

aisle_session **sessions_new(const aisle_model *model, int threads, aisle_error *err)
{
    aisle_session **all = NEW_ZEROED(aisle_session *, (size_t)threads);
    if (!all) {
        fail_memory(err);
        return NULL;
    }
    for (int t = 0; t < threads; t++)
        if (aisle_session_new(&all[t], model, err) != AISLE_OK) {
            sessions_free(all, threads);
            return NULL;
        }
    return all;
}

void sessions_free(aisle_session **sessions, int threads)
{
    for (int t = 0; sessions && t < threads; t++)
        aisle_session_free(sessions[t]);
    mem_free(sessions);
}

static aisle_status reserve_places(aisle_session *s, size_t k, aisle_error *err)
{
    size_t capacity[2] = {s->places, s->places};
    if (mem_grow(&s->list.item, &capacity[0], k, sizeof *s->list.item) ||
        mem_grow(&s->list.score, &capacity[1], k, sizeof *s->list.score))
        return fail_memory(err);
    s->places = capacity[0];
    return AISLE_OK;
}

/* ---- Rules of a request ---- */

aisle_status request_rules_init(request_rules *out, const aisle_model *model,
                                const aisle_recommend_options *options, aisle_error *err)
{
    memset(out, 0, sizeof *out);
    out->rules = &model->rules;
    if (!options || !options->rules)
        return AISLE_OK;
    out->rules = &out->own;
    aisle_status status =
        rules_init(&out->own, &options->rules->rules, &model->s, &model->calibrated, err);
    if (status == AISLE_OK)
        status = rule_room_init(&out->room, &out->own, model->s.a.n_items, err);
    return status;
}

void request_rules_fini(request_rules *r)
{
    rule_room_fini(&r->room);
    rules_fini(&r->own);
}

/* ---- One household ---- */

asker session_asker(const aisle_model *model, const households *h, aisle_user user)
{
    return (asker){h, user.index < h->n_users ? user.index : HISTORY_NONE,
                   model->config->evaluate.new_only};
}

bool session_may_have(const list_request *request, uint32_t item)
{
    const asker *who = &request->who;
    if (request->exclude_bought && households_bought(who->h, who->user, item))
        return false;
    return rules_allow(request->rules->rules, who->h, who->user, item);
}

/* Takes what the household may not have out of its candidates. What is left keeps its scores, so
 * that a list differs from the one with everything by what is out only. */
static void drop_candidates(candidate_lists *lists, const list_request *request)
{
    uint64_t to = 0;
    uint32_t n = lists->n_sources;
    for (uint64_t from = 0; from < lists->offset[1]; from++) {
        if (!session_may_have(request, lists->item[from]))
            continue;
        lists->item[to] = lists->item[from];
        memmove(lists->score + to * n, lists->score + from * n, n * sizeof *lists->score);
        memmove(lists->rank + to * n, lists->rank + from * n, n * sizeof *lists->rank);
        to++;
    }
    lists->offset[1] = to;
}

/* What the candidates are ordered by. */
static void find_worth(aisle_session *s, const rule_set *rules)
{
    for (size_t row = 0; row < s->matrix.rows; row++) {
        s->worth[row] = s->score[row];
        if (rules->times)
            s->worth[row] = calibration_probability(&s->model->calibrated, s->score[row]) *
                            rules->times[s->lists->item[row]];
    }
}

/* All candidates, best first. */
static void order_rows(aisle_session *s)
{
    const uint32_t *popularity = s->model->s.l.context.popularity;
    for (size_t row = 0; row < s->matrix.rows; row++) {
        uint32_t item = s->lists->item[row];
        s->order[row] = ranked_of((float)s->worth[row], popularity[item], item);
    }
    ranked_sort(s->order, s->matrix.rows);
}

aisle_status session_rank(aisle_session *s, const list_request *request, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const rule_set *rules = request->rules->rules;
    s->who = request->who;
    TRY(reserve_places(s, request->k, err));
    s->lists = blend_ask(s->blend, &s->who);
    if (request->exclude_bought || rules->any)
        drop_candidates(s->lists, request);
    s->matrix.rows = s->lists->offset[1];
    feature_rows rows = {s->who.h, s->who.user, s->lists->item, s->matrix.rows, s->lists, 0};
    feature_room_fill(s->matrix.values, s->features, &rows);
    if (s->model->order.by == ORDER_TREES)
        TRY(ranker_room_score(s->score, s->ranker, s->matrix.values, s->matrix.rows, err));
    else
        ordering_score(s->score, &s->model->order, s->lists);
    find_worth(s, rules);
    order_rows(s);
    asker rest = s->who;
    rest.new_only |= request->exclude_bought;
    s->list.k = (uint32_t)request->k;
    rules_take(&s->list, s->order, s->matrix.rows,
               rules == &s->model->rules ? &s->rules : &request->rules->room, rules,
               &s->model->s.l.context, &rest);
done:
    return status;
}
