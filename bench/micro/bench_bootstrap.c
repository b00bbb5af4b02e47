/* bench_bootstrap [THREADS]: the interval of a difference by 10,000 paired resamples of 100,000
 * households, as between two models. */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/rng.h"
#include "base/timer.h"
#include "evaluate/metrics/bootstrap.h"

enum { HOUSEHOLDS = 100000, RESAMPLES = 10000, RUNS = 5 };

int main(int argc, char **argv)
{
    bootstrap_options o = {RESAMPLES, 0.95, 1, argc > 1 ? atoi(argv[1]) : 2};
    metric_value *values = NEW_ARRAY(metric_value, 2 * (size_t)HOUSEHOLDS);
    double *resampled = NEW_ARRAY(double, 2 * (size_t)RESAMPLES);
    aisle_estimate e[2], difference;
    rng r = rng_init(1, 1);
    if (!values || !resampled)
        return 1;
    for (size_t i = 0; i < 2 * (size_t)HOUSEHOLDS; i++)
        values[i] = (metric_value){rng_below(&r, 6) / 5.0, 1};
    for (int run = 0; run < RUNS; run++) {
        double begun = timer_now();
        if (bootstrap_estimate(e, resampled, values, 2, HOUSEHOLDS, &o, NULL))
            return 1;
        bootstrap_sample a = {e[1].value, resampled + RESAMPLES}, b = {e[0].value, resampled};
        if (bootstrap_difference(&difference, &a, &b, &o, NULL))
            return 1;
        printf("%.3f s: %+.5f (%+.5f to %+.5f)\n", timer_now() - begun, difference.value,
               difference.low, difference.high);
    }
    mem_free(values);
    mem_free(resampled);
    return 0;
}
