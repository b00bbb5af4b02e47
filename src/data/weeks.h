/* data/weeks.h: which days are which week. */
#ifndef DATA_WEEKS_H
#define DATA_WEEKS_H

#include "data/dataset_type.h"
#include "data/day_counts.h"

/* Weeks of first_day .. last_day. week NULL: 7 days each from first_day, numbered from 1.
 * Otherwise by the source's numbers of all n lines; AISLE_ERROR_DATA where a day has two, or
 * where they do not grow with the days. Where all of them lie on one grid of 7 days, weeks start
 * on it, else on their first day with a sale. */
aisle_status week_table_init(week_table *out, const int32_t *day, const int32_t *week, size_t n,
                             int32_t first_day, int32_t last_day, aisle_error *err);
void week_table_fini(week_table *weeks);

/* Whether the days of [first_day, last_day] stand for weeks of 7 days, which were not the source's.
 */
bool weeks_go_by_day(const week_table *weeks, const day_counts *c, int32_t first_day,
                     int32_t last_day);

/* How full the week of last_day is beside the others, if there are three or more. */
aisle_status weeks_judge_last(aisle_partial_week *out, const week_table *weeks, const day_counts *c,
                              int32_t last_day, aisle_error *err);

#endif
