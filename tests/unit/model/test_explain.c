/* What explains a score adds up to it, and what is said is true of the receipts. */
#include "aisle/candidates.h"
#include "aisle/explain.h"

#include "base/mem.h"
#include "features/families/families.h"
#include "model/model_type.h"
#include "model/answer/reasons.h"
#include "truth_reasons.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { K = 30, SEED = 67, FALLBACK_DAYS = 56, HOUSEHOLDS = RECEIPTS_HOUSEHOLDS + 1 };

static const char shape[] = RECEIPTS_ROLES
    "candidates: {popular: {quota: 6}, own_decay: {quota: 9}, als: {quota: 4, factors: 4, "
    "iterations: 2}, item_cosine: {quota: 4}, co_basket: {quota: 5, baskets: 3}, similar_users: "
    "{quota: 5, neighbours: 6}}\n"
    "ranker: {trees: 40, leaves: 7, min_data_in_leaf: 5, negatives: 20, feature_fraction: 0.3, "
    "fallback: false}\n"
    "features: {planned_promotions: true, without: []}\n";

struct truth truth;

static int set_up(void **state)
{
    (void)state;
    receipts_init(&truth.lines, SEED);
    /* Something sells cheaper at the end. */
    for (size_t l = 0; l < truth.lines.n; l++)
        if (truth.lines.lines[l].item % 3 == 0 && truth.lines.lines[l].day >= RECEIPTS_END - 14)
            truth.lines.lines[l].value *= 0.7;
    /* Somebody knows little of the shop. */
    for (int b = 0; b < 4; b++)
        receipts_add(&truth.lines, (receipt){105, 1000 + 5 * (b % 3), 90000 + b,
                                             RECEIPTS_END - 30 + 7 * b, 1, 2});
    receipts_init_promotions(&truth.lines, SEED);
    for (size_t l = 0; l < truth.lines.n; l++)
        truth.open[receipts_store(truth.lines.lines[l].user, truth.lines.lines[l].basket)] = true;
    truth.model = model_of_receipts(&truth.lines, shape, 2);
    assert_int_equal(aisle_model_users(truth.model), HOUSEHOLDS);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    aisle_model_free(truth.model);
    receipts_fini(&truth.lines);
    return 0;
}

static aisle_explanations *explain(const aisle_user *users, size_t n,
                                   const aisle_explain_options *o, int threads)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_explanations *x = NULL;
    aisle_run run = {.threads = threads};
    if (aisle_model_explain(&x, truth.model, NULL, users, n, o, &run, &err))
        fail_msg("%s", err.message);
    assert_int_equal(x->n, n);
    return x;
}

static aisle_explanations *explain_all(const aisle_explain_options *o, int threads)
{
    aisle_user users[HOUSEHOLDS + 1];
    for (uint32_t u = 0; u < HOUSEHOLDS; u++)
        users[u].index = u;
    users[HOUSEHOLDS].index = AISLE_MISSING;
    return explain(users, HOUSEHOLDS + 1, o, threads);
}

static const aisle_explain_options everything = {.k = K, .item = {AISLE_MISSING}};

/* ---- Numbers ---- */

static void check_sums(const aisle_explanation *one)
{
    double sum = one->base, sizes = 0, shares = 0;
    assert_true(one->n_causes > 0 && isfinite(one->score) && isfinite(one->base));
    for (size_t c = 0; c < one->n_causes; c++) {
        const aisle_cause *cause = &one->cause[c];
        sum += cause->contribution;
        sizes += fabs(cause->contribution);
        shares += fabs(cause->share);
        assert_true(c == 0 || fabs(cause->share) <= fabs(cause[-1].share));
        assert_true(strlen(cause->text) > 0 && strlen(cause->feature) > 0);
    }
    assert_true(fabs(sum - one->score) < 1e-6);
    assert_true(sizes == 0 || fabs(shares - 1) < 1e-9);
    for (size_t c = 0; sizes > 0 && c < one->n_causes; c++)
        assert_true(fabs(one->cause[c].share - one->cause[c].contribution / sizes) < 1e-9);
}

/* The list is the one that is recommended; contributions add up to its scores. */
static void contributions_add_up(void **state)
{
    (void)state;
    aisle_recommendation list[K];
    aisle_explanations *x = explain_all(&everything, 2);
    size_t ranked_ones = 0, filled_up = 0;
    for (size_t i = 0; i < x->n; i++) {
        aisle_user user = {i < HOUSEHOLDS ? (uint32_t)i : AISLE_MISSING};
        size_t n = ask_model(list, K, truth.model, user.index, NULL);
        assert_int_equal(n, x->offset[i + 1] - x->offset[i]);
        for (size_t p = 0; p < n; p++) {
            const aisle_explanation *one = &x->list[x->offset[i] + p];
            assert_int_equal(one->item.index, list[p].item.index);
            assert_int_equal(one->place, p + 1);
            assert_true(one->list_score == list[p].score);
            assert_ptr_equal(one->source, list[p].source);
            assert_non_null(one->reason);
            filled_up += one->standing == AISLE_STANDING_FALLBACK;
            if (one->standing != AISLE_STANDING_RANKED)
                continue;
            ranked_ones++;
            assert_true((float)one->score == list[p].score);
            check_sums(one);
        }
    }
    assert_true(ranked_ones > 500 && filled_up > 100);
    aisle_explanations_free(x);
}

/* The main reason is what adds most of what differs between products. */
static void main_reason_is_the_largest(void **state)
{
    (void)state;
    aisle_explanations *x = explain_all(&everything, 1);
    for (size_t i = 0; i < x->offset[x->n]; i++) {
        const aisle_explanation *one = &x->list[i];
        const aisle_cause *main = NULL;
        for (size_t c = 0; c < one->n_causes; c++) {
            const aisle_cause *cause = &one->cause[c];
            bool same = strncmp(cause->feature, "household_", 10) == 0 ||
                        strncmp(cause->feature, "spend_household_", 16) == 0 ||
                        strncmp(cause->feature, "habit_household_", 16) == 0 ||
                        strcmp(cause->feature, "discount_household") == 0;
            if (!same && (!main || cause->contribution > main->contribution))
                main = cause;
        }
        if (main)
            assert_string_equal(one->reason, main->text);
    }
    aisle_explanations_free(x);
}

static void threads_and_batches_change_nothing(void **state)
{
    (void)state;
    aisle_explain_options brief = everything;
    brief.brief = true;
    aisle_explanations *all = explain_all(&everything, 1), *more = explain_all(&everything, 8);
    aisle_explanations *shorter = explain_all(&brief, 2);
    assert_int_equal(all->offset[all->n], more->offset[more->n]);
    assert_int_equal(all->n_texts, more->n_texts);
    for (size_t t = 0; t < all->n_texts; t++)
        assert_string_equal(all->texts[t], more->texts[t]);
    for (size_t i = 0; i < all->offset[all->n]; i++) {
        assert_memory_equal(&all->list[i].score, &more->list[i].score, sizeof(double));
        assert_memory_equal(&all->list[i].base, &more->list[i].base, sizeof(double));
        assert_int_equal(shorter->list[i].n_causes, 0);
        assert_string_equal(all->list[i].reason, shorter->list[i].reason);
    }
    for (size_t u = 0; u < HOUSEHOLDS; u += 11) {
        aisle_user user = {(uint32_t)u};
        aisle_explanations *one = explain(&user, 1, &everything, 1);
        for (size_t i = 0; i < one->offset[1]; i++)
            assert_string_equal(one->list[i].reason, all->list[all->offset[u] + i].reason);
        aisle_explanations_free(one);
    }
    aisle_explanations_free(all);
    aisle_explanations_free(more);
    aisle_explanations_free(shorter);
}

/* Any product of the catalogue, on the list or not: its place among all candidates. */
static void any_product_can_be_asked_about(void **state)
{
    (void)state;
    aisle_recommendation list[RECEIPTS_ITEMS];
    size_t none = 0, n;
    for (uint32_t u = 0; u < HOUSEHOLDS; u += 7) {
        aisle_candidates *c;
        aisle_user user = {u};
        assert_int_equal(aisle_model_candidates(&c, truth.model, NULL, user, false, NULL),
                         AISLE_OK);
        n = ask_model(list, RECEIPTS_ITEMS, truth.model, u, NULL);
        assert_int_equal(n, RECEIPTS_ITEMS);
        for (size_t p = 0; p < n; p++) {
            aisle_explain_options o = {.k = 1, .item = list[p].item};
            aisle_explanations *x = explain(&user, 1, &o, 1);
            assert_int_equal(x->offset[1], 1);
            assert_int_equal(x->list[0].item.index, list[p].item.index);
            bool ranked_one = p < c->count;
            assert_int_equal(x->list[0].standing,
                             ranked_one ? AISLE_STANDING_RANKED : AISLE_STANDING_NO_CANDIDATE);
            assert_int_equal(x->list[0].place, ranked_one ? p + 1 : 0);
            if (ranked_one)
                check_sums(&x->list[0]);
            none += !ranked_one;
            aisle_explanations_free(x);
        }
        aisle_candidates_free(c);
    }
    assert_true(none > 100);
}

/* ---- Words ---- */

static void statements_are_true(void **state)
{
    (void)state;
    static const char *const kinds[] = {"never bought before",
                                        "about every",
                                        "once",
                                        "often with",
                                        "no. ",
                                        "not among",
                                        "found by",
                                        "% below usual",
                                        "never bought there",
                                        "of the purchases",
                                        "shops about",
                                        "the product's",
                                        "the household's",
                                        "last week on display",
                                        "in the mailer of",
                                        "last promoted",
                                        "; planned: on display in",
                                        "of the last 12 visits",
                                        "in the store that"};
    bool seen[sizeof kinds / sizeof *kinds] = {false};
    aisle_explain_options o = everything;
    aisle_explanations *x = explain_all(&o, 2);
    for (uint32_t u = 0; u < HOUSEHOLDS; u += u < 5 ? 1 : 4) {
        for (size_t i = x->offset[u]; i < x->offset[u + 1]; i++) {
            const aisle_explanation *one = &x->list[i];
            for (size_t c = 0; c < one->n_causes; c++) {
                char said[512];
                const aisle_cause *cause = &one->cause[c];
                for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
                    seen[k] |= strstr(cause->text, kinds[k]) != NULL;
                truth_say(said, sizeof said, u, one->item.index, cause);
                assert_string_equal(cause->text, said);
            }
        }
    }
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        if (!seen[k])
            fail_msg("nothing was said of the kind '%s'", kinds[k]);
    aisle_explanations_free(x);
}

static const char *const rarer_kinds[] = {"households like",
                                          "spent ",
                                          "costs ",
                                          "pays ",
                                          "usual prices",
                                          "nothing spent there",
                                          "bought others",
                                          "no. 1 in",
                                          "often than",
                                          "as others on",
                                          "of the visits are on a",
                                          "of late ",
                                          "52 weeks",
                                          "bought on discount ",
                                          "of its sales in 13",
                                          "purchases were on discount",
                                          "there were on discount",
                                          "bought once in"};
enum { RARER_KINDS = sizeof rarer_kinds / sizeof rarer_kinds[0] };

/* What is told of a column, be it the strongest or not. */
static void check_row(bool seen[RARER_KINDS], reasons *r, const reason_row *row)
{
    for (size_t c = 0; c < row->m->columns; c++) {
        const feature_column *column = &row->m->column[c];
        aisle_cause cause = {.family = feature_family_table[column->family]->name,
                             .feature = column->name};
        char said[512];
        text words = {0};
        assert_int_equal(reasons_tell(&words, r, row, c, NULL), AISLE_OK);
        truth_say(said, sizeof said, row->user, row->item, &cause);
        assert_string_equal(words.bytes, said);
        for (size_t k = 0; k < RARER_KINDS; k++)
            seen[k] |= strstr(said, rarer_kinds[k]) != NULL;
        text_fini(&words);
    }
}

static void any_column_tells_the_truth(void **state)
{
    (void)state;
    uint32_t users[] = {1, 3, 17, 33, 40, 52}; /* the first knows little of the shop */
    const snapshot *s = &truth.model->s;
    bool seen[RARER_KINDS] = {false};
    reasons r = {.s = s, .together = &truth.model->together};
    candidate_lists lists;
    feature_matrix m;
    retriever_query query = {.h = &s->h, .users = users, .n = 6};
    assert_int_equal(blend_init(&lists, &s->l, &query, 0, NULL), AISLE_OK);
    assert_int_equal(feature_matrix_init(&m, &s->facts, &s->h, &lists, users, 1, NULL), AISLE_OK);
    for (size_t i = 0; i < 6; i++)
        for (uint64_t p = lists.offset[i]; p < lists.offset[i + 1]; p += 3) {
            reason_row row = {&s->h, users[i], lists.item[p], &m, &lists, p};
            check_row(seen, &r, &row);
        }
    for (size_t k = 0; k < RARER_KINDS; k++)
        if (!seen[k])
            fail_msg("nothing was said of the kind '%s'", rarer_kinds[k]);
    feature_matrix_fini(&m);
    candidate_lists_fini(&lists);
}

static void what_fills_up_is_popular(void **state)
{
    (void)state;
    aisle_explanations *x = explain_all(&everything, 2);
    for (size_t i = x->offset[HOUSEHOLDS - 8]; i < x->offset[x->n]; i++) {
        const aisle_explanation *one = &x->list[i];
        char said[128];
        if (one->standing != AISLE_STANDING_FALLBACK)
            continue;
        uint32_t n = truth_buyers(truth_item_id(one->item.index),
                                  aisle_model_as_of(truth.model) - FALLBACK_DAYS);
        snprintf(said, sizeof said, "popular: %u household%s bought it in the last 8 weeks", n,
                 n == 1 ? "" : "s");
        assert_string_equal(one->reason, said);
        assert_int_equal(one->n_causes, 0);
        assert_true(isnan(one->score));
    }
    aisle_explanations_free(x);
}

/* A family that nobody has written sentences for: its meaning, and the column that counts. */
static void any_family_has_a_sentence(void **state)
{
    (void)state;
    size_t family = 0;
    reasons r = {0};
    text words = {0};
    float values[3] = {0.25f, NAN, 3};
    feature_column column[3] = {{.name = "some_share", .meaning = "The same of something."},
                                {.name = "other", .meaning = "Share of what is other."},
                                {.name = "none"}};
    while (feature_family_table[family] != &category_family)
        family++;
    column[0].family = column[1].family = column[2].family = (uint16_t)family;
    feature_matrix m = {1, 3, column, values};
    reason_row row = {.m = &m};
    snapshot none = {0};
    r.s = &none;
    assert_int_equal(reasons_tell(&words, &r, &row, 0, NULL), AISLE_OK);
    assert_string_equal(words.bytes, "the household and the product's levels of each category "
                                     "column: some_share 0.25");
    words.length = 0;
    assert_int_equal(reasons_tell(&words, &r, &row, 1, NULL), AISLE_OK);
    assert_string_equal(words.bytes, "share of what is other: not known");
    words.length = 0;
    assert_int_equal(reasons_tell(&words, &r, &row, 2, NULL), AISLE_OK);
    assert_non_null(strstr(words.bytes, "column: none 3"));
    text_fini(&words);
}

static void refuses_what_makes_no_sense(void **state)
{
    (void)state;
    aisle_error err = AISLE_ERROR_INIT;
    aisle_explanations *x = NULL;
    aisle_user user = {0};
    aisle_explain_options o = {.k = 0, .item = {AISLE_MISSING}};
    assert_int_equal(aisle_model_explain(&x, truth.model, NULL, &user, 1, &o, NULL, &err),
                     AISLE_ERROR_ARGUMENT);
    o = (aisle_explain_options){.k = 5, .item = {aisle_model_items(truth.model)}};
    assert_int_equal(aisle_model_explain(&x, truth.model, NULL, &user, 1, &o, NULL, &err),
                     AISLE_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, "product"));
    assert_null(x);
    aisle_explanations_free(NULL);
}

static void memory_runs_out(void **state)
{
    (void)state;
    aisle_status status = AISLE_ERROR_MEMORY;
    aisle_run run = {.threads = 1};
    aisle_user users[2] = {{3}, {AISLE_MISSING}};
    aisle_explain_options o = {.k = 4, .item = {AISLE_MISSING}};
    for (long n = 0; status != AISLE_OK; n++) {
        aisle_explanations *x = NULL;
        mem_fail_after(n);
        status = aisle_model_explain(&x, truth.model, NULL, users, 2, &o, &run, NULL);
        mem_fail_after(-1);
        assert_true(status == AISLE_OK || status == AISLE_ERROR_MEMORY);
        assert_true((x != NULL) == (status == AISLE_OK));
        aisle_explanations_free(x);
        assert_true(n < 20000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contributions_add_up),
        cmocka_unit_test(main_reason_is_the_largest),
        cmocka_unit_test(threads_and_batches_change_nothing),
        cmocka_unit_test(any_product_can_be_asked_about),
        cmocka_unit_test(statements_are_true),
        cmocka_unit_test(any_column_tells_the_truth),
        cmocka_unit_test(what_fills_up_is_popular),
        cmocka_unit_test(any_family_has_a_sentence),
        cmocka_unit_test(refuses_what_makes_no_sense),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests_name("explain", tests, set_up, tear_down);
}
