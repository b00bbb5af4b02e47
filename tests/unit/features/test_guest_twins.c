/* A household that is asked as of a day of its own: what is of its receipts goes by that day, what
 * is of products by the fit's. Each column against its slow twin as of one or the other. */
#include "base/mem.h"
#include "features/matrix.h"
#include "naive_features.h"

#include <math.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { T = RECEIPTS_FIRST_DAY + 150, EACH = 5, MOST_USERS = 20 };

/* The fit's T is the first, the day that is asked for the second. */
typedef struct bench {
    receipts r;
    aisle_config *config;
    aisle_dataset *d;
    assortment a;
    households fit, h;
    feature_facts facts;
    candidate_lists lists;
    uint32_t users[MOST_USERS];
    feature_matrix m;
} bench;

static void make_lists(bench *b)
{
    candidate_lists *l = &b->lists;
    uint64_t rows = 0;
    l->n = b->h.n_users;
    assert_true(l->n > 0 && l->n <= MOST_USERS);
    l->offset = NEW_ZEROED(uint64_t, l->n + 1);
    l->item = NEW_ARRAY(uint32_t, l->n * EACH);
    for (uint32_t u = 0; u < l->n; u++) {
        b->users[u] = u;
        for (uint32_t i = u % 11; i < b->a.n_items && rows < l->offset[u] + EACH; i += 11)
            l->item[rows++] = i;
        l->offset[u + 1] = rows;
    }
    l->source = NEW_ARRAY(uint32_t, 0);
    l->score = NEW_ARRAY(float, 0);
    l->rank = NEW_ARRAY(uint16_t, 0);
}

static void bench_init(bench *b, int32_t fit, int32_t asked)
{
    aisle_error err = AISLE_ERROR_INIT;
    memset(b, 0, sizeof *b);
    receipts_init(&b->r, 17);
    size_t kept = 0;
    for (size_t l = 0; l < b->r.n; l++)
        if (b->r.lines[l].user < NAIVE_LAST_USER)
            b->r.lines[kept++] = b->r.lines[l];
    b->r.n = kept;
    receipts_init_promotions(&b->r, 18);
    b->config = receipts_config(RECEIPTS_ROLES "features: {without: []}\n");
    b->d = receipts_build(&b->r, b->config);
    if (history_init(&b->a, &b->fit, b->d, fit, NULL, &err) ||
        assortment_plan_promotions(&b->a, b->d, NAIVE_PLANNED_WEEKS, &err) ||
        feature_facts_init(&b->facts, &b->fit, &b->config->features, &err) ||
        households_init(&b->h, &b->a, b->d, asked, NULL, &err) || households_check(&b->h, &err))
        fail_msg("%s", err.message);
    make_lists(b);
    if (feature_matrix_init(&b->m, &b->facts, &b->h, &b->lists, b->users, 2, &err))
        fail_msg("%s", err.message);
}

static void bench_fini(bench *b)
{
    feature_matrix_fini(&b->m);
    candidate_lists_fini(&b->lists);
    feature_facts_fini(&b->facts);
    households_fini(&b->h);
    households_fini(&b->fit);
    assortment_fini(&b->a);
    aisle_dataset_free(b->d);
    aisle_config_free(b->config);
    receipts_fini(&b->r);
}

static bool is_one_of(const char *name, const char *const *list)
{
    for (; *list; list++) {
        size_t n = strlen(*list);
        bool any = (*list)[n - 1] == '*';
        if (any ? strncmp(name, *list, n - 1) == 0 : strcmp(name, *list) == 0)
            return true;
    }
    return false;
}

/* Of the household's receipts alone, but for the products' levels; and of products alone. */
static const char *const own_columns[] = {"pair_*",
                                          "household_*",
                                          "visit_*",
                                          "department_lines*",
                                          "department_share",
                                          "department_recency*",
                                          "category_lines*",
                                          "category_share",
                                          "category_recency*",
                                          "spend_pair",
                                          "spend_pair_13w",
                                          "spend_pair_share",
                                          "spend_pair_last",
                                          "rank_department_own",
                                          "rank_category_own",
                                          "habit_lines_52w",
                                          "habit_household_*",
                                          "discount_pair*",
                                          "discount_household",
                                          "discount_department",
                                          "discount_category",
                                          "promotion_household_*",
                                          "promotion_pair_*",
                                          NULL};
static const char *const product_columns[] = {"item_*",
                                              "department_weekly",
                                              "category_weekly",
                                              "rank_department",
                                              "rank_department_4w",
                                              "rank_category",
                                              "rank_category_4w",
                                              "discount_item*",
                                              "promotion_lines_*",
                                              "promotion_display*",
                                              "promotion_mailer*",
                                              "promotion_recency",
                                              "promotion_weeks_13w",
                                              "promotion_planned_display*",
                                              "promotion_planned_mailer*",
                                              "promotion_planned_first",
                                              NULL};
/* Divided by what is of products. */
static const char *const both[] = {"pair_recency_over_item_gap", "household_income", NULL};

static void compare_column(const bench *b, size_t c, int32_t as_of)
{
    const char *name = b->m.column[c].name;
    size_t known = 0;
    for (uint32_t u = 0; u < b->h.n_users; u++)
        for (uint64_t r = b->lists.offset[u]; r < b->lists.offset[u + 1]; r++) {
            naive_query q = {&b->r, as_of, b->h.users.ints[u], b->a.items.ints[b->lists.item[r]]};
            double found = (double)b->m.values[r * b->m.columns + c];
            double expected = naive_feature(&q, name);
            known += !isnan(found);
            if (isnan(found) && isnan(expected))
                continue;
            if (!(fabs(found - expected) <= 2e-5 * fmax(1, fabs(expected))))
                fail_msg("%s of household %d, product %d: %.9g, its twin as of %d says %.9g", name,
                         (int)q.user, (int)q.item, found, (int)as_of, expected);
        }
    if (known == 0)
        fail_msg("%s: nothing was compared", name);
}

static void compare_columns(const bench *b, const char *const *own, size_t own_least,
                            size_t product_least)
{
    size_t compared[2] = {0, 0};
    for (size_t c = 0; c < b->m.columns; c++) {
        const char *name = b->m.column[c].name;
        if (is_one_of(name, both))
            continue;
        if (is_one_of(name, own)) {
            compare_column(b, c, b->h.as_of);
            compared[0]++;
        } else if (is_one_of(name, product_columns) && naive_has_feature(name)) {
            compare_column(b, c, b->a.as_of);
            compared[1]++;
        }
    }
    assert_true(compared[0] >= own_least && compared[1] >= product_least);
}

static void each_goes_by_its_day(void **state)
{
    (void)state;
    static const int32_t days[] = {T + 33, T - 40, RECEIPTS_END + 200};
    for (size_t d = 0; d < sizeof days / sizeof *days; d++) {
        bench b;
        bench_init(&b, T, days[d]);
        assert_null(b.h.foreign);
        compare_columns(&b, own_columns, 60, 30);
        bench_fini(&b);
    }
}

/* What was bought of products that the fit does not know is of the household all the same. */
static void unknown_products_count(void **state)
{
    (void)state;
    static const char *const sums[] = {"household_*", "visit_*", "habit_household_weekday",
                                       "discount_household", NULL};
    bench b;
    uint32_t unknown = 0;
    bench_init(&b, RECEIPTS_FIRST_DAY + 9, RECEIPTS_FIRST_DAY + 60);
    for (size_t i = 0; i < b.h.baskets; i++)
        unknown += b.h.foreign[i].lines;
    assert_true(unknown > 50);
    compare_columns(&b, sums, 20, 0);
    bench_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_goes_by_its_day),
        cmocka_unit_test(unknown_products_count),
    };
    return cmocka_run_group_tests_name("guest twins", tests, NULL, NULL);
}
