#include "model/ranking.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"

const char ranking_fallback[] = "fallback";

const char *ranking_source(const candidate_lists *lists, uint64_t row)
{
    const uint16_t *rank = lists->rank + row * lists->n_sources;
    uint32_t best = 0;
    for (uint32_t s = 1; s < lists->n_sources; s++)
        if (rank[s] && (!rank[best] || rank[s] < rank[best]))
            best = s;
    return rank[best] ? retriever_table[lists->source[best]].name : ranking_fallback;
}

retriever_query ranking_query(uint32_t *room, const aisle_model *model, const aisle_user *users,
                              size_t n, int threads)
{
    for (size_t i = 0; i < n; i++)
        room[i] = users[i].index < model->s.h.n_users ? users[i].index : HISTORY_NONE;
    return (retriever_query){room, n, model->config->evaluate.new_only, threads};
}

bool ranking_may_have(const ranking_request *request, const history *h, uint32_t user,
                      uint32_t item)
{
    if (request->exclude_bought && user != HISTORY_NONE &&
        history_find_pair(h, user, item) != SIZE_MAX)
        return false;
    return rules_allow(request->rules, h, user, item);
}

/* Takes what they may not have out of the households' candidates. What is left keeps its scores, so
 * that a list differs from the one with everything by what is out only. */
static void drop_candidates(candidate_lists *lists, const ranking_request *request,
                            const history *h)
{
    uint64_t to = 0, from = 0;
    uint32_t n = lists->n_sources;
    for (size_t i = 0; i < lists->n; i++) {
        for (; from < lists->offset[i + 1]; from++) {
            if (!ranking_may_have(request, h, request->query.users[i], lists->item[from]))
                continue;
            lists->item[to] = lists->item[from];
            memmove(lists->score + to * n, lists->score + from * n, n * sizeof *lists->score);
            memmove(lists->rank + to * n, lists->rank + from * n, n * sizeof *lists->rank);
            to++;
        }
        lists->offset[i + 1] = to;
    }
}

static uint32_t longest_list(const candidate_lists *lists)
{
    uint64_t most = 1;
    for (size_t i = 0; i < lists->n; i++)
        if (lists->offset[i + 1] - lists->offset[i] > most)
            most = lists->offset[i + 1] - lists->offset[i];
    return (uint32_t)most;
}

/* What the candidates are ordered by. */
static aisle_status find_worth(ranking *out, const rule_set *rules, const calibration *calibrated,
                               aisle_error *err)
{
    size_t rows = out->lists.offset[out->lists.n];
    out->worth = mem_copy(out->rows.score, rows, sizeof *out->worth);
    if (!out->worth)
        return fail_memory(err);
    for (size_t row = 0; rules->times && row < rows; row++)
        out->worth[row] = calibration_probability(calibrated, out->worth[row]) *
                          rules->times[out->lists.item[row]];
    return AISLE_OK;
}

/* The best k of the candidates, filled up; with rules, what they allow down the whole order. */
static aisle_status make_lists(ranking *out, const snapshot *s, const rule_set *rules,
                               const retriever_query *rest, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    item_lists ordered = {0};
    if (!rules->any) {
        TRY(snapshot_order(&out->ranked, s, &out->lists, out->worth, err));
        TRY(lists_pad(&out->ranked, out->padded, &s->l.context, rest, err));
        return AISLE_OK;
    }
    TRY(item_lists_init(&ordered, out->lists.n, longest_list(&out->lists), err));
    TRY(snapshot_order(&ordered, s, &out->lists, out->worth, err));
    rule_lists from = {&ordered, s, rest};
    TRY(rules_take(&out->ranked, out->padded, rules, &from, err));
done:
    item_lists_fini(&ordered);
    return status;
}

aisle_status ranking_init(ranking *out, const aisle_model *model, const ranking_request *request,
                          aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const snapshot *s = &model->s;
    const retriever_query *query = &request->query;
    retriever_query rest = *query;
    rest.new_only |= request->exclude_bought;
    memset(out, 0, sizeof *out);
    TRY_ALLOC(out->padded = NEW_ARRAY(uint32_t, query->n));
    TRY(blend_init(&out->lists, &s->l, query, 0, err));
    if (request->exclude_bought || request->rules->any)
        drop_candidates(&out->lists, request, &s->h);
    TRY(item_lists_init(&out->ranked, query->n, (uint32_t)request->k, err));
    TRY(snapshot_score(&out->rows, s, model->level2, &out->lists, query->users, query->threads,
                       err));
    TRY(find_worth(out, request->rules, &model->calibrated, err));
    TRY(make_lists(out, s, request->rules, &rest, err));
done:
    if (status != AISLE_OK)
        ranking_fini(out);
    return status;
}

aisle_status request_rules_init(request_rules *out, const aisle_model *model,
                                const aisle_recommend_options *options, aisle_error *err)
{
    memset(out, 0, sizeof *out);
    out->rules = &model->rules;
    if (!options || !options->rules)
        return AISLE_OK;
    out->rules = &out->own;
    return rules_init(&out->own, &options->rules->rules, &model->s, &model->calibrated, err);
}

void request_rules_fini(request_rules *r)
{
    rules_fini(&r->own);
}

void ranking_fini(ranking *r)
{
    mem_free(r->padded);
    mem_free(r->worth);
    scored_rows_fini(&r->rows);
    candidate_lists_fini(&r->lists);
    item_lists_fini(&r->ranked);
    memset(r, 0, sizeof *r);
}
