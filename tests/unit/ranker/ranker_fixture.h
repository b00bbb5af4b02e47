/* tests/unit/ranker/ranker_fixture.h: values and labels made into rows that a ranker trains on. */
#ifndef RANKER_FIXTURE_H
#define RANKER_FIXTURE_H

#include "ranker/ranker.h"

enum { FIXTURE_COLUMNS = 40, FIXTURE_GROUP = 20 };

typedef struct fixture_columns {
    char name[FIXTURE_COLUMNS][16];
    const char *names[FIXTURE_COLUMNS];
    bool categorical[FIXTURE_COLUMNS];
} fixture_columns;

/* Names the first n columns, categorical ones first. */
void fixture_name(fixture_columns *c, int n, int categorical);

/* Rows with values, label and group (room for rows / FIXTURE_GROUP) set: the rest is filled in. The
 * same size for every group. */
void fixture_group(ranker_rows *rows, int32_t *group, const fixture_columns *c);

#endif
