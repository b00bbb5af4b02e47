/* candidates/kernels/dense.h: kernels over small dense rows, one set an instruction set, picked
 * when run.
 *
 * Rows are `stride` floats, a multiple of 16, padded with zeros. Each kernel adds in an order
 * that its arguments fix, so results don't depend on threads or on what else is in a batch; they
 * may differ in the last bits between instruction sets. */
#ifndef CANDIDATES_KERNELS_DENSE_H
#define CANDIDATES_KERNELS_DENSE_H

#include <stddef.h>
#include <stdint.h>

enum {
    DENSE_LANES = 16,     /* strides are multiples of it; items in a panel */
    DENSE_USERS = 8,      /* users that one call of score takes */
    DENSE_PANELS = 3,     /* panels that one call of score takes */
    DENSE_GATHER = 1024,  /* rows that solve copies together at a time */
    DENSE_FACTORS = 1024, /* the longest stride of solve_exact */
    DENSE_SQUARE = 128,   /* rows and columns of a tile of doubles */
    DENSE_SUMS = 64,      /* columns that one call of sum_rows takes */
    DENSE_BOUNDS = 4      /* numbers of an item's that bound its score */
};

/* Which entries of a square matrix may be other than zero. */
typedef enum dense_shape { DENSE_FULL, DENSE_LOWER, DENSE_UPPER } dense_shape;

/* A least-squares system (I + shift E + sum_j (|c_j| − 1) z_j z_jᵀ) w = sum_j max(c_j, 0) z_j. */
typedef struct dense_system {
    const float *z;         /* rows of stride; column[j] picks z_j */
    const uint32_t *column; /* [n] */
    const float *c;         /* [n] */
    size_t n, stride;
    const float *extra; /* E, symmetric: [stride * stride]; NULL: none */
    float shift;
    int steps;      /* of conjugate gradient, or over all blocks, at most */
    float *scratch; /* dense_scratch(stride) floats, 64-byte aligned */
} dense_system;

/* Where solve_exact has its matrix, behind what the others work in. */
static inline float *dense_scratch_matrix(float *scratch, size_t stride)
{
    return scratch + (DENSE_GATHER + 3) * stride + 2 * DENSE_GATHER;
}

static inline size_t dense_scratch(size_t stride)
{
    return (DENSE_GATHER + 3) * stride + 2 * DENSE_GATHER + stride * stride;
}

static inline size_t dense_stride(size_t factors)
{
    return (factors + DENSE_LANES - 1) / DENSE_LANES * DENSE_LANES;
}

/* A user's factors in bytes, as coarse.h has them. */
typedef struct dense_coarse_user {
    uint8_t q[DENSE_FACTORS] __attribute__((aligned(64))); /* 64 more than the numbers */
    float scale, length, error;                            /* of the numbers; |u'|, |u − u'| */
} dense_coarse_user;

typedef struct dense_kernels {
    const char *name;
    /* g[i][j] += sum_r x[r][i] x[r][j] for j / 16 >= i / 16. g: [stride * stride] */
    void (*gram)(float *g, const float *x, size_t n, size_t stride);
    /* out[r][j] = sum_k x[r][k] m[k][j]; out and x may not overlap. m: [stride * stride] */
    void (*multiply)(float *out, const float *x, size_t n, const float *m, size_t stride,
                     dense_shape shape);
    /* Improves w, the start, by steps of conjugate gradient. w: [stride] */
    void (*solve)(float *w, const dense_system *system);
    /* The solution, whatever the start. */
    void (*solve_exact)(float *w, const dense_system *system);
    /* Improves w by solving for 16 of its entries at a time, the others fixed. */
    void (*solve_blocks)(float *w, const dense_system *system);
    /* out[u][i] = sum_k users[k][u] panels[i / 16][k][i % 16], k ascending; out: [8][48],
     * users: [stride][8], panels: 3 of [stride][16]. */
    void (*score)(float *out, const float *users, const float *panels, size_t stride);
    /* The same scores, to the bit, of one user; out: [48], user: [stride] */
    void (*score_user)(float *out, const float *user, const float *panels, size_t stride);
    /* The same score, to the bit, of one user and the item in a lane of a panel. */
    float (*score_one)(const float *user, const float *panel, size_t lane, size_t stride);
    /* Bits of those of 48 items whose scores the bounds let reach the floor; q: 3 panels of
     * [stride / 4][16][4], bound: 3 of [DENSE_BOUNDS][16] */
    uint64_t (*may_reach)(const dense_coarse_user *user, const int8_t *q, const float *bound,
                          size_t stride, float floor);
    /* Indices of scores >= floor, ascending; returns how many. n <= 64; out: [n] */
    size_t (*at_least)(uint32_t *out, const float *scores, size_t n, float floor);
    /* out[g] becomes at least x[i] for all i that leave g modulo groups, a multiple of 64 */
    void (*largest)(float *out, size_t groups, const float *x, size_t n);
    /* d -= a b; all [128][128] */
    void (*subtract)(double *d, const double *a, const double *b);
    /* out[i] = sum_j w[j] m[row[j] * stride + i], j ascending; out: [64] */
    void (*sum_rows)(float *out, const float *m, size_t stride, const uint32_t *row, const float *w,
                     size_t n);
} dense_kernels;

/* The best that this machine runs. */
const dense_kernels *dense_kernels_best(void);

/* Every set that this machine runs, the slowest first, for tests; returns how many (up to 3). */
size_t dense_kernels_all(const dense_kernels *out[3]);

/* NULL where the compiler doesn't know the instruction set. */
extern const dense_kernels *const dense_kernels_avx512;
extern const dense_kernels *const dense_kernels_avx2;
extern const dense_kernels *const dense_kernels_plain;

#endif
