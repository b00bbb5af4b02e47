/* candidates/blend.h: the union of all retrievers' lists, with every score and rank kept. */
#ifndef CANDIDATES_BLEND_H
#define CANDIDATES_BLEND_H

#include "candidates/retriever.h"

/* The fitted retrievers of one T, in the order of retriever_table; state NULL: not fitted. */
typedef struct level1 {
    list_context context;
    void **state; /* [retriever_count] */
    bool mapped;  /* the arrays lie in a mapped file */
} level1;

/* Candidates of n users: CSR by user, items ascending within a user. Sources are the retrievers
 * with a quota, in the table's order. */
typedef struct candidate_lists {
    size_t n;         /* users */
    uint64_t *offset; /* [n + 1] */
    uint32_t *item;   /* [rows] */
    uint32_t n_sources;
    uint32_t *source; /* [n_sources] index into retriever_table */
    float *score;     /* [rows * n_sources] of every row, listed or not; NaN: nothing to say */
    uint16_t *rank;   /* [rows * n_sources] 1 is first; 0: not in the first `quota` */
} candidate_lists;

/* Fits every retriever for which wanted[i] is true (NULL: those with a quota). */
aisle_status level1_init(level1 *out, const households *h, const catalogue *c,
                         const candidates_options *options, const bool *wanted, uint64_t seed,
                         int threads, aisle_error *err);
void level1_fini(level1 *l);

/* AISLE_ERROR_CONFIG where every quota is 0. */
aisle_status blend_check(const candidates_options *options, aisle_error *err);

/* What one thread blends in. Bound to the level 1 that it was made for. */
typedef struct blend_room blend_room;
aisle_status blend_room_new(blend_room **out, const level1 *l, uint32_t least, aisle_error *err);
void blend_room_free(blend_room *room);

/* One household's candidates: the union of the first `quota` of each source; then popular items by
 * the fallback's order until there are at least the room's `least` (0: no padding), or all of the
 * catalogue that who->new_only leaves. A stranger (who->user HISTORY_NONE) gets just those. Nothing
 * is allocated: the list lies in the room until the next household asks; it may be shortened. */
candidate_lists *blend_ask(blend_room *room, const asker *who);

/* Candidates that a household can have. */
size_t blend_room_most(const blend_room *room);

/* The same for many. */
aisle_status blend_init(candidate_lists *out, const level1 *l, const retriever_query *query,
                        uint32_t least, aisle_error *err);
void candidate_lists_fini(candidate_lists *lists);

/* Lists first … first + n - 1 of others, whose arrays it borrows but offset, the caller's to free.
 */
aisle_status candidate_lists_view(candidate_lists *out, const candidate_lists *of, size_t first,
                                  size_t n, aisle_error *err);

/* Row of an item that list i has. */
uint64_t candidate_lists_find(const candidate_lists *lists, size_t i, uint32_t item);
aisle_status candidate_lists_check(const candidate_lists *lists, uint32_t n_items,
                                   aisle_error *err);

/* The blend as a ranking of its own: by the sum over sources of 1 / (60 + rank) (reciprocal rank
 * fusion, Cormack, Clarke and Buettcher 2009), ties as everywhere. */
double blend_part(uint16_t rank);
double blend_score(const candidate_lists *lists, uint64_t row);
aisle_status blend_rank(item_lists *out, const candidate_lists *lists, const level1 *l,
                        aisle_error *err);

/* Fills each list up to k with popular items that it lacks (and, with query->new_only, that the
 * user has not bought); scores go on below the last. padded (may be NULL): [n] the first place
 * that was padded, or count. */
aisle_status lists_pad(item_lists *lists, uint32_t *padded, const list_context *context,
                       const retriever_query *query, aisle_error *err);

#endif
