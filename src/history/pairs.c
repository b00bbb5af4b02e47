#include "base/fail.h"
#include "base/mem.h"
#include "base/sort.h"
#include "history/households.h"

/* A user's lines at a time, by item: stable, so that an item's lines stay in the order of time. */
static aisle_status sort_lines_by_pair(households *h, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t most = 0;
    for (uint32_t u = 0; u < h->n_users; u++) {
        size_t n = h->user_offset[u + 1] - h->user_offset[u];
        most = n > most ? n : most;
    }
    sort_pair *pairs = NEW_ARRAY(sort_pair, most), *scratch = NEW_ARRAY(sort_pair, most);
    TRY_ALLOC(pairs);
    TRY_ALLOC(scratch);
    TRY_ALLOC(h->pair_line = NEW_ARRAY(uint32_t, h->line.n));
    for (uint32_t u = 0; u < h->n_users; u++) {
        uint64_t from = h->user_offset[u];
        size_t n = h->user_offset[u + 1] - from;
        for (size_t i = 0; i < n; i++)
            pairs[i] = (sort_pair){h->line.item[from + i], (uint32_t)(from + i)};
        sort_pairs(pairs, scratch, n);
        for (size_t i = 0; i < n; i++)
            h->pair_line[from + i] = pairs[i].value;
    }
done:
    mem_free(pairs);
    mem_free(scratch);
    return status;
}

aisle_status households_init_pairs(households *h, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const uint32_t *item = h->line.item;
    TRY(sort_lines_by_pair(h, err));
    size_t pairs = 0;
    for (uint32_t u = 0; u < h->n_users; u++)
        for (uint64_t k = h->user_offset[u]; k < h->user_offset[u + 1]; k++)
            pairs += k == h->user_offset[u] || item[h->pair_line[k]] != item[h->pair_line[k - 1]];
    TRY_ALLOC(h->pair_offset = NEW_ARRAY(uint64_t, (size_t)h->n_users + 1));
    TRY_ALLOC(h->pair_item = NEW_ARRAY(uint32_t, pairs));
    TRY_ALLOC(h->pair_line_offset = NEW_ARRAY(uint64_t, pairs + 1));
    h->pairs = pairs;
    size_t p = 0;
    for (uint32_t u = 0; u < h->n_users; u++) {
        h->pair_offset[u] = p;
        for (uint64_t k = h->user_offset[u]; k < h->user_offset[u + 1]; k++) {
            uint32_t of = item[h->pair_line[k]];
            if (k > h->user_offset[u] && of == h->pair_item[p - 1])
                continue;
            h->pair_item[p] = of;
            h->pair_line_offset[p++] = k;
        }
    }
    h->pair_offset[h->n_users] = p;
    h->pair_line_offset[p] = h->line.n;
done:
    return status;
}
