#include "ranker_fixture.h"

#include <stdio.h>

void fixture_name(fixture_columns *c, int n, int categorical)
{
    for (int i = 0; i < n; i++) {
        snprintf(c->name[i], sizeof c->name[i], "column_%d", i);
        c->names[i] = c->name[i];
        c->categorical[i] = i < categorical;
    }
}

void fixture_group(ranker_rows *rows, int32_t *group, const fixture_columns *c)
{
    rows->groups = rows->rows / FIXTURE_GROUP;
    for (size_t g = 0; g < rows->groups; g++)
        group[g] = FIXTURE_GROUP;
    rows->group = group;
    rows->names = c->names;
    rows->categorical = c->categorical;
}
