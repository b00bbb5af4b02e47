#include "base/mem.h"
#include "base/rng.h"
#include "candidates/als_fit.h"
#include "candidates/als_weights.h"
#include "candidates/blend.h"
#include "naive.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { LINES = 2500, USERS = 50, ITEMS = 80 };

static void als_shop(shop *s)
{
    shop_line lines[LINES];
    shop_random_lines(lines, LINES, USERS, ITEMS, 5);
    shop_init(s, lines, LINES, SHOP_AS_OF);
}

static float *random_factors(size_t n, size_t factors, size_t stride, float scale)
{
    float *x = NEW_ARRAY(float, n *stride);
    rng r = rng_init(11, n);
    for (size_t i = 0; i < n * stride; i++)
        x[i] = i % stride < factors ? scale * (float)rng_unit(&r) : 0.0f;
    return x;
}

/* After many steps of conjugate gradient each row solves the normal equations. */
static void check_normal_equations(size_t factors, double regularisation, int weighting)
{
    shop s;
    csr c;
    als_solver solver;
    als_shop(&s);
    s.options.als.weighting = weighting;
    assert_int_equal(als_weights_init(&c, &s.h, &s.c, &s.options.als, NULL), AISLE_OK);
    size_t stride = dense_stride(factors);
    float *y = random_factors(c.columns, factors, stride, 1);
    float *x = random_factors(c.rows, factors, stride, 0.01f);
    double *expected = NEW_ARRAY(double, factors);
    als_settings settings = {factors, regularisation, 200, 2};
    assert_int_equal(als_solver_init(&solver, c.columns, &settings, NULL), AISLE_OK);
    assert_int_equal(als_solve_rows(&solver, x, y, &c, 1, NULL), AISLE_OK);
    for (uint32_t r = 0; r < c.rows; r++) {
        naive_als_row(expected, &c, r, y, factors, stride, regularisation);
        for (size_t f = 0; f < factors; f++)
            if (!(fabs((double)x[r * stride + f] - expected[f]) <= 1e-4))
                fail_msg("row %u, factor %zu: %g, not %g", r, f, (double)x[r * stride + f],
                         expected[f]);
    }
    als_solver_fini(&solver);
    mem_free(x);
    mem_free(y);
    mem_free(expected);
    csr_fini(&c);
    shop_fini(&s);
}

static void normal_equations(void **state)
{
    (void)state;
    check_normal_equations(5, 0.1, ALS_BM25);
    check_normal_equations(16, 1, ALS_COUNT);
    check_normal_equations(20, 0.5, ALS_LOG);
    check_normal_equations(1, 0.01, ALS_BINARY);
}

/* By any part of the way, also beyond the least. */
static void check_loss_goes_down(double relaxed)
{
    enum { FACTORS = 24 };
    shop s;
    csr c, t;
    als_solver solver;
    als_settings settings = {FACTORS, 0.1, 3, 2};
    als_shop(&s);
    assert_int_equal(als_weights_init(&c, &s.h, &s.c, &s.options.als, NULL), AISLE_OK);
    assert_int_equal(csr_transpose(&t, &c, NULL), AISLE_OK);
    size_t stride = dense_stride(FACTORS);
    float *x = random_factors(c.rows, FACTORS, stride, 0.01f);
    float *y = random_factors(c.columns, FACTORS, stride, 0.01f);
    assert_int_equal(als_solver_init(&solver, c.columns, &settings, NULL), AISLE_OK);
    double last = naive_als_loss(&c, x, y, FACTORS, stride, 0.1);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(
            als_solve_rows(&solver, i % 2 ? y : x, i % 2 ? x : y, i % 2 ? &t : &c, relaxed, NULL),
            AISLE_OK);
        double loss = naive_als_loss(&c, x, y, FACTORS, stride, 0.1);
        assert_true(loss <= last * (1 + 1e-7));
        last = loss;
    }
    als_solver_fini(&solver);
    mem_free(x);
    mem_free(y);
    csr_fini(&c);
    csr_fini(&t);
    shop_fini(&s);
}

static void loss_goes_down(void **state)
{
    (void)state;
    check_loss_goes_down(0.5);
    check_loss_goes_down(1);
    check_loss_goes_down(1.8);
}

/* The loss that is reported, and that 12 relaxed iterations get further than as many plain ones. */
static void loss_as_defined(void **state)
{
    (void)state;
    enum { FACTORS = 10 };
    const als_settings settings = {FACTORS, 0.3, ALS_STEPS, 2};
    shop s;
    csr c;
    als_matrix m;
    als_solver solver;
    double loss[2], weight = 0;
    als_shop(&s);
    s.options.als.weighting = ALS_COUNT;
    assert_int_equal(als_weights_init(&c, &s.h, &s.c, &s.options.als, NULL), AISLE_OK);
    assert_int_equal(als_matrix_init(&m, &c, NULL), AISLE_OK);
    size_t stride = dense_stride(FACTORS);
    float *x = NEW_ARRAY(float, m.users.rows *stride), *y = NEW_ARRAY(float, m.items.rows *stride);
    assert_int_equal(als_solver_init(&solver, m.items.rows, &settings, NULL), AISLE_OK);
    for (int relaxed = 0; relaxed < 2; relaxed++) {
        als_start(x, y, &m, FACTORS, 5);
        for (int i = 0; i < 12; i++)
            assert_int_equal(
                als_iterate(&solver, x, y, &m, relaxed ? i : 0, relaxed ? 12 : 1, NULL), AISLE_OK);
        assert_int_equal(als_loss(&loss[relaxed], x, y, &m, &settings, NULL), AISLE_OK);
    }
    assert_true(loss[1] < loss[0]);
    for (uint64_t e = 0; e < csr_entries(&m.users); e++)
        weight += (double)m.users.value[e];
    weight += (double)m.users.rows * m.users.columns - (double)csr_entries(&m.users);
    double expected = naive_als_loss(&m.users, x, y, FACTORS, stride, 0.3) / weight;
    assert_true(fabs(loss[1] - expected) <= 1e-6 * expected);
    als_solver_fini(&solver);
    als_matrix_fini(&m);
    mem_free(x);
    mem_free(y);
    shop_fini(&s);
}

/* bm25_weight of implicit 0.7.3 over the rows of users, for [[2, 1, 0], [0, 3, 0], [1, 0, 1],
 * [0, 0, 1]], K1 = 100, B = .8. */
static void bm25_weights(void **state)
{
    (void)state;
    const shop_line lines[] = {{1, 1, 1, 10, 1}, {1, 1, 2, 11, 1}, {1, 2, 3, 12, 1},
                               {2, 2, 4, 10, 1}, {2, 2, 5, 11, 1}, {2, 2, 6, 12, 1},
                               {3, 1, 7, 10, 1}, {3, 3, 8, 10, 1}, {4, 3, 9, 10, 1}};
    shop s;
    csr c;
    shop_init(&s, lines, 9, 100);
    assert_int_equal(als_weights_init(&c, &s.h, &s.c, &s.options.als, NULL), AISLE_OK);
    assert_int_equal(csr_entries(&c), 6);
    const double idf = log(4.0) - log(3.0), mean = 9.0 / 4;
    const double n[] = {2, 1, 3, 1, 1, 1}, length[] = {3, 3, 3, 2, 2, 1};
    for (int e = 0; e < 6; e++) {
        double expected = n[e] * 101 / (100 * (0.2 + 0.8 * length[e] / mean) + n[e]) * idf;
        assert_true(fabs((double)c.value[e] - expected) < 1e-6);
    }
    csr_fini(&c);
    shop_fini(&s);
}

static aisle_status fit_and_fill(shop *s, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const retriever *als = retriever_find("als");
    list_context context = {0};
    void *fitted = NULL;
    item_lists lists = {0};
    uint32_t user = 0;
    retriever_query query = {&user, 1, false, 0};
    assert_int_equal(list_context_init(&context, &s->h, &s->c, &s->options, 1, 2, err), AISLE_OK);
    status = als->fit(&fitted, &context, err);
    if (status == AISLE_OK) {
        assert_int_equal(item_lists_init(&lists, 1, 10, err), AISLE_OK);
        assert_int_equal(als->fill(&lists, fitted, &context, &query, err), AISLE_OK);
        for (uint32_t j = 0; j < lists.count[0]; j++)
            assert_true(isfinite(lists.score[j]));
        als->free(fitted, true);
    }
    item_lists_fini(&lists);
    list_context_fini(&context);
    return status;
}

/* Finite scores whatever the parameters, or an error that names the cause. */
static void extremes(void **state)
{
    (void)state;
    const struct {
        double regularisation, alpha;
        int64_t factors;
        const char *cause; /* NULL: it goes well */
    } cases[] = {
        {0, 1, 64, NULL},
        {0, 1, 300, NULL},
        {1e12, 1, 16, NULL},
        {1e-12, 1e6, 16, NULL},
        {0.1, 0, 8, NULL},
        {0.1, 1, 1, NULL},
        {0, 1e12, 40, NULL},
        {1e200, 1, 8, "regularisation"},
        {-1, 1, 8, "regularisation"},
        {0.1, 1e300, 8, "alpha"},
        {0.1, 1, 0, "factors"},
        {NAN, 1, 8, "regularisation"},
    };
    for (int weighting = ALS_BM25; weighting <= ALS_BINARY; weighting++) {
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            aisle_error err = AISLE_ERROR_INIT;
            shop s;
            als_shop(&s);
            s.options.als.weighting = weighting;
            s.options.als.regularisation = cases[i].regularisation;
            s.options.als.alpha = cases[i].alpha;
            s.options.als.factors = cases[i].factors;
            aisle_status status = fit_and_fill(&s, &err);
            if (cases[i].cause) {
                assert_int_equal(status, AISLE_ERROR_ARGUMENT);
                assert_non_null(strstr(err.message, cases[i].cause));
            } else if (status != AISLE_OK) {
                fail_msg("case %zu, weighting %d: %s", i, weighting, err.message);
            }
            shop_fini(&s);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(normal_equations), cmocka_unit_test(loss_goes_down),
        cmocka_unit_test(loss_as_defined),  cmocka_unit_test(bm25_weights),
        cmocka_unit_test(extremes),
    };
    return cmocka_run_group_tests_name("als", tests, NULL, NULL);
}
