/* What sells now, more of it where the household shops: in its departments, categories, brands.
 *
 *     score(u, i) = p_i · product over columns c of (1 + n_ug / (prior · s_g))^exponent
 *
 * with g the value of column c of item i, n_ug the household's lines in g and s_g the share of all
 * lines in g, a line decayed by its age; p_i the households that bought i, each counting
 * recency^((T − day of its last purchase) / 7). Up to a factor of the household, the ratio is its
 * share of lines in g against everybody's, shrunk by prior lines that are bought as all buy; the
 * exponents make it a log-linear model, as naive Bayes would be with 1. A missing value is a group
 * that nobody buys in. Fitted again where a model is opened: it is a matter of counting. */
#include "base/fail.h"
#include "base/mem.h"
#include "candidates/lists.h"
#include "candidates/pair_weights.h"
#include "candidates/product_columns.h"
#include "candidates/retriever_table.h"

#include <math.h>

/* Products of factors stay below it: floats hold them. */
static const double most_score = 1e30;

typedef struct popular_category_state {
    pair_weigher weigher, recency;
    double exponent;
    product_columns by;
    uint32_t groups;    /* of all columns, one after the other */
    uint32_t *group;    /* [n_items][by.count] or HISTORY_NONE */
    double *share;      /* [groups] prior · s_g */
    double *popularity; /* [n_items] p; 0 outside of the catalogue */
    uint32_t *live;     /* [n_live] items with a popularity, ascending */
    uint32_t n_live;
} popular_category_state;

int64_t popular_category_quota(const candidates_options *options)
{
    return options->popular_category.quota;
}

void popular_category_free(void *state, bool owns_arrays)
{
    (void)owns_arrays;
    popular_category_state *s = state;
    if (s) {
        pair_weigher_fini(&s->weigher);
        pair_weigher_fini(&s->recency);
        mem_free(s->group);
        mem_free(s->share);
        mem_free(s->popularity);
        mem_free(s->live);
    }
    mem_free(s);
}

/* ---- Fitting ---- */

/* The columns that the options name, else all of them (up to as many as there is room for). */
static aisle_status choose_columns(product_columns *out, const list_context *context,
                                   aisle_error *err)
{
    const text_list *named = &context->options->popular_category.columns;
    if (named->count > 0)
        return product_columns_choose(out, context, named, "candidates.popular_category.columns",
                                      err);
    size_t n = context->h->products.columns;
    out->count = n < PRODUCT_COLUMNS_MOST ? n : PRODUCT_COLUMNS_MOST;
    for (size_t c = 0; c < out->count; c++)
        out->column[c] = (int)c;
    return AISLE_OK;
}

static aisle_status number_groups(popular_category_state *s, const history *h, aisle_error *err)
{
    s->group = NEW_ARRAY(uint32_t, (size_t)h->n_items * s->by.count);
    if (!s->group)
        return fail_memory(err);
    for (size_t c = 0; c < s->by.count; c++) {
        const uint32_t *code = h->products.code[s->by.column[c]];
        uint32_t levels = 0;
        for (uint32_t i = 0; i < h->n_items; i++) {
            bool missing = code[i] == AISLE_MISSING;
            s->group[i * s->by.count + c] = missing ? HISTORY_NONE : s->groups + code[i];
            levels = missing || code[i] < levels ? levels : code[i] + 1;
        }
        s->groups += levels;
    }
    return AISLE_OK;
}

/* Adds what a household's pair weighs to the item's groups. */
static void add_pair(double *sum, const popular_category_state *s, uint64_t pair)
{
    const uint32_t *group = s->group + s->weigher.h->pair_item[pair] * s->by.count;
    double weight = (double)pair_weigh(&s->weigher, pair);
    for (size_t c = 0; c < s->by.count; c++)
        if (group[c] != HISTORY_NONE)
            sum[group[c]] += weight;
}

static aisle_status count_shares(popular_category_state *s, double prior, aisle_error *err)
{
    double all = 0;
    s->share = NEW_ZEROED(double, s->groups);
    if (!s->share)
        return fail_memory(err);
    for (size_t p = 0; p < s->weigher.h->pairs; p++) {
        add_pair(s->share, s, p);
        all += (double)pair_weigh(&s->weigher, p);
    }
    for (uint32_t g = 0; g < s->groups; g++)
        s->share[g] = all > 0 ? prior * s->share[g] / all : 0;
    return AISLE_OK;
}

static aisle_status count_popularity(popular_category_state *s, const catalogue *c,
                                     aisle_error *err)
{
    const history *h = s->recency.h;
    s->popularity = NEW_ZEROED(double, h->n_items);
    s->live = NEW_ARRAY(uint32_t, c->count);
    if (!s->popularity || !s->live)
        return fail_memory(err);
    for (size_t p = 0; p < h->pairs; p++)
        if (c->allowed[h->pair_item[p]])
            s->popularity[h->pair_item[p]] +=
                pair_line_weight(&s->recency, h->pair_line[h->pair_line_offset[p + 1] - 1]);
    for (uint32_t i = 0; i < c->count; i++)
        if (s->popularity[c->items[i]] > 0)
            s->live[s->n_live++] = c->items[i];
    return AISLE_OK;
}

aisle_status popular_category_fit(void **state, const list_context *context, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const popular_category_options *options = &context->options->popular_category;
    const history *h = context->h;
    popular_category_state *s = NEW_ZEROED(popular_category_state, 1);
    TRY_ALLOC(s);
    s->exponent = options->exponent;
    TRY(pair_weigher_init(&s->weigher, h, PAIR_LINES, options->decay, err));
    TRY(pair_weigher_init(&s->recency, h, PAIR_LINES, options->recency, err));
    TRY(choose_columns(&s->by, context, err));
    TRY(number_groups(s, h, err));
    TRY(count_shares(s, options->prior, err));
    TRY(count_popularity(s, context->c, err));
    *state = s;
    s = NULL;
done:
    popular_category_free(s, true);
    return status;
}

/* ---- Lists ---- */

/* A household in the groups: its weights, and by how much their factors exceed 1. */
typedef struct leaning {
    double *weight, *extra; /* [groups] all 0 but while a user's turn lasts */
    float *sum;             /* [n_items] */
} leaning;

size_t popular_category_scratch(const void *state, const list_context *context)
{
    const popular_category_state *s = state;
    return 2 * s->groups * sizeof(double) + context->h->n_items * sizeof(float);
}

static leaning leaning_in(void *scratch, const popular_category_state *s)
{
    double *weight = scratch;
    return (leaning){weight, weight + s->groups, (float *)(void *)(weight + 2 * s->groups)};
}

static void lean(const leaning *l, const popular_category_state *s, uint32_t user)
{
    const history *h = s->weigher.h;
    uint64_t first = h->pair_offset[user], end = h->pair_offset[user + 1];
    for (uint64_t p = first; p < end; p++)
        add_pair(l->weight, s, p);
    for (uint64_t p = first; p < end; p++) {
        const uint32_t *group = s->group + h->pair_item[p] * s->by.count;
        for (size_t c = 0; c < s->by.count; c++) {
            uint32_t g = group[c];
            if (g != HISTORY_NONE && l->extra[g] == 0 && s->share[g] > 0)
                l->extra[g] = expm1(s->exponent * log1p(l->weight[g] / s->share[g]));
        }
    }
}

static void forget(const leaning *l, const popular_category_state *s, uint32_t user)
{
    const history *h = s->weigher.h;
    for (uint64_t p = h->pair_offset[user]; p < h->pair_offset[user + 1]; p++) {
        const uint32_t *group = s->group + h->pair_item[p] * s->by.count;
        for (size_t c = 0; c < s->by.count; c++)
            if (group[c] != HISTORY_NONE)
                l->weight[group[c]] = l->extra[group[c]] = 0;
    }
}

static float item_score(const leaning *l, const popular_category_state *s, uint32_t item)
{
    const uint32_t *group = s->group + item * s->by.count;
    double score = s->popularity[item];
    for (size_t c = 0; c < s->by.count; c++)
        if (group[c] != HISTORY_NONE)
            score *= 1 + l->extra[group[c]];
    return (float)(score < most_score ? score : most_score);
}

static void popular_category_push(topk *best, const void *state, const list_context *context,
                                  const list_turn *turn)
{
    const popular_category_state *s = state;
    leaning l = leaning_in(turn->scratch, s);
    lean(&l, s, turn->user);
    for (uint32_t i = 0; i < s->n_live; i++)
        l.sum[s->live[i]] = item_score(&l, s, s->live[i]);
    lists_push_sums(best, l.sum, context, turn);
    forget(&l, s, turn->user);
}

aisle_status popular_category_fill(item_lists *out, const void *state, const list_context *context,
                                   const retriever_query *query, aisle_error *err)
{
    list_maker maker = {.push = popular_category_push,
                        .scratch = popular_category_scratch(state, context)};
    return lists_fill(out, &maker, state, context, query, err);
}

void popular_category_score(float *out, const void *state, const list_context *context,
                            uint32_t user, const uint32_t *items, size_t n, void *scratch)
{
    (void)context;
    const popular_category_state *s = state;
    leaning l = leaning_in(scratch, s);
    lean(&l, s, user);
    for (size_t i = 0; i < n; i++) {
        float score = item_score(&l, s, items[i]);
        out[i] = score > 0 ? score : NAN;
    }
    forget(&l, s, user);
}
