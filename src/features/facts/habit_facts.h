/* features/facts/habit_facts.h: on which days of the week products sell, as of T. */
#ifndef FEATURES_FACTS_HABIT_FACTS_H
#define FEATURES_FACTS_HABIT_FACTS_H

#include "features/feature.h"

enum { HABIT_WEEKDAYS = 7, HABIT_PRIOR = 20 };

/* How often an item sells on a day of the week over how often all items do:
 * (lines there + HABIT_PRIOR * p) / (lines + HABIT_PRIOR) / p, with p the share of all lines; the
 * prior keeps what sold rarely near 1. 0 on days without any line. */
struct habit_facts {
    float *lift; /* [n_items * HABIT_WEEKDAYS] */
};

/* What they are made of. */
extern const tally_part habit_facts_part;

aisle_status habit_facts_init(habit_facts *out, const households *h, aisle_error *err);
void habit_facts_fini(habit_facts *f, bool owns_arrays);

/* As features/facts/facts.h has them. */
size_t habit_facts_arrays(state_array *out, habit_facts *f, const assortment *a);
aisle_status habit_facts_check(const habit_facts *f, const assortment *a, aisle_error *err);

/* 0: a Sunday. */
static inline int habit_weekday(int32_t day)
{
    int of = (day + 4) % HABIT_WEEKDAYS; /* 1970-01-01 was a Thursday */
    return of < 0 ? of + HABIT_WEEKDAYS : of;
}

#endif
