/* model/file/households_file.h: a fit's households as sections and back. A model may be without. */
#ifndef MODEL_FILE_HOUSEHOLDS_FILE_H
#define MODEL_FILE_HOUSEHOLDS_FILE_H

#include "history/households.h"
#include "model/file/sections.h"

/* Numbers that are no array: section "households", int64 each. */
typedef struct households_meta {
    int64_t as_of, users, lines, baskets, pairs;
    int64_t options;     /* line_options */
    int64_t reserved[2]; /* 0 */
} households_meta;

/* Adds the sections; they borrow from h and meta, which is filled in. */
aisle_status households_to_sections(sections *s, households_meta *meta, const households *h,
                                    aisle_error *err);

/* Mapped households whose arrays lie in the sections; households_check has passed. None, as of the
 * assortment's T, where the sections have none: *there says which. */
aisle_status households_from_sections(households *out, bool *there, const assortment *a,
                                      sections *s, const char *name, aisle_error *err);

#endif
