/* experiment/decision.h: what to do after a test, in one sentence. */
#ifndef EXPERIMENT_DECISION_H
#define EXPERIMENT_DECISION_H

#include "aisle/abtest_analysis.h"

/* Fills verdict, chosen and decision by the rest. */
aisle_status decision_make(aisle_abtest_analysis *a, const aisle_abtest_analysis_options *options,
                           aisle_error *err);

#endif
