#include "evaluate/plan.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/text.h"

static aisle_status refuse_model(const char *name, aisle_error *err)
{
    text known = {0};
    for (size_t i = 0; i < retriever_count; i++)
        text_add(&known, "%s, ", retriever_table[i].name);
    aisle_status status = fail(err, AISLE_ERROR_CONFIG,
                               "key 'evaluate.models': found '%s', expected some of: %sblend, "
                               "two_level",
                               name, known.failed ? "" : known.bytes);
    text_fini(&known);
    return status;
}

static aisle_status choose_models(plan *p, const text_list *names,
                                  const candidates_options *options, aisle_error *err)
{
    if (names->count == 0) {
        for (size_t i = 0; i < retriever_count; i++)
            p->alone[i] = retriever_table[i].baseline || retriever_table[i].quota(options) > 0;
        p->blend = p->two_level = true;
    }
    for (size_t n = 0; n < names->count; n++) {
        const char *name = names->items[n];
        const retriever *r = retriever_find(name);
        if (r)
            p->alone[r - retriever_table] = true;
        else if (strcmp(name, "blend") == 0)
            p->blend = true;
        else if (strcmp(name, "two_level") == 0)
            p->two_level = true;
        else
            return refuse_model(name, err);
    }
    return AISLE_OK;
}

static aisle_status choose_metrics(plan *p, const text_list *names, aisle_error *err)
{
    text known = {0};
    aisle_status status = AISLE_OK;
    for (size_t i = 0; i < names->count; i++) {
        p->metrics[i] = metric_find(names->items[i]);
        if (p->metrics[i])
            continue;
        for (size_t m = 0; m < metric_count; m++)
            text_add(&known, "%s%s", m ? ", " : "", metric_table[m].name);
        status = fail(err, AISLE_ERROR_CONFIG,
                      "key 'evaluate.metrics': found '%s', expected some of: %s", names->items[i],
                      known.failed ? "" : known.bytes);
        break;
    }
    text_fini(&known);
    p->n_metrics = names->count;
    return status;
}

aisle_status plan_init_metrics(plan *out, const evaluate_options *o, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    plan p = {.metrics = NEW_ZEROED(const metric *, o->metrics.count)};
    TRY_ALLOC(p.metrics);
    if (o->k.count == 0 || o->metrics.count == 0)
        TRY(fail(err, AISLE_ERROR_CONFIG, "evaluate.k and evaluate.metrics must not be empty"));
    TRY(choose_metrics(&p, &o->metrics, err));
    for (size_t i = 0; i < o->k.count; i++)
        p.longest = o->k.items[i] > p.longest ? (uint32_t)o->k.items[i] : p.longest;
    *out = p;
    memset(&p, 0, sizeof p);
done:
    plan_fini(&p);
    return status;
}

aisle_status plan_init(plan *out, const aisle_config *config, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    plan p = {0};
    TRY(plan_init_metrics(&p, &config->evaluate, err));
    TRY_ALLOC(p.alone = NEW_ZEROED(bool, retriever_count));
    TRY_ALLOC(p.fitted = NEW_ZEROED(bool, retriever_count));
    TRY(choose_models(&p, &config->evaluate.models, &config->candidates, err));
    bool blended = p.blend || p.two_level;
    if (blended)
        TRY(blend_check(&config->candidates, err));
    for (size_t i = 0; i < retriever_count; i++) {
        bool source = blended && retriever_table[i].quota(&config->candidates) > 0;
        p.fitted[i] = p.alone[i] || source;
        p.n_models += p.alone[i];
    }
    p.n_models += p.blend + p.two_level;
    *out = p;
    memset(&p, 0, sizeof p);
done:
    plan_fini(&p);
    return status;
}

void plan_fini(plan *p)
{
    mem_free(p->alone);
    mem_free(p->fitted);
    mem_free(p->metrics);
    memset(p, 0, sizeof *p);
}
