/* cli/commands/sums_files.h: sums of parts in several files, as one. */
#ifndef CLI_COMMANDS_SUMS_FILES_H
#define CLI_COMMANDS_SUMS_FILES_H

#include <aisle/aisle.h>

/* All files that a pattern names ('P*', as a shell has them), added in the order of their names.
 * Errors name the file. The caller frees *out. */
aisle_status sums_files_open(aisle_sums **out, const char *pattern, aisle_error *err);

#endif
