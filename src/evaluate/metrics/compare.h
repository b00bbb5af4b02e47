/* evaluate/metrics/compare.h: models in pairs. */
#ifndef EVALUATE_METRICS_COMPARE_H
#define EVALUATE_METRICS_COMPARE_H

#include "evaluate/metrics/judge.h"

/* Fills out->comparisons from what was judged, [out->n_models]; none without a bootstrap. */
aisle_status compare_models(aisle_evaluation *out, const judgement *judged, const judge *j,
                            aisle_error *err);

#endif
