/* model/answer/explanations.h: explanations of several parts of the households, put together. */
#ifndef MODEL_ANSWER_EXPLANATIONS_H
#define MODEL_ANSWER_EXPLANATIONS_H

#include "aisle/explain.h"

/* Room for n households; none is there yet. NULL: out of memory */
aisle_explanations *explanations_new(size_t n);

/* One after the other; the parts are taken over and become NULL. */
aisle_status explanations_join(aisle_explanations **out, aisle_explanations **parts, size_t n,
                               aisle_error *err);

#endif
