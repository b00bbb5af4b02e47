#include "experiment/arms.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/rng.h"

aisle_status arm_source_init(arm_source *out, const aisle_abtest_panel *p, aisle_error *err)
{
    *out = (arm_source){.panel = p,
                        .revenue = moments_of(p->revenue, p->pre_revenue, p->households),
                        .ratio = moments_of(p->revenue, p->visits, p->households)};
    out->periods = NEW_ARRAY(uint32_t, p->households);
    if (!out->periods)
        return fail_memory(err);
    for (size_t i = 0; i < p->households; i++)
        if (p->converted[i] < p->periods)
            out->periods[out->n_converted++] = p->converted[i];
    return AISLE_OK;
}

void arm_source_fini(arm_source *s)
{
    mem_free(s->periods);
    *s = (arm_source){0};
}

aisle_status arms_init(arms *out, size_t households, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    *out = (arms){0};
    for (int a = 0; a < 2; a++)
        TRY_ALLOC(out->arm[a].room = NEW_ARRAY(double, households));
done:
    return status;
}

void arms_fini(arms *a)
{
    mem_free(a->arm[0].room);
    mem_free(a->arm[1].room);
}

/* Sums of deviations from a mean that is near: the last step of moments_of. */
typedef struct sums {
    double y, x, yy, xx, xy;
} sums;

static void add(sums *s, double dy, double dx)
{
    s->y += dy;
    s->x += dx;
    s->yy += dy * dy;
    s->xx += dx * dx;
    s->xy += dy * dx;
}

/* Means that were taken off come back; y is multiplied. */
static moments moments_from(const sums *s, const moments *near, double n, double factor)
{
    return (moments){n,
                     factor * (near->y + s->y / n),
                     near->x + s->x / n,
                     factor * factor * (s->yy - s->y * s->y / n),
                     s->xx - s->x * s->x / n,
                     factor * (s->xy - s->y * s->x / n)};
}

/* The period in which a household of the treatment converts. */
static uint32_t treated_period(uint32_t period, const arm_source *s, double effect, rng *r)
{
    uint32_t never = s->panel->periods;
    double share = (double)s->n_converted / (double)s->panel->households;
    if (effect == 0)
        return period;
    double unit = rng_unit(r);
    uint32_t drawn = s->periods[rng_below(r, (uint32_t)s->n_converted)];
    if (effect < 0)
        return period < never && unit < -effect ? never : period;
    return period == never && unit < effect * share / (1 - share) ? drawn : period;
}

void arms_fill(arms *a, const arm_source *s, const arm_draw *draw, const arm_effects *e)
{
    const aisle_abtest_panel *p = s->panel;
    rng split = rng_init(draw->seed, 2 * draw->repetition);
    rng outcome = rng_init(draw->seed, 2 * draw->repetition + 1);
    sums revenue[2] = {{0}}, ratio[2] = {{0}};
    size_t n[2] = {0};
    for (int g = 0; g < 2; g++)
        memset(a->arm[g].converted, 0, p->periods * sizeof *a->arm[g].converted);
    for (size_t row = 0; row < p->households; row++) {
        int g = (int)(rng_next(&split) >> 63);
        size_t i = draw->redraw ? rng_below(&outcome, (uint32_t)p->households) : row;
        arm *one = &a->arm[g];
        uint32_t period = p->converted[i];
        if (g == 1)
            period = treated_period(period, s, e->conversion, &outcome);
        if (period < p->periods)
            one->converted[period]++;
        add(&revenue[g], p->revenue[i] - s->revenue.y, p->pre_revenue[i] - s->revenue.x);
        add(&ratio[g], p->revenue[i] - s->ratio.y, p->visits[i] - s->ratio.x);
        one->room[n[g]++] = p->revenue[i] * (g ? 1 + e->revenue : 1);
    }
    for (int g = 0; g < 2; g++) {
        arm *one = &a->arm[g];
        one->n = (double)n[g];
        for (uint32_t k = 1; k < p->periods; k++)
            one->converted[k] += one->converted[k - 1];
        one->revenue = moments_from(&revenue[g], &s->revenue, one->n, g ? 1 + e->revenue : 1);
        one->ratio = moments_from(&ratio[g], &s->ratio, one->n, g ? 1 + e->ratio : 1);
    }
}
