#include "candidates/retriever_table.h"

#include <string.h>

#define BASELINE .baseline = true
#define BASIC(f)                                                                                   \
    .quota = f##_quota, .fit = f##_fit, .fill = f##_fill, .score = f##_score, .free = f##_free
#define SCRATCH(f) .scratch = f##_scratch
#define STORED(f) .arrays = f##_arrays, .adopt = f##_adopt, .check = f##_check
#define SIMILAR_ITEMS(f) .similar_items = f##_similar_items
#define SIMILAR_USERS(f) .similar_users = f##_similar_users

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
     BASIC(als), STORED(als)},
    {"ease", "Products bought together, by one linear model of all of them in closed form (EASE).",
     BASIC(ease), SCRATCH(ease), STORED(ease), SIMILAR_ITEMS(ease)},
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
