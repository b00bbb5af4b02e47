#include "fitted.h"

#include "base/mem.h"
#include "base/topk.h"

#include <math.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

void fit(fitted *f, const retriever *row, const shop *s, int threads)
{
    aisle_error err = AISLE_ERROR_INIT;
    f->row = row;
    f->h = &s->h;
    assert_int_equal(list_context_init(&f->context, &s->h, &s->c, &s->options, 7, threads, &err),
                     AISLE_OK);
    if (retriever_fit(&f->state, row, &f->context, &s->h, &err))
        fail_msg("%s: %s", row->name, err.message);
}

void unfit(fitted *f)
{
    f->row->free(f->state, true);
    list_context_fini(&f->context);
}

void fill(item_lists *out, const fitted *f, const uint32_t *users, size_t n, uint32_t k,
          bool new_only)
{
    aisle_error err = AISLE_ERROR_INIT;
    retriever_query query = {f->h, users, n, new_only, 0};
    assert_int_equal(item_lists_init(out, n, k, &err), AISLE_OK);
    if (retriever_fill(out, f->row, f->state, &f->context, &query, &err))
        fail_msg("%s: %s", f->row->name, err.message);
}

void fill_all(item_lists *out, const fitted *f, uint32_t k, bool new_only)
{
    uint32_t n = f->h->n_users, *users = NEW_ARRAY(uint32_t, n);
    for (uint32_t u = 0; u < n; u++)
        users[u] = u;
    fill(out, f, users, n, k, new_only);
    mem_free(users);
}

void assert_same_list(const item_lists *a, size_t i, const item_lists *b, size_t j)
{
    assert_int_equal(a->count[i], b->count[j]);
    uint32_t n = a->count[i];
    assert_memory_equal(a->item + i * a->k, b->item + j * b->k, n * sizeof *a->item);
    assert_memory_equal(a->score + i * a->k, b->score + j * b->k, n * sizeof *a->score);
}

void assert_same_lists(const item_lists *a, const item_lists *b)
{
    assert_int_equal(a->n, b->n);
    for (size_t i = 0; i < a->n; i++)
        assert_same_list(a, i, b, i);
}

void assert_same_arrays(const fitted *a, const fitted *b)
{
    state_array x[STATE_ARRAYS], y[STATE_ARRAYS];
    size_t n = a->row->arrays ? a->row->arrays(x, a->state) : 0;
    if (n)
        assert_int_equal(b->row->arrays(y, b->state), n);
    for (size_t i = 0; i < n; i++) {
        assert_string_equal(x[i].name, y[i].name);
        assert_true(strlen(x[i].name) <= 15);
        assert_int_equal(x[i].count, y[i].count);
        assert_memory_equal(*x[i].data, *y[i].data, x[i].count * x[i].size);
    }
}

void check_order(const list_context *context, const item_lists *lists, size_t i)
{
    ranked last = {0};
    for (uint32_t j = 0; j < lists->count[i]; j++) {
        uint32_t item = lists->item[i * lists->k + j];
        float score = lists->score[i * lists->k + j];
        assert_true(item < context->a->n_items && context->c->allowed[item]);
        assert_true(isfinite(score));
        ranked next = ranked_of(score, context->popularity[item], item);
        assert_true(j == 0 || ranked_before(last, next));
        last = next;
    }
}

void random_lines(shop_line lines[LINES])
{
    shop_random_lines(lines, LINES, USERS, ITEMS, 1);
    shop_join_baskets(lines, LINES);
}

void open_shop(shop *s, const shop_line *lines, size_t n, int32_t as_of)
{
    shop_init(s, lines, n, as_of);
    shop_add_categories(s);
}

void random_shop(shop *s)
{
    shop_line lines[LINES];
    random_lines(lines);
    open_shop(s, lines, LINES, SHOP_AS_OF);
    shop_allow(s, 5, 3);
    s->options.als.factors = 20;
}
