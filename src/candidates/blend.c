#include "candidates/blend.h"

#include "base/fail.h"
#include "base/mem.h"
#include "base/sort.h"
#include "candidates/lists.h"

#include <assert.h>
#include <math.h>
#include <omp.h>
#include <string.h>

/* What a blend is put together from. */
typedef struct ingredients {
    const level1 *l;
    const retriever_query *query;
    uint32_t n_sources;
    uint32_t *source;  /* [n_sources] */
    item_lists *lists; /* [n_sources] */
    uint32_t least;    /* candidates a user by padding */
    size_t most;       /* candidates that a user can have */
    uint32_t *items;   /* [n][most] the union, ascending */
    uint32_t *count;   /* [n] */
} ingredients;

aisle_status blend_check(const candidates_options *options, aisle_error *err)
{
    for (size_t r = 0; r < retriever_count; r++)
        if (retriever_table[r].quota(options) > 0)
            return AISLE_OK;
    return fail(err, AISLE_ERROR_CONFIG, "candidates: every quota is 0, nothing to blend");
}

static int blend_threads(const ingredients *in)
{
    return query_threads(in->query, &in->l->context);
}

static void ingredients_fini(ingredients *in)
{
    for (uint32_t s = 0; in->lists && s < in->n_sources; s++)
        item_lists_fini(&in->lists[s]);
    mem_free(in->lists);
    mem_free(in->source);
    mem_free(in->items);
    mem_free(in->count);
}

static uint32_t source_quota(const level1 *l, size_t r)
{
    int64_t quota = retriever_table[r].quota(l->context.options);
    if (!l->state[r] || quota <= 0)
        return 0;
    return quota > UINT16_MAX ? UINT16_MAX : (uint32_t)quota;
}

static aisle_status ingredients_fill(ingredients *in, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const level1 *l = in->l;
    TRY_ALLOC(in->source = NEW_ARRAY(uint32_t, retriever_count));
    TRY_ALLOC(in->lists = NEW_ZEROED(item_lists, retriever_count));
    for (size_t r = 0; r < retriever_count; r++) {
        uint32_t quota = lists_places(&l->context, source_quota(l, r));
        if (source_quota(l, r) == 0)
            continue;
        item_lists *lists = &in->lists[in->n_sources];
        in->source[in->n_sources++] = (uint32_t)r;
        in->most += quota;
        TRY(item_lists_init(lists, in->query->n, quota, err));
        TRY(retriever_table[r].fill(lists, l->state[r], &l->context, in->query, err));
    }
done:
    return status;
}

static uint32_t drop_repeats(uint32_t *items, uint32_t n)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < n; i++)
        if (kept == 0 || items[i] != items[kept - 1])
            items[kept++] = items[i];
    return kept;
}

/* Popular items that [items, items + n) lacks, until there are `least`; returns the new count. */
static uint32_t add_popular(uint32_t *items, uint32_t n, const ingredients *in, uint32_t user)
{
    const list_context *context = &in->l->context;
    uint32_t count = n;
    for (uint32_t p = 0; p < context->n_popular && count < in->least; p++) {
        uint32_t item = context->popular[p];
        if (sort_has_u32(items, n, item))
            continue;
        if (in->query->new_only && user != HISTORY_NONE &&
            history_find_pair(context->h, user, item) != SIZE_MAX)
            continue;
        items[count++] = item;
    }
    if (count > n)
        sort_u32(items, count);
    return count;
}

static void unite_user(const ingredients *in, size_t i)
{
    uint32_t *items = in->items + i * in->most, n = 0;
    for (uint32_t s = 0; s < in->n_sources; s++) {
        const item_lists *lists = &in->lists[s];
        memcpy(items + n, lists->item + i * lists->k, lists->count[i] * sizeof *items);
        n += lists->count[i];
    }
    sort_u32(items, n);
    n = drop_repeats(items, n);
    in->count[i] = add_popular(items, n, in, in->query->users[i]);
}

static aisle_status unite(ingredients *in, aisle_error *err)
{
    size_t n = in->query->n, places;
    in->least = lists_places(&in->l->context, in->least);
    if (in->most < in->least)
        in->most = in->least;
    if (__builtin_mul_overflow(n, in->most, &places))
        return fail_memory(err);
    in->items = NEW_ARRAY(uint32_t, places);
    in->count = NEW_ARRAY(uint32_t, n);
    if (!in->items || !in->count)
        return fail_memory(err);
#pragma omp parallel for num_threads(blend_threads(in)) schedule(dynamic, 64) if (n > 64)
    for (size_t i = 0; i < n; i++)
        unite_user(in, i);
    return AISLE_OK;
}

uint64_t candidate_lists_find(const candidate_lists *lists, size_t i, uint32_t item)
{
    uint64_t from = lists->offset[i];
    return from + sort_find_u32(lists->item + from, lists->offset[i + 1] - from, item);
}

static size_t most_scratch(const ingredients *in)
{
    size_t most = 0;
    for (uint32_t s = 0; s < in->n_sources; s++) {
        size_t r = in->source[s];
        size_t bytes = retriever_scratch(&retriever_table[r], in->l->state[r], &in->l->context);
        most = bytes > most ? bytes : most;
    }
    return most;
}

/* Rows of one user: items, every source's score of each, ranks where it was listed. */
static void write_user(candidate_lists *out, const ingredients *in, size_t i, float *column,
                       void *scratch)
{
    uint64_t first = out->offset[i];
    uint32_t n = in->count[i], user = in->query->users[i];
    memcpy(out->item + first, in->items + i * in->most, n * sizeof *out->item);
    for (uint32_t s = 0; s < in->n_sources; s++) {
        const retriever *row = &retriever_table[in->source[s]];
        const item_lists *lists = &in->lists[s];
        if (user != HISTORY_NONE)
            row->score(column, in->l->state[in->source[s]], &in->l->context, user,
                       out->item + first, n, scratch);
        for (uint32_t j = 0; j < n; j++) {
            out->score[(first + j) * in->n_sources + s] = user != HISTORY_NONE ? column[j] : NAN;
            out->rank[(first + j) * in->n_sources + s] = 0;
        }
        for (uint32_t j = 0; j < lists->count[i]; j++)
            out->rank[candidate_lists_find(out, i, lists->item[i * lists->k + j]) * in->n_sources +
                      s] = (uint16_t)(j + 1);
    }
}

static aisle_status write_lists(candidate_lists *out, const ingredients *in, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t n = in->query->n;
    float *columns = NULL;
    size_t scratch = (most_scratch(in) + 63) / 64 * 64;
    char *scratches = NULL;
    candidate_lists lists = {.n = n, .n_sources = in->n_sources};
    TRY_ALLOC(lists.offset = NEW_ZEROED(uint64_t, n + 1));
    for (size_t i = 0; i < n; i++)
        lists.offset[i + 1] = lists.offset[i] + in->count[i];
    TRY_ALLOC(lists.item = NEW_ARRAY(uint32_t, lists.offset[n]));
    TRY_ALLOC(lists.source = mem_copy(in->source, in->n_sources, sizeof *in->source));
    TRY_ALLOC(lists.score = NEW_ARRAY(float, lists.offset[n] * in->n_sources));
    TRY_ALLOC(lists.rank = NEW_ARRAY(uint16_t, lists.offset[n] * in->n_sources));
    TRY_ALLOC(columns = NEW_ARRAY(float, in->most *(size_t)blend_threads(in)));
    TRY_ALLOC(scratches = NEW_ZEROED(char, scratch *(size_t)blend_threads(in)));
#pragma omp parallel for num_threads(blend_threads(in)) schedule(dynamic, 64) if (n > 64)
    for (size_t i = 0; i < n; i++) {
        size_t thread = (size_t)omp_get_thread_num();
        write_user(&lists, in, i, columns + in->most * thread, scratches + scratch * thread);
    }
    *out = lists;
    memset(&lists, 0, sizeof lists);
done:
    mem_free(columns);
    mem_free(scratches);
    candidate_lists_fini(&lists);
    return status;
}

aisle_status blend_init(candidate_lists *out, const level1 *l, const retriever_query *query,
                        uint32_t least, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    ingredients in = {.l = l, .query = query, .least = least};
    TRY(ingredients_fill(&in, err));
    TRY(unite(&in, err));
    TRY(write_lists(out, &in, err));
    assert(candidate_lists_check(out, l->context.h, NULL) == AISLE_OK);
done:
    ingredients_fini(&in);
    return status;
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

aisle_status candidate_lists_check(const candidate_lists *lists, const history *h, aisle_error *err)
{
    if (lists->offset[0] != 0)
        return fail(err, AISLE_ERROR_ARGUMENT, "candidates: the first offset is not 0");
    for (uint32_t s = 0; s < lists->n_sources; s++)
        if (lists->source[s] >= retriever_count)
            return fail(err, AISLE_ERROR_ARGUMENT, "candidates: source %u is unknown", s);
    for (size_t i = 0; i < lists->n; i++) {
        aisle_status status = check_user(lists, i, h->n_items, err);
        if (status != AISLE_OK)
            return status;
    }
    return AISLE_OK;
}

/* ---- The blend as a ranking ---- */

static void rank_user(item_lists *out, const candidate_lists *lists, const list_context *context,
                      size_t i, ranked *entries)
{
    topk best = topk_start(entries, lists_places(context, out->k));
    for (uint64_t r = lists->offset[i]; r < lists->offset[i + 1]; r++) {
        double sum = 0;
        for (uint64_t e = r * lists->n_sources; e < (r + 1) * lists->n_sources; e++)
            sum += lists->rank[e] ? 1.0 / (60 + lists->rank[e]) : 0;
        topk_push(&best, (float)sum, context->popularity[lists->item[r]], lists->item[r]);
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
        rank_user(out, lists, context, i, entries + room * (size_t)omp_get_thread_num());
    mem_free(entries);
    return AISLE_OK;
}
