/* cli/asked.h: a model, and the households that are asked about: its own, or those of --receipts.
 */
#ifndef CLI_ASKED_H
#define CLI_ASKED_H

#include "cli/command.h"

typedef struct asked {
    aisle_model *model;
    aisle_households *of; /* NULL: the model's own */
} asked;

/* Opens the model, and reads --receipts as of --as-of. A model without households needs them. */
aisle_status asked_open(asked *out, const command_options *options, aisle_error *err);
void asked_close(asked *a);

aisle_user asked_find(const asked *a, const char *id);
uint32_t asked_count(const asked *a);
bool asked_are_ints(const asked *a);

/* The original id: borrowed, or written into buffer. */
const char *asked_id(const asked *a, aisle_user user, char buffer[32]);

/* The day that is asked for. */
int32_t asked_as_of(const asked *a);

/* One line on stderr about a household that is not among them; the exit code. */
int asked_report_unknown(const asked *a, const command_options *options);

#endif
