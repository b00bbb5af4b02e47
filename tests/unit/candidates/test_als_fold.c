/* Households folded into the fitted items of als, and what is near to what by their factors. */
#include "base/mem.h"
#include "candidates/factors/als_fit.h"
#include "candidates/factors/als_fold.h"
#include "candidates/factors/als_state.h"
#include "candidates/factors/als_weights.h"
#include "candidates/factors/panels.h"
#include "naive.h"

#include <math.h>
#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { LINES = 2500, USERS = 50, ITEMS = 80, FIT_AS_OF = SHOP_AS_OF - 9 };

typedef struct fitted {
    shop s;
    list_context context;
    als_state *state;
} fitted;

static void fit_shop(fitted *f, int64_t iterations, int scaled, int64_t pool)
{
    shop_line lines[LINES];
    shop_random_lines(lines, LINES, USERS, ITEMS, 5);
    shop_init(&f->s, lines, LINES, FIT_AS_OF);
    f->s.options.als.factors = 6;
    f->s.options.als.iterations = iterations;
    f->s.options.als.regularisation = 2;
    f->s.options.als.scaled = scaled;
    f->s.options.pool = pool;
    assert_int_equal(list_context_init(&f->context, &f->s.h, &f->s.c, &f->s.options, 1, 2, NULL),
                     AISLE_OK);
    void *state;
    assert_int_equal(retriever_fit(&state, retriever_find("als"), &f->context, &f->s.h, NULL),
                     AISLE_OK);
    f->state = state;
}

static void close_fitted(fitted *f)
{
    retriever_find("als")->free(f->state, true);
    list_context_fini(&f->context);
    shop_fini(&f->s);
}

/* What the fit ends with: its items' factors are those that the state has. x: [users][stride],
 * y: [items][stride] */
static void factorise(float *x, float *y, const fitted *f, const csr *c)
{
    als_settings settings = als_settings_of(&f->context);
    int64_t iterations = f->s.options.als.iterations;
    size_t stride = f->state->stride;
    als_solver solver;
    als_matrix m = {.users = *c};
    float *items = NEW_ARRAY(float, c->columns *stride);
    uint32_t most = c->rows > c->columns ? c->rows : c->columns;
    assert_int_equal(csr_transpose(&m.items, c, NULL), AISLE_OK);
    assert_int_equal(als_solver_init(&solver, most, &settings, NULL), AISLE_OK);
    als_start(x, y, &m, settings.factors, f->context.seed);
    for (int64_t i = 0; i < iterations; i++)
        assert_int_equal(als_iterate(&solver, x, y, &m, i, iterations, NULL), AISLE_OK);
    factor_panels_unpack(items, &f->state->items);
    assert_memory_equal(items, y, c->columns * stride * sizeof *y);
    als_solver_fini(&solver);
    csr_fini(&m.items);
    mem_free(items);
}

static void assert_factors(const float *x, const double *expected, size_t n, double within)
{
    for (size_t k = 0; k < n; k++)
        if (!(fabs((double)x[k] - expected[k]) <= within * (1 + fabs(expected[k]))))
            fail_msg("factor %zu: %g, not %g", k, (double)x[k], expected[k]);
}

/* One household's fold: the same bytes as the state's of the pool, the exact solution, and, of a
 * fit that has converged, what the fit ended with. */
static void check_folded(const fitted *f, const float *folded, const csr *c, uint32_t user,
                         const float *y, const float *fit)
{
    size_t stride = f->state->stride, factors = (size_t)f->s.options.als.factors;
    double expected[16], n = (double)(c->offset[user + 1] - c->offset[user]);
    double scale = f->s.options.als.scaled ? n * c->rows / (double)csr_entries(c) : 1;
    double regularisation =
        f->s.options.als.regularisation * pow(scale, f->s.options.als.scale_power);
    assert_memory_equal(folded, f->state->users + user * stride, stride * sizeof *folded);
    naive_als_row(expected, c, user, y, factors, stride, regularisation);
    assert_factors(folded, expected, factors, 1e-4);
    for (size_t k = 0; k < factors; k++)
        expected[k] = (double)fit[k];
    assert_factors(folded, expected, factors, 1e-3);
    for (size_t k = factors; k < stride; k++)
        assert_true(folded[k] == 0);
}

/* A household's own pairs give what the fit has of it, once that has converged; no pairs: 0. */
static void check_fold(int scaled)
{
    fitted f;
    als_fold fold;
    csr c;
    fit_shop(&f, 400, scaled, 20000);
    assert_int_equal(als_weights_init(&c, &f.state->weigher, &f.s.h, &f.s.c, NULL), AISLE_OK);
    size_t stride = f.state->stride;
    float *x = NEW_ARRAY(float, c.rows *stride), *y = NEW_ARRAY(float, c.columns *stride);
    factorise(x, y, &f, &c);
    als_settings settings = als_settings_of(&f.context);
    double mean = (double)csr_entries(&c) / c.rows;
    assert_int_equal(als_fold_init(&fold, y, c.columns, &settings, mean, NULL), AISLE_OK);
    float *folded = NEW_ARRAY(float, stride), *scratch = NEW_ARRAY(float, als_fold_room(&fold));
    for (uint32_t u = 0; u < c.rows; u++) {
        als_fold_user(folded, &fold, c.column + c.offset[u], c.value + c.offset[u],
                      c.offset[u + 1] - c.offset[u], scratch);
        check_folded(&f, folded, &c, u, y, x + u * stride);
    }
    als_fold_user(folded, &fold, NULL, NULL, 0, scratch);
    for (size_t k = 0; k < stride; k++)
        assert_true(folded[k] == 0);
    als_fold_fini(&fold);
    csr_fini(&c);
    mem_free(x);
    mem_free(y);
    mem_free(folded);
    mem_free(scratch);
    close_fitted(&f);
}

static void fold_in(void **state)
{
    (void)state;
    check_fold(ALS_SCALED_NONE);
    check_fold(ALS_SCALED_COUNTS);
}

/* Whoever asks by any receipts is folded in from those, and scored by the items' factors. */
static void check_asked(const fitted *f, const households *h, const float *y)
{
    enum { FACTORS = 6 };
    const als_options *o = &f->s.options.als;
    size_t n = f->state->n_items, stride = f->state->stride;
    uint32_t *items = NEW_ARRAY(uint32_t, n);
    float *scores = NEW_ARRAY(float, n);
    csr c;
    assert_int_equal(als_weights_init(&c, &f->state->weigher, h, &f->s.c, NULL), AISLE_OK);
    for (uint32_t i = 0; i < n; i++)
        items[i] = i;
    for (uint32_t u = 0; u < h->n_users; u++) {
        asker who = {h, u, false};
        double x[FACTORS], pairs = (double)(c.offset[u + 1] - c.offset[u]);
        double mean = (double)f->s.h.pairs / f->s.h.n_users;
        naive_als_row(x, &c, u, y, FACTORS, stride,
                      o->regularisation * pow(fmax(pairs, 1) / mean, o->scale_power));
        assert_int_equal(retriever_score(scores, retriever_find("als"), f->state, &f->context, &who,
                                         items, n, NULL),
                         AISLE_OK);
        for (size_t i = 0; i < n; i++) {
            double expected = 0;
            for (size_t k = 0; k < FACTORS; k++)
                expected += x[k] * (double)y[i * stride + k];
            assert_true(fabs((double)scores[i] - expected) <= 1e-4 * (1 + fabs(expected)));
        }
    }
    csr_fini(&c);
    mem_free(items);
    mem_free(scores);
}

/* By the receipts that the fit knows; by less; by newer ones too. */
static void scores(void **state)
{
    (void)state;
    fitted f;
    fit_shop(&f, 5, ALS_SCALED_COUNTS, 20000);
    assert_int_equal(f.s.options.als.factors, 6);
    float *y = NEW_ARRAY(float, f.state->n_items *f.state->stride);
    factor_panels_unpack(y, &f.state->items);
    for (int32_t as_of = FIT_AS_OF - 9; as_of <= FIT_AS_OF + 9; as_of += 9) {
        households h;
        assert_int_equal(households_init(&h, &f.s.a, f.s.dataset, as_of, NULL, NULL), AISLE_OK);
        check_asked(&f, &h, y);
        households_fini(&h);
    }
    mem_free(y);
    close_fitted(&f);
}

static double naive_cosine(const float *a, const float *b, size_t n)
{
    double ab = 0, aa = 0, bb = 0;
    for (size_t k = 0; k < n; k++) {
        ab += (double)a[k] * (double)b[k];
        aa += (double)a[k] * (double)a[k];
        bb += (double)b[k] * (double)b[k];
    }
    return ab / sqrt(aa * bb);
}

/* The rows that neighbours are looked for in, and the one that is not its own neighbour. */
typedef struct among {
    const float *row; /* [n][stride] */
    size_t n, stride;
    uint32_t itself; /* HISTORY_NONE: it is not among them */
} among;

/* near: the neighbours of the factors `of`. */
static void check_neighbours(const neighbour *near, size_t count, size_t k, const among *all,
                             const float *of)
{
    size_t others = all->n - (all->itself != HISTORY_NONE), better = 0;
    assert_int_equal(count, k < others ? k : others);
    for (size_t j = 0; j < count; j++) {
        double expected = naive_cosine(of, all->row + near[j].index * all->stride, all->stride);
        assert_true(near[j].index != all->itself);
        assert_true(fabs((double)near[j].score - expected) < 1e-5);
        assert_true(j == 0 || near[j].score <= near[j - 1].score);
    }
    for (uint32_t r = 0; r < all->n; r++)
        better += r != all->itself && naive_cosine(of, all->row + r * all->stride, all->stride) >
                                          (double)near[count - 1].score + 1e-5;
    assert_true(better < count);
}

/* The whole shop is the catalogue: a place in it is the item. */
static void similar_items(void **state)
{
    (void)state;
    fitted f;
    neighbour near[1000];
    size_t count;
    fit_shop(&f, 5, ALS_SCALED_NONE, 20000);
    const retriever *als = retriever_find("als");
    size_t n = f.state->n_items, stride = f.state->stride;
    float *items = NEW_ARRAY(float, n *stride);
    factor_panels_unpack(items, &f.state->items);
    for (size_t k = 7; k <= 1000; k += 993) {
        for (uint32_t i = 0; i < n; i++) {
            among all = {items, n, stride, i};
            assert_int_equal(als->similar_items(&count, near, k, f.state, &f.context, i, NULL),
                             AISLE_OK);
            check_neighbours(near, count, k, &all, items + i * stride);
        }
    }
    mem_free(items);
    close_fitted(&f);
}

/* Of a pool that has all, and of one that has some; whoever asks is no neighbour of its own. */
static void similar_users(void **state)
{
    (void)state;
    fitted all, f;
    neighbour near[1000];
    size_t count;
    const retriever *als = retriever_find("als");
    fit_shop(&all, 5, ALS_SCALED_NONE, 20000);
    assert_int_equal(all.state->pool, all.s.h.n_users);
    for (int64_t pool = 12; pool <= 20000; pool += 19988) {
        fit_shop(&f, 5, ALS_SCALED_NONE, pool);
        size_t stride = f.state->stride, n = f.state->pool;
        assert_int_equal(n, pool < all.s.h.n_users ? pool : all.s.h.n_users);
        for (uint32_t u = 0; u < f.s.h.n_users; u++) {
            among pooled = {f.state->users, n, stride, HISTORY_NONE};
            asker who = {&f.s.h, u, false};
            for (uint32_t p = 0; p < n; p++)
                pooled.itself = f.context.pool.user[p] == u ? p : pooled.itself;
            for (size_t k = 7; k <= 1000; k += 993) {
                assert_int_equal(
                    als->similar_users(&count, near, k, f.state, &f.context, &who, NULL), AISLE_OK);
                check_neighbours(near, count, k, &pooled, all.state->users + u * stride);
            }
        }
        close_fitted(&f);
    }
    close_fitted(&all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fold_in),
        cmocka_unit_test(scores),
        cmocka_unit_test(similar_items),
        cmocka_unit_test(similar_users),
    };
    return cmocka_run_group_tests_name("als folded in", tests, NULL, NULL);
}
