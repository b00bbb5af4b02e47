#include "evaluate/metrics/compare.h"

#include "base/fail.h"
#include "base/mem.h"

aisle_status compare_models(aisle_evaluation *out, const judgement *judged, const judge *j,
                            aisle_error *err)
{
    const bootstrap_options *how = &j->bootstrap;
    size_t n = out->n_models;
    if (n < 2 || how->resamples == 0 || !j->metrics[0]->value)
        return AISLE_OK;
    out->comparisons = NEW_ZEROED(aisle_comparison, n * (n - 1) / 2);
    if (!out->comparisons)
        return fail_memory(err);
    for (size_t b = 0; b < n; b++) {
        bootstrap_sample more = {out->models[b].metric[0].value, judged[b].resampled};
        for (size_t a = 0; a < b; a++) {
            bootstrap_sample less = {out->models[a].metric[0].value, judged[a].resampled};
            aisle_comparison *c = &out->comparisons[out->n_comparisons++];
            *c = (aisle_comparison){a, b, {0, 0, 0}};
            aisle_status status = bootstrap_difference(&c->difference, &more, &less, how, err);
            if (status != AISLE_OK)
                return status;
        }
    }
    return AISLE_OK;
}
