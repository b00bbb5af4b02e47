/* base/prefetch.h: asking for memory before it is read, where what is read next is known and the
 * processor cannot guess it. */
#ifndef BASE_PREFETCH_H
#define BASE_PREFETCH_H

#include <stddef.h>

static inline void prefetch(const void *from, size_t bytes)
{
    for (size_t i = 0; i < bytes; i += 64)
        __builtin_prefetch((const char *)from + i);
}

#endif
