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
#include "base/prefetch.h"
#include "base/sort.h"
#include "candidates/lists.h"
#include "candidates/pair_weights.h"
#include "candidates/product_columns.h"
#include "candidates/retriever_table.h"
#include "history/day_sums.h"

#include <math.h>
#include <string.h>

/* Products of factors stay below it: floats hold them. */
static const double most_score = 1e30;

/* Live items [from, end) of one group of one column. */
typedef struct cell {
    uint32_t from, end, group;
    uint32_t row;      /* of in_all */
    double popularity; /* of its first */
} cell;

typedef struct live_item {
    double popularity;
    uint32_t item, second; /* its group of the second column */
} live_item;

/* Items with a popularity, by the group of the column with the most groups, the most popular first
 * in each: what is read of them lies in the order in which it is read. Their cells know the groups
 * that are the same for all of the cell. A group is where its factor is (see leaning). */
typedef struct live_items {
    size_t finest, second; /* columns of the most groups */
    uint32_t n, cells;
    live_item *item;  /* [n] */
    uint32_t *group;  /* [n][by.count] */
    cell *cell;       /* [cells] */
    uint32_t *in_all; /* [cells][by.count] */
} live_items;

typedef struct popular_category_state {
    pair_weigher weigher;
    double exponent;
    product_columns by;
    uint32_t groups; /* of all columns, one after the other */
    uint32_t *group; /* [n_items][by.count] or HISTORY_NONE */
    double *share;   /* [groups] prior · s_g */
    size_t n_items;
    double *popularity; /* [n_items] p; 0 outside of the catalogue */
    live_items live;    /* once it is ready */
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
        mem_free(s->live.item);
        mem_free(s->live.group);
        mem_free(s->live.cell);
        mem_free(s->live.in_all);
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

/* In parts of 2^40; a pair weighs up to 4e6. */
static const tally_column summed[] = {[POPULARITY] = {"popularity", TALLY_ITEM, TALLY_WIDE, 1},
                                      [WEIGHT] = {"weight", TALLY_ITEM, TALLY_WIDE, 1}};

static tally_wide fixed(double weight)
{
    return llrint((weight < 4e6 ? weight : 4e6) * 0x1p40);
}

static double of_fixed(tally_wide sum)
{
    return (double)sum * 0x1p-40;
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
    TRY(sums_of(&t, &own, &popular_category_part, h, context->options, err));
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

/* The column of the most groups but for one (by.count: for none). */
static size_t finest_column(const popular_category_state *s, const assortment *a, size_t other)
{
    size_t finest = 0, most = 0;
    for (size_t c = 0; c < s->by.count; c++) {
        size_t levels = a->products.levels[s->by.column[c]].count;
        if (c != other && levels > most) {
            most = levels;
            finest = c;
        }
    }
    return finest;
}

/* Where the factor of a missing value is, and the largest one of a column. */
static uint32_t no_group(const popular_category_state *s)
{
    return s->groups;
}

static uint32_t any_group(const popular_category_state *s, size_t column)
{
    return s->groups + 1 + (uint32_t)column;
}

/* Doubles that are not negative have the order of their bits. */
static uint64_t descending(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return ~bits;
}

/* Live items by popularity down, then stably by their group of a column. */
static aisle_status order_live(live_items *live, const popular_category_state *s,
                               const catalogue *c, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    sort_pair *pairs = NEW_ARRAY(sort_pair, 2 * (size_t)c->count);
    TRY_ALLOC(pairs);
    TRY_ALLOC(live->item = NEW_ARRAY(live_item, c->count));
    for (uint32_t i = 0; i < c->count; i++)
        if (s->popularity[c->items[i]] > 0)
            pairs[live->n++] = (sort_pair){descending(s->popularity[c->items[i]]), c->items[i]};
    sort_pairs(pairs, pairs + c->count, live->n);
    for (uint32_t i = 0; i < live->n; i++)
        pairs[i].key = s->by.count ? s->group[pairs[i].value * s->by.count + live->finest] : 0;
    sort_pairs(pairs, pairs + c->count, live->n);
    for (uint32_t i = 0; i < live->n; i++)
        live->item[i].item = pairs[i].value;
done:
    mem_free(pairs);
    return status;
}

/* What is read of the live items. */
static aisle_status copy_live(live_items *live, const popular_category_state *s, aisle_error *err)
{
    size_t columns = s->by.count;
    live->group = NEW_ARRAY(uint32_t, live->n * columns);
    if (!live->group)
        return fail_memory(err);
    for (uint32_t i = 0; i < live->n; i++) {
        uint32_t item = live->item[i].item, *to = live->group + i * columns;
        const uint32_t *group = s->group + item * columns;
        for (size_t c = 0; c < columns; c++)
            to[c] = group[c] == HISTORY_NONE ? no_group(s) : group[c];
        live->item[i] =
            (live_item){s->popularity[item], item, columns ? to[live->second] : no_group(s)};
    }
    return AISLE_OK;
}

static aisle_status find_cells(live_items *live, const popular_category_state *s, aisle_error *err)
{
    size_t columns = s->by.count, finest = live->finest;
    live->cell = NEW_ARRAY(cell, live->n);
    live->in_all = NEW_ARRAY(uint32_t, live->n * columns);
    if (!live->cell || !live->in_all)
        return fail_memory(err);
    for (uint32_t i = 0; i < live->n; i++) {
        const uint32_t *group = live->group + i * columns;
        /* a cell an item where there are no columns */
        if (i == 0 || columns == 0 || group[finest] != (group - columns)[finest]) {
            memcpy(live->in_all + live->cells * columns, group, columns * sizeof *group);
            live->cell[live->cells] = (cell){.from = i,
                                             .row = live->cells,
                                             .group = columns ? group[finest] : no_group(s),
                                             .popularity = live->item[i].popularity};
            live->cells++;
        }
        uint32_t *in_all = live->in_all + (live->cells - 1) * columns;
        for (size_t c = 0; c < columns; c++)
            in_all[c] = in_all[c] == group[c] ? group[c] : any_group(s, c);
        live->cell[live->cells - 1].end = i + 1;
    }
    return AISLE_OK;
}

/* Those with the most popular items first. */
static aisle_status sort_cells(live_items *live, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    sort_pair *pairs = NEW_ARRAY(sort_pair, 2 * (size_t)live->cells);
    cell *sorted = NEW_ARRAY(cell, live->cells);
    TRY_ALLOC(pairs);
    TRY_ALLOC(sorted);
    for (uint32_t i = 0; i < live->cells; i++)
        pairs[i] = (sort_pair){descending(live->cell[i].popularity), i};
    sort_pairs(pairs, pairs + live->cells, live->cells);
    for (uint32_t i = 0; i < live->cells; i++)
        sorted[i] = live->cell[pairs[i].value];
    mem_free(live->cell);
    live->cell = sorted;
    sorted = NULL;
done:
    mem_free(pairs);
    mem_free(sorted);
    return status;
}

aisle_status popular_category_ready(void *state, const list_context *context, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    popular_category_state *s = state;
    s->live.finest = finest_column(s, context->a, s->by.count);
    s->live.second = finest_column(s, context->a, s->live.finest);
    TRY(order_live(&s->live, s, context->c, err));
    TRY(copy_live(&s->live, s, err));
    TRY(find_cells(&s->live, s, err));
    TRY(sort_cells(&s->live, err));
done:
    return status;
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

/* A household in the groups: its weights, and by how much their factors exceed 1; behind those of
 * all groups, that of none, 0, and for each column the largest. */
typedef struct leaning {
    double *weight; /* [groups] all 0 but while a household's turn lasts */
    double *extra;  /* [groups + 1 + by.count] likewise */
} leaning;

size_t popular_category_room(const void *state, const list_context *context)
{
    (void)context;
    const popular_category_state *s = state;
    return (2 * s->groups + 1 + s->by.count) * sizeof(double);
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
    for (uint64_t p = first; p < end; p++) {
        if (p + 8 < end)
            prefetch(s->group + h->pair_item[p + 8] * s->by.count, 1);
        add_pair(l.weight, s, h, p);
    }
    for (uint64_t p = first; p < end; p++) {
        const uint32_t *group = s->group + h->pair_item[p] * s->by.count;
        for (size_t c = 0; c < s->by.count; c++) {
            uint32_t g = group[c], any = any_group(s, c);
            if (g == HISTORY_NONE || l.extra[g] != 0 || !(s->share[g] > 0))
                continue;
            l.extra[g] = expm1(s->exponent * log1p(l.weight[g] / s->share[g]));
            l.extra[any] = l.extra[g] > l.extra[any] ? l.extra[g] : l.extra[any];
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
    memset(l.extra + any_group(s, 0), 0, s->by.count * sizeof *l.extra);
}

/* group: [by.count] where the factors are */
static inline double multiply(double by, const leaning *l, const uint32_t *group, size_t columns)
{
    for (size_t c = 0; c < columns; c++)
        by *= 1 + l->extra[group[c]];
    return by;
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

static bool is_below(double most, const topk *best)
{
    return most < (double)best->floor && most < most_score;
}

/* Pushes what can come in of a cell whose popularities are multiplied by bound at most, rounding
 * aside. The most popular items come first: where one cannot come in, the rest cannot. */
static void list_cell(topk *best, const cell *of, const leaning *l, double bound,
                      const popular_category_state *s, const list_context *context,
                      const asker *who)
{
    const live_items *live = &s->live;
    size_t columns = s->by.count, second = live->second;
    uint32_t same = columns ? live->in_all[of->row * columns + second] : no_group(s);
    double rest = bound / (1 + l->extra[same]);
    for (uint32_t i = of->from; i < of->end; i++) {
        const live_item *at = &live->item[i];
        if (is_below(bound * at->popularity, best))
            break;
        if (is_below(rest * at->popularity * (1 + l->extra[at->second]), best))
            continue;
        double product = multiply(at->popularity, l, live->group + i * columns, columns);
        float score = (float)(product < most_score ? product : most_score);
        if (score > 0 && score >= best->floor && !is_left_out(who, at->item))
            topk_push(best, score, context->popularity[at->item], at->item);
    }
}

/* Cells that wait for their items to come from memory. */
typedef struct waiting {
    const cell *cell[8];
    double bound[8];
    size_t n;
} waiting;

static void list_waiting(topk *best, waiting *w, const leaning *l, const popular_category_state *s,
                         const list_context *context, const asker *who)
{
    for (size_t i = 0; i < w->n; i++)
        list_cell(best, w->cell[i], l, w->bound[i], s, context, who);
    w->n = 0;
}

/* Most cells fall by the factor of their own group alone, if all others were the largest. */
void popular_category_list(topk *best, void *room, const void *state, const list_context *context,
                           const asker *who)
{
    const popular_category_state *s = state;
    const live_items *live = &s->live;
    size_t columns = s->by.count;
    leaning l = leaning_in(room, s);
    waiting w = {.n = 0};
    double others = 1 + 1e-6, own = columns ? 1 + l.extra[any_group(s, live->finest)] : 1;
    for (size_t c = 0; c < columns; c++)
        others *= c == live->finest ? 1 : 1 + l.extra[any_group(s, c)];
    for (const cell *at = live->cell; at < live->cell + live->cells; at++) {
        if (is_below(others * own * at->popularity, best))
            break;
        if (is_below(others * (1 + l.extra[at->group]) * at->popularity, best))
            continue;
        const uint32_t *in_all = live->in_all + at->row * columns;
        double bound = multiply(1 + 1e-6, &l, in_all, columns);
        if (is_below(bound * at->popularity, best))
            continue;
        __builtin_prefetch(&live->item[at->from]);
        w.cell[w.n] = at;
        w.bound[w.n++] = bound;
        if (w.n == sizeof w.bound / sizeof *w.bound)
            list_waiting(best, &w, &l, s, context, who);
    }
    list_waiting(best, &w, &l, s, context, who);
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
