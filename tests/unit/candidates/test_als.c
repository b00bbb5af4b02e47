#include "base/mem.h"
#include "base/rng.h"
#include "candidates/factors/als_fit.h"
#include "candidates/factors/als_weights.h"
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

/* The confidences of all of the shop's households. */
static void weigh_shop(csr *out, const shop *s)
{
    als_weigher w = {.options = &s->options.als, .n_items = s->c.count};
    assert_int_equal(als_weigher_fit(&w, &s->h, &s->c, NULL), AISLE_OK);
    assert_int_equal(als_weights_init(out, &w, &s->h, &s->c, NULL), AISLE_OK);
    mem_free(w.idf);
    mem_free(w.means);
}

/* After many steps of conjugate gradient each row solves the normal equations. */
static void check_normal_equations(size_t factors, double regularisation, int weighting, int kind,
                                   int scaled)
{
    shop s;
    csr c;
    als_solver solver;
    als_shop(&s);
    s.options.als.weighting = weighting;
    weigh_shop(&c, &s);
    size_t stride = dense_stride(factors);
    float *y = random_factors(c.columns, factors, stride, 1);
    float *x = random_factors(c.rows, factors, stride, 0.01f);
    double *expected = NEW_ARRAY(double, factors);
    als_settings settings = {.factors = factors,
                             .regularisation = regularisation,
                             .scale_power = 0.8,
                             .solver = kind,
                             .scaled = scaled,
                             .steps = 200,
                             .threads = 2};
    assert_int_equal(als_solver_init(&solver, c.columns, &settings, NULL), AISLE_OK);
    assert_int_equal(als_solve_rows(&solver, x, y, &c, 1, NULL), AISLE_OK);
    for (uint32_t r = 0; r < c.rows; r++) {
        double n = (double)(c.offset[r + 1] - c.offset[r]), mean = (double)csr_entries(&c) / c.rows;
        double scale = scaled ? pow(fmax(n, 1) / mean, 0.8) : 1;
        naive_als_row(expected, &c, r, y, factors, stride, regularisation * scale);
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
    for (int solver = ALS_CG; solver <= ALS_BLOCKS; solver++) {
        for (int scaled = ALS_SCALED_NONE; scaled <= ALS_SCALED_COUNTS; scaled++) {
            check_normal_equations(5, 0.1, ALS_BM25, solver, scaled);
            check_normal_equations(16, 1, ALS_COUNT, solver, scaled);
            check_normal_equations(20, 0.5, ALS_LOG, solver, scaled);
            check_normal_equations(1, 0.01, ALS_BINARY, solver, scaled);
        }
    }
}

/* By any part of the way, also beyond the least. */
static void check_loss_goes_down(double relaxed)
{
    enum { FACTORS = 24 };
    shop s;
    csr c, t;
    als_solver solver;
    als_settings settings = {.factors = FACTORS, .regularisation = 0.1, .steps = 3, .threads = 2};
    als_shop(&s);
    weigh_shop(&c, &s);
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
    const als_settings settings = {
        .factors = FACTORS, .regularisation = 0.3, .steps = ALS_STEPS, .threads = 2};
    shop s;
    csr c;
    als_matrix m;
    als_solver solver;
    double loss[2], weight = 0;
    als_shop(&s);
    s.options.als.weighting = ALS_COUNT;
    weigh_shop(&c, &s);
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
 * [0, 0, 1]], K1 = 100, B = .8. What is asked as of the second day has fewer lines, and the same
 * means and frequencies. */
static void bm25_weights(void **state)
{
    (void)state;
    const shop_line lines[] = {{1, 1, 1, 10, 1}, {1, 1, 2, 11, 1}, {1, 2, 3, 12, 1},
                               {2, 2, 4, 10, 1}, {2, 2, 5, 11, 1}, {2, 2, 6, 12, 1},
                               {3, 1, 7, 10, 1}, {3, 3, 8, 10, 1}, {4, 3, 9, 10, 1}};
    static const double n[2][6] = {{2, 1, 3, 1, 1, 1}, {1, 1, 1, 1, 1}};
    static const double length[2][6] = {{3, 3, 3, 2, 2, 1}, {1, 1, 2, 2, 1}};
    const double idf = log(4.0) - log(3.0), mean = 9.0 / 4;
    shop s;
    csr c;
    shop_init(&s, lines, 9, 100);
    als_weigher w = {.options = &s.options.als, .n_items = s.c.count};
    assert_int_equal(als_weigher_fit(&w, &s.h, &s.c, NULL), AISLE_OK);
    for (int early = 0; early < 2; early++) {
        households h;
        assert_int_equal(households_init(&h, &s.a, s.dataset, early ? 11 : 100, NULL, NULL),
                         AISLE_OK);
        assert_int_equal(als_weights_init(&c, &w, &h, &s.c, NULL), AISLE_OK);
        assert_int_equal(csr_entries(&c), early ? 5 : 6);
        for (int e = 0; e < (early ? 5 : 6); e++) {
            double x = n[early][e];
            double expected = x * 101 / (100 * (0.2 + 0.8 * length[early][e] / mean) + x) * idf;
            assert_true(fabs((double)c.value[e] - expected) < 1e-6);
        }
        csr_fini(&c);
        households_fini(&h);
    }
    mem_free(w.idf);
    mem_free(w.means);
    shop_fini(&s);
}

static aisle_status fit_and_fill(shop *s, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const retriever *als = retriever_find("als");
    list_context context = {0};
    void *state = NULL;
    item_lists lists = {0};
    uint32_t *users = NEW_ARRAY(uint32_t, s->h.n_users);
    for (uint32_t u = 0; u < s->h.n_users; u++)
        users[u] = u;
    retriever_query query = {&s->h, users, s->h.n_users, false, 0};
    assert_int_equal(list_context_init(&context, &s->h, &s->c, &s->options, 1, 2, err), AISLE_OK);
    status = retriever_fit(&state, als, &context, &s->h, err);
    if (status == AISLE_OK) {
        assert_int_equal(item_lists_init(&lists, query.n, 10, err), AISLE_OK);
        assert_int_equal(retriever_fill(&lists, als, state, &context, &query, err), AISLE_OK);
        for (size_t i = 0; i < lists.n; i++)
            for (uint32_t j = 0; j < lists.count[i]; j++)
                assert_true(isfinite(lists.score[i * 10 + j]));
        als->free(state, true);
    }
    mem_free(users);
    item_lists_fini(&lists);
    list_context_fini(&context);
    return status;
}

typedef struct extreme {
    double regularisation, alpha;
    int64_t factors;
    const char *cause; /* NULL: it goes well */
} extreme;

static const extreme extreme_cases[] = {
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

enum { EXTREMES = sizeof extreme_cases / sizeof *extreme_cases };

static void check_extreme(const extreme *e, shop *s)
{
    aisle_error err = AISLE_ERROR_INIT;
    als_options *o = &s->options.als;
    o->regularisation = e->regularisation;
    o->alpha = e->alpha;
    o->factors = e->factors;
    aisle_status status = fit_and_fill(s, &err);
    if (e->cause) {
        assert_int_equal(status, AISLE_ERROR_ARGUMENT);
        assert_non_null(strstr(err.message, e->cause));
    } else if (status != AISLE_OK &&
               (o->solver == ALS_CG || !strstr(err.message, "regularisation"))) {
        /* exact solutions may grow out of bounds where nothing holds them: then that is said */
        fail_msg("%g, %g, %d, solver %d, weighting %d: %s", e->regularisation, e->alpha,
                 (int)e->factors, o->solver, o->weighting, err.message);
    }
}

/* Finite scores whatever the parameters, or an error that names the cause. */
static void extremes(void **state)
{
    (void)state;
    shop s;
    als_shop(&s);
    for (int weighting = ALS_BM25; weighting <= ALS_BINARY; weighting++) {
        s.options.als.weighting = weighting;
        for (size_t i = 0; i < EXTREMES; i++)
            check_extreme(&extreme_cases[i], &s);
    }
    shop_fini(&s);
}

/* The other solvers, on a shop of many and on one household with one item. */
static void extremes_by_solver(void **state)
{
    (void)state;
    const shop_line line = {1, 1, 1, SHOP_AS_OF - 1, 1};
    shop shops[2];
    als_shop(&shops[0]);
    shop_init(&shops[1], &line, 1, SHOP_AS_OF);
    for (int i = 0; i < 2; i++) {
        als_options *o = &shops[i].options.als;
        o->iterations = 4;
        for (o->solver = ALS_CG; o->solver <= ALS_BLOCKS; o->solver++)
            for (o->scaled = ALS_SCALED_NONE; o->scaled <= ALS_SCALED_COUNTS; o->scaled++)
                for (size_t e = 0; e < EXTREMES; e++)
                    if (extreme_cases[e].factors <= 64)
                        check_extreme(&extreme_cases[e], &shops[i]);
        shop_fini(&shops[i]);
    }
}

/* The factors of three iterations by any solver, on any number of threads. */
static void same_bytes_by_solver(void **state)
{
    (void)state;
    enum { FACTORS = 20 };
    const int threads[] = {1, 2, 8};
    shop s;
    csr c;
    als_matrix m;
    als_shop(&s);
    weigh_shop(&c, &s);
    assert_int_equal(als_matrix_init(&m, &c, NULL), AISLE_OK);
    size_t stride = dense_stride(FACTORS), n = m.users.rows * stride, most = m.items.rows * stride;
    float *first = NEW_ARRAY(float, n), *x = NEW_ARRAY(float, n), *y = NEW_ARRAY(float, most);
    for (int run = 0; run < 9; run++) {
        als_solver solver;
        als_settings settings = {.factors = FACTORS,
                                 .regularisation = 1,
                                 .scale_power = 1,
                                 .solver = run / 3,
                                 .scaled = ALS_SCALED_COUNTS,
                                 .steps = 2,
                                 .threads = threads[run % 3]};
        assert_int_equal(als_solver_init(&solver, m.items.rows, &settings, NULL), AISLE_OK);
        als_start(x, y, &m, FACTORS, 3);
        for (int i = 0; i < 3; i++)
            assert_int_equal(als_iterate(&solver, x, y, &m, i, 3, NULL), AISLE_OK);
        if (run % 3 == 0)
            memcpy(first, x, n * sizeof *x);
        assert_memory_equal(first, x, n * sizeof *x);
        als_solver_fini(&solver);
    }
    mem_free(first);
    mem_free(x);
    mem_free(y);
    als_matrix_fini(&m);
    shop_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(normal_equations),
        cmocka_unit_test(loss_goes_down),
        cmocka_unit_test(loss_as_defined),
        cmocka_unit_test(bm25_weights),
        cmocka_unit_test(extremes),
        cmocka_unit_test(extremes_by_solver),
        cmocka_unit_test(same_bytes_by_solver),
    };
    return cmocka_run_group_tests_name("als", tests, NULL, NULL);
}
