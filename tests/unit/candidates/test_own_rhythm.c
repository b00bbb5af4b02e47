/* Own purchases by the last baskets and by how due they are, against their definitions. */
#include "base/mem.h"
#include "candidates/retriever.h"
#include "history/rhythm.h"
#include "naive_own.h"

#include <math.h>
#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { LINES = 700, USERS = 15, ITEMS = 40, AS_OF = SHOP_AS_OF - 10 };

/* Baskets of several items, up to two a day, each item once in it. */
static size_t some_lines(shop_line lines[LINES], uint64_t seed)
{
    size_t n = 0;
    shop_random_lines(lines, LINES, USERS, ITEMS, seed);
    for (size_t i = 0; i < LINES; i++) {
        shop_line line = lines[i];
        bool again = false;
        line.basket = ((SHOP_AS_OF - line.day) * 1000 + line.user) * 2 + (int64_t)(i % 2);
        for (size_t j = 0; j < n; j++)
            again |= lines[j].basket == line.basket && lines[j].item == line.item;
        if (!again)
            lines[n++] = line;
    }
    return n;
}

/* Of an item that the user bought; below 0: not listed. */
typedef double (*definition)(const naive_lines *lines, const shop *s, int64_t user, int64_t item);

static double last_of(const naive_lines *lines, const shop *s, int64_t user, int64_t item)
{
    return naive_own_last(lines, &s->options.own_last, user, item);
}

static double due_of(const naive_lines *lines, const shop *s, int64_t user, int64_t item)
{
    return naive_own_due(lines, &s->options.own_due, user, item);
}

static void check_user(const naive_lines *lines, const shop *s, const households *h, uint32_t user,
                       definition expected, const item_lists *lists)
{
    uint32_t listed = 0;
    for (uint64_t p = h->pair_offset[user]; p < h->pair_offset[user + 1]; p++) {
        uint32_t item = h->pair_item[p];
        double e = expected(lines, s, h->users.ints[user], s->a.items.ints[item]);
        bool found = false;
        for (uint32_t j = 0; j < lists->count[0]; j++) {
            if (lists->item[j] != item)
                continue;
            found = true;
            assert_true(fabs((double)lists->score[j] - e) <= 1e-6 * e + 1e-36);
        }
        assert_int_equal(found, s->c.allowed[item] && e >= 0);
        listed += found;
    }
    assert_int_equal(lists->count[0], listed);
}

static void check_asked(const naive_lines *lines, const shop *s, const char *name,
                        definition expected)
{
    aisle_error err = AISLE_ERROR_INIT;
    const retriever *row = retriever_find(name);
    list_context context;
    void *state;
    item_lists lists;
    households h;
    assert_int_equal(households_init(&h, &s->a, s->dataset, lines->as_of, NULL, &err), AISLE_OK);
    assert_int_equal(list_context_init(&context, &s->h, &s->c, &s->options, 1, 2, &err), AISLE_OK);
    assert_int_equal(retriever_fit(&state, row, &context, &s->h, &err), AISLE_OK);
    assert_int_equal(item_lists_init(&lists, 1, s->a.n_items, &err), AISLE_OK);
    for (uint32_t u = 0; u < h.n_users; u++) {
        retriever_query query = {&h, &u, 1, false, 0};
        assert_int_equal(retriever_fill(&lists, row, state, &context, &query, &err), AISLE_OK);
        check_user(lines, s, &h, u, expected, &lists);
    }
    item_lists_fini(&lists);
    row->free(state, true);
    list_context_fini(&context);
    households_fini(&h);
}

/* By the receipts that the fit knows; by less; by newer ones too. */
static void check_scores(const naive_lines *lines, const shop *s, const char *name,
                         definition expected)
{
    for (int32_t as_of = AS_OF - 8; as_of <= AS_OF + 8; as_of += 8) {
        naive_lines asked = {lines->line, lines->n, as_of, AS_OF};
        check_asked(&asked, s, name, expected);
    }
}

static void last(void **state)
{
    static const own_last_options options[] = {
        {0, 1, 0.5}, {0, 3, 1}, {0, 10, 0.9}, {0, INT64_C(2147483647), 0.95}, {0, 4, 0}};
    (void)state;
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        shop_line all[LINES];
        naive_lines lines = {all, some_lines(all, i + 1), AS_OF, AS_OF};
        shop s;
        shop_init(&s, all, lines.n, AS_OF);
        shop_allow(&s, 4, 1);
        s.options.own_last = options[i];
        check_scores(&lines, &s, "own_last", last_of);
        shop_fini(&s);
    }
}

static void due(void **state)
{
    static const own_due_options options[] = {
        {0, 0.95, 0.1, 0.1}, {0, 1, 1, 1}, {0, 0.5, 0, 0}, {0, 0.9, 0.5, 100}};
    (void)state;
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        shop_line all[LINES];
        naive_lines lines = {all, some_lines(all, i + 1), AS_OF, AS_OF};
        shop s;
        shop_init(&s, all, lines.n, AS_OF);
        shop_allow(&s, 4, 1);
        s.options.own_due = options[i];
        check_scores(&lines, &s, "own_due", due_of);
        shop_fini(&s);
    }
}

/* Nobody bought anything twice; then one item of one household alone was. */
static void no_gaps(void **state)
{
    (void)state;
    const shop_line all[] = {{1, 1, 1, AS_OF - 40, 1}, {1, 2, 2, AS_OF - 10, 1},
                             {2, 1, 3, AS_OF - 20, 1}, {2, 3, 4, AS_OF - 1, 1},
                             {2, 1, 5, AS_OF - 1, 1},  {3, 1, 6, AS_OF + 5, 1}};
    for (size_t n = 4; n <= 6; n++) {
        naive_lines lines = {all, n, AS_OF, AS_OF};
        shop s;
        shop_init(&s, all, n, AS_OF);
        s.options.own_due.rise = 0.5;
        check_scores(&lines, &s, "own_due", due_of);
        shop_fini(&s);
    }
}

/* Of many gaps the latest are kept. */
static void many_gaps(void **state)
{
    enum { DAYS = RHYTHM_GAPS + 100 };
    static shop_line lines[DAYS];
    (void)state;
    for (int i = 0; i < DAYS; i++)
        lines[i] = (shop_line){1, 1, i, AS_OF - 1 - (i < RHYTHM_GAPS ? i : 5 * i), 1};
    shop s;
    rhythm r;
    shop_init(&s, lines, DAYS, AS_OF);
    rhythm_read(&r, &s.h, 0);
    assert_int_equal(r.days, DAYS);
    assert_int_equal(r.gaps, RHYTHM_GAPS);
    assert_int_equal(r.last, AS_OF - 1);
    assert_int_equal(r.first, AS_OF - 1 - 5 * (DAYS - 1));
    assert_int_equal(r.last_gap, 1);
    assert_true(rhythm_median(&r) == 1);
    int longer = 0;
    for (size_t g = 0; g < r.gaps; g++)
        longer += r.gap[g] != 1;
    assert_int_equal(longer, 1); /* the one between the two parts */
    shop_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(last),
        cmocka_unit_test(due),
        cmocka_unit_test(no_gaps),
        cmocka_unit_test(many_gaps),
    };
    return cmocka_run_group_tests_name("own purchases by rhythm", tests, NULL, NULL);
}
