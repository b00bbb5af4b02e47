/* evaluate/compare.h: models in pairs. */
#ifndef EVALUATE_COMPARE_H
#define EVALUATE_COMPARE_H

#include "evaluate/evaluator.h"

/* Fills out->comparisons from what was judged; none without a bootstrap. */
aisle_status compare_models(evaluator *e, aisle_error *err);

#endif
