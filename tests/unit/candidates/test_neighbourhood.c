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

enum { LINES = 900, USERS = 25, ITEMS = 50 };

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
    shop_init(s, lines, n, SHOP_AS_OF);
    shop_allow(s, 4, 1);
}

static int largest_first(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? 1 : x > y ? -1 : 0;
}

/* Similarities of the neighbours are the k largest, and each is that of its user. */
static void check_near(const neighbour *found, size_t count, const model *m, const double *values,
                       const shop *s, uint32_t user, size_t k)
{
    double all[USERS];
    size_t n = 0;
    for (uint32_t v = 0; v < s->h.n_users; v++) {
        double similarity = v == user ? 0 : m->similarity(values, s, user, v);
        if (similarity > 0)
            all[n++] = similarity;
    }
    qsort(all, n, sizeof *all, largest_first);
    assert_int_equal(count, n < k ? n : k);
    for (size_t j = 0; j < count; j++) {
        assert_int_not_equal(found[j].index, user);
        assert_true(near((double)found[j].score, all[j]));
        assert_true(near((double)found[j].score, m->similarity(values, s, user, found[j].index)));
    }
}

/* The score by the neighbours that were found. */
static double score_of(const neighbour *found, size_t count, const model *m, const double *values,
                       const shop *s, uint32_t user, uint32_t item)
{
    double own = values[user * s->h.n_items + item], sum = 0;
    double alpha = s->options.tifu_knn.alpha;
    for (size_t j = 0; j < count; j++) {
        double value = values[found[j].index * s->h.n_items + item];
        sum +=
            m == &tifu_knn ? (1 - alpha) / (double)count * value : (double)found[j].score * value;
    }
    return sum + (m == &up_cf ? own : m == &tifu_knn ? alpha * own : 0);
}

static void check_model(const model *m, const shop *s, size_t k)
{
    aisle_error err = AISLE_ERROR_INIT;
    const retriever *row = retriever_find(m->name);
    list_context context;
    void *state;
    neighbour found[USERS];
    float scores[ITEMS];
    uint32_t items[ITEMS];
    assert_int_equal(list_context_init(&context, &s->h, &s->c, &s->options, 1, 2, &err), AISLE_OK);
    if (row->fit(&state, &context, &err))
        fail_msg("%s", err.message);
    double *values = m->values(s);
    void *scratch = NEW_ZEROED(char, row->scratch(state, &context));
    for (uint32_t i = 0; i < s->h.n_items; i++)
        items[i] = i;
    for (uint32_t u = 0; u < s->h.n_users; u++) {
        size_t count;
        row->similar_users(&count, found, USERS, state, &context, u, NULL);
        check_near(found, count, m, values, s, u, k);
        row->score(scores, state, &context, u, items, s->h.n_items, scratch);
        for (uint32_t i = 0; i < s->h.n_items; i++) {
            double expected = score_of(found, count, m, values, s, u, i);
            assert_true(expected > 1e-9 ? near((double)scores[i], expected) : isnan(scores[i]));
        }
    }
    mem_free(scratch);
    mem_free(values);
    row->free(state, true);
    list_context_fini(&context);
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

/* With a pool, neighbours are of the pool alone, and those of a smaller one are in the larger. */
static void samples(void **state)
{
    (void)state;
    shop s;
    list_context context;
    bool in_pool[2][USERS] = {{false}};
    aisle_error err = AISLE_ERROR_INIT;
    const retriever *row = retriever_find("similar_users");
    open_shop(&s);
    for (int larger = 0; larger < 2; larger++) {
        void *fitted;
        s.options.similar_users.sample = larger ? 12 : 5;
        assert_int_equal(list_context_init(&context, &s.h, &s.c, &s.options, 1, 2, &err), AISLE_OK);
        assert_int_equal(row->fit(&fitted, &context, &err), AISLE_OK);
        for (uint32_t u = 0; u < s.h.n_users; u++) {
            neighbour found[USERS];
            size_t count;
            row->similar_users(&count, found, USERS, fitted, &context, u, NULL);
            for (size_t j = 0; j < count; j++)
                in_pool[larger][found[j].index] = true;
        }
        row->free(fitted, true);
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
        cmocka_unit_test(samples),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
