/* evaluate/examples.h: some households with what they bought, what they were recommended, and why.
 */
#ifndef EVALUATE_EXAMPLES_H
#define EVALUATE_EXAMPLES_H

#include "evaluate/evaluator.h"

/* Fills out->examples: evaluate.examples of the households that bought something that counts and
 * have a history, drawn by the seed. None where level 2 is not evaluated. */
aisle_status examples_keep(evaluator *e, aisle_error *err);

#endif
