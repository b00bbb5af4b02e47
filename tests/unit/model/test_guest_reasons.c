/* What is said of households that bought products that the model does not know: these count, where
 * their purchases are counted, and nothing is said that is no number. */
#include "base/mem.h"
#include "guest_fixture.h"
#include "model/answer/reasons.h"
#include "model/model_type.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { SEED = 67, END = RECEIPTS_END };

static const char shape[] = RECEIPTS_ROLES
    "candidates: {popular: {quota: 6}, own_decay: {quota: 9}, als: {quota: 5, factors: 4, "
    "iterations: 2}, co_basket: {quota: 5}, similar_users: {quota: 5}}\n"
    "ranker: {trees: 5, leaves: 7, min_data_in_leaf: 5, negatives: 15}\n"
    "features: {without: []}\n";

static receipts lines;
static aisle_model *model;

static int set_up(void **state)
{
    (void)state;
    receipts_init(&lines, SEED);
    model = model_of_receipts(&lines, shape, 2);
    assert_int_equal(aisle_model_as_of(model), END);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    aisle_model_free(model);
    receipts_fini(&lines);
    return 0;
}

/* The household's lines before END, of unknown products too: of all, and of the level of an item.
 */
typedef struct told {
    double lines, there, value, quantity, discounted;
    double baskets;
} told;

static told tell(const receipts *r, int64_t user, const char *department)
{
    told t = {0};
    int64_t basket = -1;
    for (size_t l = 0; l < r->n; l++) { /* those of a basket stand together */
        const receipt *line = &r->lines[l];
        const char *of = receipts_department(line->item);
        if (line->user != user || line->day >= END)
            continue;
        t.lines++;
        t.value += line->value;
        t.quantity += line->quantity;
        t.discounted += receipts_discount(line) > 0;
        t.baskets += line->basket != basket;
        t.there += department && of && strcmp(of, department) == 0;
        basket = line->basket;
    }
    return t;
}

/* What should be in the text of a column; *none: nothing that is checked here. */
static void expect(char out[128], const feature_column *column, const told *t)
{
    *out = '\0';
    if (strcmp(column->name, "household_lines") == 0)
        snprintf(out, 128, "%.1f products a basket", t->lines / t->baskets);
    else if (strcmp(column->name, "discount_household") == 0 && t->discounted > 0)
        snprintf(out, 128, "%.0f %% of the household's purchases were on discount",
                 100 * t->discounted / t->lines);
    else if (strcmp(column->name, "department_share") == 0 && t->there > 0)
        snprintf(out, 128, "%.0f %% of the purchases", 100 * t->there / t->lines);
}

/* To the penny, rounded either way. */
static void check_price(const char *words, const told *t, bool bought)
{
    double said;
    const char *at = strstr(words, "what the household buys ");
    assert_int_equal(at == NULL, bought);
    if (at) {
        assert_int_equal(sscanf(at, "what the household buys %lf", &said), 1);
        assert_true(fabs(said - t->value / t->quantity) < 0.0051);
    }
}

/* Every column of some products of a household; returns how many texts had what they should. */
static size_t check_texts(const receipts *r, const households *h, uint32_t user)
{
    const snapshot *s = &model->s;
    reasons tell_by = {.s = s, .together = &model->together};
    retriever_query query = {.h = h, .users = &user, .n = 1};
    candidate_lists lists;
    feature_matrix m;
    size_t checked = 0;
    assert_int_equal(blend_init(&lists, &s->l, &query, 12, NULL), AISLE_OK);
    assert_int_equal(feature_matrix_init(&m, &s->facts, h, &lists, &user, 1, NULL), AISLE_OK);
    for (uint64_t p = 0; p < lists.offset[1]; p++)
        for (size_t c = 0; c < m.columns; c++) {
            text words = {0};
            char expected[128];
            uint32_t item = lists.item[p];
            reason_row row = {h, user, item, &m, &lists, p};
            told t = tell(r, h->users.ints[user], receipts_department(s->a.items.ints[item]));
            assert_int_equal(reasons_tell(&words, &tell_by, &row, c, NULL), AISLE_OK);
            expect(expected, &m.column[c], &t);
            if (!strstr(words.bytes, expected))
                fail_msg("%s: '%s' is not in '%s'", m.column[c].name, expected, words.bytes);
            if (strcmp(m.column[c].name, "spend_item_price") == 0)
                check_price(words.bytes, &t, households_bought(h, user, item));
            if (strstr(words.bytes, "nan") || strstr(words.bytes, "inf "))
                fail_msg("%s: '%s'", m.column[c].name, words.bytes);
            checked += *expected != '\0';
            text_fini(&words);
        }
    feature_matrix_fini(&m);
    candidate_lists_fini(&lists);
    return checked;
}

static void what_is_said_counts_unknown_products(void **state)
{
    (void)state;
    size_t checked = 0;
    receipts strange;
    receipts_copy(&strange, &lines);
    for (size_t l = 0; l < strange.n; l++)
        if (l % 4 == 0)
            strange.lines[l].item += 7000 + (int64_t)(l % 3);
    for (int b = 0; b < 6; b++) /* somebody buys nothing else */
        receipts_add(&strange, (receipt){-5, 9001 + b, 80001 + b, END - 40 + 6 * b, 2, 3});
    aisle_households *of = guests_of(model, &strange, shape, END);
    for (uint32_t u = 0; u < of->h.n_users; u += 3)
        checked += check_texts(&strange, &of->h, u);
    assert_int_equal(of->h.users.ints[0], -5);
    assert_true(checked > 500);
    aisle_households_free(of);
    receipts_fini(&strange);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_said_counts_unknown_products),
    };
    return cmocka_run_group_tests_name("guest reasons", tests, set_up, tear_down);
}
