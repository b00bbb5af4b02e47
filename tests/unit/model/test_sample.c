/* Which candidates train. */
#include "model/sample.h"

#include "base/mem.h"
#include "receipts.h"
#include "same.h"

#include <math.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { T = RECEIPTS_END - 21, EACH = 9 };

typedef struct bench {
    aisle_config *config;
    aisle_dataset *d;
    assortment a;
    households h;
    labels bought;
    candidate_lists lists;
    uint32_t *users, *dataset_users;
} bench;

/* Every household, with EACH products from its own number on. */
static void bench_init(bench *b)
{
    receipts r;
    receipts_init(&r, 91);
    b->config = receipts_config(RECEIPTS_ROLES);
    b->d = receipts_build(&r, b->config);
    receipts_fini(&r);
    assert_int_equal(history_init(&b->a, &b->h, b->d, T, NULL, NULL), AISLE_OK);
    assert_int_equal(labels_init(&b->bought, b->d, (window){T, T + 21}, NULL), AISLE_OK);
    uint32_t n = b->h.n_users;
    b->users = NEW_ARRAY(uint32_t, n);
    b->dataset_users = NEW_ARRAY(uint32_t, n);
    b->lists = (candidate_lists){.n = n,
                                 .n_sources = 1,
                                 .offset = NEW_ZEROED(uint64_t, n + 1),
                                 .item = NEW_ARRAY(uint32_t, n * EACH),
                                 .source = NEW_ZEROED(uint32_t, 1),
                                 .score = NEW_ARRAY(float, n *EACH),
                                 .rank = NEW_ARRAY(uint16_t, n * EACH)};
    for (uint32_t u = 0, d = 0; d < b->d->users.count; d++)
        if (b->h.user_of[d] != HISTORY_NONE) {
            b->users[u] = u;
            b->dataset_users[u++] = d;
        }
    for (uint32_t i = 0; i < n; i++) {
        b->lists.offset[i + 1] = (i + 1) * (uint64_t)EACH;
        for (uint32_t p = 0; p < EACH; p++) {
            uint32_t row = i * EACH + p;
            b->lists.item[row] = i % (b->a.n_items - EACH) + p;
            b->lists.score[row] = (float)row;
            b->lists.rank[row] = (uint16_t)(p + 1);
        }
    }
}

static void bench_fini(bench *b)
{
    candidate_lists_fini(&b->lists);
    labels_fini(&b->bought);
    households_fini(&b->h);
    assortment_fini(&b->a);
    aisle_dataset_free(b->d);
    aisle_config_free(b->config);
    mem_free(b->users);
    mem_free(b->dataset_users);
}

static sample_source source_of(const bench *b, int64_t negatives, uint64_t seed)
{
    return (sample_source){&b->lists, b->users, b->dataset_users, &b->h, &b->bought,
                           negatives, seed};
}

static bool is_bought(const bench *b, uint32_t u, uint32_t item)
{
    uint32_t d = b->dataset_users[u];
    for (uint64_t i = b->bought.offset[d]; i < b->bought.offset[d + 1]; i++)
        if (b->h.item_of[b->bought.item[i]] == item)
            return true;
    return false;
}

/* All that was bought, once each (case 4), and so many of the rest; lists without any are dropped
 * and counted (case 11). */
static void keeps_what_was_bought(void **state)
{
    (void)state;
    bench b;
    training_sample s;
    bench_init(&b);
    sample_source from = source_of(&b, 7, 1);
    assert_int_equal(training_sample_init(&s, &from, NULL), AISLE_OK);
    uint64_t positives = 0, dropped = 0;
    size_t list = 0;
    for (uint32_t u = 0; u < b.h.n_users; u++) {
        uint64_t here = 0;
        for (uint64_t r = b.lists.offset[u]; r < b.lists.offset[u + 1]; r++)
            here += is_bought(&b, u, b.lists.item[r]);
        positives += here;
        dropped += here == 0;
        if (here == 0)
            continue;
        assert_int_equal(s.users[list], u);
        assert_int_equal(s.lists.offset[list + 1] - s.lists.offset[list],
                         here + (EACH - here < 7 ? EACH - here : 7));
        for (uint64_t r = s.lists.offset[list]; r < s.lists.offset[list + 1]; r++) {
            uint32_t item = s.lists.item[r];
            uint64_t was = b.lists.offset[u] + item - u % (b.a.n_items - EACH);
            assert_true(r == s.lists.offset[list] || s.lists.item[r - 1] < item);
            assert_true(s.label[r] == (float)is_bought(&b, u, item));
            assert_true(s.lists.score[r] == (float)was);
            assert_int_equal(s.lists.rank[r], was % EACH + 1);
            here -= s.label[r] > 0;
        }
        assert_int_equal(here, 0);
        list++;
    }
    assert_int_equal(s.lists.n, list);
    assert_int_equal(s.positives, positives);
    assert_int_equal(s.dropped, dropped);
    assert_true(list > 0 && dropped > 0);
    training_sample_fini(&s);
    bench_fini(&b);
}

static void a_row_alone_is_dropped(void **state)
{
    (void)state;
    bench b;
    training_sample s;
    bench_init(&b);
    for (size_t i = 0; i <= b.lists.n; i++)
        b.lists.offset[i] = i;
    sample_source from = source_of(&b, 7, 1);
    assert_int_equal(training_sample_init(&s, &from, NULL), AISLE_OK);
    assert_int_equal(s.lists.n, 0);
    assert_int_equal(s.dropped, b.h.n_users);
    training_sample_fini(&s);
    bench_fini(&b);
}

/* The seed decides; a household's draw depends on no other household. */
static void draws_by_the_seed(void **state)
{
    (void)state;
    bench b;
    training_sample x, y, z, fewer;
    bench_init(&b);
    sample_source from = source_of(&b, 2, 1), other = source_of(&b, 2, 2);
    assert_int_equal(training_sample_init(&x, &from, NULL), AISLE_OK);
    assert_int_equal(training_sample_init(&y, &from, NULL), AISLE_OK);
    assert_int_equal(training_sample_init(&z, &other, NULL), AISLE_OK);
    same_candidates(&x.lists, &y.lists);
    assert_memory_not_equal(x.lists.item, z.lists.item, 40 * sizeof(uint32_t));
    size_t all = b.lists.n;
    b.lists.n = all / 2;
    assert_int_equal(training_sample_init(&fewer, &from, NULL), AISLE_OK);
    assert_memory_equal(fewer.lists.item, x.lists.item,
                        fewer.lists.offset[fewer.lists.n] * sizeof(uint32_t));
    b.lists.n = all;
    training_sample_fini(&x);
    training_sample_fini(&y);
    training_sample_fini(&z);
    training_sample_fini(&fewer);
    bench_fini(&b);
}

/* Each candidate that was not bought has the same chance. */
static void draws_evenly(void **state)
{
    (void)state;
    bench b;
    size_t drawn[EACH] = {0}, all = 0;
    bench_init(&b);
    for (uint64_t seed = 0; seed < 400; seed++) {
        training_sample s;
        sample_source from = source_of(&b, 3, seed);
        assert_int_equal(training_sample_init(&s, &from, NULL), AISLE_OK);
        for (uint64_t r = 0; r < s.lists.offset[s.lists.n]; r++)
            if (s.label[r] == 0) {
                drawn[s.lists.rank[r] - 1]++;
                all++;
            }
        training_sample_fini(&s);
    }
    double mean = (double)all / EACH;
    for (int p = 0; p < EACH; p++)
        assert_true(fabs((double)drawn[p] - mean) < 0.45 * mean);
    bench_fini(&b);
}

static void memory_runs_out(void **state)
{
    (void)state;
    bench b;
    bench_init(&b);
    sample_source from = source_of(&b, 5, 1);
    aisle_status status = AISLE_ERROR_MEMORY;
    for (long n = 0; status != AISLE_OK; n++) {
        training_sample s;
        mem_fail_after(n);
        status = training_sample_init(&s, &from, NULL);
        mem_fail_after(-1);
        assert_true(status == AISLE_OK || status == AISLE_ERROR_MEMORY);
        if (status == AISLE_OK)
            training_sample_fini(&s);
        assert_true(n < 100);
    }
    bench_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_what_was_bought), cmocka_unit_test(a_row_alone_is_dropped),
        cmocka_unit_test(draws_by_the_seed),     cmocka_unit_test(draws_evenly),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests_name("sample", tests, NULL, NULL);
}
