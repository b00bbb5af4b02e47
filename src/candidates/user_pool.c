#include "candidates/user_pool.h"

#include <string.h>

#include "base/draw.h"
#include "base/fail.h"
#include "base/mem.h"
#include "base/sort.h"

uint64_t user_draw(const id_table *ids, uint32_t user, uint64_t seed)
{
    if (ids->is_int)
        return draw_of_int(ids->ints[user], seed);
    const char *id = ids->bytes + ids->offsets[user];
    return draw_of_text(id, strlen(id), seed);
}

aisle_status user_draw_limit(uint64_t *limit, const id_table *ids, const uint8_t *left_out,
                             int64_t most, uint64_t seed, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    sort_pair *pairs = NEW_ARRAY(sort_pair, ids->count),
              *scratch = NEW_ARRAY(sort_pair, ids->count);
    size_t n = 0;
    TRY_ALLOC(pairs);
    TRY_ALLOC(scratch);
    for (uint32_t u = 0; u < ids->count; u++)
        if (!left_out || !left_out[u])
            pairs[n++] = (sort_pair){user_draw(ids, u, seed), u};
    *limit = UINT64_MAX;
    if ((uint64_t)most < n) {
        sort_pairs(pairs, scratch, n);
        *limit = pairs[most - 1].key;
    }
done:
    mem_free(pairs);
    mem_free(scratch);
    return status;
}

aisle_status user_pool_init(user_pool *out, const households *h, int64_t most, uint64_t seed,
                            aisle_error *err)
{
    aisle_status status = AISLE_OK;
    uint32_t n = most < h->n_users ? (uint32_t)most : h->n_users;
    user_pool p = {.user = NEW_ARRAY(uint32_t, n)};
    sort_pair *pairs = NEW_ARRAY(sort_pair, h->n_users), *scratch = NULL;
    TRY_ALLOC(p.user);
    TRY_ALLOC(pairs);
    for (uint32_t u = 0; u < h->n_users; u++)
        pairs[u] = (sort_pair){n < h->n_users ? user_draw(&h->users, u, seed) : u, u};
    if (n < h->n_users) {
        TRY_ALLOC(scratch = NEW_ARRAY(sort_pair, h->n_users));
        sort_pairs(pairs, scratch, h->n_users);
    }
    for (uint32_t i = 0; i < n; i++)
        p.user[i] = pairs[i].value;
    sort_u32(p.user, n);
    TRY(id_table_subset(&p.users, &h->users, p.user, n, err));
    *out = p;
    memset(&p, 0, sizeof p);
done:
    mem_free(pairs);
    mem_free(scratch);
    user_pool_fini(&p);
    return status;
}

void user_pool_fini(user_pool *p)
{
    if (!p->mapped)
        id_table_fini(&p->users);
    mem_free(p->user);
    memset(p, 0, sizeof *p);
}

aisle_status user_pool_match(user_pool *p, const households *h, aisle_error *err)
{
    if (p->user)
        return AISLE_OK;
    uint32_t *user = NEW_ARRAY(uint32_t, p->users.count);
    if (!user)
        return fail_memory(err);
    for (uint32_t i = 0; i < p->users.count; i++)
        user[i] = id_table_find_same(&h->users, &p->users, i);
    for (uint32_t i = 0; i < p->users.count; i++)
        if (user[i] == AISLE_MISSING) {
            mem_free(user);
            return fail(err, AISLE_ERROR_FORMAT, "pool: a household that the fit does not have");
        }
    p->user = user;
    return AISLE_OK;
}

uint32_t user_pool_find(const user_pool *p, const households *h, uint32_t user)
{
    return id_table_find_same(&p->users, &h->users, user);
}
