/* experiment/id_index.h: distinct ids, numbered in the order that they come in. */
#ifndef EXPERIMENT_ID_INDEX_H
#define EXPERIMENT_ID_INDEX_H

#include <stddef.h>
#include <stdint.h>

#include "aisle/error.h"

#define ID_INDEX_NONE UINT32_MAX

/* Open addressing; half empty. */
typedef struct id_index {
    size_t mask;
    uint32_t count;
    uint32_t *row;    /* [mask + 1] where the id was first, or ID_INDEX_NONE */
    uint32_t *number; /* [mask + 1] */
} id_index;

/* For up to n ids, n < UINT32_MAX. */
aisle_status id_index_init(id_index *out, size_t n, aisle_error *err);
void id_index_fini(id_index *ids);

/* The number of rows[row]; a new one if it was not there. rows is the same at each call. */
uint32_t id_index_add(id_index *ids, const char *const *rows, size_t row);

/* The number of id, or ID_INDEX_NONE. */
uint32_t id_index_find(const id_index *ids, const char *const *rows, const char *id);

#endif
