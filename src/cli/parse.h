/* cli/parse.h: the values of options. Each gives EXIT_DONE, or an exit code with a line on stderr
 * that calls the option by its name. */
#ifndef CLI_PARSE_H
#define CLI_PARSE_H

#include <stdbool.h>
#include <stdint.h>

int parse_number(long *out, const char *text, long least, long most, const char *name);
int parse_real(double *out, const char *text, const char *name);

/* "20%": .2 and true, ".006": .006 and false. */
int parse_percent(double *out, bool *percent, const char *text, const char *name);

/* 500M, 2G; powers of 1024. */
int parse_bytes(uint64_t *out, const char *text, const char *name);

#endif
