#include "candidates/retriever_table.h"

#include <string.h>

#define BASIC(name) name##_quota, name##_fit, name##_fill, name##_score
#define STORED(name) name##_arrays, name##_adopt, name##_check
#define REFIT NULL, NULL, NULL

/* Append only: model files and seeds go by this order. */
/* clang-format off */
const retriever retriever_table[] = {
    {"popular", "What most households bought in the last weeks.",
     BASIC(popular), STORED(popular), popular_free},
    {"own_count", "What the household bought before, the most often bought first.",
     BASIC(own_count), REFIT, own_count_free},
    {"own_decay", "What the household bought before, a purchase counting less by the week.",
     BASIC(own_decay), REFIT, own_decay_free},
    {"als", "Factors of households and products by alternating least squares (implicit feedback).",
     BASIC(als), STORED(als), als_free},
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
