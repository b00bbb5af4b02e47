/* The list of many a first recommender in retail: three sources taken in turn, an item of each,
 * what is listed already passed over, and then what is popular. N being the option `top`:
 *     own     the N items of own_decay
 *     items   for each of those the one item that is most like it by item_cosine
 *     users   the N items of similar_users
 * each by the options of the retriever of that name, but for its quota and the number of similar
 * items that are kept; popular is the order of the fallback (list_context.popular), all of the
 * catalogue. The order stands for any length of list, so that
 *     score(u, i) = 1 / (1 + place of i in it), from 0
 * With new items alone, what was bought is left out of it, and the scores stay. */
#include "candidates/retriever_table.h"

#include "base/fail.h"
#include "base/mem.h"
#include "base/sort.h"
#include "candidates/lists.h"
#include "candidates/select_sums.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { OWN, ITEMS, USERS, SOURCES };
static const char *const source_names[SOURCES] = {"own_decay", "item_cosine", "similar_users"};

typedef struct mix_state {
    void *source[SOURCES];
    uint32_t *place; /* [n_items] in context->popular; HISTORY_NONE outside of the catalogue */
    uint32_t top;
} mix_state;

int64_t mix_quota(const candidates_options *options)
{
    return options->mix.quota;
}

static const retriever *source_row(int s)
{
    return retriever_find(source_names[s]);
}

/* The context of the sources: of items like another one, itself and one are kept. */
static list_context source_context(candidates_options *options, const list_context *context)
{
    list_context narrow = *context;
    *options = *context->options;
    options->item_cosine.neighbours = 2;
    narrow.options = options;
    return narrow;
}

void mix_free(void *state, bool owns_arrays)
{
    mix_state *m = state;
    for (int s = 0; m && s < SOURCES; s++)
        if (m->source[s])
            source_row(s)->free(m->source[s], owns_arrays);
    if (m)
        mem_free(m->place);
    mem_free(m);
}

static aisle_status mix_empty(mix_state **out, const list_context *context, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    mix_state *m = NEW_ZEROED(mix_state, 1);
    TRY_ALLOC(m);
    m->top = lists_places(context, (uint32_t)context->options->mix.top);
    TRY_ALLOC(m->place = NEW_ARRAY(uint32_t, context->h->n_items));
    for (uint32_t i = 0; i < context->h->n_items; i++)
        m->place[i] = HISTORY_NONE;
    for (uint32_t p = 0; p < context->n_popular; p++)
        m->place[context->popular[p]] = p;
    *out = m;
    m = NULL;
done:
    mix_free(m, true);
    return status;
}

static aisle_status mix_make(void **state, const list_context *context, bool adopt,
                             aisle_error *err)
{
    aisle_status status = AISLE_OK;
    candidates_options options;
    list_context narrow = source_context(&options, context);
    mix_state *m = NULL;
    TRY(mix_empty(&m, context, err));
    for (int s = 0; s < SOURCES; s++) {
        const retriever *row = source_row(s);
        TRY((adopt && row->adopt ? row->adopt : row->fit)(&m->source[s], &narrow, err));
    }
    *state = m;
    m = NULL;
done:
    mix_free(m, !adopt);
    return status;
}

aisle_status mix_fit(void **state, const list_context *context, aisle_error *err)
{
    return mix_make(state, context, false, err);
}

aisle_status mix_adopt(void **state, const list_context *context, aisle_error *err)
{
    return mix_make(state, context, true, err);
}

/* ---- One household's order ---- */

/* In a thread's scratch. */
typedef struct mix_room {
    ranked *entries;         /* [topk_room(top)] */
    float *score;            /* [n_items] */
    uint32_t *turn;          /* [n_items] 1 + the place of an item that a source listed; else 0 */
    uint32_t *list[SOURCES]; /* [top] */
    uint32_t *listed;        /* [SOURCES * top] in order */
    uint32_t *ahead;         /* [SOURCES * top] their places in context->popular, ascending */
    void *source;            /* the sources' own */
    uint32_t count[SOURCES];
    uint32_t n; /* listed */
} mix_room;

static size_t round_up(size_t bytes)
{
    return (bytes + 63) / 64 * 64;
}

static size_t source_scratch(const mix_state *m, const list_context *context)
{
    size_t most = 0;
    for (int s = 0; s < SOURCES; s++) {
        size_t bytes = retriever_scratch(source_row(s), m->source[s], context);
        most = bytes > most ? bytes : most;
    }
    return most;
}

/* Bytes of the parts one after the other; at: where each begins. */
enum { ROOM_PARTS = 7 };
static size_t room_layout(size_t at[ROOM_PARTS], const mix_state *m, const list_context *context)
{
    size_t n = context->h->n_items, top = m->top, end = 0;
    const size_t bytes[ROOM_PARTS] = {topk_room(top) * sizeof(ranked),
                                      n * sizeof(float),
                                      n * sizeof(uint32_t),
                                      SOURCES * top * sizeof(uint32_t),
                                      SOURCES * top * sizeof(uint32_t),
                                      SOURCES * top * sizeof(uint32_t),
                                      source_scratch(m, context)};
    for (int i = 0; i < ROOM_PARTS; i++) {
        at[i] = end;
        end += round_up(bytes[i]);
    }
    return end;
}

size_t mix_scratch(const void *state, const list_context *context)
{
    size_t at[ROOM_PARTS];
    return room_layout(at, state, context);
}

static mix_room room_of(void *scratch, const mix_state *m, const list_context *context)
{
    size_t at[ROOM_PARTS];
    char *base = scratch;
    room_layout(at, m, context);
    mix_room r = {.entries = (ranked *)(void *)(base + at[0]),
                  .score = (float *)(void *)(base + at[1]),
                  .turn = (uint32_t *)(void *)(base + at[2]),
                  .listed = (uint32_t *)(void *)(base + at[4]),
                  .ahead = (uint32_t *)(void *)(base + at[5]),
                  .source = base + at[6]};
    for (int s = 0; s < SOURCES; s++)
        r.list[s] = (uint32_t *)(void *)(base + at[3]) + (size_t)s * m->top;
    return r;
}

/* All zero again. */
static void room_clear(mix_room *r, const mix_state *m, const list_context *context)
{
    size_t lists = SOURCES * (size_t)m->top * sizeof(uint32_t);
    for (uint32_t j = 0; j < r->n; j++)
        r->turn[r->listed[j]] = 0;
    memset(r->entries, 0, topk_room(m->top) * sizeof *r->entries);
    memset(r->score, 0, context->h->n_items * sizeof *r->score);
    memset(r->list[0], 0, lists);
    memset(r->listed, 0, lists);
    memset(r->ahead, 0, lists);
}

static void take_best(mix_room *r, int s, topk *best)
{
    r->count[s] = (uint32_t)topk_finish(best);
    for (uint32_t j = 0; j < r->count[s]; j++)
        r->list[s][j] = r->entries[j].item;
}

/* The best `top` of what the user bought. */
static void list_own(mix_room *r, const mix_state *m, const list_context *context, uint32_t user)
{
    const history *h = context->h;
    const uint32_t *items = h->pair_item + h->pair_offset[user];
    size_t n = h->pair_offset[user + 1] - h->pair_offset[user];
    topk best = topk_start(r->entries, m->top);
    source_row(OWN)->score(r->score, m->source[OWN], context, user, items, n, r->source);
    for (size_t i = 0; i < n; i++)
        if (context->c->allowed[items[i]])
            topk_push(&best, r->score[i], context->popularity[items[i]], items[i]);
    take_best(r, OWN, &best);
}

/* The best `top` of the catalogue by the user's neighbours. */
static void list_users(mix_room *r, const mix_state *m, const list_context *context, uint32_t user)
{
    const catalogue *c = context->c;
    topk best = topk_start(r->entries, m->top);
    source_row(USERS)->score(r->score, m->source[USERS], context, user, c->items, c->count,
                             r->source);
    for (uint32_t i = 0; i < c->count; i++)
        r->score[i] = r->score[i] > 0 ? r->score[i] : 0; /* NaN: nothing to say */
    scored_items scored = {r->score, c->count, c->items, context->popularity};
    select_sums(&best, &scored);
    take_best(r, USERS, &best);
}

/* For each own item the one most like it, HISTORY_NONE where there is none. */
static void list_alike(mix_room *r, const mix_state *m, const list_context *context)
{
    const retriever *row = source_row(ITEMS);
    r->count[ITEMS] = r->count[OWN];
    for (uint32_t j = 0; j < r->count[OWN]; j++) {
        neighbour near;
        size_t n = 0;
        aisle_status status =
            row->similar_items(&n, &near, 1, m->source[ITEMS], context, r->list[OWN][j], NULL);
        r->list[ITEMS][j] = status == AISLE_OK && n > 0 ? near.index : HISTORY_NONE;
    }
}

/* What the sources list, in order. */
static void order_user(mix_room *r, const mix_state *m, const list_context *context, uint32_t user)
{
    list_own(r, m, context, user);
    list_users(r, m, context, user);
    list_alike(r, m, context);
    for (uint32_t j = 0; j < m->top; j++) {
        for (int s = 0; s < SOURCES; s++) {
            uint32_t item = j < r->count[s] ? r->list[s][j] : HISTORY_NONE;
            if (item == HISTORY_NONE || r->turn[item])
                continue;
            r->ahead[r->n] = m->place[item];
            r->listed[r->n++] = item;
            r->turn[item] = r->n;
        }
    }
    sort_u32(r->ahead, r->n);
}

static float score_place(uint32_t place)
{
    return (float)(1 / (1 + (double)place));
}

/* ---- Lists ---- */

static bool is_left_out(const list_context *context, const list_turn *turn, uint32_t item)
{
    return turn->new_only && history_find_pair(context->h, turn->user, item) != SIZE_MAX;
}

static void push_place(topk *best, const list_context *context, uint32_t item, uint32_t place)
{
    topk_push(best, score_place(place), context->popularity[item], item);
}

static void mix_push(topk *best, const void *state, const list_context *context,
                     const list_turn *turn)
{
    const mix_state *m = state;
    mix_room r = room_of(turn->scratch, m, context);
    size_t pushed = 0;
    order_user(&r, m, context, turn->user);
    for (uint32_t j = 0; j < r.n; j++) {
        if (is_left_out(context, turn, r.listed[j]))
            continue;
        push_place(best, context, r.listed[j], j);
        pushed++;
    }
    uint32_t place = r.n;
    for (uint32_t p = 0; p < context->n_popular && pushed < best->k; p++) {
        uint32_t item = context->popular[p];
        if (r.turn[item])
            continue;
        if (!is_left_out(context, turn, item)) {
            push_place(best, context, item, place);
            pushed++;
        }
        place++;
    }
    room_clear(&r, m, context);
}

aisle_status mix_fill(item_lists *out, const void *state, const list_context *context,
                      const retriever_query *query, aisle_error *err)
{
    list_maker maker = {.push = mix_push, .scratch = mix_scratch(state, context)};
    return lists_fill(out, &maker, state, context, query, err);
}

/* How many of the n ascending values are below. */
static uint32_t count_below(const uint32_t *values, uint32_t n, uint32_t below)
{
    uint32_t from = 0;
    while (from < n) {
        uint32_t middle = from + (n - from) / 2;
        if (values[middle] < below)
            from = middle + 1;
        else
            n = middle;
    }
    return from;
}

void mix_score(float *out, const void *state, const list_context *context, uint32_t user,
               const uint32_t *items, size_t n, void *scratch)
{
    const mix_state *m = state;
    mix_room r = room_of(scratch, m, context);
    order_user(&r, m, context, user);
    for (size_t i = 0; i < n; i++) {
        uint32_t turn = r.turn[items[i]], popular = m->place[items[i]];
        if (popular == HISTORY_NONE)
            out[i] = NAN;
        else
            out[i] =
                score_place(turn ? turn - 1 : r.n + popular - count_below(r.ahead, r.n, popular));
    }
    room_clear(&r, m, context);
}

/* ---- The model file ---- */

/* The sources' arrays; each has names of its own, which another one may have too. */
size_t mix_arrays(state_array out[8], void *state)
{
    static const char *const names[] = {"items_near", "items_alike", "users_value", "users_near",
                                        "users_alike"};
    mix_state *m = state;
    size_t n = 0;
    for (int s = 0; s < SOURCES; s++) {
        state_array arrays[8];
        size_t count = source_row(s)->arrays ? source_row(s)->arrays(arrays, m->source[s]) : 0;
        for (size_t i = 0; i < count; i++)
            out[n++] = arrays[i];
    }
    assert(n == sizeof names / sizeof *names);
    for (size_t i = 0; i < n; i++)
        out[i].name = names[i];
    return n;
}

aisle_status mix_check(const void *state, const list_context *context, aisle_error *err)
{
    const mix_state *m = state;
    aisle_status status = AISLE_OK;
    for (int s = 0; s < SOURCES && status == AISLE_OK; s++)
        if (source_row(s)->check)
            status = source_row(s)->check(m->source[s], context, err);
    return status;
}
