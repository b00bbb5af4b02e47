/* candidates/user_pool.h: a seeded sample of the fit's households, for what needs others than the
 * one that asks. Who is in it depends on ids and seed alone: whoever is in a small pool is in a
 * larger one. */
#ifndef CANDIDATES_USER_POOL_H
#define CANDIDATES_USER_POOL_H

#include "history/households.h"

typedef struct user_pool {
    id_table users; /* ids of those in it; a place is an index */
    uint32_t *user; /* [users.count] of the fit's households; NULL: from a file */
    bool mapped;    /* the ids lie in a mapped file */
} user_pool;

/* A household's number in a draw: by the seed and its id as it is written, even over 64 bits. */
uint64_t user_draw(const id_table *ids, uint32_t user, uint64_t seed);

/* The largest number of those that are drawn where at most `most` of the ids are: UINT64_MAX where
 * all are. left_out: [ids->count] who is not drawn from; NULL: nobody. */
aisle_status user_draw_limit(uint64_t *limit, const id_table *ids, const uint8_t *left_out,
                             int64_t most, uint64_t seed, aisle_error *err);

/* Up to `most` of h, drawn by the seed. */
aisle_status user_pool_init(user_pool *out, const households *h, int64_t most, uint64_t seed,
                            aisle_error *err);
void user_pool_fini(user_pool *p);

/* Finds the pool's households, which must be among h: p->user, the caller's to free where it was
 * NULL. */
aisle_status user_pool_match(user_pool *p, const households *h, aisle_error *err);

/* The place of a household by its id; HISTORY_NONE: not in it. */
uint32_t user_pool_find(const user_pool *p, const households *h, uint32_t user);

#endif
