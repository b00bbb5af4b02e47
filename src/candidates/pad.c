#include "candidates/blend.h"

#include "base/fail.h"
#include "base/mem.h"
#include "base/sort.h"
#include "base/threads.h"

#include <math.h>
#include <string.h>

/* Fills one list of n items up to k; returns the new count. sorted has room for n items: what the
 * list has, ascending. What was padded can't repeat. */
static uint32_t pad_list(uint32_t *items, float *scores, uint32_t n, uint32_t k, uint32_t *sorted,
                         const list_context *context, const retriever_query *query, uint32_t user)
{
    uint32_t own = n;
    float score = n ? scores[n - 1] : 1;
    if (n)
        memcpy(sorted, items, n * sizeof *sorted);
    sort_u32(sorted, n);
    for (uint32_t p = 0; p < context->n_popular && n < k; p++) {
        uint32_t item = context->popular[p];
        if (sort_has_u32(sorted, own, item))
            continue;
        if (query->new_only && households_bought(query->h, user, item))
            continue;
        score = nextafterf(score, -INFINITY);
        items[n] = item;
        scores[n++] = score;
    }
    return n;
}

aisle_status lists_pad(item_lists *lists, uint32_t *padded, const list_context *context,
                       const retriever_query *query, aisle_error *err)
{
    int threads = query_threads(query, context);
    uint32_t *sorted = NEW_ARRAY(uint32_t, (size_t)threads * lists->k);
    if (!sorted)
        return fail_memory(err);
#pragma omp parallel for num_threads(threads) schedule(static) if (lists->n > 64)
    for (size_t i = 0; i < lists->n; i++) {
        uint32_t before = lists->count[i];
        uint32_t *scratch = sorted + (size_t)thread_number() * lists->k;
        lists->count[i] = pad_list(lists->item + i * lists->k, lists->score + i * lists->k, before,
                                   lists->k, scratch, context, query, query->users[i]);
        if (padded)
            padded[i] = before;
    }
    mem_free(sorted);
    return AISLE_OK;
}
