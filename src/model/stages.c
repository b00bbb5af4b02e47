#include "model/stages.h"

#include <string.h>

void stages_end(stages *s)
{
    if (s->since > 0)
        s->stage[s->current].seconds += timer_now() - s->since;
    s->since = 0;
}

void stages_begin(stages *s, const char *name)
{
    stages_end(s);
    size_t i = 0;
    while (i < s->count && strcmp(s->stage[i].name, name) != 0)
        i++;
    if (i == s->count && s->count < STAGES_MOST)
        s->stage[s->count++] = (aisle_stage){name, 0};
    s->current = i < s->count ? i : s->count - 1;
    s->since = timer_now();
    if (s->run && s->run->progress)
        s->run->progress(s->run->data, name, s->done);
}
