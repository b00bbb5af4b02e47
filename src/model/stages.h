/* model/stages.h: what a long call is doing, for its progress and its table of seconds. */
#ifndef MODEL_STAGES_H
#define MODEL_STAGES_H

#include "aisle/run.h"
#include "base/threads.h"
#include "base/timer.h"

#define STAGES_MOST 64

typedef struct stages {
    const aisle_run *run; /* may be NULL */
    aisle_stage stage[STAGES_MOST];
    size_t count;
    size_t current;
    double since;
    double done;  /* share of the whole */
    double share; /* of the whole, that what is begun next takes */
} stages;

/* Ends the stage that runs and begins (again) the named one; name is a literal. */
void stages_begin(stages *s, const char *name);

/* Ends the stage that runs. */
void stages_end(stages *s);

static inline int stages_threads(const stages *s)
{
    return thread_count(s->run ? s->run->threads : 0);
}

#endif
