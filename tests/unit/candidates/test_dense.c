/* The kernels of each instruction set that this machine runs, against loops in double. */
#include "base/mem.h"
#include "base/rng.h"
#include "candidates/factors/coarse.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const size_t strides[] = {16, 32, 48, 64, 128, 208};

static float *random_floats(size_t n, uint64_t seed)
{
    float *x = NEW_ARRAY(float, n);
    rng r = rng_init(seed, n);
    for (size_t i = 0; i < n; i++)
        x[i] = (float)rng_unit(&r) - 0.5f;
    return x;
}

static void assert_near(double a, double b)
{
    if (!(fabs(a - b) <= 2e-5 * (1 + fabs(b))))
        fail_msg("%.9g is not %.9g", a, b);
}

typedef void (*check)(const dense_kernels *k, size_t stride);

static void over_all(check f)
{
    const dense_kernels *all[3];
    size_t n = dense_kernels_all(all);
    assert_ptr_equal(dense_kernels_best(), all[n - 1]);
    for (size_t i = 0; i < n; i++)
        for (size_t s = 0; s < sizeof strides / sizeof *strides; s++)
            f(all[i], strides[s]);
}

static void check_gram(const dense_kernels *k, size_t stride)
{
    enum { N = 77 };
    float *x = random_floats(N * stride, 1), *g = NEW_ZEROED(float, stride *stride);
    k->gram(g, x, N, stride);
    for (size_t i = 0; i < stride; i++) {
        for (size_t j = i; j < stride; j++) {
            double sum = 0;
            for (size_t r = 0; r < N; r++)
                sum += (double)x[r * stride + i] * (double)x[r * stride + j];
            assert_near((double)g[i * stride + j], sum);
        }
    }
    mem_free(x);
    mem_free(g);
}

static void check_multiply_shape(const dense_kernels *k, size_t stride, dense_shape shape)
{
    enum { N = 21 };
    float *x = random_floats(N * stride, 1), *m = random_floats(stride * stride, 2);
    float *out = NEW_ARRAY(float, N *stride);
    for (size_t i = 0; i < stride; i++)
        for (size_t j = 0; j < stride; j++)
            if ((shape == DENSE_LOWER && j > i) || (shape == DENSE_UPPER && j < i))
                m[i * stride + j] = 0;
    k->multiply(out, x, N, m, stride, shape);
    for (size_t r = 0; r < N; r++) {
        for (size_t j = 0; j < stride; j++) {
            double sum = 0;
            for (size_t i = 0; i < stride; i++)
                sum += (double)x[r * stride + i] * (double)m[i * stride + j];
            assert_near((double)out[r * stride + j], sum);
        }
    }
    mem_free(x);
    mem_free(m);
    mem_free(out);
}

static void check_multiply(const dense_kernels *k, size_t stride)
{
    check_multiply_shape(k, stride, DENSE_FULL);
    check_multiply_shape(k, stride, DENSE_LOWER);
    check_multiply_shape(k, stride, DENSE_UPPER);
}

/* The residual of (I + sum (|c| − 1) z zᵀ) w = sum max(c, 0) z, entry by entry. */
static void assert_solved(const float *w, const dense_system *s)
{
    double *r = NEW_ARRAY(double, s->stride);
    for (size_t f = 0; f < s->stride; f++)
        r[f] = (double)w[f];
    for (size_t f = 0; s->extra && f < s->stride; f++)
        for (size_t e = 0; e < s->stride; e++)
            r[f] += (double)s->shift * (double)s->extra[f * s->stride + e] * (double)w[e];
    for (size_t j = 0; j < s->n; j++) {
        const float *z = s->z + s->column[j] * s->stride;
        double c = (double)s->c[j], dot = 0;
        for (size_t f = 0; f < s->stride; f++)
            dot += (double)z[f] * (double)w[f];
        for (size_t f = 0; f < s->stride; f++)
            r[f] += ((fabs(c) - 1) * dot - fmax(c, 0)) * (double)z[f];
    }
    for (size_t f = 0; f < s->stride; f++)
        if (!(fabs(r[f]) <= 2e-3))
            fail_msg("%zu rows of %zu: residual %g", s->n, s->stride, r[f]);
    mem_free(r);
}

static void check_solve(const dense_kernels *k, size_t stride)
{
    enum { ROWS = 3000 };
    const size_t sizes[] = {0, 1, 2, 7, 8, 9, 100, DENSE_GATHER, DENSE_GATHER + 1, ROWS};
    float *z = random_floats(ROWS * stride, 1), *c = random_floats(ROWS, 2);
    float *extra = random_floats(stride * stride, 3);
    uint32_t *column = NEW_ARRAY(uint32_t, ROWS);
    for (size_t f = 0; f < stride; f++) {
        for (size_t e = 0; e < f; e++)
            extra[e * stride + f] = extra[f * stride + e] /= (float)stride;
        extra[f * stride + f] = 1;
    }
    for (size_t j = 0; j < ROWS; j++) {
        column[j] = (uint32_t)(j * 7 % ROWS);
        /* some are negative; |c| >= 1 keeps the system positive definite whatever z is */
        c[j] = c[j] < -0.35f ? 4 * c[j] - 1 : 4 * fabsf(c[j]) + 1;
    }
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        float *w = random_floats(stride, 3);
        float *scratch = NEW_ARRAY(float, dense_scratch(stride));
        dense_system s = {z, column, c, sizes[i], stride, i % 2 ? extra : NULL, 0.7f, 400, scratch};
        k->solve(w, &s);
        assert_solved(w, &s);
        k->solve_exact(w, &s);
        assert_solved(w, &s);
        /* many passes, the more the rows say about each other */
        if (stride <= 48)
            k->solve_blocks(memset(w, 0, stride * sizeof *w), &s);
        assert_solved(w, &s);
        mem_free(w);
        mem_free(scratch);
    }
    mem_free(z);
    mem_free(c);
    mem_free(extra);
    mem_free(column);
}

static void check_score(const dense_kernels *k, size_t stride)
{
    enum { WIDTH = DENSE_PANELS * DENSE_LANES };
    float *users = random_floats(stride * DENSE_USERS, 1);
    float *panels = random_floats(stride * WIDTH, 2);
    float *alone = NEW_ARRAY(float, stride), out[DENSE_USERS * WIDTH];
    k->score(out, users, panels, stride);
    for (size_t u = 0; u < DENSE_USERS; u++) {
        for (size_t f = 0; f < stride; f++)
            alone[f] = users[f * DENSE_USERS + u];
        for (size_t i = 0; i < WIDTH; i++) {
            const float *y = panels + i / 16 * 16 * stride + i % 16;
            double sum = 0;
            for (size_t f = 0; f < stride; f++)
                sum += (double)alone[f] * (double)y[f * 16];
            assert_near((double)out[u * WIDTH + i], sum);
            assert_true(out[u * WIDTH + i] ==
                        k->score_one(alone, panels + i / 16 * 16 * stride, i % 16, stride));
        }
    }
    mem_free(users);
    mem_free(panels);
    mem_free(alone);
}

static void check_at_least(const dense_kernels *k, size_t stride)
{
    float *scores = random_floats(64, stride);
    scores[5] = NAN;
    for (size_t n = 0; n <= 64; n++) {
        uint32_t found[64];
        float floor = scores[n / 3];
        size_t count = k->at_least(found, scores, n, floor), expected = 0;
        for (uint32_t i = 0; i < n; i++) {
            if (!(scores[i] >= floor))
                continue;
            assert_true(expected < count && found[expected] == i);
            expected++;
        }
        assert_int_equal(count, expected);
    }
    mem_free(scores);
}

static void check_largest(const dense_kernels *k, size_t stride)
{
    float *x = random_floats(1000, stride), out[128], expected[128];
    for (size_t n = 0; n <= 1000; n += n < 200 ? 7 : 97) {
        for (size_t groups = 64; groups <= 128; groups += 64) {
            for (size_t g = 0; g < groups; g++)
                out[g] = expected[g] = 0.25f;
            for (size_t i = 0; i < n; i++)
                expected[i % groups] = fmaxf(expected[i % groups], x[i]);
            k->largest(out, groups, x, n);
            assert_memory_equal(out, expected, groups * sizeof *out);
        }
    }
    mem_free(x);
}

static void check_subtract(const dense_kernels *k, size_t stride)
{
    enum { N = DENSE_SQUARE };
    if (stride != strides[0])
        return;
    double *a = NEW_ARRAY(double, 3 * N * N), *b = a + N * N, *d = b + N * N;
    rng r = rng_init(4, 4);
    for (size_t i = 0; i < 3 * N * N; i++)
        a[i] = rng_unit(&r);
    double *expected = mem_copy(d, N * N, sizeof *d);
    k->subtract(d, a, b);
    for (size_t i = 0; i < N; i++) {
        for (size_t j = 0; j < N; j++) {
            for (size_t l = 0; l < N; l++)
                expected[i * N + j] -= a[i * N + l] * b[l * N + j];
            assert_true(fabs(d[i * N + j] - expected[i * N + j]) < 1e-11);
        }
    }
    mem_free(a);
    mem_free(expected);
}

static void check_sum_rows(const dense_kernels *k, size_t stride)
{
    enum { ROWS = 20, N = 9 };
    const uint32_t row[N] = {3, 3, 0, 19, 7, 8, 1, 2, 5};
    if (stride < DENSE_SUMS)
        return;
    float *m = random_floats(ROWS * stride, 1), *w = random_floats(N, 2), out[DENSE_SUMS];
    k->sum_rows(out, m, stride, row, w, N);
    for (size_t i = 0; i < DENSE_SUMS; i++) {
        double sum = 0;
        for (size_t j = 0; j < N; j++)
            sum += (double)w[j] * (double)m[row[j] * stride + i];
        assert_near((double)out[i], sum);
    }
    mem_free(m);
    mem_free(w);
}

#define OVER_ALL(name)                                                                             \
    static void name(void **state)                                                                 \
    {                                                                                              \
        (void)state;                                                                               \
        over_all(check_##name);                                                                    \
    }

OVER_ALL(gram)
OVER_ALL(multiply)
OVER_ALL(solve)
OVER_ALL(score)
OVER_ALL(at_least)
OVER_ALL(largest)
OVER_ALL(subtract)
OVER_ALL(sum_rows)

static double product_of(const float *user, const float *panels, size_t lane, size_t stride)
{
    double sum = 0;
    for (size_t k = 0; k < stride; k++)
        sum += (double)user[k] * (double)panels[(lane / 16 * stride + k) * 16 + lane % 16];
    return sum;
}

/* What reaches the floor is never left out; what is far below it is. */
static void check_may_reach(const dense_kernels *k, size_t stride)
{
    enum { N = 48 };
    float *panels = random_floats(N * stride, 5), *user = random_floats(stride, 6);
    coarse_items items;
    dense_coarse_user coarse;
    for (size_t i = 0; i < stride; i++) {
        panels[i * 16] = 0;
        panels[i * 16 + 1] *= 1e-30f;
        panels[i * 16 + 2] *= i == 3 ? 1e6f : 1e-3f;
        user[i] *= i % 5 == 0 ? 20 : 1;
    }
    coarse_user_of(&coarse, user, stride);
    assert_int_equal(coarse_items_init(&items, panels, N / 16, stride, NULL), AISLE_OK);
    double length = 0;
    for (size_t i = 0; i < stride; i++)
        length += (double)user[i] * (double)user[i];
    for (size_t i = 0; i < N; i++) {
        double score = product_of(user, panels, i, stride);
        double square = 0;
        for (size_t f = 0; f < stride; f++)
            square += pow((double)panels[(i / 16 * stride + f) * 16 + i % 16], 2);
        double far = 0.1 * sqrt(length * square) + 1e-12;
        float floor[] = {(float)(score - 1e-6 * fabs(score)), (float)(score + far)};
        assert_true(coarse_reach(&items, &coarse, 0, floor[0], k) >> i & 1);
        assert_false(coarse_reach(&items, &coarse, 0, floor[1], k) >> i & 1);
        assert_int_equal(coarse_reach(&items, &coarse, 0, -INFINITY, k), ((uint64_t)1 << N) - 1);
    }
    coarse_items_fini(&items);
    mem_free(panels);
    mem_free(user);
}

static void may_reach(void **state)
{
    (void)state;
    over_all(check_may_reach);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gram),    cmocka_unit_test(multiply), cmocka_unit_test(solve),
        cmocka_unit_test(score),   cmocka_unit_test(at_least), cmocka_unit_test(subtract),
        cmocka_unit_test(largest), cmocka_unit_test(sum_rows), cmocka_unit_test(may_reach),
    };
    return cmocka_run_group_tests_name("dense", tests, NULL, NULL);
}
