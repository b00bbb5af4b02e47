/* model/file/version1.h: both halves out of a model file of format 1, which held the receipts and
 * some fitted arrays. Parts are fitted again from its households. */
#ifndef MODEL_FILE_VERSION1_H
#define MODEL_FILE_VERSION1_H

#include "history/households.h"
#include "model/file/sections.h"

/* Everything is copied. Sections of level 1's arrays are taken and not looked at. The checks of
 * both halves have passed. */
aisle_status version1_from_sections(assortment *a, households *h, sections *s, const char *name,
                                    aisle_error *err);

/* Whether a key stood in configurations of format 1 and is no more. */
bool version1_has_key(const char *key);

#endif
