/* Households in the numbers of an assortment that was made of others: a naive twin works out what
 * each basket, line and household must be from the lines of the receipts. */
#include "base/mem.h"
#include "receipts.h"
#include "same.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { T = RECEIPTS_FIRST_DAY + 120, LATER = RECEIPTS_FIRST_DAY + 170 };

/* The assortment of a shop as of T, without stores and products that are in the guests' receipts,
 * and without frozen ones, which the cleaning left out. */
static struct bench {
    assortment a;
    households fit;
    receipts lines; /* the guests', in order */
    aisle_dataset *d;
} b;

static int compare_lines(const void *x, const void *y)
{
    const receipt *a = x, *b2 = y;
    if (a->user != b2->user)
        return a->user < b2->user ? -1 : 1;
    if (a->day != b2->day)
        return a->day < b2->day ? -1 : 1;
    if (a->basket != b2->basket)
        return a->basket < b2->basket ? -1 : 1;
    return a->item < b2->item ? -1 : a->item > b2->item;
}

/* Frozen ones, of those that the shop had. */
static bool is_left_out(int64_t item)
{
    const char *department = receipts_department(item);
    return item % 3 && department && strcmp(department, "frozen") == 0;
}

static int set_up(void **state)
{
    (void)state;
    receipts r;
    aisle_error err = AISLE_ERROR_INIT;
    aisle_config *config = receipts_config(
        "data: {products: {categories: [department, category], department: department, category: "
        "category}, households: {categories: [income]}, cleaning: {departments_out: [frozen]}}\n");
    aisle_config *plain = receipts_config(RECEIPTS_ROLES);
    receipts_init(&r, 13);
    receipts_init_promotions(&r, 14);
    size_t kept = 0;
    for (size_t l = 0; l < r.n; l++)
        if (r.lines[l].item % 3 && receipts_store(r.lines[l].user, r.lines[l].basket) != 14)
            r.lines[kept++] = r.lines[l];
    r.n = kept;
    aisle_dataset *d = receipts_build(&r, config);
    if (history_init(&b.a, &b.fit, d, T, NULL, &err))
        fail_msg("%s", err.message);
    aisle_dataset_free(d);
    receipts_fini(&r);
    receipts_init(&b.lines, 15);
    for (size_t l = 0, n = b.lines.n; l < n; l += 7) { /* twice on a day */
        receipt again = b.lines.lines[l];
        again.basket += 5000;
        receipts_add(&b.lines, again);
    }
    qsort(b.lines.lines, b.lines.n, sizeof *b.lines.lines, compare_lines);
    b.d = receipts_build(&b.lines, plain);
    aisle_config_free(config);
    aisle_config_free(plain);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    households_fini(&b.fit);
    assortment_fini(&b.a);
    aisle_dataset_free(b.d);
    receipts_fini(&b.lines);
    return 0;
}

static uint32_t index_of(const id_table *t, int64_t id)
{
    for (uint32_t i = 0; i < t->count; i++)
        if (t->ints[i] == id)
            return i;
    return AISLE_MISSING;
}

/* Where the twin stands in the households. */
typedef struct place {
    size_t line, basket;
    uint32_t user, visit;
} place;

/* The first line of a basket of the receipts that counts. */
static void check_basket(const households *h, const place *at, const receipt *line)
{
    int64_t store = receipts_store(line->user, line->basket);
    assert_int_equal(h->users.ints[at->user], line->user);
    assert_true(at->basket >= h->basket_offset[at->user] &&
                at->basket < h->basket_offset[at->user + 1]);
    assert_int_equal(h->basket_day[at->basket], line->day);
    assert_int_equal(h->visit[at->basket], at->visit);
    assert_int_equal(h->store[at->basket], store ? index_of(&b.a.stores, store) : AISLE_MISSING);
}

static void check_line(const households *h, const place *at, const receipt *line, uint32_t item)
{
    const line_columns *of = &h->line;
    assert_int_equal(of->item[at->line], item);
    assert_int_equal(of->day[at->line], line->day);
    assert_int_equal(of->basket[at->line], at->basket);
    assert_true(of->quantity[at->line] == (float)line->quantity);
    assert_true(of->value[at->line] == line->value);
    assert_true(of->discount[at->line] == (float)receipts_discount(line));
}

/* The sums of unknown products of the basket that lines [from, to) are. */
static void check_foreign(const foreign_sums *s, size_t from, size_t to)
{
    foreign_sums sum = {0};
    for (size_t l = from; l < to; l++) {
        const receipt *line = &b.lines.lines[l];
        if (is_left_out(line->item) || index_of(&b.a.items, line->item) != AISLE_MISSING)
            continue;
        sum.lines++;
        sum.quantity += line->quantity;
        sum.value += line->value;
        sum.discounted += receipts_discount(line) > 0;
    }
    assert_int_equal(s->lines, sum.lines);
    assert_int_equal(s->discounted, sum.discounted);
    assert_true(fabs(s->quantity - sum.quantity) < 1e-9 && fabs(s->value - sum.value) < 1e-9);
}

static uint32_t count_foreign_items(int64_t user, int32_t as_of)
{
    uint32_t n = 0;
    for (int64_t item = 1000; item < 1000 + 5 * RECEIPTS_ITEMS; item += 5) {
        bool bought = false;
        for (size_t l = 0; l < b.lines.n; l++)
            bought |= b.lines.lines[l].user == user && b.lines.lines[l].item == item &&
                      b.lines.lines[l].day < as_of;
        n += bought && !is_left_out(item) && index_of(&b.a.items, item) == AISLE_MISSING;
    }
    return n;
}

/* Basket by basket of the receipts; what is left out is as if it were not there. */
static void check_all(const households *h, int32_t as_of)
{
    place at = {0, SIZE_MAX, UINT32_MAX, 0};
    const receipt *lines = b.lines.lines, *before = NULL;
    for (size_t from = 0, to; from < b.lines.n; from = to) {
        bool counts = false;
        for (to = from; to < b.lines.n && lines[to].basket == lines[from].basket; to++)
            counts |= !is_left_out(lines[to].item);
        if (!counts || lines[from].day >= as_of)
            continue;
        bool new_user = !before || before->user != lines[from].user;
        at.basket++;
        at.user += new_user;
        at.visit = new_user ? 0 : at.visit + (before->day != lines[from].day);
        before = &lines[from];
        check_basket(h, &at, before);
        check_foreign(&h->foreign[at.basket], from, to);
        for (size_t l = from; l < to; l++) {
            uint32_t item = index_of(&b.a.items, lines[l].item);
            if (!is_left_out(lines[l].item) && item != AISLE_MISSING) {
                check_line(h, &at, &lines[l], item);
                at.line++;
            }
        }
    }
    assert_int_equal(at.line, h->line.n);
    assert_int_equal(at.basket + 1, h->baskets);
    assert_int_equal(at.user + 1, h->n_users);
}

static void equal_their_twin(void **state)
{
    (void)state;
    static const int32_t days[] = {T, LATER, RECEIPTS_END, RECEIPTS_FIRST_DAY + 9};
    assert_true(b.a.left_out.count > 5);
    for (size_t d = 0; d < sizeof days / sizeof *days; d++) {
        households h;
        assert_int_equal(households_init(&h, &b.a, b.d, days[d], NULL, NULL), AISLE_OK);
        assert_int_equal(households_check(&h, NULL), AISLE_OK);
        assert_int_equal(h.as_of, days[d]);
        check_all(&h, days[d]);
        for (uint32_t u = 0; u < h.n_users; u++) {
            char buffer[32];
            const char *income = receipts_income(h.users.ints[u]);
            assert_int_equal(h.foreign_items[u], count_foreign_items(h.users.ints[u], days[d]));
            assert_int_equal(income != NULL, h.level[0][u] != AISLE_MISSING);
            if (income)
                assert_string_equal(id_table_text(&b.a.segments.levels[0], h.level[0][u], buffer),
                                    income);
        }
        households_fini(&h);
    }
}

/* Their receipts say nothing of promotions: what the assortment knows of its weeks before T's does,
 * 0 beyond. */
static void promotions_are_the_assortments(void **state)
{
    (void)state;
    households h;
    size_t on = 0;
    assert_int_equal(households_init(&h, &b.a, b.d, RECEIPTS_END, NULL, NULL), AISLE_OK);
    int32_t first = b.a.promotions.start[0], last = b.a.promotions.start[PROMOTION_WEEKS_BEFORE];
    assert_true(last <= T && T < b.a.promotions.start[PROMOTION_WEEKS_BEFORE + 1]);
    for (size_t l = 0; l < h.line.n; l++) {
        uint32_t store = h.store[h.line.basket[l]];
        uint8_t kind = 0;
        for (int w = 0; w < PROMOTION_WEEKS_BEFORE && store != AISLE_MISSING; w++)
            if (h.line.day[l] >= b.a.promotions.start[w] &&
                h.line.day[l] < b.a.promotions.start[w + 1])
                kind = assortment_find_promotion(&b.a, (size_t)w, h.line.item[l], store);
        assert_int_equal(h.line.promotion[l], kind);
        assert_true(kind == 0 || (h.line.day[l] >= first && h.line.day[l] < last));
        on += kind != 0;
    }
    assert_true(on > 20);
    households_fini(&h);
}

/* Those that are left out take no part; the others are as without them. */
static void some_are_left_out(void **state)
{
    (void)state;
    households all, some;
    uint8_t *left_out = NEW_ARRAY(uint8_t, b.d->users.count);
    for (size_t d = 0; d < b.d->users.count; d++)
        left_out[d] = d % 3 == 0;
    assert_int_equal(households_init(&all, &b.a, b.d, LATER, NULL, NULL), AISLE_OK);
    assert_int_equal(households_init(&some, &b.a, b.d, LATER, left_out, NULL), AISLE_OK);
    assert_int_equal(households_check(&some, NULL), AISLE_OK);
    for (uint32_t u = 0; u < all.n_users; u++) {
        uint32_t v = index_of(&some.users, all.users.ints[u]);
        bool out = index_of(&b.d->users, all.users.ints[u]) % 3 == 0;
        assert_int_equal(out, v == AISLE_MISSING);
        if (out)
            continue;
        uint64_t from = all.user_offset[u], to = some.user_offset[v];
        assert_int_equal(all.user_offset[u + 1] - from, some.user_offset[v + 1] - to);
        for (uint64_t n = all.user_offset[u + 1] - from; n > 0; n--, from++, to++) {
            assert_int_equal(all.line.item[from], some.line.item[to]);
            assert_int_equal(all.line.basket[from] - all.basket_offset[u],
                             some.line.basket[to] - some.basket_offset[v]);
        }
    }
    households_fini(&all);
    households_fini(&some);
    mem_free(left_out);
}

static void memory_runs_out(void **state)
{
    (void)state;
    aisle_status status = AISLE_ERROR_MEMORY;
    for (long n = 0; status != AISLE_OK; n++) {
        households h;
        memset(&h, 0xab, sizeof h);
        mem_fail_after(n);
        status = households_init(&h, &b.a, b.d, LATER, NULL, NULL);
        mem_fail_after(-1);
        assert_true(status == AISLE_OK || status == AISLE_ERROR_MEMORY);
        if (status == AISLE_OK)
            households_fini(&h);
        assert_true(n < 1000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_their_twin),
        cmocka_unit_test(promotions_are_the_assortments),
        cmocka_unit_test(some_are_left_out),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests_name("guest households", tests, set_up, tear_down);
}
