#include "evaluate/score_input.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/sort.h"

/* ---- Pairs ---- */

static void drop_doubles(score_pairs *p, size_t users)
{
    uint64_t to = 0, from = 0;
    for (size_t u = 0; u < users; u++) {
        uint64_t first = to, end = p->offset[u + 1];
        sort_u32(p->item + from, (size_t)(end - from));
        for (; from < end; from++)
            if (to == first || p->item[to - 1] != p->item[from])
                p->item[to++] = p->item[from];
        p->offset[u + 1] = to;
    }
}

static aisle_status init_pairs(score_pairs *out, const aisle_score_pairs *from,
                               const score_ground *g, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t users = g->users.count;
    uint32_t *user = NEW_ARRAY(uint32_t, from->rows);
    uint64_t *next = NEW_ARRAY(uint64_t, users + 1);
    TRY_ALLOC(user);
    TRY_ALLOC(next);
    TRY_ALLOC(out->offset = NEW_ZEROED(uint64_t, users + 1));
    TRY_ALLOC(out->item = NEW_ARRAY(uint32_t, from->rows));
    for (size_t i = 0; i < from->rows; i++)
        out->offset[(user[i] = text_index_find(&g->users, from->user[i])) + 1]++;
    for (size_t u = 0; u < users; u++)
        out->offset[u + 1] += out->offset[u];
    memcpy(next, out->offset, (users + 1) * sizeof *next);
    for (size_t i = 0; i < from->rows; i++)
        out->item[next[user[i]]++] = text_index_find(&g->items, from->item[i]);
    drop_doubles(out, users);
done:
    mem_free(user);
    mem_free(next);
    return status;
}

static void pairs_fini(score_pairs *p)
{
    mem_free(p->offset);
    mem_free(p->item);
}

/* ---- Products ---- */

/* A code for each value of a column; no value is a level of its own. */
static aisle_status code_column(uint32_t *code, const score_ground *g, const aisle_score_items *x,
                                size_t column, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    text_index levels = {0};
    TRY(text_index_add(&levels, x->category[column], x->rows, err));
    TRY(text_index_sort(&levels, err));
    for (size_t i = 0; i < x->rows; i++) {
        const char *value = x->category[column][i];
        if (value)
            code[text_index_find(&g->items, x->item[i]) * x->columns + column] =
                text_index_find(&levels, value);
    }
done:
    text_index_fini(&levels);
    return status;
}

static aisle_status check_items(const score_ground *g, const aisle_score_items *x, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    uint8_t *seen = NEW_ZEROED(uint8_t, g->items.count);
    TRY_ALLOC(seen);
    for (size_t i = 0; i < x->rows; i++) {
        uint8_t *one = &seen[text_index_find(&g->items, x->item[i])];
        if (*one)
            TRY(fail(err, AISLE_ERROR_DATA, "items: found '%s' twice, expected a row a product",
                     x->item[i]));
        *one = 1;
        if (x->price && x->price[i] < 0)
            TRY(fail(err, AISLE_ERROR_DATA, "items: found price %g of '%s', expected 0 or more",
                     x->price[i], x->item[i]));
    }
done:
    mem_free(seen);
    return status;
}

/* The catalogue: the products of the table, else those that were sold before. */
static void mark_offered(uint8_t *offered, size_t *items, const score_ground *g,
                         const aisle_score_items *x, const uint32_t *buyers)
{
    for (size_t i = 0; i < g->items.count && x->rows == 0; i++)
        offered[i] = buyers[i] > 0;
    for (size_t i = 0; i < x->rows; i++)
        offered[text_index_find(&g->items, x->item[i])] = 1;
    for (size_t i = 0; i < g->items.count; i++)
        *items += offered[i];
}

static void count_buyers(uint32_t *buyers, size_t *buying, const score_ground *g)
{
    for (size_t u = 0; u < g->users.count; u++) {
        *buying += g->before.offset[u + 1] > g->before.offset[u];
        for (uint64_t p = g->before.offset[u]; p < g->before.offset[u + 1]; p++)
            buyers[g->before.item[p]]++;
    }
}

static aisle_status init_facts(score_ground *g, const aisle_score_items *x, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t n = g->items.count, buying = 0;
    uint8_t *offered = NEW_ZEROED(uint8_t, n);
    uint32_t *buyers = NEW_ZEROED(uint32_t, n), *popularity = NEW_ARRAY(uint32_t, n);
    uint32_t *code = NEW_ARRAY(uint32_t, n * x->columns);
    double *price = NEW_ARRAY(double, n);
    g->facts = (list_facts){n, 0, 0, offered, buyers, popularity, price, x->columns, code};
    TRY_ALLOC(offered);
    TRY_ALLOC(buyers);
    TRY_ALLOC(popularity);
    TRY_ALLOC(code);
    TRY_ALLOC(price);
    TRY(check_items(g, x, err));
    count_buyers(buyers, &buying, g);
    g->facts.households = buying;
    mark_offered(offered, &g->facts.items, g, x, buyers);
    TRY(list_facts_rank(popularity, buyers, n, err));
    for (size_t i = 0; i < n; i++)
        price[i] = (double)NAN;
    for (size_t i = 0; x->price && i < x->rows; i++)
        price[text_index_find(&g->items, x->item[i])] = x->price[i];
    memset(code, 0xff, n * x->columns * sizeof *code);
    for (size_t c = 0; c < x->columns; c++)
        TRY(code_column(code, g, x, c, err));
done:
    return status;
}

aisle_status score_ground_check(const aisle_score_input *input, const metric *m, aisle_error *err)
{
    const aisle_score_items *x = &input->items;
    bool given = true;
    const char *needs = "";
    switch (m->need) {
    case METRIC_NEEDS_NOTHING:
        break;
    case METRIC_NEEDS_REPEAT:
    case METRIC_NEEDS_BEFORE:
        given = input->before.rows > 0;
        needs = "what was bought before";
        break;
    case METRIC_NEEDS_PRICES:
        given = x->rows > 0 && x->price;
        needs = "items with prices";
        break;
    case METRIC_NEEDS_CATEGORIES:
        given = x->rows > 0 && x->columns > 0;
        needs = "items with category columns";
        break;
    case METRIC_NEEDS_CATALOGUE:
        given = x->rows > 0 || input->before.rows > 0;
        needs = "items, or what was bought before";
        break;
    }
    return given ? AISLE_OK : fail(err, AISLE_ERROR_CONFIG, "metric '%s' needs %s", m->name, needs);
}

/* ---- All of it ---- */

static aisle_status number_all(score_ground *g, const aisle_score_input *in, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    TRY(text_index_add(&g->users, in->lists.user, in->lists.rows, err));
    TRY(text_index_add(&g->users, in->truth.user, in->truth.rows, err));
    TRY(text_index_add(&g->users, in->before.user, in->before.rows, err));
    TRY(text_index_add(&g->items, in->lists.item, in->lists.rows, err));
    TRY(text_index_add(&g->items, in->truth.item, in->truth.rows, err));
    TRY(text_index_add(&g->items, in->before.item, in->before.rows, err));
    TRY(text_index_add(&g->items, in->items.item, in->items.rows, err));
    if (in->lists.model)
        TRY(text_index_add(&g->models, in->lists.model, in->lists.rows, err));
    TRY(text_index_sort(&g->users, err));
    TRY(text_index_sort(&g->items, err));
    TRY(text_index_sort(&g->models, err));
done:
    return status;
}

/* The households that bought something or have a list: others, who only bought before, are none
 * that a list could be right or wrong for. */
static aisle_status choose_households(score_ground *g, const aisle_score_lists *l, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t users = g->users.count, n = 0;
    TRY_ALLOC(g->household = NEW_ZEROED(uint32_t, users));
    TRY_ALLOC(g->row = NEW_ARRAY(uint32_t, users));
    TRY_ALLOC(g->offset = NEW_ZEROED(uint64_t, users + 1));
    for (size_t i = 0; i < l->rows; i++)
        g->household[text_index_find(&g->users, l->user[i])] = 1;
    for (size_t u = 0; u < users; u++) {
        bool in = g->household[u] || g->bought.offset[u + 1] > g->bought.offset[u];
        g->household[u] = in ? (uint32_t)n : HISTORY_NONE;
        if (!in)
            continue;
        g->row[n] = (uint32_t)u;
        g->offset[++n] = g->bought.offset[u + 1];
    }
    g->t = (truth){.n = n,
                   .dataset_user = g->row,
                   .user = g->row,
                   .offset = g->offset,
                   .item = g->bought.item};
done:
    return status;
}

aisle_status score_ground_init(score_ground *out, const aisle_score_input *input, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    memset(out, 0, sizeof *out);
    TRY(number_all(out, input, err));
    TRY(init_pairs(&out->bought, &input->truth, out, err));
    TRY(init_pairs(&out->before, &input->before, out, err));
    TRY(init_facts(out, &input->items, err));
    TRY(choose_households(out, &input->lists, err));
done:
    if (status != AISLE_OK)
        score_ground_fini(out);
    return status;
}

void score_ground_fini(score_ground *g)
{
    text_index_fini(&g->users);
    text_index_fini(&g->items);
    text_index_fini(&g->models);
    pairs_fini(&g->bought);
    pairs_fini(&g->before);
    list_facts_fini(&g->facts);
    mem_free(g->household);
    mem_free(g->row);
    mem_free(g->offset);
    memset(g, 0, sizeof *g);
}

/* ---- Lists ---- */

typedef struct list_row {
    uint32_t user, item;
    double place; /* smaller is first */
} list_row;

static int by_place(const void *a, const void *b)
{
    const list_row *x = a, *y = b;
    if (x->user != y->user)
        return x->user < y->user ? -1 : 1;
    if (x->place != y->place)
        return x->place < y->place ? -1 : 1;
    return (x->item > y->item) - (x->item < y->item);
}

static size_t take_rows(list_row *out, const score_ground *g, const aisle_score_lists *l,
                        const char *model)
{
    size_t n = 0;
    for (size_t i = 0; i < l->rows; i++) {
        if (model && strcmp(l->model[i], model) != 0)
            continue;
        out[n++] =
            (list_row){text_index_find(&g->users, l->user[i]),
                       text_index_find(&g->items, l->item[i]), l->rank ? l->rank[i] : -l->score[i]};
    }
    qsort(out, n, sizeof *out, by_place);
    return n;
}

/* seen: [items] 1 + the household whose list has the item, so far. */
static aisle_status check_row(uint32_t *seen, const score_ground *g, const list_row *row,
                              const list_row *before, bool ranks, aisle_error *err)
{
    const char *user = g->users.texts[row->user], *item = g->items.texts[row->item];
    if (isnan(row->place))
        return fail(err, AISLE_ERROR_DATA, "lists: no %s for household '%s', item '%s'",
                    ranks ? "rank" : "score", user, item);
    if (seen[row->item] == row->user + 1)
        return fail(err, AISLE_ERROR_DATA, "lists: household '%s' has item '%s' twice", user, item);
    if (ranks && before && before->place == row->place)
        return fail(err, AISLE_ERROR_DATA, "lists: household '%s' has rank %g twice", user,
                    row->place);
    seen[row->item] = row->user + 1;
    return AISLE_OK;
}

aisle_status score_ground_lists(item_lists *out, const score_ground *g,
                                const aisle_score_lists *lists, const char *model, uint32_t longest,
                                aisle_error *err)
{
    aisle_status status = AISLE_OK;
    list_row *rows = NEW_ARRAY(list_row, lists->rows);
    uint32_t *seen = NEW_ZEROED(uint32_t, g->items.count);
    TRY_ALLOC(rows);
    TRY_ALLOC(seen);
    TRY(item_lists_init(out, g->t.n, longest, err));
    size_t n = take_rows(rows, g, lists, model);
    memset(out->count, 0, out->n * sizeof *out->count);
    for (size_t i = 0; i < n; i++) {
        bool same = i > 0 && rows[i - 1].user == rows[i].user;
        TRY(check_row(seen, g, &rows[i], same ? &rows[i - 1] : NULL, lists->rank, err));
        size_t household = g->household[rows[i].user];
        uint32_t *count = &out->count[household];
        if (*count < longest)
            out->item[household * longest + (*count)++] = rows[i].item;
    }
done:
    mem_free(rows);
    mem_free(seen);
    return status;
}
