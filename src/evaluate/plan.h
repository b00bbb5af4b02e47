/* evaluate/plan.h: which models are evaluated, by which metrics. */
#ifndef EVALUATE_PLAN_H
#define EVALUATE_PLAN_H

#include "evaluate/metrics/metrics.h"
#include "model/snapshot.h"

typedef struct plan {
    bool *alone;  /* [retriever_count] evaluated on its own */
    bool *fitted; /* [retriever_count] evaluated on its own, or a source of the blend */
    bool blend, two_level;
    size_t n_models;
    const metric **metrics;
    size_t n_metrics;
    uint32_t longest; /* list that some metric wants */
} plan;

/* Names that are not known are AISLE_ERROR_CONFIG, with the known ones. */
aisle_status plan_init(plan *out, const aisle_config *config, aisle_error *err);
/* Metrics and the longest list alone, of any models. */
aisle_status plan_init_metrics(plan *out, const evaluate_options *options, aisle_error *err);
void plan_fini(plan *p);

#endif
