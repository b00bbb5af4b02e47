/* evaluate/advice.h: what would be tried next. */
#ifndef EVALUATE_ADVICE_H
#define EVALUATE_ADVICE_H

#include "evaluate/evaluation.h"

/* Sets e->next where some retriever alone comes near the two levels, or beats them. */
aisle_status advice_keep(aisle_evaluation *e, const aisle_config *config, aisle_error *err);

#endif
