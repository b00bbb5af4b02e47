#include "model/answer/companions.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/sort.h"
#include "base/threads.h"

/* The baskets of each product, and the lines of each basket. */
typedef struct basket_index {
    const households *h;
    uint64_t *line;   /* [baskets + 1] first line of each basket */
    uint64_t *offset; /* [n_items + 1] into basket */
    uint32_t *basket; /* [lines] ascending within a product */
} basket_index;

static void index_fini(basket_index *x)
{
    mem_free(x->line);
    mem_free(x->offset);
    mem_free(x->basket);
}

static aisle_status index_init(basket_index *x, const households *h, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const line_columns *line = &h->line;
    uint32_t n = h->a->n_items;
    uint64_t *next = NULL;
    *x = (basket_index){.h = h};
    TRY_ALLOC(x->line = NEW_ZEROED(uint64_t, h->baskets + 1));
    TRY_ALLOC(x->offset = NEW_ZEROED(uint64_t, (size_t)n + 1));
    TRY_ALLOC(x->basket = NEW_ARRAY(uint32_t, line->n));
    for (size_t l = 0; l < line->n; l++) {
        x->line[line->basket[l] + 1]++;
        x->offset[line->item[l] + 1]++;
    }
    for (size_t b = 0; b < h->baskets; b++)
        x->line[b + 1] += x->line[b];
    for (uint32_t i = 0; i < n; i++)
        x->offset[i + 1] += x->offset[i];
    TRY_ALLOC(next = mem_copy(x->offset, n, sizeof *next));
    for (size_t l = 0; l < line->n; l++)
        x->basket[next[line->item[l]]++] = line->basket[l];
done:
    mem_free(next);
    return status;
}

/* What a thread counts in. */
typedef struct count_room {
    uint32_t *count;   /* [n_items] zeros between products */
    uint32_t *touched; /* [n_items] */
    ranked *entries;   /* [topk_room(COMPANIONS_MOST)] */
} count_room;

/* The companions of a product, best first; returns how many. */
static size_t find_companions(count_room *room, const basket_index *x, uint32_t item)
{
    const uint32_t *items = x->h->line.item;
    topk best = topk_start(room->entries, COMPANIONS_MOST);
    size_t touched = 0;
    for (uint64_t e = x->offset[item]; e < x->offset[item + 1]; e++)
        for (uint64_t l = x->line[x->basket[e]]; l < x->line[x->basket[e] + 1]; l++)
            if (room->count[items[l]]++ == 0)
                room->touched[touched++] = items[l];
    for (size_t t = 0; t < touched; t++) {
        uint32_t other = room->touched[t], both = room->count[other];
        room->count[other] = 0;
        if (other != item && both >= COMPANIONS_LEAST)
            topk_push(&best, (float)both, both, other);
    }
    return topk_finish(&best);
}

/* Products at work before their companions are put together. */
enum { BLOCK = 1024 };

typedef struct block {
    size_t *count;    /* [BLOCK] */
    sort_pair *found; /* [BLOCK][COMPANIONS_MOST] item, and baskets with both */
    sort_pair *room;  /* [COMPANIONS_MOST] */
} block;

static void keep_found(block *b, size_t at, const count_room *room, size_t n)
{
    b->count[at] = n;
    for (size_t j = 0; j < n; j++)
        b->found[at * COMPANIONS_MOST + j] =
            (sort_pair){room->entries[j].item, (uint32_t)room->entries[j].key};
}

static aisle_status append(companions *c, block *b, uint32_t first, uint32_t n, size_t capacity[2],
                           aisle_error *err)
{
    for (uint32_t i = 0; i < n; i++) {
        sort_pair *found = b->found + (size_t)i * COMPANIONS_MOST;
        size_t to = c->entries;
        c->entries += b->count[i];
        if (mem_grow(&c->item, &capacity[0], c->entries + 1, sizeof *c->item) ||
            mem_grow(&c->both, &capacity[1], c->entries + 1, sizeof *c->both))
            return fail_memory(err);
        sort_pairs(found, b->room, b->count[i]);
        for (size_t j = 0; j < b->count[i]; j++) {
            c->item[to + j] = (uint32_t)found[j].key;
            c->both[to + j] = found[j].value;
        }
        c->offset[first + i + 1] = c->entries;
    }
    return AISLE_OK;
}

static aisle_status count_all(companions *c, const basket_index *x, count_room *rooms, int threads,
                              aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t capacity[2] = {0, 0};
    block b = {NEW_ARRAY(size_t, BLOCK), NEW_ARRAY(sort_pair, BLOCK * COMPANIONS_MOST),
               NEW_ARRAY(sort_pair, COMPANIONS_MOST)};
    TRY_ALLOC(b.count);
    TRY_ALLOC(b.found);
    TRY_ALLOC(b.room);
    for (uint32_t first = 0; first < c->n_items; first += BLOCK) {
        uint32_t n = (uint32_t)c->n_items - first < BLOCK ? (uint32_t)c->n_items - first : BLOCK;
#pragma omp parallel for num_threads(threads) schedule(dynamic, 16)
        for (uint32_t i = 0; i < n; i++) {
            count_room *room = &rooms[thread_number()];
            keep_found(&b, i, room, find_companions(room, x, first + i));
        }
        TRY(append(c, &b, first, n, capacity, err));
    }
done:
    mem_free(b.count);
    mem_free(b.found);
    mem_free(b.room);
    return status;
}

aisle_status companions_init(companions *out, const households *h, int threads, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    companions c = {.n_items = h->a->n_items};
    basket_index x = {0};
    count_room *rooms = NEW_ZEROED(count_room, (size_t)threads);
    TRY_ALLOC(rooms);
    TRY(index_init(&x, h, err));
    for (int t = 0; t < threads; t++) {
        TRY_ALLOC(rooms[t].count = NEW_ZEROED(uint32_t, c.n_items));
        TRY_ALLOC(rooms[t].touched = NEW_ARRAY(uint32_t, c.n_items));
        TRY_ALLOC(rooms[t].entries = NEW_ARRAY(ranked, topk_room(COMPANIONS_MOST)));
    }
    TRY_ALLOC(c.baskets = NEW_ARRAY(uint32_t, c.n_items));
    TRY_ALLOC(c.offset = NEW_ZEROED(uint64_t, c.n_items + 1));
    for (size_t i = 0; i < c.n_items; i++)
        c.baskets[i] = (uint32_t)(x.offset[i + 1] - x.offset[i]);
    TRY(count_all(&c, &x, rooms, threads, err));
    *out = c;
    memset(&c, 0, sizeof c);
done:
    for (int t = 0; rooms && t < threads; t++) {
        mem_free(rooms[t].count);
        mem_free(rooms[t].touched);
        mem_free(rooms[t].entries);
    }
    mem_free(rooms);
    index_fini(&x);
    companions_fini(&c);
    return status;
}

void companions_fini(companions *c)
{
    if (!c->mapped) {
        mem_free(c->baskets);
        mem_free(c->offset);
        mem_free(c->item);
        mem_free(c->both);
    }
    memset(c, 0, sizeof *c);
}

companion companions_find(const companions *c, const households *h, uint32_t user, uint32_t item,
                          int64_t n)
{
    companion best = {.item = HISTORY_NONE, .baskets = c->baskets[item]};
    uint64_t from = c->offset[item], known = c->offset[item + 1] - from;
    for (uint64_t l = households_last_baskets(h, user, n); l < h->user_offset[user + 1]; l++) {
        uint32_t other = h->line.item[l];
        size_t at = sort_find_u32(c->item + from, known, other);
        if (other == item || at == known || c->item[from + at] != other)
            continue;
        uint32_t both = c->both[from + at];
        if (both > best.both || (both == best.both && other < best.item)) {
            best.item = other;
            best.both = both;
        }
    }
    return best;
}

/* ---- The model file ---- */

void companions_adopt(companions *out, const assortment *a)
{
    *out = (companions){.n_items = a->n_items, .mapped = true};
}

size_t companions_arrays(state_array *out, companions *c)
{
    size_t entries = c->item ? c->entries : c->offset ? 0 : STATE_ANY;
    out[0] = (state_array){"baskets", sizeof *c->baskets, c->n_items, (void **)&c->baskets, NULL};
    out[1] = (state_array){"offset", sizeof *c->offset, c->n_items + 1, (void **)&c->offset, NULL};
    out[2] = (state_array){"item", sizeof *c->item, entries, (void **)&c->item, &c->entries};
    out[3] = (state_array){"both", sizeof *c->both, entries, (void **)&c->both, &c->entries};
    return 4;
}

aisle_status companions_check(const companions *c, aisle_error *err)
{
    bool good = c->offset[0] == 0 && c->offset[c->n_items] == c->entries;
    for (size_t i = 0; good && i < c->n_items; i++) {
        good = c->offset[i] <= c->offset[i + 1] && c->offset[i + 1] <= c->entries;
        for (uint64_t e = c->offset[i]; good && e < c->offset[i + 1]; e++)
            good = c->item[e] < c->n_items && c->item[e] != i &&
                   (e == c->offset[i] || c->item[e - 1] < c->item[e]) &&
                   c->both[e] <= c->baskets[i];
    }
    return good ? AISLE_OK : fail(err, AISLE_ERROR_FORMAT, "together: sums that are damaged");
}
