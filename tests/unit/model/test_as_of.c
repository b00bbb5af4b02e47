/* The one rule: change every receipt at or after T, and nothing that is built as of T changes by
 * a bit. */
#include "base/mem.h"
#include "base/rng.h"
#include "model/training.h"
#include "receipts.h"
#include "same.h"

#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { T = RECEIPTS_FIRST_DAY + 7 * 20, HORIZON = 21 };

static const char yaml[] = RECEIPTS_SMALL "catalogue: c\n"
                                          "catalogues: {c: {price_above: 0.9, share_from: 0.02, "
                                          "share_to: 0.9, categories_out: [c3], top: 60}}\n";

/* All receipts, some of them returns, on both sides of T. */
static void receipts_before_and_after(receipts *r)
{
    receipts_init(r, 41);
    for (size_t l = 0, n = r->n; l < n; l += 37) {
        receipt back = r->lines[l];
        back.quantity = -1;
        back.value = -1;
        back.day += 2;
        back.basket += 100000;
        receipts_add(r, back);
    }
}

static void drop_after(receipts *r)
{
    size_t kept = 0;
    for (size_t l = 0; l < r->n; l++)
        if (r->lines[l].day < T)
            r->lines[kept++] = r->lines[l];
    r->n = kept;
}

static void nothing_after(receipts *r)
{
    drop_after(r);
}

static void other_amounts(receipts *r)
{
    for (size_t l = 0; l < r->n; l++)
        if (r->lines[l].day >= T) {
            r->lines[l].quantity *= 1000;
            r->lines[l].value *= 7;
        }
}

static void other_items(receipts *r)
{
    rng g = rng_init(1, 1);
    for (size_t l = 0; l < r->n; l++)
        if (r->lines[l].day >= T)
            r->lines[l].item = 1000 + 5 * rng_below(&g, 80);
}

/* Products and households whose ids sort between and before those that are known. */
static void newcomers(receipts *r)
{
    rng g = rng_init(2, 1);
    for (size_t l = 0; l < r->n; l++) {
        if (r->lines[l].day < T)
            continue;
        r->lines[l].item = rng_below(&g, 2) ? r->lines[l].item + 1 + rng_below(&g, 4)
                                            : -(int64_t)rng_below(&g, 50);
        r->lines[l].user = rng_below(&g, 2) ? r->lines[l].user + 3 : -5;
    }
}

/* Ids that are no number: before T all of them are. */
static void ids_of_letters(receipts *r)
{
    for (size_t l = 0; l < r->n; l++)
        if (r->lines[l].day >= T) {
            r->lines[l].item += 5000;
            r->lines[l].user += 5000;
        }
}

/* Everything ever bought is brought back. */
static void returns_of_all(receipts *r)
{
    size_t n = r->n;
    for (size_t l = 0; l < n; l++)
        if (r->lines[l].day < T)
            receipts_add(r, (receipt){r->lines[l].user, r->lines[l].item, 900000 + (int64_t)l, T,
                                      -r->lines[l].quantity, -r->lines[l].value});
}

static void much_later(receipts *r)
{
    for (size_t l = 0; l < r->n; l++)
        if (r->lines[l].day >= T)
            r->lines[l].day += 3000;
}

typedef struct change {
    const char *name;
    void (*apply)(receipts *r);
} change;

static const change changes[] = {
    {"nothing after", nothing_after},   {"other amounts", other_amounts},
    {"other items", other_items},       {"newcomers", newcomers},
    {"ids of letters", ids_of_letters}, {"returns of all", returns_of_all},
    {"much later", much_later},
};

/* All that is built as of T, or from labels up to T. */
typedef struct built {
    aisle_config *config;
    aisle_dataset *d;
    snapshot s;
    candidate_lists lists;
    uint32_t *users;
    feature_matrix m;
    training_rows rows;
    char *trees;
    size_t trees_length;
} built;

static void train(built *b)
{
    aisle_error err = AISLE_ERROR_INIT;
    stages clock = {0};
    training_counts counts = {0};
    ranker *r = NULL;
    split s = {.n_labels = 2,
               .labels = {{T - 2 * HORIZON, T - HORIZON}, {T - HORIZON, T}},
               .labels_as_of = {T - 2 * HORIZON, T - HORIZON},
               .catalogue_as_of = T - 2 * HORIZON};
    training_job job = {b->d, b->config, &s, false};
    if (training_rows_init(&b->rows, &counts, &job, 1, &clock, &err) ||
        training_run(&r, &counts, &job, &clock, &err) ||
        ranker_write(&b->trees, &b->trees_length, r, &err))
        fail_msg("%s", err.message);
    ranker_free(r);
}

static void build(built *b, const receipts *r)
{
    aisle_error err = AISLE_ERROR_INIT;
    stages clock = {0};
    memset(b, 0, sizeof *b);
    b->config = receipts_config(yaml);
    b->d = receipts_build(r, b->config);
    snapshot_source source = {b->d, b->config, T, T - HORIZON, NULL};
    if (snapshot_init(&b->s, &source, &clock, &err))
        fail_msg("%s", err.message);
    uint32_t n = b->s.h.n_users;
    b->users = NEW_ARRAY(uint32_t, n);
    for (uint32_t u = 0; u < n; u++)
        b->users[u] = u;
    retriever_query query = {.users = b->users, .n = n};
    if (blend_init(&b->lists, &b->s.l, &query, 0, &err) ||
        feature_matrix_init(&b->m, &b->s.facts, &b->lists, b->users, 2, &err))
        fail_msg("%s", err.message);
    train(b);
}

static void built_fini(built *b)
{
    mem_free(b->trees);
    training_rows_fini(&b->rows);
    feature_matrix_fini(&b->m);
    candidate_lists_fini(&b->lists);
    mem_free(b->users);
    snapshot_fini(&b->s);
    aisle_dataset_free(b->d);
    aisle_config_free(b->config);
}

static void same_rows(const training_rows *a, const training_rows *b)
{
    assert_true(a->m.rows > 100);
    same_matrix(&a->m, &b->m);
    same_bytes(a->label, a->m.rows * sizeof *a->label, b->label, b->m.rows * sizeof *b->label,
               "labels");
    same_bytes(a->group, a->groups * sizeof *a->group, b->group, b->groups * sizeof *b->group,
               "groups");
}

static void nothing_of_later_is_seen(void **state)
{
    (void)state;
    receipts r;
    receipts_before_and_after(&r);
    r.ids = IDS_MIXED;
    built a;
    build(&a, &r);
    for (size_t c = 0; c < sizeof changes / sizeof *changes; c++) {
        receipts changed;
        built b;
        print_message("%s\n", changes[c].name);
        receipts_copy(&changed, &r);
        changes[c].apply(&changed);
        receipts_shuffle(&changed, c);
        build(&b, &changed);
        same_history(&a.s.h, &b.s.h);
        same_catalogue(&a.s.c, &b.s.c);
        same_level1(&a.s.l, &b.s.l);
        same_candidates(&a.lists, &b.lists);
        same_facts(&a.s.facts, &b.s.facts);
        same_matrix(&a.m, &b.m);
        same_rows(&a.rows, &b.rows);
        same_bytes(a.trees, a.trees_length, b.trees, b.trees_length, "trees");
        built_fini(&b);
        receipts_fini(&changed);
    }
    built_fini(&a);
    receipts_fini(&r);
}

/* The probe itself: a change one day before T is seen by all of them. */
static void the_day_before_is_seen(void **state)
{
    (void)state;
    receipts r;
    receipts_before_and_after(&r);
    built a, b;
    build(&a, &r);
    for (size_t l = 0; l < r.n; l++)
        if (r.lines[l].day == T - 1)
            r.lines[l].item = 1000 + (r.lines[l].item + 35) % 400;
    build(&b, &r);
    assert_memory_not_equal(a.s.h.item, b.s.h.item, a.s.h.lines * sizeof(uint32_t));
    assert_int_not_equal(a.m.rows * 1000 + a.trees_length, b.m.rows * 1000 + b.trees_length);
    size_t r_als = (size_t)(retriever_find("als") - retriever_table);
    state_array x[8], y[8];
    retriever_table[r_als].arrays(x, a.s.l.state[r_als]);
    retriever_table[r_als].arrays(y, b.s.l.state[r_als]);
    assert_memory_not_equal(*x[0].data, *y[0].data, x[0].size * 10);
    built_fini(&a);
    built_fini(&b);
    receipts_fini(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_of_later_is_seen),
        cmocka_unit_test(the_day_before_is_seen),
    };
    return cmocka_run_group_tests_name("as of", tests, NULL, NULL);
}
