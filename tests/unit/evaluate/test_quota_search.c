/* The search for quotas against every choice of quotas there is, and its bookkeeping. */
#include "evaluate/search/quota_search.h"

#include "base/mem.h"
#include "base/rng.h"

#include <stdbool.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { N = 12, SOURCES = 3, DEPTH = 5, MEMBERS = 9, K = 2 };

typedef struct tiny {
    uint64_t offset[N + 1];
    uint8_t hit[N * MEMBERS];
    uint32_t count[N * SOURCES];
    uint16_t member[N * SOURCES * DEPTH];
    quota_pool pool;
} tiny;

static void shuffled_list(uint16_t *out, uint32_t n, rng *r)
{
    uint16_t all[MEMBERS];
    for (uint16_t m = 0; m < MEMBERS; m++)
        all[m] = m;
    for (uint32_t j = 0; j < n; j++) {
        uint32_t other = j + rng_below(r, MEMBERS - j);
        uint16_t m = all[other];
        all[other] = all[j];
        all[j] = m;
        out[j] = m;
    }
}

static void tiny_init(tiny *t, uint64_t seed)
{
    rng r = rng_init(seed, 0);
    memset(t, 0, sizeof *t);
    for (size_t i = 0; i < N; i++) {
        t->offset[i + 1] = t->offset[i] + MEMBERS;
        for (size_t m = 0; m < MEMBERS; m++)
            t->hit[i * MEMBERS + m] = rng_below(&r, 3) == 0;
        for (size_t s = 0; s < SOURCES; s++) {
            size_t list = i * SOURCES + s;
            t->count[list] = rng_below(&r, DEPTH + 1);
            shuffled_list(t->member + list * DEPTH, t->count[list], &r);
        }
    }
    t->pool = (quota_pool){
        .n = N, .n_sources = SOURCES, .depth = DEPTH, t->offset, t->hit, t->count, t->member};
}

/* The union's size and value, from scratch. */
static void naive(uint64_t *size, uint64_t *value, const tiny *t, const uint32_t *quota)
{
    *size = *value = 0;
    for (size_t i = 0; i < N; i++) {
        bool in[MEMBERS] = {false};
        uint32_t hits = 0;
        for (size_t s = 0; s < SOURCES; s++)
            for (uint32_t j = 0; j < quota[s] && j < t->count[i * SOURCES + s]; j++)
                in[t->member[(i * SOURCES + s) * DEPTH + j]] = true;
        for (size_t m = 0; m < MEMBERS; m++) {
            *size += in[m];
            hits += in[m] && t->hit[i * MEMBERS + m];
        }
        *value += hits < K ? hits : K;
    }
}

static uint64_t exhaustive(const tiny *t, uint64_t most)
{
    uint64_t best = 0, size, value;
    for (uint32_t a = 0; a <= DEPTH; a++)
        for (uint32_t b = 0; b <= DEPTH; b++)
            for (uint32_t c = 0; c <= DEPTH; c++) {
                naive(&size, &value, t, (uint32_t[]){a, b, c});
                best = size <= most && value > best ? value : best;
            }
    return best;
}

static void assert_consistent(const quota_search *s, const tiny *t)
{
    uint64_t size, value;
    naive(&size, &value, t, s->quota);
    assert_int_equal(s->size, size);
    assert_int_equal(s->value, value);
}

static void near_the_best_there_is(void **state)
{
    (void)state;
    quota_options options = {.k = K, .step = 1, .threads = 1};
    uint64_t found = 0, possible = 0, same = 0, cases = 0;
    for (uint64_t seed = 0; seed < 60; seed++) {
        tiny t;
        quota_search s;
        tiny_init(&t, seed);
        assert_int_equal(quota_search_init(&s, &t.pool, &options, NULL), AISLE_OK);
        for (uint64_t most = 10; most <= 80; most += 10) {
            quota_search_run(&s, most);
            assert_true(s.size <= most);
            assert_consistent(&s, &t);
            uint64_t best = exhaustive(&t, most);
            assert_true(s.value <= best);
            assert_true(s.value * 10 >= best * 7);
            found += s.value;
            possible += best;
            same += s.value == best;
            cases++;
        }
        quota_search_fini(&s);
    }
    assert_true(found * 1000 >= possible * 985);
    assert_true(same * 100 >= cases * 75);
}

static void quotas_go_up_and_down(void **state)
{
    (void)state;
    quota_options options = {.k = K, .step = 1, .threads = 2};
    tiny t;
    quota_search s;
    rng r = rng_init(5, 5);
    tiny_init(&t, 7);
    assert_int_equal(quota_search_init(&s, &t.pool, &options, NULL), AISLE_OK);
    for (int i = 0; i < 100; i++) {
        quota_search_set(&s, rng_below(&r, SOURCES), rng_below(&r, DEPTH + 1));
        assert_consistent(&s, &t);
    }
    quota_search_fini(&s);
}

/* One source whose hits come only at its end: steps ahead see them. */
static void looks_beyond_a_plateau(void **state)
{
    (void)state;
    uint64_t offset[] = {0, 8};
    uint8_t hit[] = {0, 0, 0, 0, 0, 0, 1, 1};
    uint32_t count[] = {8};
    uint16_t member[] = {0, 1, 2, 3, 4, 5, 6, 7};
    quota_pool pool = {1, 1, 8, offset, hit, count, member};
    quota_options options = {.k = K, .step = 1, .threads = 1};
    quota_search s;
    assert_int_equal(quota_search_init(&s, &pool, &options, NULL), AISLE_OK);
    quota_search_run(&s, 6);
    assert_int_equal(s.value, 0);
    quota_search_run(&s, 8);
    assert_int_equal(s.quota[0], 8);
    assert_int_equal(s.value, 2);
    quota_search_fini(&s);
}

static void memory_runs_out(void **state)
{
    (void)state;
    quota_options options = {.k = K, .step = 1, .threads = 1};
    aisle_status status = AISLE_ERROR_MEMORY;
    tiny t;
    tiny_init(&t, 1);
    for (long n = 0; status != AISLE_OK; n++) {
        quota_search s;
        mem_fail_after(n);
        status = quota_search_init(&s, &t.pool, &options, NULL);
        mem_fail_after(-1);
        if (status == AISLE_OK)
            quota_search_fini(&s);
        assert_true(n < 100);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(near_the_best_there_is),
        cmocka_unit_test(quotas_go_up_and_down),
        cmocka_unit_test(looks_beyond_a_plateau),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests_name("quota_search", tests, NULL, NULL);
}
