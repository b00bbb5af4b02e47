/* features/families/families.h: the families, a file each; feature_table.c lists them. */
#ifndef FEATURES_FAMILIES_FAMILIES_H
#define FEATURES_FAMILIES_FAMILIES_H

#include "features/feature.h"

extern const feature_family pair_family, household_family, item_family, category_family,
    level1_family, attribute_family, promotion_family, store_family, visit_family, spend_family,
    rank_family, habit_family, discount_family;

/* What their columns are about; those of category columns are the last, one each. */
enum spend_part { SPEND_PAIR, SPEND_HOUSEHOLD, SPEND_COLUMNS };
enum discount_part { DISCOUNT_PAIR, DISCOUNT_HOUSEHOLD, DISCOUNT_COLUMNS };
enum habit_part { HABIT_LINES, HABIT_WEEKDAY, HABIT_STORE, HABIT_MAIN_WEEKDAY, HABIT_MAIN_STORE };

#endif
