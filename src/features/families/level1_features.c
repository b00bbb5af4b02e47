/* What level 1 said: the score and the rank of each source. */
#include <math.h>
#include <stdio.h>

#include "features/families/families.h"

static void fill(float *to, size_t stride, const feature_rows *rows, const household_scan *scan,
                 const feature_context *context)
{
    (void)scan;
    (void)context;
    const candidate_lists *lists = rows->lists;
    uint32_t n = lists->n_sources;
    for (size_t i = 0; i < rows->n; i++) {
        const float *score = lists->score + (rows->first + i) * n;
        const uint16_t *rank = lists->rank + (rows->first + i) * n;
        float *at = to + i * stride;
        float found = 0;
        for (uint32_t s = 0; s < n; s++) {
            *at++ = score[s];
            *at++ = rank[s] ? (float)rank[s] : NAN;
            found += rank[s] != 0;
        }
        *at = found;
    }
}

static size_t columns(feature_column *out, const feature_context *context,
                      const candidate_lists *lists)
{
    (void)context;
    size_t n = 2 * (size_t)lists->n_sources + 1;
    if (!out)
        return n;
    for (uint32_t s = 0; s < lists->n_sources; s++) {
        const char *source = retriever_table[lists->source[s]].name;
        feature_column *column = &out[2 * s];
        snprintf(column[0].name, sizeof column[0].name, "%s_score", source);
        column[0].meaning = "The source's score.";
        snprintf(column[1].name, sizeof column[1].name, "%s_rank", source);
        column[1].meaning = "Place in the source's list, 1 is first.";
        column[0].part = column[1].part = (uint16_t)(s + 1);
    }
    snprintf(out[n - 1].name, sizeof out[n - 1].name, "sources");
    out[n - 1].meaning = "Number of sources that have the product.";
    return n;
}

const feature_family level1_family = {"level1", "Scores and ranks of level 1.", columns, fill};
