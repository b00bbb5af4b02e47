#include "candidates/popular/grouped.h"

#include "base/fail.h"
#include "base/mem.h"
#include "base/sort.h"
#include "candidates/lists.h"
#include "candidates/retriever_table.h"
#include "history/day_sums.h"

#include <math.h>

/* Items that a group bought: ascending with their buyers, and those of the catalogue in order. */
struct grouped_state {
    double prior;
    grouped_find find;
    uint32_t groups;
    size_t n_items, n_sold;
    uint32_t *buyers;       /* [1] of the window */
    uint32_t *group_buyers; /* [groups] */
    uint64_t *offset;       /* [groups + 1] into item and item_buyers */
    uint32_t *item;         /* [n_sold] ascending within a group */
    uint32_t *item_buyers;  /* [n_sold] of the group */
    uint32_t *total;        /* [n_items] buyers of an item in any group or none */
    uint64_t *best_offset;  /* [groups + 1] into best */
    ranked *best;           /* in the house order within a group */
    uint32_t *order; /* [n_order] the catalogue's items that were bought, most buyers first */
    uint32_t n_order;
};

/* The purchases of the window, a household counting once for an item and group. */
typedef struct purchases {
    size_t n;
    uint32_t *group, *item; /* [n] in the order of households */
    uint32_t *seen_user;    /* [n_items] 1 + the last household that bought it */
    uint32_t *seen_group;   /* [n_items] in which group it did so first */
    uint32_t *group_user;   /* [groups] 1 + the last household that bought in it */
} purchases;

static float score_of(const grouped_state *s, uint32_t group, uint32_t item, uint32_t buyers)
{
    double share = *s->buyers ? (double)s->total[item] / *s->buyers : 0;
    if (group == GROUPED_NONE || s->group_buyers[group] == 0)
        return (float)share;
    return (float)((buyers + s->prior * share) / (s->group_buyers[group] + s->prior));
}

/* ---- Sums ---- */

enum { BUYERS, GROUP_BUYERS, TOTAL, ITEM_BUYERS };

const tally_column grouped_columns[GROUPED_COLUMNS] = {
    [BUYERS] = {"buyers", TALLY_ONE, TALLY_ADD, 1},
    [GROUP_BUYERS] = {"group_buyers", TALLY_ROW, TALLY_ADD, 1},
    [TOTAL] = {"total", TALLY_ITEM, TALLY_ADD, 1},
    [ITEM_BUYERS] = {"item_buyers", TALLY_CELL, TALLY_ADD, 1},
};

static uint32_t group_of_line(const grouping *by, const households *h, uint32_t user, uint64_t line)
{
    return by->of_basket ? by->of_basket[h->line.basket[line]] : by->of_user[user];
}

/* Whether the household bought the item in the group in its lines [from, line). */
static bool bought_before(const households *h, const grouping *by, uint32_t user, uint64_t from,
                          uint64_t line)
{
    uint32_t group = group_of_line(by, h, user, line);
    for (uint64_t l = from; l < line; l++)
        if (h->line.item[l] == h->line.item[line] && group_of_line(by, h, user, l) == group)
            return true;
    return false;
}

static void take_line(tally *t, purchases *p, const households *h, const grouping *by,
                      uint32_t user, uint64_t from, uint64_t line)
{
    uint32_t item = h->line.item[line], group = group_of_line(by, h, user, line);
    bool again = p->seen_user[item] == user + 1;
    tally_counts(t, TOTAL)[item] += !again;
    if (again && (p->seen_group[item] == group || bought_before(h, by, user, from, line)))
        return;
    if (!again)
        p->seen_group[item] = group;
    p->seen_user[item] = user + 1;
    if (group == GROUPED_NONE)
        return;
    tally_counts(t, GROUP_BUYERS)[group] += p->group_user[group] != user + 1;
    p->group_user[group] = user + 1;
    p->group[p->n] = group;
    p->item[p->n++] = item;
}

/* The first line of a user of a day in the window; its lines are in the order of days. */
static uint64_t first_line(const households *h, uint32_t user, int32_t from)
{
    uint64_t low = h->user_offset[user], high = h->user_offset[user + 1];
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (h->line.day[middle] < from)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static aisle_status take_purchases(tally *t, purchases *p, const households *h, const grouping *by,
                                   aisle_error *err)
{
    aisle_status status = AISLE_OK;
    int32_t from = history_weeks_before(h->as_of, by->weeks);
    size_t most = 0;
    for (uint32_t u = 0; u < h->n_users; u++)
        most += h->user_offset[u + 1] - first_line(h, u, from);
    TRY_ALLOC(p->group = NEW_ARRAY(uint32_t, most));
    TRY_ALLOC(p->item = NEW_ARRAY(uint32_t, most));
    TRY_ALLOC(p->seen_user = NEW_ZEROED(uint32_t, h->a->n_items));
    TRY_ALLOC(p->seen_group = NEW_ARRAY(uint32_t, h->a->n_items));
    TRY_ALLOC(p->group_user = NEW_ZEROED(uint32_t, t->count[TALLY_ROW]));
    for (uint32_t u = 0; u < h->n_users; u++) {
        uint64_t first = first_line(h, u, from);
        for (uint64_t l = first; l < h->user_offset[u + 1]; l++)
            take_line(t, p, h, by, u, first, l);
        *tally_counts(t, BUYERS) += first < h->user_offset[u + 1];
    }
done:
    return status;
}

static void purchases_fini(purchases *p)
{
    mem_free(p->group);
    mem_free(p->item);
    mem_free(p->seen_user);
    mem_free(p->seen_group);
    mem_free(p->group_user);
}

/* Purchases by group: the distinct items of each, sorted, with their buyers. */
typedef struct group_items {
    uint64_t *from; /* [groups + 1] into item and buyers */
    size_t *count;  /* [groups] distinct items */
    uint32_t *item; /* [purchases] */
    uint32_t *buyers;
} group_items;

/* items: those of one group, n with repetitions; counted: [n_items] zeros. */
static size_t count_group(uint32_t *items, uint32_t *buyers, size_t n, uint32_t *counted)
{
    size_t distinct = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t item = items[i];
        if (counted[item]++ == 0)
            items[distinct++] = item;
    }
    sort_u32(items, distinct);
    for (size_t i = 0; i < distinct; i++) {
        buyers[i] = counted[items[i]];
        counted[items[i]] = 0;
    }
    return distinct;
}

static aisle_status sort_purchases(group_items *g, const purchases *p, const tally *t,
                                   aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t groups = t->count[TALLY_ROW];
    uint64_t *end = NULL;
    uint32_t *counted = NEW_ZEROED(uint32_t, t->count[TALLY_ITEM]);
    TRY_ALLOC(counted);
    TRY_ALLOC(g->from = NEW_ZEROED(uint64_t, groups + 1));
    TRY_ALLOC(g->count = NEW_ZEROED(size_t, groups));
    TRY_ALLOC(g->item = NEW_ARRAY(uint32_t, p->n));
    TRY_ALLOC(g->buyers = NEW_ARRAY(uint32_t, p->n));
    for (size_t i = 0; i < p->n; i++)
        g->from[p->group[i] + 1]++;
    for (size_t i = 0; i < groups; i++)
        g->from[i + 1] += g->from[i];
    TRY_ALLOC(end = mem_copy(g->from, groups + 1, sizeof *end));
    for (size_t i = 0; i < p->n; i++)
        g->item[end[p->group[i]]++] = p->item[i];
    for (size_t i = 0; i < groups; i++)
        g->count[i] = count_group(g->item + g->from[i], g->buyers + g->from[i],
                                  g->from[i + 1] - g->from[i], counted);
done:
    mem_free(counted);
    mem_free(end);
    return status;
}

static void group_items_fini(group_items *g)
{
    mem_free(g->from);
    mem_free(g->count);
    mem_free(g->item);
    mem_free(g->buyers);
}

static aisle_status write_cells(tally *t, const group_items *g, aisle_error *err)
{
    size_t cells = 0, n = 0;
    for (size_t i = 0; i < t->count[TALLY_ROW]; i++)
        cells += g->count[i];
    aisle_status status = tally_init_cells(t, cells, err);
    for (size_t i = 0; status == AISLE_OK && i < t->count[TALLY_ROW]; i++)
        for (size_t j = 0; j < g->count[i]; j++, n++) {
            t->key[n] = (uint64_t)i << 32 | g->item[g->from[i] + j];
            tally_counts(t, ITEM_BUYERS)[n] = g->buyers[g->from[i] + j];
        }
    return status;
}

aisle_status grouped_sum(tally *t, const households *h, const grouping *by, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    purchases p = {0};
    group_items g = {0};
    TRY(take_purchases(t, &p, h, by, err));
    TRY(sort_purchases(&g, &p, t, err));
    TRY(write_cells(t, &g, err));
done:
    purchases_fini(&p);
    group_items_fini(&g);
    return status;
}

/* ---- Fitting ---- */

static aisle_status order_groups(grouped_state *s, const list_context *context, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    TRY_ALLOC(s->best = NEW_ARRAY(ranked, s->offset[s->groups]));
    TRY_ALLOC(s->best_offset = NEW_ZEROED(uint64_t, (size_t)s->groups + 1));
    uint64_t n = 0;
    for (uint32_t g = 0; g < s->groups; g++) {
        for (uint64_t i = s->offset[g]; i < s->offset[g + 1]; i++)
            if (context->c->allowed[s->item[i]])
                s->best[n++] = ranked_of(score_of(s, g, s->item[i], s->item_buyers[i]),
                                         context->popularity[s->item[i]], s->item[i]);
        ranked_sort(s->best + s->best_offset[g], n - s->best_offset[g]);
        s->best_offset[g + 1] = n;
    }
done:
    return status;
}

static aisle_status order_all(grouped_state *s, const list_context *context, aisle_error *err)
{
    const catalogue *c = context->c;
    ranked *all = NEW_ARRAY(ranked, c->count);
    s->order = NEW_ARRAY(uint32_t, c->count);
    if (!all || !s->order) {
        mem_free(all);
        return fail_memory(err);
    }
    for (uint32_t i = 0; i < c->count; i++)
        if (s->total[c->items[i]])
            all[s->n_order++] = ranked_of((float)s->total[c->items[i]],
                                          context->popularity[c->items[i]], c->items[i]);
    ranked_sort(all, s->n_order);
    for (uint32_t i = 0; i < s->n_order; i++)
        s->order[i] = all[i].item;
    mem_free(all);
    return AISLE_OK;
}

aisle_status grouped_ready(void *state, const list_context *context, aisle_error *err)
{
    aisle_status status = order_groups(state, context, err);
    return status == AISLE_OK ? order_all(state, context, err) : status;
}

aisle_status grouped_adopt(void **state, const list_context *context, uint32_t groups, double prior,
                           grouped_find find, aisle_error *err)
{
    grouped_state *s = NEW_ZEROED(grouped_state, 1);
    if (!s)
        return fail_memory(err);
    s->prior = prior;
    s->find = find;
    s->groups = groups;
    s->n_items = context->a->n_items;
    *state = s;
    return AISLE_OK;
}

static void copy_counts(uint32_t *to, const tally *t, size_t column)
{
    for (size_t i = 0; i < tally_values(t, column); i++)
        to[i] = (uint32_t)tally_counts(t, column)[i];
}

static aisle_status take_sums(grouped_state *s, const tally *t, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    s->n_sold = t->count[TALLY_CELL];
    TRY_ALLOC(s->buyers = NEW_ZEROED(uint32_t, 1));
    TRY_ALLOC(s->group_buyers = NEW_ZEROED(uint32_t, s->groups));
    TRY_ALLOC(s->total = NEW_ZEROED(uint32_t, s->n_items));
    TRY_ALLOC(s->offset = NEW_ZEROED(uint64_t, (size_t)s->groups + 1));
    TRY_ALLOC(s->item = NEW_ARRAY(uint32_t, s->n_sold));
    TRY_ALLOC(s->item_buyers = NEW_ARRAY(uint32_t, s->n_sold));
    copy_counts(s->buyers, t, BUYERS);
    copy_counts(s->group_buyers, t, GROUP_BUYERS);
    copy_counts(s->total, t, TOTAL);
    copy_counts(s->item_buyers, t, ITEM_BUYERS);
    for (size_t i = 0; i < s->n_sold; i++) {
        s->item[i] = (uint32_t)t->key[i];
        s->offset[(t->key[i] >> 32) + 1]++;
    }
    for (uint32_t g = 0; g < s->groups; g++)
        s->offset[g + 1] += s->offset[g];
done:
    return status;
}

aisle_status grouped_fit(void *state, const list_context *context, const households *h,
                         const tally_part *part, aisle_error *err)
{
    const tally *t;
    tally own;
    aisle_status status = sums_of(&t, &own, part, h, context->options, err);
    if (status == AISLE_OK)
        status = take_sums(state, t, err);
    tally_fini(&own);
    return status;
}

size_t grouped_arrays(state_array *out, void *state)
{
    grouped_state *s = state;
    size_t sold = s->item ? s->n_sold : STATE_ANY;
    out[0] = (state_array){"buyers", sizeof *s->buyers, 1, (void **)&s->buyers, NULL};
    out[1] = (state_array){"group_buyers", sizeof *s->group_buyers, s->groups,
                           (void **)&s->group_buyers, NULL};
    out[2] = (state_array){"offset", sizeof *s->offset, (size_t)s->groups + 1, (void **)&s->offset,
                           NULL};
    out[3] = (state_array){"item", sizeof *s->item, sold, (void **)&s->item, &s->n_sold};
    out[4] = (state_array){"item_buyers", sizeof *s->item_buyers, sold, (void **)&s->item_buyers,
                           &s->n_sold};
    out[5] = (state_array){"total", sizeof *s->total, s->n_items, (void **)&s->total, NULL};
    return 6;
}

static bool is_group(const grouped_state *s, uint32_t g)
{
    if (s->offset[g] > s->offset[g + 1] || s->group_buyers[g] > *s->buyers)
        return false;
    for (uint64_t i = s->offset[g]; i < s->offset[g + 1]; i++)
        if (s->item[i] >= s->n_items || (i > s->offset[g] && s->item[i - 1] >= s->item[i]) ||
            s->item_buyers[i] == 0 || s->item_buyers[i] > s->group_buyers[g])
            return false;
    return true;
}

aisle_status grouped_check(const void *state, const list_context *context, aisle_error *err)
{
    const grouped_state *s = state;
    (void)context;
    bool whole = s->offset[0] == 0 && s->offset[s->groups] == s->n_sold;
    for (uint32_t g = 0; whole && g < s->groups; g++)
        whole = s->offset[g + 1] <= s->n_sold && is_group(s, g);
    uint64_t pairs = 0; /* each buyer bought something */
    for (size_t i = 0; whole && i < s->n_items; i++) {
        whole = s->total[i] <= *s->buyers;
        pairs += s->total[i];
    }
    whole = whole && *s->buyers <= pairs;
    return whole ? AISLE_OK : fail(err, AISLE_ERROR_FORMAT, "groups: their sales are damaged");
}

void grouped_free(void *state, bool owns_arrays)
{
    grouped_state *s = state;
    if (!s)
        return;
    if (owns_arrays) {
        mem_free(s->buyers);
        mem_free(s->group_buyers);
        mem_free(s->offset);
        mem_free(s->item);
        mem_free(s->item_buyers);
        mem_free(s->total);
    }
    mem_free(s->best_offset);
    mem_free(s->best);
    mem_free(s->order);
    mem_free(s);
}

/* Buyers of the item in the group; 0 where there is none. */
static uint32_t buyers_of(const grouped_state *s, uint32_t group, uint32_t item)
{
    if (group == GROUPED_NONE)
        return 0;
    uint64_t from = s->offset[group], n = s->offset[group + 1] - from;
    size_t place = sort_find_u32(s->item + from, n, item);
    return place < n && s->item[from + place] == item ? s->item_buyers[from + place] : 0;
}

/* ---- Lists ---- */

/* A room: the asker's group, then what finding it counts in. */
size_t grouped_room(const void *state, const list_context *context)
{
    const grouped_state *s = state;
    (void)context;
    return (1 + (size_t)s->groups) * sizeof(uint32_t);
}

void grouped_ask(void *room, const void *state, const list_context *context, const asker *who)
{
    const grouped_state *s = state;
    uint32_t *group = room;
    *group = s->find(state, context, who, group + 1);
}

void grouped_forget(void *room, const void *state, const list_context *context, const asker *who)
{
    (void)state;
    (void)context;
    (void)who;
    *(uint32_t *)room = 0;
}

static void push(topk *best, const list_context *context, const asker *who, float score,
                 uint32_t item)
{
    if (!is_left_out(who, item))
        topk_push(best, score, context->popularity[item], item);
}

/* The group's items, then the others by the share of all: until nothing more can come in. */
void grouped_list(topk *best, void *room, const void *state, const list_context *context,
                  const asker *who)
{
    const grouped_state *s = state;
    uint32_t group = *(uint32_t *)room;
    if (group != GROUPED_NONE)
        for (uint64_t i = s->best_offset[group]; i < s->best_offset[group + 1]; i++) {
            float score = ranked_score(s->best[i]);
            if (score < best->floor || !(score > 0))
                break;
            push(best, context, who, score, s->best[i].item);
        }
    for (uint32_t i = 0; i < s->n_order; i++) {
        uint32_t item = s->order[i];
        float score = score_of(s, group, item, 0);
        if (score < best->floor || !(score > 0))
            break;
        if (buyers_of(s, group, item) == 0)
            push(best, context, who, score, item);
    }
}

void grouped_score(float *out, void *room, const void *state, const list_context *context,
                   const asker *who, const uint32_t *items, size_t n)
{
    const grouped_state *s = state;
    uint32_t group = *(uint32_t *)room;
    (void)context;
    (void)who;
    for (size_t i = 0; i < n; i++) {
        float score = score_of(s, group, items[i], buyers_of(s, group, items[i]));
        out[i] = score > 0 ? score : NAN;
    }
}
