/* bench/quality/bench_serve.h: a bench program's conversation: a command a line on standard input,
 * a line of JSON for each. */
#ifndef BENCH_SERVE_H
#define BENCH_SERVE_H

#include <stdbool.h>

#include "aisle/error.h"

/* Answers a command with its argument, "" where it has none; false: err says why not, or nothing
 * is known. */
typedef bool (*bench_command)(void *bench, const char *name, char *argument, aisle_error *err);

/* Until the input ends. */
void bench_serve(void *bench, bench_command run);

#endif
