/* What sells now, more of it where the household shops: in its departments, categories, brands.
 *
 *     score(u, i) = p_i · product over columns c of (1 + n_ug / (prior · s_g))^exponent
 *
 * with g the value of column c of item i, n_ug the household's lines in g and s_g the share of all
 * lines in g, a line decayed by its age; p_i the households that bought i, each counting
 * recency^((T − day of its last purchase) / 7). Up to a factor of the household, the ratio is its
 * share of lines in g against everybody's, shrunk by prior lines that are bought as all buy; the
 * exponents make it a log-linear model, as naive Bayes would be with 1. A missing value is a group
 * that nobody buys in. */
#include "base/fail.h"
#include "base/mem.h"
#include "base/sort.h"
#include "candidates/lists.h"
#include "candidates/pair_weights.h"
#include "candidates/product_columns.h"
#include "candidates/retriever_table.h"

#include <math.h>
#include <string.h>

/* Products of factors stay below it: floats hold them. */
static const double most_score = 1e30;

/* Live items [from, end) of one group of one column. */
typedef struct cell {
    uint32_t from, end;
    uint32_t group[PRODUCT_COLUMNS_MOST]; /* of each column; MIXED: of several */
} cell;

#define MIXED (HISTORY_NONE - 1)

typedef struct popular_category_state {
    pair_weigher weigher;
    double exponent;
    product_columns by;
    uint32_t groups; /* of all columns, one after the other */
    uint32_t *group; /* [n_items][by.count] or HISTORY_NONE */
    double *share;   /* [groups] prior · s_g */
    size_t n_items;
    double *popularity; /* [n_items] p; 0 outside of the catalogue */
    /* Ready: items with a popularity, by the group of the column with the most groups, the most
     * popular first in each; cells of a group whose other groups are all the same know them. */
    uint32_t *live; /* [n_live] */
    uint32_t n_live, n_cells;
    cell *cells; /* [n_cells] */
} popular_category_state;

int64_t popular_category_quota(const candidates_options *options)
{
    return options->popular_category.quota;
}

void popular_category_free(void *state, bool owns_arrays)
{
    popular_category_state *s = state;
    if (s) {
        pair_weigher_fini(&s->weigher);
        mem_free(s->group);
        mem_free(s->live);
        mem_free(s->cells);
    }
    if (s && owns_arrays) {
        mem_free(s->share);
        mem_free(s->popularity);
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
    size_t n = context->a->products.columns;
    out->count = n < PRODUCT_COLUMNS_MOST ? n : PRODUCT_COLUMNS_MOST;
    for (size_t c = 0; c < out->count; c++)
        out->column[c] = (int)c;
    return AISLE_OK;
}

static aisle_status number_groups(popular_category_state *s, const assortment *a, aisle_error *err)
{
    s->group = NEW_ARRAY(uint32_t, (size_t)a->n_items * s->by.count);
    if (!s->group)
        return fail_memory(err);
    for (size_t c = 0; c < s->by.count; c++) {
        const uint32_t *code = a->products.code[s->by.column[c]];
        uint32_t levels = 0;
        for (uint32_t i = 0; i < a->n_items; i++) {
            bool missing = code[i] == AISLE_MISSING;
            s->group[i * s->by.count + c] = missing ? HISTORY_NONE : s->groups + code[i];
            levels = missing || code[i] < levels ? levels : code[i] + 1;
        }
        s->groups += levels;
    }
    return AISLE_OK;
}

enum { POPULARITY, WEIGHT };

/* In parts of 2^40. */
static const tally_column summed[] = {[POPULARITY] = {"popularity", TALLY_ITEM, TALLY_WIDE, 1},
                                      [WEIGHT] = {"weight", TALLY_ITEM, TALLY_WIDE, 1}};

static tally_wide fixed(double weight)
{
    return llround(ldexp(weight, 40));
}

static double of_fixed(tally_wide sum)
{
    return ldexp((double)sum, -40);
}

static aisle_status sum_category(tally *t, const households *h, const candidates_options *options,
                                 aisle_error *err)
{
    aisle_status status = AISLE_OK;
    pair_weigher recency = {0}, decay = {0};
    tally_wide *popularity = tally_amounts(t, POPULARITY), *weight = tally_amounts(t, WEIGHT);
    TRY(pair_weigher_init(&recency, PAIR_LINES, options->popular_category.recency, err));
    TRY(pair_weigher_init(&decay, PAIR_LINES, options->popular_category.decay, err));
    for (size_t p = 0; p < h->pairs; p++) {
        uint32_t item = h->pair_item[p], last = h->pair_line[h->pair_line_offset[p + 1] - 1];
        popularity[item] += fixed(pair_line_weight(&recency, h, last));
        weight[item] += fixed((double)pair_weigh(&decay, h, p));
    }
done:
    pair_weigher_fini(&recency);
    pair_weigher_fini(&decay);
    return status;
}

const tally_part popular_category_part = {"popular_category", TALLY_NO_ROWS, 2, summed,
                                          sum_category};

static aisle_status count_shares(popular_category_state *s, const tally *t, double prior,
                                 aisle_error *err)
{
    double all = 0;
    s->share = NEW_ZEROED(double, s->groups);
    if (!s->share)
        return fail_memory(err);
    for (size_t i = 0; i < s->n_items; i++) {
        const uint32_t *group = s->group + i * s->by.count;
        double weight = of_fixed(tally_amounts(t, WEIGHT)[i]);
        all += weight;
        for (size_t c = 0; c < s->by.count; c++)
            if (group[c] != HISTORY_NONE)
                s->share[group[c]] += weight;
    }
    for (uint32_t g = 0; g < s->groups; g++)
        s->share[g] = all > 0 ? prior * s->share[g] / all : 0;
    return AISLE_OK;
}

static aisle_status take_popularity(popular_category_state *s, const list_context *context,
                                    const tally *t, aisle_error *err)
{
    s->popularity = NEW_ZEROED(double, s->n_items);
    if (!s->popularity)
        return fail_memory(err);
    for (size_t i = 0; i < s->n_items; i++)
        if (context->c->allowed[i])
            s->popularity[i] = of_fixed(tally_amounts(t, POPULARITY)[i]);
    return AISLE_OK;
}

aisle_status popular_category_adopt(void **state, const list_context *context, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const popular_category_options *options = &context->options->popular_category;
    popular_category_state *s = NEW_ZEROED(popular_category_state, 1);
    TRY_ALLOC(s);
    s->exponent = options->exponent;
    s->n_items = context->a->n_items;
    TRY(pair_weigher_init(&s->weigher, PAIR_LINES, options->decay, err));
    TRY(choose_columns(&s->by, context, err));
    TRY(number_groups(s, context->a, err));
    *state = s;
    s = NULL;
done:
    popular_category_free(s, true);
    return status;
}

aisle_status popular_category_fit(void **state, const list_context *context, const households *h,
                                  aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const tally *t;
    tally own;
    void *adopted = NULL;
    TRY(tally_of(&t, &own, &popular_category_part, h, context->options, err));
    TRY(popular_category_adopt(&adopted, context, err));
    TRY(count_shares(adopted, t, context->options->popular_category.prior, err));
    TRY(take_popularity(adopted, context, t, err));
    *state = adopted;
    adopted = NULL;
done:
    tally_fini(&own);
    popular_category_free(adopted, true);
    return status;
}

/* The column of the most groups that items are in. */
static size_t finest_column(const popular_category_state *s, const assortment *a)
{
    size_t finest = 0, most = 0;
    for (size_t c = 0; c < s->by.count; c++) {
        size_t levels = a->products.levels[s->by.column[c]].count;
        if (levels > most) {
            most = levels;
            finest = c;
        }
    }
    return finest;
}

/* Doubles that are not negative have the order of their bits. */
static uint64_t descending(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return ~bits;
}

/* Live items by popularity down, then stably by their group of a column. */
static aisle_status order_live(popular_category_state *s, const catalogue *c, size_t column,
                               aisle_error *err)
{
    aisle_status status = AISLE_OK;
    sort_pair *pairs = NEW_ARRAY(sort_pair, 2 * (size_t)c->count);
    TRY_ALLOC(pairs);
    TRY_ALLOC(s->live = NEW_ARRAY(uint32_t, c->count));
    for (uint32_t i = 0; i < c->count; i++)
        if (s->popularity[c->items[i]] > 0)
            pairs[s->n_live++] = (sort_pair){descending(s->popularity[c->items[i]]), c->items[i]};
    sort_pairs(pairs, pairs + c->count, s->n_live);
    for (uint32_t i = 0; i < s->n_live; i++)
        pairs[i].key = s->by.count ? s->group[pairs[i].value * s->by.count + column] : 0;
    sort_pairs(pairs, pairs + c->count, s->n_live);
    for (uint32_t i = 0; i < s->n_live; i++)
        s->live[i] = pairs[i].value;
done:
    mem_free(pairs);
    return status;
}

static void add_to_cell(cell *to, const uint32_t *group, size_t columns, bool first)
{
    for (size_t c = 0; c < columns; c++)
        to->group[c] = first || to->group[c] == group[c] ? group[c] : MIXED;
    to->end++;
}

aisle_status popular_category_ready(void *state, const list_context *context, aisle_error *err)
{
    popular_category_state *s = state;
    size_t column = finest_column(s, context->a);
    aisle_status status = order_live(s, context->c, column, err);
    if (status != AISLE_OK)
        return status;
    s->cells = NEW_ARRAY(cell, s->n_live);
    if (!s->cells)
        return fail_memory(err);
    for (uint32_t i = 0; i < s->n_live; i++) {
        const uint32_t *group = s->group + s->live[i] * s->by.count;
        bool first = i == 0 || s->by.count == 0 || /* a cell an item where there are no columns */
                     s->cells[s->n_cells - 1].group[column] != group[column];
        if (first)
            s->cells[s->n_cells++] = (cell){.from = i, .end = i};
        add_to_cell(&s->cells[s->n_cells - 1], group, s->by.count, first);
    }
    return AISLE_OK;
}

size_t popular_category_arrays(state_array *out, void *state)
{
    popular_category_state *s = state;
    out[0] = (state_array){"share", sizeof *s->share, s->groups, (void **)&s->share, NULL};
    out[1] = (state_array){"popularity", sizeof *s->popularity, s->n_items, (void **)&s->popularity,
                           NULL};
    return 2;
}

static bool is_sum(double x)
{
    return x >= 0 && x < most_score;
}

aisle_status popular_category_check(const void *state, const list_context *context,
                                    aisle_error *err)
{
    const popular_category_state *s = state;
    for (uint32_t g = 0; g < s->groups; g++)
        if (!is_sum(s->share[g]))
            return fail(err, AISLE_ERROR_FORMAT, "popular_category: the share of group %u", g);
    for (size_t i = 0; i < s->n_items; i++)
        if (!is_sum(s->popularity[i]) || (s->popularity[i] > 0 && !context->c->allowed[i]))
            return fail(err, AISLE_ERROR_FORMAT, "popular_category: the popularity of item %zu", i);
    return AISLE_OK;
}

/* ---- Lists ---- */

/* A household in the groups: its weights, and by how much their factors exceed 1. */
typedef struct leaning {
    double *weight, *extra; /* [groups] all 0 but while a household's turn lasts */
} leaning;

size_t popular_category_room(const void *state, const list_context *context)
{
    (void)context;
    const popular_category_state *s = state;
    return 2 * s->groups * sizeof(double);
}

static leaning leaning_in(void *room, const popular_category_state *s)
{
    double *weight = room;
    return (leaning){weight, weight + s->groups};
}

/* Adds what a household's pair weighs to the item's groups. */
static void add_pair(double *sum, const popular_category_state *s, const households *h,
                     uint64_t pair)
{
    const uint32_t *group = s->group + h->pair_item[pair] * s->by.count;
    double weight = (double)pair_weigh(&s->weigher, h, pair);
    for (size_t c = 0; c < s->by.count; c++)
        if (group[c] != HISTORY_NONE)
            sum[group[c]] += weight;
}

void popular_category_ask(void *room, const void *state, const list_context *context,
                          const asker *who)
{
    (void)context;
    const popular_category_state *s = state;
    const households *h = who->h;
    leaning l = leaning_in(room, s);
    uint64_t first = h->pair_offset[who->user], end = h->pair_offset[who->user + 1];
    for (uint64_t p = first; p < end; p++)
        add_pair(l.weight, s, h, p);
    for (uint64_t p = first; p < end; p++) {
        const uint32_t *group = s->group + h->pair_item[p] * s->by.count;
        for (size_t c = 0; c < s->by.count; c++) {
            uint32_t g = group[c];
            if (g != HISTORY_NONE && l.extra[g] == 0 && s->share[g] > 0)
                l.extra[g] = expm1(s->exponent * log1p(l.weight[g] / s->share[g]));
        }
    }
}

void popular_category_forget(void *room, const void *state, const list_context *context,
                             const asker *who)
{
    (void)context;
    const popular_category_state *s = state;
    const households *h = who->h;
    leaning l = leaning_in(room, s);
    for (uint64_t p = h->pair_offset[who->user]; p < h->pair_offset[who->user + 1]; p++) {
        const uint32_t *group = s->group + h->pair_item[p] * s->by.count;
        for (size_t c = 0; c < s->by.count; c++)
            if (group[c] != HISTORY_NONE)
                l.weight[group[c]] = l.extra[group[c]] = 0;
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

/* The largest factor of each column. */
static void largest_factors(double largest[PRODUCT_COLUMNS_MOST], const leaning *l,
                            const popular_category_state *s, const asker *who)
{
    const households *h = who->h;
    for (size_t c = 0; c < s->by.count; c++)
        largest[c] = 1;
    for (uint64_t p = h->pair_offset[who->user]; p < h->pair_offset[who->user + 1]; p++) {
        const uint32_t *group = s->group + h->pair_item[p] * s->by.count;
        for (size_t c = 0; c < s->by.count; c++)
            if (group[c] != HISTORY_NONE && 1 + l->extra[group[c]] > largest[c])
                largest[c] = 1 + l->extra[group[c]];
    }
}

/* What no item of the cell multiplies its popularity by more than, rounding aside. */
static double cell_bound(const cell *of, const leaning *l, const popular_category_state *s,
                         const double *largest)
{
    double bound = 1 + 1e-6;
    for (size_t c = 0; c < s->by.count; c++) {
        uint32_t g = of->group[c];
        bound *= g == MIXED ? largest[c] : g == HISTORY_NONE ? 1 : 1 + l->extra[g];
    }
    return bound;
}

/* The most promising items of a cell come first: below the floor, the rest is too. */
void popular_category_list(topk *best, void *room, const void *state, const list_context *context,
                           const asker *who)
{
    const popular_category_state *s = state;
    leaning l = leaning_in(room, s);
    double largest[PRODUCT_COLUMNS_MOST];
    largest_factors(largest, &l, s, who);
    for (uint32_t at = 0; at < s->n_cells; at++) {
        const cell *of = &s->cells[at];
        double bound = cell_bound(of, &l, s, largest);
        for (uint32_t i = of->from; i < of->end; i++) {
            uint32_t item = s->live[i];
            double most = bound * s->popularity[item];
            if (most < (double)best->floor && most < most_score)
                break;
            float score = item_score(&l, s, item);
            if (score > 0 && score >= best->floor && !is_left_out(who, item))
                topk_push(best, score, context->popularity[item], item);
        }
    }
}

void popular_category_score(float *out, void *room, const void *state, const list_context *context,
                            const asker *who, const uint32_t *items, size_t n)
{
    (void)context;
    (void)who;
    const popular_category_state *s = state;
    leaning l = leaning_in(room, s);
    for (size_t i = 0; i < n; i++) {
        float score = item_score(&l, s, items[i]);
        out[i] = score > 0 ? score : NAN;
    }
}
