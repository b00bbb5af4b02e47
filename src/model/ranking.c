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

aisle_status ranking_init(ranking *out, const aisle_model *model, const ranking_request *request,
                          aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const snapshot *s = &model->s;
    const retriever_query *query = &request->query;
    retriever_query rest = *query;
    bool exclude_bought = request->options && request->options->exclude_bought;
    rest.new_only |= exclude_bought;
    memset(out, 0, sizeof *out);
    TRY_ALLOC(out->padded = NEW_ARRAY(uint32_t, query->n));
    TRY(blend_init(&out->lists, &s->l, query, 0, err));
    if (exclude_bought)
        drop_bought(&out->lists, &s->h, query->users);
    TRY(item_lists_init(&out->ranked, query->n, (uint32_t)request->k, err));
    TRY(snapshot_score(&out->rows, s, model->level2, &out->lists, query->users, query->threads,
                       err));
    TRY(snapshot_order(&out->ranked, s, &out->lists, out->rows.score, err));
    TRY(lists_pad(&out->ranked, out->padded, &s->l.context, &rest, err));
done:
    if (status != AISLE_OK)
        ranking_fini(out);
    return status;
}

void ranking_fini(ranking *r)
{
    mem_free(r->padded);
    scored_rows_fini(&r->rows);
    candidate_lists_fini(&r->lists);
    item_lists_fini(&r->ranked);
    memset(r, 0, sizeof *r);
}
