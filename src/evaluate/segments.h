/* evaluate/segments.h: how the models do for households that are alike. */
#ifndef EVALUATE_SEGMENTS_H
#define EVALUATE_SEGMENTS_H

#include "evaluate/evaluator.h"

/* Columns of more values make no segments. */
enum { SEGMENT_LEVELS_MOST = 100 };

/* Whether evaluate.segments names what there is: AISLE_ERROR_CONFIG says what is not. */
aisle_status segments_check(const aisle_dataset *dataset, const aisle_config *config,
                            aisle_error *err);

/* Fills out->segments from what was judged, a segment a level that has households. */
aisle_status segments_measure(evaluator *e, aisle_error *err);

#endif
