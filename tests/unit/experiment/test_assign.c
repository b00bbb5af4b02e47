/* Assignment: uniform, independent between salts, by strata, kept, and never changed. */
#include "aisle/abtest_assign.h"

#include "base/mem.h"
#include "experiment/statistics/special.h"
#include "near.h"

#include <stdio.h>
#include <stdlib.h>

enum { MANY = 1000000 };

static const double halves[] = {.5, .5};

static aisle_abtest_assign_options options_of(const char *salt, const double *shares, size_t n)
{
    aisle_abtest_assign_options o = AISLE_ABTEST_ASSIGN_OPTIONS_INIT;
    o.salt = salt;
    o.shares = shares;
    o.n_variants = n;
    return o;
}

typedef struct names {
    char (*text)[12];
    const char **id;
} names;

static names make_names(size_t n)
{
    names m = {mem_zeroed(n, 12), NEW_ARRAY(const char *, n)};
    for (size_t i = 0; i < n; i++) {
        snprintf(m.text[i], 12, "%u", (unsigned)i + 1);
        m.id[i] = m.text[i];
    }
    return m;
}

static void names_fini(names *m)
{
    mem_free(m->text);
    mem_free(m->id);
}

static void assign(uint8_t *v, const names *m, size_t n, const aisle_abtest_assign_options *o)
{
    aisle_error err = AISLE_ERROR_INIT;
    if (aisle_abtest_assign(v, m->id, n, o, &err))
        fail_msg("%s", err.message);
}

static void shares_are_met(void **state)
{
    (void)state;
    static const double shares[] = {70, 20, 10};
    names m = make_names(MANY);
    uint8_t *v = NEW_ARRAY(uint8_t, MANY);
    static const char *const salts[] = {"a", "b", "banner 2026", "1", "2"};
    for (size_t s = 0; s < 5; s++) {
        aisle_abtest_assign_options o = options_of(salts[s], shares, 3);
        double count[3] = {0}, chi2 = 0;
        assign(v, &m, MANY, &o);
        for (size_t i = 0; i < MANY; i++)
            count[v[i]]++;
        for (int k = 0; k < 3; k++) {
            double expected = MANY * shares[k] / 100;
            chi2 += (count[k] - expected) * (count[k] - expected) / expected;
        }
        assert_true(special_chi2_above(chi2, 2) > .001);
    }
    names_fini(&m);
    mem_free(v);
}

/* Two tests at once: the four combinations are equally frequent, chi-squared with 3 degrees. */
static void salts_are_independent(void **state)
{
    (void)state;
    names m = make_names(MANY);
    uint8_t *v = NEW_ARRAY(uint8_t, MANY), *w = NEW_ARRAY(uint8_t, MANY);
    static const char *const pair[][2] = {{"test-1", "test-2"}, {"a", "b"}, {"summer", "summer2"}};
    for (size_t s = 0; s < 3; s++) {
        aisle_abtest_assign_options o = options_of(pair[s][0], halves, 2);
        double count[4] = {0}, chi2 = 0;
        assign(v, &m, MANY, &o);
        o.salt = pair[s][1];
        assign(w, &m, MANY, &o);
        for (size_t i = 0; i < MANY; i++)
            count[2 * v[i] + w[i]]++;
        for (int k = 0; k < 4; k++)
            chi2 += pow(count[k] - MANY / 4.0, 2) / (MANY / 4.0);
        assert_true(special_chi2_above(chi2, 3) > .001);
    }
    names_fini(&m);
    mem_free(v);
    mem_free(w);
}

/* By the Python package xxhash. Were this to fail, every running test would be reshuffled: the hash
 * may not change. */
static void golden(void **state)
{
    (void)state;
    static const double shares[] = {1, 1, 1, 1};
    static const char *const ids[] = {
        "1",
        "2",
        "42",
        "2500",
        "household-7",
        "ä b c",
        "0000000001",
        "-5",
        "9223372036854775807",
        "a household whose id is longer than any other id, as some are"};
    static const uint8_t wanted[] = {1, 3, 2, 1, 1, 0, 2, 1, 3, 2};
    uint8_t v[10];
    aisle_abtest_assign_options o = options_of("golden", shares, 4);
    assert_int_equal(aisle_abtest_assign(v, ids, 10, &o, NULL), AISLE_OK);
    assert_memory_equal(v, wanted, sizeof wanted);
}

static void strata_are_balanced(void **state)
{
    (void)state;
    enum { N = 10000, STRATA = 300 };
    static const double shares[] = {.5, .3, .2};
    static char label[STRATA][8];
    names m = make_names(N);
    const char **strata = NEW_ARRAY(const char *, N);
    uint8_t *v = NEW_ARRAY(uint8_t, N);
    int count[STRATA][3] = {{0}}, size[STRATA] = {0}, all[3] = {0};
    for (size_t i = 0; i < N; i++) {
        size_t s = i * i % STRATA;
        snprintf(label[s], sizeof label[s], "s%zu", s);
        strata[i] = label[s];
    }
    aisle_abtest_assign_options o = options_of("strata", shares, 3);
    o.strata = strata;
    assign(v, &m, N, &o);
    for (size_t i = 0; i < N; i++) {
        count[i * i % STRATA][v[i]]++;
        size[i * i % STRATA]++;
        all[v[i]]++;
    }
    for (int s = 0; s < STRATA; s++)
        for (int k = 0; k < 3; k++)
            assert_true(fabs(count[s][k] - shares[k] * size[s]) < 1);
    for (int k = 0; k < 3; k++)
        near(all[k], shares[k] * N, 60);
    names_fini(&m);
    mem_free(strata);
    mem_free(v);
}

/* The order of the households and the number of threads change nothing. */
static void order_changes_nothing(void **state)
{
    (void)state;
    enum { N = 5000 };
    names m = make_names(N), back = make_names(N);
    const char **strata = NEW_ARRAY(const char *, N), **turned = NEW_ARRAY(const char *, N);
    uint8_t v[N], w[N];
    for (size_t i = 0; i < N; i++) {
        strata[i] = i % 7 ? "x" : "y";
        turned[N - 1 - i] = strata[i];
        back.id[N - 1 - i] = m.id[i];
    }
    for (int by_strata = 0; by_strata < 2; by_strata++)
        for (int threads = 1; threads < 5; threads += 3) {
            aisle_abtest_assign_options o = options_of("order", halves, 2);
            o.threads = threads;
            o.strata = by_strata ? strata : NULL;
            assign(v, &m, N, &o);
            o.strata = by_strata ? turned : NULL;
            assign(w, &back, N, &o);
            for (size_t i = 0; i < N; i++)
                assert_int_equal(v[i], w[N - 1 - i]);
        }
    names_fini(&m);
    names_fini(&back);
    mem_free(strata);
    mem_free(turned);
}

/* Whoever had a variant keeps it, also where the shares and the salt are others now. */
static void previous_exposure_is_kept(void **state)
{
    (void)state;
    enum { N = 2000, OLD = 1500 };
    static const double mostly[] = {.9, .1};
    names m = make_names(N);
    uint8_t v[N], w[N];
    const char *strata[N];
    for (size_t i = 0; i < N; i++)
        strata[i] = "all";
    aisle_abtest_assign_options o = options_of("first", halves, 2);
    assign(v, &m, N, &o);
    o = options_of("second", mostly, 2);
    o.n_previous = OLD;
    o.previous = m.id;
    o.previous_variant = v;
    for (int by_strata = 0; by_strata < 2; by_strata++) {
        o.strata = by_strata ? strata : NULL;
        size_t second = 0;
        assign(w, &m, N, &o);
        assert_memory_equal(v, w, OLD);
        for (size_t i = OLD; i < N; i++)
            second += w[i];
        near((double)second, (N - OLD) * .1, by_strata ? 1 : 25);
    }
    names_fini(&m);
}

static void refused(const aisle_abtest_assign_options *o, const char *words)
{
    static const char *const ids[] = {"1", "2", "1"};
    uint8_t v[3];
    aisle_error err = AISLE_ERROR_INIT;
    assert_true(aisle_abtest_assign(v, ids, 3, o, &err) != AISLE_OK);
    if (!strstr(err.message, words))
        fail_msg("'%s' does not say '%s'", err.message, words);
}

static void no_utf8_is_refused(void **state)
{
    (void)state;
    aisle_abtest_assign_options o = options_of("\xff", halves, 2);
    refused(&o, "salt: expected UTF-8");
}

static void nonsense_is_refused(void **state)
{
    (void)state;
    static const double wrong[] = {.5, 0};
    static const char *const ids[] = {"7", "7"}, *const strata[] = {"a", "a", "b"};
    static const uint8_t variants[] = {0, 1}, beyond[] = {0, 2};
    aisle_abtest_assign_options o = options_of("", halves, 2);
    refused(&o, "salt");
    o = options_of("s", halves, 1);
    refused(&o, "variants: found 1");
    o = options_of("s", wrong, 2);
    refused(&o, "share 2");
    o = options_of("s", halves, 2);
    o.strata = strata;
    refused(&o, "row 3: household '1' is there twice");
    o.strata = NULL;
    o.n_previous = 2;
    o.previous = ids;
    o.previous_variant = variants;
    refused(&o, "row 2: household '7' has another variant");
    o.previous_variant = beyond;
    refused(&o, "found variant 2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_are_met),
        cmocka_unit_test(salts_are_independent),
        cmocka_unit_test(golden),
        cmocka_unit_test(strata_are_balanced),
        cmocka_unit_test(order_changes_nothing),
        cmocka_unit_test(previous_exposure_is_kept),
        cmocka_unit_test(nonsense_is_refused),
        cmocka_unit_test(no_utf8_is_refused),
    };
    return cmocka_run_group_tests_name("assign", tests, NULL, NULL);
}
