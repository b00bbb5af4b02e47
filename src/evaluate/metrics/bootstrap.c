#include "evaluate/metrics/bootstrap.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/rng.h"
#include "base/sort.h"
#include "base/threads.h"

/* Values by column, apart, so that a resample is one pass over each. */
typedef struct bootstrap_columns {
    size_t n, households;
    double *sum;    /* [n][households] */
    double *weight; /* [n][households] */
    bool *even;     /* [n] all weights are 1: their sum is the number of households */
} bootstrap_columns;

static double ratio(double sum, double weight)
{
    return weight > 0 ? sum / weight : 0;
}

/* Linear interpolation between order statistics, as NumPy's default. */
static double quantile(const double *sorted, size_t n, double q)
{
    double at = q * (double)(n - 1);
    size_t low = (size_t)floor(at);
    size_t high = low + 1 < n ? low + 1 : low;
    return sorted[low] + (at - (double)low) * (sorted[high] - sorted[low]);
}

static void columns_fini(bootstrap_columns *c)
{
    mem_free(c->sum);
    mem_free(c->weight);
    mem_free(c->even);
}

static aisle_status columns_init(bootstrap_columns *out, const metric_value *values, size_t n,
                                 size_t households, aisle_error *err)
{
    bootstrap_columns c = {n, households, NEW_ARRAY(double, n *households),
                           NEW_ARRAY(double, n *households), NEW_ARRAY(bool, n)};
    if (!c.sum || !c.weight || !c.even) {
        columns_fini(&c);
        return fail_memory(err);
    }
    for (size_t k = 0; k < n; k++) {
        c.even[k] = true;
        for (size_t i = 0; i < households; i++) {
            size_t cell = k * households + i;
            c.sum[cell] = values[cell].sum;
            c.weight[cell] = values[cell].weight;
            c.even[k] &= values[cell].weight == 1;
        }
    }
    *out = c;
    return AISLE_OK;
}

/* How often each household is drawn in resample b. A count never comes near 255 but by a chance
 * below households^-200. */
static void draw(uint8_t *times, size_t households, uint64_t seed, size_t b)
{
    rng r = rng_init(seed, b);
    memset(times, 0, households);
    for (size_t i = 0; i + 1 < households; i += 2) {
        uint64_t x = rng_next(&r);
        times[(x >> 32) * households >> 32]++;
        times[(x & UINT32_MAX) * households >> 32]++;
    }
    if (households % 2)
        times[(rng_next(&r) >> 32) * households >> 32]++;
}

static double weigh(const double *values, const uint8_t *times, size_t n)
{
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < n; i++)
        sum += times[i] * values[i];
    return sum;
}

static void resample(double *out, size_t stride, const bootstrap_columns *c, const uint8_t *times)
{
    for (size_t k = 0; k < c->n; k++) {
        double sum = weigh(c->sum + k * c->households, times, c->households);
        double weight = c->even[k] ? (double)c->households
                                   : weigh(c->weight + k * c->households, times, c->households);
        out[k * stride] = ratio(sum, weight);
    }
}

static double value_of(const metric_value *values, size_t households)
{
    double sum = 0, weight = 0;
    for (size_t i = 0; i < households; i++) {
        sum += values[i].sum;
        weight += values[i].weight;
    }
    return ratio(sum, weight);
}

/* results are sorted. */
static void take_interval(aisle_estimate *out, double *results, const bootstrap_options *o)
{
    double tail = (1 - o->confidence) / 2;
    if (o->resamples == 0)
        return;
    sort_doubles(results, o->resamples);
    out->low = quantile(results, o->resamples, tail);
    out->high = quantile(results, o->resamples, 1 - tail);
}

static aisle_status run(double *results, const bootstrap_columns *c, const bootstrap_options *o,
                        aisle_error *err)
{
    size_t threads = o->threads > 0 ? (size_t)o->threads : 1;
    uint8_t *times = NEW_ARRAY(uint8_t, threads * c->households);
    if (!times)
        return fail_memory(err);
#pragma omp parallel num_threads((int)threads)
    {
        uint8_t *own = times + (size_t)thread_number() * c->households;
#pragma omp for schedule(static)
        for (size_t b = 0; b < o->resamples; b++) {
            draw(own, c->households, o->seed, b);
            resample(results + b, o->resamples, c, own);
        }
    }
    mem_free(times);
    return AISLE_OK;
}

aisle_status bootstrap_estimate(aisle_estimate *out, double *resampled, const metric_value *values,
                                size_t columns, size_t households, const bootstrap_options *o,
                                aisle_error *err)
{
    aisle_status status = AISLE_OK;
    bootstrap_columns c = {0};
    double *results = NULL;
    for (size_t k = 0; k < columns; k++) {
        double value = value_of(values + k * households, households);
        out[k] = (aisle_estimate){value, value, value};
    }
    if (o->resamples == 0)
        return AISLE_OK;
    size_t cells;
    if (__builtin_mul_overflow(o->resamples, columns, &cells))
        TRY(fail_memory(err));
    TRY_ALLOC(results = NEW_ARRAY(double, cells));
    TRY(columns_init(&c, values, columns, households, err));
    TRY(run(results, &c, o, err));
    if (resampled)
        memcpy(resampled, results, cells * sizeof *results);
    for (size_t k = 0; k < columns; k++)
        take_interval(&out[k], results + k * o->resamples, o);
done:
    columns_fini(&c);
    mem_free(results);
    return status;
}

aisle_status bootstrap_difference(aisle_estimate *out, const bootstrap_sample *a,
                                  const bootstrap_sample *b, const bootstrap_options *o,
                                  aisle_error *err)
{
    double *results = NEW_ARRAY(double, o->resamples), value = a->value - b->value;
    if (!results)
        return fail_memory(err);
    *out = (aisle_estimate){value, value, value};
    for (size_t i = 0; i < o->resamples; i++)
        results[i] = a->resampled[i] - b->resampled[i];
    take_interval(out, results, o);
    mem_free(results);
    return AISLE_OK;
}
