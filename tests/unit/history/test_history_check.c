/* The checks of both halves find each way in which they can be wrong. */
#include "base/mem.h"
#include "receipts.h"

#include "history/households.h"

#include <math.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static aisle_dataset *dataset;
static aisle_config *config;

static int set_up(void **state)
{
    receipts r;
    (void)state;
    receipts_init(&r, 8);
    config = receipts_config(RECEIPTS_ROLES);
    dataset = receipts_build(&r, config);
    receipts_fini(&r);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    aisle_dataset_free(dataset);
    aisle_config_free(config);
    return 0;
}

static households h;
static assortment a;
static size_t many; /* a pair of three lines or more */

static void make(void)
{
    assert_int_equal(history_init(&a, &h, dataset, RECEIPTS_END - 30, NULL, NULL), AISLE_OK);
    assert_int_equal(assortment_check(&a, NULL), AISLE_OK);
    assert_int_equal(households_check(&h, NULL), AISLE_OK);
    many = 0;
    while (h.pair_line_offset[many + 1] - h.pair_line_offset[many] < 3)
        many++;
}

static void found(aisle_status status, const aisle_error *err, const char *what)
{
    if (status != AISLE_ERROR_FORMAT)
        fail_msg("not found: %s", what);
    assert_non_null(strstr(err->message, "history"));
    households_fini(&h);
    assortment_fini(&a);
}

/* Damages the households by one statement and expects their check to say so. */
#define DAMAGED(statement)                                                                         \
    do {                                                                                           \
        aisle_error err = AISLE_ERROR_INIT;                                                        \
        make();                                                                                    \
        statement;                                                                                 \
        found(households_check(&h, &err), &err, #statement);                                       \
    } while (0)

/* The same of the assortment. */
#define SPOILT(statement)                                                                          \
    do {                                                                                           \
        aisle_error err = AISLE_ERROR_INIT;                                                        \
        make();                                                                                    \
        statement;                                                                                 \
        found(assortment_check(&a, &err), &err, #statement);                                       \
    } while (0)

static void swap_days(size_t x, size_t y)
{
    int32_t t = h.basket_day[x];
    h.basket_day[x] = h.basket_day[y];
    h.basket_day[y] = t;
}

static void swap(uint32_t *x, uint32_t *y)
{
    uint32_t t = *x;
    *x = *y;
    *y = t;
}

static void finds_wrong_lines(void **state)
{
    (void)state;
    DAMAGED(h.line.item[5] = a.n_items);
    DAMAGED(h.line.day[h.line.n - 1] = h.as_of);
    DAMAGED(h.line.day[0] = h.as_of - 1);
    DAMAGED(h.line.day[0] = INT32_MIN);
    DAMAGED(h.line.basket[3] = (uint32_t)h.baskets);
    DAMAGED(h.line.basket[0] = h.line.basket[h.line.n - 1]);
    DAMAGED(h.baskets++);
    DAMAGED(h.line.basket[h.line.n - 1]++);
    DAMAGED(h.line.basket[h.user_offset[1]]--);
    DAMAGED(h.line.quantity[7] = 0);
    DAMAGED(h.line.quantity[7] = -1);
    DAMAGED(h.line.quantity[7] = NAN);
    DAMAGED(h.line.quantity[7] = INFINITY);
    DAMAGED(h.line.value[7] = NAN);
    DAMAGED(h.line.discount[7] = -1);
    DAMAGED(h.line.discount[7] = NAN);
    DAMAGED(h.user_offset[0] = 1);
    DAMAGED(h.user_offset[1] = h.line.n + 1);
    DAMAGED(h.user_offset[h.n_users] = h.line.n - 1);
}

static void finds_wrong_baskets(void **state)
{
    (void)state;
    foreign_sums sums[5000] = {{0}};
    make();
    size_t baskets = h.baskets;
    households_fini(&h);
    assortment_fini(&a);
    assert_true(baskets <= 5000);
    DAMAGED(h.basket_day[h.baskets - 1] = h.as_of);
    DAMAGED(h.basket_day[0] = -1000000);
    DAMAGED(swap_days(0, 1));
    DAMAGED(h.basket_offset[0] = 1);
    DAMAGED(h.basket_offset[1] = 0);
    DAMAGED(h.basket_offset[1]++);
    DAMAGED(h.basket_offset[h.n_users]--);
    DAMAGED(h.store[4] = (uint32_t)a.stores.count);
    sums[3].quantity = NAN;
    DAMAGED(h.foreign = mem_copy(sums, baskets, sizeof *sums));
    sums[3].quantity = -1;
    DAMAGED(h.foreign = mem_copy(sums, baskets, sizeof *sums));
    sums[3] = (foreign_sums){.value = INFINITY};
    DAMAGED(h.foreign = mem_copy(sums, baskets, sizeof *sums));
}

static void finds_wrong_pairs(void **state)
{
    (void)state;
    DAMAGED(h.pair_offset[1] = h.pairs + 1);
    DAMAGED(h.pair_offset[2] = h.pair_offset[1] - 1);
    DAMAGED(h.pair_offset[1]++);
    DAMAGED(h.pair_item[0] = a.n_items);
    DAMAGED(swap(&h.pair_item[0], &h.pair_item[1]));
    DAMAGED(h.pair_item[0] = h.pair_item[1]);
    DAMAGED(h.pair_line_offset[0] = 1);
    DAMAGED(h.pair_line_offset[1] = h.line.n + 1);
    DAMAGED(h.pair_line_offset[1] = 0);
    DAMAGED(h.pair_line_offset[h.pairs]--);
    DAMAGED(h.pair_line[0] = (uint32_t)h.line.n);
    DAMAGED(h.pair_line[0] = h.pair_line[h.line.n - 1]);
    DAMAGED(
        swap(&h.pair_line[h.pair_line_offset[many]], &h.pair_line[h.pair_line_offset[many] + 1]));
    DAMAGED(h.pair_line[h.pair_line_offset[many]] = h.pair_line[h.pair_line_offset[many] + 1]);
}

static void finds_wrong_tables(void **state)
{
    (void)state;
    SPOILT(a.stores.ints[1] = a.stores.ints[0]);
    DAMAGED(h.n_users--);
    SPOILT(a.n_items++);
    SPOILT(a.first_day = a.as_of);
    SPOILT(a.as_of = INT32_MAX);
    DAMAGED(h.as_of = INT32_MAX);
    DAMAGED(h.users.ints[1] = h.users.ints[0]);
    SPOILT(a.items.ints[1] = a.items.ints[2] + 1);
    SPOILT(a.products.rows--);
    SPOILT(a.products.department = 2);
    SPOILT(a.products.category = -2);
    SPOILT(a.products.code[1][3] = 1000);
    DAMAGED(h.level[0][3] = 4);
    SPOILT(a.products.levels[0].bytes[a.products.levels[0].offsets[1] - 1] = 'x');
    SPOILT(a.segments.levels[0].bytes[a.segments.levels[0].offsets[1] - 1] = 'x');
    SPOILT(a.label_offset[0] = 1);
    SPOILT(a.label_offset[2] = a.label_offset[1]);
    SPOILT(a.label_bytes[a.label_offset[1] - 1] = 'x');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_wrong_lines),
        cmocka_unit_test(finds_wrong_baskets),
        cmocka_unit_test(finds_wrong_pairs),
        cmocka_unit_test(finds_wrong_tables),
    };
    return cmocka_run_group_tests_name("history check", tests, set_up, tear_down);
}
