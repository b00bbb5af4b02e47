/* base/topk.h: the k best of a stream of scored items, in the house order: score down, then
 * popularity down, then item up. The order is total, so the result depends on the set alone. */
#ifndef BASE_TOPK_H
#define BASE_TOPK_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* key: the score's bits, made to order as unsigned, above the popularity. */
typedef struct ranked {
    uint64_t key;
    uint32_t item;
} ranked;

/* score is not NaN; -0 counts as 0. */
static inline ranked ranked_of(float score, uint32_t popularity, uint32_t item)
{
    uint32_t bits;
    score += 0.0f;
    memcpy(&bits, &score, sizeof bits);
    bits ^= bits >> 31 ? UINT32_MAX : UINT32_C(0x80000000);
    return (ranked){(uint64_t)bits << 32 | popularity, item};
}

static inline float ranked_score(ranked r)
{
    uint32_t bits = (uint32_t)(r.key >> 32);
    bits ^= bits >> 31 ? UINT32_C(0x80000000) : UINT32_MAX;
    float score;
    memcpy(&score, &bits, sizeof score);
    return score;
}

/* Whether a stands before b. */
static inline bool ranked_before(ranked a, ranked b)
{
    return a.key != b.key ? a.key > b.key : a.item < b.item;
}

/* Sorts in the house order, in place; no entry may be there twice. */
void ranked_sort(ranked *entries, size_t n);

/* Keeps the best k of what is pushed; entries lie in the caller's room of topk_room(k). */
typedef struct topk {
    ranked *entries;
    size_t k, room, count;
    float floor; /* scores below it can't come in any more; -INFINITY at first */
} topk;

static inline size_t topk_room(size_t k)
{
    return 2 * k + 16;
}

static inline topk topk_start(ranked *entries, size_t k)
{
    return (topk){entries, k, topk_room(k), 0, k ? -INFINITY : INFINITY};
}

/* Drops all but the best k and raises the floor. */
void topk_shrink(topk *t);

static inline void topk_push(topk *t, float score, uint32_t popularity, uint32_t item)
{
    if (!(score >= t->floor) || t->k == 0)
        return;
    t->entries[t->count++] = ranked_of(score, popularity, item);
    if (t->count == t->room)
        topk_shrink(t);
}

/* The best min(k, pushed) in order at the front of entries; returns how many. */
size_t topk_finish(topk *t);

#endif
