#include "candidates/neighbours/item_item.h"

#include "base/mem.h"
#include "candidates/neighbours/item_rows.h"
#include "candidates/lists.h"
#include "candidates/pair_weights.h"
#include "candidates/retriever_table.h"
#include "candidates/neighbours/weighting.h"

#include <string.h>

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

void item_item_free(void *state, bool owns_arrays)
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
    TRY(pair_weigher_init(&s->weigher, options->weight, options->decay, err));
    s->rows = item_rows_of(context, options->neighbours);
    *state = s;
    s = NULL;
done:
    item_item_free(s, true);
    return status;
}

static aisle_status state_fit(void **state, const list_context *context, const households *h,
                              item_measure measure, const item_item_options *options,
                              aisle_error *err)
{
    aisle_status status = AISLE_OK;
    csr w = {0};
    void *adopted = NULL;
    item_neighbours neighbours = {0};
    uint32_t *popularity = NULL;
    TRY(state_adopt(&adopted, context, options, err));
    item_item_state *s = adopted;
    TRY_ALLOC(popularity = item_rows_popularity(context));
    TRY(pair_weights_init(&w, &s->weigher, h, context->c, err));
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
    item_item_free(adopted, true);
    return status;
}

/* The room is the sums: [n_items]. */
size_t item_item_room(const void *state, const list_context *context)
{
    (void)state;
    return context->a->n_items * sizeof(float);
}

void item_item_ask(void *room, const void *state, const list_context *context, const asker *who)
{
    const item_item_state *s = state;
    const households *h = who->h;
    (void)context;
    uint64_t end = h->pair_offset[who->user + 1];
    for (uint64_t p = h->pair_offset[who->user]; p < end; p++) {
        if (p + 2 < end)
            item_rows_prefetch(&s->rows, h->pair_item[p + 2]);
        item_rows_add(room, &s->rows, h->pair_item[p], pair_weigh(&s->weigher, h, p));
    }
}

void item_item_forget(void *room, const void *state, const list_context *context, const asker *who)
{
    (void)who;
    memset(room, 0, item_item_room(state, context));
}

void item_item_list(topk *best, void *room, const void *state, const list_context *context,
                    const asker *who)
{
    (void)state;
    lists_push_sums(best, room, context, who);
}

void item_item_score(float *out, void *room, const void *state, const list_context *context,
                     const asker *who, const uint32_t *items, size_t n)
{
    (void)state;
    (void)who;
    lists_take_sums(out, room, context, items, n);
}

aisle_status item_item_similar_items(size_t *count, neighbour *out, size_t k, const void *state,
                                     const list_context *context, uint32_t item, aisle_error *err)
{
    (void)context;
    (void)err;
    item_rows_similar(count, out, k, &((const item_item_state *)state)->rows, item);
    return AISLE_OK;
}

size_t item_item_arrays(state_array *out, void *state)
{
    return item_rows_arrays(out, &((item_item_state *)state)->rows);
}

aisle_status item_item_check(const void *state, const list_context *context, aisle_error *err)
{
    return item_rows_check(&((const item_item_state *)state)->rows, context, "item-item", err);
}

/* The functions of one of the models; MEASURE is what it takes for similarity. */
#define ITEM_ITEM(name, measure)                                                                   \
    int64_t name##_quota(const candidates_options *options)                                        \
    {                                                                                              \
        return options->name.quota;                                                                \
    }                                                                                              \
    aisle_status name##_fit(void **state, const list_context *context, const households *h,        \
                            aisle_error *err)                                                      \
    {                                                                                              \
        return state_fit(state, context, h, measure, &context->options->name, err);                \
    }                                                                                              \
    aisle_status name##_adopt(void **state, const list_context *context, aisle_error *err)         \
    {                                                                                              \
        return state_adopt(state, context, &context->options->name, err);                          \
    }

ITEM_ITEM(item_count, MEASURE_COUNT)
ITEM_ITEM(item_cosine, MEASURE_COSINE)
ITEM_ITEM(item_tfidf, MEASURE_TFIDF)
ITEM_ITEM(item_bm25, MEASURE_BM25)
