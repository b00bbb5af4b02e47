/* model/file/columns_file.h: ids, category columns and named arrays as sections, and back. */
#ifndef MODEL_FILE_COLUMNS_FILE_H
#define MODEL_FILE_COLUMNS_FILE_H

#include "candidates/retriever.h"
#include "model/file/sections.h"

/* Room for a name with a suffix: sections_add refuses what is too long. */
enum { SECTION_NAME_ROOM = 2 * SECTION_NAME_MOST };

/* Sections "PREFIX.ints", or "PREFIX.offsets" and "PREFIX.bytes"; they borrow. */
aisle_status ids_to_sections(sections *s, const char *prefix, const id_table *t, bool required,
                             aisle_error *err);

/* Points a table into them. count SIZE_MAX: as many ids as there are. */
aisle_status ids_from_sections(id_table *t, sections *s, const char *prefix, size_t count,
                               const char *name, aisle_error *err);

/* The columns' names end to end, each with a zero byte; *out is freed with mem_free. */
aisle_status attribute_names_join(char **out, uint64_t *bytes, const attribute_table *t,
                                  aisle_error *err);

/* Sections "PREFIX.N.code", where the table has rows, and the ids of "PREFIX.N"; names: as they are
 * joined, "PREFIX.names". They borrow. */
aisle_status attributes_to_sections(sections *s, const char *prefix, const attribute_table *t,
                                    const char *names, uint64_t bytes, aisle_error *err);

/* Points a table of so many columns and rows into them; its names are its own. */
aisle_status attributes_from_sections(attribute_table *t, sections *s, const char *prefix,
                                      size_t columns, size_t rows, const char *name,
                                      aisle_error *err);

/* Sections "PREFIX.NAME" of a part's arrays, and back. */
aisle_status arrays_to_sections(sections *s, const char *prefix, const state_array *arrays,
                                size_t n, aisle_error *err);
aisle_status arrays_from_sections(const state_array *arrays, size_t n, sections *s,
                                  const char *prefix, const char *name, aisle_error *err);

#endif
