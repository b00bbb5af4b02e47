/* What the household is due to buy again: the weight of the pair as own_decay has it, times how due
 * it is. x being the days since the last purchase over the median gap between purchases (the
 * pair's own of two gaps or more, else the item's over all households, else that of all),
 *     1 − rise (1 − x)   for x < 1: bought lately, not yet due
 *     1                  for 1 <= x <= 2: due
 *     (x / 2)^−lapse     for x > 2: the longer overdue, the less likely ever again */
#include "candidates/retriever_table.h"

#include "base/fail.h"
#include "base/mem.h"
#include "candidates/lists.h"
#include "candidates/pair_weights.h"
#include "history/rhythm.h"

#include <math.h>

#define DUE_UNTIL 2.0 /* gaps */

typedef struct own_due_state {
    pair_weigher weigher;
    float *gap; /* [n_items] median days between purchases, > 0 */
    size_t n_items;
} own_due_state;

int64_t own_due_quota(const candidates_options *options)
{
    return options->own_due.quota;
}

void own_due_free(void *state, bool owns_arrays)
{
    own_due_state *s = state;
    if (s) {
        pair_weigher_fini(&s->weigher);
        if (owns_arrays)
            mem_free(s->gap);
    }
    mem_free(s);
}

aisle_status own_due_adopt(void **state, const list_context *context, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    own_due_state *s = NEW_ZEROED(own_due_state, 1);
    TRY_ALLOC(s);
    s->n_items = context->a->n_items;
    TRY(pair_weigher_init(&s->weigher, PAIR_LINES, context->options->own_due.decay, err));
    *state = s;
    return AISLE_OK;
done:
    mem_free(s);
    return status;
}

aisle_status own_due_fit(void **state, const list_context *context, const households *h,
                         aisle_error *err)
{
    void *adopted = NULL;
    aisle_status status = own_due_adopt(&adopted, context, err);
    if (status != AISLE_OK)
        return status;
    own_due_state *s = adopted;
    status = rhythm_item_medians(&s->gap, h, err);
    if (status == AISLE_OK)
        *state = s;
    else
        own_due_free(s, true);
    return status;
}

static float score_pair(const own_due_state *s, const list_context *context, const households *h,
                        uint64_t pair)
{
    const own_due_options *options = &context->options->own_due;
    rhythm r;
    rhythm_read(&r, h, pair);
    double since = (double)h->as_of - r.last;
    double gap = r.gaps >= 2 ? rhythm_median(&r) : (double)s->gap[h->pair_item[pair]];
    double x = since / gap;
    double due = x < 1            ? 1 - options->rise * (1 - x)
                 : x <= DUE_UNTIL ? 1
                                  : pow(x / DUE_UNTIL, -options->lapse);
    return (float)((double)pair_weigh(&s->weigher, h, pair) * due);
}

void own_due_list(topk *best, void *room, const void *state, const list_context *context,
                  const asker *who)
{
    const households *h = who->h;
    (void)room;
    for (uint64_t p = h->pair_offset[who->user]; p < h->pair_offset[who->user + 1]; p++) {
        uint32_t item = h->pair_item[p];
        if (context->c->allowed[item])
            topk_push(best, score_pair(state, context, h, p), context->popularity[item], item);
    }
}

void own_due_score(float *out, void *room, const void *state, const list_context *context,
                   const asker *who, const uint32_t *items, size_t n)
{
    (void)room;
    for (size_t i = 0; i < n; i++) {
        size_t pair = households_find_pair(who->h, who->user, items[i]);
        out[i] = pair == SIZE_MAX ? NAN : score_pair(state, context, who->h, pair);
    }
}

size_t own_due_arrays(state_array *out, void *state)
{
    own_due_state *s = state;
    out[0] = (state_array){"gap", sizeof *s->gap, s->n_items, (void **)&s->gap, NULL};
    return 1;
}

aisle_status own_due_check(const void *state, const list_context *context, aisle_error *err)
{
    (void)context;
    const own_due_state *s = state;
    for (size_t i = 0; i < s->n_items; i++)
        if (!(s->gap[i] >= 1 && isfinite(s->gap[i])))
            return fail(err, AISLE_ERROR_FORMAT,
                        "own_due: the gap of item %zu is not a number of days", i);
    return AISLE_OK;
}
