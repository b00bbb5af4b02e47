/* Every numeric column against its slow twin, and what level 1 said as it was said. */
#include "base/mem.h"
#include "features/matrix.h"
#include "naive_features.h"

#include <math.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { USERS = 7, ITEMS = 10, SOURCES = 2 };

/* Some users, one of them a stranger, each with every third product. */
typedef struct bench {
    receipts r;
    aisle_config *config;
    aisle_dataset *d;
    assortment a;
    households h;
    feature_facts facts;
    candidate_lists lists;
    uint32_t users[USERS];
    feature_matrix m;
} bench;

static void make_lists(bench *b)
{
    candidate_lists *l = &b->lists;
    uint64_t rows = 0;
    l->n = USERS;
    l->n_sources = SOURCES;
    l->offset = NEW_ZEROED(uint64_t, USERS + 1);
    l->item = NEW_ARRAY(uint32_t, USERS * ITEMS);
    l->source = NEW_ARRAY(uint32_t, SOURCES);
    l->source[0] = 0;
    l->source[1] = 2;
    for (uint32_t i = 0; i < USERS; i++) {
        b->users[i] = i == 4 ? HISTORY_NONE : i * 7 % b->h.n_users;
        for (uint32_t item = i; item < b->a.n_items && rows < l->offset[i] + ITEMS; item += 7)
            l->item[rows++] = item;
        l->offset[i + 1] = rows;
    }
    l->score = NEW_ARRAY(float, rows *SOURCES);
    l->rank = NEW_ARRAY(uint16_t, rows * SOURCES);
    for (uint64_t r = 0; r < rows * SOURCES; r++) {
        l->rank[r] = r % 5 ? (uint16_t)(r % 300) : 0;
        l->score[r] = l->rank[r] ? (float)r / 3 : NAN;
    }
}

static void bench_init(bench *b, int32_t as_of, bool chain_wide)
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
    b->r.chain_wide = b->r.no_discounts = chain_wide;
    b->config = receipts_config(RECEIPTS_ROLES "features: {without: []}\n");
    b->d = receipts_build(&b->r, b->config);
    if (history_init(&b->a, &b->h, b->d, as_of, NULL, &err) ||
        assortment_plan_promotions(&b->a, b->d, NAIVE_PLANNED_WEEKS, &err) ||
        feature_facts_init(&b->facts, &b->h, &b->config->features, &err))
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
    assortment_fini(&b->a);
    aisle_dataset_free(b->d);
    aisle_config_free(b->config);
    receipts_fini(&b->r);
}

static void compare(const char *name, const naive_query *q, double found, double expected)
{
    if (isnan(found) && isnan(expected))
        return;
    if (!(fabs(found - expected) <= 2e-5 * fmax(1, fabs(expected))))
        fail_msg("%s of household %d, product %d: %.9g, its twin says %.9g", name, (int)q->user,
                 (int)q->item, found, expected);
}

static void compare_column(const bench *b, size_t column)
{
    const char *name = b->m.column[column].name;
    size_t known = 0;
    for (uint32_t i = 0; i < USERS; i++) {
        for (uint64_t r = b->lists.offset[i]; r < b->lists.offset[i + 1]; r++) {
            naive_query q = {&b->r, b->h.as_of,
                             b->users[i] == HISTORY_NONE ? 0 : b->h.users.ints[b->users[i]],
                             b->a.items.ints[b->lists.item[r]]};
            double found = (double)b->m.values[r * b->m.columns + column];
            compare(name, &q, found, naive_feature(&q, name));
            known += !isnan(found);
        }
    }
    if (known == 0)
        fail_msg("%s: nothing was compared", name);
}

static void equal_their_twins(void **state)
{
    static const int32_t days[] = {RECEIPTS_END, RECEIPTS_FIRST_DAY + 131, RECEIPTS_FIRST_DAY + 20,
                                   RECEIPTS_FIRST_DAY + 140};
    (void)state;
    for (size_t d = 0; d < sizeof days / sizeof *days; d++) {
        bench b;
        size_t compared = 0;
        bench_init(&b, days[d], d == 3);
        for (size_t c = 0; c < b.m.columns; c++) {
            if (!naive_has_feature(b.m.column[c].name))
                continue;
            compare_column(&b, c);
            compared++;
        }
        size_t discounts = b.r.no_discounts ? 0 : 7 + 2;
        assert_int_equal(compared,
                         23 + 12 + 14 + 2 * 7 + 24 + 6 + 8 + (8 + 2 * 2) + 2 * 3 + 5 + discounts);
        bench_fini(&b);
    }
}

static size_t column_of(const bench *b, const char *name)
{
    for (size_t c = 0; c < b->m.columns; c++)
        if (strcmp(b->m.column[c].name, name) == 0)
            return c;
    fail_msg("no column %s", name);
    return 0;
}

static void level1_is_as_it_was_said(void **state)
{
    (void)state;
    bench b;
    bench_init(&b, RECEIPTS_END, false);
    size_t score = column_of(&b, "own_decay_score"), rank = column_of(&b, "own_decay_rank");
    size_t popular = column_of(&b, "popular_rank"), sources = column_of(&b, "sources");
    for (size_t r = 0; r < b.m.rows; r++) {
        const float *row = b.m.values + r * b.m.columns;
        const uint16_t *ranks = b.lists.rank + r * SOURCES;
        assert_memory_equal(&row[score], &b.lists.score[r * SOURCES + 1], sizeof(float));
        assert_true(ranks[1] ? row[rank] == ranks[1] : isnan(row[rank]));
        assert_true(ranks[0] ? row[popular] == ranks[0] : isnan(row[popular]));
        assert_true(row[sources] == (float)((ranks[0] > 0) + (ranks[1] > 0)));
    }
    bench_fini(&b);
}

static const char *level_name(const id_table *levels, float code, char buffer[32])
{
    return isnan(code) ? NULL : id_table_text(levels, (uint32_t)code, buffer);
}

static void same_level(const char *found, const char *expected)
{
    assert_int_equal(found != NULL, expected != NULL);
    if (found)
        assert_string_equal(found, expected);
}

static void categories_are_their_levels(void **state)
{
    (void)state;
    bench b;
    char buffer[32];
    bench_init(&b, RECEIPTS_END, false);
    size_t department = column_of(&b, "product_department"),
           income = column_of(&b, "household_income");
    assert_true(b.m.column[department].categorical && b.m.column[income].categorical);
    for (uint32_t i = 0; i < USERS; i++)
        for (uint64_t r = b.lists.offset[i]; r < b.lists.offset[i + 1]; r++) {
            const float *row = b.m.values + r * b.m.columns;
            same_level(level_name(&b.a.products.levels[0], row[department], buffer),
                       receipts_department(b.a.items.ints[b.lists.item[r]]));
            same_level(level_name(&b.a.segments.levels[0], row[income], buffer),
                       b.users[i] == HISTORY_NONE ? NULL
                                                  : receipts_income(b.h.users.ints[b.users[i]]));
        }
    bench_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_their_twins),
        cmocka_unit_test(level1_is_as_it_was_said),
        cmocka_unit_test(categories_are_their_levels),
    };
    return cmocka_run_group_tests_name("feature twins", tests, NULL, NULL);
}
