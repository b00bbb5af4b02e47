/* model/history_file.h: a history as sections and back. */
#ifndef MODEL_HISTORY_FILE_H
#define MODEL_HISTORY_FILE_H

#include "history/history.h"
#include "model/sections.h"

/* Numbers of a history that are no array: section "meta", int64 each. */
typedef struct history_meta {
    int64_t as_of, users, items, lines, baskets, pairs;
    int64_t product_columns, household_columns;
    int64_t department, category; /* columns of products, or -1 */
    int64_t labels;               /* 1: there are labels */
    int64_t reserved[5];          /* 0 */
} history_meta;

/* Adds the sections; they borrow from h, meta and names, which are filled in. */
typedef struct history_names {
    char *products, *households; /* zero-terminated names, end to end */
    uint64_t product_bytes, household_bytes;
} history_names;
aisle_status history_to_sections(sections *s, history_meta *meta, history_names *names,
                                 const history *h, aisle_error *err);
void history_names_fini(history_names *names);

/* A mapped history whose arrays lie in the sections; history_check has passed. */
aisle_status history_from_sections(history *out, sections *s, const char *name, aisle_error *err);

/* Points *data at the section's bytes when it has count elements of size; else refuses. */
aisle_status section_bind(void **data, sections *s, const char *section_name, size_t size,
                          uint64_t count, const char *name, aisle_error *err);

#endif
