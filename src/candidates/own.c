/* Own purchases: what the household bought before, scored per pair by
 *     own_count   the number of lines
 *     own_decay   sum over its lines of decay^((T − day) / 7) */
#include "candidates/retriever_table.h"

#include "base/fail.h"
#include "base/mem.h"
#include "candidates/lists.h"

#include <math.h>

typedef struct own_state {
    double *weight; /* [days] of a line by its age T − day; NULL: 1 each */
    size_t days;
} own_state;

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
    own_state *s = state;
    if (s)
        mem_free(s->weight);
    mem_free(s);
}

void own_decay_free(void *state, bool owns_arrays)
{
    own_count_free(state, owns_arrays);
}

aisle_status own_count_fit(void **state, const list_context *context, aisle_error *err)
{
    (void)context;
    *state = NEW_ZEROED(own_state, 1);
    return *state ? AISLE_OK : fail_memory(err);
}

enum { DAYS_MOST = 1000000 }; /* older lines count as that old: a damaged date costs no memory */

static size_t line_age(const history *h, uint64_t line)
{
    int64_t age = (int64_t)h->as_of - h->day[line];
    return age < DAYS_MOST ? (size_t)age : DAYS_MOST;
}

/* A user's lines are in the order of days: the first is the oldest. */
static size_t oldest_age(const history *h)
{
    size_t oldest = 0;
    for (uint32_t u = 0; u < h->n_users; u++) {
        uint64_t first = h->user_offset[u];
        if (first < h->user_offset[u + 1] && line_age(h, first) > oldest)
            oldest = line_age(h, first);
    }
    return oldest;
}

aisle_status own_decay_fit(void **state, const list_context *context, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    own_state *s = NEW_ZEROED(own_state, 1);
    TRY_ALLOC(s);
    s->days = oldest_age(context->h) + 1;
    TRY_ALLOC(s->weight = NEW_ARRAY(double, s->days));
    for (size_t age = 0; age < s->days; age++)
        s->weight[age] = pow(context->options->own_decay.decay, (double)age / 7);
    *state = s;
    return AISLE_OK;
done:
    own_count_free(s, true);
    return status;
}

static float pair_score(const own_state *s, const history *h, size_t pair)
{
    uint64_t first = h->pair_line_offset[pair], end = h->pair_line_offset[pair + 1];
    if (!s->weight)
        return (float)(end - first);
    double sum = 0;
    for (uint64_t l = first; l < end; l++)
        sum += s->weight[line_age(h, h->pair_line[l])];
    return (float)sum;
}

static void own_push(topk *best, const void *state, const list_context *context,
                     const list_turn *turn)
{
    const history *h = context->h;
    uint32_t user = turn->user;
    for (uint64_t p = h->pair_offset[user]; p < h->pair_offset[user + 1]; p++) {
        uint32_t item = h->pair_item[p];
        if (context->c->allowed[item])
            topk_push(best, pair_score(state, h, p), context->popularity[item], item);
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
        out[i] = pair == SIZE_MAX ? NAN : pair_score(state, context->h, pair);
    }
}

void own_decay_score(float *out, const void *state, const list_context *context, uint32_t user,
                     const uint32_t *items, size_t n, void *scratch)
{
    own_count_score(out, state, context, user, items, n, scratch);
}
