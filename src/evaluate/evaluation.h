/* evaluate/evaluation.h: the results, on their way. */
#ifndef EVALUATE_EVALUATION_H
#define EVALUATE_EVALUATION_H

#include "aisle/evaluate.h"
#include "evaluate/plan.h"
#include "history/windows.h"

/* Room for what p asks for; nothing is measured yet. Freed with aisle_evaluation_free. */
aisle_status evaluation_new(aisle_evaluation **out, const plan *p, const evaluate_options *options,
                            aisle_error *err);

/* A copy that lives as long as the evaluation. */
aisle_status evaluation_keep_text(const char **out, aisle_evaluation *e, const char *text,
                                  aisle_error *err);

void evaluation_copy_split(aisle_split *out, const split *s, const aisle_dataset *d);

#endif
