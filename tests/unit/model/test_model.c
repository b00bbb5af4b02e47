/* What a model answers: to those it knows, to strangers, one by one and all at once. */
#include "base/mem.h"
#include "model_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { K = 10, SEED = 61 };
static aisle_model *model;
static receipts lines;

static int set_up(void **state)
{
    (void)state;
    receipts_init(&lines, SEED);
    model = model_of_receipts(&lines, RECEIPTS_SMALL, 2);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    aisle_model_free(model);
    receipts_fini(&lines);
    return 0;
}

static size_t ask(aisle_recommendation *list, size_t k, const aisle_model *m, uint32_t user,
                  bool exclude)
{
    aisle_recommend_options o = {.exclude_bought = exclude};
    size_t n = ask_model(list, k, m, user, &o);
    for (size_t i = 0; i < n; i++) {
        assert_true(list[i].item.index < aisle_model_items(m));
        assert_true(i == 0 || list[i].score <= list[i - 1].score);
        for (size_t j = 0; j < i; j++)
            assert_int_not_equal(list[i].item.index, list[j].item.index);
    }
    return n;
}

static bool bought(uint32_t user, uint32_t item)
{
    char a[32], b[32];
    int64_t u = atoll(aisle_model_user_id(model, (aisle_user){user}, a));
    int64_t i = atoll(aisle_model_item_id(model, (aisle_item){item}, b));
    for (size_t l = 0; l < lines.n; l++)
        if (lines.lines[l].user == u && lines.lines[l].item == i)
            return true;
    return false;
}

/* Households of the last eight weeks by product: what fills up. */
static uint32_t buyers(uint32_t item)
{
    char buffer[32];
    int64_t id = atoll(aisle_model_item_id(model, (aisle_item){item}, buffer));
    bool seen[1000] = {false};
    uint32_t n = 0;
    for (size_t l = 0; l < lines.n; l++) {
        const receipt *r = &lines.lines[l];
        if (r->item != id || r->day < aisle_model_as_of(model) - 56 || seen[r->user])
            continue;
        seen[r->user] = true;
        n++;
    }
    return n;
}

static void says_what_it_knows(void **state)
{
    (void)state;
    char buffer[32];
    int32_t last = 0;
    for (size_t l = 0; l < lines.n; l++)
        last = lines.lines[l].day > last ? lines.lines[l].day : last;
    assert_int_equal(aisle_model_as_of(model), last + 1);
    assert_int_equal(aisle_model_users(model), RECEIPTS_HOUSEHOLDS);
    assert_int_equal(aisle_model_items(model), RECEIPTS_ITEMS);
    assert_true(aisle_model_users_are_ints(model) && aisle_model_items_are_ints(model));
    assert_true(aisle_model_has_names(model));
    aisle_item item = aisle_model_find_item(model, "1005");
    assert_string_equal(aisle_model_item_id(model, item, buffer), "1005");
    assert_string_equal(aisle_model_item_name(model, item), "Product 1005");
    aisle_user user = aisle_model_find_user(model, "107");
    assert_string_equal(aisle_model_user_id(model, user, buffer), "107");
    assert_int_equal(aisle_model_find_user(model, "0107").index, AISLE_MISSING);
    assert_int_equal(aisle_model_find_user(model, "nobody").index, AISLE_MISSING);
    assert_int_equal(aisle_model_find_item(model, "").index, AISLE_MISSING);
    /* 1001 = 7 · 11 · 13 would have no row; of those sold, 1045 has none. */
    assert_null(aisle_model_item_name(model, aisle_model_find_item(model, "1045")));
}

static void everybody_gets_k(void **state)
{
    (void)state;
    aisle_recommendation list[K];
    for (uint32_t u = 0; u < aisle_model_users(model); u++)
        assert_int_equal(ask(list, K, model, u, false), K);
}

/* Case 1: the popular ones, in the house order, marked as such. */
static void strangers_get_the_popular(void **state)
{
    (void)state;
    aisle_recommendation list[K];
    const uint32_t strangers[] = {AISLE_MISSING, aisle_model_users(model), 1u << 31};
    for (int s = 0; s < 3; s++) {
        assert_int_equal(ask(list, K, model, strangers[s], s == 1), K);
        for (size_t i = 0; i < K; i++) {
            assert_string_equal(list[i].source, "fallback");
            uint32_t here = buyers(list[i].item.index);
            for (uint32_t item = 0; item < aisle_model_items(model); item++) {
                uint32_t other = buyers(item);
                bool before = other > here || (other == here && item < list[i].item.index);
                size_t at = 0;
                while (at < i && list[at].item.index != item)
                    at++;
                assert_int_equal(at < i, before);
            }
        }
    }
}

static void sources_are_named(void **state)
{
    (void)state;
    aisle_recommendation list[K];
    size_t own = 0, all = 0;
    for (uint32_t u = 0; u < aisle_model_users(model); u++) {
        size_t n = ask(list, K, model, u, false);
        for (size_t i = 0; i < n; i++, all++) {
            const char *s = list[i].source;
            assert_true(strcmp(s, "popular") == 0 || strcmp(s, "own_decay") == 0 ||
                        strcmp(s, "als") == 0 || strcmp(s, "fallback") == 0);
            own += strcmp(s, "own_decay") == 0;
        }
    }
    assert_true(own > 0 && own < all);
}

/* Case 8: the list of everything without what was bought, no more and no less. */
static void exclude_bought_leaves_out_what_was_bought(void **state)
{
    (void)state;
    aisle_recommendation list[RECEIPTS_ITEMS], all[RECEIPTS_ITEMS];
    for (uint32_t u = 0; u < aisle_model_users(model); u++) {
        size_t unknown = 0;
        for (uint32_t i = 0; i < aisle_model_items(model); i++)
            unknown += !bought(u, i);
        size_t n = ask(list, RECEIPTS_ITEMS, model, u, true);
        assert_int_equal(n, unknown);
        assert_int_equal(ask(all, RECEIPTS_ITEMS, model, u, false), RECEIPTS_ITEMS);
        for (size_t i = 0, a = 0; i < n; i++, a++) {
            while (bought(u, all[a].item.index))
                a++;
            assert_int_equal(list[i].item.index, all[a].item.index);
            assert_string_equal(list[i].source, all[a].source);
            if (strcmp(list[i].source, "fallback") != 0)
                assert_memory_equal(&list[i].score, &all[a].score, sizeof(float));
        }
    }
}

/* k beyond the catalogue: all of it, each once; a shorter list is the beginning of a longer. */
static void k_is_an_upper_bound(void **state)
{
    (void)state;
    aisle_recommendation all[200], some[K];
    for (uint32_t u = 0; u < aisle_model_users(model); u += 7) {
        assert_int_equal(ask(all, 200, model, u, false), RECEIPTS_ITEMS);
        for (size_t k = 1; k <= K; k++) {
            assert_int_equal(ask(some, k, model, u, false), k);
            for (size_t i = 0; i < k; i++)
                assert_int_equal(some[i].item.index, all[i].item.index);
        }
    }
    size_t n;
    aisle_error err = AISLE_ERROR_INIT;
    assert_int_equal(try_model(&n, some, 0, model, 0, NULL, &err), AISLE_ERROR_ARGUMENT);
    assert_int_equal(try_model(&n, some, 70000, model, 0, NULL, &err), AISLE_ERROR_ARGUMENT);
}

/* Many at once, over the borders of batches, on any number of threads. */
static void batch_equals_single(void **state)
{
    (void)state;
    enum { N = 4200 };
    aisle_user *users = NEW_ARRAY(aisle_user, N);
    aisle_recommendation *list = NEW_ARRAY(aisle_recommendation, N * K), one[K];
    size_t *count = NEW_ARRAY(size_t, N);
    for (uint32_t i = 0; i < N; i++)
        users[i].index = i % 61 == 60 ? AISLE_MISSING : i % 61;
    for (int threads = 1; threads <= 8; threads *= 2) {
        aisle_run run = {.threads = threads};
        memset(list, 0xff, N * K * sizeof *list);
        assert_int_equal(
            aisle_model_recommend_many(count, list, K, model, NULL, users, N, NULL, &run, NULL),
            AISLE_OK);
        for (size_t i = 0; i < N; i += i < 100 || i > N - 150 ? 1 : 37) {
            assert_int_equal(ask(one, K, model, users[i].index, false), count[i]);
            for (size_t p = 0; p < count[i]; p++) {
                assert_int_equal(one[p].item.index, list[i * K + p].item.index);
                assert_memory_equal(&one[p].score, &list[i * K + p].score, sizeof(float));
                assert_ptr_equal(one[p].source, list[i * K + p].source);
            }
        }
    }
    assert_int_equal(
        aisle_model_recommend_many(count, list, K, model, NULL, users, 0, NULL, NULL, NULL),
        AISLE_OK);
    mem_free(users);
    mem_free(list);
    mem_free(count);
}

static void lists_last_purchases(void **state)
{
    (void)state;
    aisle_purchase p[5];
    aisle_user user = aisle_model_find_user(model, "107");
    size_t n = aisle_model_purchases(p, 5, model, NULL, user);
    assert_int_equal(n, 5);
    int32_t last = 0;
    for (size_t l = 0; l < lines.n; l++)
        if (lines.lines[l].user == 107 && lines.lines[l].day > last)
            last = lines.lines[l].day;
    assert_int_equal(p[0].day, last);
    for (size_t i = 1; i < n; i++)
        assert_true(p[i].day <= p[i - 1].day && p[i].quantity > 0);
    assert_int_equal(aisle_model_purchases(p, 5, model, NULL, (aisle_user){AISLE_MISSING}), 0);
    assert_int_equal(aisle_model_purchases(p, 0, model, NULL, user), 0);
}

static void new_only_models_give_what_is_new(void **state)
{
    (void)state;
    aisle_recommendation list[K];
    aisle_model *m = model_of_receipts(&lines, RECEIPTS_SMALL "evaluate: {new_only: true}", 2);
    for (uint32_t u = 0; u < aisle_model_users(m); u++) {
        size_t n = ask(list, K, m, u, false);
        for (size_t i = 0; i < n; i++)
            assert_false(bought(u, list[i].item.index));
    }
    aisle_model_free(m);
}

/* Cases 7 and 28: a white list of three and k = 10. */
static void catalogues_bound_the_lists(void **state)
{
    (void)state;
    aisle_recommendation list[K];
    aisle_model *m = model_of_receipts(
        &lines,
        RECEIPTS_SMALL "catalogue: c\ncatalogues: {c: {items_in: [1005, 1010, 1015, 1004]}}", 2);
    for (uint32_t u = 0; u <= aisle_model_users(m); u++) {
        assert_int_equal(ask(list, K, m, u, false), 3);
        for (size_t i = 0; i < 3; i++)
            assert_in_range(list[i].item.index, 1, 3);
    }
    aisle_model_free(m);
}

static void tables_may_be_called_anything(void **state)
{
    (void)state;
    static const char *const names[][2] = {{"Product group", "a, [b]: {\"c\"}"}, {"pair", "品類"}};
    for (int n = 0; n < 2; n++) {
        aisle_error err = AISLE_ERROR_INIT;
        aisle_recommendation list[K];
        aisle_model *m = NULL, *again;
        char path[256];
        aisle_config *config = receipts_config(RECEIPTS_SMALL);
        aisle_dataset *d = receipts_build(&lines, config);
        for (int c = 0; c < 2; c++) {
            mem_free(d->products.names[c]);
            d->products.names[c] = mem_text(names[n][c]);
        }
        if (aisle_model_fit(&m, d, NULL, &err))
            fail_msg("%s", err.message);
        assert_int_equal(ask(list, K, m, 0, false), K);
        temporary_path(path, "named.model");
        save(m, path);
        again = open_model(path);
        same_answers(m, again, 5);
        temporary_remove(path);
        aisle_model_free(m);
        aisle_model_free(again);
        aisle_dataset_free(d);
        aisle_config_free(config);
    }
}

static void too_little_to_learn_is_said(void **state)
{
    (void)state;
    receipts r = {0};
    aisle_error err = AISLE_ERROR_INIT;
    aisle_model *m = NULL;
    for (int32_t d = 0; d < 100; d++)
        receipts_add(&r, (receipt){100, 1005, d, RECEIPTS_FIRST_DAY + d, 1, 1});
    aisle_config *config = receipts_config(RECEIPTS_SMALL);
    aisle_dataset *d = receipts_build(&r, config);
    aisle_status status = aisle_model_fit(&m, d, NULL, &err);
    assert_int_equal(status, AISLE_ERROR_DATA);
    assert_null(m);
    assert_non_null(strstr(err.message, "level 2 cannot train"));
    aisle_dataset_free(d);
    aisle_config_free(config);
    receipts_fini(&r);
}

static void memory_runs_out(void **state)
{
    (void)state;
    aisle_config *config = receipts_config(RECEIPTS_SMALL);
    aisle_dataset *d = receipts_build(&lines, config);
    aisle_status status = AISLE_ERROR_MEMORY;
    aisle_run run = {.threads = 1};
    for (long n = 0; status != AISLE_OK; n += n < 100 ? 1 : 5) {
        aisle_model *m = NULL;
        aisle_recommendation list[K];
        size_t count;
        mem_fail_after(n);
        status = aisle_model_fit(&m, d, &run, NULL);
        if (status == AISLE_OK)
            status = try_model(&count, list, K, m, 0, NULL, NULL);
        mem_fail_after(-1);
        assert_true(status == AISLE_OK || status == AISLE_ERROR_MEMORY);
        aisle_model_free(m);
        assert_true(n < 20000);
    }
    aisle_dataset_free(d);
    aisle_config_free(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_it_knows),
        cmocka_unit_test(everybody_gets_k),
        cmocka_unit_test(strangers_get_the_popular),
        cmocka_unit_test(sources_are_named),
        cmocka_unit_test(exclude_bought_leaves_out_what_was_bought),
        cmocka_unit_test(k_is_an_upper_bound),
        cmocka_unit_test(batch_equals_single),
        cmocka_unit_test(lists_last_purchases),
        cmocka_unit_test(new_only_models_give_what_is_new),
        cmocka_unit_test(catalogues_bound_the_lists),
        cmocka_unit_test(tables_may_be_called_anything),
        cmocka_unit_test(too_little_to_learn_is_said),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests_name("model", tests, set_up, tear_down);
}
