#include "candidates/neighbours/neighbourhood.h"

#include "base/mem.h"
#include "base/prefetch.h"
#include "base/sort.h"
#include "base/threads.h"
#include "candidates/lists.h"

#include <math.h>
#include <string.h>

void neighbourhood_free(void *state, bool owns_arrays)
{
    neighbourhood *s = state;
    if (!s)
        return;
    if (owns_arrays) {
        mem_free(s->offset);
        mem_free(s->item);
        mem_free(s->value);
    }
    mem_free(s->users_of);
    mem_free(s->near);
    mem_free(s->norm);
    mem_free(s->scale);
    pair_weigher_fini(&s->weigher);
    mem_free(s);
}

aisle_status neighbourhood_new(neighbourhood **out, const list_context *context,
                               const neighbourhood_rule *rule, aisle_error *err)
{
    neighbourhood *s = *out = NEW_ZEROED(neighbourhood, 1);
    if (!s)
        return fail_memory(err);
    s->rule = *rule;
    s->n_items = context->a->n_items;
    s->pool = (uint32_t)context->pool.users.count;
    if (s->rule.k > (int64_t)s->pool)
        s->rule.k = s->pool;
    return AISLE_OK;
}

/* ---- Fitting ---- */

/* Each household of the pool, in room for all of its pairs. */
static void value_pool(neighbourhood *s, const list_context *context, const households *h,
                       const uint64_t *from, double *sums)
{
#pragma omp parallel for num_threads(context->threads) schedule(dynamic, 64)
    for (uint32_t p = 0; p < s->pool; p++)
        s->rule.values(s->value + from[p], sums + s->n_items * (size_t)thread_number(), s, context,
                       h, context->pool.user[p]);
}

/* Moves values above 0 together, with their items. */
static void pack_pool(neighbourhood *s, const list_context *context, const households *h,
                      const uint64_t *from)
{
    uint64_t to = 0;
    for (uint32_t p = 0; p < s->pool; p++) {
        uint64_t first = h->pair_offset[context->pool.user[p]];
        s->offset[p] = to;
        for (uint64_t e = from[p]; e < from[p + 1]; e++) {
            float value = s->value[e];
            if (!(value > 0))
                continue;
            s->item[to] = h->pair_item[first + (e - from[p])];
            s->value[to++] = value;
        }
    }
    s->offset[s->pool] = s->entries = to;
}

static aisle_status fit_pool(neighbourhood *s, const list_context *context, const households *h,
                             aisle_error *err)
{
    aisle_status status = AISLE_OK;
    uint64_t *from = NEW_ARRAY(uint64_t, (size_t)s->pool + 1);
    double *sums = NEW_ZEROED(double, s->n_items *(size_t)context->threads);
    TRY_ALLOC(from);
    TRY_ALLOC(sums);
    from[0] = 0;
    for (uint32_t p = 0; p < s->pool; p++) {
        uint32_t user = context->pool.user[p];
        from[p + 1] = from[p] + (h->pair_offset[user + 1] - h->pair_offset[user]);
    }
    TRY_ALLOC(s->offset = NEW_ARRAY(uint64_t, (size_t)s->pool + 1));
    TRY_ALLOC(s->item = NEW_ARRAY(uint32_t, from[s->pool]));
    TRY_ALLOC(s->value = NEW_ARRAY(float, from[s->pool]));
    value_pool(s, context, h, from, sums);
    pack_pool(s, context, h, from);
done:
    mem_free(from);
    mem_free(sums);
    return status;
}

aisle_status neighbourhood_fit(void **state,
                               aisle_status (*adopt)(void **, const list_context *, aisle_error *),
                               const list_context *context, const households *h, aisle_error *err)
{
    void *s = NULL;
    aisle_status status = adopt(&s, context, err);
    if (status == AISLE_OK)
        status = fit_pool(s, context, h, err);
    if (status == AISLE_OK)
        *state = s;
    else
        neighbourhood_free(s, true);
    return status;
}

/* The pool by items. */
static aisle_status turn_pool(neighbourhood *s, aisle_error *err)
{
    csr rows = {s->pool, (uint32_t)s->n_items, s->offset, s->item, s->value}, turned;
    aisle_status status = csr_transpose(&turned, &rows, err);
    if (status != AISLE_OK)
        return status;
    s->users_of = turned.offset;
    turned.offset = NULL;
    s->near = NEW_ARRAY(near_entry, s->entries);
    for (uint64_t e = 0; s->near && e < s->entries; e++)
        s->near[e] = (near_entry){turned.column[e], s->rule.binary ? 1 : turned.value[e]};
    csr_fini(&turned);
    return s->near ? AISLE_OK : fail_memory(err);
}

/* The pool by items, and what its households' rows are scaled by. */
aisle_status neighbourhood_ready(void *state, const list_context *context, aisle_error *err)
{
    neighbourhood *s = state;
    aisle_status status = turn_pool(s, err);
    (void)context;
    if (status != AISLE_OK)
        return status;
    s->norm = NEW_ZEROED(double, s->pool);
    s->scale = NEW_ARRAY(double, s->pool);
    if (!s->norm || !s->scale)
        return fail_memory(err);
    for (uint32_t p = 0; p < s->pool; p++) {
        double n = fmax(1, (double)(s->offset[p + 1] - s->offset[p]));
        for (uint64_t e = s->offset[p]; e < s->offset[p + 1]; e++)
            s->norm[p] += s->rule.binary ? 1 : (double)s->value[e] * (double)s->value[e];
        s->scale[p] = s->rule.plain ? 1 : pow(n, s->rule.asymmetry - 1);
    }
    return AISLE_OK;
}

/* ---- The nearest ---- */

/* The parts of a room. */
typedef struct near_room {
    float *sum;      /* [n_items] zeros but while a household's turn lasts */
    double *total;   /* [n_items] zeros */
    float *value;    /* [n_items] of the asker's pairs */
    float *products; /* [pool] zeros */
    ranked *entries; /* [topk_room(k)] */
} near_room;

static near_room room_of(void *room, const neighbourhood *s)
{
    char *at = room;
    near_room r;
    r.sum = (float *)(void *)at;
    at += room_part(s->n_items * sizeof *r.sum);
    r.total = (double *)(void *)at;
    at += room_part(s->n_items * sizeof *r.total);
    r.value = (float *)(void *)at;
    at += room_part(s->n_items * sizeof *r.value);
    r.products = (float *)(void *)at;
    at += room_part(s->pool * sizeof *r.products);
    r.entries = (ranked *)(void *)at;
    return r;
}

size_t neighbourhood_room(const void *state, const list_context *context)
{
    const neighbourhood *s = state;
    (void)context;
    return 2 * room_part(s->n_items * sizeof(float)) + room_part(s->n_items * sizeof(double)) +
           room_part(s->pool * sizeof(float)) + topk_room((size_t)s->rule.k) * sizeof(ranked);
}

/* products += x times the rows of an item's households. */
static void add_products(float *restrict products, const neighbourhood *s, uint32_t item, float x)
{
    const near_entry *end = s->near + s->users_of[item + 1];
    for (const near_entry *e = s->near + s->users_of[item]; e < end; e++)
        products[e->place] += x * e->value;
}

static float similarity_of(const neighbourhood *s, double norm, double scale, uint32_t place,
                           float product)
{
    if (s->rule.measure == USERS_PRODUCT)
        return (float)((double)product * scale * s->scale[place]);
    double distance = norm + s->norm[place] - 2 * (double)product;
    return (float)(1 / (1 + sqrt(distance > 0 ? distance : 0)));
}

/* The nearest of the pool by the asker's values, which are in the room; itself is left out. */
static void find_near(topk *best, const near_room *r, const neighbourhood *s,
                      const list_context *context, const asker *who)
{
    const households *h = who->h;
    uint64_t first = h->pair_offset[who->user], n = h->pair_offset[who->user + 1] - first;
    uint32_t itself = user_pool_find(&context->pool, h, who->user);
    double norm = 0, entries = 0;
    for (uint64_t p = 0; p < n; p++) {
        if (p + 8 < n)
            prefetch(&s->users_of[h->pair_item[first + p + 8]], 1);
        if (p + 4 < n)
            prefetch(s->near + s->users_of[h->pair_item[first + p + 4]], 256);
        if (!(r->value[p] > 0))
            continue;
        float x = s->rule.binary ? 1 : r->value[p];
        norm += (double)x * (double)x;
        entries += 1;
        add_products(r->products, s, h->pair_item[first + p], x);
    }
    double scale = s->rule.plain ? 1 : pow(fmax(1, entries), -s->rule.asymmetry);
    for (uint32_t p = 0; p < s->pool; p++) {
        float similarity = similarity_of(s, norm, scale, p, r->products[p]);
        if (p != itself && similarity > 0 && s->norm[p] > 0)
            topk_push(best, similarity, 0, p);
    }
    memset(r->products, 0, s->pool * sizeof *r->products);
}

/* What a neighbour weighs; a similarity that its power takes to 0 is none. */
static float localise(const neighbourhood *s, float similarity)
{
    return s->rule.locality == 1 ? similarity : (float)pow((double)similarity, s->rule.locality);
}

/* ---- Lists ---- */

static void add_row(float *restrict sum, const uint32_t *item, const float *value, uint64_t n,
                    float weight)
{
    for (uint64_t e = 0; e < n; e++)
        sum[item[e]] += weight * value[e];
}

static void prefetch_row(const neighbourhood *s, uint32_t place)
{
    uint64_t from = s->offset[place], n = s->offset[place + 1] - from;
    prefetch(s->item + from, n * sizeof *s->item);
    prefetch(s->value + from, n * sizeof *s->value);
}

void neighbourhood_ask(void *room, const void *state, const list_context *context, const asker *who)
{
    const neighbourhood *s = state;
    const households *h = who->h;
    near_room r = room_of(room, s);
    uint64_t first = h->pair_offset[who->user], pairs = h->pair_offset[who->user + 1] - first;
    topk best = topk_start(r.entries, (size_t)s->rule.k);
    s->rule.values(r.value, r.total, s, context, h, who->user);
    find_near(&best, &r, s, context, who);
    size_t n = topk_finish(&best), weighing = 0;
    while (weighing < n && localise(s, ranked_score(r.entries[weighing])) > 0)
        weighing++;
    if (s->rule.own > 0)
        add_row(r.sum, h->pair_item + first, r.value, pairs, (float)s->rule.own);
    for (size_t j = 0; j < weighing; j++) {
        uint64_t from = s->offset[r.entries[j].item];
        if (j + 1 < weighing)
            prefetch_row(s, r.entries[j + 1].item);
        float weight = s->rule.others > 0 ? (float)(s->rule.others / (double)weighing)
                                          : localise(s, ranked_score(r.entries[j]));
        add_row(r.sum, s->item + from, s->value + from, s->offset[r.entries[j].item + 1] - from,
                weight);
    }
}

void neighbourhood_forget(void *room, const void *state, const list_context *context,
                          const asker *who)
{
    const neighbourhood *s = state;
    near_room r = room_of(room, s);
    const households *h = who->h;
    (void)context;
    memset(r.sum, 0, s->n_items * sizeof *r.sum);
    memset(r.value, 0,
           (h->pair_offset[who->user + 1] - h->pair_offset[who->user]) * sizeof *r.value);
    memset(r.entries, 0, topk_room((size_t)s->rule.k) * sizeof *r.entries);
}

void neighbourhood_list(topk *best, void *room, const void *state, const list_context *context,
                        const asker *who)
{
    lists_push_sums(best, room_of(room, state).sum, context, who);
}

void neighbourhood_score(float *out, void *room, const void *state, const list_context *context,
                         const asker *who, const uint32_t *items, size_t n)
{
    (void)who;
    lists_take_sums(out, room_of(room, state).sum, context, items, n);
}

aisle_status neighbourhood_similar_users(size_t *count, neighbour *out, size_t k, const void *state,
                                         const list_context *context, const asker *who,
                                         aisle_error *err)
{
    const neighbourhood *s = state;
    void *bytes = NEW_ZEROED(char, neighbourhood_room(state, context));
    if (!bytes)
        return fail_memory(err);
    near_room r = room_of(bytes, s);
    topk best = topk_start(r.entries, (size_t)s->rule.k);
    s->rule.values(r.value, r.total, s, context, who->h, who->user);
    find_near(&best, &r, s, context, who);
    size_t n = topk_finish(&best);
    *count = 0;
    for (size_t j = 0; j < n && *count < k; j++) {
        float weight = localise(s, ranked_score(r.entries[j]));
        if (weight > 0)
            out[(*count)++] = (neighbour){r.entries[j].item, weight};
    }
    mem_free(bytes);
    return AISLE_OK;
}

bool neighbourhood_pool_bought(const void *state, uint32_t place, uint32_t item)
{
    const neighbourhood *s = state;
    uint64_t from = s->offset[place];
    return sort_has_u32(s->item + from, s->offset[place + 1] - from, item);
}

/* ---- The model file ---- */

size_t neighbourhood_arrays(state_array *out, void *state)
{
    neighbourhood *s = state;
    size_t entries = s->item ? s->entries : STATE_ANY;
    out[0] =
        (state_array){"offset", sizeof *s->offset, (size_t)s->pool + 1, (void **)&s->offset, NULL};
    out[1] = (state_array){"item", sizeof *s->item, entries, (void **)&s->item, &s->entries};
    out[2] = (state_array){"value", sizeof *s->value, entries, (void **)&s->value, &s->entries};
    return 3;
}

static bool is_row(const neighbourhood *s, const catalogue *c, uint32_t place)
{
    for (uint64_t e = s->offset[place]; e < s->offset[place + 1]; e++)
        if (s->item[e] >= s->n_items || !c->allowed[s->item[e]] ||
            (e > s->offset[place] && s->item[e - 1] >= s->item[e]) ||
            !(s->value[e] > 0 && s->value[e] < 2))
            return false;
    return true;
}

aisle_status neighbourhood_check(const void *state, const list_context *context, aisle_error *err)
{
    const neighbourhood *s = state;
    if (s->offset[0] != 0 || s->offset[s->pool] != s->entries)
        return fail(err, AISLE_ERROR_FORMAT, "neighbours: their offsets are damaged");
    for (uint32_t p = 0; p < s->pool; p++)
        if (s->offset[p] > s->offset[p + 1] || s->offset[p + 1] > s->entries ||
            !is_row(s, context->c, p))
            return fail(err, AISLE_ERROR_FORMAT, "neighbours: household %u of the pool is damaged",
                        p);
    return AISLE_OK;
}
