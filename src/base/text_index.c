#include "base/text_index.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

aisle_status text_index_add(text_index *t, const char *const *texts, size_t n, aisle_error *err)
{
    if (mem_grow(&t->texts, &t->capacity, t->count + n, sizeof *t->texts))
        return fail_memory(err);
    for (size_t i = 0; i < n; i++)
        if (texts[i] && (i == 0 || texts[i - 1] == NULL || strcmp(texts[i], texts[i - 1]) != 0))
            t->texts[t->count++] = texts[i];
    return AISLE_OK;
}

aisle_status text_index_sort(text_index *t, aisle_error *err)
{
    size_t distinct = 0;
    if (t->count > 0)
        qsort(t->texts, t->count, sizeof *t->texts, compare);
    for (size_t i = 0; i < t->count; i++)
        if (i == 0 || strcmp(t->texts[i], t->texts[distinct - 1]) != 0)
            t->texts[distinct++] = t->texts[i];
    t->count = distinct;
    if (distinct >= TEXT_INDEX_NONE)
        return fail(err, AISLE_ERROR_DATA, "%zu distinct ids, expected fewer than 2^32 - 1",
                    distinct);
    return AISLE_OK;
}

uint32_t text_index_find(const text_index *t, const char *text)
{
    size_t low = 0, high = t->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(t->texts[middle], text);
        if (order == 0)
            return (uint32_t)middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return TEXT_INDEX_NONE;
}

void text_index_fini(text_index *t)
{
    mem_free(t->texts);
    *t = (text_index){0};
}
