/* A household's rows are worked out of its own receipts and of what is known of products: asked
 * alone, or with any others, it gets the bytes that it gets among the fit's households. */
#include "base/mem.h"
#include "features/matrix.h"
#include "receipts.h"
#include "same.h"

#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { AS_OF = RECEIPTS_END - 10, PLANNED = 3 };

static const char shape[] = RECEIPTS_ROLES
    "candidates: {popular: {quota: 8}, popular_store: {quota: 5}, popular_segment: {quota: 4}, "
    "own_decay: {quota: 9}, own_due: {quota: 4}, als: {quota: 5, factors: 4, iterations: 2}, "
    "item_cosine: {quota: 4}, co_basket: {quota: 5}, similar_users: {quota: 5}, tifu_knn: "
    "{quota: 4}, up_cf: {quota: 4}}\n"
    "features: {without: []}\n";

/* The fit's households, and the rows that each of them has among all. */
static struct bench {
    aisle_config *config;
    aisle_dataset *d;
    assortment a;
    households h;
    catalogue c;
    level1 l;
    feature_facts facts;
    candidate_lists lists;
    feature_matrix m;
} b;

/* Candidates and rows of everybody in some households. */
static void ask_all(candidate_lists *lists, feature_matrix *m, const households *h)
{
    aisle_error err = AISLE_ERROR_INIT;
    uint32_t users[RECEIPTS_HOUSEHOLDS];
    assert_true(h->n_users <= RECEIPTS_HOUSEHOLDS);
    for (uint32_t u = 0; u < h->n_users; u++)
        users[u] = u;
    retriever_query query = {.h = h, .users = users, .n = h->n_users};
    if (blend_init(lists, &b.l, &query, 12, &err) ||
        feature_matrix_init(m, &b.facts, h, lists, users, 2, &err))
        fail_msg("%s", err.message);
}

static int set_up(void **state)
{
    (void)state;
    receipts r;
    aisle_error err = AISLE_ERROR_INIT;
    receipts_init(&r, 29);
    receipts_init_promotions(&r, 30);
    b.config = receipts_config(shape);
    b.d = receipts_build(&r, b.config);
    receipts_fini(&r);
    if (history_init(&b.a, &b.h, b.d, AS_OF, NULL, &err) ||
        assortment_plan_promotions(&b.a, b.d, PLANNED, &err) ||
        catalogue_init(&b.c, &b.h, NULL, NULL, &err) ||
        level1_init(&b.l, &b.h, &b.c, &b.config->candidates, NULL, 1, 2, &err) ||
        feature_facts_init(&b.facts, &b.h, &b.config->features, &err))
        fail_msg("%s", err.message);
    ask_all(&b.lists, &b.m, &b.h);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    feature_matrix_fini(&b.m);
    candidate_lists_fini(&b.lists);
    feature_facts_fini(&b.facts);
    level1_fini(&b.l);
    catalogue_fini(&b.c);
    households_fini(&b.h);
    assortment_fini(&b.a);
    aisle_dataset_free(b.d);
    aisle_config_free(b.config);
    return 0;
}

/* Row `row` of m is row `as` of the fit's, in every column of the family. */
static void same_family(const feature_matrix *m, uint64_t row, uint64_t as, size_t family)
{
    const float *x = m->values + row * m->columns, *y = b.m.values + as * m->columns;
    for (size_t c = 0; c < m->columns; c++)
        if (m->column[c].family == family && memcmp(&x[c], &y[c], sizeof(float)) != 0)
            fail_msg("family %s: %s is %.9g, among all households %.9g",
                     feature_family_table[family]->name, m->column[c].name, (double)x[c],
                     (double)y[c]);
}

/* List i of some households is list u of the fit's, with the same candidates and rows. */
static void same_rows_of(const candidate_lists *lists, const feature_matrix *m, size_t i,
                         uint32_t u)
{
    uint64_t from = lists->offset[i], as = b.lists.offset[u], n = lists->offset[i + 1] - from;
    size_t sources = lists->n_sources;
    assert_true(n > 0);
    same_bytes(lists->item + from, n * 4, b.lists.item + as, (b.lists.offset[u + 1] - as) * 4,
               "candidates");
    same_bytes(lists->score + from * sources, n * sources * 4, b.lists.score + as * sources,
               n * sources * 4, "scores of sources");
    same_bytes(lists->rank + from * sources, n * sources * 2, b.lists.rank + as * sources,
               n * sources * 2, "ranks of sources");
    assert_int_equal(m->columns, b.m.columns);
    for (uint64_t r = 0; r < n; r++)
        for (size_t f = 0; f < feature_family_count; f++)
            same_family(m, from + r, as + r, f);
}

/* Those of the fit's households whose number leaves `part` modulo `parts`. */
static void check_part(uint32_t part, uint32_t parts)
{
    aisle_error err = AISLE_ERROR_INIT;
    households some;
    candidate_lists lists;
    feature_matrix m;
    uint8_t *left_out = NEW_ARRAY(uint8_t, b.d->users.count);
    for (size_t d = 0; d < b.d->users.count; d++)
        left_out[d] = b.h.user_of[d] % parts != part;
    if (households_init(&some, &b.a, b.d, AS_OF, left_out, &err) || households_check(&some, &err))
        fail_msg("%s", err.message);
    assert_int_equal(some.n_users, (b.h.n_users - part + parts - 1) / parts);
    ask_all(&lists, &m, &some);
    for (uint32_t i = 0; i < some.n_users; i++) {
        uint32_t u = part + i * parts;
        assert_int_equal(some.users.ints[i], b.h.users.ints[u]);
        same_rows_of(&lists, &m, i, u);
    }
    feature_matrix_fini(&m);
    candidate_lists_fini(&lists);
    households_fini(&some);
    mem_free(left_out);
}

/* What is compared has columns of every family, and known values in each. */
static void every_family_is_there(void **state)
{
    (void)state;
    assert_true(feature_family_count > 10 && b.h.n_users == RECEIPTS_HOUSEHOLDS);
    for (size_t f = 0; f < feature_family_count; f++) {
        size_t known = 0;
        for (size_t c = 0; c < b.m.columns; c++)
            for (size_t r = 0; b.m.column[c].family == f && r < b.m.rows; r++)
                known += b.m.values[r * b.m.columns + c] == b.m.values[r * b.m.columns + c];
        if (known == 0)
            fail_msg("nothing of family %s is known", feature_family_table[f]->name);
    }
}

static void alone_as_among_all(void **state)
{
    (void)state;
    for (uint32_t u = 0; u < b.h.n_users; u++)
        check_part(u, b.h.n_users);
}

static void parts_as_the_whole(void **state)
{
    (void)state;
    static const uint32_t parts[] = {1, 3, 16};
    for (size_t p = 0; p < sizeof parts / sizeof *parts; p++)
        for (uint32_t part = 0; part < parts[p]; part++)
            check_part(part, parts[p]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_family_is_there),
        cmocka_unit_test(alone_as_among_all),
        cmocka_unit_test(parts_as_the_whole),
    };
    return cmocka_run_group_tests_name("guest rows", tests, set_up, tear_down);
}
