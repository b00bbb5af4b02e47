/* aisle/config.h: the configuration: where the receipts are, how they are cleaned and split,
 * what may be recommended, and every parameter of both levels. docs/options.md lists the keys.
 *
 * A configuration is not changed by what uses it; share it between threads once it is set. */
#ifndef AISLE_CONFIG_H
#define AISLE_CONFIG_H

#include <stddef.h>

#include "aisle/error.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct aisle_config aisle_config;

/* All defaults. */
AISLE_API aisle_status aisle_config_new(aisle_config **out, aisle_error *err);

/* Reads a YAML file. Relative paths in it are relative to its folder.
 * AISLE_ERROR_CONFIG names file, line, column and key. The caller frees *out. */
AISLE_API aisle_status aisle_config_open(aisle_config **out, const char *path, aisle_error *err);

/* The same from bytes; name is what messages call the text, folder what paths are relative to
 * (NULL: the current folder). A pure function of the bytes. */
AISLE_API aisle_status aisle_config_parse(aisle_config **out, const char *bytes, size_t length,
                                          const char *name, const char *folder, aisle_error *err);

/* Sets one key, e.g. ("ranker.trees", "200") or ("evaluate.k", "[5, 10]"): value is YAML.
 * On failure the configuration is as before. */
AISLE_API aisle_status aisle_config_set(aisle_config *config, const char *key, const char *value,
                                        aisle_error *err);

/* What no single key can show to be wrong, such as a path and a query for one table. Opening and
 * parsing check it; after aisle_config_set it is checked by what uses the configuration. */
AISLE_API aisle_status aisle_config_check(const aisle_config *config, aisle_error *err);

/* The value of one key as YAML, zero-terminated, cut off to size bytes; its whole length, 0 where
 * there is no such key. Keys of a catalogue and under new_only are not found. */
AISLE_API size_t aisle_config_get(char *out, size_t size, const aisle_config *config,
                                  const char *key);

AISLE_API aisle_status aisle_config_copy(aisle_config **out, const aisle_config *config,
                                         aisle_error *err);

AISLE_API void aisle_config_free(aisle_config *config);

/* One key of the configuration, for help and documentation: index 0, 1, … until false. */
typedef struct aisle_config_key {
    const char *path;    /* "ranker.trees"; "catalogues.*.top" stands for any name */
    const char *kind;    /* "number", "whole number", "text", "one of a, b", "list of texts", … */
    const char *initial; /* the default, as YAML; "" where there is none */
    const char *meaning; /* a sentence */
} aisle_config_key;

AISLE_API int aisle_config_key_at(aisle_config_key *out, size_t index);

/* All keys as a JSON Schema (draft 2020-12) of the file, for editors: zero-terminated, cut off to
 * size bytes; its whole length, 0 where memory runs out. */
AISLE_API size_t aisle_config_schema(char *out, size_t size);

#ifdef __cplusplus
}
#endif

#endif
