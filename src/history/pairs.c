#include "base/fail.h"
#include "base/mem.h"
#include "history/households.h"

/* A stable counting sort by item, then by user: two passes over the lines. */
static aisle_status sort_lines_by_pair(households *h, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t lines = h->line.n;
    uint64_t *cursor = NEW_ZEROED(uint64_t, (size_t)h->a->n_items + 1);
    uint64_t *user_cursor = mem_copy(h->user_offset, (size_t)h->n_users + 1, sizeof(uint64_t));
    uint32_t *user = NEW_ARRAY(uint32_t, lines);
    uint32_t *by_item = NEW_ARRAY(uint32_t, lines);
    TRY_ALLOC(cursor);
    TRY_ALLOC(user_cursor);
    TRY_ALLOC(user);
    TRY_ALLOC(by_item);
    TRY_ALLOC(h->pair_line = NEW_ARRAY(uint32_t, lines));
    for (uint32_t u = 0; u < h->n_users; u++)
        for (uint64_t l = h->user_offset[u]; l < h->user_offset[u + 1]; l++)
            user[l] = u;
    for (size_t l = 0; l < lines; l++)
        cursor[h->line.item[l] + 1]++;
    for (uint32_t i = 0; i < h->a->n_items; i++)
        cursor[i + 1] += cursor[i];
    for (size_t l = 0; l < lines; l++)
        by_item[cursor[h->line.item[l]]++] = (uint32_t)l;
    for (size_t k = 0; k < lines; k++)
        h->pair_line[user_cursor[user[by_item[k]]]++] = by_item[k];
done:
    mem_free(cursor);
    mem_free(user_cursor);
    mem_free(user);
    mem_free(by_item);
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
