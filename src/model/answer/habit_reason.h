/* model/answer/habit_reason.h: what is true of when and where a household shops, in words. */
#ifndef MODEL_ANSWER_HABIT_REASON_H
#define MODEL_ANSWER_HABIT_REASON_H

#include "model/answer/reasons.h"

/* Of a column of the family habit, but HABIT_STORE's. "bought 3 times in the last 52 weeks",
 * "sells 12 % more often than others on the household's days of the week", "37 % of the visits are
 * on a Saturday", "of late 80 % of the visits are to one store". */
void habit_reason(text *out, const reason_row *row, size_t column);

#endif
