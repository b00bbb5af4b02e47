/* cli/commands/asked.h: a model, and the households that are asked about: its own, or those of
 * --receipts.
 */
#ifndef CLI_COMMANDS_ASKED_H
#define CLI_COMMANDS_ASKED_H

#include "cli/command.h"

typedef struct asked {
    aisle_model *model;
    aisle_households *of; /* NULL: the model's own */
    aisle_config *config; /* of --receipts; NULL: none */
    int32_t as_of;
    uint32_t parts;          /* 1, or more where --memory does not hold all receipts */
    int32_t span[2], own[2]; /* first and last day: as assumed, and as found in the parts so far */
    bool spanned;            /* span is known, rather than that of all rows */
} asked;

/* Opens the model, and reads --receipts as of --as-of. A model without households needs them. Where
 * they are in parts, none is read yet. */
aisle_status asked_open(asked *out, const command_options *options, aisle_error *err);

/* Reads part 1 … parts in place of the one before; of stays NULL where nobody is of it. */
aisle_status asked_read_part(asked *a, uint32_t part, const command_options *options,
                             aisle_error *err);

/* After the last part: whether the days that all parts went by are those of what the cleaning left.
 * If not, the parts have to be read again: they will go by these. */
bool asked_parts_hold(asked *a);

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
