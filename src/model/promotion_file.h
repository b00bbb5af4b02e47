/* model/promotion_file.h: a history's promotions as sections and back. */
#ifndef MODEL_PROMOTION_FILE_H
#define MODEL_PROMOTION_FILE_H

#include "history/history.h"
#include "model/sections.h"

/* Section "promotions.meta". */
typedef struct promotion_meta {
    int64_t before, ahead, by_store;
    int64_t reserved; /* 0 */
} promotion_meta;

/* Adds the sections, which borrow from h and meta; none where there are no promotions. */
aisle_status promotions_to_sections(sections *s, promotion_meta *meta, const history *h,
                                    aisle_error *err);

/* Points h's promotions into the sections, if there are any. Sizes are checked here, the rest is
 * history_check's. */
aisle_status promotions_from_sections(history *h, sections *s, const char *name, aisle_error *err);

#endif
