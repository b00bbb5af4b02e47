/* features/household_scan.h: one pass over a household's lines: its sums, and those by level of
 * each category column. One of these a thread, scanned anew for each household. */
#ifndef FEATURES_HOUSEHOLD_SCAN_H
#define FEATURES_HOUSEHOLD_SCAN_H

#include "features/feature.h"
#include "features/household_stores.h"

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
    level_sums **level;                /* [columns][levels]; lines 0 where it never bought */
    level_money **money;               /* [columns][levels]; NULL: not wanted */
    household_stores stores;           /* where it shops */
    household_stores promotion_stores; /* the same of those that promotions are known of */
    /* Of the household at hand: */
    int32_t as_of;
    level_money paid;                 /* of all */
    double promoted[PROMOTION_KINDS]; /* lines bought on each kind; NaN: not known */
    double lines, quantity, value, baskets, decayed_lines, recent_lines;
    double visit_days, repeat_lines, distinct;
    int32_t first_day, last_day;
};

aisle_status household_scan_init(household_scan *s, const feature_context *context,
                                 aisle_error *err);
void household_scan_fini(household_scan *s);

/* Reads the lines of a user of h (HISTORY_NONE: none). */
void household_scan_read(household_scan *s, const households *h, uint32_t user,
                         const feature_context *context);

/* Clears the sums by level, which the next household begins with. */
void household_scan_clear(household_scan *s, const households *h, uint32_t user,
                          const feature_context *context);

#endif
