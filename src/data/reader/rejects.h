/* data/reader/rejects.h: lines that could not be read, and why. */
#ifndef DATA_READER_REJECTS_H
#define DATA_READER_REJECTS_H

#include "aisle/error.h"
#include "base/text.h"
#include "data/reader/batch.h"

/* Details are kept of this many; all are counted. */
#define REJECTS_KEPT 100000
enum { REJECTS_LINES_NAMED = 3 };

/* Reasons that some key may mend. */
#define REJECT_NOT_UTF8 "not UTF-8"
#define REJECT_NOT_A_TIME "not a time as declared"
#define REJECT_NOT_A_NUMBER "not a number as declared"
#define REJECT_MISSING "missing"

typedef struct reject {
    uint64_t line;
    const char *file;            /* NULL: of no file */
    const char *reason, *column; /* reason: a constant; column "" for the whole line */
    char *value;
} reject;

/* All lines with one reason and column. */
typedef struct reject_count {
    const char *reason, *column;
    uint64_t lines;
    uint64_t first[REJECTS_LINES_NAMED];
    const char *first_file[REJECTS_LINES_NAMED];
    char *value; /* of the first */
} reject_count;

typedef struct rejects {
    reject *list;
    size_t kept, capacity;
    reject_count *counts;
    size_t n_counts, count_capacity;
    char **names; /* of files and columns */
    size_t n_names, name_capacity;
    const char *file; /* of the last one that was added, among the names */
    uint64_t total;
    bool by_file; /* lines are of several files: messages name them */
} rejects;

/* file (NULL: none), column and value are copied, a long value but for its end. */
aisle_status rejects_add(rejects *r, const char *file, uint64_t line, const char *reason,
                         const char *column, slice value, aisle_error *err);

/* The same with a column that is no zero-terminated text. */
aisle_status rejects_add_named(rejects *r, const char *file, uint64_t line, const char *reason,
                               slice column, slice value, aisle_error *err);

/* Moves what is in from behind what is in r. */
aisle_status rejects_move(rejects *r, rejects *from, aisle_error *err);

/* Says more about one count of the rejects: which key would read them. */
typedef void (*rejects_hint)(text *out, const rejects *r, const reject_count *count,
                             const void *data);

/* AISLE_ERROR_DATA when more than most of all lines are bad; source names the table. hint may be
 * NULL. */
aisle_status rejects_check_share(const rejects *r, uint64_t lines, double most, const char *source,
                                 rejects_hint hint, const void *data, aisle_error *err);

/* CSV with line, reason, column, value, table, file; of n tables with their names, each sorted by
 * file and line. Without rejects nothing is written, except that a file of an earlier run is
 * emptied down to its header. */
aisle_status rejects_write(rejects *const *tables, const char *const *names, size_t n,
                           const char *path, aisle_error *err);

void rejects_fini(rejects *r);

#endif
