/* evaluate/reliability.h: whether of what has a probability of .3 three in ten are bought. */
#ifndef EVALUATE_RELIABILITY_H
#define EVALUATE_RELIABILITY_H

#include "aisle/evaluate.h"
#include "model/calibration.h"

/* Fills out->reliability, out->n_reliability and out->calibration_error: of all candidates of a
 * window, in bins of probability; empty bins are left out. */
aisle_status reliability_measure(aisle_evaluation *out, const calibration *calibrated,
                                 const scored_window *scored, aisle_error *err);

#endif
