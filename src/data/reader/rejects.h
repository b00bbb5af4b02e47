/* data/reader/rejects.h: lines that could not be read, and why. */
#ifndef DATA_READER_REJECTS_H
#define DATA_READER_REJECTS_H

#include "aisle/error.h"
#include "data/reader/batch.h"

/* Details are kept of this many; all are counted. */
#define REJECTS_KEPT 100000
enum { REJECTS_LINES_NAMED = 3 };

typedef struct reject {
    uint64_t line;
    const char *reason, *column; /* constant texts of the caller; column "" for the whole line */
    char *value;
} reject;

/* All lines with one reason and column. */
typedef struct reject_count {
    const char *reason, *column;
    uint64_t lines;
    uint64_t first[REJECTS_LINES_NAMED];
} reject_count;

typedef struct rejects {
    reject *list;
    size_t kept, capacity;
    reject_count *counts;
    size_t n_counts, count_capacity;
    uint64_t total;
} rejects;

/* value is copied, its end cut when it is long. */
aisle_status rejects_add(rejects *r, uint64_t line, const char *reason, const char *column,
                         slice value, aisle_error *err);

/* AISLE_ERROR_DATA when more than most of all lines are bad; source names the table. */
aisle_status rejects_check_share(const rejects *r, uint64_t lines, double most, const char *source,
                                 aisle_error *err);

/* CSV with line, reason, column, value, table; of n tables with their names, each sorted by line.
 * Without rejects nothing is written, except that a file of an earlier run is emptied down to its
 * header. */
aisle_status rejects_write(rejects *const *tables, const char *const *names, size_t n,
                           const char *path, aisle_error *err);

void rejects_fini(rejects *r);

#endif
