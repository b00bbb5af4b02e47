/* What households are told comes from their own receipts and the fit alone: not from who else asks,
 * from where their receipts lie, or from whether the fit has seen them. Over every retriever and
 * the blend of all. */
#include "answers.h"
#include "base/mem.h"
#include "base/rng.h"

#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { SALES = 5000, PEOPLE = 200, PRODUCTS = 400, GUEST = 107, FIT_AS_OF = SHOP_AS_OF - 20 };

static void sales_lines(shop_line lines[SALES])
{
    shop_random_lines(lines, SALES, PEOPLE, PRODUCTS, 3);
    shop_join_baskets(lines, SALES);
}

static void add_options(shop *s)
{
    shop_add_categories(s);
    set_quotas(&s->options);
    s->options.pool = 60;
    s->options.als.factors = 12;
    s->options.als.iterations = 3;
    s->options.als.scaled = ALS_SCALED_COUNTS;
}

static void open_sales(shop *s, const shop_line *lines, size_t n, int32_t as_of)
{
    shop_init(s, lines, n, as_of);
    add_options(s);
    shop_allow(s, 7, 3);
}

static uint32_t *all_users(const households *h)
{
    uint32_t *users = NEW_ARRAY(uint32_t, h->n_users);
    for (uint32_t u = 0; u < h->n_users; u++)
        users[u] = u;
    return users;
}

static void take_households(households *out, const assortment *a, const aisle_dataset *d,
                            int32_t as_of, const uint8_t *left_out)
{
    aisle_error err = AISLE_ERROR_INIT;
    if (households_init(out, a, d, as_of, left_out, &err) || households_check(out, &err))
        fail_msg("%s", err.message);
}

/* ---- Each takes a subject that is fitted on the shop, and what all of the shop are told ---- */

typedef struct bench {
    shop s;
    subject x;
    uint32_t *users;
    answers all;
} bench;

/* Fits on the bench's shop, and asks all that it has. */
static void bench_ask(bench *b, size_t row)
{
    subject_fit(&b->x, row, &b->s);
    b->users = all_users(&b->s.h);
    answers_init(&b->all, &b->x, &b->s.h, b->users, b->s.h.n_users, 2);
}

static void bench_init(bench *b, size_t row, const shop_line *lines, size_t n, int32_t as_of)
{
    open_sales(&b->s, lines, n, as_of);
    bench_ask(b, row);
}

static void bench_fini(bench *b)
{
    answers_fini(&b->all);
    mem_free(b->users);
    subject_fini(&b->x);
    shop_fini(&b->s);
}

/* All of h are told what they were told among all. */
static void check_asked(const bench *b, const households *h, int threads)
{
    answers some;
    uint32_t *users = all_users(h);
    answers_init(&some, &b->x, h, users, h->n_users, threads);
    assert_same_answers(&b->x, &b->all, &some);
    answers_fini(&some);
    mem_free(users);
}

/* A household alone, out of the shop's receipts. */
static void check_masked(const bench *b, uint8_t *left_out, uint32_t user)
{
    households guest;
    memset(left_out, 1, b->s.dataset->users.count);
    left_out[user] = 0;
    take_households(&guest, &b->s.a, b->s.dataset, b->s.h.as_of, left_out);
    assert_int_equal(guest.n_users, 1);
    check_asked(b, &guest, 1);
    households_fini(&guest);
}

/* A household alone, from a dataset that has its receipts and nothing else. */
static void check_own_dataset(const bench *b, const shop_line *lines, size_t n, int64_t id)
{
    shop own;
    households guest;
    shop_line *of = NEW_ARRAY(shop_line, n);
    size_t count = 0;
    for (size_t l = 0; l < n; l++)
        if (lines[l].user == id)
            of[count++] = lines[l];
    shop_init(&own, of, count, b->s.h.as_of);
    take_households(&guest, &b->s.a, own.dataset, b->s.h.as_of, NULL);
    assert_int_equal(guest.n_users, 1);
    check_asked(b, &guest, 1);
    households_fini(&guest);
    shop_fini(&own);
    mem_free(of);
}

static void check_alone(size_t row)
{
    bench b;
    shop_line lines[SALES];
    sales_lines(lines);
    bench_init(&b, row, lines, SALES, SHOP_AS_OF);
    uint8_t *left_out = NEW_ARRAY(uint8_t, b.s.dataset->users.count);
    for (uint32_t u = 0; u < b.s.dataset->users.count; u++)
        check_masked(&b, left_out, u);
    for (uint32_t u = 0; u < b.s.h.n_users; u += 17)
        check_own_dataset(&b, lines, SALES, b.s.h.users.ints[u]);
    mem_free(left_out);
    bench_fini(&b);
}

/* Those of a part, last first, are told what they were told among all; returns how many. */
static size_t check_part(const bench *b, const uint8_t *left_out)
{
    households part;
    answers some;
    take_households(&part, &b->s.a, b->s.dataset, b->s.h.as_of, left_out);
    size_t n = part.n_users;
    uint32_t *users = NEW_ARRAY(uint32_t, n);
    for (size_t i = 0; i < n; i++)
        users[i] = (uint32_t)(n - 1 - i);
    answers_init(&some, &b->x, &part, users, n, 2);
    assert_same_answers(&b->x, &b->all, &some);
    answers_fini(&some);
    mem_free(users);
    households_fini(&part);
    return n;
}

static void check_partitions(size_t row)
{
    static const uint32_t parts[] = {1, 3, 16};
    bench b;
    shop_line lines[SALES];
    sales_lines(lines);
    bench_init(&b, row, lines, SALES, SHOP_AS_OF);
    const id_table *ids = &b.s.dataset->users;
    uint8_t *left_out = NEW_ARRAY(uint8_t, ids->count);
    for (int i = 0; i < 3; i++) {
        size_t asked = 0;
        for (uint32_t p = parts[i]; p-- > 0;) {
            for (size_t u = 0; u < ids->count; u++)
                left_out[u] = rng_mix((uint64_t)ids->ints[u]) % parts[i] != p;
            asked += check_part(&b, left_out);
        }
        assert_int_equal(asked, b.s.h.n_users);
    }
    mem_free(left_out);
    bench_fini(&b);
}

/* ---- A household that the fit has not seen ---- */

/* Lines in which the guest has a product of its own; returns how many. */
static size_t guest_lines(shop_line lines[SALES + 1])
{
    sales_lines(lines);
    lines[SALES] = (shop_line){GUEST, 99, GUEST * 100000, SHOP_AS_OF - 9, 2};
    for (size_t l = 0; l < SALES; l++)
        if (lines[l].item == 99)
            lines[l].item = 98;
    return SALES + 1;
}

/* The shop's households and products again, as of T, without the guest. */
static void leave_out(shop *s, const uint8_t *left_out)
{
    catalogue_fini(&s->c);
    households_fini(&s->h);
    assortment_fini(&s->a);
    assert_int_equal(history_init(&s->a, &s->h, s->dataset, SHOP_AS_OF, left_out, NULL), AISLE_OK);
    assert_int_equal(catalogue_init(&s->c, &s->h, NULL, NULL, NULL), AISLE_OK);
    add_options(s);
    shop_allow(s, 7, 3);
}

/* With the guest in the batch, which bought what the fit does not know. */
static void check_with_guest(const bench *b, const uint8_t *only)
{
    static const int threads[] = {1, 2, 8};
    households with, guest;
    answers told, alone;
    uint32_t zero = 0;
    take_households(&with, &b->s.a, b->s.dataset, SHOP_AS_OF, NULL);
    take_households(&guest, &b->s.a, b->s.dataset, SHOP_AS_OF, only);
    assert_non_null(guest.foreign);
    assert_int_equal(with.n_users, b->s.h.n_users + 1);
    assert_int_equal(user_pool_find(&b->x.l.context.pool, &guest, 0), HISTORY_NONE);
    uint32_t *users = all_users(&with);
    answers_init(&alone, &b->x, &guest, &zero, 1, 1);
    for (int i = 0; i < 3; i++) {
        answers_init(&told, &b->x, &with, users, with.n_users, threads[i]);
        assert_same_answers(&b->x, &told, &b->all);
        assert_same_answers(&b->x, &told, &alone);
        answers_fini(&told);
        check_asked(b, &b->s.h, threads[i]);
    }
    answers_fini(&alone);
    mem_free(users);
    households_fini(&guest);
    households_fini(&with);
}

/* A fit that left the guest out is a fit of receipts that never had it. */
static void check_never_there(const bench *b, size_t row, const shop_line *lines, size_t n)
{
    bench never;
    shop_line others[SALES + 1];
    size_t kept = 0;
    for (size_t l = 0; l < n; l++)
        if (lines[l].user != GUEST)
            others[kept++] = lines[l];
    bench_init(&never, row, others, kept, SHOP_AS_OF);
    assert_int_equal(never.s.h.n_users, b->s.h.n_users);
    assert_same_answers(&b->x, &b->all, &never.all);
    bench_fini(&never);
}

static void check_guest(size_t row)
{
    bench b;
    shop_line lines[SALES + 1];
    size_t n = guest_lines(lines);
    shop_init(&b.s, lines, n, SHOP_AS_OF);
    const id_table *ids = &b.s.dataset->users;
    uint8_t *guest = NEW_ARRAY(uint8_t, ids->count), *only = NEW_ARRAY(uint8_t, ids->count);
    for (size_t u = 0; u < ids->count; u++) {
        guest[u] = ids->ints[u] == GUEST;
        only[u] = !guest[u];
    }
    leave_out(&b.s, guest);
    bench_ask(&b, row);
    check_with_guest(&b, only);
    check_never_there(&b, row, lines, n);
    mem_free(guest);
    mem_free(only);
    bench_fini(&b);
}

/* ---- Receipts that are newer than the fit ---- */

enum { NEWER = 40, PROBE = SHOP_AS_OF - 8 };

/* Since the fit there are products that it does not know, of ids before and after all others;
 * households that bought nothing else of late; and two new ones, one of which never bought anything
 * else. */
static size_t newer_lines(shop_line lines[SALES + NEWER])
{
    sales_lines(lines);
    for (int i = 0; i < NEWER; i++) {
        int64_t user = i < NEWER / 2 ? 100 + i : 5000 + i % 2, basket = 90000000 + i;
        int64_t item = i % 3 ? 2 : 9000 + i;
        if (user == 5000 && i % 4 == 0)
            item = lines[i].item;
        lines[SALES + i] = (shop_line){user, item, basket, FIT_AS_OF + i % 20, 1};
    }
    return SALES + NEWER;
}

/* Asked by what happened before a day, whatever happens from it on. */
static void check_probe(const bench *b, const shop_line *lines, size_t n)
{
    shop other;
    households h, same;
    answers told, again;
    shop_line *changed = mem_copy(lines, n, sizeof *lines);
    for (size_t l = 0; l < n; l++)
        if (changed[l].day >= PROBE)
            changed[l] = (shop_line){1, (int64_t)l % 3, lines[l].basket, lines[l].day, 9};
    shop_init(&other, changed, n, SHOP_AS_OF);
    take_households(&h, &b->s.a, b->s.dataset, PROBE, NULL);
    take_households(&same, &b->s.a, other.dataset, PROBE, NULL);
    assert_int_equal(h.n_users, same.n_users);
    uint32_t *users = all_users(&h);
    answers_init(&told, &b->x, &h, users, h.n_users, 2);
    answers_init(&again, &b->x, &same, users, same.n_users, 2);
    assert_same_answers(&b->x, &told, &again);
    answers_fini(&told);
    answers_fini(&again);
    mem_free(users);
    mem_free(changed);
    households_fini(&h);
    households_fini(&same);
    shop_fini(&other);
}

/* Of these the household's receipts say nothing. */
static bool is_deaf(const char *name)
{
    return strcmp(name, "popular") == 0 || strcmp(name, "popular_all") == 0 ||
           strcmp(name, "popular_segment") == 0;
}

/* Households of the fit whose scores, the end of an answer, are others by their newer receipts. */
static size_t count_heard(const bench *b, const answers *told)
{
    size_t n = b->s.a.n_items * sizeof(float), count = 0;
    for (uint32_t u = 0; u < b->s.h.n_users; u++) {
        uint32_t now = id_table_find_same(&told->h->users, &b->s.h.users, u);
        count += memcmp(b->all.bytes + b->all.end[u] - n, told->bytes + told->end[now] - n, n) != 0;
    }
    return count;
}

static void check_newer(size_t row)
{
    bench b;
    households late;
    answers told;
    int64_t id;
    shop_line lines[SALES + NEWER];
    size_t n = newer_lines(lines);
    bench_init(&b, row, lines, n, FIT_AS_OF);
    take_households(&late, &b.s.a, b.s.dataset, SHOP_AS_OF, NULL);
    assert_non_null(late.foreign);
    assert_true(late.n_users >= b.s.h.n_users + 2);
    assert_true(id_table_find(&late.users, "5001") != AISLE_MISSING);
    uint32_t *users = all_users(&late);
    answers_init(&told, &b.x, &late, users, late.n_users, 2);
    size_t changed = count_different(&told, &b.all, &id), heard = count_heard(&b, &told);
    assert_true(changed > 5);
    if (row < retriever_count && is_deaf(b.x.name) ? heard > 0 : heard == 0)
        fail_msg("%s: %zu households are told something else", b.x.name, heard);
    answers_fini(&told);
    mem_free(users);
    check_probe(&b, lines, n);
    households_fini(&late);
    bench_fini(&b);
}

#define OVER_ALL(name)                                                                             \
    static void name(void **state)                                                                 \
    {                                                                                              \
        (void)state;                                                                               \
        for (size_t row = 0; row <= retriever_count; row++)                                        \
            check_##name(row);                                                                     \
    }

OVER_ALL(alone)
OVER_ALL(partitions)
OVER_ALL(guest)
OVER_ALL(newer)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alone),
        cmocka_unit_test(partitions),
        cmocka_unit_test(guest),
        cmocka_unit_test(newer),
    };
    return cmocka_run_group_tests_name("askers", tests, NULL, NULL);
}
