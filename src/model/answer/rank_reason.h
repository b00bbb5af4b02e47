/* model/answer/rank_reason.h: what is true of a product among those of its level, in words. */
#ifndef MODEL_ANSWER_RANK_REASON_H
#define MODEL_ANSWER_RANK_REASON_H

#include "model/answer/reasons.h"

/* c: a category column of the products. "no. 3 in department dairy by households of the last 13
 * weeks, 40 % of the household's purchases there". */
void rank_reason(text *out, const snapshot *s, const reason_row *row, size_t c);

#endif
