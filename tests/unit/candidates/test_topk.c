#include "base/mem.h"
#include "base/rng.h"
#include "base/topk.h"

#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

typedef struct entry {
    float score;
    uint32_t popularity, item;
} entry;

/* The house order as it is written down. */
static int compare_entries(const void *a, const void *b)
{
    const entry *x = a, *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    if (x->popularity != y->popularity)
        return x->popularity > y->popularity ? -1 : 1;
    return x->item < y->item ? -1 : x->item > y->item;
}

static void check(size_t n, size_t k, uint32_t scores, uint64_t seed)
{
    rng r = rng_init(seed, n);
    entry *all = NEW_ARRAY(entry, n);
    ranked *room = NEW_ARRAY(ranked, topk_room(k));
    topk best = topk_start(room, k);
    for (size_t i = 0; i < n; i++) {
        all[i] = (entry){(float)rng_below(&r, scores) - (float)(scores / 2), rng_below(&r, 3),
                         (uint32_t)((i * 7919) % n)};
        topk_push(&best, all[i].score, all[i].popularity, all[i].item);
    }
    qsort(all, n, sizeof *all, compare_entries);
    size_t count = topk_finish(&best);
    assert_int_equal(count, n < k ? n : k);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(room[i].item, all[i].item);
        assert_true(ranked_score(room[i]) == all[i].score);
    }
    mem_free(all);
    mem_free(room);
}

static void equals_full_sort(void **state)
{
    (void)state;
    const size_t sizes[] = {0, 1, 2, 17, 100, 1000, 5003};
    const size_t ks[] = {0, 1, 2, 16, 100, 1000, 6000};
    for (size_t i = 0; i < 7; i++)
        for (size_t j = 0; j < 7; j++)
            for (uint32_t scores = 1; scores < 1000000; scores *= 30)
                check(sizes[i], ks[j], scores, i * 7 + j);
}

static void sorted_input(void **state)
{
    (void)state;
    enum { N = 20000, K = 300 };
    ranked *room = NEW_ARRAY(ranked, topk_room(K));
    for (int down = 0; down < 2; down++) {
        topk best = topk_start(room, K);
        for (uint32_t i = 0; i < N; i++)
            topk_push(&best, (float)(down ? N - i : i), 0, i);
        assert_int_equal(topk_finish(&best), K);
        for (uint32_t i = 0; i < K; i++)
            assert_int_equal(room[i].item, down ? i : N - 1 - i);
    }
    mem_free(room);
}

static void scores_survive(void **state)
{
    (void)state;
    const float scores[] = {0.0f, 1.5f, -1.5f, 3e38f, -3e38f, 1e-40f, -1e-40f};
    for (size_t i = 0; i < sizeof scores / sizeof *scores; i++)
        assert_true(ranked_score(ranked_of(scores[i], 9, 9)) == scores[i]);
    assert_true(ranked_of(-0.0f, 1, 1).key == ranked_of(0.0f, 1, 1).key);
}

static void nan_is_left_out(void **state)
{
    (void)state;
    ranked room[64];
    topk best = topk_start(room, 3);
    topk_push(&best, NAN, 1, 1);
    assert_int_equal(topk_finish(&best), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equals_full_sort),
        cmocka_unit_test(sorted_input),
        cmocka_unit_test(scores_survive),
        cmocka_unit_test(nan_is_left_out),
    };
    return cmocka_run_group_tests_name("topk", tests, NULL, NULL);
}
