#include "data_fixture.h"

#include <math.h>
#include <string.h>

#include "base/rng.h"

enum { MOST = 64 };

/* A line as a table of the test writes it; ids are small numbers, and their own codes. */
typedef struct line {
    uint32_t user, basket, item;
    int32_t day;
    double quantity, value;
    uint32_t store; /* 0: missing */
} line;

static aisle_config *config_of(const char *yaml)
{
    aisle_config *config = NULL;
    aisle_error err = AISLE_ERROR_INIT;
    if (aisle_config_parse(&config, yaml, strlen(yaml), "test", NULL, &err))
        fail_msg("%s", err.message);
    return config;
}

typedef struct columns {
    uint32_t user[MOST], basket[MOST], item[MOST], store[MOST];
    int32_t day[MOST];
    double quantity[MOST], value[MOST], discount[MOST];
    int64_t ids[MOST];
    aisle_receipts receipts;
} columns;

static void fill_columns(columns *c, const line *lines, size_t n, bool baskets)
{
    for (size_t i = 0; i < n; i++) {
        c->user[i] = lines[i].user;
        c->basket[i] = lines[i].basket;
        c->item[i] = lines[i].item;
        c->store[i] = lines[i].store ? lines[i].store : AISLE_MISSING;
        c->day[i] = lines[i].day;
        c->quantity[i] = lines[i].quantity;
        c->value[i] = lines[i].value;
        c->discount[i] = fabs(lines[i].value) / 4;
    }
    /* Descending, so that codes are not ranks. */
    for (size_t i = 0; i < MOST; i++)
        c->ids[i] = 1000 - (int64_t)i;
    aisle_values values = {MOST, c->ids, NULL, NULL};
    c->receipts = (aisle_receipts){
        .lines = n,
        .user = {c->user, values},
        .item = {c->item, values},
        .basket = {baskets ? c->basket : NULL, values},
        .store = {c->store, values},
        .day = c->day,
        .quantity = c->quantity,
        .value = c->value,
        .discount = c->discount,
    };
}

static aisle_dataset *build_with(const line *lines, size_t n, bool baskets, const char *yaml)
{
    columns c;
    aisle_dataset *d = NULL;
    aisle_error err = AISLE_ERROR_INIT;
    aisle_config *config = config_of(yaml);
    fill_columns(&c, lines, n, baskets);
    if (aisle_dataset_build(&d, &c.receipts, NULL, NULL, config, &err) || dataset_check(d, &err))
        fail_msg("%s", err.message);
    aisle_config_free(config);
    return d;
}

static aisle_dataset *build(const line *lines, size_t n)
{
    return build_with(lines, n, true, "data: {}");
}

static void assert_sums_up(const aisle_dataset *d)
{
    uint64_t sum = d->summary.lines;
    for (int i = 0; i < AISLE_REASON_COUNT; i++)
        sum += d->summary.set_aside[i];
    assert_int_equal(sum, d->summary.lines_read);
}

/* cases.md 3: the same line twice, and a day's two lines of one item. */
static void test_merged_as_if_summed_before(void **state)
{
    (void)state;
    const line lines[] = {{1, 1, 5, 100, 1, 2.5, 0},
                          {1, 1, 5, 100, 1, 2.5, 0},
                          {1, 1, 6, 100, 3, 1, 0},
                          {2, 2, 5, 101, 1, 0.1, 0},
                          {2, 2, 5, 101, 2, 0.2, 0}};
    const line summed[] = {
        {1, 1, 6, 100, 3, 1, 0}, {1, 1, 5, 100, 2, 5, 0}, {2, 2, 5, 101, 3, 0.1 + 0.2, 0}};
    aisle_dataset *a = build(lines, 5), *b = build(summed, 3);
    assert_datasets_equal(a, b);
    assert_int_equal(a->summary.set_aside[AISLE_REASON_MERGED], 2);
    assert_int_equal(a->summary.baskets, 2);
    assert_sums_up(a);
    aisle_dataset_free(a);
    aisle_dataset_free(b);
}

/* A piece for free beside one that is paid: the sum decides, as in the summed file. */
static void test_rules_apply_to_sums(void **state)
{
    (void)state;
    const line lines[] = {{1, 1, 5, 100, 1, 0, 0}, {1, 1, 5, 100, 1, 4, 0}};
    const line summed[] = {{1, 1, 5, 100, 2, 4, 0}};
    aisle_dataset *a = build(lines, 2), *b = build(summed, 1);
    assert_datasets_equal(a, b);
    aisle_dataset_free(a);
    aisle_dataset_free(b);
}

static void test_without_baskets_a_day_is_one(void **state)
{
    (void)state;
    const line lines[] = {
        {1, 1, 5, 100, 1, 2, 0}, {1, 2, 5, 100, 1, 2, 0}, {1, 3, 6, 101, 1, 2, 0}};
    aisle_dataset *d = build_with(lines, 3, false, "data: {}");
    assert_int_equal(d->line.n, 2);
    assert_int_equal(d->summary.baskets, 2);
    assert_true(d->line.quantity[0] == 2);
    aisle_dataset_free(d);
}

static void test_duplicates_count_once(void **state)
{
    (void)state;
    const line lines[] = {
        {1, 1, 5, 100, 1, 2, 0}, {1, 1, 5, 100, 1, 2, 0}, {1, 1, 5, 100, 1, 3, 0}};
    aisle_dataset *d = build_with(lines, 3, true, "data: {cleaning: {duplicates: drop}}");
    assert_int_equal(d->line.n, 1);
    assert_true(d->line.quantity[0] == 2);
    assert_true(d->line.value[0] == 5);
    assert_true(d->line.discount[0] == 1.25F);
    assert_int_equal(d->summary.set_aside[AISLE_REASON_DUPLICATE], 1);
    assert_int_equal(d->summary.set_aside[AISLE_REASON_MERGED], 1);
    assert_sums_up(d);
    aisle_dataset_free(d);
}

/* cases.md 5: +1, then -1 of the same item. */
static void test_returns_stay_to_cancel(void **state)
{
    (void)state;
    const line lines[] = {
        {1, 1, 5, 100, 1, 2, 0}, {1, 2, 5, 102, -1, -2, 0}, {1, 2, 6, 102, 1, 1, 0}};
    aisle_dataset *d = build(lines, 3);
    assert_int_equal(d->line.n, 3);
    assert_int_equal(d->summary.returns, 1);
    assert_int_equal(d->summary.cancelled, 1);
    aisle_dataset_free(d);
    d = build_with(lines, 3, true, "data: {cleaning: {returns: drop}}");
    assert_int_equal(d->line.n, 2);
    assert_int_equal(d->summary.returns, 0);
    assert_int_equal(d->summary.set_aside[AISLE_REASON_QUANTITY], 1);
    assert_sums_up(d);
    aisle_dataset_free(d);
}

static void test_a_return_is_not_summed_into_a_purchase(void **state)
{
    (void)state;
    const line lines[] = {
        {1, 1, 5, 100, 2, 4, 0}, {1, 1, 5, 100, -1, -2, 0}, {1, 1, 5, 100, -1, 0, 0}};
    aisle_dataset *d = build(lines, 3);
    assert_int_equal(d->line.n, 2);
    assert_true(d->line.quantity[0] == 2);
    assert_true(d->line.quantity[1] == -2);
    assert_int_equal(d->summary.cancelled, 1);
    aisle_dataset_free(d);
    d = build_with(lines, 3, true, "data: {cleaning: {returns: drop}}");
    assert_int_equal(d->line.n, 1);
    assert_true(d->line.quantity[0] == 2);
    assert_int_equal(d->summary.set_aside[AISLE_REASON_QUANTITY], 2);
    assert_sums_up(d);
    aisle_dataset_free(d);
}

/* cases.md 2: it stays in the dataset, as a household without a purchase. */
static void test_a_household_with_returns_only(void **state)
{
    (void)state;
    const line lines[] = {{1, 1, 5, 100, -1, -2, 0}, {2, 2, 5, 100, 1, 2, 0}};
    aisle_dataset *d = build(lines, 2);
    assert_int_equal(d->users.count, 2);
    assert_int_equal(d->summary.returns, 1);
    assert_int_equal(d->summary.cancelled, 0);
    aisle_dataset_free(d);
}

static void test_rules_of_lines(void **state)
{
    (void)state;
    const line lines[] = {{1, 1, 1, 100, 0, 2, 0},   {1, 1, 2, 100, 1, 0, 0},
                          {1, 1, 3, 100, 1, 1, 0},   {1, 1, 4, 100, 1, 9, 0},
                          {1, 1, 5, 100, 10, 30, 0}, {2, 2, 1, 100, 0, 1, 0}};
    aisle_dataset *d = build_with(
        lines, 6, true, "data: {cleaning: {price_above: 1, price_below: 9, quantity_above: 0}}");
    assert_int_equal(d->line.n, 1);
    assert_int_equal(d->users.count, 1);
    assert_int_equal(d->items.count, 1);
    assert_int_equal(d->summary.set_aside[AISLE_REASON_QUANTITY], 2);
    assert_int_equal(d->summary.set_aside[AISLE_REASON_VALUE], 1);
    assert_int_equal(d->summary.set_aside[AISLE_REASON_PRICE], 2);
    assert_sums_up(d);
    aisle_dataset_free(d);
}

static void test_without_values_no_rule_on_them(void **state)
{
    (void)state;
    columns c;
    const line lines[] = {{1, 1, 1, 100, 1, 0, 0}};
    fill_columns(&c, lines, 1, true);
    c.receipts.value = NULL;
    c.receipts.quantity = NULL;
    aisle_config *config = config_of("data: {}");
    aisle_dataset *d = NULL;
    assert_int_equal(aisle_dataset_build(&d, &c.receipts, NULL, NULL, config, NULL), AISLE_OK);
    assert_int_equal(d->line.n, 1);
    assert_true(d->line.quantity[0] == 1);
    aisle_dataset_free(d);
    aisle_config_free(config);
}

static void assert_store(const aisle_dataset *d, size_t basket, const char *id)
{
    char buffer[32];
    if (!id)
        assert_int_equal(d->store[basket], AISLE_MISSING);
    else
        assert_string_equal(id_table_text(&d->stores, d->store[basket], buffer), id);
}

/* Of several the first by id; lines that are left out name none. Ids are 1000 - code. */
static void test_a_basket_has_one_store(void **state)
{
    (void)state;
    const line lines[] = {
        {2, 1, 5, 100, 1, 2, 7}, {2, 1, 6, 100, 1, 2, 9},  {2, 1, 4, 100, 1, 2, 0},
        {2, 2, 5, 100, 1, 2, 0}, {2, 3, 5, 101, 1, 2, 3},  {2, 3, 5, 101, 1, 2, 8},
        {2, 3, 6, 101, 1, 2, 0}, {2, 4, 5, 103, 1, 2, 11}, {2, 4, 7, 103, 0, 2, 12}};
    aisle_dataset *d = build(lines, 9);
    assert_int_equal(d->baskets, 4);
    assert_int_equal(d->stores.count, 3);
    assert_int_equal(d->summary.stores, 3);
    assert_store(d, 0, NULL);
    assert_store(d, 1, "991");
    assert_store(d, 2, "992");
    assert_store(d, 3, "989");
    aisle_dataset_free(d);
}

static void test_without_stores_there_are_none(void **state)
{
    (void)state;
    columns c;
    const line lines[] = {{1, 1, 1, 100, 1, 1, 0}};
    aisle_config *config = config_of("data: {}");
    aisle_dataset *d = NULL;
    fill_columns(&c, lines, 1, true);
    c.receipts.store.code = NULL;
    assert_int_equal(aisle_dataset_build(&d, &c.receipts, NULL, NULL, config, NULL), AISLE_OK);
    assert_null(d->store);
    assert_int_equal(d->summary.stores, 0);
    assert_int_equal(dataset_check(d, NULL), AISLE_OK);
    aisle_dataset_free(d);
    aisle_config_free(config);
}

/* cases.md 24 */
static void test_order_of_lines_changes_nothing(void **state)
{
    (void)state;
    line lines[MOST], shuffled[MOST];
    rng r = rng_init(7, 0);
    for (size_t i = 0; i < MOST; i++)
        lines[i] = (line){rng_below(&r, 3),       rng_below(&r, 4),
                          rng_below(&r, 5),       (int32_t)(100 + rng_below(&r, 2)),
                          rng_unit(&r) * 4 - 0.5, rng_unit(&r) * 10,
                          rng_below(&r, 4)};
    aisle_dataset *a = build(lines, MOST);
    for (int round = 0; round < 5; round++) {
        memcpy(shuffled, lines, sizeof lines);
        for (uint32_t i = MOST; i > 1; i--) {
            uint32_t j = rng_below(&r, i);
            line swap = shuffled[i - 1];
            shuffled[i - 1] = shuffled[j];
            shuffled[j] = swap;
        }
        aisle_dataset *b = build(shuffled, MOST);
        assert_datasets_equal(a, b);
        assert_memory_equal(&a->summary, &b->summary, sizeof a->summary);
        aisle_dataset_free(b);
    }
    aisle_dataset_free(a);
}

/* Wide keys take two rounds of sorting; the order is the same. */
static void test_keys_beyond_64_bits(void **state)
{
    (void)state;
    const line lines[] = {{3, 1, 5, 2932000, 1, 1, 0},
                          {1, 9, 5, 100, 2, 1, 0},
                          {1, 2, 5, 100, 3, 1, 0},
                          {1, 2, 4, 100, 4, 1, 0},
                          {1, 2, 5, 99, 5, 1, 0}};
    columns c;
    fill_columns(&c, lines, 5, true);
    aisle_config *config = config_of("data: {}");
    aisle_dataset *narrow = NULL, *wide = NULL;
    assert_int_equal(aisle_dataset_build(&narrow, &c.receipts, NULL, NULL, config, NULL), AISLE_OK);
    enum { MANY = 300000 };
    static int64_t many[MANY];
    for (int i = 0; i < MANY; i++)
        many[i] = 1000 - i;
    aisle_values values = {MANY, many, NULL, NULL};
    c.receipts.user.values = c.receipts.item.values = c.receipts.basket.values = values;
    assert_int_equal(aisle_dataset_build(&wide, &c.receipts, NULL, NULL, config, NULL), AISLE_OK);
    assert_datasets_equal(narrow, wide);
    aisle_dataset_free(narrow);
    aisle_dataset_free(wide);
    aisle_config_free(config);
}

static void test_wrong_arrays_are_refused(void **state)
{
    (void)state;
    columns c;
    const line lines[] = {{1, 1, 1, 100, 1, 1, 0}};
    aisle_config *config = config_of("data: {}");
    aisle_dataset *d = NULL;
    fill_columns(&c, lines, 1, true);
    c.value[0] = NAN;
    assert_int_equal(aisle_dataset_build(&d, &c.receipts, NULL, NULL, config, NULL),
                     AISLE_ERROR_ARGUMENT);
    fill_columns(&c, lines, 1, true);
    c.discount[0] = -0.5;
    assert_int_equal(aisle_dataset_build(&d, &c.receipts, NULL, NULL, config, NULL),
                     AISLE_ERROR_ARGUMENT);
    fill_columns(&c, lines, 1, true);
    c.item[0] = MOST;
    assert_int_equal(aisle_dataset_build(&d, &c.receipts, NULL, NULL, config, NULL),
                     AISLE_ERROR_ARGUMENT);
    fill_columns(&c, lines, 1, true);
    c.store[0] = MOST;
    assert_int_equal(aisle_dataset_build(&d, &c.receipts, NULL, NULL, config, NULL),
                     AISLE_ERROR_ARGUMENT);
    fill_columns(&c, lines, 1, true);
    c.user[0] = AISLE_MISSING;
    assert_int_equal(aisle_dataset_build(&d, &c.receipts, NULL, NULL, config, NULL),
                     AISLE_ERROR_ARGUMENT);
    fill_columns(&c, lines, 1, true);
    c.receipts.lines = 0;
    assert_int_equal(aisle_dataset_build(&d, &c.receipts, NULL, NULL, config, NULL),
                     AISLE_ERROR_DATA);
    assert_null(d);
    aisle_config_free(config);
}

static void test_nothing_left_says_why(void **state)
{
    (void)state;
    columns c;
    const line lines[] = {{1, 1, 1, 100, 0, 1, 0}, {1, 1, 2, 100, 1, 0, 0}};
    aisle_error err;
    aisle_config *config = config_of("data: {}");
    aisle_dataset *d = NULL;
    fill_columns(&c, lines, 2, true);
    assert_int_equal(aisle_dataset_build(&d, &c.receipts, NULL, NULL, config, &err),
                     AISLE_ERROR_DATA);
    assert_mentions(err.message, "none of the 2 lines");
    assert_mentions(err.message, "quantity too small 1");
    aisle_config_free(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_merged_as_if_summed_before),
        cmocka_unit_test(test_rules_apply_to_sums),
        cmocka_unit_test(test_without_baskets_a_day_is_one),
        cmocka_unit_test(test_duplicates_count_once),
        cmocka_unit_test(test_returns_stay_to_cancel),
        cmocka_unit_test(test_a_return_is_not_summed_into_a_purchase),
        cmocka_unit_test(test_a_household_with_returns_only),
        cmocka_unit_test(test_rules_of_lines),
        cmocka_unit_test(test_without_values_no_rule_on_them),
        cmocka_unit_test(test_a_basket_has_one_store),
        cmocka_unit_test(test_without_stores_there_are_none),
        cmocka_unit_test(test_order_of_lines_changes_nothing),
        cmocka_unit_test(test_keys_beyond_64_bits),
        cmocka_unit_test(test_wrong_arrays_are_refused),
        cmocka_unit_test(test_nothing_left_says_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
