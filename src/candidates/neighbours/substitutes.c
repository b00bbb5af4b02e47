/* What could stand in for what the household buys: other items of the same group, the same values
 * in all of the columns (category and brand). The score of j is the household's weight in the
 * group, its lines of the group's items but j decayed by age, times the number of households that
 * bought j in the last weeks. */
#include "candidates/lists.h"
#include "candidates/pair_weights.h"
#include "candidates/product_columns.h"
#include "candidates/retriever_table.h"

#include "base/fail.h"
#include "base/mem.h"
#include "base/sort.h"

#include <string.h>

typedef struct substitutes_state {
    pair_weigher weigher;
    uint32_t groups;
    uint32_t *group;         /* [n_items] or HISTORY_NONE */
    uint32_t *offset;        /* [groups + 1] into member */
    uint32_t *member;        /* the group's items in the catalogue that somebody bought of late */
    uint32_t *member_buyers; /* their buyers */
    size_t n_items;
    uint32_t *buyers; /* [n_items] households that bought it in the last weeks */
} substitutes_state;

/* What a household has of a group. */
typedef struct group_weight {
    double sum;
    uint32_t items;
    bool added; /* its members have their sums */
} group_weight;

int64_t substitutes_quota(const candidates_options *options)
{
    return options->substitutes.quota;
}

void substitutes_free(void *state, bool owns_arrays)
{
    substitutes_state *s = state;
    if (s) {
        pair_weigher_fini(&s->weigher);
        mem_free(s->group);
        mem_free(s->offset);
        mem_free(s->member);
        mem_free(s->member_buyers);
        if (owns_arrays)
            mem_free(s->buyers);
    }
    mem_free(s);
}

/* ---- Groups ---- */

/* The columns that the options name; by default the category and, if there is one, the brand. */
static aisle_status choose_columns(product_columns *out, const list_context *context,
                                   aisle_error *err)
{
    const attribute_table *t = &context->a->products;
    const text_list *named = &context->options->substitutes.columns;
    out->count = 0;
    if (named->count > 0)
        return product_columns_choose(out, context, named, "candidates.substitutes.columns", err);
    int brand = product_column_find(t, "brand");
    if (t->columns && t->category >= 0)
        out->column[out->count++] = t->category;
    if (out->count && brand >= 0 && brand != t->category)
        out->column[out->count++] = brand;
    return AISLE_OK;
}

/* Splits each group by a column: items of a missing value leave theirs. pairs, scratch: [n_items]
 */
static void split_groups(substitutes_state *s, const uint32_t *code, uint32_t n, sort_pair *pairs,
                         sort_pair *scratch)
{
    size_t m = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (s->group[i] != HISTORY_NONE && code[i] != AISLE_MISSING)
            pairs[m++] = (sort_pair){(uint64_t)s->group[i] << 32 | code[i], i};
        s->group[i] = HISTORY_NONE;
    }
    sort_pairs(pairs, scratch, m);
    s->groups = 0;
    for (size_t i = 0; i < m; i++) {
        s->groups += i == 0 || pairs[i - 1].key != pairs[i].key;
        s->group[pairs[i].value] = s->groups - 1;
    }
}

static aisle_status find_groups(substitutes_state *s, const list_context *context, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    uint32_t n = context->a->n_items;
    product_columns by;
    sort_pair *pairs = NULL, *scratch = NULL;
    TRY(choose_columns(&by, context, err));
    TRY_ALLOC(pairs = NEW_ARRAY(sort_pair, n));
    TRY_ALLOC(scratch = NEW_ARRAY(sort_pair, n));
    for (uint32_t i = 0; i < n; i++)
        s->group[i] = by.count ? 0 : HISTORY_NONE;
    for (size_t c = 0; c < by.count; c++)
        split_groups(s, context->a->products.code[by.column[c]], n, pairs, scratch);
done:
    mem_free(pairs);
    mem_free(scratch);
    return status;
}

static bool is_member(const substitutes_state *s, const list_context *context, uint32_t item)
{
    return s->group[item] != HISTORY_NONE && context->c->allowed[item] && s->buyers[item];
}

static aisle_status list_members(substitutes_state *s, const list_context *context,
                                 aisle_error *err)
{
    aisle_status status = AISLE_OK;
    uint32_t n = context->a->n_items, *next = NULL;
    TRY_ALLOC(s->offset = NEW_ZEROED(uint32_t, (size_t)s->groups + 1));
    TRY_ALLOC(next = NEW_ARRAY(uint32_t, s->groups));
    for (uint32_t i = 0; i < n; i++)
        if (is_member(s, context, i))
            s->offset[s->group[i] + 1]++;
    for (uint32_t g = 0; g < s->groups; g++) {
        next[g] = s->offset[g];
        s->offset[g + 1] += s->offset[g];
    }
    TRY_ALLOC(s->member = NEW_ARRAY(uint32_t, s->offset[s->groups]));
    TRY_ALLOC(s->member_buyers = NEW_ARRAY(uint32_t, s->offset[s->groups]));
    for (uint32_t i = 0; i < n; i++) {
        if (!is_member(s, context, i))
            continue;
        uint32_t at = next[s->group[i]]++;
        s->member[at] = i;
        s->member_buyers[at] = s->buyers[i];
    }
done:
    mem_free(next);
    return status;
}

aisle_status substitutes_adopt(void **state, const list_context *context, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    substitutes_state *s = NEW_ZEROED(substitutes_state, 1);
    TRY_ALLOC(s);
    s->n_items = context->a->n_items;
    TRY(pair_weigher_init(&s->weigher, PAIR_LINES, context->options->substitutes.decay, err));
    *state = s;
    s = NULL;
done:
    substitutes_free(s, true);
    return status;
}

aisle_status substitutes_fit(void **state, const list_context *context, const households *h,
                             aisle_error *err)
{
    void *adopted = NULL;
    aisle_status status = substitutes_adopt(&adopted, context, err);
    if (status != AISLE_OK)
        return status;
    substitutes_state *s = adopted;
    s->buyers = NEW_ARRAY(uint32_t, s->n_items);
    if (!s->buyers) {
        substitutes_free(s, true);
        return fail_memory(err);
    }
    int32_t from = history_weeks_before(h->as_of, context->options->substitutes.weeks);
    households_count_buyers(h, from, s->buyers);
    *state = s;
    return AISLE_OK;
}

/* Groups are a matter of products alone. */
aisle_status substitutes_ready(void *state, const list_context *context, aisle_error *err)
{
    substitutes_state *s = state;
    s->group = NEW_ARRAY(uint32_t, s->n_items);
    if (!s->group)
        return fail_memory(err);
    aisle_status status = find_groups(s, context, err);
    return status == AISLE_OK ? list_members(s, context, err) : status;
}

size_t substitutes_arrays(state_array *out, void *state)
{
    substitutes_state *s = state;
    out[0] = (state_array){"buyers", sizeof *s->buyers, s->n_items, (void **)&s->buyers, NULL};
    return 1;
}

/* Of the fallback's weeks, which are fewer or more, as many buyers at least or at most. */
aisle_status substitutes_check(const void *state, const list_context *context, aisle_error *err)
{
    const substitutes_state *s = state;
    int64_t weeks = context->options->substitutes.weeks;
    int64_t others = context->options->fallback_weeks;
    bool wider = weeks == 0 || weeks >= others, narrower = weeks > 0 && weeks <= others;
    for (size_t i = 0; i < s->n_items; i++) {
        uint32_t of_others = context->popularity[i];
        if ((wider && s->buyers[i] < of_others) || (narrower && s->buyers[i] > of_others))
            return fail(err, AISLE_ERROR_FORMAT, "substitutes: the buyers of item %zu", i);
    }
    return AISLE_OK;
}

/* ---- Lists ---- */

/* sum: [n_items], and behind it the weights of the groups. */
size_t substitutes_room(const void *state, const list_context *context)
{
    const substitutes_state *s = state;
    (void)context;
    return (s->n_items + 1) / 2 * sizeof(double) + s->groups * sizeof(group_weight);
}

static group_weight *weights_behind(float *sum, const substitutes_state *s)
{
    return (group_weight *)(void *)(sum + (s->n_items + 1) / 2 * 2);
}

/* The household's weight in each group. */
static void weigh_groups(group_weight *of, const substitutes_state *s, const asker *who)
{
    const households *h = who->h;
    for (uint64_t p = h->pair_offset[who->user]; p < h->pair_offset[who->user + 1]; p++) {
        uint32_t group = s->group[h->pair_item[p]];
        if (group == HISTORY_NONE)
            continue;
        of[group].sum += (double)pair_weigh(&s->weigher, h, p);
        of[group].items++;
    }
}

static void add_group(float *sum, const substitutes_state *s, group_weight *of, uint32_t group)
{
    for (uint32_t j = s->offset[group]; j < s->offset[group + 1]; j++)
        sum[s->member[j]] = (float)(of[group].sum * s->member_buyers[j]);
    of[group].added = true;
}

/* What the household has of a group besides the item of a pair. */
static double weight_of_others(const group_weight *of, const substitutes_state *s,
                               const households *h, uint64_t pair)
{
    double others = of->sum - (double)pair_weigh(&s->weigher, h, pair);
    return of->items > 1 && others > 0 ? others : 0;
}

/* Leaves the weights behind the sums zeroed. */
void substitutes_ask(void *room, const void *state, const list_context *context, const asker *who)
{
    const substitutes_state *s = state;
    const households *h = who->h;
    float *sum = room;
    group_weight *of = weights_behind(sum, s);
    uint64_t first = h->pair_offset[who->user], end = h->pair_offset[who->user + 1];
    (void)context;
    weigh_groups(of, s, who);
    for (uint64_t p = first; p < end; p++) {
        uint32_t group = s->group[h->pair_item[p]];
        if (group != HISTORY_NONE && !of[group].added)
            add_group(sum, s, of, group);
    }
    for (uint64_t p = first; p < end; p++) {
        uint32_t item = h->pair_item[p];
        if (sum[item] > 0)
            sum[item] = (float)(weight_of_others(&of[s->group[item]], s, h, p) * s->buyers[item]);
    }
    for (uint64_t p = first; p < end; p++)
        if (s->group[h->pair_item[p]] != HISTORY_NONE)
            of[s->group[h->pair_item[p]]] = (group_weight){0};
}

void substitutes_forget(void *room, const void *state, const list_context *context,
                        const asker *who)
{
    (void)context;
    (void)who;
    memset(room, 0, ((const substitutes_state *)state)->n_items * sizeof(float));
}

void substitutes_list(topk *best, void *room, const void *state, const list_context *context,
                      const asker *who)
{
    (void)state;
    lists_push_sums(best, room, context, who);
}

void substitutes_score(float *out, void *room, const void *state, const list_context *context,
                       const asker *who, const uint32_t *items, size_t n)
{
    (void)state;
    (void)who;
    lists_take_sums(out, room, context, items, n);
}

/* The others of its group, scored by their buyers. */
aisle_status substitutes_similar_items(size_t *count, neighbour *out, size_t k, const void *state,
                                       const list_context *context, uint32_t item, aisle_error *err)
{
    const substitutes_state *s = state;
    uint32_t group = s->group[item];
    *count = 0;
    if (group == HISTORY_NONE)
        return AISLE_OK;
    uint32_t n = s->offset[group + 1] - s->offset[group];
    k = k < n ? k : n;
    ranked *entries = NEW_ARRAY(ranked, topk_room(k));
    if (!entries)
        return fail_memory(err);
    topk best = topk_start(entries, k);
    for (uint32_t j = s->offset[group]; j < s->offset[group + 1]; j++)
        if (s->member[j] != item)
            topk_push(&best, (float)s->buyers[s->member[j]], context->popularity[s->member[j]],
                      s->member[j]);
    *count = topk_finish(&best);
    for (size_t j = 0; j < *count; j++)
        out[j] = (neighbour){entries[j].item, ranked_score(entries[j])};
    mem_free(entries);
    return AISLE_OK;
}
