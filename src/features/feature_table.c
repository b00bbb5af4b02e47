#include "features/families.h"

const feature_family *const feature_family_table[] = {
    &pair_family,      &household_family, &item_family,     &category_family, &level1_family,
    &attribute_family, &promotion_family, &store_family,    &visit_family,    &spend_family,
    &rank_family,      &habit_family,     &discount_family,
};

const size_t feature_family_count = sizeof feature_family_table / sizeof feature_family_table[0];
