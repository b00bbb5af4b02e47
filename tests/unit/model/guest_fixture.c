#include "guest_fixture.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* ---- Households ---- */

aisle_households *guests_of(const aisle_model *m, const receipts *r, const char *yaml,
                            int32_t as_of)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_households *out = NULL;
    aisle_config *config = receipts_config(yaml);
    aisle_dataset *d = receipts_build(r, config);
    if (aisle_households_from_dataset(&out, m, d, as_of, &err))
        fail_msg("%s", err.message);
    aisle_dataset_free(d);
    aisle_config_free(config);
    return out;
}

/* Ids, by their distinct values; those that are 0 are missing. */
typedef struct codes {
    uint32_t *code;
    int64_t *value;
    size_t count;
} codes;

static int compare_ids(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* id: [n], which it sorts. */
static aisle_coded code_ids(codes *c, int64_t *id, size_t n)
{
    int64_t *rows = mem_copy(id, n, sizeof *id);
    c->code = NEW_ARRAY(uint32_t, n);
    c->value = id;
    c->count = 0;
    qsort(id, n, sizeof *id, compare_ids);
    for (size_t i = 0; i < n; i++)
        if (id[i] && (c->count == 0 || id[c->count - 1] != id[i]))
            id[c->count++] = id[i];
    for (size_t i = 0; i < n; i++) {
        int64_t *at = bsearch(&rows[i], id, c->count, sizeof *id, compare_ids);
        c->code[i] = at ? (uint32_t)(at - id) : AISLE_MISSING;
    }
    mem_free(rows);
    return (aisle_coded){c->code, {.count = c->count, .ints = c->value}};
}

/* Arrays of all lines, and a table of the households. */
typedef struct arrays {
    codes column[4];
    int32_t *day;
    double *quantity, *value, *discount;
    uint32_t *row, *level;
    char texts[512];
    uint64_t offset[17];
    aisle_coded income;
} arrays;

static void fill_lines(aisle_receipts *out, arrays *a, const guest_source *from)
{
    size_t n = from->r->n;
    int64_t *id[4];
    for (int c = 0; c < 4; c++)
        id[c] = NEW_ARRAY(int64_t, n);
    a->day = NEW_ARRAY(int32_t, n);
    a->quantity = NEW_ARRAY(double, n);
    a->value = NEW_ARRAY(double, n);
    a->discount = NEW_ARRAY(double, n);
    for (size_t l = 0; l < n; l++) {
        const receipt *line = &from->r->lines[l];
        id[0][l] = line->user;
        id[1][l] = line->item;
        id[2][l] = line->basket;
        id[3][l] = from->store(line->user, line->basket);
        a->day[l] = line->day;
        a->quantity[l] = line->quantity;
        a->value[l] = line->value;
        a->discount[l] = receipts_discount(line);
    }
    *out = (aisle_receipts){.lines = n,
                            .user = code_ids(&a->column[0], id[0], n),
                            .item = code_ids(&a->column[1], id[1], n),
                            .basket = code_ids(&a->column[2], id[2], n),
                            .store = code_ids(&a->column[3], id[3], n),
                            .day = a->day,
                            .quantity = a->quantity,
                            .value = a->value,
                            .discount = a->discount};
}

/* A row each household; its income as one of the texts, in the order in which they turn up. */
static aisle_attributes fill_households(arrays *a, const guest_source *from)
{
    static const char *const names[] = {"income"};
    const codes *users = &a->column[0];
    size_t levels = 0;
    a->row = NEW_ARRAY(uint32_t, users->count);
    a->level = NEW_ARRAY(uint32_t, users->count);
    for (size_t u = 0; u < users->count; u++) {
        const char *text = from->income(users->value[u]);
        size_t s = 0, length = text ? strlen(text) : 0;
        while (text && s < levels &&
               (a->offset[s + 1] - a->offset[s] != length ||
                memcmp(a->texts + a->offset[s], text, length) != 0))
            s++;
        if (text && s == levels) {
            memcpy(a->texts + a->offset[s], text, length);
            a->offset[++levels] = a->offset[s] + length;
        }
        a->row[u] = (uint32_t)u;
        a->level[u] = text ? (uint32_t)s : AISLE_MISSING;
    }
    a->income = (aisle_coded){a->level, {levels, NULL, a->texts, a->offset}};
    return (aisle_attributes){.rows = users->count,
                              .key = {a->row, {.count = users->count, .ints = users->value}},
                              .columns = 1,
                              .names = names,
                              .category = &a->income};
}

aisle_households *guests_from_arrays(const aisle_model *m, const guest_source *from, int32_t as_of)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_households *out = NULL;
    aisle_receipts lines;
    arrays a;
    memset(&a, 0, sizeof a);
    fill_lines(&lines, &a, from);
    aisle_attributes table = fill_households(&a, from);
    if (aisle_households_from_receipts(&out, m, &lines, &table, as_of, &err))
        fail_msg("%s", err.message);
    for (int c = 0; c < 4; c++) {
        mem_free(a.column[c].code);
        mem_free(a.column[c].value);
    }
    void *owned[] = {a.day, a.quantity, a.value, a.discount, a.row, a.level};
    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++)
        mem_free(owned[i]);
    return out;
}

guest guest_find(const aisle_model *m, const aisle_households *of, int64_t id)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRId64, id);
    guest g = {m, of, of ? aisle_households_find(of, text) : aisle_model_find_user(m, text)};
    assert_int_not_equal(g.user.index, AISLE_MISSING);
    return g;
}

void keep_multiples(receipts *r, int64_t n, bool multiples)
{
    size_t kept = 0;
    for (size_t l = 0; l < r->n; l++)
        if ((r->lines[l].user % n == 0) == multiples)
            r->lines[kept++] = r->lines[l];
    r->n = kept;
}

void keep_one(receipts *r, int64_t user)
{
    size_t kept = 0;
    for (size_t l = 0; l < r->n; l++)
        if (r->lines[l].user == user)
            r->lines[kept++] = r->lines[l];
    r->n = kept;
}

/* ---- Answers ---- */

size_t guest_ask(aisle_recommendation list[GUEST_PLACES], const guest *g, bool exclude_bought)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_session *s = NULL;
    aisle_recommend_options o = {.exclude_bought = exclude_bought};
    size_t n = 0;
    if (aisle_session_new(&s, g->m, &err) ||
        aisle_model_recommend(&n, list, GUEST_PLACES, s, g->of, g->user, &o, &err))
        fail_msg("%s", err.message);
    aisle_session_free(s);
    return n;
}

static void same_double(double a, double b)
{
    assert_memory_equal(&a, &b, sizeof a);
}

static void same_text(const char *a, const char *b)
{
    assert_int_equal(!a, !b);
    if (a)
        assert_string_equal(a, b);
}

void same_recommendations(const aisle_recommendation *a, size_t n, const aisle_recommendation *b,
                          size_t m)
{
    assert_int_equal(n, m);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(a[i].item.index, b[i].item.index);
        assert_memory_equal(&a[i].score, &b[i].score, sizeof(float));
        assert_memory_equal(&a[i].probability, &b[i].probability, sizeof(float));
        assert_string_equal(a[i].source, b[i].source);
    }
}

void same_guest_lists(const guest *a, const guest *b)
{
    aisle_recommendation x[GUEST_PLACES], y[GUEST_PLACES];
    for (int exclude = 0; exclude < 2; exclude++) {
        size_t n = guest_ask(x, a, exclude), m = guest_ask(y, b, exclude);
        same_recommendations(x, n, y, m);
    }
}

static aisle_explanations *explain(const guest *g)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_explanations *x = NULL;
    aisle_explain_options o = {.k = GUEST_PLACES, .item = {AISLE_MISSING}};
    aisle_run run = {.threads = 1};
    if (aisle_model_explain(&x, g->m, g->of, &g->user, 1, &o, &run, &err))
        fail_msg("%s", err.message);
    return x;
}

static void same_cause(const aisle_cause *a, const aisle_cause *b)
{
    same_text(a->family, b->family);
    same_text(a->feature, b->feature);
    same_text(a->text, b->text);
    same_double(a->contribution, b->contribution);
    same_double(a->share, b->share);
    same_double(a->value, b->value);
}

void same_guest_reasons(const guest *a, const guest *b)
{
    aisle_explanations *x = explain(a), *y = explain(b);
    assert_int_equal(x->offset[1], y->offset[1]);
    for (size_t i = 0; i < x->offset[1]; i++) {
        const aisle_explanation *one = &x->list[i], *other = &y->list[i];
        assert_int_equal(one->item.index, other->item.index);
        assert_int_equal(one->standing, other->standing);
        assert_int_equal(one->place, other->place);
        same_text(one->source, other->source);
        same_text(one->reason, other->reason);
        same_double(one->score, other->score);
        same_double(one->base, other->base);
        same_double(one->probability, other->probability);
        assert_int_equal(one->n_causes, other->n_causes);
        for (size_t c = 0; c < one->n_causes; c++)
            same_cause(&one->cause[c], &other->cause[c]);
    }
    aisle_explanations_free(x);
    aisle_explanations_free(y);
}

static aisle_candidates *candidates(const guest *g, bool new_only)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_candidates *c = NULL;
    if (aisle_model_candidates(&c, g->m, g->of, g->user, new_only, &err))
        fail_msg("%s", err.message);
    return c;
}

void same_guest_candidates(const guest *a, const guest *b)
{
    for (int new_only = 0; new_only < 2; new_only++) {
        aisle_candidates *x = candidates(a, new_only), *y = candidates(b, new_only);
        assert_int_equal(x->n_sources, y->n_sources);
        assert_int_equal(x->count, y->count);
        for (size_t i = 0; i < x->count; i++) {
            assert_int_equal(x->list[i].item.index, y->list[i].item.index);
            assert_int_equal(x->list[i].bought, y->list[i].bought);
            assert_memory_equal(&x->list[i].score, &y->list[i].score, sizeof(float));
            for (size_t s = 0; s < x->n_sources; s++) {
                const aisle_candidate_source *one = &x->list[i].source[s];
                assert_int_equal(one->rank, y->list[i].source[s].rank);
                assert_memory_equal(&one->score, &y->list[i].source[s].score, sizeof(float));
            }
        }
        aisle_candidates_free(x);
        aisle_candidates_free(y);
    }
}

void same_guest_purchases(const guest *a, const guest *b)
{
    aisle_purchase x[40], y[40];
    size_t n = aisle_model_purchases(x, 40, a->m, a->of, a->user);
    assert_int_equal(n, aisle_model_purchases(y, 40, b->m, b->of, b->user));
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(x[i].item.index, y[i].item.index);
        assert_int_equal(x[i].day, y[i].day);
        assert_true(x[i].quantity == y[i].quantity && x[i].value == y[i].value);
    }
}

void same_guest(const guest *a, const guest *b)
{
    same_guest_lists(a, b);
    same_guest_reasons(a, b);
    same_guest_candidates(a, b);
    same_guest_purchases(a, b);
}
