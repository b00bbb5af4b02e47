/* cli/abtest_arguments.h: what the commands of abtest can be told. */
#ifndef CLI_ABTEST_ARGUMENTS_H
#define CLI_ABTEST_ARGUMENTS_H

#include <aisle/abtest.h>

struct command_options;
enum flag;

typedef struct abtest_arguments {
    aisle_abtest_design_options design;
    bool has_baseline, has_mean;
} abtest_arguments;

void abtest_arguments_init(abtest_arguments *out);

/* Exit code, with a line on stderr where it is not EXIT_DONE. */
int abtest_apply_flag(struct command_options *o, enum flag id, const char *value);

#endif
