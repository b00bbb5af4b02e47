#include "base/sort.h"

#include <stdlib.h>
#include <string.h>

enum { DIGITS = 8, RADIX = 256 };

void sort_pairs(sort_pair *pairs, sort_pair *scratch, size_t n)
{
    size_t count[DIGITS][RADIX];
    memset(count, 0, sizeof count);
    for (size_t i = 0; i < n; i++)
        for (int d = 0; d < DIGITS; d++)
            count[d][(pairs[i].key >> (8 * d)) & 0xff]++;
    sort_pair *from = pairs, *to = scratch;
    for (int d = 0; d < DIGITS; d++) {
        if (n == 0 || count[d][(from[0].key >> (8 * d)) & 0xff] == n)
            continue;
        size_t start[RADIX], sum = 0;
        for (int b = 0; b < RADIX; b++) {
            start[b] = sum;
            sum += count[d][b];
        }
        for (size_t i = 0; i < n; i++)
            to[start[(from[i].key >> (8 * d)) & 0xff]++] = from[i];
        sort_pair *swap = from;
        from = to;
        to = swap;
    }
    if (from != pairs && n)
        memcpy(pairs, from, n * sizeof *pairs);
}

static int compare_u32(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static int compare_i32(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

void sort_u32(uint32_t *values, size_t n)
{
    if (n > 32) {
        qsort(values, n, sizeof *values, compare_u32);
        return;
    }
    for (size_t i = 1; i < n; i++) {
        uint32_t v = values[i];
        size_t j = i;
        for (; j > 0 && values[j - 1] > v; j--)
            values[j] = values[j - 1];
        values[j] = v;
    }
}

double sort_median_i32(int32_t *values, size_t n)
{
    if (n > 32) {
        qsort(values, n, sizeof *values, compare_i32);
    } else {
        for (size_t i = 1; i < n; i++) {
            int32_t v = values[i];
            size_t j = i;
            for (; j > 0 && values[j - 1] > v; j--)
                values[j] = values[j - 1];
            values[j] = v;
        }
    }
    return n % 2 ? values[n / 2] : (values[n / 2 - 1] + (double)values[n / 2]) / 2;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void sort_doubles(double *values, size_t n)
{
    if (n > 1)
        qsort(values, n, sizeof *values, compare_doubles);
}
