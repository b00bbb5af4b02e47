#include "candidates/retriever_table.h"

#include "aisle/candidates.h"

#include "candidates/grouped.h"
#include "candidates/neighbourhood.h"

#include <string.h>

#define BASELINE .baseline = true
#define BASIC(f)                                                                                   \
    .quota = f##_quota, .fit = f##_fit, .fill = f##_fill, .score = f##_score, .free = f##_free
/* One that shares its lists with another. */
#define LISTS(f, shared)                                                                           \
    .quota = f##_quota, .fit = f##_fit, .fill = shared##_fill, .score = shared##_score,            \
    .free = shared##_free
#define SCRATCH(f) .scratch = f##_scratch
#define STORED(f) .arrays = f##_arrays, .adopt = f##_adopt, .check = f##_check
#define SIMILAR_ITEMS(f) .similar_items = f##_similar_items
#define SIMILAR_USERS(f) .similar_users = f##_similar_users

#define ITEM_ITEM(f) BASIC(f), SCRATCH(f), SIMILAR_ITEMS(f), STORED(f)

#define NEIGHBOURHOOD(f)                                                                           \
    LISTS(f, neighbourhood), SCRATCH(neighbourhood), SIMILAR_USERS(neighbourhood),                 \
        .arrays = neighbourhood_arrays, .adopt = f##_adopt, .check = neighbourhood_check

/* Append only: model files and seeds go by this order. */
/* clang-format off */
const retriever retriever_table[] = {
    {"popular", "What most households bought in the last weeks.",
     BASELINE, BASIC(popular), STORED(popular)},
    {"own_count", "What the household bought before, the most often bought first.",
     BASELINE, BASIC(own_count)},
    {"own_decay", "What the household bought before, a purchase counting less by the week.",
     BASELINE, BASIC(own_decay)},
    {"als", "Factors of households and products by alternating least squares (implicit feedback).",
     BASIC(als), STORED(als), SIMILAR_ITEMS(als), SIMILAR_USERS(als)},
    {"ease", "Products bought together, by one linear model of all of them in closed form (EASE).",
     BASIC(ease), SCRATCH(ease), STORED(ease), SIMILAR_ITEMS(ease)},
    {"item_count", "Items that the households of the household's items bought, by lines in common.",
     ITEM_ITEM(item_count)},
    {"item_cosine", "Items like the household's items, by cosine of who bought them how often.",
     ITEM_ITEM(item_cosine)},
    {"item_tfidf", "Items like the household's items, by cosine of TF-IDF weights.",
     ITEM_ITEM(item_tfidf)},
    {"item_bm25", "Items like the household's items, by the product of BM25 weights.",
     ITEM_ITEM(item_bm25)},
    {"popular_all", "What most households bought of all time.",
     LISTS(popular_all, popular), STORED(popular)},
    {"popular_store", "What sells in the store where the household shops most.",
     LISTS(popular_store, grouped)},
    {"popular_segment", "What households of the same segment buy.",
     LISTS(popular_segment, grouped)},
    {"co_basket", "What is bought in one basket with the items of the household's last baskets.",
     ITEM_ITEM(co_basket)},
    {"substitutes", "Popular items of the categories and brands that the household buys.",
     BASIC(substitutes), SCRATCH(substitutes), SIMILAR_ITEMS(substitutes)},
    {"popular_category", "What sells now, more of it where the household shops: its categories, brands.",
     BASIC(popular_category), SCRATCH(popular_category)},
    {"up_cf", "What the household and households like it have in their baskets, by recency (UP-CF@r).",
     NEIGHBOURHOOD(up_cf)},
    {"tifu_knn", "The household's baskets in groups by time, and its nearest households' (TIFU-KNN).",
     NEIGHBOURHOOD(tifu_knn)},
    {"similar_users", "What similar households buy.",
     NEIGHBOURHOOD(similar_users)},
    {"own_last", "What the household bought in its last baskets, recent and frequent first.",
     BASIC(own_last)},
    {"own_due", "What the household is due to buy again, by the days since over the usual gap.",
     BASIC(own_due), STORED(own_due)},
    {"mix", "Own items, the most similar item of each, items of similar households in turn; then popular.",
     BASIC(mix), SCRATCH(mix), STORED(mix)},
};
/* clang-format on */

const size_t retriever_count = sizeof retriever_table / sizeof *retriever_table;

const retriever *retriever_find(const char *name)
{
    for (size_t i = 0; i < retriever_count; i++)
        if (strcmp(retriever_table[i].name, name) == 0)
            return &retriever_table[i];
    return NULL;
}

int aisle_retriever_at(aisle_retriever_info *out, size_t index)
{
    if (index >= retriever_count)
        return 0;
    out->name = retriever_table[index].name;
    out->meaning = retriever_table[index].summary;
    return 1;
}
