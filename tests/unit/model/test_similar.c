/* Level 1 of a model by itself: candidates with what each source says, similar products and
 * households by what the model holds and by what is fitted for it. */
#include "aisle/candidates.h"
#include "base/mem.h"
#include "candidates/retriever.h"
#include "model_fixture.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { K = 10, SEED = 71 };

static aisle_model *model;

static int set_up(void **state)
{
    (void)state;
    model = model_of(SEED, RECEIPTS_SMALL, 2);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    aisle_model_free(model);
    return 0;
}

static aisle_candidates *candidates_of(uint32_t user, bool new_only)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_candidates *c = NULL;
    if (aisle_model_candidates(&c, model, NULL, (aisle_user){user}, new_only, &err))
        fail_msg("%s", err.message);
    return c;
}

/* Ranks of a source are 1 to some number, each once, by falling score. */
static void check_source(const aisle_candidates *c, size_t s)
{
    float score[64];
    uint32_t listed = 0;
    for (size_t i = 0; i < 64; i++)
        score[i] = NAN;
    for (size_t i = 0; i < c->count; i++) {
        const aisle_candidate_source *one = &c->list[i].source[s];
        if (!one->rank)
            continue;
        assert_true(one->rank < 64 && isnan(score[one->rank]) && isfinite(one->score));
        score[one->rank] = one->score;
        listed++;
    }
    for (uint32_t r = 2; r <= listed; r++)
        assert_true(score[r] <= score[r - 1]);
    assert_int_equal(listed > 0, isfinite(score[1]));
}

static void candidates_say_where_they_come_from(void **state)
{
    (void)state;
    for (uint32_t u = 0; u < aisle_model_users(model); u++) {
        aisle_candidates *c = candidates_of(u, false);
        assert_int_equal(c->n_sources, 3);
        assert_string_equal(c->sources[1], "own_decay");
        for (size_t i = 0; i < c->count; i++) {
            double sum = 0;
            for (size_t s = 0; s < 3; s++)
                sum += c->list[i].source[s].rank ? 1.0 / (60 + c->list[i].source[s].rank) : 0;
            assert_true(fabs(sum - (double)c->list[i].score) < 1e-6);
            assert_true(i == 0 || c->list[i].score <= c->list[i - 1].score);
            assert_int_equal(c->list[i].bought, isfinite(c->list[i].source[1].score));
        }
        for (size_t s = 0; s < 3; s++)
            check_source(c, s);
        aisle_candidates_free(c);
    }
}

static void new_candidates_were_never_bought(void **state)
{
    (void)state;
    aisle_candidates *c = candidates_of(0, true);
    assert_true(c->count > 0);
    for (size_t i = 0; i < c->count; i++)
        assert_false(c->list[i].bought);
    aisle_candidates_free(c);
}

static void strangers_are_refused(void **state)
{
    (void)state;
    aisle_candidates *c = NULL;
    aisle_similar_user near[K];
    size_t n;
    aisle_user nobody = {AISLE_MISSING};
    assert_int_equal(aisle_model_candidates(&c, model, NULL, nobody, false, NULL),
                     AISLE_ERROR_ARGUMENT);
    assert_null(c);
    assert_int_equal(aisle_model_similar_users(&n, near, K, model, NULL, nobody, "als", NULL),
                     AISLE_ERROR_ARGUMENT);
}

/* Names of retrievers that know no similar ones, and of none at all. */
static void names_are_checked(void **state)
{
    (void)state;
    static const char *const wrong[] = {"popular", "alz", "own_count"};
    const char *name;
    bool fitted;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        aisle_error err = AISLE_ERROR_INIT;
        assert_int_equal(aisle_model_prepare_similar(&name, &fitted, model, AISLE_SIMILAR_ITEMS,
                                                     wrong[i], NULL, &err),
                         AISLE_ERROR_ARGUMENT);
        assert_non_null(strstr(err.message, wrong[i]));
    }
}

static size_t ask(uint32_t *near, const aisle_model *m, aisle_similar_kind kind, uint32_t index,
                  const char *by)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_similar_item items[K];
    aisle_similar_user users[K];
    size_t n = SIZE_MAX;
    if (kind == AISLE_SIMILAR_ITEMS
            ? aisle_model_similar_items(&n, items, K, m, (aisle_item){index}, by, &err)
            : aisle_model_similar_users(&n, users, K, m, NULL, (aisle_user){index}, by, &err))
        fail_msg("%s: %s", by, err.message);
    assert_true(n <= K);
    for (size_t i = 0; i < n; i++) {
        near[i] = kind == AISLE_SIMILAR_ITEMS ? items[i].item.index : users[i].user.index;
        assert_int_not_equal(near[i], index);
    }
    return n;
}

/* A retriever that the model lacks is fitted once, and answers as in a model that has it. */
static void fitted_when_asked(aisle_similar_kind kind, const retriever *r)
{
    bool fitted = false;
    const char *name = NULL;
    char key[64];
    aisle_config *config = receipts_config(RECEIPTS_SMALL);
    snprintf(key, sizeof key, "candidates.%s.quota", r->name);
    assert_int_equal(aisle_config_set(config, key, "5", NULL), AISLE_OK);
    receipts lines;
    receipts_init(&lines, SEED);
    aisle_dataset *d = receipts_build(&lines, config);
    aisle_model *has = NULL, *lacks = NULL;
    assert_int_equal(aisle_model_fit(&has, d, NULL, NULL), AISLE_OK);
    lacks =
        model_of(SEED,
                 RECEIPTS_ROLES "candidates: {popular: {quota: 5}, own_decay: {quota: 15}, als: "
                                "{quota: 0, factors: 8, iterations: 3}}\n"
                                "ranker: {trees: 2, min_data_in_leaf: 5}\n",
                 1);
    assert_int_equal(aisle_model_prepare_similar(&name, &fitted, has, kind, r->name, NULL, NULL),
                     AISLE_OK);
    assert_false(fitted);
    assert_string_equal(name, r->name);
    for (int again = 0; again < 2; again++) {
        assert_int_equal(
            aisle_model_prepare_similar(&name, &fitted, lacks, kind, r->name, NULL, NULL),
            AISLE_OK);
        assert_int_equal(fitted, again == 0);
    }
    uint32_t n = kind == AISLE_SIMILAR_ITEMS ? aisle_model_items(has) : aisle_model_users(has);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t a[K], b[K];
        size_t x = ask(a, has, kind, i, r->name), y = ask(b, lacks, kind, i, r->name);
        assert_int_equal(x, y);
        assert_memory_equal(a, b, x * sizeof *a);
    }
    aisle_model_free(has);
    aisle_model_free(lacks);
    aisle_dataset_free(d);
    aisle_config_free(config);
    receipts_fini(&lines);
}

static void every_retriever_that_knows_answers(void **state)
{
    (void)state;
    for (size_t r = 0; r < retriever_count; r++) {
        if (retriever_table[r].similar_items)
            fitted_when_asked(AISLE_SIMILAR_ITEMS, &retriever_table[r]);
        if (retriever_table[r].similar_users)
            fitted_when_asked(AISLE_SIMILAR_USERS, &retriever_table[r]);
    }
}

static void memory_runs_out(void **state)
{
    (void)state;
    aisle_status status = AISLE_ERROR_MEMORY;
    for (long n = 0; status != AISLE_OK; n++) {
        aisle_candidates *c = NULL;
        mem_fail_after(n);
        status = aisle_model_candidates(&c, model, NULL, (aisle_user){1}, false, NULL);
        mem_fail_after(-1);
        assert_true(status == AISLE_OK || status == AISLE_ERROR_MEMORY);
        assert_int_equal(c == NULL, status != AISLE_OK);
        aisle_candidates_free(c);
        assert_true(n < 1000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(candidates_say_where_they_come_from),
        cmocka_unit_test(new_candidates_were_never_bought),
        cmocka_unit_test(strangers_are_refused),
        cmocka_unit_test(names_are_checked),
        cmocka_unit_test(every_retriever_that_knows_answers),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests_name("similar", tests, set_up, tear_down);
}
