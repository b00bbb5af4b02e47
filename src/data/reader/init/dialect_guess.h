/* data/reader/init/dialect_guess.h: how a CSV file that nobody has described is written. */
#ifndef DATA_READER_DIALECT_GUESS_H
#define DATA_READER_DIALECT_GUESS_H

#include <stdbool.h>

#include "aisle/error.h"

typedef struct dialect_guess {
    const char *encoding; /* NULL: UTF-8, or what a byte-order mark says */
    char delimiter;
    int skip; /* lines before the header, or the first row */
    bool header;
} dialect_guess;

/* From its first bytes. Nothing is certain: the lines of the configuration that it leads to say so.
 */
aisle_status dialect_guess_file(dialect_guess *out, const char *path, aisle_error *err);

#endif
