#include "evaluate/advice.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/fail.h"

/* Without an interval, a difference that seeds alone make. */
#define NEAR 0.002

static size_t find_model(const aisle_evaluation *e, const char *name)
{
    for (size_t m = 0; m < e->n_models; m++)
        if (strcmp(e->models[m].name, name) == 0)
            return m;
    return SIZE_MAX;
}

/* The best retriever by the first metric; of equal ones the first. */
static size_t find_rival(const aisle_evaluation *e)
{
    size_t rival = SIZE_MAX;
    for (size_t m = 0; m < e->n_models; m++)
        if (retriever_find(e->models[m].name) &&
            (rival == SIZE_MAX || e->models[m].metric[0].value > e->models[rival].metric[0].value))
            rival = m;
    return rival;
}

/* What the two levels have more; false: their interval has no 0 in it. */
static bool is_near(double *more, const aisle_evaluation *e, size_t two_level, size_t rival)
{
    *more = e->models[two_level].metric[0].value - e->models[rival].metric[0].value;
    for (size_t i = 0; i < e->n_comparisons; i++)
        if (e->comparisons[i].a == rival && e->comparisons[i].b == two_level)
            return e->comparisons[i].difference.low <= 0;
    return *more <= NEAR;
}

aisle_status advice_keep(aisle_evaluation *e, const aisle_config *config, aisle_error *err)
{
    size_t two_level = find_model(e, "two_level"), rival = find_rival(e);
    double more;
    text line = {0};
    if (two_level == SIZE_MAX || rival == SIZE_MAX || !is_near(&more, e, two_level, rival))
        return AISLE_OK;
    const retriever *r = retriever_find(e->models[rival].name);
    text_add(&line, "next: %s alone %s two levels (%s %+.4f); ", r->name,
             more < 0 ? "beats" : "comes near", e->metric_names[0], -more);
    if (r->quota(&config->candidates) == 0)
        text_add(&line, "it is no source yet: try candidates.%s.quota, or ", r->name);
    else
        text_add(&line, "try ");
    text_add(&line, "'aisle tune candidates CONFIG', which finds quotas, then 'aisle tune CONFIG'");
    aisle_status status =
        line.failed ? fail_memory(err) : evaluation_keep_text(&e->next, e, line.bytes, err);
    text_fini(&line);
    return status;
}
