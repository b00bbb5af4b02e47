/* history_check finds each way in which a history can be wrong. */
#include "receipts.h"

#include "history/history.h"

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

/* Damages a history by one statement and expects the check to say so. */
#define DAMAGED(statement)                                                                         \
    do {                                                                                           \
        history h;                                                                                 \
        aisle_error err = AISLE_ERROR_INIT;                                                        \
        assert_int_equal(history_init(&h, dataset, RECEIPTS_END - 30, NULL), AISLE_OK);            \
        assert_int_equal(history_check(&h, &err), AISLE_OK);                                       \
        size_t many = history_find_many(&h);                                                       \
        (void)many;                                                                                \
        statement;                                                                                 \
        if (history_check(&h, &err) != AISLE_ERROR_FORMAT)                                         \
            fail_msg("not found: %s", #statement);                                                 \
        assert_non_null(strstr(err.message, "history"));                                           \
        history_fini(&h);                                                                          \
    } while (0)

/* A pair of three lines or more. */
static size_t history_find_many(const history *h)
{
    size_t p = 0;
    while (h->pair_line_offset[p + 1] - h->pair_line_offset[p] < 3)
        p++;
    return p;
}

static void swap(uint32_t *a, uint32_t *b)
{
    uint32_t t = *a;
    *a = *b;
    *b = t;
}

static void finds_wrong_lines(void **state)
{
    (void)state;
    DAMAGED(h.item[5] = h.n_items);
    DAMAGED(h.day[h.lines - 1] = h.as_of);
    DAMAGED(h.day[0] = h.as_of - 1);
    DAMAGED(h.day[0] = INT32_MIN);
    DAMAGED(h.basket[3] = (uint32_t)h.baskets);
    DAMAGED(h.basket[0] = h.basket[h.lines - 1]);
    DAMAGED(h.baskets++);
    DAMAGED(h.basket[h.lines - 1]++);
    DAMAGED(h.basket[h.user_offset[1]]--);
    DAMAGED(h.quantity[7] = 0);
    DAMAGED(h.quantity[7] = -1);
    DAMAGED(h.quantity[7] = NAN);
    DAMAGED(h.quantity[7] = INFINITY);
    DAMAGED(h.value[7] = NAN);
    DAMAGED(h.discount[7] = -1);
    DAMAGED(h.discount[7] = NAN);
    DAMAGED(h.user_offset[0] = 1);
    DAMAGED(h.user_offset[1] = h.lines + 1);
    DAMAGED(h.user_offset[h.n_users] = h.lines - 1);
}

static void finds_wrong_pairs(void **state)
{
    (void)state;
    DAMAGED(h.pair_offset[1] = h.pairs + 1);
    DAMAGED(h.pair_offset[2] = h.pair_offset[1] - 1);
    DAMAGED(h.pair_offset[1]++);
    DAMAGED(h.pair_item[0] = h.n_items);
    DAMAGED(swap(&h.pair_item[0], &h.pair_item[1]));
    DAMAGED(h.pair_item[0] = h.pair_item[1]);
    DAMAGED(h.pair_line_offset[0] = 1);
    DAMAGED(h.pair_line_offset[1] = h.lines + 1);
    DAMAGED(h.pair_line_offset[1] = 0);
    DAMAGED(h.pair_line_offset[h.pairs]--);
    DAMAGED(h.pair_line[0] = (uint32_t)h.lines);
    DAMAGED(h.pair_line[0] = h.pair_line[h.lines - 1]);
    DAMAGED(
        swap(&h.pair_line[h.pair_line_offset[many]], &h.pair_line[h.pair_line_offset[many] + 1]));
    DAMAGED(h.pair_line[h.pair_line_offset[many]] = h.pair_line[h.pair_line_offset[many] + 1]);
}

static void finds_wrong_tables(void **state)
{
    (void)state;
    DAMAGED(h.store[4] = (uint32_t)h.stores.count);
    DAMAGED(h.stores.ints[1] = h.stores.ints[0]);
    DAMAGED(h.n_users--);
    DAMAGED(h.n_items++);
    DAMAGED(h.users.ints[1] = h.users.ints[0]);
    DAMAGED(h.items.ints[1] = h.items.ints[2] + 1);
    DAMAGED(h.products.rows--);
    DAMAGED(h.products.department = 2);
    DAMAGED(h.products.category = -2);
    DAMAGED(h.products.code[1][3] = 1000);
    DAMAGED(h.households.code[0][3] = 4);
    DAMAGED(h.products.levels[0].bytes[h.products.levels[0].offsets[1] - 1] = 'x');
    DAMAGED(h.label_offset[0] = 1);
    DAMAGED(h.label_offset[2] = h.label_offset[1]);
    DAMAGED(h.label_bytes[h.label_offset[1] - 1] = 'x');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_wrong_lines),
        cmocka_unit_test(finds_wrong_pairs),
        cmocka_unit_test(finds_wrong_tables),
    };
    return cmocka_run_group_tests_name("history check", tests, set_up, tear_down);
}
