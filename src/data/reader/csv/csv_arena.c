#include "data/reader/csv/csv_arena.h"

#include <string.h>

#include "base/mem.h"

enum { ARENA_BLOCK = 65536 };

char *csv_arena_take(csv_arena *a, size_t length)
{
    if (a->n_blocks == 0 || a->size - a->used < length) {
        size_t size = length > ARENA_BLOCK ? length : ARENA_BLOCK;
        if (mem_grow(&a->blocks, &a->block_capacity, a->n_blocks + 1, sizeof *a->blocks))
            return NULL;
        char *block = NEW_ARRAY(char, size);
        if (!block)
            return NULL;
        a->blocks[a->n_blocks++] = block;
        a->size = size;
        a->used = 0;
    }
    a->used += length;
    return a->blocks[a->n_blocks - 1] + a->used - length;
}

void csv_arena_reset(csv_arena *a)
{
    if (a->n_blocks == 0)
        return;
    char *last = a->blocks[a->n_blocks - 1];
    for (size_t i = 0; i + 1 < a->n_blocks; i++)
        mem_free(a->blocks[i]);
    a->blocks[0] = last;
    a->n_blocks = 1;
    a->used = 0;
}

void csv_arena_fini(csv_arena *a)
{
    for (size_t i = 0; i < a->n_blocks; i++)
        mem_free(a->blocks[i]);
    mem_free(a->blocks);
    memset(a, 0, sizeof *a);
}
