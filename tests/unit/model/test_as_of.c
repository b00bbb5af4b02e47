/* The one rule: change every receipt at or after T, and nothing that is built as of T changes by
 * a bit. */
#include "base/mem.h"
#include "base/rng.h"
#include "features/facts/item_facts.h"
#include "model/answer/companions.h"
#include "model/training.h"
#include "receipts.h"
#include "same.h"

#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { T = RECEIPTS_FIRST_DAY + 7 * 20, HORIZON = 21 };

/* T is the first day of this week. */
enum { WEEK = 21, PLANNED = 3 };

static const char plain[] = RECEIPTS_SMALL "catalogue: c\n"
                                           "catalogues: {c: {price_above: 0.9, share_from: 0.02, "
                                           "share_to: 0.9, categories_out: [c3], top: 60}}\n"
                                           "features: {without: []}\n";
static const char planned[] = RECEIPTS_SMALL "features: {planned_promotions: true, without: []}\n";

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
    receipts_init_promotions(r, 43);
}

static void nothing_after(receipts *r)
{
    receipts_cut(r, T);
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

static void no_promotions(receipts *r, int32_t since)
{
    size_t kept = 0;
    for (size_t p = 0; p < r->n_promotions; p++)
        if (r->promotions[p].week < since)
            r->promotions[kept++] = r->promotions[p];
    r->n_promotions = kept;
}

static void other_promotions(receipts *r, int32_t since)
{
    for (size_t p = 0; p < r->n_promotions; p++) {
        promotion *one = &r->promotions[p];
        if (one->week < since)
            continue;
        one->kind ^= AISLE_PROMOTION_DISPLAY | AISLE_PROMOTION_MAILER;
        one->item = 1000 + (one->item + 35) % 400;
        one->store = one->week % 2 ? 20 : one->store;
    }
}

static void no_promotions_after(receipts *r)
{
    no_promotions(r, WEEK);
}

static void other_promotions_after(receipts *r)
{
    other_promotions(r, WEEK);
}

static void no_promotions_beyond(receipts *r)
{
    no_promotions(r, WEEK + PLANNED);
}

static void other_promotions_beyond(receipts *r)
{
    other_promotions(r, WEEK + PLANNED);
}

typedef struct change {
    const char *name;
    void (*apply)(receipts *r);
} change;

static const change changes[] = {
    {"nothing after", nothing_after},
    {"other amounts", other_amounts},
    {"other items", other_items},
    {"newcomers", newcomers},
    {"ids of letters", ids_of_letters},
    {"returns of all", returns_of_all},
    {"much later", much_later},
    {"no promotions", no_promotions_after},
    {"other promotions", other_promotions_after},
};

/* Where the promotions of three weeks from T on are known in advance. */
static const change changes_beyond[] = {
    {"nothing after", nothing_after},
    {"no promotions beyond", no_promotions_beyond},
    {"other promotions beyond", other_promotions_beyond},
};

/* All that is built as of T, or from labels up to T. */
typedef struct built {
    aisle_config *config;
    aisle_dataset *d;
    snapshot s;
    companions together;
    households asking; /* the same as guests */
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
    training_job job = {.dataset = b->d, .config = b->config, .windows = &s};
    if (training_rows_init(&b->rows, &counts, &job, 1, &clock, &err) ||
        training_run(&r, &counts, &job, &clock, &err) ||
        ranker_write(&b->trees, &b->trees_length, r, &err))
        fail_msg("%s", err.message);
    ranker_free(r);
}

static void build(built *b, const receipts *r, const char *yaml)
{
    aisle_error err = AISLE_ERROR_INIT;
    stages clock = {0};
    memset(b, 0, sizeof *b);
    b->config = receipts_config(yaml);
    b->d = receipts_build(r, b->config);
    snapshot_source source = {b->d, b->config, T, T - HORIZON, NULL, NULL};
    if (snapshot_init(&b->s, &source, &clock, &err) ||
        companions_init(&b->together, &b->s.h, 2, &err) ||
        households_init(&b->asking, &b->s.a, b->d, T, NULL, &err))
        fail_msg("%s", err.message);
    uint32_t n = b->s.h.n_users;
    b->users = NEW_ARRAY(uint32_t, n);
    for (uint32_t u = 0; u < n; u++)
        b->users[u] = u;
    retriever_query query = {.h = &b->s.h, .users = b->users, .n = n};
    if (blend_init(&b->lists, &b->s.l, &query, 0, &err) ||
        feature_matrix_init(&b->m, &b->s.facts, &b->s.h, &b->lists, b->users, 2, &err))
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
    households_fini(&b->asking);
    companions_fini(&b->together);
    snapshot_fini(&b->s);
    aisle_dataset_free(b->d);
    aisle_config_free(b->config);
}

static void same_companions(const companions *a, const companions *b)
{
    assert_true(a->entries > 100);
    assert_int_equal(a->n_items, b->n_items);
    assert_int_equal(a->entries, b->entries);
    same_bytes(a->baskets, a->n_items * sizeof *a->baskets, b->baskets,
               b->n_items * sizeof *b->baskets, "baskets of products");
    same_bytes(a->offset, (a->n_items + 1) * sizeof *a->offset, b->offset,
               (b->n_items + 1) * sizeof *b->offset, "companions' offsets");
    same_bytes(a->item, a->entries * sizeof *a->item, b->item, b->entries * sizeof *b->item,
               "companions");
    same_bytes(a->both, a->entries * sizeof *a->both, b->both, b->entries * sizeof *b->both,
               "baskets with both");
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

static void change_nothing(const char *yaml, const change *list, size_t n)
{
    receipts r;
    receipts_before_and_after(&r);
    r.ids = IDS_MIXED;
    built a;
    build(&a, &r, yaml);
    for (size_t c = 0; c < n; c++) {
        receipts changed;
        built b;
        print_message("%s\n", list[c].name);
        receipts_copy(&changed, &r);
        list[c].apply(&changed);
        receipts_shuffle(&changed, c);
        build(&b, &changed, yaml);
        same_assortment(&a.s.a, &b.s.a);
        same_households(&a.s.h, &b.s.h);
        same_households(&a.s.h, &b.asking);
        same_catalogue(&a.s.c, &b.s.c);
        same_level1(&a.s.l, &b.s.l, &a.s.h);
        same_candidates(&a.lists, &b.lists);
        same_facts(&a.s.facts, &b.s.facts);
        same_companions(&a.together, &b.together);
        same_matrix(&a.m, &b.m);
        same_rows(&a.rows, &b.rows);
        same_bytes(a.trees, a.trees_length, b.trees, b.trees_length, "trees");
        built_fini(&b);
        receipts_fini(&changed);
    }
    built_fini(&a);
    receipts_fini(&r);
}

static void nothing_of_later_is_seen(void **state)
{
    (void)state;
    change_nothing(plain, changes, sizeof changes / sizeof *changes);
}

static void nothing_beyond_the_plan_is_seen(void **state)
{
    (void)state;
    change_nothing(planned, changes_beyond, sizeof changes_beyond / sizeof *changes_beyond);
}

/* Columns that differ somewhere, and whether all of them are of planned promotions. */
static size_t columns_that_differ(bool *all_planned, const feature_matrix *a,
                                  const feature_matrix *b)
{
    size_t n = 0;
    *all_planned = true;
    assert_int_equal(a->columns, b->columns);
    assert_int_equal(a->rows, b->rows);
    for (size_t c = 0; c < a->columns; c++) {
        bool differs = false;
        for (size_t r = 0; r < a->rows; r++)
            differs |= memcmp(a->values + r * a->columns + c, b->values + r * b->columns + c,
                              sizeof(float)) != 0;
        n += differs;
        if (differs && strncmp(a->column[c].name, "promotion_planned_", 18) != 0)
            *all_planned = false;
    }
    return n;
}

/* Each planned week is seen, and by nothing but the columns of planned promotions. */
static void the_plan_is_seen(void **state)
{
    (void)state;
    receipts r;
    receipts_before_and_after(&r);
    built a;
    build(&a, &r, planned);
    for (int32_t week = WEEK; week < WEEK + PLANNED; week++) {
        receipts changed;
        built b;
        bool all_planned;
        receipts_copy(&changed, &r);
        for (size_t p = 0; p < r.n_promotions; p++)
            if (changed.promotions[p].week == week)
                changed.promotions[p].kind ^= AISLE_PROMOTION_MAILER;
        build(&b, &changed, planned);
        assert_true(columns_that_differ(&all_planned, &a.m, &b.m) >= 5);
        assert_true(all_planned);
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
    build(&a, &r, plain);
    for (size_t l = 0; l < r.n; l++)
        if (r.lines[l].day == T - 1)
            r.lines[l].item = 1000 + (r.lines[l].item + 35) % 400;
    build(&b, &r, plain);
    size_t lines = a.s.h.line.n < b.s.h.line.n ? a.s.h.line.n : b.s.h.line.n;
    assert_memory_not_equal(a.s.h.line.item, b.s.h.line.item, lines * sizeof(uint32_t));
    assert_int_equal(a.s.a.n_items, b.s.a.n_items);
    assert_memory_not_equal(a.together.baskets, b.together.baskets,
                            a.together.n_items * sizeof(uint32_t));
    assert_memory_not_equal(a.s.facts.items->buyers[0], b.s.facts.items->buyers[0],
                            a.s.a.n_items * sizeof(uint32_t));
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
        cmocka_unit_test(nothing_beyond_the_plan_is_seen),
        cmocka_unit_test(the_plan_is_seen),
        cmocka_unit_test(the_day_before_is_seen),
    };
    return cmocka_run_group_tests_name("as of", tests, NULL, NULL);
}
