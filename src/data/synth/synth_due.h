/* data/synth/synth_due.h: what a household will buy again, the earliest first (a binary heap). */
#ifndef DATA_SYNTH_SYNTH_DUE_H
#define DATA_SYNTH_SYNTH_DUE_H

#include <stddef.h>
#include <stdint.h>

typedef struct due_item {
    int32_t day; /* from when on */
    uint32_t item;
    float chance; /* of buying it once more, after each purchase */
    float gap;    /* mean log of the days between */
} due_item;

typedef struct due_heap {
    due_item *items;
    size_t n, capacity;
} due_heap;

/* 0, or -1 out of memory. */
int due_push(due_heap *heap, due_item item);

/* The earliest of n > 0. */
due_item due_pop(due_heap *heap);

#endif
