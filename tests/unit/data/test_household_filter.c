/* Parts and samples of households, as they are read. */
#include <stdio.h>
#include <string.h>

#include "base/draw.h"
#include "base/mem.h"
#include "base/text.h"
#include "data_fixture.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

static const char SHOP[] = "data: {receipts: {path: r.csv, user: user, item: item, time: day, "
                           "value: v}}";
enum { HOUSEHOLDS = 200, LINES = 1500 };

/* Lines of households 0 … 199; forward or backward; those of odd days are of household 0 alone. */
static void write_lines(void **state, bool backward)
{
    text csv = {0};
    text_add(&csv, "user,item,day,v\n");
    for (int l = 0; l < LINES; l++) {
        int n = backward ? LINES - 1 - l : l;
        text_add(&csv, "%d,i%d,2023-01-%02d,%d.25\n", n * 7919 % HOUSEHOLDS, n % 13, n % 20 + 5,
                 n % 11 + 1);
    }
    text_add(&csv, "0,i1,2023-01-01,1\n0,i1,2023-02-03,1\n,i1,2023-01-04,2\n5,i1,soon,2\n");
    assert_false(csv.failed);
    fixture_write_n(state, "r.csv", csv.bytes, csv.length);
    text_fini(&csv);
}

static aisle_dataset *read_some(void **state, aisle_household_choice which)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_dataset *d = NULL;
    aisle_config *config = fixture_config(state, SHOP);
    assert_int_equal(aisle_config_set(config, "data.rejected_share", "0.5", &err), AISLE_OK);
    if (aisle_dataset_read_some(&d, config, &which, 1, &err))
        fail_msg("%s", err.message);
    aisle_config_free(config);
    return d;
}

static uint64_t draw(const aisle_dataset *d, uint32_t user, uint64_t seed)
{
    return draw_of_int(d->users.ints[user], seed);
}

static void assert_lines_of(const aisle_dataset *all, const aisle_dataset *some)
{
    for (uint32_t u = 0; u < some->users.count; u++) {
        uint32_t v = id_table_find_same(&all->users, &some->users, u);
        uint64_t from = some->user_offset[u], of = all->user_offset[v];
        uint64_t n = some->user_offset[u + 1] - from;
        assert_int_equal(n, all->user_offset[v + 1] - of);
        assert_memory_equal(some->line.day + from, all->line.day + of, n * sizeof(int32_t));
        assert_memory_equal(some->line.value + from, all->line.value + of, n * sizeof(double));
    }
}

static void test_parts_are_all(void **state)
{
    write_lines(state, false);
    aisle_dataset *all = read_some(state, (aisle_household_choice){1, 1, 0, 7, NULL});
    assert_int_equal(all->summary.elsewhere, 0);
    uint64_t lines = 0, households = 0;
    for (uint32_t part = 1; part <= 3; part++) {
        aisle_dataset *d = read_some(state, (aisle_household_choice){part, 3, 0, 7, NULL});
        assert_in_range(d->users.count, 40, 100);
        assert_lines_of(all, d);
        lines += d->line.n;
        households += d->users.count;
        assert_int_equal(d->summary.lines_read, all->summary.lines_read);
        assert_int_equal(d->summary.set_aside[AISLE_REASON_REJECTED], 1);
        assert_int_equal(d->summary.set_aside[AISLE_REASON_NO_CARD], 1);
        assert_int_equal(d->summary.first_day, all->summary.first_day);
        assert_int_equal(d->summary.last_day, all->summary.last_day);
        assert_int_equal(d->weeks.count, all->weeks.count);
        assert_memory_equal(d->weeks.start, all->weeks.start,
                            (all->weeks.count + 1) * sizeof(int32_t));
        aisle_dataset_free(d);
    }
    assert_int_equal(lines, all->line.n);
    assert_int_equal(households, all->users.count);
    aisle_dataset_free(all);
}

/* The smallest draws of all, whatever the order of the lines. */
static void test_sample(void **state)
{
    write_lines(state, false);
    aisle_dataset *all = read_some(state, (aisle_household_choice){1, 1, 0, 3, NULL});
    aisle_dataset *some = read_some(state, (aisle_household_choice){1, 1, 17, 3, NULL});
    write_lines(state, true);
    aisle_dataset *again = read_some(state, (aisle_household_choice){1, 1, 17, 3, NULL});
    assert_datasets_equal(some, again);
    assert_int_equal(some->users.count, 17);
    assert_lines_of(all, some);
    uint64_t most = 0, below = 0;
    for (uint32_t u = 0; u < 17; u++)
        most = draw(some, u, 3) > most ? draw(some, u, 3) : most;
    for (uint32_t u = 0; u < all->users.count; u++)
        below += draw(all, u, 3) <= most;
    assert_int_equal(below, 17);
    aisle_dataset_free(some);
    aisle_dataset_free(again);
    aisle_dataset_free(all);
}

static void test_sample_of_all(void **state)
{
    write_lines(state, false);
    aisle_dataset *all = read_some(state, (aisle_household_choice){1, 1, 0, 3, NULL});
    aisle_dataset *some = read_some(state, (aisle_household_choice){1, 1, HOUSEHOLDS, 3, NULL});
    assert_datasets_equal(all, some);
    aisle_dataset_free(some);
    aisle_dataset_free(all);
}

static void test_nobody(void **state)
{
    fixture_write(state, "r.csv", "user,item,day,v\n1,a,2023-01-01,1\n1,b,2023-01-02,1\n");
    int none = 0;
    for (uint32_t part = 1; part <= 4; part++) {
        aisle_dataset *d = read_some(state, (aisle_household_choice){part, 4, 0, 0, NULL});
        none += d == NULL;
        aisle_dataset_free(d);
    }
    assert_int_equal(none, 3);
}

static void test_wrong_part(void **state)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_dataset *d = NULL;
    aisle_household_choice which = {4, 3, 0, 0, NULL};
    write_lines(state, false);
    aisle_config *config = fixture_config(state, SHOP);
    assert_int_equal(aisle_dataset_read_some(&d, config, &which, 1, &err), AISLE_ERROR_ARGUMENT);
    assert_mentions(err.message, "part 4 of 3: expected 1 to 3");
    aisle_config_free(config);
}

static void test_draws_of_ids(void **state)
{
    (void)state;
    const int64_t ids[] = {0, 7, -1, 900, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        char written[32];
        int length = snprintf(written, sizeof written, "%lld", (long long)ids[i]);
        assert_int_equal(draw_of_int(ids[i], 5), draw_of_text(written, (size_t)length, 5));
    }
    assert_int_not_equal(draw_of_int(900, 5), draw_of_int(900, 6));
    assert_int_not_equal(draw_of_text("0900", 4, 5), draw_of_int(900, 5));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_parts_are_all), TEST(test_sample),     TEST(test_sample_of_all),
        TEST(test_nobody),        TEST(test_wrong_part), TEST(test_draws_of_ids),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
