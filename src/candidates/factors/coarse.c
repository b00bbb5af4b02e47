#include "candidates/factors/coarse.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

enum { LANES = DENSE_LANES, ITEM_MOST = 127, USER_MOST = 63 };

void coarse_items_fini(coarse_items *c)
{
    mem_free(c->q);
    mem_free(c->bound);
    memset(c, 0, sizeof *c);
}

/* To the nearest: the compiler has no vectors for lrintf. */
static inline int8_t nearest(float x)
{
    return (int8_t)(x + (x < 0 ? -0.5f : 0.5f));
}

/* One panel; the sums of its lanes stand beside each other. */
static void pack_panel(int8_t *q, float *bound, const float *panel, size_t stride)
{
    float most[LANES] = {0}, inverse[LANES], rest[LANES] = {0}, length[LANES] = {0};
    float *scale = bound, *sum = bound + LANES;
    for (size_t k = 0; k < stride; k++)
        for (size_t l = 0; l < LANES; l++)
            most[l] = fabsf(panel[k * LANES + l]) > most[l] ? fabsf(panel[k * LANES + l]) : most[l];
    for (size_t l = 0; l < LANES; l++) {
        scale[l] = most[l] / ITEM_MOST;
        inverse[l] = most[l] > 1e-30f ? ITEM_MOST / most[l] : 0;
        sum[l] = 0;
    }
    for (size_t k = 0; k < stride; k++)
        for (size_t l = 0; l < LANES; l++) {
            float x = panel[k * LANES + l];
            int8_t n = nearest(x * inverse[l]);
            float missed = x - scale[l] * (float)n;
            q[(k / 4 * LANES + l) * 4 + k % 4] = n;
            sum[l] += 64 * (float)n;
            rest[l] += missed * missed;
            length[l] += x * x;
        }
    for (size_t l = 0; l < LANES; l++) {
        /* Squares of less than 1e-19 may be lost. */
        bound[2 * LANES + l] = sqrtf(rest[l]) + 1e-17f;
        bound[3 * LANES + l] = sqrtf(length[l]) + 1e-17f;
    }
}

aisle_status coarse_items_init(coarse_items *out, const float *panels, size_t n, size_t stride,
                               aisle_error *err)
{
    coarse_items c = {.stride = stride,
                      .q = NEW_ARRAY(int8_t, n * stride * LANES),
                      .bound = NEW_ARRAY(float, n *DENSE_BOUNDS *LANES)};
    if (!c.q || !c.bound) {
        coarse_items_fini(&c);
        return fail_memory(err);
    }
    for (size_t p = 0; p < n; p++)
        pack_panel(c.q + p * stride * LANES, c.bound + p * DENSE_BOUNDS * LANES,
                   panels + p * stride * LANES, stride);
    *out = c;
    return AISLE_OK;
}

void coarse_user_of(dense_coarse_user *out, const float *user, size_t stride)
{
    /* More than rounding can take from what the kernel adds up. */
    static const double slack = 1e-3;
    double most = 0, length = 0, coarse = 0, rest = 0;
    for (size_t k = 0; k < stride; k++)
        most = fmax(most, fabs((double)user[k]));
    for (size_t k = 0; k < stride; k++) {
        double x = (double)user[k], n = most > 0 ? round(x / most * USER_MOST) : 0;
        double back = n * most / USER_MOST;
        out->q[k] = (uint8_t)(n + 64);
        length += x * x;
        coarse += back * back;
        rest += (x - back) * (x - back);
    }
    out->scale = (float)(most / USER_MOST);
    out->length = (float)(sqrt(coarse) * (1 + slack));
    out->error = (float)(sqrt(rest) * (1 + slack) + slack * sqrt(length));
}
