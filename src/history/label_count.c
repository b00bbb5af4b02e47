#include "history/label_count.h"

#include "config/options.h"

enum { ENOUGH = 8000 /* households and windows */, MOST = 8 };

int32_t label_count(const aisle_dataset *dataset, const aisle_config *config, int32_t end)
{
    int64_t households = dataset->users.count, most = config->fit.households_most;
    int64_t weeks = (end - dataset->summary.first_day + 6) / 7;
    if (config->ranker.windows > 0)
        return (int32_t)config->ranker.windows;
    if (config->split.protocol == SPLIT_FROZEN) /* is one window */
        return LABEL_COUNT_LEAST;
    if (most > 0 && most < households)
        households = most;
    int64_t n = households > 0 ? (ENOUGH + households - 1) / households : MOST;
    int64_t half = weeks / (2 * config->split.horizon);
    n = n < MOST ? n : MOST;
    n = n < half ? n : half;
    return (int32_t)(n > LABEL_COUNT_LEAST ? n : LABEL_COUNT_LEAST);
}
