/* What the household bought last: the items of its last N baskets, scored by the sum over those
 * that have the item of decay^b, b the number of the household's baskets since. It has no state:
 * a household's baskets are its own. */
#include "candidates/retriever_table.h"

#include "base/fail.h"
#include "base/mem.h"
#include "candidates/lists.h"

#include <math.h>

int64_t own_last_quota(const candidates_options *options)
{
    return options->own_last.quota;
}

void own_last_free(void *state, bool owns_arrays)
{
    (void)owns_arrays;
    mem_free(state);
}

aisle_status own_last_fit(void **state, const list_context *context, const households *h,
                          aisle_error *err)
{
    (void)context;
    (void)h;
    *state = NEW_ZEROED(char, 1);
    return *state ? AISLE_OK : fail_memory(err);
}

/* NaN where none of the last baskets has the item of the user's pair. */
static float score_pair(const own_last_options *o, const asker *who, uint64_t pair)
{
    const households *h = who->h;
    uint64_t newest = h->basket_offset[who->user + 1] - 1;
    uint64_t first = h->pair_line_offset[pair], l = h->pair_line_offset[pair + 1], end = l;
    double sum = 0;
    for (; l > first; l--) {
        uint64_t back = newest - h->line.basket[h->pair_line[l - 1]];
        if (back >= (uint64_t)o->baskets)
            break;
        sum += pow(o->decay, (double)back);
    }
    return l < end ? (float)sum : NAN;
}

void own_last_list(topk *best, void *room, const void *state, const list_context *context,
                   const asker *who)
{
    const households *h = who->h;
    (void)room;
    (void)state;
    for (uint64_t p = h->pair_offset[who->user]; p < h->pair_offset[who->user + 1]; p++) {
        uint32_t item = h->pair_item[p];
        float score = NAN;
        if (context->c->allowed[item])
            score = score_pair(&context->options->own_last, who, p);
        if (!isnan(score))
            topk_push(best, score, context->popularity[item], item);
    }
}

void own_last_score(float *out, void *room, const void *state, const list_context *context,
                    const asker *who, const uint32_t *items, size_t n)
{
    (void)room;
    (void)state;
    for (size_t i = 0; i < n; i++) {
        size_t pair = households_find_pair(who->h, who->user, items[i]);
        out[i] = pair == SIZE_MAX ? NAN : score_pair(&context->options->own_last, who, pair);
    }
}
