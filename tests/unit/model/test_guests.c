/* Households ask a model by their own receipts, and are answered as the fit's are: known to it or
 * new to it, by a model that has forgotten its own, in any session and thread. */
#include "base/mem.h"
#include "guest_fixture.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { K = GUEST_PLACES, SEED = 61, HOUSEHOLDS = RECEIPTS_HOUSEHOLDS };

static const char shape[] = RECEIPTS_ROLES
    "candidates: {pool: 40, popular: {quota: 6}, popular_store: {quota: 4}, popular_segment: "
    "{quota: 4}, own_decay: {quota: 9}, own_due: {quota: 4}, als: {quota: 5, factors: 4, "
    "iterations: 2}, item_cosine: {quota: 4}, co_basket: {quota: 5, baskets: 3}, similar_users: "
    "{quota: 5, neighbours: 6}, tifu_knn: {quota: 4}}\n"
    "ranker: {trees: 25, leaves: 7, min_data_in_leaf: 5, negatives: 15, feature_fraction: 0.4, "
    "calibrated: true}\n"
    "features: {without: []}\n";

static receipts lines;
static aisle_model *model;
static aisle_households *all; /* the fit's, as guests */

static int set_up(void **state)
{
    (void)state;
    receipts_init(&lines, SEED);
    receipts_init_promotions(&lines, SEED);
    model = model_of_receipts(&lines, shape, 2);
    all = guests_of(model, &lines, shape, AISLE_AS_OF_LAST);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    aisle_households_free(all);
    aisle_model_free(model);
    receipts_fini(&lines);
    return 0;
}

/* ---- Known households ---- */

static void guests_are_answered_as_the_fits_own(void **state)
{
    (void)state;
    assert_int_equal(aisle_households_count(all), HOUSEHOLDS);
    assert_int_equal(aisle_model_users(model), HOUSEHOLDS);
    assert_int_equal(aisle_households_as_of(all), aisle_model_as_of(model));
    for (uint32_t u = 0; u < HOUSEHOLDS; u++) {
        guest own = guest_find(model, NULL, 100 + 7 * (int64_t)u);
        guest other = guest_find(model, all, 100 + 7 * (int64_t)u);
        same_guest(&own, &other);
    }
}

/* Alone in its file it is answered as among all. Weeks are counted from a file's first line, so
 * that promotions are left to the model. */
static void alone_as_among_all(void **state)
{
    (void)state;
    receipts bare = lines;
    bare.n_promotions = 0;
    aisle_households *many = guests_of(model, &bare, shape, aisle_model_as_of(model));
    for (int64_t id = 100; id < 100 + 7 * HOUSEHOLDS; id += 7 * 9) {
        receipts own;
        receipts_copy(&own, &bare);
        keep_one(&own, id);
        aisle_households *one = guests_of(model, &own, shape, aisle_model_as_of(model));
        guest a = guest_find(model, one, id), b = guest_find(model, many, id);
        same_guest(&a, &b);
        aisle_households_free(one);
        receipts_fini(&own);
    }
    aisle_households_free(many);
}

static void similar_households_are_the_same(void **state)
{
    (void)state;
    static const char *const by[] = {"als", "similar_users", "tifu_knn"};
    aisle_similar_user x[10], y[10];
    size_t n, m, found = 0;
    for (size_t i = 0; i < sizeof by / sizeof *by; i++)
        for (uint32_t u = 0; u < HOUSEHOLDS; u++) {
            char a[32], b[32];
            assert_int_equal(
                aisle_model_similar_users(&n, x, 10, model, NULL, (aisle_user){u}, by[i], NULL),
                AISLE_OK);
            assert_int_equal(
                aisle_model_similar_users(&m, y, 10, model, all, (aisle_user){u}, by[i], NULL),
                AISLE_OK);
            assert_int_equal(n, m);
            found += n;
            for (size_t p = 0; p < n; p++) {
                assert_int_equal(x[p].place, y[p].place);
                assert_int_equal(x[p].user.index, y[p].user.index);
                assert_int_not_equal(x[p].user.index, u);
                assert_memory_equal(&x[p].score, &y[p].score, sizeof(float));
                assert_string_equal(aisle_model_pool_id(model, x[p].place, a),
                                    aisle_model_user_id(model, x[p].user, b));
            }
        }
    assert_true(found > 1000);
}

static void many_at_once(void **state)
{
    (void)state;
    aisle_user users[HOUSEHOLDS + 1];
    static aisle_recommendation x[(HOUSEHOLDS + 1) * K], y[(HOUSEHOLDS + 1) * K];
    size_t n[HOUSEHOLDS + 1], m[HOUSEHOLDS + 1];
    for (uint32_t u = 0; u < HOUSEHOLDS; u++)
        users[u].index = u;
    users[HOUSEHOLDS].index = AISLE_MISSING;
    for (int threads = 1; threads <= 3; threads++) {
        aisle_run run = {.threads = threads};
        assert_int_equal(aisle_model_recommend_many(n, x, K, model, NULL, users, HOUSEHOLDS + 1,
                                                    NULL, &run, NULL),
                         AISLE_OK);
        assert_int_equal(aisle_model_recommend_many(m, y, K, model, all, users, HOUSEHOLDS + 1,
                                                    NULL, &run, NULL),
                         AISLE_OK);
        for (size_t u = 0; u <= HOUSEHOLDS; u++) {
            aisle_recommendation one[K];
            guest g = {model, all, users[u]};
            same_recommendations(x + u * K, n[u], y + u * K, m[u]);
            same_recommendations(x + u * K, n[u], one, guest_ask(one, &g, false));
        }
    }
}

/* ---- A model without households ---- */

static void a_model_may_forget(void **state)
{
    (void)state;
    char path[256];
    aisle_model *forgetful = model_of_receipts(&lines, shape, 2);
    assert_int_equal(aisle_model_forget_households(forgetful, NULL), AISLE_OK);
    assert_int_equal(aisle_model_users(forgetful), 0);
    assert_int_equal(aisle_model_find_user(forgetful, "107").index, AISLE_MISSING);
    temporary_path(path, "forgetful.model");
    save(forgetful, path);
    aisle_model *opened = open_model(path);
    assert_int_equal(aisle_model_users(opened), 0);
    assert_int_equal(aisle_model_as_of(opened), aisle_model_as_of(model));
    aisle_households *a = guests_of(forgetful, &lines, shape, AISLE_AS_OF_LAST);
    aisle_households *b = guests_of(opened, &lines, shape, AISLE_AS_OF_LAST);
    for (uint32_t u = 0; u < HOUSEHOLDS; u++) {
        guest own = {model, NULL, {u}}, x = {forgetful, a, {u}}, y = {opened, b, {u}};
        same_guest(&own, &x);
        same_guest(&own, &y);
    }
    guest stranger = {model, NULL, {AISLE_MISSING}}, other = {opened, NULL, {0}};
    same_guest_lists(&stranger, &other);
    aisle_households_free(a);
    aisle_households_free(b);
    aisle_model_free(forgetful);
    aisle_model_free(opened);
    temporary_remove(path);
}

/* ---- New households ---- */

/* Fitted on two thirds of the households; the others ask. */
static void newcomers_get_lists_of_their_own(void **state)
{
    (void)state;
    receipts fit, rest;
    size_t different = 0, bought = 0;
    receipts_copy(&fit, &lines);
    receipts_copy(&rest, &lines);
    keep_multiples(&fit, 3, false);
    keep_multiples(&rest, 3, true);
    aisle_model *m = model_of_receipts(&fit, shape, 2);
    aisle_households *guests = guests_of(m, &rest, shape, aisle_model_as_of(m));
    aisle_recommendation popular[K], list[K];
    guest stranger = {m, NULL, {AISLE_MISSING}};
    guest_ask(popular, &stranger, false);
    assert_int_equal(aisle_model_users(m) + aisle_households_count(guests), HOUSEHOLDS);
    for (uint32_t u = 0; u < aisle_households_count(guests); u++) {
        char buffer[32];
        guest g = {m, guests, {u}};
        assert_int_equal(
            aisle_model_find_user(m, aisle_households_id(guests, g.user, buffer)).index,
            AISLE_MISSING);
        assert_int_equal(guest_ask(list, &g, false), K);
        for (int i = 0; i < K; i++) {
            different += list[i].item.index != popular[i].item.index;
            bought += strcmp(list[i].source, "own_decay") == 0;
            for (int j = 0; j < i; j++)
                assert_int_not_equal(list[i].item.index, list[j].item.index);
        }
        assert_int_equal(guest_ask(list, &g, true), K);
    }
    assert_true(different > 100 && bought > 30);
    aisle_households_free(guests);
    aisle_model_free(m);
    receipts_fini(&fit);
    receipts_fini(&rest);
}

/* Whoever else asks, and asked before, changes nobody's answer. */
static void newcomers_change_nobody(void **state)
{
    (void)state;
    receipts fit, few;
    receipts_copy(&fit, &lines);
    receipts_copy(&few, &lines);
    keep_multiples(&fit, 3, false);
    keep_multiples(&few, 2, true);
    aisle_model *m = model_of_receipts(&fit, shape, 2), *same = model_of_receipts(&fit, shape, 1);
    int32_t as_of = aisle_model_as_of(m);
    aisle_households *guests = guests_of(m, &lines, shape, as_of);
    aisle_households *others = guests_of(same, &few, shape, as_of);
    for (int64_t id = 100; id < 100 + 7 * HOUSEHOLDS; id += 14) {
        guest a = guest_find(m, guests, id), b = guest_find(same, others, id);
        same_guest(&a, &b);
    }
    same_answers(m, same, K);
    aisle_households_free(guests);
    aisle_households_free(others);
    aisle_model_free(m);
    aisle_model_free(same);
    receipts_fini(&fit);
    receipts_fini(&few);
}

/* ---- Sessions ---- */

enum { ROUNDS = 3 };

/* The lists of all, asked in one session again and again, each time in another order. */
typedef struct asking {
    uint32_t step; /* prime to the number of households */
    bool same;
    size_t count[HOUSEHOLDS];
    aisle_recommendation list[HOUSEHOLDS][K];
} asking;

static void *ask_again_and_again(void *data)
{
    asking *a = data;
    aisle_session *s = NULL;
    a->same = aisle_session_new(&s, model, NULL) == AISLE_OK;
    for (uint32_t i = 0; a->same && i < ROUNDS * HOUSEHOLDS; i++) {
        aisle_recommendation list[K];
        uint32_t u = i * a->step % HOUSEHOLDS;
        size_t n = 0;
        memset(list, 0, sizeof list);
        a->same &= aisle_model_recommend(&n, list, K, s, i % 2 ? all : NULL, (aisle_user){u}, NULL,
                                         NULL) == AISLE_OK;
        if (i >= HOUSEHOLDS)
            a->same &= n == a->count[u] && memcmp(list, a->list[u], sizeof list) == 0;
        a->count[u] = n;
        memcpy(a->list[u], list, sizeof list);
    }
    aisle_session_free(s);
    return NULL;
}

static void sessions_answer_the_same(void **state)
{
    (void)state;
    static asking one, two[2];
    pthread_t thread[2];
    one.step = 1;
    ask_again_and_again(&one);
    assert_true(one.same);
    for (int t = 0; t < 2; t++) {
        two[t].step = t ? 59 : 7;
        assert_int_equal(pthread_create(&thread[t], NULL, ask_again_and_again, &two[t]), 0);
    }
    for (int t = 0; t < 2; t++)
        assert_int_equal(pthread_join(thread[t], NULL), 0);
    for (int t = 0; t < 2; t++) {
        assert_true(two[t].same);
        assert_memory_equal(two[t].count, one.count, sizeof one.count);
        assert_memory_equal(two[t].list, one.list, sizeof one.list);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(guests_are_answered_as_the_fits_own),
        cmocka_unit_test(alone_as_among_all),
        cmocka_unit_test(similar_households_are_the_same),
        cmocka_unit_test(many_at_once),
        cmocka_unit_test(a_model_may_forget),
        cmocka_unit_test(newcomers_get_lists_of_their_own),
        cmocka_unit_test(newcomers_change_nobody),
        cmocka_unit_test(sessions_answer_the_same),
    };
    return cmocka_run_group_tests_name("guests", tests, set_up, tear_down);
}
