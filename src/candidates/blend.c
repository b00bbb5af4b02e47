#include "candidates/blend.h"

#include "base/fail.h"
#include "base/mem.h"
#include "base/sort.h"
#include "base/threads.h"
#include "candidates/lists.h"

#include <assert.h>
#include <math.h>
#include <string.h>

aisle_status blend_check(const candidates_options *options, aisle_error *err)
{
    for (size_t r = 0; r < retriever_count; r++)
        if (retriever_table[r].quota(options) > 0)
            return AISLE_OK;
    return fail(err, AISLE_ERROR_CONFIG, "candidates: every quota is 0, nothing to blend");
}

/* ---- One household ---- */

struct blend_room {
    const level1 *l;
    uint32_t least; /* candidates by padding */
    uint32_t n_sources;
    uint32_t *source; /* [n_sources] */
    uint32_t *quota;  /* [n_sources] */
    size_t most;      /* candidates that a household can have */
    void **rooms;     /* [n_sources] of the retrievers */
    ranked *entries;  /* [topk_room(largest quota)] */
    uint32_t *listed; /* [n_sources][largest quota] */
    uint32_t *count;  /* [n_sources] */
    uint32_t *items;  /* [most] */
    float *column;    /* [most] */
    uint64_t offset[2];
    candidate_lists lists; /* of one */
};

static uint32_t source_quota(const level1 *l, size_t r)
{
    int64_t quota = retriever_table[r].quota(l->context.options);
    if (!l->state[r] || quota <= 0)
        return 0;
    return lists_places(&l->context, quota > UINT16_MAX ? UINT16_MAX : (uint32_t)quota);
}

static uint32_t largest_quota(const blend_room *room)
{
    uint32_t most = 0;
    for (uint32_t s = 0; s < room->n_sources; s++)
        most = room->quota[s] > most ? room->quota[s] : most;
    return most;
}

static aisle_status choose_sources(blend_room *room, const level1 *l, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    TRY_ALLOC(room->source = NEW_ARRAY(uint32_t, retriever_count));
    TRY_ALLOC(room->quota = NEW_ARRAY(uint32_t, retriever_count));
    TRY_ALLOC(room->count = NEW_ZEROED(uint32_t, retriever_count));
    TRY_ALLOC(room->rooms = NEW_ZEROED(void *, retriever_count));
    for (size_t r = 0; r < retriever_count; r++) {
        if (retriever_table[r].quota(l->context.options) <= 0 || !l->state[r])
            continue;
        uint32_t s = room->n_sources++;
        room->source[s] = (uint32_t)r;
        room->quota[s] = source_quota(l, r);
        room->most += room->quota[s];
        size_t bytes = retriever_room(&retriever_table[r], l->state[r], &l->context);
        TRY_ALLOC(room->rooms[s] = NEW_ZEROED(char, bytes));
    }
done:
    return status;
}

aisle_status blend_room_new(blend_room **out, const level1 *l, uint32_t least, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    blend_room *room = NEW_ZEROED(blend_room, 1);
    TRY_ALLOC(room);
    room->l = l;
    room->least = lists_places(&l->context, least);
    TRY(choose_sources(room, l, err));
    if (room->most < room->least)
        room->most = room->least;
    uint32_t quota = largest_quota(room);
    TRY_ALLOC(room->entries = NEW_ARRAY(ranked, topk_room(quota)));
    TRY_ALLOC(room->listed = NEW_ARRAY(uint32_t, (size_t)quota * room->n_sources));
    TRY_ALLOC(room->items = NEW_ARRAY(uint32_t, room->most));
    TRY_ALLOC(room->column = NEW_ARRAY(float, room->most));
    TRY_ALLOC(room->lists.score = NEW_ARRAY(float, room->most * room->n_sources));
    TRY_ALLOC(room->lists.rank = NEW_ARRAY(uint16_t, room->most * room->n_sources));
    room->lists.n = 1;
    room->lists.offset = room->offset;
    room->lists.item = room->items;
    room->lists.n_sources = room->n_sources;
    room->lists.source = room->source;
    *out = room;
    room = NULL;
done:
    blend_room_free(room);
    return status;
}

void blend_room_free(blend_room *room)
{
    if (!room)
        return;
    for (uint32_t s = 0; room->rooms && s < room->n_sources; s++)
        mem_free(room->rooms[s]);
    mem_free(room->rooms);
    mem_free(room->source);
    mem_free(room->quota);
    mem_free(room->count);
    mem_free(room->entries);
    mem_free(room->listed);
    mem_free(room->items);
    mem_free(room->column);
    mem_free(room->lists.score);
    mem_free(room->lists.rank);
    mem_free(room);
}

static uint32_t drop_repeats(uint32_t *items, uint32_t n)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < n; i++)
        if (kept == 0 || items[i] != items[kept - 1])
            items[kept++] = items[i];
    return kept;
}

/* Asks every source, which keeps what it worked out, and lists the first of each. */
static void ask_sources(blend_room *room, const asker *who)
{
    const list_context *context = &room->l->context;
    uint32_t quota = largest_quota(room);
    for (uint32_t s = 0; s < room->n_sources; s++) {
        const retriever *r = &retriever_table[room->source[s]];
        const void *state = room->l->state[room->source[s]];
        topk best = topk_start(room->entries, room->quota[s]);
        if (r->ask)
            r->ask(room->rooms[s], state, context, who);
        if (!(r->only_bought && who->new_only))
            r->list(&best, room->rooms[s], state, context, who);
        room->count[s] = (uint32_t)topk_finish(&best);
        for (uint32_t j = 0; j < room->count[s]; j++)
            room->listed[s * quota + j] = room->entries[j].item;
    }
}

/* Popular items that the first n lack, until there are `least`; returns the new count. */
static uint32_t add_popular(blend_room *room, uint32_t n, const asker *who)
{
    const list_context *context = &room->l->context;
    uint32_t count = n;
    for (uint32_t p = 0; p < context->n_popular && count < room->least; p++) {
        uint32_t item = context->popular[p];
        if (sort_has_u32(room->items, n, item) ||
            (who->user != HISTORY_NONE && is_left_out(who, item)))
            continue;
        room->items[count++] = item;
    }
    if (count > n)
        sort_u32(room->items, count);
    return count;
}

static uint32_t unite(blend_room *room, const asker *who)
{
    uint32_t n = 0, quota = largest_quota(room);
    for (uint32_t s = 0; s < room->n_sources; s++) {
        memcpy(room->items + n, room->listed + (size_t)s * quota,
               room->count[s] * sizeof *room->items);
        n += room->count[s];
    }
    sort_u32(room->items, n);
    return add_popular(room, drop_repeats(room->items, n), who);
}

/* Every source's score of each item, and ranks where it was listed; then the source forgets. */
static void score_sources(blend_room *room, uint32_t n, const asker *who)
{
    const list_context *context = &room->l->context;
    candidate_lists *lists = &room->lists;
    uint32_t quota = largest_quota(room), sources = room->n_sources;
    memset(lists->rank, 0, (size_t)n * sources * sizeof *lists->rank);
    for (uint32_t s = 0; s < sources; s++) {
        const retriever *r = &retriever_table[room->source[s]];
        const void *state = room->l->state[room->source[s]];
        r->score(room->column, room->rooms[s], state, context, who, room->items, n);
        for (uint32_t i = 0; i < n; i++)
            lists->score[(size_t)i * sources + s] = room->column[i];
        for (uint32_t j = 0; j < room->count[s]; j++) {
            size_t at = sort_find_u32(room->items, n, room->listed[s * quota + j]);
            lists->rank[at * sources + s] = (uint16_t)(j + 1);
        }
        if (r->forget)
            r->forget(room->rooms[s], state, context, who);
    }
}

/* Popular items, of which no source says anything. */
static void answer_stranger(blend_room *room, const asker *who)
{
    uint32_t n = add_popular(room, 0, who);
    memset(room->lists.rank, 0, (size_t)n * room->n_sources * sizeof *room->lists.rank);
    for (size_t e = 0; e < (size_t)n * room->n_sources; e++)
        room->lists.score[e] = NAN;
    room->offset[1] = n;
}

size_t blend_room_most(const blend_room *room)
{
    return room->most;
}

candidate_lists *blend_ask(blend_room *room, const asker *who)
{
    if (who->user == HISTORY_NONE) {
        answer_stranger(room, who);
        return &room->lists;
    }
    ask_sources(room, who);
    uint32_t n = unite(room, who);
    score_sources(room, n, who);
    room->offset[1] = n;
    return &room->lists;
}

uint64_t candidate_lists_find(const candidate_lists *lists, size_t i, uint32_t item)
{
    uint64_t from = lists->offset[i];
    return from + sort_find_u32(lists->item + from, lists->offset[i + 1] - from, item);
}

/* ---- Many ---- */

/* Households that are asked before their rows are put together. */
enum { BLOCK = 512 };

/* The rows of a block's households, each in room for the most that one can have. */
typedef struct block {
    size_t most;
    uint32_t n_sources;
    uint32_t *count; /* [BLOCK] */
    uint32_t *item;  /* [BLOCK][most] */
    float *score;    /* [BLOCK][most][n_sources] */
    uint16_t *rank;  /* [BLOCK][most][n_sources] */
} block;

static void block_fini(block *b)
{
    mem_free(b->count);
    mem_free(b->item);
    mem_free(b->score);
    mem_free(b->rank);
}

/* On failure too, the block is there to be freed. */
static aisle_status block_init(block *b, const blend_room *room, size_t askers, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t n = askers < BLOCK ? askers : BLOCK;
    *b = (block){.most = room->most, .n_sources = room->n_sources};
    TRY_ALLOC(b->count = NEW_ARRAY(uint32_t, n));
    TRY_ALLOC(b->item = NEW_ARRAY(uint32_t, n * b->most));
    TRY_ALLOC(b->score = NEW_ARRAY(float, n * b->most * b->n_sources));
    TRY_ALLOC(b->rank = NEW_ARRAY(uint16_t, n * b->most * b->n_sources));
done:
    return status;
}

static void keep_rows(block *b, size_t i, const candidate_lists *one)
{
    size_t n = one->offset[1], sources = b->n_sources;
    b->count[i] = (uint32_t)n;
    memcpy(b->item + i * b->most, one->item, n * sizeof *b->item);
    memcpy(b->score + i * b->most * sources, one->score, n * sources * sizeof *b->score);
    memcpy(b->rank + i * b->most * sources, one->rank, n * sources * sizeof *b->rank);
}

/* Appends the block's rows; capacity: of item, score, rank. */
static aisle_status append_block(candidate_lists *to, const block *b, size_t first, size_t n,
                                 size_t capacity[3], aisle_error *err)
{
    size_t sources = b->n_sources;
    for (size_t i = 0; i < n; i++)
        to->offset[first + i + 1] = to->offset[first + i] + b->count[i];
    size_t rows = to->offset[first + n];
    /* One more: also of no rows, the arrays are there. */
    if (mem_grow(&to->item, &capacity[0], rows + 1, sizeof *to->item) ||
        mem_grow(&to->score, &capacity[1], rows * sources + 1, sizeof *to->score) ||
        mem_grow(&to->rank, &capacity[2], rows * sources + 1, sizeof *to->rank))
        return fail_memory(err);
    for (size_t i = 0; i < n; i++) {
        size_t at = to->offset[first + i], count = b->count[i];
        memcpy(to->item + at, b->item + i * b->most, count * sizeof *to->item);
        memcpy(to->score + at * sources, b->score + i * b->most * sources,
               count * sources * sizeof *to->score);
        memcpy(to->rank + at * sources, b->rank + i * b->most * sources,
               count * sources * sizeof *to->rank);
    }
    return AISLE_OK;
}

static aisle_status ask_all(candidate_lists *out, blend_room **rooms, int threads,
                            const retriever_query *query, aisle_error *err)
{
    block b = {0};
    size_t capacity[3] = {0};
    aisle_status status = block_init(&b, rooms[0], query->n, err);
    for (size_t first = 0; first < query->n && status == AISLE_OK; first += BLOCK) {
        size_t n = query->n - first < BLOCK ? query->n - first : BLOCK;
#pragma omp parallel for num_threads(threads) schedule(dynamic, 8) if (n > 8)
        for (size_t i = 0; i < n; i++) {
            asker who = {query->h, query->users[first + i], query->new_only};
            keep_rows(&b, i, blend_ask(rooms[thread_number()], &who));
        }
        status = append_block(out, &b, first, n, capacity, err);
    }
    block_fini(&b);
    return status;
}

aisle_status blend_init(candidate_lists *out, const level1 *l, const retriever_query *query,
                        uint32_t least, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    int threads = query_threads(query, &l->context);
    blend_room **rooms = NEW_ZEROED(blend_room *, (size_t)threads);
    candidate_lists lists = {.n = query->n};
    TRY_ALLOC(rooms);
    for (int t = 0; t < threads; t++)
        TRY(blend_room_new(&rooms[t], l, least, err));
    lists.n_sources = rooms[0]->n_sources;
    TRY_ALLOC(lists.offset = NEW_ZEROED(uint64_t, query->n + 1));
    TRY_ALLOC(lists.source = mem_copy(rooms[0]->source, lists.n_sources, sizeof *lists.source));
    TRY(ask_all(&lists, rooms, threads, query, err));
    assert(candidate_lists_check(&lists, l->context.a->n_items, NULL) == AISLE_OK);
    *out = lists;
    memset(&lists, 0, sizeof lists);
done:
    for (int t = 0; rooms && t < threads; t++)
        blend_room_free(rooms[t]);
    mem_free(rooms);
    candidate_lists_fini(&lists);
    return status;
}

aisle_status candidate_lists_view(candidate_lists *out, const candidate_lists *of, size_t first,
                                  size_t n, aisle_error *err)
{
    candidate_lists some = *of;
    uint64_t row = of->offset[first];
    some.offset = NEW_ARRAY(uint64_t, n + 1);
    if (!some.offset)
        return fail_memory(err);
    for (size_t i = 0; i <= n; i++)
        some.offset[i] = of->offset[first + i] - row;
    some.n = n;
    some.item += row;
    some.score += row * of->n_sources;
    some.rank += row * of->n_sources;
    *out = some;
    return AISLE_OK;
}

void candidate_lists_fini(candidate_lists *lists)
{
    mem_free(lists->offset);
    mem_free(lists->item);
    mem_free(lists->source);
    mem_free(lists->score);
    mem_free(lists->rank);
    memset(lists, 0, sizeof *lists);
}

static aisle_status check_user(const candidate_lists *lists, size_t i, uint32_t n_items,
                               aisle_error *err)
{
    if (lists->offset[i + 1] < lists->offset[i])
        return fail(err, AISLE_ERROR_ARGUMENT, "candidates: the offset of list %zu goes back", i);
    for (uint64_t r = lists->offset[i]; r < lists->offset[i + 1]; r++) {
        if (lists->item[r] >= n_items)
            return fail(err, AISLE_ERROR_ARGUMENT, "candidates: row %llu has item %u of %u",
                        (unsigned long long)r, lists->item[r], n_items);
        if (r > lists->offset[i] && lists->item[r - 1] >= lists->item[r])
            return fail(err, AISLE_ERROR_ARGUMENT, "candidates: items of list %zu don't ascend", i);
        for (uint64_t e = r * lists->n_sources; e < (r + 1) * lists->n_sources; e++)
            if (isinf(lists->score[e]) || (lists->rank[e] && isnan(lists->score[e])))
                return fail(err, AISLE_ERROR_ARGUMENT,
                            "candidates: row %llu has a rank without a "
                            "finite score",
                            (unsigned long long)r);
    }
    return AISLE_OK;
}

aisle_status candidate_lists_check(const candidate_lists *lists, uint32_t n_items, aisle_error *err)
{
    if (lists->offset[0] != 0)
        return fail(err, AISLE_ERROR_ARGUMENT, "candidates: the first offset is not 0");
    for (uint32_t s = 0; s < lists->n_sources; s++)
        if (lists->source[s] >= retriever_count)
            return fail(err, AISLE_ERROR_ARGUMENT, "candidates: source %u is unknown", s);
    for (size_t i = 0; i < lists->n; i++) {
        aisle_status status = check_user(lists, i, n_items, err);
        if (status != AISLE_OK)
            return status;
    }
    return AISLE_OK;
}

/* ---- The blend as a ranking ---- */

double blend_part(uint16_t rank)
{
    return 1.0 / (60 + rank);
}

double blend_score(const candidate_lists *lists, uint64_t row)
{
    double sum = 0;
    for (uint64_t e = row * lists->n_sources; e < (row + 1) * lists->n_sources; e++)
        sum += lists->rank[e] ? blend_part(lists->rank[e]) : 0;
    return sum;
}

static void rank_user(item_lists *out, const candidate_lists *lists, const list_context *context,
                      size_t i, ranked *entries)
{
    topk best = topk_start(entries, lists_places(context, out->k));
    for (uint64_t r = lists->offset[i]; r < lists->offset[i + 1]; r++) {
        uint32_t item = lists->item[r];
        topk_push(&best, (float)blend_score(lists, r), context->popularity[item], item);
    }
    lists_put(out, i, &best);
}

aisle_status blend_rank(item_lists *out, const candidate_lists *lists, const level1 *l,
                        aisle_error *err)
{
    const list_context *context = &l->context;
    size_t room = topk_room(lists_places(context, out->k));
    ranked *entries = NEW_ARRAY(ranked, room * (size_t)context->threads);
    if (!entries)
        return fail_memory(err);
#pragma omp parallel for num_threads(context->threads) schedule(dynamic, 64) if (lists->n > 64)
    for (size_t i = 0; i < lists->n; i++)
        rank_user(out, lists, context, i, entries + room * (size_t)thread_number());
    mem_free(entries);
    return AISLE_OK;
}
