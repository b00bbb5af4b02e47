/* model/answer/discount_reason.h: what is true of purchases on discount, in words. */
#ifndef MODEL_ANSWER_DISCOUNT_REASON_H
#define MODEL_ANSWER_DISCOUNT_REASON_H

#include "model/answer/reasons.h"

/* part: a discount_part; the assortment has discounts. "bought on discount 3 of 5 times; 40 % of
 * its sales in 13 weeks were", "51 % of the household's purchases were on discount", "department
 * dairy: 30 % of the purchases there were on discount". */
void discount_reason(text *out, const snapshot *s, const reason_row *row, size_t part);

#endif
