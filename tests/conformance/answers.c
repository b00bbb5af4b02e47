#include "answers.h"

#include "base/mem.h"
#include "fitted.h"

#include <math.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { PLACES = 30, QUOTA = 12, LEAST = 40 };

void set_quotas(candidates_options *o)
{
    int64_t *const quotas[] = {
        &o->popular.quota,     &o->own_count.quota,     &o->own_decay.quota,
        &o->als.quota,         &o->ease.quota,          &o->item_count.quota,
        &o->item_cosine.quota, &o->item_tfidf.quota,    &o->item_bm25.quota,
        &o->popular_all.quota, &o->popular_store.quota, &o->popular_segment.quota,
        &o->co_basket.quota,   &o->substitutes.quota,   &o->popular_category.quota,
        &o->up_cf.quota,       &o->tifu_knn.quota,      &o->similar_users.quota,
        &o->own_last.quota,    &o->own_due.quota,       &o->mix.quota};
    for (size_t i = 0; i < sizeof quotas / sizeof *quotas; i++)
        *quotas[i] = QUOTA;
    for (size_t r = 0; r < retriever_count; r++)
        assert_int_equal(retriever_table[r].quota(o), QUOTA);
}

void subject_fit(subject *out, size_t row, const shop *s)
{
    aisle_error err = AISLE_ERROR_INIT;
    bool *wanted = NEW_ZEROED(bool, retriever_count), blend = row == retriever_count;
    out->row = row;
    out->name = blend ? "blend" : retriever_table[row].name;
    if (!blend)
        wanted[row] = true;
    if (level1_init(&out->l, &s->h, &s->c, &s->options, blend ? NULL : wanted, 7, 2, &err))
        fail_msg("%s: %s", out->name, err.message);
    mem_free(wanted);
}

void subject_fini(subject *x)
{
    level1_fini(&x->l);
}

static void append(answers *a, const void *bytes, size_t n)
{
    assert_int_equal(mem_grow(&a->bytes, &a->room, a->length + n + 1, 1), 0);
    memcpy(a->bytes + a->length, bytes, n);
    a->length += n;
}

/* A list's scores are those that the items get by themselves. */
static void check_list(const subject *x, const item_lists *lists, size_t i, const float *scores)
{
    check_order(&x->l.context, lists, i);
    for (uint32_t j = 0; j < lists->count[i]; j++) {
        size_t at = i * lists->k + j;
        if (memcmp(&scores[lists->item[at]], &lists->score[at], sizeof *scores))
            fail_msg("%s: item %u has %g in the list, %g by itself", x->name, lists->item[at],
                     (double)lists->score[at], (double)scores[lists->item[at]]);
    }
}

static void add_list(answers *a, const item_lists *lists, size_t i)
{
    size_t at = i * lists->k, n = lists->count[i];
    append(a, &lists->count[i], sizeof *lists->count);
    append(a, lists->item + at, n * sizeof *lists->item);
    append(a, lists->score + at, n * sizeof *lists->score);
}

static void ask_retriever(answers *a, const subject *x, int threads)
{
    const retriever *row = &retriever_table[x->row];
    const list_context *context = &x->l.context;
    uint32_t n_items = context->a->n_items, *items = NEW_ARRAY(uint32_t, n_items);
    float *scores = NEW_ARRAY(float, n_items);
    item_lists lists[2];
    for (uint32_t i = 0; i < n_items; i++)
        items[i] = i;
    for (int new_only = 0; new_only < 2; new_only++) {
        retriever_query query = {a->h, a->users, a->n, new_only, threads};
        assert_int_equal(item_lists_init(&lists[new_only], a->n, PLACES, NULL), AISLE_OK);
        assert_int_equal(
            retriever_fill(&lists[new_only], row, x->l.state[x->row], context, &query, NULL),
            AISLE_OK);
    }
    for (size_t i = 0; i < a->n; i++) {
        asker who = {a->h, a->users[i], false};
        assert_int_equal(
            retriever_score(scores, row, x->l.state[x->row], context, &who, items, n_items, NULL),
            AISLE_OK);
        for (int new_only = 0; new_only < 2; new_only++) {
            check_list(x, &lists[new_only], i, scores);
            add_list(a, &lists[new_only], i);
        }
        append(a, scores, n_items * sizeof *scores);
        a->end[a->ends++] = a->length;
    }
    item_lists_fini(&lists[0]);
    item_lists_fini(&lists[1]);
    mem_free(items);
    mem_free(scores);
}

static void add_rows(answers *a, const subject *x, const candidate_lists *lists, size_t i)
{
    uint64_t from = lists->offset[i], n = lists->offset[i + 1] - from, sources = lists->n_sources;
    for (uint64_t r = from; r < from + n; r++)
        assert_true(x->l.context.c->allowed[lists->item[r]]);
    append(a, &n, sizeof n);
    append(a, lists->item + from, n * sizeof *lists->item);
    append(a, lists->score + from * sources, n * sources * sizeof *lists->score);
    append(a, lists->rank + from * sources, n * sources * sizeof *lists->rank);
}

static void ask_blend(answers *a, const subject *x, int threads)
{
    aisle_error err = AISLE_ERROR_INIT;
    candidate_lists lists[2];
    for (int new_only = 0; new_only < 2; new_only++) {
        retriever_query query = {a->h, a->users, a->n, new_only, threads};
        if (blend_init(&lists[new_only], &x->l, &query, LEAST, &err) ||
            candidate_lists_check(&lists[new_only], x->l.context.a->n_items, &err))
            fail_msg("%s", err.message);
        assert_int_equal(lists[new_only].n_sources, retriever_count);
    }
    for (size_t i = 0; i < a->n; i++) {
        add_rows(a, x, &lists[0], i);
        add_rows(a, x, &lists[1], i);
        a->end[a->ends++] = a->length;
    }
    candidate_lists_fini(&lists[0]);
    candidate_lists_fini(&lists[1]);
}

void answers_init(answers *out, const subject *x, const households *h, const uint32_t *users,
                  size_t n, int threads)
{
    *out = (answers){.h = h, .users = users, .n = n, .end = NEW_ARRAY(size_t, n)};
    if (x->row == retriever_count)
        ask_blend(out, x, threads);
    else
        ask_retriever(out, x, threads);
}

void answers_fini(answers *a)
{
    mem_free(a->end);
    mem_free(a->bytes);
}

static size_t start_of(const answers *a, size_t i)
{
    return i ? a->end[i - 1] : 0;
}

static size_t find_same(const answers *all, const answers *some, size_t i)
{
    uint32_t user = id_table_find_same(&all->h->users, &some->h->users, some->users[i]);
    for (size_t j = 0; j < all->n; j++)
        if (all->users[j] == user)
            return j;
    fail_msg("a household that was not asked before");
    return 0;
}

size_t count_different(const answers *all, const answers *some, int64_t *id)
{
    size_t count = 0;
    for (size_t i = 0; i < some->n; i++) {
        size_t j = find_same(all, some, i);
        size_t from = start_of(some, i), length = some->end[i] - from, at = start_of(all, j);
        if (length == all->end[j] - at && memcmp(some->bytes + from, all->bytes + at, length) == 0)
            continue;
        *id = some->h->users.ints[some->users[i]];
        count++;
    }
    return count;
}

void assert_same_answers(const subject *x, const answers *all, const answers *some)
{
    int64_t id = 0;
    size_t n = count_different(all, some, &id);
    if (n)
        fail_msg("%s: %zu households of %zu are told something else, %lld is one", x->name, n,
                 some->n, (long long)id);
}
