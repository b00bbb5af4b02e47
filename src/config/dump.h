/* config/dump.h: a configuration as lines "key<TAB>YAML", and back. */
#ifndef CONFIG_DUMP_H
#define CONFIG_DUMP_H

#include "base/text.h"
#include "config/options.h"

/* Every option but those whose path begins with without ("" leaves none out); the cleaning of data
 * stays. */
void config_dump(text *out, const aisle_config *config, const char *without);

/* Applies the lines to a configuration of defaults; name is what messages call them. Keys for which
 * passed (may be NULL) is true are passed over. */
aisle_status config_restore(aisle_config *config, const char *lines, size_t length,
                            const char *name, bool (*passed)(const char *key), aisle_error *err);

/* No source has a quota, whatever the defaults. */
void config_clear_quotas(aisle_config *config);

#endif
