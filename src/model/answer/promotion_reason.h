/* model/answer/promotion_reason.h: what is true of a product's promotions, in words. */
#ifndef MODEL_ANSWER_PROMOTION_REASON_H
#define MODEL_ANSWER_PROMOTION_REASON_H

#include "base/text.h"
#include "features/facts/promotion_facts.h"

/* "last week in the mailer of 90 % of stores; planned: on display in 40 % of stores". */
void promotion_reason(text *out, const promotion_facts *facts, uint32_t item);

#endif
