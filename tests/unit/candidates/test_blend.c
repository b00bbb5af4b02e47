#include "base/mem.h"
#include "candidates/blend.h"
#include "shop.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { LINES = 2000, USERS = 40, ITEMS = 70, WANTED = 6 };

/* Level 1 with quotas, and the query that all tests use: some users, one twice, a stranger. */
typedef struct bench {
    shop s;
    level1 l;
    uint32_t users[WANTED];
    retriever_query query;
    candidate_lists lists;
} bench;

static void bench_init(bench *b, int64_t popular, int64_t count, int64_t als, uint32_t least,
                       bool new_only, int threads)
{
    shop_line lines[LINES];
    aisle_error err = AISLE_ERROR_INIT;
    shop_random_lines(lines, LINES, USERS, ITEMS, 2);
    shop_init(&b->s, lines, LINES, SHOP_AS_OF);
    shop_allow(&b->s, 7, 2);
    b->s.options.popular.quota = popular;
    b->s.options.own_count.quota = count;
    b->s.options.own_decay.quota = 0;
    b->s.options.als.quota = als;
    b->s.options.als.factors = 8;
    memcpy(b->users, (uint32_t[WANTED]){4, 0, HISTORY_NONE, 4, 9, 17}, sizeof b->users);
    b->query = (retriever_query){&b->s.h, b->users, WANTED, new_only, 0};
    assert_int_equal(level1_init(&b->l, &b->s.h, &b->s.c, &b->s.options, NULL, 3, threads, &err),
                     AISLE_OK);
    if (blend_init(&b->lists, &b->l, &b->query, least, &err) ||
        candidate_lists_check(&b->lists, b->s.a.n_items, &err))
        fail_msg("%s", err.message);
}

static void bench_fini(bench *b)
{
    candidate_lists_fini(&b->lists);
    level1_fini(&b->l);
    shop_fini(&b->s);
}

static uint64_t row_of(const candidate_lists *lists, size_t i, uint32_t item)
{
    for (uint64_t r = lists->offset[i]; r < lists->offset[i + 1]; r++)
        if (lists->item[r] == item)
            return r;
    return UINT64_MAX;
}

/* Every item of every source's own list is there with its rank and score; nothing else is. */
static void keeps_lists(void **state)
{
    (void)state;
    for (int new_only = 0; new_only < 2; new_only++) {
        bench b;
        bench_init(&b, 9, 12, 15, 0, new_only, 2);
        const uint32_t quota[] = {9, 12, 15};
        size_t ranks = 0, listed = 0;
        assert_int_equal(b.lists.n_sources, 3);
        for (uint32_t s = 0; s < 3; s++) {
            size_t row = b.lists.source[s];
            item_lists alone;
            assert_int_equal(item_lists_init(&alone, WANTED, quota[s], NULL), AISLE_OK);
            assert_int_equal(retriever_fill(&alone, &retriever_table[row], b.l.state[row],
                                            &b.l.context, &b.query, NULL),
                             AISLE_OK);
            for (size_t i = 0; i < WANTED; i++) {
                for (uint32_t j = 0; j < alone.count[i]; j++) {
                    uint64_t r = row_of(&b.lists, i, alone.item[i * quota[s] + j]);
                    assert_true(r != UINT64_MAX);
                    assert_int_equal(b.lists.rank[r * 3 + s], j + 1);
                    assert_true(b.lists.score[r * 3 + s] == alone.score[i * quota[s] + j]);
                    listed++;
                }
            }
            item_lists_fini(&alone);
        }
        for (uint64_t r = 0; r < b.lists.offset[WANTED]; r++) {
            size_t before = ranks;
            for (uint32_t s = 0; s < 3; s++)
                ranks += b.lists.rank[r * 3 + s] != 0;
            assert_true(ranks > before);
        }
        assert_int_equal(ranks, listed);
        assert_int_equal(b.lists.offset[2], b.lists.offset[3]);
        bench_fini(&b);
    }
}

/* Where a source has an opinion of what another one found, its score stands there too. */
static void scores_all(void **state)
{
    (void)state;
    bench b;
    bench_init(&b, 5, 5, 5, 40, false, 2);
    for (size_t i = 0; i < WANTED; i++) {
        for (uint64_t r = b.lists.offset[i]; r < b.lists.offset[i + 1]; r++) {
            const float *score = b.lists.score + r * 3;
            if (b.users[i] == HISTORY_NONE) {
                assert_true(isnan(score[0]) && isnan(score[1]) && isnan(score[2]));
                continue;
            }
            size_t pair = households_find_pair(&b.s.h, b.users[i], b.lists.item[r]);
            assert_true(isnan(score[1]) == (pair == SIZE_MAX));
            assert_false(isnan(score[2]));
        }
    }
    bench_fini(&b);
}

/* Items of the catalogue that the user can be offered. */
static uint32_t available(const bench *b, uint32_t user)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < b->s.c.count; i++)
        n += !b->query.new_only || user == HISTORY_NONE ||
             households_find_pair(&b->s.h, user, b->s.c.items[i]) == SIZE_MAX;
    return n;
}

static void pads(void **state)
{
    (void)state;
    for (int new_only = 0; new_only < 2; new_only++) {
        bench b;
        bench_init(&b, 0, 4, 0, 20, new_only, 2);
        for (size_t i = 0; i < WANTED; i++) {
            uint32_t most = available(&b, b.users[i]);
            assert_int_equal(b.lists.offset[i + 1] - b.lists.offset[i], most < 20 ? most : 20);
        }
        for (size_t i = 0; new_only && i < WANTED; i++)
            for (uint64_t r = b.lists.offset[i]; r < b.lists.offset[i + 1]; r++)
                assert_true(b.users[i] == HISTORY_NONE ||
                            households_find_pair(&b.s.h, b.users[i], b.lists.item[r]) == SIZE_MAX);
        for (uint32_t p = 0; p < 20; p++)
            assert_true(row_of(&b.lists, 2, b.l.context.popular[p]) != UINT64_MAX);
        bench_fini(&b);
        bench_init(&b, 0, 0, 0, 1000, false, 1);
        assert_int_equal(b.lists.n_sources, 0);
        assert_int_equal(b.lists.offset[1], b.s.c.count);
        bench_fini(&b);
    }
}

static void same_for_any_threads(void **state)
{
    (void)state;
    bench a, b;
    bench_init(&a, 9, 9, 9, 25, false, 1);
    bench_init(&b, 9, 9, 9, 25, false, 8);
    uint64_t rows = a.lists.offset[WANTED];
    assert_memory_equal(a.lists.offset, b.lists.offset, (WANTED + 1) * sizeof(uint64_t));
    assert_memory_equal(a.lists.item, b.lists.item, rows * sizeof(uint32_t));
    assert_memory_equal(a.lists.rank, b.lists.rank, rows * 3 * sizeof(uint16_t));
    for (uint64_t e = 0; e < rows * 3; e++)
        assert_true(isnan(a.lists.score[e]) ? isnan(b.lists.score[e])
                                            : a.lists.score[e] == b.lists.score[e]);
    bench_fini(&a);
    bench_fini(&b);
}

static double fused(const candidate_lists *lists, uint64_t r)
{
    double sum = 0;
    for (uint32_t s = 0; s < lists->n_sources; s++)
        sum += lists->rank[r * lists->n_sources + s]
                   ? 1.0 / (60 + lists->rank[r * lists->n_sources + s])
                   : 0;
    return sum;
}

static void ranks(void **state)
{
    (void)state;
    bench b;
    item_lists ranking;
    bench_init(&b, 9, 12, 15, 25, false, 2);
    assert_int_equal(item_lists_init(&ranking, WANTED, 100, NULL), AISLE_OK);
    assert_int_equal(blend_rank(&ranking, &b.lists, &b.l, NULL), AISLE_OK);
    for (size_t i = 0; i < WANTED; i++) {
        assert_int_equal(ranking.count[i], b.lists.offset[i + 1] - b.lists.offset[i]);
        for (uint32_t j = 0; j < ranking.count[i]; j++) {
            uint32_t item = ranking.item[i * 100 + j];
            float score = ranking.score[i * 100 + j];
            assert_true(score == (float)fused(&b.lists, row_of(&b.lists, i, item)));
            assert_true(j == 0 || score <= ranking.score[i * 100 + j - 1]);
        }
    }
    item_lists_fini(&ranking);
    bench_fini(&b);
}

/* Short lists are filled with popular items that they lack, below what they had. */
static void fills_up(void **state)
{
    (void)state;
    bench b;
    item_lists lists;
    uint32_t padded[WANTED];
    bench_init(&b, 0, 4, 0, 0, false, 2);
    assert_int_equal(item_lists_init(&lists, WANTED, 30, NULL), AISLE_OK);
    assert_int_equal(blend_rank(&lists, &b.lists, &b.l, NULL), AISLE_OK);
    assert_int_equal(lists_pad(&lists, padded, &b.l.context, &b.query, NULL), AISLE_OK);
    for (size_t i = 0; i < WANTED; i++) {
        assert_int_equal(lists.count[i], 30);
        assert_int_equal(padded[i], b.users[i] == HISTORY_NONE ? 0 : 4);
        for (uint32_t j = 1; j < 30; j++) {
            assert_true(lists.score[i * 30 + j] <= lists.score[i * 30 + j - 1]);
            for (uint32_t k = 0; k < j; k++)
                assert_int_not_equal(lists.item[i * 30 + j], lists.item[i * 30 + k]);
        }
    }
    assert_memory_equal(lists.item + 2 * 30, b.l.context.popular, 30 * sizeof(uint32_t));
    item_lists_fini(&lists);
    bench_fini(&b);
}

static void memory(void **state)
{
    (void)state;
    bench b;
    candidate_lists lists;
    aisle_error err = AISLE_ERROR_INIT;
    bench_init(&b, 9, 9, 9, 0, false, 2);
    aisle_status status = AISLE_ERROR_MEMORY;
    for (long n = 0; status == AISLE_ERROR_MEMORY && n < 200; n++) {
        mem_fail_after(n);
        status = blend_init(&lists, &b.l, &b.query, 30, &err);
        mem_fail_after(-1);
    }
    assert_int_equal(status, AISLE_OK);
    candidate_lists_fini(&lists);
    bench_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_lists), cmocka_unit_test(scores_all),
        cmocka_unit_test(pads),        cmocka_unit_test(same_for_any_threads),
        cmocka_unit_test(ranks),       cmocka_unit_test(fills_up),
        cmocka_unit_test(memory),
    };
    return cmocka_run_group_tests_name("blend", tests, NULL, NULL);
}
