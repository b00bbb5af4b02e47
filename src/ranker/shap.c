#include "ranker/shap.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/threads.h"

/* ---- The trees ---- */

/* The columns on a path. */
typedef struct path {
    uint32_t *seen; /* [columns] nodes of the column */
    uint32_t unique, most;
    bool fits;
    double sum; /* of leaves, by the rows' shares */
} path;

static void measure(path *p, const tree *t, uint32_t node, uint32_t depth, double share)
{
    int32_t child[2] = {t->left[node], t->right[node]};
    p->unique += p->seen[t->feature[node]]++ == 0;
    p->most = p->unique > p->most ? p->unique : p->most;
    p->fits &= depth + 1 < SHAP_DEPTH_MOST;
    for (int side = 0; side < 2 && p->fits; side++) {
        double of = share * t->share[2 * node + (uint32_t)side];
        if (child[side] < 0)
            p->sum += of * t->value[~child[side]];
        else
            measure(p, t, (uint32_t)child[side], depth + 1, of);
    }
    p->unique -= --p->seen[t->feature[node]] == 0;
}

/* Legendre's polynomial of degree n at x, and its derivative. */
static double legendre(double *slope, size_t n, double x)
{
    double before = 1, p = x;
    for (size_t k = 2; k <= n; k++) {
        double next = ((2 * (double)k - 1) * x * p - ((double)k - 1) * before) / (double)k;
        before = p;
        p = next;
    }
    *slope = (double)n * (x * p - before) / (x * x - 1);
    return p;
}

/* Gauss–Legendre on [0, 1]: the roots by Newton's method. */
static void place_points(shap *s)
{
    static const double pi = 3.14159265358979323846;
    for (size_t i = 0; i < s->points; i++) {
        double x = cos(pi * ((double)i + 0.75) / ((double)s->points + 0.5)), slope = 1;
        for (int step = 0; step < 20; step++)
            x -= legendre(&slope, s->points, x) / slope;
        legendre(&slope, s->points, x);
        s->at[i] = (1 + x) / 2;
        s->weight[i] = 1 / ((1 - x * x) * slope * slope);
    }
}

aisle_status shap_init(shap *out, const tree *trees, size_t n, size_t columns, aisle_error *err)
{
    shap s = {.trees = trees, .n = n, .columns = columns};
    path p = {.seen = NEW_ZEROED(uint32_t, columns), .fits = true};
    if (!p.seen)
        return fail_memory(err);
    for (size_t t = 0; t < n && p.fits; t++) {
        if (trees[t].leaves == 1)
            p.sum += trees[t].value[0];
        else if (trees[t].share && !trees[t].linear)
            measure(&p, &trees[t], 0, 0, 1);
        else
            p.fits = false;
    }
    mem_free(p.seen);
    s.base = p.sum;
    s.points = !p.fits ? 0 : p.most <= SHAP_POINTS_MOST ? SHAP_POINTS_MOST / 2 : SHAP_POINTS_MOST;
    if (p.most > 2 * SHAP_POINTS_MOST)
        s.points = 0;
    place_points(&s);
    *out = s;
    return AISLE_OK;
}

/* ---- A row ---- */

/* A column on the way down, as its last node there leaves it. */
typedef struct factor {
    bool hot;                         /* o */
    double share;                     /* z */
    double inverse[SHAP_POINTS_MOST]; /* of o t + z (1 − t) */
} factor;

typedef struct descent {
    const shap *s;
    const tree *t;
    const float *values; /* of the row */
    const size_t *place;
    double *out;   /* [columns + 1] */
    int32_t *slot; /* [columns] its factor, or -1 */
    factor factor[SHAP_DEPTH_MOST];
} descent;

static bool is_in_set(const tree *t, uint32_t node, float value)
{
    uint32_t set = (uint32_t)t->threshold[node], start = t->set_start[set];
    if (!(value > -1 && value < (float)INT32_MAX))
        return false;
    uint32_t code = (uint32_t)value;
    return code / 32 < t->set_start[set + 1] - start &&
           t->set_bits[start + code / 32] >> code % 32 & 1;
}

static bool goes_left(const tree *t, uint32_t node, float value)
{
    /* LightGBM takes what is next to 0 for 0 before it looks at a tree. */
    bool unknown = isnan(value), zero = value <= 1e-35f && value >= -1e-35f;
    if (zero)
        value = 0;
    switch ((tree_test)t->test[node]) {
    case TREE_CATEGORY:
        return is_in_set(t, node, value);
    case TREE_NAN_LEFT:
        return unknown || (double)value <= t->threshold[node];
    case TREE_NAN_RIGHT:
        return !unknown && (double)value <= t->threshold[node];
    case TREE_ZERO_LEFT:
        return unknown || zero || (double)value <= t->threshold[node];
    case TREE_ZERO_RIGHT:
        return !unknown && !zero && (double)value <= t->threshold[node];
    default:
        return (unknown ? 0 : (double)value) <= t->threshold[node];
    }
}

/* What the sums of leaves below make of one factor. */
static inline double weigh(const factor *f, const double *sum, const shap *s, size_t points)
{
    double part[4] = {0};
    for (size_t q = 0; q < points; q += 4)
        for (size_t k = 0; k < 4; k++)
            part[k] += s->weight[q + k] * sum[q + k] * f->inverse[q + k];
    return ((part[0] + part[1]) + (part[2] + part[3])) * ((f->hot ? 1 : 0) - f->share);
}

static inline void take_edge(factor *f, double *product, const double *above, const factor *old,
                             const shap *s, size_t points)
{
    for (size_t q = 0; q < points; q++) {
        double psi = (f->hot ? s->at[q] : 0) + f->share * (1 - s->at[q]);
        f->inverse[q] = 1 / psi;
        product[q] = above[q] * psi * (old ? old->inverse[q] : 1);
    }
}

/* sum: of the leaves below the node, their values times the products of their factors. */
static void descend(descent *d, double *sum, uint32_t node, uint32_t depth, const double *above)
{
    const shap *s = d->s;
    const tree *t = d->t;
    size_t points = s->points;
    uint32_t column = (uint32_t)t->feature[node];
    int32_t slot = d->slot[column], child[2] = {t->left[node], t->right[node]};
    const factor *old = slot < 0 ? NULL : &d->factor[slot];
    factor *f = &d->factor[depth];
    double product[SHAP_POINTS_MOST], below[SHAP_POINTS_MOST];
    bool left = goes_left(t, node, d->values[d->place[column]]);
    memset(sum, 0, points * sizeof *sum);
    for (uint32_t side = 0; side < 2; side++) {
        f->hot = (!old || old->hot) && left == (side == 0);
        f->share = (old ? old->share : 1) * t->share[2 * node + side];
        take_edge(f, product, above, old, s, points);
        d->slot[column] = (int32_t)depth;
        if (child[side] >= 0)
            descend(d, below, (uint32_t)child[side], depth + 1, product);
        else
            for (size_t q = 0; q < points; q++)
                below[q] = t->value[~child[side]] * product[q];
        d->slot[column] = slot;
        d->out[column] += weigh(f, below, s, points) - (old ? weigh(old, below, s, points) : 0);
        for (size_t q = 0; q < points; q++)
            sum[q] += below[q];
    }
}

static void explain_row(double *out, const shap *s, const shap_input *in, size_t row, int32_t *slot)
{
    static const double ones[SHAP_POINTS_MOST] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    double sum[SHAP_POINTS_MOST];
    descent d = {.s = s,
                 .values = in->values + row * in->stride,
                 .place = in->place,
                 .out = out,
                 .slot = slot};
    memset(out, 0, s->columns * sizeof *out);
    out[s->columns] = s->base;
    for (size_t t = 0; t < s->n; t++) {
        d.t = &s->trees[t];
        if (d.t->leaves > 1)
            descend(&d, sum, 0, 0, ones);
    }
}

aisle_status shap_contributions(double *out, const shap *s, const shap_input *in, int threads,
                                aisle_error *err)
{
    int32_t *slots = NEW_ARRAY(int32_t, s->columns * (size_t)threads);
    if (!slots)
        return fail_memory(err);
    memset(slots, 0xff, s->columns * (size_t)threads * sizeof *slots);
#pragma omp parallel for num_threads(threads) schedule(dynamic, 4) if (in->rows > 16)
    for (size_t row = 0; row < in->rows; row++)
        explain_row(out + row * (s->columns + 1), s, in, row,
                    slots + s->columns * (size_t)thread_number());
    mem_free(slots);
    return AISLE_OK;
}
