/* What most bought in the last weeks, or of all time (popular_all): the same list for everybody,
 * scored by the number of households, of lines, or by the quantity, of the days in [T − 7 weeks,
 * T). */
#include "candidates/retriever_table.h"

#include "base/fail.h"
#include "base/mem.h"
#include "candidates/lists.h"
#include "history/day_sums.h"

#include <math.h>

/* All items of the catalogue in order; those from the first score of 0 on are never listed. */
typedef struct popular_state {
    uint32_t *item; /* [count] */
    float *score;   /* [n_items] by item, in the catalogue or not */
    size_t count, n_items;
} popular_state;

int64_t popular_quota(const candidates_options *options)
{
    return options->popular.quota;
}

void popular_free(void *state, bool owns_arrays)
{
    popular_state *s = state;
    if (s && owns_arrays) {
        mem_free(s->item);
        mem_free(s->score);
    }
    mem_free(s);
}

/* In millionths, or households or lines. */
static const tally_column columns[] = {{"amount", TALLY_ITEM, TALLY_WIDE, 1}};

static void sum_amounts(tally *t, const households *h, const popular_options *options)
{
    tally_wide *sum = tally_amounts(t, 0);
    int32_t from = history_weeks_before(h->as_of, options->weeks);
    for (size_t p = 0; p < h->pairs; p++) {
        uint64_t first = h->pair_line_offset[p], end = h->pair_line_offset[p + 1];
        for (uint64_t l = end; l-- > first && h->line.day[h->pair_line[l]] >= from;) {
            sum[h->pair_item[p]] += tally_micro(
                options->by == POPULAR_QUANTITY ? (double)h->line.quantity[h->pair_line[l]] : 1);
            if (options->by == POPULAR_HOUSEHOLDS)
                break;
        }
    }
}

static aisle_status sum_popular(tally *t, const households *h, const candidates_options *options,
                                aisle_error *err)
{
    (void)err;
    sum_amounts(t, h, &options->popular);
    return AISLE_OK;
}

/* Its option of weeks is no key: 0, all time. */
static aisle_status sum_popular_all(tally *t, const households *h,
                                    const candidates_options *options, aisle_error *err)
{
    (void)err;
    sum_amounts(t, h, &options->popular_all);
    return AISLE_OK;
}

const tally_part popular_part = {"popular", TALLY_NO_ROWS, 1, columns, sum_popular};
const tally_part popular_all_part = {"popular_all", TALLY_NO_ROWS, 1, columns, sum_popular_all};

static aisle_status popular_sort(popular_state *s, const list_context *context, aisle_error *err)
{
    const catalogue *c = context->c;
    ranked *order = NEW_ARRAY(ranked, c->count);
    if (!order)
        return fail_memory(err);
    for (uint32_t i = 0; i < c->count; i++) {
        uint32_t item = c->items[i];
        order[i] = ranked_of(s->score[item], context->popularity[item], item);
    }
    ranked_sort(order, c->count);
    for (uint32_t i = 0; i < c->count; i++)
        s->item[i] = order[i].item;
    mem_free(order);
    return AISLE_OK;
}

static aisle_status popular_empty(popular_state **out, const list_context *context,
                                  aisle_error *err)
{
    popular_state *s = NEW_ZEROED(popular_state, 1);
    if (!s)
        return fail_memory(err);
    s->count = context->c->count;
    s->n_items = context->a->n_items;
    *out = s;
    return AISLE_OK;
}

static aisle_status fit_part(void **state, const list_context *context, const households *h,
                             const tally_part *part, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const tally *sum;
    tally own;
    popular_state *s = NULL;
    TRY(sums_of(&sum, &own, part, h, context->options, err));
    TRY(popular_empty(&s, context, err));
    TRY_ALLOC(s->item = NEW_ARRAY(uint32_t, s->count));
    TRY_ALLOC(s->score = NEW_ARRAY(float, s->n_items));
    for (size_t i = 0; i < s->n_items; i++)
        s->score[i] = (float)tally_amount(tally_amounts(sum, 0)[i]);
    TRY(popular_sort(s, context, err));
    *state = s;
    s = NULL;
done:
    tally_fini(&own);
    popular_free(s, true);
    return status;
}

aisle_status popular_fit(void **state, const list_context *context, const households *h,
                         aisle_error *err)
{
    return fit_part(state, context, h, &popular_part, err);
}

int64_t popular_all_quota(const candidates_options *options)
{
    return options->popular_all.quota;
}

aisle_status popular_all_fit(void **state, const list_context *context, const households *h,
                             aisle_error *err)
{
    return fit_part(state, context, h, &popular_all_part, err);
}

void popular_list(topk *best, void *room, const void *state, const list_context *context,
                  const asker *who)
{
    const popular_state *s = state;
    size_t n = 0;
    (void)room;
    for (size_t j = 0; j < s->count && n < best->k; j++) {
        uint32_t item = s->item[j];
        if (!(s->score[item] > 0))
            break;
        if (is_left_out(who, item))
            continue;
        topk_push(best, s->score[item], context->popularity[item], item);
        n++;
    }
}

void popular_score(float *out, void *room, const void *state, const list_context *context,
                   const asker *who, const uint32_t *items, size_t n)
{
    (void)room;
    (void)context;
    (void)who;
    const popular_state *s = state;
    for (size_t i = 0; i < n; i++)
        out[i] = s->score[items[i]] > 0 ? s->score[items[i]] : NAN;
}

size_t popular_arrays(state_array *out, void *state)
{
    popular_state *s = state;
    out[0] = (state_array){"item", sizeof *s->item, s->count, (void **)&s->item, NULL};
    out[1] = (state_array){"score", sizeof *s->score, s->n_items, (void **)&s->score, NULL};
    return 2;
}

aisle_status popular_adopt(void **state, const list_context *context, aisle_error *err)
{
    return popular_empty((popular_state **)state, context, err);
}

aisle_status popular_check(const void *state, const list_context *context, aisle_error *err)
{
    const popular_state *s = state;
    ranked last = {0};
    for (size_t i = 0; i < s->n_items; i++)
        if (!isfinite(s->score[i]))
            return fail(err, AISLE_ERROR_FORMAT, "popular: the score of item %zu is not finite", i);
    for (size_t i = 0; i < s->count; i++) {
        uint32_t item = s->item[i];
        if (item >= s->n_items || !context->c->allowed[item])
            return fail(err, AISLE_ERROR_FORMAT, "popular: item %u is not in the catalogue", item);
        ranked next = ranked_of(s->score[item], context->popularity[item], item);
        if (i > 0 && !ranked_before(last, next))
            return fail(err, AISLE_ERROR_FORMAT, "popular: item %zu is out of order", i);
        last = next;
    }
    return AISLE_OK;
}
