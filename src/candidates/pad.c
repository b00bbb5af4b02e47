#include "candidates/blend.h"

#include <math.h>

static bool has_item(const uint32_t *items, uint32_t n, uint32_t item)
{
    for (uint32_t i = 0; i < n; i++)
        if (items[i] == item)
            return true;
    return false;
}

/* Fills one list of n items up to k; returns the new count. What was padded can't repeat, so only
 * the first n are looked through. */
static uint32_t pad_list(uint32_t *items, float *scores, uint32_t n, uint32_t k,
                         const list_context *context, uint32_t user, bool new_only)
{
    uint32_t own = n;
    float score = n ? scores[n - 1] : 1;
    for (uint32_t p = 0; p < context->n_popular && n < k; p++) {
        uint32_t item = context->popular[p];
        if (has_item(items, own, item))
            continue;
        if (new_only && user != HISTORY_NONE &&
            history_find_pair(context->h, user, item) != SIZE_MAX)
            continue;
        score = nextafterf(score, -INFINITY);
        items[n] = item;
        scores[n++] = score;
    }
    return n;
}

void lists_pad(item_lists *lists, uint32_t *padded, const list_context *context,
               const retriever_query *query)
{
#pragma omp parallel for num_threads(query_threads(query, context))                                \
    schedule(static) if (lists->n > 64)
    for (size_t i = 0; i < lists->n; i++) {
        uint32_t before = lists->count[i];
        lists->count[i] = pad_list(lists->item + i * lists->k, lists->score + i * lists->k, before,
                                   lists->k, context, query->users[i], query->new_only);
        if (padded)
            padded[i] = before;
    }
}
