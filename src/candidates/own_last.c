/* What the household bought last: the items of its last N baskets, scored by the sum over those
 * that have the item of decay^b, b the number of the household's baskets since. */
#include "candidates/retriever_table.h"

#include "base/fail.h"
#include "base/mem.h"
#include "candidates/lists.h"

#include <math.h>

typedef struct own_last_state {
    double *of_age;   /* [baskets] decay^b */
    uint32_t baskets; /* the last that count: of the option, those that a household has at most */
} own_last_state;

int64_t own_last_quota(const candidates_options *options)
{
    return options->own_last.quota;
}

void own_last_free(void *state, bool owns_arrays)
{
    (void)owns_arrays;
    own_last_state *s = state;
    if (s)
        mem_free(s->of_age);
    mem_free(s);
}

static uint32_t most_baskets(const history *h)
{
    uint32_t most = 1;
    for (uint32_t u = 0; u < h->n_users; u++) {
        uint64_t first = h->user_offset[u], end = h->user_offset[u + 1];
        if (first < end && h->basket[end - 1] - h->basket[first] + 1 > most)
            most = h->basket[end - 1] - h->basket[first] + 1;
    }
    return most;
}

aisle_status own_last_fit(void **state, const list_context *context, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const own_last_options *options = &context->options->own_last;
    uint32_t most = most_baskets(context->h);
    own_last_state *s = NEW_ZEROED(own_last_state, 1);
    TRY_ALLOC(s);
    s->baskets = options->baskets < most ? (uint32_t)options->baskets : most;
    TRY_ALLOC(s->of_age = NEW_ARRAY(double, s->baskets));
    for (uint32_t b = 0; b < s->baskets; b++)
        s->of_age[b] = pow(options->decay, b);
    *state = s;
    s = NULL;
done:
    own_last_free(s, true);
    return status;
}

/* NaN where none of the last baskets has the item of the user's pair. */
static float score_pair(const own_last_state *s, const history *h, uint32_t user, uint64_t pair)
{
    uint32_t newest = h->basket[h->user_offset[user + 1] - 1];
    uint64_t first = h->pair_line_offset[pair], l = h->pair_line_offset[pair + 1];
    double sum = 0;
    uint64_t end = l;
    for (; l > first && newest - h->basket[h->pair_line[l - 1]] < s->baskets; l--)
        sum += s->of_age[newest - h->basket[h->pair_line[l - 1]]];
    return l < end ? (float)sum : NAN;
}

static void own_last_push(topk *best, const void *state, const list_context *context,
                          const list_turn *turn)
{
    const history *h = context->h;
    uint32_t user = turn->user;
    for (uint64_t p = h->pair_offset[user]; p < h->pair_offset[user + 1]; p++) {
        uint32_t item = h->pair_item[p];
        float score = context->c->allowed[item] ? score_pair(state, h, user, p) : NAN;
        if (!isnan(score))
            topk_push(best, score, context->popularity[item], item);
    }
}

aisle_status own_last_fill(item_lists *out, const void *state, const list_context *context,
                           const retriever_query *query, aisle_error *err)
{
    static const list_maker maker = {.push = own_last_push, .only_bought = true};
    return lists_fill(out, &maker, state, context, query, err);
}

void own_last_score(float *out, const void *state, const list_context *context, uint32_t user,
                    const uint32_t *items, size_t n, void *scratch)
{
    (void)scratch;
    for (size_t i = 0; i < n; i++) {
        size_t pair = history_find_pair(context->h, user, items[i]);
        out[i] = pair == SIZE_MAX ? NAN : score_pair(state, context->h, user, pair);
    }
}
