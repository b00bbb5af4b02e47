/* features/household_scan.h: one pass over a household's lines: its sums, and those by level of
 * each category column. One of these a thread, scanned anew for each household. */
#ifndef FEATURES_HOUSEHOLD_SCAN_H
#define FEATURES_HOUSEHOLD_SCAN_H

#include "features/feature.h"

/* A household's purchases in one level of a category column. */
typedef struct level_sums {
    double decayed;      /* lines by decay[1]: some levels have thousands */
    float lines, recent; /* all, of the last 4 weeks */
    int32_t first_day, last_day;
    int32_t days; /* on which it bought there */
} level_sums;

/* What it paid there, what the same pieces cost usually (item_facts.price), and lines that were on
 * discount. */
typedef struct level_money {
    double value, usual, discounted;
} level_money;

struct household_scan {
    size_t columns;
    int32_t *visit_day;  /* [visit_days] days with a purchase, ascending */
    level_sums **level;  /* [columns][levels]; lines 0 where it never bought */
    level_money **money; /* [columns][levels]; NULL: not wanted */
    level_money paid;    /* of all */
    double lines, quantity, value, baskets, decayed_lines, recent_lines;
    double visit_days, repeat_lines, distinct;
    int32_t first_day, last_day, last_gap;
};

aisle_status household_scan_init(household_scan *s, const feature_context *context,
                                 aisle_error *err);
void household_scan_fini(household_scan *s);

/* Reads the lines of user (HISTORY_NONE: none) after clearing those of before. */
void household_scan_read(household_scan *s, uint32_t user, uint32_t before,
                         const feature_context *context);

#endif
