#include "features/families/families.h"

#include <string.h>

#include "base/fail.h"

const feature_family *const feature_family_table[] = {
    &pair_family,      &household_family, &item_family,     &category_family, &level1_family,
    &attribute_family, &promotion_family, &store_family,    &visit_family,    &spend_family,
    &rank_family,      &habit_family,     &discount_family,
};

const size_t feature_family_count = sizeof feature_family_table / sizeof feature_family_table[0];

aisle_status feature_check_without(const features_options *options, aisle_error *err)
{
    for (size_t i = 0; i < options->without.count; i++) {
        const char *name = options->without.items[i];
        size_t f = 0;
        while (f < feature_family_count && strcmp(feature_family_table[f]->name, name) != 0)
            f++;
        if (f == feature_family_count)
            return fail(err, AISLE_ERROR_CONFIG,
                        "key 'features.without': found '%s', which is no family of features", name);
    }
    return AISLE_OK;
}

bool feature_is_left_out(const feature_family *family, const features_options *options)
{
    for (size_t i = 0; i < options->without.count; i++)
        if (strcmp(family->name, options->without.items[i]) == 0)
            return true;
    return false;
}
