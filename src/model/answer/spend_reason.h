/* model/answer/spend_reason.h: what is true of a household's spending and of usual prices, in
 * words. */
#ifndef MODEL_ANSWER_SPEND_REASON_H
#define MODEL_ANSWER_SPEND_REASON_H

#include "model/answer/reasons.h"

/* part: a spend_part. "spent 12.34 on it, last 2.50 a piece, usually 2.30", "pays 3 % above usual
 * prices", "department dairy: spent 120.50 there, 3 % above usual prices". */
void spend_reason(text *out, const snapshot *s, const reason_row *row, size_t part);

#endif
