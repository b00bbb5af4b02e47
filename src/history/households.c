#include "history/households.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/sort.h"
#include "history/day_sums.h"

/* ---- Numbers of the assortment ---- */

/* For each id of from its index in to, or AISLE_MISSING, the cheaper way. */
static aisle_status match_ids(uint32_t **out, const id_table *from, const id_table *to,
                              aisle_error *err)
{
    *out = NEW_ARRAY(uint32_t, from->count);
    if (!*out)
        return fail_memory(err);
    if (from->count > to->count / 16)
        id_table_match(*out, from, to);
    else
        for (uint32_t i = 0; i < from->count; i++)
            (*out)[i] = id_table_find_same(to, from, i);
    return AISLE_OK;
}

/* Users with a line, in order; kept: [dataset users] their numbers there. */
static uint32_t number_users(households *h, uint32_t *kept, const aisle_dataset *d,
                             const dated_lines *lines)
{
    uint32_t n = 0;
    for (uint32_t u = 0; u < d->users.count; u++) {
        bool any = lines->user_offset[u + 1] > lines->user_offset[u];
        h->user_of[u] = any ? n : HISTORY_NONE;
        if (any)
            kept[n++] = u;
    }
    return n;
}

/* Of lines [from, end) of a user, the distinct unknown items. */
static uint32_t count_foreign_items(const households *h, const uint32_t *item, size_t n,
                                    uint32_t *room)
{
    uint32_t unknown = 0, distinct = 0;
    for (size_t l = 0; l < n; l++)
        if (h->item_of[item[l]] == HISTORY_NONE)
            room[unknown++] = item[l];
    sort_u32(room, unknown);
    for (uint32_t i = 0; i < unknown; i++)
        distinct += i == 0 || room[i - 1] != room[i];
    return distinct;
}

static void add_foreign(foreign_sums *s, const line_columns *line, size_t l)
{
    s->lines++;
    s->quantity += (double)line->quantity[l];
    s->value += line->value[l];
    s->discounted += line->discount && line->discount[l] > 0;
}

/* Renames items and baskets; lines of unknown products leave for their baskets' sums. */
static void rename_lines(households *h, const uint32_t *kept, const dated_lines *dated,
                         const uint32_t *dataset_store, const uint32_t *store_of, uint32_t *room)
{
    size_t to = 0;
    line_columns *line = &h->line;
    h->baskets = 0;
    for (uint32_t u = 0; u < h->n_users; u++) {
        uint64_t from = dated->user_offset[kept[u]], end = dated->user_offset[kept[u] + 1];
        h->user_offset[u] = to;
        h->basket_offset[u] = h->baskets;
        if (h->foreign)
            h->foreign_items[u] = count_foreign_items(h, line->item + from, end - from, room);
        uint32_t before = UINT32_MAX;
        for (uint64_t l = from; l < end; l++) {
            uint32_t basket = line->basket[l], item = h->item_of[line->item[l]];
            if (l == from || basket != before) {
                uint32_t store = dataset_store ? dataset_store[basket] : AISLE_MISSING;
                h->basket_day[h->baskets] = line->day[l];
                if (h->store)
                    h->store[h->baskets] = store == AISLE_MISSING ? store : store_of[store];
                h->baskets++;
            }
            before = basket;
            if (item == HISTORY_NONE) {
                add_foreign(&h->foreign[h->baskets - 1], line, l);
                continue;
            }
            if (to != l)
                line_columns_copy(line, to, line, l, 1);
            line->item[to] = item;
            line->basket[to++] = (uint32_t)(h->baskets - 1);
        }
    }
    h->user_offset[h->n_users] = line->n = to;
    h->basket_offset[h->n_users] = h->baskets;
}

static bool all_known(const households *h, const dated_lines *dated)
{
    for (size_t l = 0; l < dated->line.n; l++)
        if (h->item_of[dated->line.item[l]] == HISTORY_NONE)
            return false;
    return true;
}

static size_t count_baskets(const dated_lines *dated)
{
    size_t n = 0;
    for (size_t l = 0; l < dated->line.n; l++)
        n += l == 0 || dated->line.basket[l] != dated->line.basket[l - 1];
    return n;
}

/* Takes the lines over in the assortment's numbers. */
static aisle_status take_lines(households *h, const uint32_t *kept, const aisle_dataset *d,
                               dated_lines *dated, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    uint32_t *store_of = NULL, *room = NULL;
    size_t baskets = count_baskets(dated);
    TRY_ALLOC(h->user_offset = NEW_ARRAY(uint64_t, (size_t)h->n_users + 1));
    TRY_ALLOC(h->basket_offset = NEW_ARRAY(uint64_t, (size_t)h->n_users + 1));
    TRY_ALLOC(h->basket_day = NEW_ARRAY(int32_t, baskets));
    if (h->a->has_stores)
        TRY_ALLOC(h->store = NEW_ARRAY(uint32_t, baskets));
    if (d->store)
        TRY(match_ids(&store_of, &d->stores, &h->a->stores, err));
    if (!all_known(h, dated)) {
        TRY_ALLOC(h->foreign = NEW_ZEROED(foreign_sums, baskets));
        TRY_ALLOC(h->foreign_items = NEW_ZEROED(uint32_t, h->n_users));
        TRY_ALLOC(room = NEW_ARRAY(uint32_t, dated->line.n));
    }
    h->line = dated->line;
    memset(&dated->line, 0, sizeof dated->line);
    rename_lines(h, kept, dated, d->store, store_of, room);
done:
    mem_free(store_of);
    mem_free(room);
    return status;
}

aisle_status households_init_visits(households *h, aisle_error *err)
{
    h->visit = NEW_ARRAY(uint32_t, h->baskets);
    if (!h->visit)
        return fail_memory(err);
    for (uint32_t u = 0; u < h->n_users; u++) {
        uint32_t n = 0;
        uint64_t from = h->basket_offset[u];
        for (uint64_t b = from; b < h->basket_offset[u + 1]; b++) {
            n += b > from && h->basket_day[b - 1] != h->basket_day[b];
            h->visit[b] = n;
        }
    }
    return AISLE_OK;
}

/* ---- Attributes, promotions ---- */

static int find_column(const attribute_table *t, const char *name)
{
    for (size_t c = 0; c < t->columns; c++)
        if (strcmp(t->names[c], name) == 0)
            return (int)c;
    return -1;
}

/* The households' levels in the assortment's columns; what it does not know is missing. */
static aisle_status take_levels(households *h, const uint32_t *kept, const aisle_dataset *d,
                                aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const attribute_table *to = &h->a->segments, *from = &d->households;
    uint32_t *level_of = NULL;
    TRY_ALLOC(h->level = NEW_ZEROED(uint32_t *, to->columns));
    for (size_t c = 0; c < to->columns; c++) {
        int column = find_column(from, to->names[c]);
        TRY_ALLOC(h->level[c] = NEW_ARRAY(uint32_t, h->n_users));
        mem_free(level_of);
        level_of = NULL;
        if (column >= 0)
            TRY(match_ids(&level_of, &from->levels[column], &to->levels[c], err));
        for (uint32_t u = 0; u < h->n_users; u++) {
            uint32_t code = column < 0 ? AISLE_MISSING : from->code[column][kept[u]];
            h->level[c][u] = code == AISLE_MISSING ? AISLE_MISSING : level_of[code];
        }
    }
done:
    mem_free(level_of);
    return status;
}

/* What lines were bought on, as far as the assortment's weeks reach. */
static void find_promotions(households *h)
{
    const promotion_view *v = &h->a->promotions;
    for (size_t l = 0; l < h->line.n; l++) {
        int64_t week = assortment_week(h->a, h->line.day[l]);
        uint32_t store = v->by_store ? households_store(h, h->line.basket[l]) : 0;
        h->line.promotion[l] =
            week < 0 || week >= v->before || store == AISLE_MISSING
                ? 0
                : assortment_find_promotion(h->a, (size_t)week, h->line.item[l], store);
    }
}

/* What was bought in the week of as_of, should some of it lie before, was bought on promotions
 * that are not observed. */
static void forget_last_week(households *h)
{
    int32_t from = assortment_week_start(h->a, assortment_week(h->a, h->as_of));
    for (size_t l = 0; l < h->line.n; l++)
        if (h->line.day[l] >= from)
            h->line.promotion[l] = 0;
}

static aisle_status take_promotions(households *h, aisle_error *err)
{
    if (!h->a->promotions.offset) {
        mem_free(h->line.promotion);
        h->line.promotion = NULL;
        return AISLE_OK;
    }
    if (!h->line.promotion) {
        h->line.promotion = NEW_ARRAY(uint8_t, h->line.n);
        if (!h->line.promotion)
            return fail_memory(err);
        find_promotions(h);
    }
    forget_last_week(h);
    return AISLE_OK;
}

/* ---- Together ---- */

/* Lines of products that the fit's cleaning left out are left out again. */
static aisle_status drop_left_out(dated_lines *lines, const assortment *a, const aisle_dataset *d,
                                  aisle_error *err)
{
    uint32_t *out;
    size_t to = 0;
    if (a->left_out.count == 0)
        return AISLE_OK;
    aisle_status status = match_ids(&out, &d->items, &a->left_out, err);
    if (status != AISLE_OK)
        return status;
    for (size_t u = 0; u < d->users.count; u++) {
        uint64_t from = lines->user_offset[u], end = lines->user_offset[u + 1];
        lines->user_offset[u] = to;
        for (uint64_t l = from; l < end; l++)
            if (out[lines->line.item[l]] == AISLE_MISSING)
                line_columns_copy(&lines->line, to++, &lines->line, l, 1);
    }
    lines->user_offset[d->users.count] = lines->line.n = to;
    mem_free(out);
    return AISLE_OK;
}

aisle_status households_init_none(households *out, const assortment *a, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    aisle_dataset nothing;
    dated_lines lines = {.user_offset = NEW_ZEROED(uint64_t, 1)};
    memset(&nothing, 0, sizeof nothing);
    nothing.users.is_int = nothing.items.is_int = nothing.stores.is_int = true;
    TRY_ALLOC(lines.user_offset);
    TRY(line_columns_init(&lines.line, 0, 0, err));
    TRY(households_take(out, a, &nothing, &lines, a->as_of, err));
done:
    dated_lines_fini(&lines);
    return status;
}

aisle_status households_take(households *out, const assortment *a, const aisle_dataset *d,
                             dated_lines *lines, int32_t as_of, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    households h = {.a = a, .as_of = as_of};
    uint32_t *kept = NEW_ARRAY(uint32_t, d->users.count);
    TRY_ALLOC(kept);
    TRY_ALLOC(h.user_of = NEW_ARRAY(uint32_t, d->users.count));
    TRY(match_ids(&h.item_of, &d->items, &a->items, err));
    h.n_users = number_users(&h, kept, d, lines);
    TRY(id_table_subset(&h.users, &d->users, kept, h.n_users, err));
    TRY(take_lines(&h, kept, d, lines, err));
    TRY(households_init_visits(&h, err));
    TRY(take_levels(&h, kept, d, err));
    TRY(take_promotions(&h, err));
    TRY(households_init_pairs(&h, err));
    *out = h;
    memset(&h, 0, sizeof h);
done:
    mem_free(kept);
    households_fini(&h);
    return status;
}

aisle_status households_init(households *out, const assortment *a, const aisle_dataset *d,
                             int32_t as_of, const uint8_t *left_out, aisle_error *err)
{
    dated_lines lines = {0};
    aisle_status status = dated_lines_init(&lines, d, as_of, left_out, err);
    if (status == AISLE_OK)
        status = drop_left_out(&lines, a, d, err);
    if (status == AISLE_OK)
        status = households_take(out, a, d, &lines, as_of, err);
    dated_lines_fini(&lines);
    return status;
}

aisle_status history_init(assortment *a, households *h, const aisle_dataset *d, int32_t as_of,
                          const uint8_t *left_out, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    dated_lines lines = {0};
    assortment sold = {0};
    TRY(dated_lines_init(&lines, d, as_of, left_out, err));
    TRY(assortment_init(&sold, d, &lines, as_of, err));
    TRY(households_take(h, &sold, d, &lines, as_of, err));
    *a = sold;
    h->a = a;
    memset(&sold, 0, sizeof sold);
done:
    assortment_fini(&sold);
    dated_lines_fini(&lines);
    return status;
}

aisle_status history_init_sampled(assortment *a, households *h, const aisle_dataset *d,
                                  const day_sums *whole, const candidates_options *options,
                                  const uint8_t *left_out, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    assortment sold = {0};
    TRY(assortment_init_summed(&sold, d, whole, options, err));
    TRY(households_init(h, &sold, d, whole->as_of, left_out, err));
    *a = sold;
    h->a = a;
    h->whole = whole;
    memset(&sold, 0, sizeof sold);
done:
    assortment_fini(&sold);
    return status;
}

void households_fini(households *h)
{
    for (size_t c = 0; h->level && c < h->a->segments.columns; c++)
        if (!h->mapped)
            mem_free(h->level[c]);
    mem_free(h->level);
    mem_free(h->visit);
    mem_free(h->user_of);
    mem_free(h->item_of);
    if (!h->mapped) {
        id_table_fini(&h->users);
        line_columns_fini(&h->line);
        void *arrays[] = {h->user_offset,      h->basket_offset, h->basket_day,  h->store,
                          h->foreign,          h->foreign_items, h->pair_offset, h->pair_item,
                          h->pair_line_offset, h->pair_line};
        for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
            mem_free(arrays[i]);
    }
    memset(h, 0, sizeof *h);
}

/* ---- What is asked of them ---- */

size_t households_find_pair(const households *h, uint32_t user, uint32_t item)
{
    uint64_t from = h->pair_offset[user], end = h->pair_offset[user + 1];
    size_t place = sort_find_u32(h->pair_item + from, end - from, item);
    return from + place < end && h->pair_item[from + place] == item ? from + place : SIZE_MAX;
}

foreign_sums households_sum_foreign(const households *h, uint32_t user)
{
    foreign_sums sum = {0};
    for (uint64_t b = h->basket_offset[user]; h->foreign && b < h->basket_offset[user + 1]; b++) {
        sum.quantity += h->foreign[b].quantity;
        sum.value += h->foreign[b].value;
        sum.lines += h->foreign[b].lines;
        sum.discounted += h->foreign[b].discounted;
    }
    return sum;
}

void households_count_buyers(const households *h, int32_t from, uint32_t *buyers)
{
    memset(buyers, 0, h->a->n_items * sizeof *buyers);
    for (size_t p = 0; p < h->pairs; p++) {
        uint32_t last = h->pair_line[h->pair_line_offset[p + 1] - 1];
        buyers[h->pair_item[p]] += h->line.day[last] >= from;
    }
}

uint64_t households_last_baskets(const households *h, uint32_t user, int64_t n)
{
    uint64_t line = h->user_offset[user + 1], end = h->basket_offset[user + 1];
    uint64_t baskets = end - h->basket_offset[user];
    uint64_t first = end - ((uint64_t)n < baskets ? (uint64_t)n : baskets);
    while (line > h->user_offset[user] && h->line.basket[line - 1] >= first)
        line--;
    return line;
}

int32_t history_weeks_before(int32_t as_of, int64_t weeks)
{
    int64_t day = (int64_t)as_of - 7 * weeks;
    return weeks <= 0 || day < INT32_MIN ? INT32_MIN : (int32_t)day;
}
