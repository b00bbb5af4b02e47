#include "experiment/look_design.h"

#include <math.h>

#include "base/fail.h"
#include "experiment/statistics/special.h"

aisle_status look_design_power(double *power, const look_design *d, double drift, aisle_error *err)
{
    return aisle_abtest_boundary_power(power, &d->looks, d->critical, drift, err);
}

/* The drift of which the power is Phi(z.power), by the secant method on the quantile's scale. */
static aisle_status find_drift(double *drift, const look_design *d, size_quantiles z,
                               aisle_error *err)
{
    double a = z.alpha + z.power, b = a * 1.1, fa = 0, fb = 1, power;
    aisle_status status = look_design_power(&power, d, a, err);
    fa = special_normal_quantile(power) - z.power;
    for (int i = 0; i < 30 && status == AISLE_OK && fabs(fb) > 1e-10; i++) {
        status = look_design_power(&power, d, b, err);
        fb = special_normal_quantile(power) - z.power;
        double next = fb == fa ? b : b - fb * (b - a) / (fb - fa);
        a = b;
        fa = fb;
        b = next;
    }
    *drift = b;
    return status;
}

aisle_status look_design_init(look_design *out, const aisle_abtest_looks *looks, double alpha,
                              size_quantiles z, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    double drift;
    *out = (look_design){.looks = *looks, .inflation = 1};
    if (looks->n == 0)
        return AISLE_OK;
    out->looks.look = looks->n;
    TRY(aisle_abtest_boundary_make(out->critical, &out->looks, alpha, err));
    TRY(find_drift(&drift, out, z, err));
    out->inflation = pow(drift / (z.alpha + z.power), 2);
done:
    return status;
}
