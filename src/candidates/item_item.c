#include "candidates/item_item.h"

#include "base/mem.h"
#include "candidates/item_rows.h"
#include "candidates/lists.h"
#include "candidates/pair_weights.h"
#include "candidates/retriever_table.h"
#include "candidates/weighting.h"

typedef struct item_item_state {
    pair_weigher weigher;
    item_rows rows;
} item_item_state;

aisle_status item_measure_weigh(csr *counts, item_measure measure, const item_item_options *options,
                                aisle_error *err)
{
    switch (measure) {
    case MEASURE_COUNT:
        return AISLE_OK;
    case MEASURE_COSINE:
        return normalise_columns(counts, err);
    case MEASURE_TFIDF:
        weigh_tfidf(counts);
        return normalise_columns(counts, err);
    case MEASURE_BM25:
        break;
    }
    bm25_options bm25 = {options->bm25_k1, options->bm25_b, DOCUMENTS_COLUMNS};
    return weigh_bm25(counts, &bm25, err);
}

static void state_free(void *state, bool owns_arrays)
{
    item_item_state *s = state;
    if (s) {
        pair_weigher_fini(&s->weigher);
        item_rows_fini(&s->rows, owns_arrays);
    }
    mem_free(s);
}

static aisle_status state_adopt(void **state, const list_context *context,
                                const item_item_options *options, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    item_item_state *s = NEW_ZEROED(item_item_state, 1);
    TRY_ALLOC(s);
    TRY(pair_weigher_init(&s->weigher, context->h, options->weight, options->decay, err));
    TRY(item_rows_init(&s->rows, context, options->neighbours, err));
    *state = s;
    s = NULL;
done:
    state_free(s, true);
    return status;
}

static aisle_status state_fit(void **state, const list_context *context, item_measure measure,
                              const item_item_options *options, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    csr w = {0};
    void *adopted = NULL;
    item_neighbours neighbours = {0};
    uint32_t *popularity = NULL;
    TRY(state_adopt(&adopted, context, options, err));
    item_item_state *s = adopted;
    TRY_ALLOC(popularity = item_rows_popularity(context));
    TRY(pair_weights_init(&w, &s->weigher, context->c, err));
    TRY(item_measure_weigh(&w, measure, options, err));
    neighbours_options wanted = {
        .k = s->rows.rows.k, .popularity = popularity, .threads = context->threads};
    TRY(item_neighbours_init(&neighbours, &w, &wanted, err));
    item_rows_take(&s->rows, &neighbours, context->c);
    *state = s;
    adopted = NULL;
done:
    csr_fini(&w);
    mem_free(popularity);
    item_neighbours_fini(&neighbours);
    state_free(adopted, true);
    return status;
}

/* sum: [n_items] */
static void add_user(float *sum, const item_item_state *s, uint32_t user)
{
    const history *h = s->weigher.h;
    for (uint64_t p = h->pair_offset[user]; p < h->pair_offset[user + 1]; p++)
        item_rows_add(sum, &s->rows, h->pair_item[p], pair_weigh(&s->weigher, p));
}

static void push_user(topk *best, const void *state, const list_context *context,
                      const list_turn *turn)
{
    add_user(turn->scratch, state, turn->user);
    lists_push_sums(best, turn->scratch, context, turn);
}

/* The functions of one of the models; MEASURE is what it takes for similarity. */
#define ITEM_ITEM(name, measure)                                                                   \
    int64_t name##_quota(const candidates_options *options)                                        \
    {                                                                                              \
        return options->name.quota;                                                                \
    }                                                                                              \
    aisle_status name##_fit(void **state, const list_context *context, aisle_error *err)           \
    {                                                                                              \
        return state_fit(state, context, measure, &context->options->name, err);                   \
    }                                                                                              \
    size_t name##_scratch(const void *state, const list_context *context)                          \
    {                                                                                              \
        (void)state;                                                                               \
        return context->h->n_items * sizeof(float);                                                \
    }                                                                                              \
    aisle_status name##_fill(item_lists *out, const void *state, const list_context *context,      \
                             const retriever_query *query, aisle_error *err)                       \
    {                                                                                              \
        list_maker maker = {.push = push_user, .scratch = name##_scratch(state, context)};         \
        return lists_fill(out, &maker, state, context, query, err);                                \
    }                                                                                              \
    void name##_score(float *out, const void *state, const list_context *context, uint32_t user,   \
                      const uint32_t *items, size_t n, void *scratch)                              \
    {                                                                                              \
        add_user(scratch, state, user);                                                            \
        lists_take_sums(out, scratch, context, items, n);                                          \
    }                                                                                              \
    aisle_status name##_similar_items(size_t *count, neighbour *out, size_t k, const void *state,  \
                                      const list_context *context, uint32_t item,                  \
                                      aisle_error *err)                                            \
    {                                                                                              \
        (void)context;                                                                             \
        (void)err;                                                                                 \
        item_rows_similar(count, out, k, &((const item_item_state *)state)->rows, item);           \
        return AISLE_OK;                                                                           \
    }                                                                                              \
    size_t name##_arrays(state_array out[8], void *state)                                          \
    {                                                                                              \
        return item_rows_arrays(out, &((item_item_state *)state)->rows);                           \
    }                                                                                              \
    aisle_status name##_adopt(void **state, const list_context *context, aisle_error *err)         \
    {                                                                                              \
        return state_adopt(state, context, &context->options->name, err);                          \
    }                                                                                              \
    aisle_status name##_check(const void *state, const list_context *context, aisle_error *err)    \
    {                                                                                              \
        return item_rows_check(&((const item_item_state *)state)->rows, context, #name, err);      \
    }                                                                                              \
    void name##_free(void *state, bool owns_arrays)                                                \
    {                                                                                              \
        state_free(state, owns_arrays);                                                            \
    }

ITEM_ITEM(item_count, MEASURE_COUNT)
ITEM_ITEM(item_cosine, MEASURE_COSINE)
ITEM_ITEM(item_tfidf, MEASURE_TFIDF)
ITEM_ITEM(item_bm25, MEASURE_BM25)
