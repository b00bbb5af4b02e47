#include "data_fixture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aisle/synth.h"
#include "base/mem.h"
#include "data/synth/synth_type.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

static aisle_synth *make(uint32_t households, uint32_t items, uint32_t weeks)
{
    aisle_synth_options o = AISLE_SYNTH_OPTIONS_INIT;
    aisle_synth *synth;
    o.households = households;
    o.items = items;
    o.weeks = weeks;
    o.stores = 5;
    assert_int_equal(aisle_synth_new(&synth, &o, NULL), AISLE_OK);
    return synth;
}

static uint64_t mix(uint64_t h, const void *data, size_t n)
{
    for (size_t i = 0; i < n; i++)
        h = (h ^ ((const unsigned char *)data)[i]) * UINT64_C(0x100000001b3);
    return h;
}

/* A number for all that the first households bought; also checks that it can be bought. */
static uint64_t digest(const aisle_synth *synth, int threads, uint32_t households)
{
    const aisle_synth_options *o = aisle_synth_options_of(synth);
    aisle_synth_stream *stream;
    aisle_synth_lines l;
    uint64_t h = 0, lines = 0;
    uint32_t next = 0;
    assert_int_equal(aisle_synth_stream_new(&stream, synth, threads, NULL), AISLE_OK);
    while (!aisle_synth_stream_next(&l, stream, NULL) && l.households > 0) {
        assert_int_equal(l.first, next);
        next += l.households;
        for (size_t i = 0; i < l.lines; i++) {
            bool same = i > 0 && l.basket[i] == l.basket[i - 1];
            assert_true(l.household[i] >= l.first && l.household[i] < next);
            assert_true(l.item[i] < o->items && l.store[i] >= 1 && l.store[i] <= o->stores);
            assert_true(l.day[i] >= AISLE_SYNTH_FIRST_DAY &&
                        l.day[i] < AISLE_SYNTH_FIRST_DAY + 7 * (int32_t)o->weeks);
            assert_true(l.quantity[i] >= 1 && l.value[i] >= 0);
            assert_true(i == 0 || same || l.basket[i] == l.basket[i - 1] + 1);
            assert_true(!same || (l.day[i] == l.day[i - 1] && l.store[i] == l.store[i - 1] &&
                                  l.household[i] == l.household[i - 1]));
            if (l.household[i] >= households)
                continue;
            uint64_t row[] = {l.household[i],     l.item[i],
                              (uint64_t)l.day[i], l.first_basket + l.basket[i],
                              l.store[i],         l.quantity[i]};
            h = mix(mix(h, row, sizeof row), &l.value[i], sizeof l.value[i]);
            lines++;
        }
    }
    assert_int_equal(next, o->households);
    aisle_synth_stream_free(stream);
    return h + lines;
}

static void test_options_refused(void **state)
{
    (void)state;
    static const struct wrong {
        aisle_synth_options options;
        const char *says;
    } wrong[] = {
        {{0, 1, 1, 1, 1, 0, 1}, "households: found 0, expected a whole number from 1 to 100000000"},
        {{1, 0, 1, 1, 1, 0, 1}, "items: found 0, expected a whole number from 1 to 10000000"},
        {{1, 1, 0, 1, 1, 0, 1}, "stores: found 0, expected a whole number from 1 to 100000"},
        {{1, 1, 1, 1041, 1, 0, 1}, "weeks: found 1041, expected a whole number from 1 to 1040"},
        {{1, 1, 1, 1, 0, 0, 1}, "lines: found 0, expected from 0.01 to 1000"},
        {{1, 1, 1, 1, NAN, 0, 1}, "lines: found nan, expected from 0.01 to 1000"},
        {{1, 1, 1, 1, 1, 1.5, 1}, "known: found 1.5, expected from 0 to 1"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        aisle_error err = AISLE_ERROR_INIT;
        aisle_synth *synth = NULL;
        assert_int_equal(aisle_synth_new(&synth, &wrong[i].options, &err), AISLE_ERROR_ARGUMENT);
        assert_string_equal(err.message, wrong[i].says);
        assert_null(synth);
    }
}

static void test_same_for_any_threads(void **state)
{
    (void)state;
    aisle_synth *synth = make(3000, 500, 30);
    uint64_t one = digest(synth, 1, UINT32_MAX);
    assert_true(one == digest(synth, 2, UINT32_MAX));
    assert_true(one == digest(synth, 8, UINT32_MAX));
    aisle_synth_free(synth);
}

static void test_more_households_are_more_of_the_same(void **state)
{
    (void)state;
    aisle_synth *few = make(100, 500, 30), *many = make(1600, 500, 30);
    assert_true(digest(few, 2, 100) == digest(many, 2, 100));
    assert_true(digest(few, 2, 100) != digest(few, 2, 50));
    for (uint32_t u = 0; u < 100; u++) {
        const char *a[AISLE_SYNTH_COLUMNS], *b[AISLE_SYNTH_COLUMNS];
        assert_int_equal(aisle_synth_columns_at(a, few, u), aisle_synth_columns_at(b, many, u));
        assert_memory_equal(a, b, sizeof a);
    }
    aisle_synth_free(few);
    aisle_synth_free(many);
}

static void test_another_seed_is_another_shop(void **state)
{
    (void)state;
    aisle_synth *one = make(50, 300, 10), *other;
    aisle_synth_options o = *aisle_synth_options_of(one);
    o.seed++;
    assert_int_equal(aisle_synth_new(&other, &o, NULL), AISLE_OK);
    assert_true(digest(one, 1, 50) != digest(other, 1, 50));
    aisle_synth_free(one);
    aisle_synth_free(other);
}

static void test_smallest_and_extreme(void **state)
{
    (void)state;
    static const double lines[] = {0.01, 11, 1000};
    for (uint32_t items = 1; items < 40; items += 6)
        for (int i = 0; i < 3; i++) {
            aisle_synth_options o = {3, items, 1, 1 + items, lines[i], 1, 7};
            aisle_synth *synth;
            assert_int_equal(aisle_synth_new(&synth, &o, NULL), AISLE_OK);
            digest(synth, 2, 3);
            aisle_synth_free(synth);
        }
}

static void test_mean_lines(void **state)
{
    (void)state;
    static const double wanted[] = {3, 11, 44};
    for (int i = 0; i < 3; i++) {
        aisle_synth_options o = {2000, 5000, 10, 20, wanted[i], 0, 1};
        aisle_synth *synth;
        aisle_synth_stream *stream;
        aisle_synth_lines l;
        double lines = 0;
        assert_int_equal(aisle_synth_new(&synth, &o, NULL), AISLE_OK);
        assert_int_equal(aisle_synth_stream_new(&stream, synth, 0, NULL), AISLE_OK);
        while (!aisle_synth_stream_next(&l, stream, NULL) && l.households > 0)
            lines += (double)l.lines;
        assert_in_range(100 * lines / (2000 * 20 * wanted[i]), 85, 115);
        aisle_synth_stream_free(stream);
        aisle_synth_free(synth);
    }
}

/* Frequencies of draws are the weights', a zero weight included. */
static void test_alias_draws_by_weight(void **state)
{
    (void)state;
    enum { N = 7, DRAWS = 700000 };
    double weight[N] = {0, 1, 2, 3, 4, 5, 20}, copy[N];
    float keep[N];
    uint32_t other[N], stack[N], count[N] = {0};
    alias_table table = {N, keep, other};
    rng r = rng_init(1, 2);
    memcpy(copy, weight, sizeof copy);
    alias_fill(&table, copy, stack);
    for (int i = 0; i < DRAWS; i++)
        count[alias_draw(&table, &r)]++;
    assert_int_equal(count[0], 0);
    for (int i = 0; i < N; i++)
        assert_true(fabs(count[i] - DRAWS * weight[i] / 35) < 2000);
}

static void write_into(void **state, const aisle_synth *synth, const char *name, const char *format,
                       int threads)
{
    aisle_run run = AISLE_RUN_INIT;
    aisle_synth_written written;
    aisle_error err = AISLE_ERROR_INIT;
    run.threads = threads;
    if (aisle_synth_write(&written, synth, fixture_path(state, name), format, &run, &err))
        fail_msg("%s", err.message);
    assert_true(written.lines > written.baskets && written.baskets > 0);
}

static void test_same_bytes_for_any_threads(void **state)
{
    static const char *const formats[] = {"csv", "parquet"};
    aisle_synth *synth = make(2000, 800, 26);
    for (int f = 0; f < 2; f++) {
        write_into(state, synth, "one", formats[f], 1);
        for (int threads = 2; threads <= 8; threads *= 4) {
            char command[3000];
            write_into(state, synth, "other", formats[f], threads);
            snprintf(command, sizeof command, "diff -r '%s' '%s'", fixture_path(state, "one"),
                     fixture_path(state, "other"));
            assert_int_equal(system(command), 0);
        }
    }
    aisle_synth_free(synth);
}

static void test_out_of_memory(void **state)
{
    (void)state;
    aisle_synth_options o = {20, 50, 2, 10, 11, 1, 1};
    for (long n = 0;; n++) {
        aisle_synth *synth = NULL;
        aisle_synth_stream *stream = NULL;
        aisle_synth_lines l;
        mem_fail_after(n);
        aisle_status status = aisle_synth_new(&synth, &o, NULL);
        if (!status)
            status = aisle_synth_stream_new(&stream, synth, 1, NULL);
        while (!status && !(status = aisle_synth_stream_next(&l, stream, NULL)) && l.households)
            ;
        mem_fail_after(-1);
        aisle_synth_stream_free(stream);
        aisle_synth_free(synth);
        if (!status)
            break;
        assert_int_equal(status, AISLE_ERROR_MEMORY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_options_refused),
        TEST(test_same_for_any_threads),
        TEST(test_more_households_are_more_of_the_same),
        TEST(test_another_seed_is_another_shop),
        TEST(test_smallest_and_extreme),
        TEST(test_mean_lines),
        TEST(test_alias_draws_by_weight),
        TEST(test_same_bytes_for_any_threads),
        TEST(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
