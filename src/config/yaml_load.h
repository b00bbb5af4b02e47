/* config/yaml_load.h: a YAML text into the options under a path. */
#ifndef CONFIG_YAML_LOAD_H
#define CONFIG_YAML_LOAD_H

#include "config/options.h"

/* Every option of option_table to its default. */
aisle_status yaml_set_defaults(aisle_config *config, aisle_error *err);

/* Applies the text to the option or the keys under path ("" for the whole). On failure some keys
 * may have been set: work on a copy. */
aisle_status yaml_load(aisle_config *config, const char *path, const char *bytes, size_t length,
                       const char *name, aisle_error *err);

/* The value of the key "base", or NULL. The caller frees it. */
aisle_status yaml_find_base(char **out, const char *bytes, size_t length, const char *name,
                            aisle_error *err);

#endif
