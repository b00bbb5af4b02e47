/* candidates/kernels/dense_body.h: the kernels of dense.h, for vectors of LANES floats. Included by
 * a file an instruction set (dense_avx512.c, …), with LANES defined and the compiler's target set.
 */
#include <string.h>

/* Loads through it may be unaligned: arrays may lie in a mapped file. */
typedef float vec __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

#define INLINE static inline __attribute__((always_inline))

INLINE vec *at(float *x, size_t i)
{
    return (vec *)(x + i * LANES);
}

INLINE const vec *peek(const float *x, size_t i)
{
    return (const vec *)(x + i * LANES);
}

/* ---- Sums across lanes ---- */

#if LANES == 4
INLINE void sum8(float out[8], const vec a[8])
{
    for (int i = 0; i < 8; i++)
        out[i] = (a[i][0] + a[i][1]) + (a[i][2] + a[i][3]);
}
#else
INLINE __m256 half(const vec *a)
{
#if LANES == 16
    __m512 v = (__m512)*a;
    return _mm256_add_ps(_mm512_castps512_ps256(v),
                         _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(v), 1)));
#else
    return (__m256)*a;
#endif
}

INLINE void sum8(float out[8], const vec a[8])
{
    __m256 x = _mm256_hadd_ps(_mm256_hadd_ps(half(&a[0]), half(&a[1])),
                              _mm256_hadd_ps(half(&a[2]), half(&a[3])));
    __m256 y = _mm256_hadd_ps(_mm256_hadd_ps(half(&a[4]), half(&a[5])),
                              _mm256_hadd_ps(half(&a[6]), half(&a[7])));
    _mm256_storeu_ps(
        out, _mm256_add_ps(_mm256_permute2f128_ps(x, y, 0x20), _mm256_permute2f128_ps(x, y, 0x31)));
}
#endif

INLINE float dot(const float *x, const float *y, size_t stride)
{
    vec s = {0};
    for (size_t v = 0; v < stride / LANES; v++)
        s += *peek(x, v) * *peek(y, v);
    float sum = 0;
    for (int l = 0; l < LANES; l++)
        sum += s[l];
    return sum;
}

/* ---- Gram matrix and product: tiles of accumulators in registers ---- */

enum { TILE = 8 };

/* Tile [i, i + 8) × [j, j + 16) of g += sum_r a_r x_r x_rᵀ; a NULL: 1 each. */
INLINE void gram_tile(float *g, const float *x, const float *a, size_t n, size_t stride, size_t i,
                      size_t j)
{
    enum { V = 16 / LANES };
    vec sum[TILE][V];
    for (int t = 0; t < TILE; t++)
        for (int v = 0; v < V; v++)
            sum[t][v] = *peek(g + (i + t) * stride + j, v);
    for (size_t r = 0; r < n; r++) {
        const float *row = x + r * stride;
        for (int v = 0; v < V; v++) {
            vec y = *peek(row + j, v);
            if (a)
                y *= a[r];
            for (int t = 0; t < TILE; t++)
                sum[t][v] += row[i + t] * y;
        }
    }
    for (int t = 0; t < TILE; t++)
        for (int v = 0; v < V; v++)
            *at(g + (i + t) * stride + j, v) = sum[t][v];
}

/* Rows in blocks that stay in the first cache over all tiles. */
static void gram(float *g, const float *x, size_t n, size_t stride)
{
    enum { BLOCK = 64 };
    for (size_t r = 0; r < n; r += BLOCK) {
        size_t m = n - r < BLOCK ? n - r : BLOCK;
        for (size_t i = 0; i < stride; i += TILE)
            for (size_t j = i / 16 * 16; j < stride; j += 16)
                gram_tile(g, x + r * stride, NULL, m, stride, i, j);
    }
}

/* out[0 .. rows)[j .. j + 16) = sum over k in [from, to); rows <= 8, those beyond are repeats. */
INLINE void multiply_tile(float *out, const float *x, size_t rows, const float *m, size_t stride,
                          size_t j, size_t from, size_t to)
{
    enum { V = 16 / LANES };
    vec sum[TILE][V];
    const float *row[TILE];
    for (size_t a = 0; a < TILE; a++)
        row[a] = x + (a < rows ? a : rows - 1) * stride;
    memset(sum, 0, sizeof sum);
    for (size_t k = from; k < to; k++) {
        for (int v = 0; v < V; v++) {
            vec y = *peek(m + k * stride + j, v);
            for (int a = 0; a < TILE; a++)
                sum[a][v] += row[a][k] * y;
        }
    }
    for (size_t a = 0; a < rows; a++)
        for (int v = 0; v < V; v++)
            *at(out + a * stride + j, v) = sum[a][v];
}

static void multiply(float *out, const float *x, size_t n, const float *m, size_t stride,
                     dense_shape shape)
{
    for (size_t r = 0; r < n; r += TILE) {
        size_t rows = n - r < TILE ? n - r : TILE;
        for (size_t j = 0; j < stride; j += 16) {
            size_t from = shape == DENSE_LOWER ? j : 0;
            size_t to = shape == DENSE_UPPER ? j + 16 : stride;
            multiply_tile(out + r * stride, x + r * stride, rows, m, stride, j, from, to);
        }
    }
}

/* ---- Tiles of doubles ---- */

typedef double wide __attribute__((vector_size(4 * LANES), aligned(8), may_alias));

enum { WIDE = LANES / 2, WIDE_ROWS = LANES == 16 ? 8 : 4 };

/* Rows [i, i + WIDE_ROWS) × columns [j, j + 2 WIDE). */
INLINE void subtract_part(double *d, const double *a, const double *b, size_t i, size_t j)
{
    enum { N = DENSE_SQUARE };
    wide sum[WIDE_ROWS][2];
    memset(sum, 0, sizeof sum);
    for (size_t k = 0; k < N; k++) {
        wide y0 = *(const wide *)(b + k * N + j), y1 = *(const wide *)(b + k * N + j + WIDE);
        for (size_t r = 0; r < WIDE_ROWS; r++) {
            sum[r][0] += a[(i + r) * N + k] * y0;
            sum[r][1] += a[(i + r) * N + k] * y1;
        }
    }
    for (size_t r = 0; r < WIDE_ROWS; r++) {
        double *to = d + (i + r) * N + j;
        *(wide *)to -= sum[r][0];
        *(wide *)(to + WIDE) -= sum[r][1];
    }
}

static void subtract(double *d, const double *a, const double *b)
{
    for (size_t j = 0; j < DENSE_SQUARE; j += 2 * (size_t)WIDE)
        for (size_t i = 0; i < DENSE_SQUARE; i += WIDE_ROWS)
            subtract_part(d, a, b, i, j);
}

/* ---- Sums of sparse rows ---- */

static void sum_rows(float *out, const float *m, size_t stride, const uint32_t *row, const float *w,
                     size_t n)
{
    enum { V = DENSE_SUMS / LANES };
    vec sum[V];
    memset(sum, 0, sizeof sum);
    for (size_t j = 0; j < n; j++)
        for (size_t v = 0; v < V; v++)
            sum[v] += w[j] * *peek(m + row[j] * stride, v);
    for (size_t v = 0; v < V; v++)
        *at(out, v) = sum[v];
}

#include "candidates/kernels/dense_solve_body.h"

/* ---- Scores ---- */

/* A tile of 8 users and one or more whole panels; each score is one chain of k ascending. */
INLINE void score_tile(float *out, const float *users, const float *panels, size_t stride,
                       int first)
{
    enum { V = DENSE_PANELS * DENSE_LANES / LANES, PART = V < 3 ? V : 3, A = LANES == 16 ? 8 : 4 };
    for (int u0 = 0; u0 < DENSE_USERS; u0 += A) {
        vec sum[A][PART];
        memset(sum, 0, sizeof sum);
        for (size_t k = 0; k < stride; k++) {
            vec y[PART];
            for (int v = 0; v < PART; v++) {
                size_t i = (size_t)(first + v) * LANES;
                y[v] = *peek(panels + (i / 16 * stride + k) * 16 + i % 16, 0);
            }
            for (int a = 0; a < A; a++)
                for (int v = 0; v < PART; v++)
                    sum[a][v] += users[k * DENSE_USERS + u0 + a] * y[v];
        }
        for (int a = 0; a < A; a++)
            for (int v = 0; v < PART; v++)
                *at(out + (u0 + a) * DENSE_PANELS * DENSE_LANES, first + v) = sum[a][v];
    }
}

static void score(float *out, const float *users, const float *panels, size_t stride)
{
    for (int first = 0; first < DENSE_PANELS * DENSE_LANES / LANES; first += 3)
        score_tile(out, users, panels, stride, first);
}

/* One user's row of the tile, to the bit. */
static void score_user(float *out, const float *user, const float *panels, size_t stride)
{
    enum { V = DENSE_PANELS * DENSE_LANES / LANES };
    vec sum[V];
    memset(sum, 0, sizeof sum);
    for (size_t k = 0; k < stride; k++)
        for (int v = 0; v < V; v++) {
            size_t i = (size_t)v * LANES;
            sum[v] += user[k] * *peek(panels + (i / 16 * stride + k) * 16 + i % 16, 0);
        }
    for (int v = 0; v < V; v++)
        *at(out, (size_t)v) = sum[v];
}

/* One score of the tile, to the bit: in vectors too, because a chain of scalars may be compiled to
 * products that are rounded before they are summed. */
static float score_one(const float *user, const float *panel, size_t lane, size_t stride)
{
    vec sum = {0};
    for (size_t k = 0; k < stride; k++)
        sum += user[k] * *peek(panel + k * DENSE_LANES, lane / LANES);
    return sum[lane % LANES];
}

/* ---- Scores bounded ---- */

#if LANES >= 8
/* Products of 8 lanes: of bytes in pairs, which 16 bits hold, then of pairs. */
INLINE __m256 coarse_products(const uint8_t *user, const int8_t *q, size_t stride)
{
    __m256i sum = _mm256_setzero_si256();
    for (size_t k = 0; k < stride; k += 4) {
        int32_t four;
        memcpy(&four, user + k, sizeof four);
        __m256i item = _mm256_loadu_si256((const __m256i *)(const void *)(q + k * DENSE_LANES));
        __m256i pairs = _mm256_maddubs_epi16(_mm256_set1_epi32(four), item);
        sum = _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
    }
    return _mm256_cvtepi32_ps(sum);
}

INLINE uint64_t reach_eight(const dense_coarse_user *user, const int8_t *q, const float *bound,
                            size_t stride, float floor)
{
    typedef float eight __attribute__((vector_size(32), aligned(4), may_alias));
    const eight *of = (const eight *)(const void *)bound;
    eight most = ((eight)coarse_products(user->q, q, stride) - of[2]) * (user->scale * of[0]) +
                 user->length * of[4] + user->error * of[6];
    return (uint64_t)_mm256_movemask_ps((__m256)(most >= floor));
}
#else
INLINE uint64_t reach_eight(const dense_coarse_user *user, const int8_t *q, const float *bound,
                            size_t stride, float floor)
{
    uint64_t mask = 0;
    int32_t sum[8] = {0};
    for (size_t k = 0; k < stride; k += 4)
        for (size_t l = 0; l < 8; l++)
            for (size_t i = 0; i < 4; i++)
                sum[l] += (int32_t)user->q[k + i] * q[k * DENSE_LANES + l * 4 + i];
    for (size_t l = 0; l < 8; l++) {
        float most = ((float)sum[l] - bound[16 + l]) * (user->scale * bound[l]) +
                     user->length * bound[32 + l] + user->error * bound[48 + l];
        mask |= (uint64_t)(most >= floor) << l;
    }
    return mask;
}
#endif

static uint64_t may_reach(const dense_coarse_user *user, const int8_t *q, const float *bound,
                          size_t stride, float floor)
{
    uint64_t mask = 0;
    for (size_t lane = 0; lane < DENSE_PANELS * DENSE_LANES; lane += 8) {
        size_t panel = lane / DENSE_LANES, at = lane % DENSE_LANES;
        mask |= reach_eight(user, q + panel * DENSE_LANES * stride + at * 4,
                            bound + panel * DENSE_LANES * DENSE_BOUNDS + at, stride, floor)
                << lane;
    }
    return mask;
}

static size_t at_least(uint32_t *out, const float *scores, size_t n, float floor)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i += 16) {
        uint64_t mask = 0;
        size_t m = n - i < 16 ? n - i : 16;
#if LANES == 16
        if (m == 16)
            mask =
                _mm512_cmp_ps_mask(_mm512_loadu_ps(scores + i), _mm512_set1_ps(floor), _CMP_GE_OQ);
        else
#endif
            for (size_t l = 0; l < m; l++)
                mask |= (uint64_t)(scores[i + l] >= floor) << l;
        for (; mask; mask &= mask - 1)
            out[count++] = (uint32_t)(i + (size_t)__builtin_ctzll(mask));
    }
    return count;
}

INLINE vec larger(vec a, vec b)
{
#if LANES == 16
    return (vec)_mm512_max_ps((__m512)a, (__m512)b);
#elif LANES == 8
    return (vec)_mm256_max_ps((__m256)a, (__m256)b);
#else
    for (int l = 0; l < LANES; l++)
        a[l] = a[l] > b[l] ? a[l] : b[l];
    return a;
#endif
}

static void largest(float *out, size_t groups, const float *x, size_t n)
{
    size_t whole = n / groups * groups;
    for (size_t g = 0; g < groups; g += 4 * LANES) {
        vec most[4];
        for (int v = 0; v < 4; v++)
            most[v] = *peek(out + g, (size_t)v);
        for (size_t i = g; i < whole; i += groups)
            for (int v = 0; v < 4; v++)
                most[v] = larger(*peek(x + i, (size_t)v), most[v]);
        for (int v = 0; v < 4; v++)
            *at(out + g, (size_t)v) = most[v];
    }
    for (size_t i = whole; i < n; i++)
        out[i - whole] = x[i] > out[i - whole] ? x[i] : out[i - whole];
}

#define DENSE_BODY_KERNELS(name)                                                                   \
    {                                                                                              \
        name, gram, multiply, solve, solve_exact, solve_blocks, score, score_user, score_one,      \
            may_reach, at_least, largest, subtract, sum_rows                                       \
    }
