#include "evaluate/bootstrap.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/rng.h"

static double ratio(double sum, double weight)
{
    return weight > 0 ? sum / weight : 0;
}

static int compare_double(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Linear interpolation between order statistics, as NumPy's default. */
static double quantile(const double *sorted, size_t n, double q)
{
    double at = q * (double)(n - 1);
    size_t low = (size_t)floor(at);
    size_t high = low + 1 < n ? low + 1 : low;
    return sorted[low] + (at - (double)low) * (sorted[high] - sorted[low]);
}

/* How often each household is drawn in each resample: [resamples][households]. */
static void draw(uint8_t *times, size_t households, const bootstrap_options *o)
{
#pragma omp parallel for num_threads(o->threads) schedule(static)
    for (size_t b = 0; b < o->resamples; b++) {
        uint8_t *t = times + b * households;
        rng r = rng_init(o->seed, b);
        memset(t, 0, households);
        for (size_t i = 0; i < households; i++) {
            uint32_t drawn = rng_below(&r, (uint32_t)households);
            t[drawn] += t[drawn] < UINT8_MAX;
        }
    }
}

static double resampled(const metric_value *values, const uint8_t *times, size_t households)
{
    double sum = 0, weight = 0;
    for (size_t i = 0; i < households; i++) {
        sum += times[i] * values[i].sum;
        weight += times[i] * values[i].weight;
    }
    return ratio(sum, weight);
}

static void estimate(aisle_estimate *out, const metric_value *values, size_t households,
                     const uint8_t *times, double *results, const bootstrap_options *o)
{
    double sum = 0, weight = 0;
    for (size_t i = 0; i < households; i++) {
        sum += values[i].sum;
        weight += values[i].weight;
    }
    out->value = out->low = out->high = ratio(sum, weight);
    if (o->resamples == 0)
        return;
    for (size_t b = 0; b < o->resamples; b++)
        results[b] = resampled(values, times + b * households, households);
    qsort(results, o->resamples, sizeof *results, compare_double);
    double tail = (1 - o->confidence) / 2;
    out->low = quantile(results, o->resamples, tail);
    out->high = quantile(results, o->resamples, 1 - tail);
}

aisle_status bootstrap_estimate(aisle_estimate *out, const metric_value *values, size_t columns,
                                size_t households, const bootstrap_options *o, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t cells;
    uint8_t *times = NULL;
    double *results = NULL;
    if (__builtin_mul_overflow(o->resamples, households, &cells))
        TRY(fail_memory(err));
    TRY_ALLOC(times = NEW_ARRAY(uint8_t, cells));
    TRY_ALLOC(results = NEW_ARRAY(double, o->resamples *columns));
    draw(times, households, o);
#pragma omp parallel for num_threads(o->threads) schedule(dynamic, 1)
    for (size_t c = 0; c < columns; c++)
        estimate(&out[c], values + c * households, households, times, results + c * o->resamples,
                 o);
done:
    mem_free(times);
    mem_free(results);
    return status;
}
