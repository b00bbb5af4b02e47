/* base/sort.h: stable radix sorts of keys with a payload. */
#ifndef BASE_SORT_H
#define BASE_SORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A key and what it stands for (usually a row number). */
typedef struct sort_pair {
    uint64_t key;
    uint32_t value;
} sort_pair;

/* Sorts pairs by key, stably, least significant byte first; scratch holds n pairs.
 * Bytes in which all keys agree cost one counting pass in all. */
void sort_pairs(sort_pair *pairs, sort_pair *scratch, size_t n);

/* Sorts u32 in place, ascending; small arrays by insertion. */
void sort_u32(uint32_t *values, size_t n);

/* Sorts numbers in place, ascending; none is NaN. */
void sort_doubles(double *values, size_t n);

/* The first place of ascending values whose value is not below key; n where there is none. */
static inline size_t sort_find_u32(const uint32_t *values, size_t n, uint32_t key)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (values[middle] < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static inline bool sort_has_u32(const uint32_t *values, size_t n, uint32_t key)
{
    size_t place = sort_find_u32(values, n, key);
    return place < n && values[place] == key;
}

/* Median of n int32 values, n > 0, values reordered; the mean of the middle two for even n. */
double sort_median_i32(int32_t *values, size_t n);

#endif
