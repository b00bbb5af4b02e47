/* What every retriever must do, over every row of retriever_table. */
#include "base/mem.h"
#include "base/topk.h"
#include "candidates/blend.h"
#include "shop.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* Large enough that all that runs in parallel is in several parts. */
enum { LINES = 15000, USERS = 400, ITEMS = 1600 };

/* Those whose lists don't come from what other households bought beside it. */
static bool is_collaborative(const retriever *r)
{
    return strncmp(r->name, "popular", 7) != 0 && strncmp(r->name, "own_", 4) != 0 &&
           strcmp(r->name, "substitutes") != 0;
}

/* A retriever fitted on a shop, and the lists that it fills. */
typedef struct fitted {
    const retriever *row;
    list_context context;
    void *state;
} fitted;

static void fit(fitted *f, const retriever *row, const shop *s, int threads)
{
    aisle_error err = AISLE_ERROR_INIT;
    f->row = row;
    assert_int_equal(list_context_init(&f->context, &s->h, &s->c, &s->options, 7, threads, &err),
                     AISLE_OK);
    if (row->fit(&f->state, &f->context, &err))
        fail_msg("%s: %s", row->name, err.message);
}

static void unfit(fitted *f)
{
    f->row->free(f->state, true);
    list_context_fini(&f->context);
}

static void fill(item_lists *out, const fitted *f, const uint32_t *users, size_t n, uint32_t k,
                 bool new_only)
{
    aisle_error err = AISLE_ERROR_INIT;
    retriever_query query = {users, n, new_only, 0};
    assert_int_equal(item_lists_init(out, n, k, &err), AISLE_OK);
    if (f->row->fill(out, f->state, &f->context, &query, &err))
        fail_msg("%s: %s", f->row->name, err.message);
}

/* Lists of all users of the history. */
static void fill_all(item_lists *out, const fitted *f, uint32_t k, bool new_only)
{
    uint32_t n = f->context.h->n_users, *users = NEW_ARRAY(uint32_t, n);
    for (uint32_t u = 0; u < n; u++)
        users[u] = u;
    fill(out, f, users, n, k, new_only);
    mem_free(users);
}

static void assert_same_list(const item_lists *a, size_t i, const item_lists *b, size_t j)
{
    assert_int_equal(a->count[i], b->count[j]);
    uint32_t n = a->count[i];
    assert_memory_equal(a->item + i * a->k, b->item + j * b->k, n * sizeof *a->item);
    assert_memory_equal(a->score + i * a->k, b->score + j * b->k, n * sizeof *a->score);
}

static void assert_same_lists(const item_lists *a, const item_lists *b)
{
    assert_int_equal(a->n, b->n);
    for (size_t i = 0; i < a->n; i++)
        assert_same_list(a, i, b, i);
}

static void random_lines(shop_line lines[LINES])
{
    shop_random_lines(lines, LINES, USERS, ITEMS, 1);
    shop_join_baskets(lines, LINES);
}

static void open_shop(shop *s, const shop_line *lines, size_t n, int32_t as_of)
{
    shop_init(s, lines, n, as_of);
    shop_add_categories(s);
}

static void random_shop(shop *s)
{
    shop_line lines[LINES];
    random_lines(lines);
    open_shop(s, lines, LINES, SHOP_AS_OF);
    shop_allow(s, 5, 3);
    s->options.als.factors = 20;
}

/* ---- Each takes one row of the table ---- */

static void check_withheld_first(const retriever *row)
{
    enum { N = 50 };
    shop_line lines[N * N];
    shop s;
    fitted f;
    item_lists lists;
    if (!is_collaborative(row))
        return;
    open_shop(&s, lines, shop_checkerboard_lines(lines, N), SHOP_AS_OF);
    s.options.tifu_knn.neighbours = N / 2 - 1; /* all weigh the same: those of the other half too */
    fit(&f, row, &s, 2);
    fill_all(&lists, &f, 1, true);
    for (uint32_t u = 0; u < N; u++) {
        assert_int_equal(lists.count[u], 1);
        assert_int_equal(lists.item[u], u);
    }
    item_lists_fini(&lists);
    unfit(&f);
    shop_fini(&s);
}

static void check_order(const fitted *f, const item_lists *lists, size_t i)
{
    ranked last = {0};
    for (uint32_t j = 0; j < lists->count[i]; j++) {
        uint32_t item = lists->item[i * lists->k + j];
        float score = lists->score[i * lists->k + j];
        assert_true(item < f->context.h->n_items && f->context.c->allowed[item]);
        assert_true(isfinite(score));
        ranked next = ranked_of(score, f->context.popularity[item], item);
        assert_true(j == 0 || ranked_before(last, next));
        last = next;
    }
}

/* In order, in the catalogue, nothing twice (the order is strict), and k only an upper bound. */
static void check_lists(const retriever *row)
{
    shop s;
    fitted f;
    random_shop(&s);
    fit(&f, row, &s, 2);
    const uint32_t sizes[] = {1, 5, 40, s.h.n_items + 10};
    item_lists longest;
    fill_all(&longest, &f, s.h.n_items + 10, false);
    for (size_t k = 0; k < 4; k++) {
        item_lists lists;
        fill_all(&lists, &f, sizes[k], false);
        for (size_t i = 0; i < lists.n; i++) {
            check_order(&f, &lists, i);
            assert_true(longest.count[i] <= s.c.count);
            uint32_t n = longest.count[i] < sizes[k] ? longest.count[i] : sizes[k];
            assert_int_equal(lists.count[i], n);
            assert_memory_equal(lists.item + i * lists.k, longest.item + i * longest.k,
                                n * sizeof *lists.item);
        }
        item_lists_fini(&lists);
    }
    item_lists_fini(&longest);
    unfit(&f);
    shop_fini(&s);
}

static void check_ties(const retriever *row)
{
    shop_line lines[30];
    shop s;
    fitted f;
    item_lists lists;
    for (int i = 0; i < 30; i++)
        lines[i] = (shop_line){i / 6, 50 - i % 6, i, SHOP_AS_OF - 3, 1};
    open_shop(&s, lines, 30, SHOP_AS_OF);
    s.options.als.factors = 1;
    fit(&f, row, &s, 1);
    fill_all(&lists, &f, 6, false);
    for (size_t i = 0; i < lists.n; i++)
        check_order(&f, &lists, i);
    item_lists_fini(&lists);
    unfit(&f);
    shop_fini(&s);
}

static void check_batch(const retriever *row)
{
    shop s;
    fitted f;
    item_lists all, one;
    random_shop(&s);
    fit(&f, row, &s, 2);
    fill_all(&all, &f, 17, false);
    for (uint32_t u = 0; u < s.h.n_users; u++) {
        fill(&one, &f, &u, 1, 17, false);
        assert_same_list(&all, u, &one, 0);
        item_lists_fini(&one);
    }
    uint32_t mixed[] = {3, HISTORY_NONE, 1, 3, HISTORY_NONE};
    fill(&one, &f, mixed, 5, 17, false);
    assert_same_list(&one, 0, &all, 3);
    assert_int_equal(one.count[1], 0);
    assert_same_list(&one, 2, &all, 1);
    assert_same_list(&one, 3, &all, 3);
    assert_int_equal(one.count[4], 0);
    item_lists_fini(&one);
    item_lists_fini(&all);
    unfit(&f);
    shop_fini(&s);
}

static void assert_same_arrays(const fitted *a, const fitted *b)
{
    state_array x[8], y[8];
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

/* Fitting again, on any number of threads, and from permuted lines: the same bytes. */
static void check_same_bytes(const retriever *row)
{
    const int threads[] = {1, 2, 8, 1};
    shop_line lines[LINES];
    shop s;
    fitted first;
    item_lists expected;
    random_shop(&s);
    fit(&first, row, &s, 1);
    fill_all(&expected, &first, 25, false);
    random_lines(lines);
    for (int i = 0; i < 4; i++) {
        shop again;
        fitted f;
        item_lists lists;
        if (i)
            shop_shuffle(lines, LINES, (uint64_t)i);
        open_shop(&again, lines, LINES, SHOP_AS_OF);
        shop_allow(&again, 5, 3);
        again.options = s.options;
        fit(&f, row, &again, threads[i]);
        fill_all(&lists, &f, 25, false);
        assert_same_arrays(&first, &f);
        assert_same_lists(&expected, &lists);
        item_lists_fini(&lists);
        unfit(&f);
        shop_fini(&again);
    }
    item_lists_fini(&expected);
    unfit(&first);
    shop_fini(&s);
}

/* What happens at or after T changes nothing. */
static void check_as_of(const retriever *row)
{
    shop_line lines[LINES];
    shop before, after;
    fitted f, g;
    item_lists expected, lists;
    random_lines(lines);
    open_shop(&before, lines, LINES, SHOP_AS_OF - 20);
    for (size_t i = 0; i < LINES; i++)
        if (lines[i].day >= SHOP_AS_OF - 20)
            lines[i] = (shop_line){1, (int64_t)i % 3, lines[i].basket, lines[i].day, 9};
    open_shop(&after, lines, LINES, SHOP_AS_OF - 20);
    fit(&f, row, &before, 2);
    fit(&g, row, &after, 2);
    fill_all(&expected, &f, 30, false);
    fill_all(&lists, &g, 30, false);
    assert_same_arrays(&f, &g);
    assert_same_lists(&expected, &lists);
    item_lists_fini(&expected);
    item_lists_fini(&lists);
    unfit(&f);
    unfit(&g);
    shop_fini(&before);
    shop_fini(&after);
}

/* Stored arrays, adopted by a state of their own, give the same lists; damaged ones are refused. */
static void check_round_trip(const retriever *row)
{
    shop s;
    fitted f;
    item_lists expected, lists;
    state_array from[8], to[8];
    aisle_error err = AISLE_ERROR_INIT;
    if (!row->arrays)
        return;
    random_shop(&s);
    fit(&f, row, &s, 2);
    fill_all(&expected, &f, 20, false);
    fitted opened = {row, f.context, NULL};
    assert_int_equal(row->adopt(&opened.state, &f.context, &err), AISLE_OK);
    size_t n = row->arrays(from, f.state);
    assert_int_equal(row->arrays(to, opened.state), n);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(from[i].count, to[i].count);
        assert_int_equal(from[i].size, to[i].size);
        *to[i].data = *from[i].data;
    }
    assert_int_equal(row->check(opened.state, &f.context, &err), AISLE_OK);
    fill_all(&lists, &opened, 20, false);
    assert_same_lists(&expected, &lists);
    for (size_t i = 0; i < n; i++) {
        unsigned char *bytes = *to[i].data, kept[8];
        memcpy(kept, bytes, to[i].size);
        memset(bytes, 0xff, to[i].size);
        assert_int_equal(row->check(opened.state, &f.context, &err), AISLE_ERROR_FORMAT);
        memcpy(bytes, kept, to[i].size);
    }
    row->free(opened.state, false);
    item_lists_fini(&expected);
    item_lists_fini(&lists);
    unfit(&f);
    shop_fini(&s);
}

/* Lists of new items are the lists of all without what was bought. */
static void check_new_only(const retriever *row)
{
    shop s;
    fitted f;
    item_lists all, fresh;
    random_shop(&s);
    fit(&f, row, &s, 2);
    uint32_t k = s.h.n_items;
    fill_all(&all, &f, k, false);
    fill_all(&fresh, &f, k, true);
    for (uint32_t u = 0; u < s.h.n_users; u++) {
        uint32_t n = 0;
        for (uint32_t j = 0; j < all.count[u]; j++) {
            uint32_t item = all.item[u * k + j];
            if (history_find_pair(&s.h, u, item) != SIZE_MAX)
                continue;
            assert_true(n < fresh.count[u]);
            assert_int_equal(fresh.item[u * k + n], item);
            assert_true(fresh.score[u * k + n] == all.score[u * k + j]);
            n++;
        }
        assert_int_equal(n, fresh.count[u]);
    }
    item_lists_fini(&all);
    item_lists_fini(&fresh);
    unfit(&f);
    shop_fini(&s);
}

static bool is_zero(const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (bytes[i])
            return false;
    return true;
}

/* score gives what fill gives, to the bit, and says nothing of what can't be listed. */
static void check_score(const retriever *row)
{
    shop s;
    fitted f;
    item_lists lists;
    random_shop(&s);
    fit(&f, row, &s, 2);
    uint32_t k = s.h.n_items, *items = NEW_ARRAY(uint32_t, k);
    float *scores = NEW_ARRAY(float, k);
    size_t bytes = retriever_scratch(row, f.state, &f.context);
    char *scratch = NEW_ZEROED(char, bytes);
    for (uint32_t i = 0; i < k; i++)
        items[i] = i;
    fill_all(&lists, &f, k, false);
    for (uint32_t u = 0; u < s.h.n_users; u++) {
        uint32_t said = 0;
        row->score(scores, f.state, &f.context, u, items, k, scratch);
        assert_true(is_zero(scratch, bytes));
        for (uint32_t j = 0; j < lists.count[u]; j++)
            assert_memory_equal(&scores[lists.item[u * k + j]], &lists.score[u * k + j], 4);
        for (uint32_t i = 0; i < k; i++)
            said += s.c.allowed[i] && !isnan(scores[i]);
        assert_int_equal(said, lists.count[u]);
    }
    mem_free(items);
    mem_free(scores);
    mem_free(scratch);
    item_lists_fini(&lists);
    unfit(&f);
    shop_fini(&s);
}

/* One household with one line; then a catalogue without an item. */
static void check_smallest(const retriever *row)
{
    shop_line line = {1, 1, 1, SHOP_AS_OF - 1, 1};
    shop s;
    fitted f;
    item_lists lists;
    open_shop(&s, &line, 1, SHOP_AS_OF);
    for (int pass = 0; pass < 2; pass++) {
        fit(&f, row, &s, 2);
        fill_all(&lists, &f, 3, false);
        assert_true(lists.count[0] <= s.c.count);
        check_order(&f, &lists, 0);
        item_lists_fini(&lists);
        unfit(&f);
        shop_allow(&s, 1, 0);
    }
    shop_fini(&s);
}

/* With n = 0, 1, 2, … allocations granted: an error of memory, nothing leaked, until all goes well.
 */
static void check_memory(const retriever *row)
{
    shop s;
    random_shop(&s);
    s.options.als.iterations = 1;
    fitted f = {.row = row};
    aisle_error err = AISLE_ERROR_INIT;
    assert_int_equal(list_context_init(&f.context, &s.h, &s.c, &s.options, 7, 2, &err), AISLE_OK);
    aisle_status status = AISLE_ERROR_MEMORY;
    for (long n = 0; status == AISLE_ERROR_MEMORY && n < 100; n++) {
        item_lists lists;
        uint32_t user = 0;
        retriever_query query = {&user, 1, false, 0};
        assert_int_equal(item_lists_init(&lists, 1, 5, &err), AISLE_OK);
        mem_fail_after(n);
        f.state = NULL;
        status = row->fit(&f.state, &f.context, &err);
        if (status == AISLE_OK) {
            status = row->fill(&lists, f.state, &f.context, &query, &err);
            row->free(f.state, true);
        }
        mem_fail_after(-1);
        item_lists_fini(&lists);
    }
    assert_int_equal(status, AISLE_OK);
    list_context_fini(&f.context);
    shop_fini(&s);
}

#define OVER_ALL(name)                                                                             \
    static void name(void **state)                                                                 \
    {                                                                                              \
        (void)state;                                                                               \
        for (size_t i = 0; i < retriever_count; i++)                                               \
            check_##name(&retriever_table[i]);                                                     \
    }

OVER_ALL(withheld_first)
OVER_ALL(lists)
OVER_ALL(ties)
OVER_ALL(batch)
OVER_ALL(same_bytes)
OVER_ALL(as_of)
OVER_ALL(round_trip)
OVER_ALL(new_only)
OVER_ALL(score)
OVER_ALL(smallest)
OVER_ALL(memory)

static void names(void **state)
{
    (void)state;
    for (size_t i = 0; i < retriever_count; i++)
        assert_ptr_equal(retriever_find(retriever_table[i].name), &retriever_table[i]);
    assert_null(retriever_find("no such retriever"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names), cmocka_unit_test(withheld_first), cmocka_unit_test(lists),
        cmocka_unit_test(ties),  cmocka_unit_test(batch),          cmocka_unit_test(same_bytes),
        cmocka_unit_test(as_of), cmocka_unit_test(round_trip),     cmocka_unit_test(new_only),
        cmocka_unit_test(score), cmocka_unit_test(smallest),       cmocka_unit_test(memory),
    };
    return cmocka_run_group_tests_name("retrievers", tests, NULL, NULL);
}
