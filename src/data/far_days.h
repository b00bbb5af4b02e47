/* data/far_days.h: days far from all others that must not decide where windows lie. */
#ifndef DATA_FAR_DAYS_H
#define DATA_FAR_DAYS_H

#include "data/dataset_type.h"
#include "data/day_counts.h"

/* Those at the beginning and at the end. few_households: what a handful of people buy pauses for
 * months; years of nothing alone are odd. */
void far_days_find(aisle_far_days *first, aisle_far_days *last, const day_counts *c,
                   bool few_households);

/* AISLE_ERROR_DATA, with the days, their lines and the key that cuts them, where the first or the
 * last day of the dataset is one of them. */
aisle_status far_days_check(const aisle_dataset_summary *summary, aisle_error *err);

/* The same of the last day alone, and of the households that are here: of the parts of those that
 * are asked, the one that has the line refuses. */
aisle_status far_days_check_end(const aisle_dataset_summary *summary, aisle_error *err);

#endif
