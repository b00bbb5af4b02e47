/* What a purchase weighs by its age. */
#include <math.h>

#include "features/feature.h"

const double decay_rates[3] = {0.98, 0.95, 0.80};

float feature_weigh_age(int rate, int32_t age)
{
    return (float)pow(decay_rates[rate], (double)age / 7);
}
