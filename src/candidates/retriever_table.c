#include "candidates/retriever_table.h"

#include "aisle/candidates.h"

#include "candidates/popular/grouped.h"
#include "candidates/neighbours/neighbourhood.h"

#include <string.h>

#define BASELINE .baseline = true
#define OWN .only_bought = true
#define FITTED(f) .quota = f##_quota, .fit = f##_fit
#define SUMMED(f) .summed = &f##_part
#define LISTS(f) .list = f##_list, .score = f##_score, .free = f##_free
#define ROOM(f) .room = f##_room, .ask = f##_ask, .forget = f##_forget
#define FILL(f) .fill = f##_fill
#define ADOPT(f) .adopt = f##_adopt
#define STORED(f) .arrays = f##_arrays, .check = f##_check
#define READY(f) .ready = f##_ready
#define SIMILAR_ITEMS(f) .similar_items = f##_similar_items
#define SIMILAR_USERS(f) .similar_users = f##_similar_users

#define GROUPED(f)                                                                                 \
    FITTED(f), SUMMED(f), ADOPT(f), LISTS(grouped), ROOM(grouped), STORED(grouped), READY(grouped)
#define ITEM_ITEM(f)                                                                               \
    FITTED(f), ADOPT(f), LISTS(item_item), ROOM(item_item), STORED(item_item),                     \
        SIMILAR_ITEMS(item_item)
#define NEIGHBOURHOOD(f)                                                                           \
    FITTED(f), ADOPT(f), LISTS(neighbourhood), ROOM(neighbourhood), STORED(neighbourhood),         \
        READY(neighbourhood), SIMILAR_USERS(neighbourhood),                                        \
        .pool_bought = neighbourhood_pool_bought

/* Append only: model files and seeds go by this order. */
/* clang-format off */
const retriever retriever_table[] = {
    {"popular", "What most households bought in the last weeks.",
     BASELINE, FITTED(popular), SUMMED(popular), LISTS(popular), ADOPT(popular), STORED(popular)},
    {"own_count", "What the household bought before, the most often bought first.",
     BASELINE, OWN, FITTED(own_count), LISTS(own)},
    {"own_decay", "What the household bought before, a purchase counting less by the week.",
     BASELINE, OWN, FITTED(own_decay), LISTS(own)},
    {"als", "Factors of households and products by alternating least squares (implicit feedback).",
     FITTED(als), LISTS(als), ROOM(als), FILL(als), ADOPT(als), STORED(als), READY(als),
     SIMILAR_ITEMS(als), SIMILAR_USERS(als)},
    {"ease", "Products bought together, by one linear model of all of them in closed form (EASE).",
     FITTED(ease), LISTS(ease), ROOM(ease), FILL(ease), ADOPT(ease), STORED(ease),
     SIMILAR_ITEMS(ease)},
    {"item_count", "Items that the households of the household's items bought, by lines in common.",
     ITEM_ITEM(item_count)},
    {"item_cosine", "Items like the household's items, by cosine of who bought them how often.",
     ITEM_ITEM(item_cosine)},
    {"item_tfidf", "Items like the household's items, by cosine of TF-IDF weights.",
     ITEM_ITEM(item_tfidf)},
    {"item_bm25", "Items like the household's items, by the product of BM25 weights.",
     ITEM_ITEM(item_bm25)},
    {"popular_all", "What most households bought of all time.",
     FITTED(popular_all), SUMMED(popular_all), LISTS(popular), ADOPT(popular), STORED(popular)},
    {"popular_store", "What sells in the store where the household shops most.",
     GROUPED(popular_store)},
    {"popular_segment", "What households of the same segment buy.",
     GROUPED(popular_segment)},
    {"co_basket", "What is bought in one basket with the items of the household's last baskets.",
     FITTED(co_basket), LISTS(co_basket), ROOM(co_basket), ADOPT(co_basket), STORED(co_basket),
     SIMILAR_ITEMS(co_basket)},
    {"substitutes", "Popular items of the categories and brands that the household buys.",
     FITTED(substitutes), LISTS(substitutes), ROOM(substitutes), ADOPT(substitutes),
     STORED(substitutes), READY(substitutes), SIMILAR_ITEMS(substitutes)},
    {"popular_category", "What sells now, more of it where the household shops: its categories, brands.",
     FITTED(popular_category), SUMMED(popular_category), LISTS(popular_category),
     ROOM(popular_category), ADOPT(popular_category), STORED(popular_category), READY(popular_category)},
    {"up_cf", "What the household and households like it have in their baskets, by recency (UP-CF@r).",
     NEIGHBOURHOOD(up_cf)},
    {"tifu_knn", "The household's baskets in groups by time, and its nearest households' (TIFU-KNN).",
     NEIGHBOURHOOD(tifu_knn)},
    {"similar_users", "What similar households buy.",
     NEIGHBOURHOOD(similar_users)},
    {"own_last", "What the household bought in its last baskets, recent and frequent first.",
     OWN, FITTED(own_last), LISTS(own_last)},
    {"own_due", "What the household is due to buy again, by the days since over the usual gap.",
     OWN, FITTED(own_due), LISTS(own_due), ADOPT(own_due), STORED(own_due)},
    {"mix", "Own items, the most similar item of each, items of similar households in turn; then popular.",
     FITTED(mix), LISTS(mix), ROOM(mix), ADOPT(mix), STORED(mix), READY(mix)},
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
