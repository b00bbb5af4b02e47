/* model/file/model_file.h: a model as sections and back. */
#ifndef MODEL_FILE_MODEL_FILE_H
#define MODEL_FILE_MODEL_FILE_H

#include "model/file/sections.h"
#include "model/model_type.h"

/* Builds a model on parsed sections, which must outlive it: everything is checked, nothing is
 * trusted. name is what messages call the file. The caller frees *out. */
aisle_status model_from_sections(aisle_model **out, sections *s, const char *name,
                                 aisle_error *err);

/* The same without level 2's trees, which are LightGBM's to read, into a zeroed model, to be freed
 * whatever is returned. */
aisle_status model_parts_from_sections(aisle_model *m, sections *s, const char *name,
                                       aisle_error *err);

#endif
