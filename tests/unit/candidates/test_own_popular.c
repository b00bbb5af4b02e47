/* Own purchases and popular items against their definitions, from the raw lines. */
#include "base/mem.h"
#include "candidates/blend.h"
#include "naive.h"

#include <math.h>
#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { LINES = 1200, USERS = 30, ITEMS = 50, AS_OF = SHOP_AS_OF - 10 };

static void raw_shop(shop *s, shop_line lines[LINES])
{
    shop_random_lines(lines, LINES, USERS, ITEMS, 9);
    shop_init(s, lines, LINES, AS_OF);
}

/* Scores of a list of everything, for the user, against expected(user, item). as_of: of the user's
 * receipts. */
typedef double (*definition)(const shop *s, const shop_line *lines, int32_t as_of, int64_t user,
                             int64_t item);

static void check_asked(shop *s, const shop_line *lines, const char *name, definition expected,
                        int32_t as_of)
{
    aisle_error err = AISLE_ERROR_INIT;
    const retriever *row = retriever_find(name);
    list_context context;
    void *state;
    item_lists lists;
    households h;
    uint32_t k = s->a.n_items;
    assert_int_equal(households_init(&h, &s->a, s->dataset, as_of, NULL, &err), AISLE_OK);
    assert_int_equal(list_context_init(&context, &s->h, &s->c, &s->options, 1, 2, &err), AISLE_OK);
    assert_int_equal(retriever_fit(&state, row, &context, &s->h, &err), AISLE_OK);
    assert_int_equal(item_lists_init(&lists, 1, k, &err), AISLE_OK);
    for (uint32_t u = 0; u < h.n_users; u++) {
        retriever_query query = {&h, &u, 1, false, 0};
        uint32_t positive = 0;
        assert_int_equal(retriever_fill(&lists, row, state, &context, &query, &err), AISLE_OK);
        for (uint32_t i = 0; i < k; i++)
            positive += expected(s, lines, as_of, h.users.ints[u], s->a.items.ints[i]) > 0;
        assert_int_equal(lists.count[0], positive);
        for (uint32_t j = 0; j < positive; j++) {
            double e = expected(s, lines, as_of, h.users.ints[u], s->a.items.ints[lists.item[j]]);
            assert_true(fabs((double)lists.score[j] - e) <= 1e-6 * e);
        }
    }
    item_lists_fini(&lists);
    row->free(state, true);
    list_context_fini(&context);
    households_fini(&h);
}

/* By the receipts that the fit knows; by less; by newer ones too. */
static void check_scores(shop *s, const shop_line *lines, const char *name, definition expected)
{
    for (int32_t as_of = AS_OF - 10; as_of <= AS_OF + 10; as_of += 10)
        check_asked(s, lines, name, expected, as_of);
}

static double count_of(const shop *s, const shop_line *lines, int32_t as_of, int64_t user,
                       int64_t item)
{
    (void)s;
    return naive_own_decay(lines, LINES, as_of, 1, user, item);
}

static double decay_of(const shop *s, const shop_line *lines, int32_t as_of, int64_t user,
                       int64_t item)
{
    return naive_own_decay(lines, LINES, as_of, s->options.own_decay.decay, user, item);
}

static double popular_of(const shop *s, const shop_line *lines, int32_t as_of, int64_t user,
                         int64_t item)
{
    (void)as_of;
    (void)user;
    return naive_popular(lines, LINES, AS_OF, (int)s->options.popular.weeks, s->options.popular.by,
                         item);
}

static void own(void **state)
{
    (void)state;
    shop_line lines[LINES];
    shop s;
    raw_shop(&s, lines);
    check_scores(&s, lines, "own_count", count_of);
    for (double decay = 0.5; decay <= 1; decay += 0.25) {
        s.options.own_decay.decay = decay;
        check_scores(&s, lines, "own_decay", decay_of);
    }
    shop_fini(&s);
}

static void popular(void **state)
{
    (void)state;
    shop_line lines[LINES];
    shop s;
    raw_shop(&s, lines);
    for (int by = POPULAR_HOUSEHOLDS; by <= POPULAR_QUANTITY; by++) {
        for (int weeks = 0; weeks <= 4; weeks += 2) {
            s.options.popular.by = by;
            s.options.popular.weeks = weeks;
            check_scores(&s, lines, "popular", popular_of);
        }
    }
    shop_fini(&s);
}

/* Half-open: the day 7 weeks before T counts, the one before it and T itself don't. */
static void week_borders(void **state)
{
    (void)state;
    const shop_line lines[] = {{1, 1, 1, AS_OF - 7, 1},
                               {1, 2, 2, AS_OF - 8, 1},
                               {1, 3, 3, AS_OF, 1},
                               {1, 4, 4, AS_OF - 1, 1}};
    aisle_error err = AISLE_ERROR_INIT;
    shop s;
    level1 l;
    item_lists lists;
    uint32_t user = 0;
    retriever_query query = {&s.h, &user, 1, false, 0};
    bool *wanted = NEW_ZEROED(bool, retriever_count);
    assert_non_null(wanted);
    wanted[0] = true; /* popular alone */
    shop_init(&s, lines, 4, AS_OF);
    s.options.popular.weeks = 1;
    assert_int_equal(level1_init(&l, &s.h, &s.c, &s.options, wanted, 1, 1, &err), AISLE_OK);
    assert_int_equal(item_lists_init(&lists, 1, 9, &err), AISLE_OK);
    assert_int_equal(
        retriever_fill(&lists, &retriever_table[0], l.state[0], &l.context, &query, &err),
        AISLE_OK);
    assert_int_equal(lists.count[0], 2);
    assert_int_equal(s.a.items.ints[lists.item[0]], 1);
    assert_int_equal(s.a.items.ints[lists.item[1]], 4);
    item_lists_fini(&lists);
    level1_fini(&l);
    mem_free(wanted);
    shop_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own),
        cmocka_unit_test(popular),
        cmocka_unit_test(week_borders),
    };
    return cmocka_run_group_tests_name("own and popular", tests, NULL, NULL);
}
