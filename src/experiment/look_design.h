/* experiment/look_design.h: what looking early costs a design. */
#ifndef EXPERIMENT_LOOK_DESIGN_H
#define EXPERIMENT_LOOK_DESIGN_H

#include "aisle/abtest_sequential.h"
#include "experiment/statistics/sizes.h"

/* Does not move once initialised. */
typedef struct look_design {
    aisle_abtest_looks looks; /* n 0: one look, at the end */
    double critical[AISLE_ABTEST_LOOKS_MOST];
    double inflation; /* households over those of a test with one look */
} look_design;

/* alpha: of one comparison; z: its quantile, and the power's. */
aisle_status look_design_init(look_design *out, const aisle_abtest_looks *looks, double alpha,
                              size_quantiles z, aisle_error *err);

/* Power of a test with looks whose z has this mean at the end. */
aisle_status look_design_power(double *power, const look_design *d, double drift, aisle_error *err);

#endif
