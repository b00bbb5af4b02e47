/* What is near a product or a household, by any retriever that knows. */
#include "aisle/candidates.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/text.h"
#include "model/model_type.h"

static const struct {
    const char *alias, *name;
} aliases[] = {
    {"cosine", "item_cosine"}, {"tfidf", "item_tfidf"},   {"bm25", "item_bm25"},
    {"count", "item_count"},   {"cobasket", "co_basket"}, {"tifu", "tifu_knn"},
    {"upcf", "up_cf"},
};

static const char *const kind_names[] = {"products", "households"};

static bool knows(const retriever *r, aisle_similar_kind kind)
{
    return kind == AISLE_SIMILAR_ITEMS ? r->similar_items != NULL : r->similar_users != NULL;
}

static aisle_status refuse_name(const char *by, aisle_similar_kind kind, aisle_error *err)
{
    text known = {0};
    for (size_t r = 0; r < retriever_count; r++)
        if (knows(&retriever_table[r], kind))
            text_add(&known, "%s%s", known.length ? ", " : "", retriever_table[r].name);
    aisle_status status =
        fail(err, AISLE_ERROR_ARGUMENT, "similar %s: found '%s', expected one of: %s",
             kind_names[kind], by, known.bytes ? known.bytes : "");
    text_fini(&known);
    return status;
}

static const retriever *find_by(const char *by)
{
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
        if (strcmp(aliases[i].alias, by) == 0)
            return retriever_find(aliases[i].name);
    return retriever_find(by);
}

static const void *state_of(const aisle_model *model, const retriever *r)
{
    size_t at = (size_t)(r - retriever_table);
    if (model->s.l.state[at])
        return model->s.l.state[at];
    return model->extra ? model->extra[at] : NULL;
}

/* The first that the model has, else the first that knows at all. */
static const retriever *choose(const aisle_model *model, aisle_similar_kind kind)
{
    const retriever *first = NULL;
    for (size_t r = 0; r < retriever_count; r++) {
        const retriever *row = &retriever_table[r];
        if (!knows(row, kind))
            continue;
        if (state_of(model, row))
            return row;
        first = first ? first : row;
    }
    return first;
}

/* On the model's own households, whose pool is the model's. */
static aisle_status fit_again(void **state, const retriever *r, const aisle_model *model,
                              const list_context *like, aisle_error *err)
{
    list_context context = *like;
    const households *h = &model->s.h;
    if (h->n_users == 0)
        return fail(err, AISLE_ERROR_ARGUMENT,
                    "%s is not in the model, and neither are the households that it could be "
                    "fitted on: fit it with candidates.%s.quota above 0",
                    r->name, r->name);
    aisle_status status = user_pool_match(&context.pool, h, err);
    if (status == AISLE_OK)
        status = retriever_fit(state, r, &context, h, err);
    if (!like->pool.user)
        mem_free(context.pool.user);
    return status;
}

aisle_status aisle_model_prepare_similar(const char **name, bool *fitted, aisle_model *model,
                                         aisle_similar_kind kind, const char *by,
                                         const aisle_run *run, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    stages clock = {.run = run};
    const retriever *r = by ? find_by(by) : choose(model, kind);
    if (!r || !knows(r, kind))
        return refuse_name(by ? by : "", kind, err);
    bool missing = !state_of(model, r);
    if (missing) {
        list_context context = model->s.l.context;
        context.threads = stages_threads(&clock);
        if (!model->extra)
            TRY_ALLOC(model->extra = NEW_ZEROED(void *, retriever_count));
        stages_begin(&clock, r->name);
        TRY(fit_again(&model->extra[r - retriever_table], r, model, &context, err));
    }
    *name = r->name;
    *fitted = missing;
done:
    return status;
}

/* The retriever and its state to ask for similar things. */
static aisle_status find_state(const retriever **r, const void **state, const aisle_model *model,
                               aisle_similar_kind kind, const char *by, aisle_error *err)
{
    *r = find_by(by);
    if (!*r || !knows(*r, kind))
        return refuse_name(by, kind, err);
    *state = state_of(model, *r);
    if (!*state)
        return fail(err, AISLE_ERROR_ARGUMENT,
                    "%s is not in the model: aisle_model_prepare_similar fits it", by);
    return AISLE_OK;
}

aisle_status aisle_model_similar_items(size_t *count, aisle_similar_item *list, size_t k,
                                       const aisle_model *model, aisle_item item, const char *by,
                                       aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const retriever *r;
    const void *state;
    size_t n = 0;
    neighbour *near = NULL;
    TRY(find_state(&r, &state, model, AISLE_SIMILAR_ITEMS, by, err));
    if (!aisle_model_item_allowed(model, item))
        TRY(fail(err, AISLE_ERROR_ARGUMENT, "the product is not in the model's catalogue"));
    TRY_ALLOC(near = NEW_ARRAY(neighbour, k));
    TRY(r->similar_items(&n, near, k, state, &model->s.l.context, item.index, err));
    for (size_t i = 0; i < n; i++)
        list[i] = (aisle_similar_item){{near[i].index}, near[i].score};
    *count = n;
done:
    mem_free(near);
    return status;
}

aisle_status aisle_model_similar_users(size_t *count, aisle_similar_user *list, size_t k,
                                       const aisle_model *model, const aisle_households *of,
                                       aisle_user user, const char *by, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const retriever *r;
    const void *state;
    size_t n = 0;
    neighbour *near = NULL;
    const list_context *context = &model->s.l.context;
    asker who = {households_of(model, of), user.index, false};
    TRY(find_state(&r, &state, model, AISLE_SIMILAR_USERS, by, err));
    if (user.index >= who.h->n_users)
        TRY(fail(err, AISLE_ERROR_ARGUMENT, "the model does not know this household"));
    TRY_ALLOC(near = NEW_ARRAY(neighbour, k));
    TRY(r->similar_users(&n, near, k, state, context, &who, err));
    for (size_t i = 0; i < n; i++) {
        char buffer[32];
        const char *id = id_table_text(&context->pool.users, near[i].index, buffer);
        list[i] = (aisle_similar_user){
            near[i].index, {id_table_find(&model->s.h.users, id)}, near[i].score};
    }
    *count = n;
done:
    mem_free(near);
    return status;
}

const char *aisle_model_pool_id(const aisle_model *model, uint32_t place, char buffer[32])
{
    return id_table_text(&model->s.l.context.pool.users, place, buffer);
}
