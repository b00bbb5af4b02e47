/* base/text_index.h: distinct texts, numbered in the order of their bytes. */
#ifndef BASE_TEXT_INDEX_H
#define BASE_TEXT_INDEX_H

#include <stddef.h>
#include <stdint.h>

#include "base/fail.h"

#define TEXT_INDEX_NONE UINT32_MAX

/* The texts are borrowed. */
typedef struct text_index {
    size_t count, capacity;
    const char **texts; /* [count] ascending once it is sorted */
} text_index;

/* Adds texts, in any order and more than once; NULL entries are passed over. */
aisle_status text_index_add(text_index *t, const char *const *texts, size_t n, aisle_error *err);

/* After the last was added, before the first is found. AISLE_ERROR_DATA beyond 2^32 - 2. */
aisle_status text_index_sort(text_index *t, aisle_error *err);

/* TEXT_INDEX_NONE: not there. */
uint32_t text_index_find(const text_index *t, const char *text);

void text_index_fini(text_index *t);

#endif
