#include "experiment/statistics/resample.h"

#include <math.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/rng.h"
#include "base/sort.h"
#include "base/threads.h"

/* Two draws of each random number. */
static double mean_of_draws(const resample_group *g, rng *r)
{
    uint64_t n = g->n;
    double sum = 0, other = 0;
    for (size_t i = 0; i + 1 < g->n; i += 2) {
        uint64_t bits = rng_next(r);
        sum += g->y[(bits >> 32) * n >> 32];
        other += g->y[(bits & UINT32_MAX) * n >> 32];
    }
    if (g->n % 2)
        sum += g->y[(rng_next(r) >> 32) * n >> 32];
    return (sum + other) / (double)n;
}

static double draw(const resample_group *a, const resample_group *b, const resample_options *o,
                   uint32_t number)
{
    rng r = rng_init(o->seed, number);
    double control = mean_of_draws(a, &r);
    return mean_of_draws(b, &r) - control;
}

static void percentiles(aisle_abtest_interval *out, double *drawn, const resample_options *o)
{
    uint32_t rank = (uint32_t)floor((o->resamples + 1.0) * o->alpha / 2 + 1e-9);
    *out = (aisle_abtest_interval){NAN, NAN};
    if (rank == 0)
        return;
    sort_doubles(drawn, o->resamples);
    *out = (aisle_abtest_interval){drawn[rank - 1], drawn[o->resamples - rank]};
}

void resample_into(aisle_abtest_interval *out, const resample_group *a, const resample_group *b,
                   const resample_options *o, double *room)
{
    for (uint32_t i = 0; i < o->resamples; i++)
        room[i] = draw(a, b, o, i);
    percentiles(out, room, o);
}

aisle_status resample_difference(aisle_abtest_interval *out, const resample_group *a,
                                 const resample_group *b, const resample_options *o,
                                 aisle_error *err)
{
    aisle_status status = AISLE_OK;
    double *drawn = NEW_ARRAY(double, o->resamples);
    TRY_ALLOC(drawn);
#pragma omp parallel for num_threads(thread_count(o->threads)) schedule(static)
    for (uint32_t i = 0; i < o->resamples; i++)
        drawn[i] = draw(a, b, o, i);
    percentiles(out, drawn, o);
done:
    mem_free(drawn);
    return status;
}
