/* config/option.h: a row of the table that drives parsing, defaults, help and docs/options.md. */
#ifndef CONFIG_OPTION_H
#define CONFIG_OPTION_H

#include <stddef.h>

#include "config/options.h"

typedef enum option_kind {
    OPTION_BOOL,   /* bool */
    OPTION_INT,    /* int64_t */
    OPTION_REAL,   /* double */
    OPTION_TEXT,   /* char * */
    OPTION_PATH,   /* char *, made relative to the configuration's folder */
    OPTION_CHOICE, /* int, an index into choices */
    OPTION_FORMAT, /* char *, one of choices or a strptime pattern */
    OPTION_MOMENT, /* moment */
    OPTION_TEXTS,  /* text_list */
    OPTION_INTS,   /* int_list */
} option_kind;

typedef struct option {
    const char *path; /* dotted; "catalogues.*.…": offset is into catalogue_options */
    option_kind kind;
    size_t offset;
    const char *initial; /* as YAML; NULL: zero */
    double least, most;  /* of INT and REAL, inclusive; elements of INTS */
    const char *choices; /* "a|b|c" */
    const char *meaning;
} option;

extern const option option_table[];
extern const size_t option_count;

/* The row with this path, "*" matching any one name; NULL: none. */
const option *option_find(const char *path);

/* Whether some row lies under path. */
bool option_is_prefix(const char *path);

/* "whole number from 1 to 10", for messages and docs; out holds size bytes. */
void option_describe_kind(char *out, size_t size, const option *row);

/* "candidates.als.quota" of "new_only.candidates.als.quota"; NULL: it does not begin so, or is none
 * that can stand there. */
const char *config_key_under_new_only(const char *key);

/* Whether it is a row's path, or a row lies under it; also of what stands under new_only. */
bool config_key_is_known(const char *key);

/* The path that is nearest to a mistyped one, or NULL when nothing is near. */
const char *option_nearest(const char *path);

#endif
