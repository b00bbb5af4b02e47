/* The view as of a day: what is in it, what is not, and that nothing else changes a bit of it. */
#include "base/mem.h"
#include "receipts.h"
#include "same.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* A dataset of a few lines, and the view of it as of a day. */
static history view_of(const receipt *lines, size_t n, int32_t as_of)
{
    receipts r = {0};
    for (size_t i = 0; i < n; i++)
        receipts_add(&r, lines[i]);
    aisle_config *config = receipts_config(RECEIPTS_ROLES);
    aisle_dataset *d = receipts_build(&r, config);
    aisle_error err = AISLE_ERROR_INIT;
    history h;
    if (history_init(&h, d, as_of, &err) || history_check(&h, &err))
        fail_msg("%s", err.message);
    aisle_dataset_free(d);
    aisle_config_free(config);
    receipts_fini(&r);
    return h;
}

#define VIEW(as_of, ...)                                                                           \
    view_of((const receipt[]){__VA_ARGS__},                                                        \
            sizeof((const receipt[]){__VA_ARGS__}) / sizeof(receipt), as_of)

/* Cases 22 and 23: the day before T is in, T itself is not, whatever the basket. */
static void is_half_open(void **state)
{
    (void)state;
    history h =
        VIEW(200, {100, 1005, 1, 198, 1, 2}, {100, 1010, 2, 199, 1, 2}, {100, 1015, 3, 199, 1, 2},
             {100, 1020, 4, 200, 1, 2}, {100, 1025, 5, 200, 1, 2}, {107, 1005, 6, 201, 1, 2});
    assert_int_equal(h.lines, 3);
    assert_int_equal(h.baskets, 3);
    assert_int_equal(h.n_users, 1);
    assert_int_equal(h.n_items, 3);
    for (size_t l = 0; l < h.lines; l++)
        assert_true(h.day[l] < 200);
    history_fini(&h);
}

/* Case 25: what is sold, and who buys, from T on has no number, not even one at the end. */
static void knows_nothing_of_later(void **state)
{
    (void)state;
    receipts r = {0};
    receipts_add(&r, (receipt){100, 1005, 1, 10, 1, 2});
    receipts_add(&r, (receipt){107, 1015, 2, 11, 1, 2});
    receipts_add(&r, (receipt){107, 1010, 3, 12, 1, 2});
    receipts_add(&r, (receipt){101, 1015, 100004, 12, 1, 2});
    aisle_config *config = receipts_config(RECEIPTS_ROLES);
    aisle_dataset *d = receipts_build(&r, config);
    history h;
    assert_int_equal(history_init(&h, d, 12, NULL), AISLE_OK);
    assert_int_equal(h.n_users, 2);
    assert_int_equal(h.n_items, 2);
    assert_int_equal(h.item_of[id_table_find(&d->items, "1010")], HISTORY_NONE);
    assert_int_equal(h.item_of[id_table_find(&d->items, "1015")], 1);
    assert_int_equal(h.user_of[id_table_find(&d->users, "101")], HISTORY_NONE);
    assert_int_equal(h.user_of[id_table_find(&d->users, "107")], 1);
    assert_int_equal(d->stores.count, 3);
    assert_int_equal(h.stores.count, 2);
    assert_int_equal(h.store[0], id_table_find(&h.stores, "14"));
    assert_int_equal(h.store[1], id_table_find(&h.stores, "18"));
    assert_int_equal(id_table_find(&h.items, "1010"), AISLE_MISSING);
    assert_string_equal(history_item_label(&h, 0), "Product 1005");
    history_fini(&h);
    aisle_dataset_free(d);
    aisle_config_free(config);
    receipts_fini(&r);
}

static const receipt with_returns[] = {
    {100, 1005, 1, 10, 3, 9},   {100, 1005, 2, 14, -2, -6}, /* a part is left */
    {100, 1010, 3, 10, 1, 4},   {100, 1010, 4, 16, -1, -4}, /* all is gone from 17 on */
    {107, 1005, 5, 10, -1, -3},                             /* returns only: no household */
};

static void cancels_returns_as_of_its_day(void **state)
{
    (void)state;
    size_t n = sizeof with_returns / sizeof *with_returns;
    history before = view_of(with_returns, n, 14), between = view_of(with_returns, n, 16),
            after = view_of(with_returns, n, 17);
    assert_int_equal(before.n_users, 1);
    assert_int_equal(before.lines, 2);
    assert_true(before.quantity[0] == 3 && before.value[0] == 9);
    assert_int_equal(between.lines, 2);
    assert_true(between.quantity[0] == 1 && fabs(between.value[0] - 3) < 1e-9);
    assert_int_equal(after.lines, 1);
    assert_int_equal(after.n_items, 1);
    history_fini(&before);
    history_fini(&between);
    history_fini(&after);
}

static int compare_lines(const void *a, const void *b)
{
    const receipt *x = a, *y = b;
    if (x->user != y->user)
        return x->user < y->user ? -1 : 1;
    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    if (x->basket != y->basket)
        return x->basket < y->basket ? -1 : 1;
    return x->item < y->item ? -1 : x->item > y->item;
}

/* The lines are those before T, in order; pairs hold each of them once. */
static void equals_its_twin(void **state)
{
    (void)state;
    receipts r;
    receipts_init(&r, 3);
    aisle_config *config = receipts_config(RECEIPTS_ROLES);
    aisle_dataset *d = receipts_build(&r, config);
    int32_t as_of = RECEIPTS_FIRST_DAY + 150;
    history h;
    assert_int_equal(history_init(&h, d, as_of, NULL), AISLE_OK);
    assert_int_equal(history_check(&h, NULL), AISLE_OK);
    qsort(r.lines, r.n, sizeof *r.lines, compare_lines);
    size_t l = 0;
    for (size_t i = 0; i < r.n; i++) {
        if (r.lines[i].day >= as_of)
            continue;
        assert_int_equal(h.items.ints[h.item[l]], r.lines[i].item);
        assert_int_equal(h.day[l], r.lines[i].day);
        assert_true(h.quantity[l] == (float)r.lines[i].quantity);
        assert_true(h.value[l] == r.lines[i].value);
        assert_true(h.discount[l] == (float)receipts_discount(&r.lines[i]));
        l++;
    }
    assert_int_equal(l, h.lines);
    size_t pairs = 0;
    for (uint32_t u = 0; u < h.n_users; u++) {
        for (uint32_t item = 0; item < h.n_items; item++) {
            size_t count = 0, p = history_find_pair(&h, u, item);
            for (uint64_t k = h.user_offset[u]; k < h.user_offset[u + 1]; k++)
                count += h.item[k] == item;
            assert_int_equal(p != SIZE_MAX, count > 0);
            if (p == SIZE_MAX)
                continue;
            pairs++;
            assert_int_equal(h.pair_line_offset[p + 1] - h.pair_line_offset[p], count);
        }
    }
    assert_int_equal(pairs, h.pairs);
    history_fini(&h);
    aisle_dataset_free(d);
    aisle_config_free(config);
    receipts_fini(&r);
}

static void counts_buyers(void **state)
{
    (void)state;
    history h = VIEW(100, {100, 1005, 1, 80, 1, 1}, {107, 1005, 2, 90, 1, 1},
                     {107, 1005, 3, 95, 1, 1}, {114, 1010, 4, 89, 1, 1});
    uint32_t buyers[2];
    history_count_buyers(&h, 90, buyers);
    assert_int_equal(buyers[0], 1);
    assert_int_equal(buyers[1], 0);
    history_count_buyers(&h, INT32_MIN, buyers);
    assert_int_equal(buyers[0], 2);
    assert_int_equal(buyers[1], 1);
    history_fini(&h);
}

/* Case 24. */
static void line_order_changes_nothing(void **state)
{
    (void)state;
    aisle_config *config = receipts_config(RECEIPTS_ROLES);
    for (int texts = 0; texts < 2; texts++) {
        receipts r;
        receipts_init(&r, 5);
        r.ids = texts ? IDS_TEXTS : IDS_INTS;
        aisle_dataset *a = receipts_build(&r, config);
        receipts_shuffle(&r, 9);
        aisle_dataset *b = receipts_build(&r, config);
        history x, y;
        assert_int_equal(history_init(&x, a, RECEIPTS_END - 20, NULL), AISLE_OK);
        assert_int_equal(history_init(&y, b, RECEIPTS_END - 20, NULL), AISLE_OK);
        assert_int_equal(x.users.is_int, !texts);
        same_history(&x, &y);
        history_fini(&x);
        history_fini(&y);
        aisle_dataset_free(a);
        aisle_dataset_free(b);
        receipts_fini(&r);
    }
    aisle_config_free(config);
}

static void may_be_empty(void **state)
{
    (void)state;
    history h = VIEW(10, {100, 1005, 1, 10, 1, 1});
    assert_int_equal(h.n_users, 0);
    assert_int_equal(h.n_items, 0);
    assert_int_equal(h.lines, 0);
    assert_int_equal(h.pairs, 0);
    history_fini(&h);
}

static void memory_runs_out(void **state)
{
    (void)state;
    receipts r;
    receipts_init(&r, 5);
    receipts_add(&r, (receipt){100, 1005, 1, RECEIPTS_END - 50, -1, -1});
    aisle_config *config = receipts_config(RECEIPTS_ROLES);
    aisle_dataset *d = receipts_build(&r, config);
    aisle_status status = AISLE_ERROR_MEMORY;
    for (long n = 0; status != AISLE_OK; n++) {
        history h;
        memset(&h, 0xab, sizeof h);
        mem_fail_after(n);
        status = history_init(&h, d, RECEIPTS_END - 20, NULL);
        mem_fail_after(-1);
        assert_true(status == AISLE_OK || status == AISLE_ERROR_MEMORY);
        if (status == AISLE_OK)
            history_fini(&h);
        assert_true(n < 10000);
    }
    aisle_dataset_free(d);
    aisle_config_free(config);
    receipts_fini(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_half_open),
        cmocka_unit_test(knows_nothing_of_later),
        cmocka_unit_test(cancels_returns_as_of_its_day),
        cmocka_unit_test(equals_its_twin),
        cmocka_unit_test(counts_buyers),
        cmocka_unit_test(line_order_changes_nothing),
        cmocka_unit_test(may_be_empty),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests_name("history", tests, NULL, NULL);
}
