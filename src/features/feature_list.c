/* The families' columns for a shop of one category column, one source and promotions. */
#include "aisle/features.h"

#include <stdio.h>
#include <string.h>

#include "features/feature.h"

/* Columns of one family at most; those of a real shop stand in a matrix's own list. */
enum { COLUMNS_MOST = 128 };

/* "SOURCE_score" for "popular_score". */
static void name_feature(char *out, size_t size, const char *name, const char *source)
{
    size_t n = strlen(source);
    bool begins = strncmp(name, source, n) == 0 && name[n] == '_';
    snprintf(out, size, "%s%s", begins ? "SOURCE" : "", begins ? name + n : name);
}

static size_t list_family(feature_column *out, const feature_family *family)
{
    char *column = "COLUMN";
    uint32_t source = 0;
    id_table level = {.count = 1};
    uint64_t offset = 0;
    features_options options = {.category_levels = 1, .planned_promotions = true};
    attribute_table table = {.columns = 1, .names = &column, .levels = &level};
    assortment a = {.products = table,
                    .segments = table,
                    .promotions = {.ahead = 1},
                    .has_stores = true,
                    .has_discounts = true};
    a.promotions.offset = &offset;
    feature_context context = {.a = &a, .options = &options};
    candidate_lists lists = {.n_sources = 1, .source = &source};
    return family->columns(out, &context, &lists);
}

int aisle_feature_at(aisle_feature_info *out, size_t index)
{
    for (size_t f = 0; f < feature_family_count; f++) {
        const feature_family *family = feature_family_table[f];
        feature_column columns[COLUMNS_MOST];
        size_t n = list_family(NULL, family);
        if (index >= n) {
            index -= n;
            continue;
        }
        memset(columns, 0, sizeof columns);
        list_family(columns, family);
        out->family = family->name;
        out->family_meaning = family->meaning;
        out->meaning = columns[index].meaning;
        out->categorical = columns[index].categorical;
        name_feature(out->name, sizeof out->name, columns[index].name, retriever_table[0].name);
        return 1;
    }
    return 0;
}
