/* data/reader/csv/csv_arena.h: bytes that live as long as the rows that they are of. */
#ifndef DATA_READER_CSV_ARENA_H
#define DATA_READER_CSV_ARENA_H

#include <stddef.h>

typedef struct csv_arena {
    char **blocks;
    size_t n_blocks, block_capacity, used, size; /* of the last block */
} csv_arena;

/* NULL: out of memory. */
char *csv_arena_take(csv_arena *a, size_t length);

/* Keeps the last block for what comes. */
void csv_arena_reset(csv_arena *a);
void csv_arena_fini(csv_arena *a);

#endif
