/* Receipts that a model is asked by: what it does not know in them, when they are from, and what of
 * them counts. */
#include "base/mem.h"
#include "guest_fixture.h"
#include "model/model_type.h"

#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { K = GUEST_PLACES, SEED = 67, END = RECEIPTS_END - 28, HOUSEHOLDS = RECEIPTS_HOUSEHOLDS };

#define SHAPE                                                                                      \
    "candidates: {popular: {quota: 6}, popular_store: {quota: 4}, popular_segment: {quota: 4}, "   \
    "own_decay: {quota: 9}, als: {quota: 5, factors: 4, iterations: 2}, co_basket: {quota: 5}, "   \
    "similar_users: {quota: 5}}\n"                                                                 \
    "ranker: {trees: 20, leaves: 7, min_data_in_leaf: 5, negatives: 15, feature_fraction: 0.4, "   \
    "fallback: false}\n"                                                                           \
    "features: {without: []}\n"
static const char shape[] = RECEIPTS_ROLES SHAPE;

static receipts lines;     /* all weeks */
static aisle_model *model; /* fitted on those before END */

static int set_up(void **state)
{
    (void)state;
    receipts fit;
    receipts_init(&lines, SEED);
    receipts_copy(&fit, &lines);
    receipts_cut(&fit, END);
    model = model_of_receipts(&fit, shape, 2);
    assert_int_equal(aisle_model_as_of(model), END);
    receipts_fini(&fit);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    aisle_model_free(model);
    receipts_fini(&lines);
    return 0;
}

static void same_everybody(const aisle_households *a, const aisle_households *b)
{
    assert_int_equal(aisle_households_count(a), aisle_households_count(b));
    assert_int_equal(aisle_households_as_of(a), aisle_households_as_of(b));
    for (uint32_t u = 0; u < aisle_households_count(a); u++) {
        guest x = {model, a, {u}}, y = {model, b, {u}};
        same_guest(&x, &y);
    }
}

/* How many of the households' lists differ. */
static size_t count_different(const aisle_households *a, const aisle_households *b)
{
    size_t n = 0;
    for (uint32_t u = 0; u < aisle_households_count(a); u++) {
        aisle_recommendation x[K], y[K];
        guest g = {model, a, {u}}, h = {model, b, {u}};
        memset(x, 0, sizeof x);
        memset(y, 0, sizeof y);
        guest_ask(x, &g, false);
        guest_ask(y, &h, false);
        n += memcmp(x, y, sizeof x) != 0;
    }
    return n;
}

static const guest_source as_they_are = {&lines, receipts_store, receipts_income};

static void arrays_are_as_good_as_a_dataset(void **state)
{
    (void)state;
    aisle_households *a = guests_of(model, &lines, shape, RECEIPTS_END - 9);
    aisle_households *b = guests_from_arrays(model, &as_they_are, RECEIPTS_END - 9);
    char x[32], y[32];
    aisle_dataset_summary sum;
    same_everybody(a, b);
    assert_int_equal(aisle_households_count(a), HOUSEHOLDS);
    for (uint32_t u = 0; u < HOUSEHOLDS; u++)
        assert_string_equal(aisle_households_id(a, (aisle_user){u}, x),
                            aisle_households_id(b, (aisle_user){u}, y));
    aisle_households_summarise(&sum, b);
    assert_int_equal(sum.lines_read, lines.n);
    assert_true(aisle_households_are_ints(a) && aisle_households_are_ints(b));
    assert_int_equal(aisle_households_find(b, "101").index, AISLE_MISSING);
    aisle_households_free(a);
    aisle_households_free(b);
}

/* ---- What is not known ---- */

static int64_t no_store(int64_t user, int64_t basket)
{
    (void)user;
    (void)basket;
    return 0;
}

static int64_t far_store(int64_t user, int64_t basket)
{
    return 9000 + receipts_store(user, basket);
}

static const char *no_income(int64_t user)
{
    (void)user;
    return NULL;
}

static const char *other_income(int64_t user)
{
    return user % 2 ? "in shells" : "in barley";
}

static void unknown_stores_and_levels_are_missing(void **state)
{
    (void)state;
    guest_source unknown = {&lines, far_store, other_income};
    guest_source missing = {&lines, no_store, no_income};
    guest_source no_stores = {&lines, no_store, receipts_income};
    guest_source no_incomes = {&lines, receipts_store, no_income};
    aisle_households *a = guests_from_arrays(model, &unknown, END);
    aisle_households *b = guests_from_arrays(model, &missing, END);
    same_everybody(a, b);
    aisle_households *known = guests_from_arrays(model, &as_they_are, END);
    aisle_households *c = guests_from_arrays(model, &no_stores, END);
    aisle_households *d = guests_from_arrays(model, &no_incomes, END);
    assert_true(count_different(known, c) > 5 && count_different(known, d) > 5);
    aisle_households *each[] = {a, b, c, d, known};
    for (int i = 0; i < 5; i++)
        aisle_households_free(each[i]);
}

/* Some products are new: they count in baskets, visits and spending, and are never on a list. */
static void unknown_products_count_as_sums(void **state)
{
    (void)state;
    receipts strange;
    receipts_copy(&strange, &lines);
    for (size_t l = 0; l < strange.n; l++)
        if (l % 4 == 0)
            strange.lines[l].item += 7000 + (int64_t)(l % 3);
    aisle_households *of = guests_of(model, &strange, shape, END);
    aisle_households *known = guests_of(model, &lines, shape, END);
    assert_int_equal(households_check(&of->h, NULL), AISLE_OK);
    assert_int_equal(aisle_households_count(of), HOUSEHOLDS);
    for (uint32_t u = 0; u < HOUSEHOLDS; u++) {
        aisle_recommendation list[K];
        guest g = {model, of, {u}};
        size_t here = 0, there = 0;
        double sums[2] = {0, 0};
        assert_int_equal(guest_ask(list, &g, false), K);
        for (uint64_t b = of->h.basket_offset[u]; b < of->h.basket_offset[u + 1]; b++) {
            here += of->h.foreign[b].lines;
            sums[0] += of->h.foreign[b].value;
        }
        for (uint64_t l = of->h.user_offset[u]; l < of->h.user_offset[u + 1]; l++, here++)
            sums[0] += of->h.line.value[l];
        for (uint64_t l = known->h.user_offset[u]; l < known->h.user_offset[u + 1]; l++, there++)
            sums[1] += known->h.line.value[l];
        assert_int_equal(here, there);
        assert_true(sums[0] - sums[1] < 1e-6 && sums[1] - sums[0] < 1e-6);
        assert_int_equal(households_count_baskets(&of->h, u),
                         households_count_baskets(&known->h, u));
        assert_int_equal(households_count_visits(&of->h, u), households_count_visits(&known->h, u));
    }
    assert_true(count_different(of, known) > 30);
    aisle_households_free(of);
    aisle_households_free(known);
    receipts_fini(&strange);
}

/* Nothing that somebody bought is known: a list all the same, and reasons for it. */
static void nothing_need_be_known(void **state)
{
    (void)state;
    aisle_recommendation list[K];
    aisle_purchase p[3];
    receipts strange = {0};
    for (int b = 0; b < 6; b++)
        receipts_add(&strange, (receipt){-5, 9001 + b, b + 1, END - 40 + 6 * b, 2, 3});
    aisle_households *of = guests_of(model, &strange, shape, END);
    guest g = guest_find(model, of, -5);
    assert_int_equal(guest_ask(list, &g, false), K);
    assert_int_equal(guest_ask(list, &g, true), K);
    assert_int_equal(aisle_model_purchases(p, 3, model, of, g.user), 0);
    same_guest(&g, &g);
    aisle_households_free(of);
    receipts_fini(&strange);
}

/* ---- When ---- */

/* Receipts from the day on do not count, whatever they are. */
static void asked_as_of_a_day(void **state)
{
    (void)state;
    static const int32_t days[] = {END - 60, END, END + 1, END + 13, RECEIPTS_END};
    aisle_households *fit = guests_of(model, &lines, shape, END);
    for (size_t d = 0; d < sizeof days / sizeof *days; d++) {
        receipts cut;
        receipts_copy(&cut, &lines);
        receipts_cut(&cut, days[d]);
        aisle_households *a = guests_of(model, &lines, shape, days[d]);
        aisle_households *b = guests_of(model, &cut, shape, AISLE_AS_OF_LAST);
        same_everybody(a, b);
        assert_int_equal(aisle_households_as_of(a), days[d]);
        size_t different = count_different(fit, a);
        assert_true(days[d] == END ? different == 0 : different > HOUSEHOLDS / 2);
        for (uint32_t u = 0; u < aisle_households_count(a); u++) {
            aisle_recommendation list[K];
            guest g = {model, a, {u}};
            assert_int_equal(guest_ask(list, &g, false), K);
        }
        aisle_households_free(a);
        aisle_households_free(b);
        receipts_fini(&cut);
    }
    aisle_households_free(fit);
}

static void refused_moment(const aisle_dataset *d, int32_t as_of, const char *said)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_households *of = NULL;
    assert_int_equal(aisle_households_from_dataset(&of, model, d, as_of, &err), AISLE_ERROR_DATA);
    assert_null(of);
    if (!strstr(err.message, said))
        fail_msg("'%s' is not in '%s'", said, err.message);
}

static void a_day_must_be_near_the_receipts(void **state)
{
    (void)state;
    aisle_config *config = receipts_config(shape);
    aisle_dataset *d = receipts_build(&lines, config);
    int32_t last = d->summary.last_day, first = d->summary.first_day;
    const int32_t good[] = {first + 1, last, last + 366};
    refused_moment(d, first, "no receipt lies before");
    refused_moment(d, first - 1000, "no receipt lies before");
    refused_moment(d, last + 367, "more than 366 days after");
    refused_moment(d, INT32_MAX - 1, "more than 366 days after");
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        aisle_households *of = NULL;
        aisle_recommendation list[K];
        assert_int_equal(aisle_households_from_dataset(&of, model, d, good[i], NULL), AISLE_OK);
        assert_int_equal(aisle_households_as_of(of), good[i]);
        assert_true(aisle_households_count(of) > 0);
        guest g = {model, of, {0}};
        assert_int_equal(guest_ask(list, &g, false), K);
        aisle_households_free(of);
    }
    aisle_dataset_free(d);
    aisle_config_free(config);
}

/* ---- What counts ---- */

#define CLEAN                                                                                      \
    "data: {products: {categories: [department, category], department: department, category: "     \
    "category}, households: {categories: [income]}, cleaning: {price_below: 9.5, value_above: "    \
    "0.6, quantity_above: 0.5, departments_out: [frozen], categories_out: [c1], "                  \
    "category_required: true, duplicates: drop}}\n" SHAPE

/* Lines that the model's rules leave out, or cancel. */
static void add_what_does_not_count(receipts *r)
{
    for (size_t l = 0, n = r->n; l < n; l += 5) {
        receipt line = r->lines[l];
        receipts_add(r, line); /* twice in its basket */
        line.basket += 50000;
        line.value *= 1000;
        receipts_add(r, line);
        line.basket += 10000;
        line.value = 0.1;
        line.quantity = 0.2;
        receipts_add(r, line);
    }
    for (size_t l = 0, n = r->n; l < n; l += 41) {
        receipt back = r->lines[l];
        back.basket += 70000;
        back.day++;
        back.quantity = back.value = -1;
        receipts_add(r, back);
    }
}

static void cleaned_by_the_models_rules(void **state)
{
    (void)state;
    receipts dirty;
    receipts_copy(&dirty, &lines);
    add_what_does_not_count(&dirty);
    aisle_model *plain = model;
    model = model_of_receipts(&dirty, CLEAN, 2);
    int32_t as_of = aisle_model_as_of(model);
    guest_source from = {&dirty, receipts_store, receipts_income};
    aisle_households *cleaned = guests_of(model, &dirty, CLEAN, as_of);
    aisle_households *arrays = guests_from_arrays(model, &from, as_of);
    aisle_households *other = guests_of(model, &dirty, shape, as_of);
    assert_int_equal(aisle_households_count(cleaned), aisle_model_users(model));
    same_everybody(cleaned, arrays);
    for (uint32_t u = 0; u < aisle_households_count(arrays); u++) {
        char id[32];
        guest g = {model, arrays, {u}};
        guest own = {model, NULL,
                     aisle_model_find_user(model, aisle_households_id(arrays, g.user, id))};
        same_guest(&own, &g);
    }
    assert_true(count_different(cleaned, other) > 20);
    aisle_households_free(cleaned);
    aisle_households_free(arrays);
    aisle_households_free(other);
    aisle_model_free(model);
    model = plain;
    receipts_fini(&dirty);
}

static void memory_runs_out(void **state)
{
    (void)state;
    aisle_config *config = receipts_config(shape);
    aisle_dataset *d = receipts_build(&lines, config);
    aisle_status status = AISLE_ERROR_MEMORY;
    for (long n = 0; status != AISLE_OK; n++) {
        aisle_households *of = NULL;
        mem_fail_after(n);
        status = aisle_households_from_dataset(&of, model, d, END, NULL);
        mem_fail_after(-1);
        assert_true(status == AISLE_OK || status == AISLE_ERROR_MEMORY);
        assert_int_equal(of == NULL, status != AISLE_OK);
        aisle_households_free(of);
        assert_true(n < 5000);
    }
    aisle_dataset_free(d);
    aisle_config_free(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrays_are_as_good_as_a_dataset),
        cmocka_unit_test(unknown_stores_and_levels_are_missing),
        cmocka_unit_test(unknown_products_count_as_sums),
        cmocka_unit_test(nothing_need_be_known),
        cmocka_unit_test(asked_as_of_a_day),
        cmocka_unit_test(a_day_must_be_near_the_receipts),
        cmocka_unit_test(cleaned_by_the_models_rules),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests_name("guest receipts", tests, set_up, tear_down);
}
