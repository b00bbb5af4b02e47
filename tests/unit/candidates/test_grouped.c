/* What sells in a store or a segment, against its definition from the raw lines. */
#include "base/mem.h"
#include "candidates/blend.h"
#include "naive.h"

#include <math.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { LINES = 700, USERS = 25, ITEMS = 30, AS_OF = SHOP_AS_OF - 10 };

static shop_line lines[LINES];

static int32_t first_day(int32_t as_of, int64_t weeks)
{
    return weeks ? as_of - 7 * (int32_t)weeks : INT32_MIN;
}

/* The store of most of the household's lines before a day, each a basket of its own; 0: none. */
static int64_t home_of(int64_t user, int32_t as_of, int64_t weeks)
{
    int64_t home = 0;
    int most = 0;
    for (int64_t store = 1; store <= 5; store++) {
        int count = 0;
        for (size_t l = 0; l < LINES; l++)
            count += lines[l].user == user && lines[l].day >= first_day(as_of, weeks) &&
                     lines[l].day < as_of && shop_store(user, lines[l].basket) == store;
        home = count > most ? store : home;
        most = count > most ? count : most;
    }
    return home;
}

/* Marks the lines of the household's group by its receipts before a day; false: it has none. */
typedef bool (*marker)(bool in_group[LINES], const shop *s, int64_t user, int32_t as_of);

static bool mark_store(bool in_group[LINES], const shop *s, int64_t user, int32_t as_of)
{
    int64_t home = home_of(user, as_of, s->options.popular_store.store_weeks);
    for (size_t l = 0; l < LINES; l++)
        in_group[l] = shop_store(lines[l].user, lines[l].basket) == home;
    return home != 0;
}

static bool mark_segment(bool in_group[LINES], const shop *s, int64_t user, int32_t as_of)
{
    (void)s;
    (void)as_of;
    for (size_t l = 0; l < LINES; l++)
        in_group[l] = shop_size(lines[l].user) == shop_size(user);
    return true;
}

static void check_user(const item_lists *lists, const shop *s, const naive_group *group)
{
    uint32_t said = 0;
    for (uint32_t i = 0; i < s->a.n_items; i++)
        said += naive_grouped(lines, LINES, group, s->a.items.ints[i]) > 0;
    assert_int_equal(lists->count[0], said);
    for (uint32_t j = 0; j < said; j++) {
        double e = naive_grouped(lines, LINES, group, s->a.items.ints[lists->item[j]]);
        assert_true(fabs((double)lists->score[j] - e) <= 1e-6 * e);
    }
}

static void check(const shop *s, const char *name, int64_t weeks, double prior, marker mark)
{
    const retriever *row = retriever_find(name);
    aisle_error err = AISLE_ERROR_INIT;
    list_context context;
    item_lists lists;
    void *state;
    bool in_group[LINES];
    assert_int_equal(list_context_init(&context, &s->h, &s->c, &s->options, 1, 2, &err), AISLE_OK);
    assert_int_equal(retriever_fit(&state, row, &context, &s->h, &err), AISLE_OK);
    assert_int_equal(item_lists_init(&lists, 1, s->a.n_items, &err), AISLE_OK);
    for (int32_t as_of = AS_OF - 10; as_of <= AS_OF + 10; as_of += 10) {
        households h;
        assert_int_equal(households_init(&h, &s->a, s->dataset, as_of, NULL, &err), AISLE_OK);
        for (uint32_t u = 0; u < h.n_users; u++) {
            retriever_query query = {&h, &u, 1, false, 0};
            bool has = mark(in_group, s, h.users.ints[u], as_of);
            naive_group group = {first_day(AS_OF, weeks), AS_OF, prior, has ? in_group : NULL};
            assert_int_equal(retriever_fill(&lists, row, state, &context, &query, &err), AISLE_OK);
            check_user(&lists, s, &group);
        }
        households_fini(&h);
    }
    item_lists_fini(&lists);
    row->free(state, true);
    list_context_fini(&context);
}

static void open_shop(shop *s)
{
    shop_random_lines(lines, LINES, USERS, ITEMS, 23);
    shop_init(s, lines, LINES, AS_OF);
}

static void stores(void **state)
{
    (void)state;
    static const double priors[] = {0, 3, 1e300};
    shop s;
    open_shop(&s);
    for (int i = 0; i < 3; i++) {
        s.options.popular_store.weeks = 2 * i;
        s.options.popular_store.store_weeks = 4 - 2 * i;
        s.options.popular_store.prior = priors[i];
        check(&s, "popular_store", 2 * i, priors[i], mark_store);
    }
    shop_fini(&s);
}

static void segments(void **state)
{
    (void)state;
    static const double priors[] = {0, 3, 1e300};
    shop s;
    open_shop(&s);
    for (int i = 0; i < 3; i++) {
        s.options.popular_segment.weeks = 2 * i;
        s.options.popular_segment.prior = priors[i];
        s.options.popular_segment.column = i == 1 ? (char *)"Size" : NULL;
        check(&s, "popular_segment", 2 * i, priors[i], mark_segment);
    }
    shop_fini(&s);
}

static void no_such_column(void **state)
{
    (void)state;
    shop s;
    list_context context;
    void *fitted = NULL;
    aisle_error err = AISLE_ERROR_INIT;
    open_shop(&s);
    s.options.popular_segment.column = (char *)"shoe size";
    assert_int_equal(list_context_init(&context, &s.h, &s.c, &s.options, 1, 2, &err), AISLE_OK);
    assert_int_equal(
        retriever_fit(&fitted, retriever_find("popular_segment"), &context, &s.h, &err),
        AISLE_ERROR_CONFIG);
    assert_non_null(strstr(err.message, "'shoe size'"));
    assert_null(fitted);
    list_context_fini(&context);
    shop_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stores),
        cmocka_unit_test(segments),
        cmocka_unit_test(no_such_column),
    };
    return cmocka_run_group_tests_name("grouped", tests, NULL, NULL);
}
