/* aisle/features.h: the columns that level 2 is trained on, by name. */
#ifndef AISLE_FEATURES_H
#define AISLE_FEATURES_H

#include <stddef.h>

#include "aisle/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A column for help and documentation. In a name COLUMN stands for each category column of the
 * tables of products or households, SOURCE for each source of candidates; values are as of T. */
typedef struct aisle_feature_info {
    const char *family, *family_meaning;
    char name[64];
    const char *meaning;
    int categorical; /* its values are levels, without an order */
} aisle_feature_info;

/* Index 0, 1, … until 0 is returned. Safe from any thread. */
AISLE_API int aisle_feature_at(aisle_feature_info *out, size_t index);

#ifdef __cplusplus
}
#endif

#endif
