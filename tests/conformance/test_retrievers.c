/* What every retriever must do, over every row of retriever_table. */
#include "base/mem.h"
#include "fitted.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* Those whose lists don't come from what other households bought beside it. */
static bool is_collaborative(const retriever *r)
{
    return strncmp(r->name, "popular", 7) != 0 && strncmp(r->name, "own_", 4) != 0 &&
           strcmp(r->name, "substitutes") != 0;
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

/* In order, in the catalogue, nothing twice (the order is strict), and k only an upper bound. */
static void check_lists(const retriever *row)
{
    shop s;
    fitted f;
    random_shop(&s);
    fit(&f, row, &s, 2);
    const uint32_t sizes[] = {1, 5, 40, s.a.n_items + 10};
    item_lists longest;
    fill_all(&longest, &f, s.a.n_items + 10, false);
    for (size_t k = 0; k < 4; k++) {
        item_lists lists;
        fill_all(&lists, &f, sizes[k], false);
        for (size_t i = 0; i < lists.n; i++) {
            check_order(&f.context, &lists, i);
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
        check_order(&f.context, &lists, i);
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

/* Points the arrays of an adopted state to those of a fitted one; returns how many. */
static size_t adopt_arrays(state_array *to, const fitted *opened, const fitted *f)
{
    state_array from[STATE_ARRAYS];
    size_t n = f->row->arrays(from, f->state);
    assert_int_equal(f->row->arrays(to, opened->state), n);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(from[i].size, to[i].size);
        if (to[i].count == STATE_ANY)
            *to[i].found = from[i].count;
        else
            assert_int_equal(from[i].count, to[i].count);
        *to[i].data = *from[i].data;
    }
    return n;
}

static void check_damage(const fitted *opened, const state_array *array)
{
    unsigned char *bytes = *array->data, kept[8];
    memcpy(kept, bytes, array->size);
    memset(bytes, 0xff, array->size);
    if (opened->row->check(opened->state, &opened->context, NULL) != AISLE_ERROR_FORMAT)
        fail_msg("%s: damage of '%s' goes unseen", opened->row->name, array->name);
    memcpy(bytes, kept, array->size);
}

/* Stored arrays, adopted by a state of their own, give the same lists; damaged ones are refused. */
static void check_round_trip(const retriever *row)
{
    shop s;
    fitted f;
    item_lists expected, lists;
    state_array arrays[STATE_ARRAYS];
    aisle_error err = AISLE_ERROR_INIT;
    if (!row->arrays)
        return;
    random_shop(&s);
    fit(&f, row, &s, 2);
    fill_all(&expected, &f, 20, false);
    fitted opened = {row, &s.h, f.context, NULL};
    assert_int_equal(row->adopt(&opened.state, &f.context, &err), AISLE_OK);
    size_t n = adopt_arrays(arrays, &opened, &f);
    assert_int_equal(row->check(opened.state, &f.context, &err), AISLE_OK);
    if (row->ready)
        assert_int_equal(row->ready(opened.state, &f.context, &err), AISLE_OK);
    fill_all(&lists, &opened, 20, false);
    assert_same_lists(&expected, &lists);
    for (size_t i = 0; i < n; i++)
        check_damage(&opened, &arrays[i]);
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
    uint32_t k = s.a.n_items;
    fill_all(&all, &f, k, false);
    fill_all(&fresh, &f, k, true);
    for (uint32_t u = 0; u < s.h.n_users; u++) {
        uint32_t n = 0;
        for (uint32_t j = 0; j < all.count[u]; j++) {
            uint32_t item = all.item[u * k + j];
            if (households_bought(&s.h, u, item))
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

/* One household's turn in room that others had before it. */
static void score_in(float *scores, char *room, size_t bytes, const fitted *f, const asker *who,
                     const uint32_t *items, size_t n)
{
    if (f->row->ask)
        f->row->ask(room, f->state, &f->context, who);
    f->row->score(scores, room, f->state, &f->context, who, items, n);
    if (f->row->forget)
        f->row->forget(room, f->state, &f->context, who);
    assert_true(is_zero(room, bytes));
}

/* score gives what fill gives, to the bit, and says nothing of what can't be listed. */
static void check_score(const retriever *row)
{
    shop s;
    fitted f;
    item_lists lists;
    random_shop(&s);
    fit(&f, row, &s, 2);
    uint32_t k = s.a.n_items, *items = NEW_ARRAY(uint32_t, k);
    float *scores = NEW_ARRAY(float, k), *alone = NEW_ARRAY(float, k);
    size_t bytes = retriever_room(row, f.state, &f.context);
    char *room = NEW_ZEROED(char, bytes);
    for (uint32_t i = 0; i < k; i++)
        items[i] = i;
    fill_all(&lists, &f, k, false);
    for (uint32_t u = 0; u < s.h.n_users; u++) {
        asker who = {&s.h, u, false};
        uint32_t said = 0;
        score_in(scores, room, bytes, &f, &who, items, k);
        assert_int_equal(retriever_score(alone, row, f.state, &f.context, &who, items, k, NULL),
                         AISLE_OK);
        assert_memory_equal(scores, alone, k * sizeof *alone);
        for (uint32_t j = 0; j < lists.count[u]; j++)
            assert_memory_equal(&scores[lists.item[u * k + j]], &lists.score[u * k + j], 4);
        for (uint32_t i = 0; i < k; i++)
            said += s.c.allowed[i] && !isnan(scores[i]);
        assert_int_equal(said, lists.count[u]);
    }
    mem_free(items);
    mem_free(scores);
    mem_free(alone);
    mem_free(room);
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
        check_order(&f.context, &lists, 0);
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
        retriever_query query = {&s.h, &user, 1, false, 0};
        assert_int_equal(item_lists_init(&lists, 1, 5, &err), AISLE_OK);
        mem_fail_after(n);
        f.state = NULL;
        status = retriever_fit(&f.state, row, &f.context, &s.h, &err);
        if (status == AISLE_OK) {
            status = retriever_fill(&lists, row, f.state, &f.context, &query, &err);
            row->free(f.state, true);
        }
        mem_fail_after(-1);
        item_lists_fini(&lists);
    }
    assert_int_equal(status, AISLE_OK);
    list_context_fini(&f.context);
    shop_fini(&s);
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
