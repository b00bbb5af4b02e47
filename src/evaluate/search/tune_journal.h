/* evaluate/search/tune_journal.h: results of a search, a line each, so that one that was stopped
 * goes on.
 */
#ifndef EVALUATE_SEARCH_TUNE_JOURNAL_H
#define EVALUATE_SEARCH_TUNE_JOURNAL_H

#include <stdint.h>
#include <stdio.h>

#include "base/fail.h"
#include "evaluate/metrics/metrics.h"

typedef struct tune_result {
    uint32_t rung, trial, window;
    metric_value value; /* summed over households */
} tune_result;

typedef struct tune_journal {
    FILE *stream; /* NULL: nothing is kept */
    const char *path;
    size_t n, capacity;
    tune_result *result; /* [n] */
    size_t read;         /* of n, those that were there */
} tune_journal;

/* Opens or makes the file (path NULL: none) of the search that `about` stands for, a line without
 * tabs; one of another search is AISLE_ERROR_CONFIG. What was written by halves is cut off. The
 * path is borrowed. */
aisle_status tune_journal_init(tune_journal *out, const char *path, const char *about,
                               aisle_error *err);
void tune_journal_fini(tune_journal *j);

/* NULL: not there. */
const metric_value *tune_journal_find(const tune_journal *j, uint32_t rung, uint32_t trial,
                                      uint32_t window);

aisle_status tune_journal_add(tune_journal *j, const tune_result *result, aisle_error *err);

#endif
