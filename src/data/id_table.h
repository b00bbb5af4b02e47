/* data/id_table.h: original ids, int64 or texts, sorted; the index is the dense number.
 *
 * One order for all ids, whatever else is in the table: first those that are a printed int64, by
 * value, then all other texts, byte by byte. So an id that joins or leaves the table never
 * changes how two others are ordered. An id comes back as it was written. */
#ifndef DATA_ID_TABLE_H
#define DATA_ID_TABLE_H

#include <stdbool.h>
#include <stdio.h>

#include "aisle/dataset.h"

typedef struct id_table {
    size_t count;
    bool is_int;
    int64_t *ints;     /* [count] when is_int */
    char *bytes;       /* texts end to end, each with a zero byte, when not */
    uint64_t *offsets; /* [count + 1] */
} id_table;

/* Sorts values into a table; order (may be NULL) gets for each value its index in the table.
 * Texts that are all printed int64 become int64. A value twice is AISLE_ERROR_ARGUMENT, a text
 * with a zero byte AISLE_ERROR_DATA. */
aisle_status id_table_init(id_table *out, uint32_t *order, const aisle_values *values,
                           aisle_error *err);

/* The same ids at the given ascending indices. */
aisle_status id_table_subset(id_table *out, const id_table *from, const uint32_t *indices, size_t n,
                             aisle_error *err);

/* All of them. */
aisle_status id_table_copy(id_table *out, const id_table *from, aisle_error *err);

/* The ids of either. */
aisle_status id_table_union(id_table *out, const id_table *a, const id_table *b, aisle_error *err);

/* For each id of from its index in to, or AISLE_MISSING; index: [from->count]. */
void id_table_match(uint32_t *index, const id_table *from, const id_table *to);

/* Index of the id that is written as text, or AISLE_MISSING. */
uint32_t id_table_find(const id_table *table, const char *text);

/* Index of the id that another table has at a row, or AISLE_MISSING. */
uint32_t id_table_find_same(const id_table *table, const id_table *from, uint32_t row);

/* The id at index as text: valid until the table goes, or buffer (32 bytes) for an int64. */
const char *id_table_text(const id_table *table, uint32_t index, char buffer[32]);

/* Sorted strictly, offsets monotone, zero bytes in place. */
aisle_status id_table_check(const id_table *table, aisle_error *err);

void id_table_fini(id_table *table);

#endif
