#include "data/synth/synth_draw.h"

#include <math.h>

double draw_normal(rng *r)
{
    double radius = sqrt(-2 * log(1 - rng_unit(r)));
    return radius * cos(2 * M_PI * rng_unit(r));
}

double normal_share(double z)
{
    return 0.5 * erfc(-z * M_SQRT1_2);
}

double draw_sigmoid(double x)
{
    return 1 / (1 + exp(-x));
}

uint32_t draw_rounded(rng *r, double x)
{
    return (uint32_t)(x + rng_unit(r));
}

double curve_at(const curve_point *points, size_t n, double x)
{
    if (x <= points[0].x)
        return points[0].y;
    for (size_t i = 1; i < n; i++) {
        const curve_point *a = &points[i - 1], *b = &points[i];
        if (x <= b->x)
            return a->y * pow(b->y / a->y, (x - a->x) / (b->x - a->x));
    }
    return points[n - 1].y;
}

void alias_fill(const alias_table *table, double *weight, uint32_t *stack)
{
    size_t n = table->n, small = 0, large = n;
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += weight[i];
    for (size_t i = 0; i < n; i++) {
        weight[i] *= (double)n / sum;
        table->other[i] = (uint32_t)i;
        stack[weight[i] < 1 ? small++ : --large] = (uint32_t)i;
    }
    /* stack[0 .. small) are short of their slot; stack[large .. n) have too much. */
    while (small > 0 && large < n) {
        uint32_t s = stack[--small], l = stack[large];
        table->keep[s] = (float)weight[s];
        table->other[s] = l;
        weight[l] -= 1 - weight[s];
        if (weight[l] < 1) {
            large++;
            stack[small++] = l;
        }
    }
    /* What rounding left over fills its slot. */
    for (size_t i = 0; i < small; i++)
        table->keep[stack[i]] = 1;
    for (size_t i = large; i < n; i++)
        table->keep[stack[i]] = 1;
}
