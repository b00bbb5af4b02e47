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

/* Both halves: households point at their assortment, so that it stays where it is. */
typedef struct view {
    assortment a;
    households h;
} view;

static void view_fini(view *v)
{
    households_fini(&v->h);
    assortment_fini(&v->a);
}

static void view_check(const view *v)
{
    aisle_error err = AISLE_ERROR_INIT;
    if (assortment_check(&v->a, &err) || households_check(&v->h, &err))
        fail_msg("%s", err.message);
}

/* The view of a dataset of a few lines as of a day. */
static void view_of(view *out, const receipt *lines, size_t n, int32_t as_of)
{
    receipts r = {0};
    for (size_t i = 0; i < n; i++)
        receipts_add(&r, lines[i]);
    aisle_config *config = receipts_config(RECEIPTS_ROLES);
    aisle_dataset *d = receipts_build(&r, config);
    aisle_error err = AISLE_ERROR_INIT;
    if (history_init(&out->a, &out->h, d, as_of, NULL, &err))
        fail_msg("%s", err.message);
    view_check(out);
    aisle_dataset_free(d);
    aisle_config_free(config);
    receipts_fini(&r);
}

#define VIEW(out, as_of, ...)                                                                      \
    view_of(out, (const receipt[]){__VA_ARGS__},                                                   \
            sizeof((const receipt[]){__VA_ARGS__}) / sizeof(receipt), as_of)

/* Cases 22 and 23: the day before T is in, T itself is not, whatever the basket. */
static void is_half_open(void **state)
{
    (void)state;
    view v;
    VIEW(&v, 200, {100, 1005, 1, 198, 1, 2}, {100, 1010, 2, 199, 1, 2}, {100, 1015, 3, 199, 1, 2},
         {100, 1020, 4, 200, 1, 2}, {100, 1025, 5, 200, 1, 2}, {107, 1005, 6, 201, 1, 2});
    assert_int_equal(v.h.line.n, 3);
    assert_int_equal(v.h.baskets, 3);
    assert_int_equal(v.h.n_users, 1);
    assert_int_equal(v.a.n_items, 3);
    assert_int_equal(v.a.first_day, 198);
    for (size_t l = 0; l < v.h.line.n; l++)
        assert_true(v.h.line.day[l] < 200);
    view_fini(&v);
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
    view v;
    const households *h = &v.h;
    assert_int_equal(history_init(&v.a, &v.h, d, 12, NULL, NULL), AISLE_OK);
    assert_int_equal(h->n_users, 2);
    assert_int_equal(v.a.n_items, 2);
    assert_int_equal(h->item_of[id_table_find(&d->items, "1010")], HISTORY_NONE);
    assert_int_equal(h->item_of[id_table_find(&d->items, "1015")], 1);
    assert_int_equal(h->user_of[id_table_find(&d->users, "101")], HISTORY_NONE);
    assert_int_equal(h->user_of[id_table_find(&d->users, "107")], 1);
    assert_int_equal(d->stores.count, 3);
    assert_int_equal(v.a.stores.count, 2);
    assert_int_equal(h->store[0], id_table_find(&v.a.stores, "14"));
    assert_int_equal(h->store[1], id_table_find(&v.a.stores, "18"));
    assert_int_equal(id_table_find(&v.a.items, "1010"), AISLE_MISSING);
    assert_string_equal(assortment_label(&v.a, 0), "Product 1005");
    view_fini(&v);
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
    view before, between, after;
    view_of(&before, with_returns, n, 14);
    view_of(&between, with_returns, n, 16);
    view_of(&after, with_returns, n, 17);
    assert_int_equal(before.h.n_users, 1);
    assert_int_equal(before.h.line.n, 2);
    assert_true(before.h.line.quantity[0] == 3 && before.h.line.value[0] == 9);
    assert_int_equal(between.h.line.n, 2);
    assert_true(between.h.line.quantity[0] == 1 && fabs(between.h.line.value[0] - 3) < 1e-9);
    assert_int_equal(after.h.line.n, 1);
    assert_int_equal(after.a.n_items, 1);
    view_fini(&before);
    view_fini(&between);
    view_fini(&after);
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

/* The pairs hold each line once. */
static void pairs_equal_their_twin(const households *h)
{
    size_t pairs = 0;
    for (uint32_t u = 0; u < h->n_users; u++) {
        for (uint32_t item = 0; item < h->a->n_items; item++) {
            size_t count = 0, p = households_find_pair(h, u, item);
            for (uint64_t k = h->user_offset[u]; k < h->user_offset[u + 1]; k++)
                count += h->line.item[k] == item;
            assert_int_equal(p != SIZE_MAX, count > 0);
            assert_int_equal(households_bought(h, u, item), count > 0);
            if (p == SIZE_MAX)
                continue;
            pairs++;
            assert_int_equal(h->pair_line_offset[p + 1] - h->pair_line_offset[p], count);
        }
    }
    assert_int_equal(pairs, h->pairs);
}

/* Whether line i is of another basket, of another day, than the one before it. */
static bool is_new(const receipt *lines, size_t i, bool day)
{
    return i == 0 || lines[i - 1].user != lines[i].user || lines[i - 1].day != lines[i].day ||
           (!day && lines[i - 1].basket != lines[i].basket);
}

/* The lines are those before T, in order, and baskets and visits are numbered by them. */
static void equals_its_twin(void **state)
{
    (void)state;
    receipts r;
    receipts_init(&r, 3);
    for (size_t l = 0, n = r.n; l < n; l += 7) { /* twice on a day */
        receipt again = r.lines[l];
        again.basket += 5000;
        receipts_add(&r, again);
    }
    aisle_config *config = receipts_config(RECEIPTS_ROLES);
    aisle_dataset *d = receipts_build(&r, config);
    int32_t as_of = RECEIPTS_FIRST_DAY + 150;
    view v;
    const households *h = &v.h;
    assert_int_equal(history_init(&v.a, &v.h, d, as_of, NULL, NULL), AISLE_OK);
    view_check(&v);
    receipts_cut(&r, as_of);
    qsort(r.lines, r.n, sizeof *r.lines, compare_lines);
    assert_int_equal(r.n, h->line.n);
    size_t basket = SIZE_MAX;
    uint32_t visit = 0;
    for (size_t i = 0; i < r.n; i++) {
        const receipt *line = &r.lines[i];
        bool new_user = i == 0 || r.lines[i - 1].user != line->user;
        basket += is_new(r.lines, i, false);
        visit = new_user ? 0 : visit + is_new(r.lines, i, true);
        assert_int_equal(v.a.items.ints[h->line.item[i]], line->item);
        assert_int_equal(h->line.day[i], line->day);
        assert_true(h->line.quantity[i] == (float)line->quantity);
        assert_true(h->line.value[i] == line->value);
        assert_true(h->line.discount[i] == (float)receipts_discount(line));
        assert_int_equal(h->line.basket[i], basket);
        assert_int_equal(h->basket_day[basket], line->day);
        assert_int_equal(h->visit[basket], visit);
        int64_t store = receipts_store(line->user, line->basket);
        assert_true(store ? v.a.stores.ints[h->store[basket]] == store
                          : h->store[basket] == AISLE_MISSING);
    }
    assert_int_equal(h->baskets, basket + 1);
    assert_null(h->foreign);
    pairs_equal_their_twin(h);
    view_fini(&v);
    aisle_dataset_free(d);
    aisle_config_free(config);
    receipts_fini(&r);
}

static void counts_buyers(void **state)
{
    (void)state;
    view v;
    VIEW(&v, 100, {100, 1005, 1, 80, 1, 1}, {107, 1005, 2, 90, 1, 1}, {107, 1005, 3, 95, 1, 1},
         {114, 1010, 4, 89, 1, 1});
    uint32_t buyers[2];
    households_count_buyers(&v.h, 90, buyers);
    assert_int_equal(buyers[0], 1);
    assert_int_equal(buyers[1], 0);
    households_count_buyers(&v.h, INT32_MIN, buyers);
    assert_int_equal(buyers[0], 2);
    assert_int_equal(buyers[1], 1);
    view_fini(&v);
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
        view x, y;
        assert_int_equal(history_init(&x.a, &x.h, a, RECEIPTS_END - 20, NULL, NULL), AISLE_OK);
        assert_int_equal(history_init(&y.a, &y.h, b, RECEIPTS_END - 20, NULL, NULL), AISLE_OK);
        assert_int_equal(x.h.users.is_int, !texts);
        same_assortment(&x.a, &y.a);
        same_households(&x.h, &y.h);
        view_fini(&x);
        view_fini(&y);
        aisle_dataset_free(a);
        aisle_dataset_free(b);
        receipts_fini(&r);
    }
    aisle_config_free(config);
}

static void may_be_empty(void **state)
{
    (void)state;
    view v;
    households none;
    VIEW(&v, 10, {100, 1005, 1, 10, 1, 1});
    assert_int_equal(v.h.n_users, 0);
    assert_int_equal(v.a.n_items, 0);
    assert_int_equal(v.a.first_day, 9);
    assert_int_equal(v.h.line.n, 0);
    assert_int_equal(v.h.pairs, 0);
    assert_int_equal(households_init_none(&none, &v.a, NULL), AISLE_OK);
    assert_int_equal(households_check(&none, NULL), AISLE_OK);
    assert_int_equal(none.as_of, 10);
    assert_true(none.n_users == 0 && none.users.count == 0 && none.line.n == 0);
    assert_true(none.baskets == 0 && none.pairs == 0 && none.pair_line_offset[0] == 0);
    households_fini(&none);
    view_fini(&v);
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
        view v;
        memset(&v, 0xab, sizeof v);
        mem_fail_after(n);
        status = history_init(&v.a, &v.h, d, RECEIPTS_END - 20, NULL, NULL);
        mem_fail_after(-1);
        assert_true(status == AISLE_OK || status == AISLE_ERROR_MEMORY);
        if (status == AISLE_OK)
            view_fini(&v);
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
