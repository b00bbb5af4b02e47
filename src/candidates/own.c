/* Own purchases: what the household bought before, scored per pair by
 *     own_count   the number of lines
 *     own_decay   sum over its lines of decay^((T − day) / 7) */
#include "candidates/retriever_table.h"

#include "base/fail.h"
#include "base/mem.h"
#include "candidates/lists.h"
#include "candidates/pair_weights.h"

#include <math.h>

int64_t own_count_quota(const candidates_options *options)
{
    return options->own_count.quota;
}

int64_t own_decay_quota(const candidates_options *options)
{
    return options->own_decay.quota;
}

void own_count_free(void *state, bool owns_arrays)
{
    (void)owns_arrays;
    if (state)
        pair_weigher_fini(state);
    mem_free(state);
}

void own_decay_free(void *state, bool owns_arrays)
{
    own_count_free(state, owns_arrays);
}

static aisle_status own_fit(void **state, const list_context *context, double decay,
                            aisle_error *err)
{
    aisle_status status = AISLE_OK;
    pair_weigher *weigher = NEW_ZEROED(pair_weigher, 1);
    TRY_ALLOC(weigher);
    TRY(pair_weigher_init(weigher, context->h, PAIR_LINES, decay, err));
    *state = weigher;
    return AISLE_OK;
done:
    mem_free(weigher);
    return status;
}

aisle_status own_count_fit(void **state, const list_context *context, aisle_error *err)
{
    return own_fit(state, context, 1, err);
}

aisle_status own_decay_fit(void **state, const list_context *context, aisle_error *err)
{
    return own_fit(state, context, context->options->own_decay.decay, err);
}

static void own_push(topk *best, const void *state, const list_context *context,
                     const list_turn *turn)
{
    const history *h = context->h;
    uint32_t user = turn->user;
    for (uint64_t p = h->pair_offset[user]; p < h->pair_offset[user + 1]; p++) {
        uint32_t item = h->pair_item[p];
        if (context->c->allowed[item])
            topk_push(best, pair_weigh(state, p), context->popularity[item], item);
    }
}

static const list_maker own_maker = {.push = own_push, .only_bought = true};

aisle_status own_count_fill(item_lists *out, const void *state, const list_context *context,
                            const retriever_query *query, aisle_error *err)
{
    return lists_fill(out, &own_maker, state, context, query, err);
}

aisle_status own_decay_fill(item_lists *out, const void *state, const list_context *context,
                            const retriever_query *query, aisle_error *err)
{
    return lists_fill(out, &own_maker, state, context, query, err);
}

void own_count_score(float *out, const void *state, const list_context *context, uint32_t user,
                     const uint32_t *items, size_t n, void *scratch)
{
    (void)scratch;
    for (size_t i = 0; i < n; i++) {
        size_t pair = history_find_pair(context->h, user, items[i]);
        out[i] = pair == SIZE_MAX ? NAN : pair_weigh(state, pair);
    }
}

void own_decay_score(float *out, const void *state, const list_context *context, uint32_t user,
                     const uint32_t *items, size_t n, void *scratch)
{
    own_count_score(out, state, context, user, items, n, scratch);
}
