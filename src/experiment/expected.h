/* experiment/expected.h: the effects of a simulation, and what power the design promises for them.
 */
#ifndef EXPERIMENT_EXPECTED_H
#define EXPERIMENT_EXPECTED_H

#include "experiment/arms.h"

/* Tests in the order of aisle_abtest_simulation.tests; the boundaries follow. */
enum {
    SIMULATED_Z,
    SIMULATED_CHI2,
    SIMULATED_FISHER,
    SIMULATED_WELCH,
    SIMULATED_BOOTSTRAP,
    SIMULATED_CUPED,
    SIMULATED_DELTA,
    SIMULATED_LOOKS,
    SIMULATED_BOUNDARIES = 4
};

/* Looks and their boundaries, by the shares that have converted. */
typedef struct look_plan {
    aisle_abtest_looks looks;                 /* those at which somebody has newly converted */
    uint32_t period[AISLE_ABTEST_LOOKS_MOST]; /* [looks.n] */
    double critical[SIMULATED_BOUNDARIES][AISLE_ABTEST_LOOKS_MOST];
} look_plan;

aisle_status look_plan_init(look_plan *out, const arm_source *s, double alpha, aisle_error *err);

/* Fills effect and designed of each test, and the effects of the treatment. */
aisle_status expect_effects(aisle_abtest_simulation *out, arm_effects *effects, const arm_source *s,
                            const look_plan *looks, aisle_error *err);

#endif
