/* experiment/statistics/sizes.h: the size of a test of two groups, and its power, by formula.
 *
 * All in one form: sqrt(n) d = za s0 + zb s1, where n are the treatment's households, d the
 * difference on the formula's scale, and s0, s1 its standard deviations times sqrt(n) where nothing
 * and where d is true. */
#ifndef EXPERIMENT_STATISTICS_SIZES_H
#define EXPERIMENT_STATISTICS_SIZES_H

#include "aisle/abtest_design.h"

typedef struct two_groups {
    double difference;   /* > 0 */
    double null, spread; /* s0, s1 */
    double continuity;   /* c: n comes of sqrt(n) = (a + sqrt(a^2 + c)) / 2, a^2 without it */
} two_groups;

/* Of a treatment whose rate or mean is baseline + effect; false where that is no rate. */
bool two_groups_init(two_groups *out, const aisle_abtest_design_options *o, double effect);

typedef struct size_quantiles {
    double alpha, power; /* za, zb */
} size_quantiles;

/* Normal quantiles of the options' alpha (divided by the treatments, halved if two-sided) and
 * power. */
size_quantiles size_quantiles_of(const aisle_abtest_design_options *o);

/* Households of the treatment, not rounded. */
double size_of(const two_groups *g, size_quantiles z);

typedef struct size_tails {
    double z_alpha;
    bool both; /* the tail against the effect counts as well, as a two-sided test has it */
} size_tails;

/* The mean of z less z_alpha s0 / s1 with n households: what the power is the Phi of. */
double size_quantile(const two_groups *g, double n, double z_alpha);

/* Power with n households of the treatment. */
double size_power(const two_groups *g, double n, size_tails tails);

#endif
