#include "history/history.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/sort.h"
#include "data/returns.h"

/* Dense numbers for the marked ones, HISTORY_NONE for the rest; the marked indices in *kept. */
static aisle_status number_marked(uint32_t *number, uint32_t **kept, uint32_t *n_kept,
                                  const uint8_t *marked, size_t n, aisle_error *err)
{
    uint32_t count = 0;
    for (size_t i = 0; i < n; i++)
        number[i] = marked[i] ? count++ : HISTORY_NONE;
    uint32_t *list = NEW_ARRAY(uint32_t, count);
    if (!list)
        return fail_memory(err);
    for (size_t i = 0; i < n; i++)
        if (marked[i])
            list[number[i]] = (uint32_t)i;
    *kept = list;
    *n_kept = count;
    return AISLE_OK;
}

/* Copies the lines of days in [.., as_of), returns cancelled; user_offset by dataset user. */
static aisle_status copy_lines(history *h, uint64_t *user_offset, const aisle_dataset *d,
                               aisle_error *err)
{
    size_t most = 0;
    for (size_t u = 0; u < d->users.count; u++)
        for (uint64_t l = d->user_offset[u]; l < d->user_offset[u + 1]; l++)
            most += d->day[l] < h->as_of;
    h->item = NEW_ARRAY(uint32_t, most);
    h->day = NEW_ARRAY(int32_t, most);
    h->basket = NEW_ARRAY(uint32_t, most);
    h->quantity = NEW_ARRAY(float, most);
    h->value = NEW_ARRAY(double, most);
    if (d->promotions.weeks && !(h->line_promotion = NEW_ARRAY(uint8_t, most)))
        return fail_memory(err);
    if (d->discount && !(h->discount = NEW_ARRAY(float, most)))
        return fail_memory(err);
    if (!h->item || !h->day || !h->basket || !h->quantity || !h->value)
        return fail_memory(err);
    size_t to = 0;
    for (size_t u = 0; u < d->users.count; u++) {
        user_offset[u] = to;
        uint64_t from = d->user_offset[u], end = from;
        while (end < d->user_offset[u + 1] && d->day[end] < h->as_of)
            end++;
        size_t n = end - from;
        memcpy(h->item + to, d->item + from, n * sizeof *h->item);
        memcpy(h->day + to, d->day + from, n * sizeof *h->day);
        memcpy(h->basket + to, d->basket + from, n * sizeof *h->basket);
        memcpy(h->quantity + to, d->quantity + from, n * sizeof *h->quantity);
        memcpy(h->value + to, d->value + from, n * sizeof *h->value);
        uint8_t *promotion = h->line_promotion ? h->line_promotion + to : NULL;
        if (promotion)
            memcpy(promotion, d->promotions.line + from, n);
        float *discount = h->discount ? h->discount + to : NULL;
        if (discount)
            memcpy(discount, d->discount + from, n * sizeof *discount);
        if (d->summary.returns) {
            return_lines lines = {h->item + to,  h->day + to, h->basket + to, h->quantity + to,
                                  h->value + to, promotion,   discount};
            size_t cancelled;
            aisle_status status = returns_cancel(&n, &cancelled, &lines, n, err);
            if (status != AISLE_OK)
                return status;
        }
        to += n;
    }
    user_offset[d->users.count] = to;
    h->lines = to;
    return AISLE_OK;
}

/* Numbers the users and items that have a line, and renames the lines' items and baskets. */
static aisle_status renumber(history *h, uint32_t **users, uint32_t **items,
                             const uint64_t *user_offset, const aisle_dataset *d, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    uint8_t *has_line = NEW_ZEROED(uint8_t, d->users.count);
    uint8_t *sold = NEW_ZEROED(uint8_t, d->items.count);
    TRY_ALLOC(has_line);
    TRY_ALLOC(sold);
    TRY_ALLOC(h->user_of = NEW_ARRAY(uint32_t, d->users.count));
    TRY_ALLOC(h->item_of = NEW_ARRAY(uint32_t, d->items.count));
    for (size_t u = 0; u < d->users.count; u++)
        has_line[u] = user_offset[u + 1] > user_offset[u];
    for (size_t l = 0; l < h->lines; l++)
        sold[h->item[l]] = 1;
    TRY(number_marked(h->user_of, users, &h->n_users, has_line, d->users.count, err));
    TRY(number_marked(h->item_of, items, &h->n_items, sold, d->items.count, err));
    TRY_ALLOC(h->user_offset = NEW_ARRAY(uint64_t, (size_t)h->n_users + 1));
    for (uint32_t u = 0; u < h->n_users; u++)
        h->user_offset[u] = user_offset[(*users)[u]];
    h->user_offset[h->n_users] = h->lines;
    uint32_t before = UINT32_MAX, basket = UINT32_MAX;
    for (size_t l = 0; l < h->lines; l++) {
        h->item[l] = h->item_of[h->item[l]];
        if (h->basket[l] != before)
            basket++;
        before = h->basket[l];
        h->basket[l] = basket;
    }
    h->baskets = h->lines ? (size_t)basket + 1 : 0;
done:
    mem_free(has_line);
    mem_free(sold);
    return status;
}

/* A stable counting sort by item, then by user: two passes over the lines. */
static aisle_status sort_lines_by_pair(history *h, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    uint64_t *cursor = NEW_ZEROED(uint64_t, (size_t)h->n_items + 1);
    uint64_t *user_cursor = mem_copy(h->user_offset, (size_t)h->n_users + 1, sizeof(uint64_t));
    uint32_t *user = NEW_ARRAY(uint32_t, h->lines);
    uint32_t *by_item = NEW_ARRAY(uint32_t, h->lines);
    TRY_ALLOC(cursor);
    TRY_ALLOC(user_cursor);
    TRY_ALLOC(user);
    TRY_ALLOC(by_item);
    TRY_ALLOC(h->pair_line = NEW_ARRAY(uint32_t, h->lines));
    for (uint32_t u = 0; u < h->n_users; u++)
        for (uint64_t l = h->user_offset[u]; l < h->user_offset[u + 1]; l++)
            user[l] = u;
    for (size_t l = 0; l < h->lines; l++)
        cursor[h->item[l] + 1]++;
    for (uint32_t i = 0; i < h->n_items; i++)
        cursor[i + 1] += cursor[i];
    for (size_t l = 0; l < h->lines; l++)
        by_item[cursor[h->item[l]]++] = (uint32_t)l;
    for (size_t k = 0; k < h->lines; k++)
        h->pair_line[user_cursor[user[by_item[k]]]++] = by_item[k];
done:
    mem_free(cursor);
    mem_free(user_cursor);
    mem_free(user);
    mem_free(by_item);
    return status;
}

aisle_status history_init_pairs(history *h, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    TRY(sort_lines_by_pair(h, err));
    size_t pairs = 0;
    for (uint32_t u = 0; u < h->n_users; u++)
        for (uint64_t k = h->user_offset[u]; k < h->user_offset[u + 1]; k++)
            pairs +=
                k == h->user_offset[u] || h->item[h->pair_line[k]] != h->item[h->pair_line[k - 1]];
    TRY_ALLOC(h->pair_offset = NEW_ARRAY(uint64_t, (size_t)h->n_users + 1));
    TRY_ALLOC(h->pair_item = NEW_ARRAY(uint32_t, pairs));
    TRY_ALLOC(h->pair_line_offset = NEW_ARRAY(uint64_t, pairs + 1));
    h->pairs = pairs;
    size_t p = 0;
    for (uint32_t u = 0; u < h->n_users; u++) {
        h->pair_offset[u] = p;
        for (uint64_t k = h->user_offset[u]; k < h->user_offset[u + 1]; k++) {
            uint32_t item = h->item[h->pair_line[k]];
            if (k > h->user_offset[u] && item == h->pair_item[p - 1])
                continue;
            h->pair_item[p] = item;
            h->pair_line_offset[p++] = k;
        }
    }
    h->pair_offset[h->n_users] = p;
    h->pair_line_offset[p] = h->lines;
done:
    return status;
}

/* The rows of some users or items, with all levels. */
static aisle_status copy_attributes(attribute_table *out, const attribute_table *from,
                                    const uint32_t *rows, size_t n, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    uint32_t *all = NULL;
    out->rows = n;
    out->department = from->department;
    out->category = from->category;
    TRY_ALLOC(out->names = NEW_ZEROED(char *, from->columns));
    TRY_ALLOC(out->code = NEW_ZEROED(uint32_t *, from->columns));
    TRY_ALLOC(out->levels = NEW_ZEROED(id_table, from->columns));
    out->columns = from->columns;
    for (size_t c = 0; c < from->columns; c++) {
        TRY_ALLOC(out->names[c] = mem_text(from->names[c]));
        TRY_ALLOC(out->code[c] = NEW_ARRAY(uint32_t, n));
        for (size_t r = 0; r < n; r++)
            out->code[c][r] = from->code[c][rows[r]];
        size_t levels = from->levels[c].count;
        mem_free(all);
        TRY_ALLOC(all = NEW_ARRAY(uint32_t, levels));
        for (size_t i = 0; i < levels; i++)
            all[i] = (uint32_t)i;
        TRY(id_table_subset(&out->levels[c], &from->levels[c], all, levels, err));
    }
done:
    mem_free(all);
    return status;
}

static aisle_status copy_labels(history *h, const attribute_table *products, const uint32_t *items,
                                aisle_error *err)
{
    if (!products->label)
        return AISLE_OK;
    h->label_offset = NEW_ARRAY(uint64_t, (size_t)h->n_items + 1);
    if (!h->label_offset)
        return fail_memory(err);
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < h->n_items; i++) {
        const char *label = products->label[items[i]];
        h->label_offset[i] = bytes;
        bytes += (label ? strlen(label) : 0) + 1;
    }
    h->label_offset[h->n_items] = bytes;
    h->label_bytes = NEW_ZEROED(char, bytes);
    if (!h->label_bytes)
        return fail_memory(err);
    for (uint32_t i = 0; i < h->n_items; i++) {
        const char *label = products->label[items[i]];
        if (label)
            memcpy(h->label_bytes + h->label_offset[i], label, strlen(label));
    }
    return AISLE_OK;
}

const char *history_item_label(const history *h, uint32_t item)
{
    if (!h->label_offset)
        return NULL;
    const char *label = h->label_bytes + h->label_offset[item];
    return *label ? label : NULL;
}

aisle_status history_init(history *out, const aisle_dataset *dataset, int32_t as_of,
                          aisle_error *err)
{
    aisle_status status = AISLE_OK;
    uint32_t *users = NULL, *items = NULL;
    uint64_t *user_offset = NEW_ARRAY(uint64_t, dataset->users.count + 1);
    history h = {.as_of = as_of};
    TRY_ALLOC(user_offset);
    TRY(copy_lines(&h, user_offset, dataset, err));
    TRY(history_init_stores(&h, dataset, err));
    TRY(renumber(&h, &users, &items, user_offset, dataset, err));
    TRY(id_table_subset(&h.users, &dataset->users, users, h.n_users, err));
    TRY(id_table_subset(&h.items, &dataset->items, items, h.n_items, err));
    TRY(history_init_promotions(&h, dataset, err));
    TRY(history_init_pairs(&h, err));
    TRY(copy_attributes(&h.products, &dataset->products, items, h.n_items, err));
    TRY(copy_attributes(&h.households, &dataset->households, users, h.n_users, err));
    TRY(copy_labels(&h, &dataset->products, items, err));
    *out = h;
    memset(&h, 0, sizeof h);
done:
    mem_free(users);
    mem_free(items);
    mem_free(user_offset);
    history_fini(&h);
    return status;
}

static void attributes_fini(attribute_table *t, bool mapped)
{
    for (size_t c = 0; c < t->columns; c++) {
        if (t->names)
            mem_free(t->names[c]);
        if (t->code && !mapped)
            mem_free(t->code[c]);
        if (t->levels && !mapped)
            id_table_fini(&t->levels[c]);
    }
    mem_free(t->names);
    mem_free(t->code);
    mem_free(t->levels);
}

void history_fini(history *h)
{
    attributes_fini(&h->products, h->mapped);
    attributes_fini(&h->households, h->mapped);
    mem_free(h->user_of);
    mem_free(h->item_of);
    if (!h->mapped) {
        id_table_fini(&h->users);
        id_table_fini(&h->items);
        id_table_fini(&h->stores);
        void *arrays[] = {h->user_offset,
                          h->item,
                          h->day,
                          h->basket,
                          h->quantity,
                          h->value,
                          h->pair_offset,
                          h->pair_item,
                          h->pair_line_offset,
                          h->pair_line,
                          h->label_bytes,
                          h->label_offset,
                          h->store,
                          h->line_promotion,
                          h->promotions.offset,
                          h->promotions.place,
                          h->discount};
        for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
            mem_free(arrays[i]);
    }
    memset(h, 0, sizeof *h);
}

size_t history_find_pair(const history *h, uint32_t user, uint32_t item)
{
    uint64_t from = h->pair_offset[user], end = h->pair_offset[user + 1];
    size_t place = sort_find_u32(h->pair_item + from, end - from, item);
    return from + place < end && h->pair_item[from + place] == item ? from + place : SIZE_MAX;
}

void history_count_buyers(const history *h, int32_t from, uint32_t *buyers)
{
    memset(buyers, 0, h->n_items * sizeof *buyers);
    for (size_t p = 0; p < h->pairs; p++) {
        uint32_t last = h->pair_line[h->pair_line_offset[p + 1] - 1];
        buyers[h->pair_item[p]] += h->day[last] >= from;
    }
}

int32_t history_first_day(const history *h)
{
    int32_t first = h->as_of - 1;
    for (uint32_t u = 0; u < h->n_users; u++) {
        int32_t day = h->day[h->user_offset[u]];
        first = day < first ? day : first;
    }
    return first;
}

uint64_t history_last_baskets(const history *h, uint32_t user, int64_t n)
{
    uint64_t first = h->user_offset[user], line = h->user_offset[user + 1];
    while (line > first && n > 0) {
        line--;
        if (line == first || h->basket[line - 1] != h->basket[line])
            n--;
    }
    return line;
}

uint32_t history_count_baskets(const history *h, uint32_t user)
{
    uint32_t n = 0;
    uint64_t from = h->user_offset[user];
    for (uint64_t l = from; l < h->user_offset[user + 1]; l++)
        n += l == from || h->basket[l] != h->basket[l - 1];
    return n;
}
