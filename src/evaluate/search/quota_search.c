#include "evaluate/search/quota_search.h"

#include <stdbool.h>
#include <string.h>

#include "base/mem.h"

/* A move adds (or takes away) step << j places of one source, j < LADDER. */
enum { LADDER = 6, TRIES = 12, MOST_EXCHANGES = 60 };

/* What a move changes, in sums over households. */
typedef struct change {
    uint64_t size, value;
} change;

typedef struct move {
    uint32_t source, places;
    change by;
} move;

/* Quotas to go back to; cover and hits follow from them, but copies are quicker. */
typedef struct saved {
    uint32_t *quota;
    uint8_t *cover;
    uint32_t *hits;
    uint64_t size, value;
} saved;

typedef struct search_room {
    change *up, *down; /* [n_sources][LADDER] */
    saved before;
} search_room;

static void room_free(search_room *room)
{
    if (!room)
        return;
    mem_free(room->up);
    mem_free(room->down);
    mem_free(room->before.quota);
    mem_free(room->before.cover);
    mem_free(room->before.hits);
    mem_free(room);
}

static aisle_status room_init(search_room **out, const quota_pool *pool, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    search_room *room = NEW_ZEROED(search_room, 1);
    TRY_ALLOC(room);
    TRY_ALLOC(room->up = NEW_ARRAY(change, (size_t)pool->n_sources * LADDER));
    TRY_ALLOC(room->down = NEW_ARRAY(change, (size_t)pool->n_sources * LADDER));
    TRY_ALLOC(room->before.quota = NEW_ARRAY(uint32_t, pool->n_sources));
    TRY_ALLOC(room->before.cover = NEW_ARRAY(uint8_t, pool->offset[pool->n]));
    TRY_ALLOC(room->before.hits = NEW_ARRAY(uint32_t, pool->n));
    *out = room;
    room = NULL;
done:
    room_free(room);
    return status;
}

aisle_status quota_search_init(quota_search *out, const quota_pool *pool,
                               const quota_options *options, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    quota_search s = {.pool = pool, .options = *options};
    search_room *room = NULL;
    TRY_ALLOC(s.quota = NEW_ZEROED(uint32_t, pool->n_sources));
    TRY_ALLOC(s.cover = NEW_ZEROED(uint8_t, pool->offset[pool->n]));
    TRY_ALLOC(s.hits = NEW_ZEROED(uint32_t, pool->n));
    TRY(room_init(&room, pool, err));
    s.room = room;
    *out = s;
    memset(&s, 0, sizeof s);
done:
    quota_search_fini(&s);
    return status;
}

void quota_search_fini(quota_search *s)
{
    room_free(s->room);
    mem_free(s->quota);
    mem_free(s->cover);
    mem_free(s->hits);
    memset(s, 0, sizeof *s);
}

static uint32_t capped(const quota_search *s, uint32_t hits)
{
    return hits < s->options.k ? hits : s->options.k;
}

static const uint16_t *list_of(const quota_pool *p, size_t i, uint32_t source, uint32_t *count)
{
    *count = p->count[i * p->n_sources + source];
    return p->member + (i * p->n_sources + source) * p->depth;
}

/* Household i's part of a quota that goes from `from` to `to`; returns the union's growth. */
static int64_t set_household(quota_search *s, size_t i, uint32_t source, uint32_t from, uint32_t to)
{
    const quota_pool *p = s->pool;
    uint32_t count;
    const uint16_t *list = list_of(p, i, source, &count);
    uint8_t *cover = s->cover + p->offset[i];
    const uint8_t *hit = p->hit + p->offset[i];
    int64_t grown = 0;
    for (uint32_t j = from; j < to && j < count; j++) {
        if (cover[list[j]]++ == 0) {
            grown++;
            s->hits[i] += hit[list[j]];
        }
    }
    for (uint32_t j = to; j < from && j < count; j++) {
        if (--cover[list[j]] == 0) {
            grown--;
            s->hits[i] -= hit[list[j]];
        }
    }
    return grown;
}

void quota_search_set(quota_search *s, uint32_t source, uint32_t quota)
{
    uint32_t from = s->quota[source];
    int64_t grown = 0;
    uint64_t value = 0;
#pragma omp parallel for num_threads(s->options.threads) schedule(static)                          \
    reduction(+ : grown, value) if (s->pool->n > 64)
    for (size_t i = 0; i < s->pool->n; i++) {
        grown += set_household(s, i, source, from, quota);
        value += capped(s, s->hits[i]);
    }
    s->size += (uint64_t)grown;
    s->value = value;
    s->quota[source] = quota;
}

/* Adds household i's part of what longer lists of a source would bring. */
static void add_up(change *out, const quota_search *s, size_t i, uint32_t source)
{
    const quota_pool *p = s->pool;
    uint32_t count, j = s->quota[source], size = 0, hits = 0;
    const uint16_t *list = list_of(p, i, source, &count);
    const uint8_t *cover = s->cover + p->offset[i], *hit = p->hit + p->offset[i];
    for (uint32_t l = 0; l < LADDER; l++) {
        uint32_t end = s->quota[source] + (s->options.step << l);
        for (; j < end && j < count; j++) {
            uint32_t fresh = cover[list[j]] == 0;
            size += fresh;
            hits += fresh & hit[list[j]];
        }
        out[l].size += size;
        out[l].value += capped(s, s->hits[i] + hits) - capped(s, s->hits[i]);
    }
}

/* The same of what shorter lists would cost. */
static void add_down(change *out, const quota_search *s, size_t i, uint32_t source)
{
    const quota_pool *p = s->pool;
    uint32_t count, size = 0, hits = 0, quota = s->quota[source];
    const uint16_t *list = list_of(p, i, source, &count);
    const uint8_t *cover = s->cover + p->offset[i], *hit = p->hit + p->offset[i];
    uint32_t j = quota;
    for (uint32_t l = 0; l < LADDER; l++) {
        uint32_t places = s->options.step << l, end = places < quota ? quota - places : 0;
        for (; j > end; j--) {
            if (j > count)
                continue;
            uint32_t alone = cover[list[j - 1]] == 1;
            size += alone;
            hits += alone & hit[list[j - 1]];
        }
        out[l].size += size;
        out[l].value += capped(s, s->hits[i]) - capped(s, s->hits[i] - hits);
    }
}

typedef void (*add_household)(change *out, const quota_search *s, size_t i, uint32_t source);

/* out: [n_sources][LADDER], every move's change. */
static void measure_moves(change *out, const quota_search *s, add_household add)
{
    memset(out, 0, (size_t)s->pool->n_sources * LADDER * sizeof *out);
#pragma omp parallel for num_threads(s->options.threads) schedule(dynamic)
    for (uint32_t source = 0; source < s->pool->n_sources; source++)
        for (size_t i = 0; i < s->pool->n; i++)
            add(out + (size_t)source * LADDER, s, i, source);
}

/* Whether a gains more for its size than b. */
static bool gains_more(change a, change b)
{
    return a.value * (b.size ? b.size : 1) > b.value * (a.size ? a.size : 1);
}

/* The move up of most value for its size, that fits; places 0 where none gains anything. */
static move best_up(const quota_search *s, uint64_t most)
{
    const search_room *room = s->room;
    move best = {0};
    for (uint32_t source = 0; source < s->pool->n_sources; source++) {
        for (uint32_t l = 0; l < LADDER; l++) {
            uint32_t places = s->options.step << l;
            change up = room->up[source * LADDER + l];
            bool fits = s->size + up.size <= most && s->quota[source] + places <= s->pool->depth;
            if (fits && up.value > 0 && gains_more(up, best.by))
                best = (move){source, places, up};
        }
    }
    return best;
}

static void fill_up(quota_search *s, uint64_t most)
{
    search_room *room = s->room;
    for (;;) {
        measure_moves(room->up, s, add_up);
        move best = best_up(s, most);
        if (best.places == 0)
            return;
        quota_search_set(s, best.source, s->quota[best.source] + best.places);
    }
}

static void keep(quota_search *s)
{
    saved *b = &((search_room *)s->room)->before;
    const quota_pool *p = s->pool;
    memcpy(b->quota, s->quota, p->n_sources * sizeof *b->quota);
    memcpy(b->cover, s->cover, p->offset[p->n] * sizeof *b->cover);
    memcpy(b->hits, s->hits, p->n * sizeof *b->hits);
    b->size = s->size;
    b->value = s->value;
}

static void go_back(quota_search *s)
{
    const saved *b = &((search_room *)s->room)->before;
    const quota_pool *p = s->pool;
    memcpy(s->quota, b->quota, p->n_sources * sizeof *b->quota);
    memcpy(s->cover, b->cover, p->offset[p->n] * sizeof *b->cover);
    memcpy(s->hits, b->hits, p->n * sizeof *b->hits);
    s->size = b->size;
    s->value = b->value;
}

/* What a single move up could bring within a size, as things are. */
static uint64_t best_refill(const quota_search *s, uint32_t but, uint64_t size)
{
    const search_room *room = s->room;
    uint64_t best = 0;
    for (uint32_t source = 0; source < s->pool->n_sources; source++)
        for (uint32_t l = 0; source != but && l < LADDER; l++) {
            change up = room->up[source * LADDER + l];
            if (up.size <= size && up.value > best &&
                s->quota[source] + (s->options.step << l) <= s->pool->depth)
                best = up.value;
        }
    return best;
}

/* The moves down that seem to pay, the most promising first; returns how many. */
static size_t choose_exchanges(move out[TRIES], quota_search *s, uint64_t most)
{
    search_room *room = s->room;
    int64_t promise[TRIES + 1];
    size_t n = 0;
    measure_moves(room->up, s, add_up);
    measure_moves(room->down, s, add_down);
    for (uint32_t source = 0; source < s->pool->n_sources; source++) {
        for (uint32_t l = 0; l < LADDER; l++) {
            uint32_t places = s->options.step << l;
            change down = room->down[source * LADDER + l];
            if (s->quota[source] == 0 || (l > 0 && places / 2 >= s->quota[source]))
                break;
            int64_t pays =
                (int64_t)best_refill(s, source, most - s->size + down.size) - (int64_t)down.value;
            size_t at = n < TRIES ? n++ : TRIES;
            for (; at > 0 && promise[at - 1] < pays; at--) {
                if (at < TRIES)
                    out[at] = out[at - 1];
                promise[at] = promise[at - 1];
            }
            promise[at] = pays;
            if (at < TRIES)
                out[at] = (move){source, places, down};
        }
    }
    return n;
}

/* Takes from one source what the others use better: true if that gained. */
static bool exchange(quota_search *s, uint64_t most)
{
    move tries[TRIES];
    size_t n = choose_exchanges(tries, s, most);
    keep(s);
    uint64_t value = s->value, size = s->size;
    for (size_t t = 0; t < n; t++) {
        uint32_t quota = s->quota[tries[t].source], places = tries[t].places;
        quota_search_set(s, tries[t].source, places < quota ? quota - places : 0);
        fill_up(s, most);
        if (s->value > value || (s->value == value && s->size < size))
            return true;
        go_back(s);
    }
    return false;
}

void quota_search_run(quota_search *s, uint64_t most)
{
    fill_up(s, most);
    for (int i = 0; i < MOST_EXCHANGES && exchange(s, most); i++)
        ;
}
