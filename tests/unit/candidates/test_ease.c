#include "base/mem.h"
#include "base/rng.h"
#include "candidates/blend.h"
#include "candidates/kernels/dense_inverse.h"
#include "naive.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { LINES = 4000, USERS = 60, ITEMS = 200, FIT_AS_OF = SHOP_AS_OF - 9 };

typedef struct fitted {
    shop s;
    list_context context;
    void *state;
} fitted;

static const retriever *ease(void)
{
    return retriever_find("ease");
}

static void open_shop(fitted *f, int weighting, double decay)
{
    shop_line lines[LINES];
    shop_random_lines(lines, LINES, USERS, ITEMS, 5);
    shop_init(&f->s, lines, LINES, FIT_AS_OF);
    shop_allow(&f->s, 7, 2);
    f->s.options.ease.weighting = weighting;
    f->s.options.ease.decay = decay;
    f->s.options.ease.regularisation = 3;
    assert_int_equal(list_context_init(&f->context, &f->s.h, &f->s.c, &f->s.options, 1, 2, NULL),
                     AISLE_OK);
}

static void close_shop(fitted *f)
{
    list_context_fini(&f->context);
    shop_fini(&f->s);
}

/* Weights of all users for all items of the catalogue, by their definition. */
static double *dense_weights(const fitted *f, const households *h)
{
    const catalogue *c = &f->s.c;
    const ease_options *o = &f->s.options.ease;
    double *x = NEW_ZEROED(double, (size_t)h->n_users * c->count);
    for (uint32_t u = 0; u < h->n_users; u++) {
        for (uint64_t l = h->user_offset[u]; l < h->user_offset[u + 1]; l++) {
            double w = pow(o->decay, (h->as_of - h->line.day[l]) / 7.0);
            for (uint32_t i = 0; i < c->count; i++) {
                double *at = &x[(size_t)u * c->count + i];
                if (c->items[i] == h->line.item[l])
                    *at = o->weighting == EASE_BINARY ? fmax(*at, w) : *at + w;
            }
        }
    }
    for (size_t i = 0; o->weighting == EASE_LOG && i < (size_t)h->n_users * c->count; i++)
        x[i] = log1p(x[i]);
    return x;
}

/* Lists of all of h, by their weights and the fit's b: [items][items]. */
static void check_lists(const fitted *f, const households *h, const double *b)
{
    item_lists lists;
    size_t n = f->s.c.count, users = h->n_users;
    double *x = dense_weights(f, h);
    assert_int_equal(item_lists_init(&lists, users, (uint32_t)n, NULL), AISLE_OK);
    uint32_t *all = NEW_ARRAY(uint32_t, users);
    for (uint32_t u = 0; u < users; u++)
        all[u] = u;
    retriever_query query = {h, all, users, false, 0};
    assert_int_equal(retriever_fill(&lists, ease(), f->state, &f->context, &query, NULL), AISLE_OK);
    for (uint32_t u = 0; u < users; u++) {
        assert_int_equal(lists.count[u], n);
        for (uint32_t j = 0; j < n; j++) {
            double expected = 0;
            uint32_t place = 0;
            while (f->s.c.items[place] != lists.item[u * n + j])
                place++;
            for (size_t i = 0; i < n; i++)
                expected += x[u * n + i] * b[i * n + place];
            if (!(fabs((double)lists.score[u * n + j] - expected) <= 1e-5 * (1 + fabs(expected))))
                fail_msg("user %u: %g, not %g", u, (double)lists.score[u * n + j], expected);
        }
    }
    item_lists_fini(&lists);
    mem_free(all);
    mem_free(x);
}

/* By the receipts that the fit knows; by less; by newer ones too. */
static void check_twin(int weighting, double decay)
{
    fitted f;
    open_shop(&f, weighting, decay);
    size_t n = f.s.c.count;
    double *x = dense_weights(&f, &f.s.h), *b = NEW_ARRAY(double, n *n);
    naive_ease(b, x, f.s.h.n_users, n, 3);
    assert_int_equal(retriever_fit(&f.state, ease(), &f.context, &f.s.h, NULL), AISLE_OK);
    check_lists(&f, &f.s.h, b);
    for (int32_t as_of = FIT_AS_OF - 9; as_of <= SHOP_AS_OF; as_of += 18) {
        households h;
        assert_int_equal(households_init(&h, &f.s.a, f.s.dataset, as_of, NULL, NULL), AISLE_OK);
        check_lists(&f, &h, b);
        households_fini(&h);
    }
    ease()->free(f.state, true);
    mem_free(x);
    mem_free(b);
    close_shop(&f);
}

static void twin(void **state)
{
    (void)state;
    check_twin(EASE_LINES, 1);
    check_twin(EASE_LINES, 0.9);
    check_twin(EASE_LOG, 0.95);
    check_twin(EASE_BINARY, 0.98);
    check_twin(EASE_BINARY, 1);
}

/* Best first, what having the item says for each, without itself. */
static void similar(void **state)
{
    (void)state;
    enum { K = 7 };
    fitted f;
    neighbour near[K];
    size_t count;
    open_shop(&f, EASE_LINES, 1);
    size_t n = f.s.c.count;
    double *x = dense_weights(&f, &f.s.h), *b = NEW_ARRAY(double, n *n);
    naive_ease(b, x, f.s.h.n_users, n, 3);
    assert_int_equal(retriever_fit(&f.state, ease(), &f.context, &f.s.h, NULL), AISLE_OK);
    for (uint32_t i = 0; i < n; i++) {
        assert_int_equal(
            ease()->similar_items(&count, near, K, f.state, &f.context, f.s.c.items[i], NULL),
            AISLE_OK);
        double last = INFINITY;
        size_t better = 0;
        for (size_t j = 0; j < count; j++) {
            assert_true(near[j].score > 0 && near[j].index != f.s.c.items[i]);
            assert_true((double)near[j].score <= last);
            last = (double)near[j].score;
        }
        for (size_t j = 0; j < n; j++)
            better += b[i * n + j] > (count < K ? 1e-6 : last + 1e-6);
        assert_true(better <= count);
    }
    ease()->free(f.state, true);
    mem_free(x);
    mem_free(b);
    close_shop(&f);
}

static void refusals(void **state)
{
    (void)state;
    fitted f;
    aisle_error err = AISLE_ERROR_INIT;
    open_shop(&f, EASE_LINES, 1);
    f.s.options.ease.items_most = f.s.c.count - 1;
    assert_int_equal(retriever_fit(&f.state, ease(), &f.context, &f.s.h, &err),
                     AISLE_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, "candidates.ease.items_most"));
    assert_int_equal(ease()->adopt(&f.state, &f.context, &err), AISLE_ERROR_ARGUMENT);
    f.s.options.ease.items_most = f.s.c.count;
    /* more items than users: singular without it */
    f.s.options.ease.regularisation = 0;
    assert_int_equal(retriever_fit(&f.state, ease(), &f.context, &f.s.h, &err),
                     AISLE_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, "regularisation"));
    f.s.options.ease.regularisation = 1e12;
    assert_int_equal(retriever_fit(&f.state, ease(), &f.context, &f.s.h, &err), AISLE_OK);
    ease()->free(f.state, true);
    close_shop(&f);
}

/* ---- The inverse ---- */

static void random_symmetric(dense_symmetric *m, size_t n)
{
    rng r = rng_init(3, n);
    assert_int_equal(dense_symmetric_init(m, n, NULL), AISLE_OK);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < i; j++)
            *dense_symmetric_at(m, i, j) = rng_unit(&r) - 0.5;
        *dense_symmetric_at(m, i, i) = (double)n;
    }
}

static double entry(const dense_symmetric *m, size_t i, size_t j)
{
    return i > j ? *dense_symmetric_at(m, i, j) : *dense_symmetric_at(m, j, i);
}

static void check_inverse(size_t n)
{
    const int threads[] = {1, 2, 8};
    dense_symmetric m, first = {0};
    random_symmetric(&m, n);
    for (size_t t = 0; t < 3; t++) {
        dense_symmetric inverse;
        double smallest;
        random_symmetric(&inverse, n);
        assert_int_equal(dense_symmetric_sweep(&inverse, &smallest, threads[t], NULL), AISLE_OK);
        assert_true(smallest > 0);
        for (size_t i = 0; t == 0 && i < n; i++) {
            for (size_t j = 0; j < n; j++) {
                double sum = 0;
                for (size_t k = 0; k < n; k++)
                    sum -= entry(&m, i, k) * entry(&inverse, k, j);
                assert_true(fabs(sum - (i == j)) < 1e-12);
            }
        }
        if (t == 0) {
            first = inverse;
            continue;
        }
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j <= i; j++)
                assert_true(entry(&first, i, j) == entry(&inverse, i, j));
        dense_symmetric_fini(&inverse);
    }
    dense_symmetric_fini(&first);
    dense_symmetric_fini(&m);
}

static void inverse(void **state)
{
    (void)state;
    check_inverse(1);
    check_inverse(127);
    check_inverse(128);
    check_inverse(129);
    check_inverse(400);
}

static void not_positive(void **state)
{
    (void)state;
    dense_symmetric m;
    double smallest;
    random_symmetric(&m, 200);
    *dense_symmetric_at(&m, 150, 150) = -1;
    assert_int_equal(dense_symmetric_sweep(&m, &smallest, 2, NULL), AISLE_OK);
    assert_true(smallest < 0);
    dense_symmetric_fini(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(twin),    cmocka_unit_test(similar),      cmocka_unit_test(refusals),
        cmocka_unit_test(inverse), cmocka_unit_test(not_positive),
    };
    return cmocka_run_group_tests_name("ease", tests, NULL, NULL);
}
