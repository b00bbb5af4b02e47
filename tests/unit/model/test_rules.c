/* Business rules against a naive twin: down the whole order of products, taking what they allow. */
#include "aisle/explain.h"

#include "base/mem.h"
#include "base/rng.h"
#include "model_fixture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { K = 10, SEED = 71, ALL = RECEIPTS_ITEMS };

static aisle_model *model;
static receipts lines;
static double price[ALL];
static int32_t last_bought[RECEIPTS_HOUSEHOLDS][ALL]; /* INT32_MIN: never */

static int64_t id_of_item(const aisle_model *m, uint32_t item)
{
    char buffer[32];
    return atoll(aisle_model_item_id(m, (aisle_item){item}, buffer));
}

static int set_up(void **state)
{
    (void)state;
    char id[32];
    receipts_init(&lines, SEED);
    model = model_of_receipts(&lines, RECEIPTS_SMALL, 2);
    double value[ALL] = {0}, quantity[ALL] = {0};
    memset(last_bought, 0x80, sizeof last_bought);
    for (size_t l = 0; l < lines.n; l++) {
        const receipt *r = &lines.lines[l];
        snprintf(id, sizeof id, "%d", (int)r->item);
        uint32_t item = aisle_model_find_item(model, id).index;
        snprintf(id, sizeof id, "%d", (int)r->user);
        int32_t *last = &last_bought[aisle_model_find_user(model, id).index][item];
        *last = r->day > *last ? r->day : *last;
        if (r->day >= aisle_model_as_of(model) - 91) {
            value[item] += r->value;
            quantity[item] += r->quantity;
        }
    }
    for (int i = 0; i < ALL; i++)
        price[i] = (double)(float)(value[i] / quantity[i]);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    aisle_model_free(model);
    receipts_fini(&lines);
    return 0;
}

/* The model's configuration with keys set: key, value, key, value, …, NULL. */
static aisle_config *rules_of(const aisle_model *m, const char *const *set)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_config *config = NULL;
    assert_int_equal(aisle_model_config(&config, m, NULL), AISLE_OK);
    for (; set && *set; set += 2)
        if (aisle_config_set(config, set[0], set[1], &err))
            fail_msg("%s", err.message);
    return config;
}

static size_t ask(aisle_recommendation *list, size_t k, const aisle_model *m, uint32_t user,
                  const aisle_config *rules, bool exclude)
{
    aisle_recommend_options o = {.exclude_bought = exclude, .rules = rules};
    return ask_model(list, k, m, user, &o);
}

/* ---- The twin ---- */

typedef struct naive_rules {
    int64_t in[8], out[8]; /* ids, 0 ends */
    const char *department_in[3], *category_out[3];
    uint32_t most_department, most_category; /* 0: any number */
    double price;                            /* at least */
    int32_t days;
    bool exclude_bought;
} naive_rules;

static bool has_id(const int64_t *ids, int64_t id)
{
    for (; *ids; ids++)
        if (*ids == id)
            return true;
    return false;
}

static bool has_text(const char *const *texts, const char *one)
{
    for (; *texts; texts++)
        if (one && strcmp(*texts, one) == 0)
            return true;
    return false;
}

static bool allows(const naive_rules *r, uint32_t user, uint32_t item)
{
    int64_t id = id_of_item(model, item);
    int32_t last = user < RECEIPTS_HOUSEHOLDS ? last_bought[user][item] : INT32_MIN;
    return !(r->in[0] && !has_id(r->in, id)) && !has_id(r->out, id) &&
           !(r->department_in[0] && !has_text(r->department_in, receipts_department(id))) &&
           !has_text(r->category_out, receipts_category(id)) && !(price[item] < r->price) &&
           !(r->days && last >= aisle_model_as_of(model) - r->days) &&
           !(r->exclude_bought && last > RECEIPTS_FIRST_DAY - 1);
}

/* How many of the list share the text with item. */
static uint32_t count_same(const aisle_recommendation *list, size_t n, uint32_t item,
                           const char *(*of)(int64_t))
{
    const char *own = of(id_of_item(model, item));
    uint32_t same = 0;
    for (size_t i = 0; own && i < n; i++) {
        const char *other = of(id_of_item(model, list[i].item.index));
        same += other && strcmp(own, other) == 0;
    }
    return same;
}

static size_t take_naive(aisle_recommendation *out, size_t k, const naive_rules *r, uint32_t user)
{
    aisle_recommendation all[ALL];
    size_t n = ask(all, ALL, model, user, NULL, false), taken = 0;
    assert_int_equal(n, ALL);
    for (size_t i = 0; i < n && taken < k; i++) {
        uint32_t item = all[i].item.index;
        if (!allows(r, user, item))
            continue;
        if (r->most_department &&
            count_same(out, taken, item, receipts_department) >= r->most_department)
            continue;
        if (r->most_category && count_same(out, taken, item, receipts_category) >= r->most_category)
            continue;
        out[taken++] = all[i];
    }
    return taken;
}

static void compare(const naive_rules *r, const char *const *set, size_t k)
{
    aisle_recommendation seen[ALL], expected[ALL];
    aisle_config *rules = rules_of(model, set);
    for (uint32_t u = 0; u <= RECEIPTS_HOUSEHOLDS; u++) {
        size_t n = ask(seen, k, model, u, rules, r->exclude_bought);
        assert_int_equal(n, take_naive(expected, k, r, u));
        for (size_t i = 0; i < n; i++) {
            assert_int_equal(seen[i].item.index, expected[i].item.index);
            assert_ptr_equal(seen[i].source, expected[i].source);
            assert_true(isfinite(seen[i].score) && (i == 0 || seen[i].score <= seen[i - 1].score));
            if (strcmp(seen[i].source, "fallback") != 0)
                assert_memory_equal(&seen[i].score, &expected[i].score, sizeof(float));
        }
    }
    aisle_config_free(rules);
}

static void one_rule_at_a_time(void **state)
{
    (void)state;
    const char *none[] = {NULL};
    compare(&(naive_rules){.days = 0}, none, K);
    /* Case 7: a white list of three and k = 10; a black list and still ten. */
    const char *in[] = {"rules.items_in", "[1005, 1250, \"1300\", 7]", NULL};
    compare(&(naive_rules){.in = {1005, 1250, 1300}}, in, K);
    const char *out[] = {"rules.items_out", "[1000, 1005, 1010, 1015, 1020]", NULL};
    compare(&(naive_rules){.out = {1000, 1005, 1010, 1015, 1020}}, out, K);
    /* Case 27: several values of a column. */
    const char *departments[] = {"rules.categories_in", "[department=dairy, department=fruit]",
                                 NULL};
    compare(&(naive_rules){.department_in = {"dairy", "fruit"}}, departments, K);
    const char *categories[] = {"rules.categories_out", "[category=c0, category=c3]", NULL};
    compare(&(naive_rules){.category_out = {"c0", "c3"}}, categories, K);
    const char *most[] = {"rules.most", "[department=2]", NULL};
    compare(&(naive_rules){.most_department = 2}, most, K);
    const char *least[] = {"rules.least", "[price=4.5]", NULL};
    compare(&(naive_rules){.price = 4.5}, least, K);
    const char *days[] = {"rules.not_bought_days", "21", NULL};
    compare(&(naive_rules){.days = 21}, days, K);
    compare(&(naive_rules){.exclude_bought = true}, none, K);
}

static void rules_together(void **state)
{
    (void)state;
    const char *set[] = {"rules.items_out",
                         "[1000, 1025]",
                         "rules.categories_in",
                         "[department=dairy, department=fruit]",
                         "rules.most",
                         "[category=1, department=3]",
                         "rules.least",
                         "[price=1]",
                         "rules.categories_out",
                         "[category=c5]",
                         "rules.not_bought_days",
                         "10",
                         NULL};
    naive_rules r = {.out = {1000, 1025},
                     .department_in = {"dairy", "fruit"},
                     .category_out = {"c5"},
                     .most_category = 1,
                     .most_department = 3,
                     .price = 1,
                     .days = 10};
    for (size_t k = 1; k < 12; k += 5)
        compare(&r, set, k);
    r.exclude_bought = true;
    compare(&r, set, ALL);
}

/* Random rules of all kinds. */
static void any_rules(void **state)
{
    (void)state;
    static const char *const departments[] = {"dairy", "bakery", "fruit", "drinks", "frozen"};
    for (uint64_t seed = 0; seed < 12; seed++) {
        rng g = rng_init(seed, 3);
        char text_of[5][64];
        const char *a = departments[rng_below(&g, 5)], *b = departments[rng_below(&g, 5)];
        naive_rules r = {.most_department = 1 + rng_below(&g, 4),
                         .most_category = 1 + rng_below(&g, 3),
                         .price = 0.5 * rng_below(&g, 8),
                         .days = (int32_t)rng_below(&g, 40),
                         .exclude_bought = rng_below(&g, 3) == 0};
        for (int i = 0; i < 3; i++)
            r.out[i] = 1000 + 5 * (int64_t)rng_below(&g, ALL);
        if (rng_below(&g, 2)) {
            r.department_in[0] = a;
            r.department_in[1] = b;
        }
        snprintf(text_of[0], 64, "[%d, %d, %d]", (int)r.out[0], (int)r.out[1], (int)r.out[2]);
        snprintf(text_of[1], 64, "[department=%u, category=%u]", r.most_department,
                 r.most_category);
        snprintf(text_of[2], 64, "[price=%g]", r.price);
        snprintf(text_of[3], 64, "%d", r.days);
        snprintf(text_of[4], 64, r.department_in[0] ? "[department=%s, department=%s]" : "[]", a,
                 b);
        const char *set[] = {"rules.items_out",
                             text_of[0],
                             "rules.most",
                             text_of[1],
                             "rules.least",
                             text_of[2],
                             "rules.not_bought_days",
                             text_of[3],
                             "rules.categories_in",
                             text_of[4],
                             NULL};
        compare(&r, set, K);
    }
}

/* Those of the configuration hold without asking, in the file too; a request's own in their place.
 */
static void rules_of_the_model(void **state)
{
    (void)state;
    static const char ruled[] =
        RECEIPTS_SMALL "rules: {most: [department=1], items_out: [1000, 1010]}\n";
    aisle_recommendation list[ALL], expected[ALL], other[ALL];
    aisle_model *m = model_of_receipts(&lines, ruled, 2);
    char path[256];
    temporary_path(path, "ruled.model");
    save(m, path);
    aisle_model *again = open_model(path);
    const char *off[] = {"rules.most", "[]", "rules.items_out", "[]", NULL};
    aisle_config *none = rules_of(m, off);
    naive_rules r = {.out = {1000, 1010}, .most_department = 1};
    for (uint32_t u = 0; u <= RECEIPTS_HOUSEHOLDS; u++) {
        size_t n = take_naive(expected, K, &r, u);
        assert_int_equal(ask(list, K, m, u, NULL, false), n);
        assert_int_equal(ask(other, K, again, u, NULL, false), n);
        for (size_t i = 0; i < n; i++) {
            assert_int_equal(list[i].item.index, expected[i].item.index);
            assert_int_equal(other[i].item.index, expected[i].item.index);
        }
        n = ask(expected, K, model, u, NULL, false);
        assert_int_equal(ask(list, K, m, u, none, false), n);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(list[i].item.index, expected[i].item.index);
    }
    aisle_config_free(none);
    aisle_model_free(m);
    aisle_model_free(again);
    temporary_remove(path);
}

/* A model keeps what a file held; a request reads it. */
static void files_of_ids(void **state)
{
    (void)state;
    static const char ids[] = "1000\r\n1010\n\n4711\n1015";
    aisle_recommendation list[ALL], expected[ALL];
    char path[256], yaml[1024];
    temporary_path(path, "out.txt");
    write_bytes(path, ids, sizeof ids - 1);
    snprintf(yaml, sizeof yaml, "%srules: {items_out_file: '%s', items_out: [1005]}\n",
             RECEIPTS_SMALL, path);
    aisle_model *m = model_of_receipts(&lines, yaml, 2);
    const char *set[] = {"rules.items_out_file", path, "rules.items_out", "[1005]", NULL};
    naive_rules r = {.out = {1000, 1005, 1010, 1015}};
    compare(&r, set, K);
    temporary_remove(path);
    for (uint32_t u = 0; u < RECEIPTS_HOUSEHOLDS; u++) {
        size_t n = take_naive(expected, K, &r, u);
        assert_int_equal(ask(list, K, m, u, NULL, false), n);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(list[i].item.index, expected[i].item.index);
    }
    aisle_config *config = rules_of(model, set);
    aisle_recommend_options o = {.rules = config};
    aisle_error err = AISLE_ERROR_INIT;
    size_t n;
    assert_int_not_equal(try_model(&n, list, K, model, 0, &o, &err), AISLE_OK);
    assert_non_null(strstr(err.message, path));
    aisle_config_free(config);
    aisle_model_free(m);
}

static void what_makes_no_sense_is_named(void **state)
{
    (void)state;
    static const char *const wrong[][3] = {
        {"rules.categories_in", "[dairy]", "column=value"},
        {"rules.categories_in", "[brand=x]", "no category column 'brand'"},
        {"rules.categories_out", "[department=coal]", "'coal' is no value of column 'department'"},
        {"rules.categories_out", "[price=3]", "no category column 'price'"},
        {"rules.most", "[department=0]", "n from 1"},
        {"rules.most", "[department=many]", "n from 1"},
        {"rules.most", "[a=1]", "no category column 'a'"},
        {"rules.least", "[price=cheap]", "column=number"},
        {"rules.least", "[margin=0.2]", "no category column 'margin'"},
        {"rules.least", "[=0.2]", "column=value"},
    };
    aisle_recommendation list[K];
    size_t n;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        aisle_error err = AISLE_ERROR_INIT;
        char yaml[1024];
        const char *set[] = {wrong[i][0], wrong[i][1], NULL};
        aisle_config *config = rules_of(model, set);
        aisle_recommend_options o = {.rules = config};
        assert_int_equal(try_model(&n, list, K, model, 0, &o, &err), AISLE_ERROR_CONFIG);
        if (!strstr(err.message, wrong[i][2]) || !strstr(err.message, wrong[i][0]))
            fail_msg("'%s' is not in '%s'", wrong[i][2], err.message);
        aisle_config_free(config);
        snprintf(yaml, sizeof yaml, "%srules: {%s: %s}\n", RECEIPTS_SMALL, wrong[i][0] + 6,
                 wrong[i][1]);
        config = receipts_config(yaml);
        aisle_dataset *d = receipts_build(&lines, config);
        aisle_model *m = NULL;
        assert_int_equal(aisle_model_fit(&m, d, NULL, NULL), AISLE_ERROR_CONFIG);
        aisle_dataset_free(d);
        aisle_config_free(config);
    }
    /* Levels that are no numbers are no error, but none is large enough. */
    const char *set[] = {"rules.least", "[category=1]", NULL};
    aisle_config *config = rules_of(model, set);
    assert_int_equal(ask(list, K, model, 0, config, false), 0);
    aisle_config_free(config);
}

static void explain_goes_by_the_rules(void **state)
{
    (void)state;
    const char *set[] = {"rules.most", "[department=1]", "rules.items_out", "[1000]", NULL};
    aisle_config *config = rules_of(model, set);
    aisle_recommendation list[K];
    aisle_explanations *x;
    for (uint32_t u = 0; u <= RECEIPTS_HOUSEHOLDS; u += 5) {
        aisle_user user = {u};
        aisle_explain_options o = {.k = K, .item = {AISLE_MISSING}, .recommend = {false, config}};
        size_t n = ask(list, K, model, u, config, false);
        assert_int_equal(aisle_model_explain(&x, model, NULL, &user, 1, &o, NULL, NULL), AISLE_OK);
        assert_int_equal(x->offset[1], n);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(x->list[i].item.index, list[i].item.index);
        aisle_explanations_free(x);
        o.item = aisle_model_find_item(model, "1000");
        assert_int_equal(aisle_model_explain(&x, model, NULL, &user, 1, &o, NULL, NULL), AISLE_OK);
        assert_int_equal(x->list[0].standing, AISLE_STANDING_RULED_OUT);
        aisle_explanations_free(x);
    }
    aisle_config_free(config);
}

static void memory_runs_out(void **state)
{
    (void)state;
    const char *set[] = {"rules.most",
                         "[department=1, category=1]",
                         "rules.categories_in",
                         "[department=dairy, department=fruit]",
                         "rules.items_out",
                         "[1000]",
                         NULL};
    aisle_config *config = rules_of(model, set);
    aisle_recommend_options o = {.rules = config};
    aisle_recommendation list[K];
    aisle_status status = AISLE_ERROR_MEMORY;
    for (long n = 0; status != AISLE_OK; n++) {
        size_t count;
        mem_fail_after(n);
        status = try_model(&count, list, K, model, 3, &o, NULL);
        mem_fail_after(-1);
        assert_true(status == AISLE_OK || status == AISLE_ERROR_MEMORY);
    }
    aisle_config_free(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_rule_at_a_time),
        cmocka_unit_test(rules_together),
        cmocka_unit_test(any_rules),
        cmocka_unit_test(rules_of_the_model),
        cmocka_unit_test(files_of_ids),
        cmocka_unit_test(what_makes_no_sense_is_named),
        cmocka_unit_test(explain_goes_by_the_rules),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests_name("rules", tests, set_up, tear_down);
}
