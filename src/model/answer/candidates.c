/* The candidates of one household as people look at them: by name, best first. */
#include "aisle/candidates.h"

#include "base/fail.h"
#include "base/mem.h"
#include "model/model_type.h"

static aisle_status result_init(aisle_candidates **out, const candidate_lists *lists,
                                aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t rows = lists->offset[1];
    aisle_candidates *c = NEW_ZEROED(aisle_candidates, 1);
    TRY_ALLOC(c);
    c->n_sources = lists->n_sources;
    TRY_ALLOC(c->sources = NEW_ARRAY(const char *, c->n_sources));
    TRY_ALLOC(c->list = NEW_ARRAY(aisle_candidate, rows));
    TRY_ALLOC(c->owned = NEW_ARRAY(aisle_candidate_source, rows * c->n_sources));
    for (size_t s = 0; s < c->n_sources; s++)
        c->sources[s] = retriever_table[lists->source[s]].name;
    *out = c;
    return AISLE_OK;
done:
    aisle_candidates_free(c);
    return status;
}

static void add_candidate(aisle_candidates *c, const candidate_lists *lists, uint64_t row,
                          float score, bool bought)
{
    aisle_candidate_source *source = c->owned + c->count * c->n_sources;
    for (size_t s = 0; s < c->n_sources; s++) {
        size_t cell = row * c->n_sources + s;
        source[s] = (aisle_candidate_source){lists->score[cell], lists->rank[cell]};
    }
    c->list[c->count++] = (aisle_candidate){{lists->item[row]}, score, bought, source};
}

aisle_status aisle_model_candidates(aisle_candidates **out, const aisle_model *model,
                                    const aisle_households *of, aisle_user user, bool new_only,
                                    aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const snapshot *s = &model->s;
    const households *h = households_of(model, of);
    candidate_lists lists = {0};
    item_lists best = {0};
    aisle_candidates *c = NULL;
    retriever_query query = {h, &user.index, 1, new_only || model->config->evaluate.new_only, 1};
    if (user.index >= h->n_users)
        return fail(err, AISLE_ERROR_ARGUMENT, "the model does not know this household");
    TRY(blend_init(&lists, &s->l, &query, 0, err));
    TRY(result_init(&c, &lists, err));
    TRY(item_lists_init(&best, 1, (uint32_t)lists.offset[1], err));
    TRY(blend_rank(&best, &lists, &s->l, err));
    for (uint32_t p = 0; p < best.count[0]; p++) {
        uint32_t item = best.item[p];
        bool bought = households_bought(h, user.index, item);
        add_candidate(c, &lists, candidate_lists_find(&lists, 0, item), best.score[p], bought);
    }
    *out = c;
    c = NULL;
done:
    aisle_candidates_free(c);
    item_lists_fini(&best);
    candidate_lists_fini(&lists);
    return status;
}

bool aisle_model_item_allowed(const aisle_model *model, aisle_item item)
{
    return item.index < model->s.a.n_items && model->s.c.allowed[item.index];
}

void aisle_candidates_free(aisle_candidates *candidates)
{
    if (!candidates)
        return;
    mem_free(candidates->sources);
    mem_free(candidates->list);
    mem_free(candidates->owned);
    mem_free(candidates);
}
