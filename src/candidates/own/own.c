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

void own_free(void *state, bool owns_arrays)
{
    (void)owns_arrays;
    if (state)
        pair_weigher_fini(state);
    mem_free(state);
}

static aisle_status own_fit(void **state, double decay, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    pair_weigher *weigher = NEW_ZEROED(pair_weigher, 1);
    TRY_ALLOC(weigher);
    TRY(pair_weigher_init(weigher, PAIR_LINES, decay, err));
    *state = weigher;
    return AISLE_OK;
done:
    mem_free(weigher);
    return status;
}

aisle_status own_count_fit(void **state, const list_context *context, const households *h,
                           aisle_error *err)
{
    (void)context;
    (void)h;
    return own_fit(state, 1, err);
}

aisle_status own_decay_fit(void **state, const list_context *context, const households *h,
                           aisle_error *err)
{
    (void)h;
    return own_fit(state, context->options->own_decay.decay, err);
}

void own_list(topk *best, void *room, const void *state, const list_context *context,
              const asker *who)
{
    const households *h = who->h;
    (void)room;
    for (uint64_t p = h->pair_offset[who->user]; p < h->pair_offset[who->user + 1]; p++) {
        uint32_t item = h->pair_item[p];
        if (context->c->allowed[item])
            topk_push(best, pair_weigh(state, h, p), context->popularity[item], item);
    }
}

void own_score(float *out, void *room, const void *state, const list_context *context,
               const asker *who, const uint32_t *items, size_t n)
{
    (void)room;
    (void)context;
    for (size_t i = 0; i < n; i++) {
        size_t pair = households_find_pair(who->h, who->user, items[i]);
        out[i] = pair == SIZE_MAX ? NAN : pair_weigh(state, who->h, pair);
    }
}
