/* The matrix of features: threads, strangers, names, limits. */
#include "base/mem.h"
#include "features/matrix.h"
#include "receipts.h"
#include "same.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

typedef struct bench {
    aisle_config *config;
    aisle_dataset *d;
    assortment a;
    households h;
    catalogue c;
    level1 l;
    feature_facts facts;
    uint32_t *users;
    candidate_lists lists;
} bench;

/* Every household, every household again, and two strangers, with level 1's candidates. */
static void bench_open(bench *b, const receipts *r, const char *yaml, int32_t as_of)
{
    aisle_error err = AISLE_ERROR_INIT;
    memset(b, 0, sizeof *b);
    b->config = receipts_config(yaml);
    b->d = receipts_build(r, b->config);
    if (history_init(&b->a, &b->h, b->d, as_of, NULL, &err) ||
        catalogue_init(&b->c, &b->h, NULL, NULL, &err) ||
        level1_init(&b->l, &b->h, &b->c, &b->config->candidates, NULL, 1, 2, &err) ||
        feature_facts_init(&b->facts, &b->h, &b->config->features, &err))
        fail_msg("%s", err.message);
    size_t n = 2 * (size_t)b->h.n_users + 2;
    b->users = NEW_ARRAY(uint32_t, n);
    for (size_t i = 0; i < n; i++)
        b->users[i] = i % (b->h.n_users + 1) == b->h.n_users ? HISTORY_NONE
                                                             : (uint32_t)(i % (b->h.n_users + 1));
    retriever_query query = {.h = &b->h, .users = b->users, .n = n};
    assert_int_equal(blend_init(&b->lists, &b->l, &query, 8, &err), AISLE_OK);
}

static void bench_init(bench *b)
{
    receipts r;
    receipts_init(&r, 23);
    bench_open(b, &r, RECEIPTS_SMALL "features: {without: []}\n", RECEIPTS_END - 10);
    receipts_fini(&r);
}

static void bench_fini(bench *b)
{
    candidate_lists_fini(&b->lists);
    mem_free(b->users);
    feature_facts_fini(&b->facts);
    level1_fini(&b->l);
    catalogue_fini(&b->c);
    households_fini(&b->h);
    assortment_fini(&b->a);
    aisle_dataset_free(b->d);
    aisle_config_free(b->config);
}

static feature_matrix matrix_of(const bench *b, int threads)
{
    feature_matrix m;
    aisle_error err = AISLE_ERROR_INIT;
    if (feature_matrix_init(&m, &b->facts, &b->h, &b->lists, b->users, threads, &err))
        fail_msg("%s", err.message);
    return m;
}

static void threads_change_nothing(void **state)
{
    (void)state;
    bench b;
    bench_init(&b);
    feature_matrix one = matrix_of(&b, 1), two = matrix_of(&b, 2), eight = matrix_of(&b, 8);
    same_matrix(&one, &two);
    same_matrix(&one, &eight);
    feature_matrix_fini(&one);
    feature_matrix_fini(&two);
    feature_matrix_fini(&eight);
    bench_fini(&b);
}

/* A household's rows depend on no other household, nor on where they stand. */
static void rows_stand_alone(void **state)
{
    (void)state;
    bench b;
    bench_init(&b);
    feature_matrix m = matrix_of(&b, 3);
    size_t half = b.h.n_users + 1;
    uint64_t rows = b.lists.offset[half];
    assert_int_equal(b.lists.offset[2 * half], 2 * rows);
    same_bytes(m.values, rows * m.columns * sizeof(float), m.values + rows * m.columns,
               rows * m.columns * sizeof(float), "the same households again");
    feature_matrix_fini(&m);
    bench_fini(&b);
}

/* Of a stranger the product is known, and level 1's scores; no number is infinite. */
static void strangers_have_rows(void **state)
{
    (void)state;
    bench b;
    bench_init(&b);
    feature_matrix m = matrix_of(&b, 2);
    size_t i = b.h.n_users;
    assert_int_equal(b.users[i], HISTORY_NONE);
    assert_int_equal(b.lists.offset[i + 1] - b.lists.offset[i], 8);
    for (uint64_t r = b.lists.offset[i]; r < b.lists.offset[i + 1]; r++) {
        const float *row = m.values + r * m.columns;
        for (size_t c = 0; c < m.columns; c++) {
            const char *name = m.column[c].name;
            if (strncmp(name, "household_", 10) == 0 || strncmp(name, "department_", 11) == 0)
                assert_true(isnan(row[c]));
            if (strcmp(name, "pair_lines") == 0 || strcmp(name, "pair_decayed_95") == 0)
                assert_true(row[c] == 0);
            if (strcmp(name, "pair_recency") == 0)
                assert_true(isnan(row[c]));
            if (strcmp(name, "item_buyers") == 0)
                assert_true(row[c] >= 1);
        }
    }
    for (size_t v = 0; v < m.rows * m.columns; v++)
        assert_false(isinf(m.values[v]));
    feature_matrix_fini(&m);
    bench_fini(&b);
}

static bool is_clean(const char *name)
{
    for (; *name; name++)
        if ((unsigned char)*name < 0x80 && !strchr("abcdefghijklmnopqrstuvwxyz"
                                                   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_",
                                                   *name))
            return false;
    return true;
}

static void check_names(const feature_matrix *m)
{
    for (size_t c = 0; c < m->columns; c++) {
        assert_true(m->column[c].name[0] && is_clean(m->column[c].name));
        assert_true(m->column[c].meaning && m->column[c].meaning[0]);
        for (size_t d = 0; d < c; d++)
            assert_string_not_equal(m->column[c].name, m->column[d].name);
    }
}

/* Columns of the user's tables may be called anything. */
static void names_are_clean_and_unique(void **state)
{
    (void)state;
    static const char *const names[][2] = {
        {"department", "category"},
        {"pair", "household"},
        {"a name with blanks, and more of it, as long as this",
         "a name with blanks, and more of it, as long as that"},
        {"[{\"x\": 1}]", "[{\"x\", 1}]"},
        {"品類", "größe"},
        {"品類品類品類品類品類品類品類品類品類品類品類品類品類", "\xff\xfe"},
        {"item", "item"},
    };
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        bench b;
        bench_init(&b);
        for (int c = 0; c < 2; c++) {
            mem_free(b.a.products.names[c]);
            b.a.products.names[c] = mem_text(names[n][c]);
        }
        feature_matrix m = matrix_of(&b, 1);
        check_names(&m);
        feature_matrix_fini(&m);
        bench_fini(&b);
    }
}

static size_t categorical_columns(const char *yaml)
{
    bench b;
    receipts r;
    receipts_init(&r, 23);
    bench_open(&b, &r, yaml, RECEIPTS_END);
    feature_matrix m = matrix_of(&b, 2);
    size_t n = 0;
    for (size_t c = 0; c < m.columns; c++)
        n += m.column[c].categorical;
    check_names(&m);
    feature_matrix_fini(&m);
    bench_fini(&b);
    receipts_fini(&r);
    return n;
}

static void columns_of_many_levels_are_left_out(void **state)
{
    (void)state;
    assert_int_equal(categorical_columns(RECEIPTS_SMALL), 3);
    assert_int_equal(categorical_columns(RECEIPTS_SMALL "features: {category_levels: 10}"), 3);
    assert_int_equal(categorical_columns(RECEIPTS_SMALL "features: {category_levels: 9}"), 2);
    assert_int_equal(categorical_columns(RECEIPTS_SMALL "features: {category_levels: 0}"), 0);
}

/* More purchases of a pair than gaps are kept of. */
static void families_may_be_left_out(void **state)
{
    (void)state;
    receipts r;
    bench all, some;
    feature_matrix a, b;
    receipts_init(&r, 23);
    bench_open(&all, &r, RECEIPTS_SMALL "features: {without: []}\n", RECEIPTS_END - 10);
    bench_open(&some, &r, RECEIPTS_SMALL "features: {without: [item, level1, store]}",
               RECEIPTS_END - 10);
    assert_int_equal(feature_matrix_init(&a, &all.facts, &all.h, &all.lists, all.users, 2, NULL),
                     0);
    assert_int_equal(
        feature_matrix_init(&b, &some.facts, &some.h, &some.lists, some.users, 2, NULL), 0);
    size_t kept = 0;
    for (size_t c = 0; c < a.columns; c++) {
        const char *family = feature_family_table[a.column[c].family]->name;
        if (strcmp(family, "item") == 0 || strcmp(family, "level1") == 0 ||
            strcmp(family, "store") == 0)
            continue;
        assert_string_equal(b.column[kept].name, a.column[c].name);
        for (size_t row = 0; row < a.rows; row++)
            assert_memory_equal(&a.values[row * a.columns + c], &b.values[row * b.columns + kept],
                                sizeof(float));
        kept++;
    }
    assert_int_equal(b.columns, kept);
    feature_matrix_fini(&a);
    feature_matrix_fini(&b);
    aisle_error err = AISLE_ERROR_INIT;
    feature_facts facts;
    char *name = "items";
    features_options wrong = {.without = {&name, 1}};
    assert_int_equal(feature_facts_init(&facts, &some.h, &wrong, &err), AISLE_ERROR_CONFIG);
    assert_non_null(strstr(err.message, "'items'"));
    bench_fini(&all);
    bench_fini(&some);
    receipts_fini(&r);
}

static void a_pair_may_have_many_purchases(void **state)
{
    (void)state;
    bench b;
    receipts r = {0};
    for (int32_t d = 0; d < 1500; d++)
        receipts_add(&r, (receipt){100, 1005, d, 10000 + d, 1, 2});
    receipts_add(&r, (receipt){107, 1010, 9999, 10000, 1, 2});
    bench_open(&b, &r, RECEIPTS_SMALL "features: {without: []}\n", 11500);
    feature_matrix m = matrix_of(&b, 2);
    for (size_t c = 0; c < m.columns; c++) {
        if (strcmp(m.column[c].name, "pair_gap_mean") == 0 ||
            strcmp(m.column[c].name, "pair_gap_median") == 0)
            assert_true(m.values[c] == 1);
        if (strcmp(m.column[c].name, "pair_gap_deviation") == 0)
            assert_true(m.values[c] == 0);
        if (strcmp(m.column[c].name, "pair_lines") == 0)
            assert_true(m.values[c] == 1500);
    }
    feature_matrix_fini(&m);
    bench_fini(&b);
    receipts_fini(&r);
}

static void no_rows_have_columns(void **state)
{
    (void)state;
    bench b;
    bench_init(&b);
    candidate_lists none = b.lists;
    none.n = 0;
    feature_matrix m, all = matrix_of(&b, 1);
    assert_int_equal(feature_matrix_init(&m, &b.facts, &b.h, &none, b.users, 2, NULL), AISLE_OK);
    assert_int_equal(m.rows, 0);
    assert_int_equal(m.columns, all.columns);
    feature_matrix_fini(&m);
    feature_matrix_fini(&all);
    bench_fini(&b);
}

static void memory_runs_out(void **state)
{
    (void)state;
    bench b;
    bench_init(&b);
    aisle_status status = AISLE_ERROR_MEMORY;
    for (long n = 0; status != AISLE_OK; n++) {
        feature_facts facts;
        feature_matrix m = {0};
        mem_fail_after(n);
        status = feature_facts_init(&facts, &b.h, &b.config->features, NULL);
        if (status == AISLE_OK) {
            status = feature_matrix_init(&m, &facts, &b.h, &b.lists, b.users, 2, NULL);
            feature_facts_fini(&facts);
        }
        mem_fail_after(-1);
        assert_true(status == AISLE_OK || status == AISLE_ERROR_MEMORY);
        feature_matrix_fini(&m);
        assert_true(n < 1000);
    }
    bench_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(rows_stand_alone),
        cmocka_unit_test(strangers_have_rows),
        cmocka_unit_test(names_are_clean_and_unique),
        cmocka_unit_test(columns_of_many_levels_are_left_out),
        cmocka_unit_test(families_may_be_left_out),
        cmocka_unit_test(a_pair_may_have_many_purchases),
        cmocka_unit_test(no_rows_have_columns),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests_name("features", tests, NULL, NULL);
}
