/* Who is in the pool: by seed and id alone. */
#include "base/mem.h"
#include "candidates/user_pool.h"
#include "shop.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { LINES = 900, USERS = 60, ITEMS = 30, SEED = 4 };

static void open_shop(shop *s, uint64_t seed)
{
    shop_line lines[LINES];
    shop_random_lines(lines, LINES - USERS, USERS, ITEMS, seed);
    for (int u = 0; u < USERS; u++)
        lines[LINES - USERS + u] = (shop_line){100 + u, 5, 1 + u, SHOP_AS_OF - 5, 1};
    shop_shuffle(lines, LINES, seed);
    shop_init(s, lines, LINES, SHOP_AS_OF);
    assert_int_equal(s->h.n_users, USERS);
}

static void draw(user_pool *p, const shop *s, int64_t most, uint64_t seed)
{
    assert_int_equal(user_pool_init(p, &s->h, most, seed, NULL), AISLE_OK);
}

/* Ascending, each with its id; in: [USERS] */
static void check_pool(const user_pool *p, const shop *s, size_t n, bool *in)
{
    memset(in, 0, USERS * sizeof *in);
    assert_int_equal(p->users.count, n);
    for (size_t i = 0; i < n; i++) {
        assert_true(i == 0 || p->user[i - 1] < p->user[i]);
        assert_int_equal(p->users.ints[i], s->h.users.ints[p->user[i]]);
        in[p->user[i]] = true;
    }
}

static void smaller_is_in_larger(void **state)
{
    (void)state;
    shop s;
    bool in[USERS], before[USERS] = {false};
    open_shop(&s, 1);
    for (int64_t most = 1; most < USERS + 3; most++) {
        user_pool p;
        draw(&p, &s, most, SEED);
        check_pool(&p, &s, most < USERS ? (size_t)most : USERS, in);
        for (int u = 0; u < USERS; u++)
            assert_true(in[u] || !before[u]);
        memcpy(before, in, sizeof in);
        user_pool_fini(&p);
    }
    shop_fini(&s);
}

/* The households of the smallest numbers, whatever they bought and in whatever order. */
static void goes_by_ids(void **state)
{
    (void)state;
    for (uint64_t run = 1; run <= 3; run++) {
        shop s;
        user_pool p;
        bool in[USERS];
        open_shop(&s, run);
        draw(&p, &s, 20, SEED);
        check_pool(&p, &s, 20, in);
        for (uint32_t u = 0; u < USERS; u++) {
            uint32_t before = 0;
            for (uint32_t v = 0; v < USERS; v++)
                before += user_draw(&s.h.users, v, SEED) < user_draw(&s.h.users, u, SEED);
            assert_int_equal(in[u], before < 20);
        }
        user_pool_fini(&p);
        shop_fini(&s);
    }
}

/* Households that are not there push nobody out: of those that are left, the same come first. */
static void others_change_nothing(void **state)
{
    (void)state;
    shop s;
    user_pool all, some;
    households left;
    bool in[USERS];
    uint8_t left_out[USERS];
    size_t stayed = 0;
    open_shop(&s, 1);
    draw(&all, &s, 20, SEED);
    check_pool(&all, &s, 20, in);
    for (uint32_t u = 0; u < USERS; u++) {
        left_out[u] = u % 3 == 1;
        stayed += in[u] && !left_out[u];
    }
    assert_true(stayed > 5 && stayed < 20);
    assert_int_equal(households_init(&left, &s.a, s.dataset, SHOP_AS_OF, left_out, NULL), AISLE_OK);
    assert_int_equal(user_pool_init(&some, &left, (int64_t)stayed, SEED, NULL), AISLE_OK);
    for (size_t i = 0; i < stayed; i++)
        assert_true(in[id_table_find_same(&s.h.users, &some.users, (uint32_t)i)]);
    user_pool_fini(&some);
    user_pool_fini(&all);
    households_fini(&left);
    shop_fini(&s);
}

/* Another seed is another pool, and over many of them all are in it as often. */
static void seeds(void **state)
{
    enum { SEEDS = 600, MOST = 20 };
    (void)state;
    shop s;
    int times[USERS] = {0};
    bool in[USERS], first[USERS];
    open_shop(&s, 1);
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        user_pool p;
        draw(&p, &s, MOST, seed);
        check_pool(&p, &s, MOST, in);
        for (int u = 0; u < USERS; u++)
            times[u] += in[u];
        if (seed == 0)
            memcpy(first, in, sizeof in);
        else if (seed == 1)
            assert_memory_not_equal(first, in, sizeof in);
        user_pool_fini(&p);
    }
    double share = (double)MOST / USERS, spread = sqrt(SEEDS * share * (1 - share));
    for (int u = 0; u < USERS; u++)
        assert_true(fabs(times[u] - SEEDS * share) < 4.5 * spread);
    shop_fini(&s);
}

/* An id is the same whether its table is of numbers or of texts. */
static void draws_by_text(void **state)
{
    (void)state;
    enum { MANY = 20000 };
    int64_t *ints = NEW_ARRAY(int64_t, MANY);
    const char *const texts = "4007xx";
    const uint64_t offsets[] = {0, 1, 4, 6};
    const aisle_values numbers = {MANY, ints, NULL, NULL};
    const aisle_values written = {3, NULL, texts, offsets};
    id_table a, b;
    int below = 0;
    for (int64_t i = 0; i < MANY; i++)
        ints[i] = i;
    assert_int_equal(id_table_init(&a, NULL, &numbers, NULL), AISLE_OK);
    assert_int_equal(id_table_init(&b, NULL, &written, NULL), AISLE_OK);
    assert_true(a.is_int && !b.is_int);
    assert_int_equal(user_draw(&a, 4, SEED), user_draw(&b, id_table_find(&b, "4"), SEED));
    for (uint32_t i = 0; i < MANY; i++)
        below += user_draw(&a, i, SEED) < UINT64_C(1) << 62;
    assert_true(abs(below - MANY / 4) < 4.5 * sqrt(MANY * 3 / 16.0));
    id_table_fini(&a);
    id_table_fini(&b);
    mem_free(ints);
}

/* By id among other households, whose numbers are others; those that it lacks are not found. */
static void finds(void **state)
{
    (void)state;
    shop s;
    user_pool p, opened;
    households left;
    uint8_t left_out[USERS];
    bool in[USERS];
    open_shop(&s, 1);
    draw(&p, &s, 20, SEED);
    check_pool(&p, &s, 20, in);
    for (uint32_t u = 0; u < USERS; u++)
        left_out[u] = in[u] && u % 2;
    assert_int_equal(households_init(&left, &s.a, s.dataset, SHOP_AS_OF, left_out, NULL), AISLE_OK);
    for (uint32_t u = 0; u < left.n_users; u++) {
        uint32_t place = user_pool_find(&p, &left, u);
        uint32_t user = id_table_find_same(&s.h.users, &left.users, u);
        assert_int_equal(place != HISTORY_NONE, in[user]);
        assert_true(place == HISTORY_NONE || p.users.ints[place] == left.users.ints[u]);
    }
    opened = (user_pool){p.users, NULL, true};
    assert_int_equal(user_pool_match(&opened, &left, NULL), AISLE_ERROR_FORMAT);
    assert_null(opened.user);
    assert_int_equal(user_pool_match(&opened, &s.h, NULL), AISLE_OK);
    assert_memory_equal(opened.user, p.user, 20 * sizeof *p.user);
    user_pool_fini(&opened);
    user_pool_fini(&p);
    households_fini(&left);
    shop_fini(&s);
}

static void memory(void **state)
{
    (void)state;
    shop s;
    user_pool p;
    aisle_status status = AISLE_ERROR_MEMORY;
    open_shop(&s, 1);
    for (long n = 0; status == AISLE_ERROR_MEMORY && n < 50; n++) {
        mem_fail_after(n);
        status = user_pool_init(&p, &s.h, 20, SEED, NULL);
        mem_fail_after(-1);
    }
    assert_int_equal(status, AISLE_OK);
    user_pool_fini(&p);
    shop_fini(&s);
}

/* As many draws as asked for are not above the limit; who is left out is not among them. */
static void limit_of_draws(void **state)
{
    (void)state;
    shop s;
    uint8_t left_out[USERS] = {[3] = 1, [17] = 1, [59] = 1};
    open_shop(&s, 1);
    for (int64_t most = 1; most < USERS + 3; most++) {
        uint64_t limit, n = 0;
        assert_int_equal(user_draw_limit(&limit, &s.h.users, left_out, most, SEED, NULL), AISLE_OK);
        for (uint32_t u = 0; u < USERS; u++)
            n += !left_out[u] && user_draw(&s.h.users, u, SEED) <= limit;
        assert_int_equal(n, most < USERS - 3 ? most : USERS - 3);
        assert_true(most < USERS - 3 || limit == UINT64_MAX);
    }
    shop_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limit_of_draws), cmocka_unit_test(smaller_is_in_larger),
        cmocka_unit_test(goes_by_ids),    cmocka_unit_test(others_change_nothing),
        cmocka_unit_test(seeds),          cmocka_unit_test(draws_by_text),
        cmocka_unit_test(finds),          cmocka_unit_test(memory),
    };
    return cmocka_run_group_tests_name("pool of households", tests, NULL, NULL);
}
