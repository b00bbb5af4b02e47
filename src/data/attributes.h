/* data/attributes.h: the tables of products and households, on their way into a dataset. */
#ifndef DATA_ATTRIBUTES_H
#define DATA_ATTRIBUTES_H

#include "data/dataset_type.h"

/* A whole table by its keys, before it is known which of them the dataset has. */
typedef struct attribute_source {
    id_table keys;
    uint32_t *row;      /* [keys.count] of several rows with a key the smallest counts */
    size_t disagreeing; /* keys whose rows say different things */
    uint32_t disagrees; /* the first of them */
    size_t columns;
    const char *const *names; /* [columns], borrowed */
    id_table *levels;         /* [columns] */
    uint32_t **code;          /* [columns][rows] into levels */
    const char *const *label; /* [rows], borrowed; or NULL */
    int department, category; /* column in that role, or -1 */
} attribute_source;

/* table may be NULL: no keys. A role that names no category column is AISLE_ERROR_CONFIG.
 * A category value of nothing but blanks is a missing one. */
aisle_status attribute_source_init(attribute_source *out, const aisle_attributes *table,
                                   const char *department, const char *category, aisle_error *err);
void attribute_source_fini(attribute_source *source);

/* For each id the row of the table, or AISLE_MISSING; row: [ids->count]. */
aisle_status attribute_source_find(uint32_t *row, const attribute_source *source,
                                   const id_table *ids, aisle_error *err);

/* The part of the table that belongs to rows (as found; [n]), copied; levels stay whole. */
aisle_status attribute_table_init(attribute_table *out, const attribute_source *source,
                                  const uint32_t *rows, size_t n, aisle_error *err);
void attribute_table_fini(attribute_table *table);

#endif
