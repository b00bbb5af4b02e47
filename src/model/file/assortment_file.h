/* model/file/assortment_file.h: an assortment as sections and back. */
#ifndef MODEL_FILE_ASSORTMENT_FILE_H
#define MODEL_FILE_ASSORTMENT_FILE_H

#include "history/assortment.h"
#include "model/file/sections.h"

/* Numbers that are no array: section "assortment", int64 each. */
typedef struct assortment_meta {
    int64_t as_of, first_day, items;
    int64_t product_columns, segment_columns;
    int64_t department, category;        /* columns of products, or -1 */
    int64_t labels, stores, discounts;   /* 1: there are some */
    int64_t promotions, ahead, by_store; /* promotions 1: there are some; weeks; 1 */
    int64_t reserved[3];                 /* 0 */
} assortment_meta;

/* What the sections borrow beside the assortment itself. */
typedef struct assortment_parts {
    assortment_meta meta;
    char *products, *segments; /* the columns' names */
    uint64_t product_bytes, segment_bytes;
} assortment_parts;

/* Adds the sections; they borrow from a and parts, which are filled in. */
aisle_status assortment_to_sections(sections *s, assortment_parts *parts, const assortment *a,
                                    aisle_error *err);
void assortment_parts_fini(assortment_parts *parts);

/* A mapped assortment whose arrays lie in the sections; assortment_check has passed. */
aisle_status assortment_from_sections(assortment *out, sections *s, const char *name,
                                      aisle_error *err);

#endif
