/* model/sums/sums_file.h: sums as sections of a file. */
#ifndef MODEL_SUMS_SUMS_FILE_H
#define MODEL_SUMS_SUMS_FILE_H

#include "model/file/sections.h"
#include "model/sums/fit_sums.h"

/* Reads all of them into memory of their own: a pure function of the bytes. Whatever is wrong is
 * AISLE_ERROR_FORMAT with the name. */
aisle_status sums_from_sections(aisle_sums **out, sections *s, const char *name, aisle_error *err);

#endif
