#include "base/draw.h"

#include <stdbool.h>
#include <xxhash.h>

#include "base/rng.h"

enum { INT_LENGTH = 20 };

uint64_t draw_of_text(const char *id, size_t length, uint64_t seed)
{
    return XXH64(id, length, rng_mix(seed));
}

uint64_t draw_of_int(int64_t id, uint64_t seed)
{
    char written[INT_LENGTH];
    size_t at = INT_LENGTH;
    uint64_t left = id < 0 ? 0 - (uint64_t)id : (uint64_t)id;
    do
        written[--at] = (char)('0' + left % 10);
    while (left /= 10);
    if (id < 0)
        written[--at] = '-';
    return draw_of_text(written + at, INT_LENGTH - at, seed);
}
