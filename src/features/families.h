/* features/families.h: the families, a file each; feature_table.c lists them. */
#ifndef FEATURES_FAMILIES_H
#define FEATURES_FAMILIES_H

#include "features/feature.h"

extern const feature_family pair_family, household_family, item_family, category_family,
    level1_family, attribute_family, promotion_family, store_family, visit_family;

#endif
