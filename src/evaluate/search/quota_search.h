/* evaluate/search/quota_search.h: how much to take from each source of candidates.
 *
 * Each household has a pool of members (products that any source lists for it), some of them hits,
 * and from each source a list of members, best first. Quotas q choose the union of the first q_s of
 * every list. Wanted: for a bound on the size of the unions, summed over households, the quotas of
 * the largest sum over households of min(hits in the union, k). That is maximum coverage under a
 * budget, so greedy by gain for size (Khuller, Moss and Naor 1999), looking several steps ahead,
 * and then exchanges: less of one source, refilled from the others, as long as that gains.
 *
 * All counts are whole numbers: the same result for any number of threads. */
#ifndef EVALUATE_SEARCH_QUOTA_SEARCH_H
#define EVALUATE_SEARCH_QUOTA_SEARCH_H

#include <stddef.h>
#include <stdint.h>

#include "base/fail.h"

typedef struct quota_pool {
    size_t n;           /* households */
    uint32_t n_sources; /* up to 255 */
    uint32_t depth;     /* places of a list */
    uint64_t *offset;   /* [n + 1] members */
    uint8_t *hit;       /* [offset[n]] */
    uint32_t *count;    /* [n][n_sources] of a list */
    uint16_t *member;   /* [n][n_sources][depth] numbered within the household */
} quota_pool;

typedef struct quota_options {
    uint32_t k, step;
    int threads;
} quota_options;

typedef struct quota_search {
    const quota_pool *pool;
    quota_options options;
    uint32_t *quota;      /* [n_sources] */
    uint64_t size, value; /* of the unions; of min(hits, k) */
    uint8_t *cover;       /* [members] sources that list it within their quota */
    uint32_t *hits;       /* [n] in the union */
    void *room;           /* of moves, and of what to go back to */
} quota_search;

/* All quotas 0. The pool is borrowed. */
aisle_status quota_search_init(quota_search *out, const quota_pool *pool,
                               const quota_options *options, aisle_error *err);
void quota_search_fini(quota_search *s);

/* Sets the quota of one source. */
void quota_search_set(quota_search *s, uint32_t source, uint32_t quota);

/* Goes on from the quotas as they are to the best that it finds with size <= most. */
void quota_search_run(quota_search *s, uint64_t most);

#endif
