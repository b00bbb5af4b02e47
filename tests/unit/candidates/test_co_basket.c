/* Bought together, substitutes and what is popular in the household's categories against their
 * definitions. */
#include "base/mem.h"
#include "candidates/blend.h"
#include "naive_items.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { LINES = 500, USERS = 15, ITEMS = 40, AS_OF = SHOP_AS_OF - 10 };

typedef struct fitted {
    const retriever *row;
    list_context context;
    void *state;
} fitted;

static void fit(fitted *f, const shop *s, const char *name)
{
    aisle_error err = AISLE_ERROR_INIT;
    f->row = retriever_find(name);
    assert_int_equal(list_context_init(&f->context, &s->h, &s->c, &s->options, 1, 2, &err),
                     AISLE_OK);
    if (retriever_fit(&f->state, f->row, &f->context, &s->h, &err))
        fail_msg("%s: %s", name, err.message);
}

static void unfit(fitted *f)
{
    f->row->free(f->state, true);
    list_context_fini(&f->context);
}

/* Scores of all of the shop's items, which are those given. */
static void ask(float *scores, const fitted *f, const households *h, uint32_t user,
                const uint32_t *items)
{
    asker who = {h, user, false};
    assert_int_equal(
        retriever_score(scores, f->row, f->state, &f->context, &who, items, h->a->n_items, NULL),
        AISLE_OK);
}

/* Lines of few days, so that baskets have several items, each once. */
static size_t basket_lines(shop_line *lines)
{
    size_t n = 0;
    shop_random_lines(lines, LINES, USERS, ITEMS, 4);
    for (size_t i = 0; i < LINES; i++)
        lines[i].day = AS_OF + 1 - lines[i].day % 9;
    shop_join_baskets(lines, LINES);
    for (size_t i = 0; i < LINES; i++) {
        bool again = false;
        for (size_t j = 0; j < n; j++)
            again |= lines[j].basket == lines[i].basket && lines[j].item == lines[i].item;
        if (!again)
            lines[n++] = lines[i];
    }
    return n;
}

static bool near(double a, double b)
{
    return fabs(a - b) <= 1e-5 * fmax(fabs(a), fabs(b));
}

static void check_together(const fitted *f, const shop *s, const shop_line *lines, size_t n)
{
    neighbour *found = NEW_ARRAY(neighbour, s->a.n_items);
    for (uint32_t i = 0; i < s->a.n_items; i++) {
        size_t count, expected = 0;
        if (!s->c.allowed[i])
            continue;
        f->row->similar_items(&count, found, s->a.n_items, f->state, &f->context, i, NULL);
        for (uint32_t j = 0; j < s->a.n_items; j++)
            expected += j != i && s->c.allowed[j] && naive_together(s, lines, n, i, j) > 0;
        assert_int_equal(count, expected);
        for (size_t j = 0; j < count; j++) {
            assert_int_not_equal(found[j].index, i);
            assert_true(
                near((double)found[j].score, naive_together(s, lines, n, i, found[j].index)));
        }
    }
    mem_free(found);
}

static void together(void **state)
{
    (void)state;
    shop_line lines[LINES];
    shop s;
    fitted f;
    size_t n = basket_lines(lines);
    shop_init(&s, lines, n, AS_OF);
    shop_allow(&s, 6, 1);
    for (int by = CO_BASKET_LIFT; by <= CO_BASKET_COUNT; by++) {
        s.options.co_basket.by = by;
        s.options.co_basket.shrinkage = by == CO_BASKET_LIFT ? 3.5 : 0;
        fit(&f, &s, "co_basket");
        check_together(&f, &s, lines, n);
        unfit(&f);
    }
    shop_fini(&s);
}

/* The day of the earliest of the household's last `baskets` baskets. */
static int32_t first_day(const households *h, uint32_t user, int64_t baskets)
{
    uint64_t line = h->user_offset[user + 1] - 1;
    for (; line > h->user_offset[user]; line--)
        if (h->line.day[line] != h->line.day[line - 1] && --baskets == 0)
            break;
    return h->line.day[line];
}

static uint32_t count_items(const shop_line *lines, size_t n)
{
    uint32_t count = 0;
    for (size_t l = 0; l < n; l++) {
        bool again = false;
        for (size_t m = 0; m < l; m++)
            again |= lines[m].item == lines[l].item;
        count += !again;
    }
    return count;
}

/* Of all households by their receipts before a day. */
static void check_last(const fitted *f, const shop *s, const shop_line *lines, size_t n,
                       int32_t as_of)
{
    float scores[ITEMS];
    uint32_t items[ITEMS];
    households h;
    assert_int_equal(households_init(&h, &s->a, s->dataset, as_of, NULL, NULL), AISLE_OK);
    for (uint32_t i = 0; i < s->a.n_items; i++)
        items[i] = i;
    for (uint32_t u = 0; u < h.n_users; u++) {
        int32_t from = first_day(&h, u, s->options.co_basket.baskets);
        ask(scores, f, &h, u, items);
        for (uint32_t j = 0; j < s->a.n_items; j++) {
            double expected = 0;
            for (uint64_t l = h.user_offset[u]; l < h.user_offset[u + 1]; l++)
                if (h.line.day[l] >= from && h.line.item[l] != j)
                    expected += naive_together(s, lines, n, h.line.item[l], j);
            assert_true(expected > 0 ? near((double)scores[j], expected) : isnan(scores[j]));
        }
    }
    households_fini(&h);
}

static void last_baskets(void **state)
{
    (void)state;
    shop_line lines[LINES];
    shop s;
    fitted f;
    size_t n = basket_lines(lines);
    shop_init(&s, lines, n, AS_OF);
    assert_int_equal(s.a.n_items, count_items(lines, n)); /* newer receipts have no others */
    for (int64_t baskets = 1; baskets < 12; baskets += 2) {
        s.options.co_basket.baskets = baskets;
        fit(&f, &s, "co_basket");
        for (int32_t as_of = AS_OF - 2; as_of <= AS_OF + 2; as_of += 2)
            check_last(&f, &s, lines, n, as_of);
        unfit(&f);
    }
    shop_fini(&s);
}

typedef double (*definition)(const shop *s, const shop_line *lines, size_t n, const households *h,
                             uint32_t user, uint32_t item);

/* By the receipts that the fit knows; by less; by newer ones too. */
static void check_scores(const char *name, definition naive, shop *s, const shop_line *lines,
                         size_t n)
{
    fitted f;
    float scores[ITEMS];
    uint32_t items[ITEMS];
    fit(&f, s, name);
    for (uint32_t i = 0; i < s->a.n_items; i++)
        items[i] = i;
    for (int32_t as_of = AS_OF - 10; as_of <= AS_OF + 10; as_of += 10) {
        households h;
        uint32_t said = 0;
        assert_int_equal(households_init(&h, &s->a, s->dataset, as_of, NULL, NULL), AISLE_OK);
        for (uint32_t u = 0; u < h.n_users; u++) {
            ask(scores, &f, &h, u, items);
            for (uint32_t j = 0; j < s->a.n_items; j++) {
                double expected = s->c.allowed[j] ? naive(s, lines, n, &h, u, j) : 0;
                assert_true(expected > 0 ? near((double)scores[j], expected) : isnan(scores[j]));
                said += expected > 0;
            }
        }
        assert_true(said > 20);
        households_fini(&h);
    }
    unfit(&f);
}

static void substitutes(void **state)
{
    (void)state;
    shop_line lines[LINES];
    shop s;
    shop_random_lines(lines, LINES, USERS, ITEMS, 4);
    shop_init(&s, lines, LINES, AS_OF);
    shop_add_categories(&s);
    for (int64_t weeks = 1; weeks <= 20; weeks += 6) {
        s.options.substitutes.weeks = weeks;
        s.options.substitutes.decay = 1 - 0.02 * (double)weeks;
        check_scores("substitutes", naive_substitute, &s, lines, LINES);
        shop_allow(&s, 5, 2);
    }
    shop_fini(&s);
}

static void popular_category(void **state)
{
    (void)state;
    shop_line lines[LINES];
    shop s;
    shop_random_lines(lines, LINES, USERS, ITEMS, 4);
    shop_init(&s, lines, LINES, AS_OF);
    for (int pass = 0; pass < 4; pass++) {
        s.options.popular_category.decay = 1 - 0.1 * pass;
        s.options.popular_category.exponent = 0.3 * pass;
        s.options.popular_category.prior = 1 + 5 * pass;
        check_scores("popular_category", naive_popular_category, &s, lines, LINES);
        if (pass == 0)
            shop_add_categories(&s);
        shop_allow(&s, 5, 2);
    }
    shop_fini(&s);
}

/* Without a table of products there is none; a column that isn't there is an error. */
static void columns(void **state)
{
    (void)state;
    shop_line lines[LINES];
    shop s;
    fitted f;
    item_lists lists;
    uint32_t user = 0;
    retriever_query query = {&s.h, &user, 1, false, 0};
    aisle_error err = AISLE_ERROR_INIT;
    char *name = mem_text("colour");
    shop_random_lines(lines, LINES, USERS, ITEMS, 4);
    shop_init(&s, lines, LINES, AS_OF);
    fit(&f, &s, "substitutes");
    assert_int_equal(item_lists_init(&lists, 1, 9, &err), AISLE_OK);
    assert_int_equal(retriever_fill(&lists, f.row, f.state, &f.context, &query, &err), AISLE_OK);
    assert_int_equal(lists.count[0], 0);
    f.row->free(f.state, true);
    s.options.substitutes.columns = (text_list){&name, 1};
    list_context_fini(&f.context);
    assert_int_equal(list_context_init(&f.context, &s.h, &s.c, &s.options, 1, 2, &err), AISLE_OK);
    assert_int_equal(retriever_fit(&f.state, f.row, &f.context, &s.h, &err), AISLE_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, "colour"));
    list_context_fini(&f.context);
    item_lists_fini(&lists);
    mem_free(name);
    shop_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(together),    cmocka_unit_test(last_baskets),
        cmocka_unit_test(substitutes), cmocka_unit_test(popular_category),
        cmocka_unit_test(columns),
    };
    return cmocka_run_group_tests_name("bought together, substitutes", tests, NULL, NULL);
}
