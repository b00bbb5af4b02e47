#include "features/facts/rank_facts.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/sort.h"
#include "features/facts/item_facts.h"

static const int rank_window[RANK_WINDOWS] = {WINDOW_13, WINDOW_4};

/* Room for sorting the items. */
typedef struct ranking_room {
    sort_pair *pairs, *scratch; /* [n_items] */
} ranking_room;

static void rank_column(float *rank, const ranking_room *room, const assortment *a, size_t c,
                        const uint32_t *buyers)
{
    const uint32_t *code = a->products.code[c];
    size_t columns = a->products.columns, n = 0, first = 0, place = 0;
    for (uint32_t i = 0; i < a->n_items; i++) {
        rank[i * columns + c] = NAN;
        if (code[i] != AISLE_MISSING)
            room->pairs[n++] = (sort_pair){(uint64_t)code[i] << 32 | (UINT32_MAX - buyers[i]), i};
    }
    sort_pairs(room->pairs, room->scratch, n);
    for (size_t p = 0; p < n; p++) {
        uint64_t key = room->pairs[p].key;
        if (p == 0 || key >> 32 != room->pairs[p - 1].key >> 32)
            first = p;
        if (p == first || key != room->pairs[p - 1].key)
            place = p - first + 1;
        rank[room->pairs[p].value * columns + c] = (float)place;
    }
}

aisle_status rank_facts_init(rank_facts *out, const assortment *a, const item_facts *items,
                             aisle_error *err)
{
    aisle_status status = AISLE_OK;
    ranking_room room = {NEW_ARRAY(sort_pair, a->n_items), NEW_ARRAY(sort_pair, a->n_items)};
    memset(out, 0, sizeof *out);
    TRY_ALLOC(room.pairs);
    TRY_ALLOC(room.scratch);
    for (int w = 0; w < RANK_WINDOWS; w++) {
        TRY_ALLOC(out->rank[w] = NEW_ARRAY(float, a->n_items * a->products.columns));
        for (size_t c = 0; c < a->products.columns; c++)
            rank_column(out->rank[w], &room, a, c, items->buyers[rank_window[w]]);
    }
done:
    mem_free(room.pairs);
    mem_free(room.scratch);
    if (status != AISLE_OK)
        rank_facts_fini(out);
    return status;
}

void rank_facts_fini(rank_facts *f)
{
    for (int w = 0; w < RANK_WINDOWS; w++)
        mem_free(f->rank[w]);
    memset(f, 0, sizeof *f);
}
