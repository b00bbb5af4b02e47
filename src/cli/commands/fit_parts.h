/* cli/commands/fit_parts.h: a fit of more receipts than --memory holds, by parts of the households.
 */
#ifndef CLI_COMMANDS_FIT_PARTS_H
#define CLI_COMMANDS_FIT_PARTS_H

#include "cli/command.h"

/* Parts that the receipts of the configuration fit into --memory in; 1 without it. *sampled:
 * whether the configuration says how many households a fit goes by. */
aisle_status fit_parts_count(uint32_t *parts, bool *sampled, const command_options *options,
                             aisle_error *err);

/* The sums of all parts, read one after the other. The caller frees *out. */
aisle_status fit_parts_sum(aisle_sums **out, uint32_t parts, const command_options *options,
                           aisle_error *err);

#endif
