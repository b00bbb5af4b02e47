/* UP-CF, TIFU-KNN and similar users against their definitions. */
#include "base/mem.h"
#include "candidates/blend.h"
#include "naive_users.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { LINES = 900, USERS = 25, ITEMS = 50, FIT_AS_OF = SHOP_AS_OF - 10 };

typedef struct model {
    const char *name;
    double *(*values)(const shop *s);
    double (*similarity)(const double *values, const shop *s, uint32_t a, uint32_t b);
} model;

static const model up_cf = {"up_cf", naive_up_cf_values, naive_up_cf_similarity};
static const model tifu_knn = {"tifu_knn", naive_tifu_values, naive_tifu_similarity};
static const model similar_users = {"similar_users", naive_similar_values,
                                    naive_similar_similarity};

static bool near(double a, double b)
{
    return fabs(a - b) <= 2e-5 * fmax(fabs(a), fabs(b)) + 1e-9;
}

/* Few days, and a household's lines of a day one basket: baskets of several items, each once. */
static void open_shop(shop *s)
{
    shop_line lines[LINES];
    size_t n = 0;
    shop_random_lines(lines, LINES, USERS, ITEMS, 3);
    for (size_t i = 0; i < LINES; i++)
        lines[i].day = SHOP_AS_OF - 1 - 3 * (lines[i].day % 15);
    shop_join_baskets(lines, LINES);
    for (size_t i = 0; i < LINES; i++) {
        bool again = false;
        for (size_t j = 0; j < n; j++)
            again |= lines[j].basket == lines[i].basket && lines[j].item == lines[i].item;
        if (!again)
            lines[n++] = lines[i];
    }
    shop_init(s, lines, n, FIT_AS_OF);
    shop_allow(s, 4, 1);
}

static int largest_first(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? 1 : x > y ? -1 : 0;
}

/* A fitted model, and the values by definition of its households and, as one more row, of the
 * household that asks. */
typedef struct fitted {
    const model *m;
    const shop *s;
    list_context context;
    void *state;
    double *values; /* [users + 1][items] */
} fitted;

static double similarity_to(const fitted *f, uint32_t user)
{
    return f->m->similarity(f->values, f->s, f->s->h.n_users, user);
}

/* Similarities of the neighbours are the k largest of the pool, and each is that of its user.
 * itself: who asks among the fit's households, or HISTORY_NONE. */
static void check_near(const neighbour *found, size_t count, const fitted *f, uint32_t itself,
                       size_t k)
{
    const uint32_t *pool = f->context.pool.user;
    double all[USERS];
    size_t n = 0;
    for (size_t p = 0; p < f->context.pool.users.count; p++) {
        double similarity = pool[p] == itself ? 0 : similarity_to(f, pool[p]);
        if (similarity > 0)
            all[n++] = similarity;
    }
    qsort(all, n, sizeof *all, largest_first);
    assert_int_equal(count, n < k ? n : k);
    for (size_t j = 0; j < count; j++) {
        assert_true(found[j].index < f->context.pool.users.count);
        uint32_t other = pool[found[j].index];
        assert_int_not_equal(other, itself);
        assert_true(near((double)found[j].score, all[j]));
        assert_true(near((double)found[j].score, similarity_to(f, other)));
    }
}

/* The score by the neighbours that were found. */
static double score_of(const neighbour *found, size_t count, const fitted *f, uint32_t item)
{
    uint32_t items = f->s->a.n_items;
    double own = f->values[f->s->h.n_users * items + item], sum = 0;
    double alpha = f->s->options.tifu_knn.alpha;
    for (size_t j = 0; j < count; j++) {
        double value = f->values[f->context.pool.user[found[j].index] * items + item];
        sum += f->m == &tifu_knn ? (1 - alpha) / (double)count * value
                                 : (double)found[j].score * value;
    }
    return sum + (f->m == &up_cf ? own : f->m == &tifu_knn ? alpha * own : 0);
}

static void check_user(const fitted *f, const households *h, uint32_t user, size_t k)
{
    const retriever *row = retriever_find(f->m->name);
    uint32_t n = f->s->a.n_items, items[ITEMS];
    asker who = {h, user, false};
    neighbour found[USERS];
    float scores[ITEMS];
    size_t count;
    for (uint32_t i = 0; i < n; i++)
        items[i] = i;
    assert_int_equal(row->similar_users(&count, found, USERS, f->state, &f->context, &who, NULL),
                     AISLE_OK);
    check_near(found, count, f, id_table_find_same(&f->s->h.users, &h->users, user), k);
    assert_int_equal(retriever_score(scores, row, f->state, &f->context, &who, items, n, NULL),
                     AISLE_OK);
    for (uint32_t i = 0; i < n; i++) {
        double expected = score_of(found, count, f, i);
        assert_true(expected > 1e-9 ? near((double)scores[i], expected) : isnan(scores[i]));
    }
}

/* What the pool bought, as far as it has a value. */
static void check_bought(const fitted *f)
{
    const retriever *row = retriever_find(f->m->name);
    uint32_t n = f->s->a.n_items;
    for (uint32_t p = 0; p < f->context.pool.users.count; p++)
        for (uint32_t i = 0; i < n; i++)
            assert_int_equal(row->pool_bought(f->state, p, i),
                             f->values[f->context.pool.user[p] * n + i] > 0);
}

/* All households ask by their receipts before a day. */
static void check_asked(fitted *f, int32_t as_of, size_t k)
{
    shop asked = *f->s;
    uint32_t n = f->s->a.n_items;
    assert_int_equal(households_init(&asked.h, &f->s->a, f->s->dataset, as_of, NULL, NULL),
                     AISLE_OK);
    double *values = f->m->values(&asked);
    for (uint32_t u = 0; u < asked.h.n_users; u++) {
        memcpy(f->values + f->s->h.n_users * n, values + u * n, n * sizeof *values);
        check_user(f, &asked.h, u, k);
    }
    mem_free(values);
    households_fini(&asked.h);
}

/* With a pool of all, then of some; by the receipts that the fit knows, by less, by newer ones. */
static void check_model(const model *m, shop *s, size_t k)
{
    static const uint32_t pools[] = {20000, 12, 1};
    aisle_error err = AISLE_ERROR_INIT;
    const retriever *row = retriever_find(m->name);
    size_t entries = (size_t)s->h.n_users * s->a.n_items;
    for (int i = 0; i < 3; i++) {
        fitted f = {.m = m, .s = s, .values = NEW_ARRAY(double, entries + s->a.n_items)};
        double *values = m->values(s);
        memcpy(f.values, values, entries * sizeof *values);
        s->options.pool = pools[i];
        assert_int_equal(list_context_init(&f.context, &s->h, &s->c, &s->options, 1, 2, &err),
                         AISLE_OK);
        assert_int_equal(f.context.pool.users.count,
                         pools[i] < s->h.n_users ? pools[i] : s->h.n_users);
        if (retriever_fit(&f.state, row, &f.context, &s->h, &err))
            fail_msg("%s", err.message);
        for (int32_t as_of = FIT_AS_OF - 10; as_of <= FIT_AS_OF + 10; as_of += 10)
            check_asked(&f, as_of, k);
        check_bought(&f);
        mem_free(values);
        mem_free(f.values);
        row->free(f.state, true);
        list_context_fini(&f.context);
    }
}

static void up_cf_scores(void **state)
{
    (void)state;
    shop s;
    open_shop(&s);
    for (int64_t k = 1; k < 40; k += 12) {
        s.options.up_cf.neighbours = k;
        s.options.up_cf.baskets = k % 5;
        s.options.up_cf.locality = 1 + (double)k / 20;
        s.options.up_cf.asymmetry = 0.02 * (double)k;
        check_model(&up_cf, &s, (size_t)k);
    }
    shop_fini(&s);
}

static void tifu_knn_scores(void **state)
{
    (void)state;
    shop s;
    open_shop(&s);
    for (int64_t k = 1; k < 40; k += 12) {
        s.options.tifu_knn.neighbours = k;
        s.options.tifu_knn.groups = 1 + k % 7;
        s.options.tifu_knn.alpha = 0.02 * (double)k;
        check_model(&tifu_knn, &s, (size_t)k);
    }
    shop_fini(&s);
}

static void similar_users_scores(void **state)
{
    (void)state;
    shop s;
    open_shop(&s);
    for (int64_t k = 1; k < 40; k += 12) {
        s.options.similar_users.neighbours = k;
        s.options.similar_users.weight = (int)(k / 12 % 3);
        check_model(&similar_users, &s, (size_t)k);
    }
    shop_fini(&s);
}

/* All of the pool are somebody's neighbours, and those of a smaller pool are in a larger one. */
static void pools(void **state)
{
    (void)state;
    shop s;
    list_context context;
    bool in_pool[2][USERS] = {{false}};
    aisle_error err = AISLE_ERROR_INIT;
    const retriever *row = retriever_find("similar_users");
    open_shop(&s);
    for (int larger = 0; larger < 2; larger++) {
        void *fit;
        s.options.pool = larger ? 12 : 5;
        assert_int_equal(list_context_init(&context, &s.h, &s.c, &s.options, 1, 2, &err), AISLE_OK);
        assert_int_equal(retriever_fit(&fit, row, &context, &s.h, &err), AISLE_OK);
        for (uint32_t u = 0; u < s.h.n_users; u++) {
            neighbour found[USERS];
            size_t count;
            asker who = {&s.h, u, false};
            row->similar_users(&count, found, USERS, fit, &context, &who, NULL);
            for (size_t j = 0; j < count; j++)
                in_pool[larger][context.pool.user[found[j].index]] = true;
        }
        row->free(fit, true);
        list_context_fini(&context);
    }
    int small = 0, large = 0;
    for (uint32_t u = 0; u < USERS; u++) {
        small += in_pool[0][u];
        large += in_pool[1][u];
        assert_true(!in_pool[0][u] || in_pool[1][u]);
    }
    assert_int_equal(small, 5);
    assert_int_equal(large, 12);
    shop_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(up_cf_scores),
        cmocka_unit_test(tifu_knn_scores),
        cmocka_unit_test(similar_users_scores),
        cmocka_unit_test(pools),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
