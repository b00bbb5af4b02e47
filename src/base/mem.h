/* base/mem.h: arrays on the heap, 64-byte aligned, sizes checked for overflow. */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>
#include <stdint.h>

/* n elements of size bytes, zeroed; NULL when out of memory or n * size overflows.
 * n = 0 gives a valid pointer. Released with mem_free. */
void *mem_zeroed(size_t n, size_t size);

/* As mem_zeroed, contents undefined. */
void *mem_array(size_t n, size_t size);

/* A copy of n elements. */
void *mem_copy(const void *source, size_t n, size_t size);

/* Grows *array to hold at least need elements (by half again); 0 on success, -1 out of memory.
 * *array may be NULL; *capacity counts elements. */
int mem_grow(void *array, size_t *capacity, size_t need, size_t size);

char *mem_text(const char *text);
char *mem_text_n(const char *text, size_t length);

void mem_free(void *pointer);

/* Tests: let the next n allocations succeed, then fail all; n < 0 turns it off. */
void mem_fail_after(long n);

#define NEW_ARRAY(type, n) ((type *)mem_array((n), sizeof(type)))
#define NEW_ZEROED(type, n) ((type *)mem_zeroed((n), sizeof(type)))

#endif
