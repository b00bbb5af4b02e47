/* cli/print.h: numbers and dates as people read them, JSON to a file. */
#ifndef CLI_PRINT_H
#define CLI_PRINT_H

#include <jansson.h>
#include <stdint.h>

/* 1437618 → "1,437,618". */
const char *print_count(char out[32], uint64_t n);

/* Days since 1970-01-01 → "2017-12-31". */
const char *print_day(char out[16], int32_t day);

/* null where it is not finite. */
json_t *number_or_null(double value);

/* Writes and releases root; path "-" is standard output. Exit code. */
int write_json(json_t *root, const char *path);

#endif
