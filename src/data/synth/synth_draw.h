/* data/synth/synth_draw.h: what the synthetic shop draws from: normals, curves through quantiles,
 * and weights by alias tables. */
#ifndef DATA_SYNTH_SYNTH_DRAW_H
#define DATA_SYNTH_SYNTH_DRAW_H

#include <stdbool.h>
#include <stddef.h>

#include "aisle/error.h"
#include "base/rng.h"

/* Normal, mean 0, deviation 1 (Box and Muller 1958). */
double draw_normal(rng *r);

/* The share of normals below z. */
double normal_share(double z);

/* x, from 1 / (1 + e^-x). */
double draw_sigmoid(double x);

/* floor or ceiling of x >= 0, so that the mean is x. */
uint32_t draw_rounded(rng *r, double x);

/* Points (x, y), x ascending, y > 0: straight lines between them in log y. */
typedef struct curve_point {
    double x, y;
} curve_point;
double curve_at(const curve_point *points, size_t n, double x);

#define CURVE_AT(points, x) curve_at((points), sizeof(points) / sizeof *(points), (x))

/* Draws one of n in proportion to weights (Walker 1977; built as Vose 1991 does). */
typedef struct alias_table {
    size_t n;
    float *keep;     /* [n] share of a slot that is its own */
    uint32_t *other; /* [n] whose the rest is */
} alias_table;

/* Fills keep and other, [n] each, the caller's, for weights [n] >= 0 of a sum > 0, which are
 * changed. stack: [n]. */
void alias_fill(const alias_table *table, double *weight, uint32_t *stack);

static inline uint32_t alias_draw(const alias_table *table, rng *r)
{
    uint64_t bits = rng_next(r);
    uint32_t slot = (uint32_t)(((bits >> 32) * table->n) >> 32);
    float part = (float)((bits & 0xffffffff) >> 8) * 0x1p-24f;
    return part < table->keep[slot] ? slot : table->other[slot];
}

#endif
