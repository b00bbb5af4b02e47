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
    TRY_ALLOC(m->place = NEW_ARRAY(uint32_t, context->a->n_items));
    for (uint32_t i = 0; i < context->a->n_items; i++)
        m->place[i] = HISTORY_NONE;
    for (uint32_t p = 0; p < context->n_popular; p++)
        m->place[context->popular[p]] = p;
    *out = m;
    m = NULL;
done:
    mix_free(m, true);
    return status;
}

/* Fits the sources, or, without households, adopts them. */
static aisle_status mix_make(void **state, const list_context *context, const households *h,
                             aisle_error *err)
{
    aisle_status status = AISLE_OK;
    candidates_options options;
    list_context narrow = source_context(&options, context);
    mix_state *m = NULL;
    TRY(mix_empty(&m, context, err));
    for (int s = 0; s < SOURCES; s++) {
        const retriever *row = source_row(s);
        TRY(!h && row->adopt ? row->adopt(&m->source[s], &narrow, err)
                             : row->fit(&m->source[s], &narrow, h, err));
    }
    *state = m;
    m = NULL;
done:
    mix_free(m, h != NULL);
    return status;
}

aisle_status mix_fit(void **state, const list_context *context, const households *h,
                     aisle_error *err)
{
    return mix_make(state, context, h, err);
}

aisle_status mix_adopt(void **state, const list_context *context, aisle_error *err)
{
    return mix_make(state, context, NULL, err);
}

aisle_status mix_ready(void *state, const list_context *context, aisle_error *err)
{
    mix_state *m = state;
    aisle_status status = AISLE_OK;
    for (int s = 0; s < SOURCES && status == AISLE_OK; s++)
        if (source_row(s)->ready)
            status = source_row(s)->ready(m->source[s], context, err);
    return status;
}

/* ---- One household's order ---- */

/* In a thread's room. */
typedef struct mix_parts {
    uint32_t *n;             /* [1] listed */
    ranked *entries;         /* [topk_room(top)] */
    uint32_t *turn;          /* [n_items] 1 + the place of an item that a source listed; else 0 */
    uint32_t *list[SOURCES]; /* [top] */
    uint32_t *listed;        /* [SOURCES * top] in order */
    uint32_t *ahead;         /* [SOURCES * top] their places in context->popular, ascending */
    void *source;            /* the sources' own */
    uint32_t count[SOURCES];
} mix_parts;

static size_t source_room(const mix_state *m, const list_context *context)
{
    size_t most = 0;
    for (int s = 0; s < SOURCES; s++) {
        size_t bytes = retriever_room(source_row(s), m->source[s], context);
        most = bytes > most ? bytes : most;
    }
    return most;
}

/* Bytes of the parts one after the other; at: where each begins. */
enum { ROOM_PARTS = 7 };
static size_t room_layout(size_t at[ROOM_PARTS], const mix_state *m, const list_context *context)
{
    size_t n = context->a->n_items, top = m->top, end = 0;
    const size_t bytes[ROOM_PARTS] = {sizeof(uint32_t),
                                      topk_room(top) * sizeof(ranked),
                                      n * sizeof(uint32_t),
                                      SOURCES * top * sizeof(uint32_t),
                                      SOURCES * top * sizeof(uint32_t),
                                      SOURCES * top * sizeof(uint32_t),
                                      source_room(m, context)};
    for (int i = 0; i < ROOM_PARTS; i++) {
        at[i] = end;
        end += room_part(bytes[i]);
    }
    return end;
}

size_t mix_room(const void *state, const list_context *context)
{
    size_t at[ROOM_PARTS];
    return room_layout(at, state, context);
}

static mix_parts room_of(void *room, const mix_state *m, const list_context *context)
{
    size_t at[ROOM_PARTS];
    char *base = room;
    room_layout(at, m, context);
    mix_parts r = {.n = (uint32_t *)(void *)(base + at[0]),
                   .entries = (ranked *)(void *)(base + at[1]),
                   .turn = (uint32_t *)(void *)(base + at[2]),
                   .listed = (uint32_t *)(void *)(base + at[4]),
                   .ahead = (uint32_t *)(void *)(base + at[5]),
                   .source = base + at[6]};
    for (int s = 0; s < SOURCES; s++)
        r.list[s] = (uint32_t *)(void *)(base + at[3]) + (size_t)s * m->top;
    return r;
}

/* The best `top` of a source. */
static void list_source(mix_parts *r, int s, const mix_state *m, const list_context *context,
                        const asker *who)
{
    const retriever *row = source_row(s);
    asker anything = {who->h, who->user, false};
    topk best = topk_start(r->entries, m->top);
    if (row->ask)
        row->ask(r->source, m->source[s], context, &anything);
    row->list(&best, r->source, m->source[s], context, &anything);
    if (row->forget)
        row->forget(r->source, m->source[s], context, &anything);
    r->count[s] = (uint32_t)topk_finish(&best);
    for (uint32_t j = 0; j < r->count[s]; j++)
        r->list[s][j] = r->entries[j].item;
}

/* For each own item the one most like it, HISTORY_NONE where there is none. */
static void list_alike(mix_parts *r, const mix_state *m, const list_context *context)
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
void mix_ask(void *room, const void *state, const list_context *context, const asker *who)
{
    const mix_state *m = state;
    mix_parts r = room_of(room, m, context);
    uint32_t n = 0;
    list_source(&r, OWN, m, context, who);
    list_source(&r, USERS, m, context, who);
    list_alike(&r, m, context);
    for (uint32_t j = 0; j < m->top; j++) {
        for (int s = 0; s < SOURCES; s++) {
            uint32_t item = j < r.count[s] ? r.list[s][j] : HISTORY_NONE;
            if (item == HISTORY_NONE || r.turn[item])
                continue;
            r.ahead[n] = m->place[item];
            r.listed[n++] = item;
            r.turn[item] = n;
        }
    }
    sort_u32(r.ahead, n);
    *r.n = n;
}

/* All zero again. */
void mix_forget(void *room, const void *state, const list_context *context, const asker *who)
{
    const mix_state *m = state;
    mix_parts r = room_of(room, m, context);
    size_t lists = SOURCES * (size_t)m->top * sizeof(uint32_t);
    (void)who;
    for (uint32_t j = 0; j < *r.n; j++)
        r.turn[r.listed[j]] = 0;
    memset(r.entries, 0, topk_room(m->top) * sizeof *r.entries);
    memset(r.list[0], 0, lists);
    memset(r.listed, 0, lists);
    memset(r.ahead, 0, lists);
    *r.n = 0;
}

static float score_place(uint32_t place)
{
    return (float)(1 / (1 + (double)place));
}

/* ---- Lists ---- */

static void push_place(topk *best, const list_context *context, uint32_t item, uint32_t place)
{
    topk_push(best, score_place(place), context->popularity[item], item);
}

void mix_list(topk *best, void *room, const void *state, const list_context *context,
              const asker *who)
{
    mix_parts r = room_of(room, state, context);
    size_t pushed = 0;
    for (uint32_t j = 0; j < *r.n; j++) {
        if (is_left_out(who, r.listed[j]))
            continue;
        push_place(best, context, r.listed[j], j);
        pushed++;
    }
    uint32_t place = *r.n;
    for (uint32_t p = 0; p < context->n_popular && pushed < best->k; p++) {
        uint32_t item = context->popular[p];
        if (r.turn[item])
            continue;
        if (!is_left_out(who, item)) {
            push_place(best, context, item, place);
            pushed++;
        }
        place++;
    }
}

void mix_score(float *out, void *room, const void *state, const list_context *context,
               const asker *who, const uint32_t *items, size_t n)
{
    const mix_state *m = state;
    mix_parts r = room_of(room, m, context);
    (void)who;
    for (size_t i = 0; i < n; i++) {
        uint32_t turn = r.turn[items[i]], popular = m->place[items[i]];
        if (popular == HISTORY_NONE) {
            out[i] = NAN;
            continue;
        }
        uint32_t before = (uint32_t)sort_find_u32(r.ahead, *r.n, popular);
        out[i] = score_place(turn ? turn - 1 : *r.n + popular - before);
    }
}

/* ---- The model file ---- */

/* The sources' arrays; each has names of its own, which another one may have too. */
size_t mix_arrays(state_array *out, void *state)
{
    static const char *const names[] = {"items_near", "items_alike", "users_offset", "users_item",
                                        "users_value"};
    mix_state *m = state;
    size_t n = 0;
    for (int s = 0; s < SOURCES; s++)
        if (source_row(s)->arrays)
            n += source_row(s)->arrays(out + n, m->source[s]);
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
