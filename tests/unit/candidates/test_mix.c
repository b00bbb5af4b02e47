/* The mix of own, similar and popular items against its definition. */
#include "base/mem.h"
#include "candidates/retriever.h"
#include "naive_mix.h"
#include "shop.h"

#include <math.h>
#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { LINES = 600, USERS = 20, ITEMS = 80 };

static void check_user(const retriever *row, const void *state, const list_context *context,
                       const households *fit, const asker *who)
{
    uint32_t order[ITEMS], n = naive_mix(order, context, fit, who), j = 0;
    retriever_query query = {who->h, &who->user, 1, who->new_only, 0};
    item_lists list;
    assert_int_equal(item_lists_init(&list, 1, ITEMS, NULL), AISLE_OK);
    assert_int_equal(retriever_fill(&list, row, state, context, &query, NULL), AISLE_OK);
    assert_int_equal(n, context->c->count);
    for (uint32_t place = 0; place < n; place++) {
        if (who->new_only && households_bought(who->h, who->user, order[place]))
            continue;
        assert_true(j < list.count[0]);
        assert_int_equal(list.item[j], order[place]);
        assert_true(list.score[j] == (float)(1.0 / (1.0 + place)));
        j++;
    }
    assert_int_equal(list.count[0], j);
    item_lists_fini(&list);
}

/* By the receipts that the fit knows; by less; by newer ones too. */
static void check_shop(const shop *s)
{
    const retriever *row = retriever_find("mix");
    list_context context;
    void *state;
    assert_int_equal(list_context_init(&context, &s->h, &s->c, &s->options, 1, 2, NULL), AISLE_OK);
    assert_int_equal(retriever_fit(&state, row, &context, &s->h, NULL), AISLE_OK);
    for (int32_t as_of = s->h.as_of - 5; as_of <= s->h.as_of + 5; as_of += 5) {
        households h;
        assert_int_equal(households_init(&h, &s->a, s->dataset, as_of, NULL, NULL), AISLE_OK);
        for (uint32_t u = 0; u < h.n_users; u++)
            for (int new_only = 0; new_only < 2; new_only++)
                check_user(row, state, &context, &s->h, &(asker){&h, u, new_only});
        households_fini(&h);
    }
    row->free(state, true);
    list_context_fini(&context);
}

static void mix(void **state)
{
    static const int64_t tops[] = {1, 4, 10000};
    (void)state;
    for (size_t t = 0; t < 3; t++) {
        shop_line lines[LINES];
        shop s;
        shop_random_lines(lines, LINES, USERS, ITEMS, t + 1);
        shop_init(&s, lines, LINES, SHOP_AS_OF - 5);
        s.options.mix.top = tops[t];
        s.options.fallback_weeks = 2;
        shop_allow(&s, 3, 1);
        check_shop(&s);
        shop_allow(&s, 2, 1);
        check_shop(&s);
        shop_fini(&s);
    }
}

/* One item of one household; then none in the catalogue. */
static void smallest(void **state)
{
    const shop_line line = {1, 1, 1, SHOP_AS_OF - 1, 1};
    shop s;
    (void)state;
    shop_init(&s, &line, 1, SHOP_AS_OF);
    check_shop(&s);
    shop_allow(&s, 1, 0);
    check_shop(&s);
    shop_fini(&s);
}

/* Nothing of the sources' options is lost but what the mix decides. */
static void takes_options(void **state)
{
    shop_line lines[LINES];
    shop s;
    (void)state;
    shop_random_lines(lines, LINES, USERS, ITEMS, 7);
    shop_init(&s, lines, LINES, SHOP_AS_OF);
    s.options.mix.top = 5;
    s.options.own_decay.decay = 0.5;
    s.options.item_cosine.weight = PAIR_BINARY;
    s.options.item_cosine.neighbours = 30;
    s.options.similar_users.neighbours = 3;
    s.options.similar_users.weight = PAIR_LINES;
    check_shop(&s);
    shop_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mix),
        cmocka_unit_test(smallest),
        cmocka_unit_test(takes_options),
    };
    return cmocka_run_group_tests_name("mix", tests, NULL, NULL);
}
