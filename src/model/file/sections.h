/* model/file/sections.h: the container of a model file: named, checksummed runs of bytes. What the
 * bytes mean is model_file.c's; docs/model-format.md has both. */
#ifndef MODEL_FILE_SECTIONS_H
#define MODEL_FILE_SECTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aisle/error.h"

#define SECTION_NAME_MOST 32
#define SECTIONS_MOST 2048
#define SECTIONS_VERSION 2

typedef struct section {
    char name[SECTION_NAME_MOST];
    const void *bytes; /* 64-byte aligned in a file */
    uint64_t length;
    bool required; /* a reader that does not know the name must refuse the file */
    bool taken;    /* read: some part of the model looked at it */
} section;

typedef struct sections {
    section section[SECTIONS_MOST];
    size_t count;
    uint32_t version; /* of the format: SECTIONS_VERSION where it is written */
} sections;

/* Adds a section that borrows its bytes. More than SECTIONS_MOST, a name twice or too long is
 * AISLE_ERROR_ARGUMENT. */
aisle_status sections_add(sections *s, const char *name, const void *bytes, uint64_t length,
                          bool required, aisle_error *err);

/* NULL: no such section. */
const section *sections_find(const sections *s, const char *name);

/* The same for a reader: the section is marked as taken. */
const section *sections_take(sections *s, const char *name);

/* Points *data at the section's bytes when it has count elements of size; else refuses. name is
 * what messages call the file. */
aisle_status section_bind(void **data, sections *s, const char *section_name, size_t size,
                          uint64_t count, const char *name, aisle_error *err);

/* The first section that is required and that nobody took, or NULL. */
const section *sections_unknown(const sections *s);

/* Reads the table and compares all checksums: a pure function of the bytes, which out borrows.
 * bytes must be 8-byte aligned. name is what messages call the file. */
aisle_status sections_parse(sections *out, const char *bytes, size_t length, const char *name,
                            aisle_error *err);

/* Whatever a reader of sections found wrong is damage of the file, and names it; returns the status
 * that it then is. */
aisle_status sections_blame(aisle_status status, const char *name, aisle_error *err);

/* Writes the file: path is the old one or the whole new one. */
aisle_status sections_write(const sections *s, const char *path, aisle_error *err);

#endif
