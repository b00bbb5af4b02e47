#include "evaluate/search/quota_pool.h"

#include <string.h>

#include "base/mem.h"
#include "base/sort.h"

/* Household i's members, ascending, into items; returns how many. */
static uint32_t collect(uint32_t *items, const item_lists *lists, uint32_t n_sources, size_t i)
{
    uint32_t n = 0, kept = 0;
    for (uint32_t s = 0; s < n_sources; s++) {
        memcpy(items + n, lists[s].item + i * lists[s].k, lists[s].count[i] * sizeof *items);
        n += lists[s].count[i];
    }
    sort_u32(items, n);
    for (uint32_t j = 0; j < n; j++)
        if (kept == 0 || items[j] != items[kept - 1])
            items[kept++] = items[j];
    return kept;
}

static void number_members(quota_pool *p, const item_lists *lists, const uint32_t *items,
                           uint32_t members, size_t i)
{
    for (uint32_t s = 0; s < p->n_sources; s++) {
        uint16_t *member = p->member + (i * p->n_sources + s) * p->depth;
        p->count[i * p->n_sources + s] = lists[s].count[i];
        for (uint32_t j = 0; j < lists[s].count[i]; j++)
            member[j] = (uint16_t)sort_find_u32(items, members, lists[s].item[i * p->depth + j]);
    }
}

static aisle_status add_household(quota_pool *p, size_t *capacity, const item_lists *lists,
                                  uint32_t *items, const truth *t, size_t row, size_t i,
                                  aisle_error *err)
{
    uint32_t members = collect(items, lists, p->n_sources, i);
    uint64_t at = p->offset[i], from = t->offset[row];
    if (mem_grow(&p->hit, capacity, at + members + 1, sizeof *p->hit))
        return fail_memory(err);
    for (uint32_t j = 0; j < members; j++)
        p->hit[at + j] = sort_has_u32(t->item + from, t->offset[row + 1] - from, items[j]);
    number_members(p, lists, items, members, i);
    p->offset[i + 1] = at + members;
    return AISLE_OK;
}

aisle_status quota_pool_init(quota_pool *out, const item_lists *lists, uint32_t n_sources,
                             const truth *t, const uint32_t *rows, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t n = n_sources ? lists[0].n : 0, capacity = 0;
    quota_pool p = {.n = n, .n_sources = n_sources, .depth = n_sources ? lists[0].k : 0};
    uint32_t *items = NULL;
    if ((uint64_t)p.depth * n_sources > UINT16_MAX || n_sources > UINT8_MAX)
        TRY(fail(err, AISLE_ERROR_ARGUMENT, "quotas: %u sources of %u places are too many",
                 n_sources, p.depth));
    TRY_ALLOC(p.offset = NEW_ZEROED(uint64_t, n + 1));
    TRY_ALLOC(p.count = NEW_ARRAY(uint32_t, n * n_sources));
    TRY_ALLOC(p.member = NEW_ARRAY(uint16_t, n * n_sources * p.depth));
    TRY_ALLOC(items = NEW_ARRAY(uint32_t, (size_t)p.depth * n_sources));
    for (size_t i = 0; i < n; i++)
        TRY(add_household(&p, &capacity, lists, items, t, rows[i], i, err));
    *out = p;
    memset(&p, 0, sizeof p);
done:
    mem_free(items);
    quota_pool_fini(&p);
    return status;
}

void quota_pool_fini(quota_pool *p)
{
    mem_free(p->offset);
    mem_free(p->hit);
    mem_free(p->count);
    mem_free(p->member);
    memset(p, 0, sizeof *p);
}
