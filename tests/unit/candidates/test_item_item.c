/* The item-item models against their definitions: rows of similar items, then scores. */
#include "base/mem.h"
#include "candidates/blend.h"
#include "candidates/neighbours/item_neighbours.h"
#include "naive_items.h"

#include <math.h>
#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { LINES = 1500, USERS = 40, ITEMS = 60 };

static const char *const names[] = {"item_count", "item_cosine", "item_tfidf", "item_bm25"};

typedef struct fitted {
    const retriever *row;
    list_context context;
    void *state;
    const uint32_t *neighbours; /* [catalogue][k] */
    const float *similarity;
    uint32_t k;
} fitted;

static item_item_options *options_of(shop *s, item_measure measure)
{
    item_item_options *const all[] = {&s->options.item_count, &s->options.item_cosine,
                                      &s->options.item_tfidf, &s->options.item_bm25};
    return all[measure];
}

static void fit(fitted *f, shop *s, item_measure measure)
{
    aisle_error err = AISLE_ERROR_INIT;
    state_array arrays[STATE_ARRAYS];
    f->row = retriever_find(names[measure]);
    assert_int_equal(list_context_init(&f->context, &s->h, &s->c, &s->options, 1, 2, &err),
                     AISLE_OK);
    if (retriever_fit(&f->state, f->row, &f->context, &s->h, &err) ||
        f->row->check(f->state, &f->context, &err))
        fail_msg("%s: %s", f->row->name, err.message);
    assert_int_equal(f->row->arrays(arrays, f->state), 2);
    f->neighbours = *arrays[0].data;
    f->similarity = *arrays[1].data;
    f->k = s->c.count ? (uint32_t)(arrays[0].count / s->c.count) : 0;
}

static void unfit(fitted *f)
{
    f->row->free(f->state, true);
    list_context_fini(&f->context);
}

static bool near(double a, double b)
{
    return fabs(a - b) <= 1e-5 * fmax(fabs(a), fabs(b)) + 1e-12;
}

/* Each kept value is the definition's, and nothing that was left out is larger. */
static void check_row(const fitted *f, const shop *s, const double *w, uint32_t place)
{
    uint32_t item = s->c.items[place], n = 0;
    const uint32_t *neighbours = f->neighbours + (size_t)place * f->k;
    const float *similarity = f->similarity + (size_t)place * f->k;
    bool *kept = NEW_ZEROED(bool, s->a.n_items);
    for (; n < f->k && neighbours[n] != UINT32_MAX; n++) {
        double expected = naive_product(w, s, item, neighbours[n]);
        assert_false(kept[neighbours[n]]);
        kept[neighbours[n]] = true;
        if (!near((double)similarity[n], expected))
            fail_msg("%s: %u and %u: %g, not %g", f->row->name, item, neighbours[n],
                     (double)similarity[n], expected);
    }
    for (uint32_t j = 0; j < s->a.n_items; j++) {
        double other = naive_product(w, s, item, j);
        if (kept[j] || other <= 1e-12)
            continue;
        assert_int_equal(n, f->k);
        assert_true(other <= (double)similarity[n - 1] * (1 + 1e-5));
    }
    mem_free(kept);
}

/* counts: [users of h][items], before the measure */
static void check_scores(const fitted *f, const shop *s, const households *h, const double *counts,
                         uint32_t user)
{
    uint32_t n = s->a.n_items, *items = NEW_ARRAY(uint32_t, n);
    float *scores = NEW_ARRAY(float, n);
    double *expected = NEW_ZEROED(double, n);
    asker who = {h, user, false};
    for (uint32_t place = 0; place < s->c.count; place++) {
        double weight = counts[user * n + s->c.items[place]];
        for (uint32_t j = place * f->k; j < (place + 1) * f->k; j++)
            if (f->neighbours[j] != UINT32_MAX)
                expected[f->neighbours[j]] += weight * (double)f->similarity[j];
    }
    for (uint32_t i = 0; i < n; i++)
        items[i] = i;
    assert_int_equal(retriever_score(scores, f->row, f->state, &f->context, &who, items, n, NULL),
                     AISLE_OK);
    for (uint32_t i = 0; i < n; i++)
        assert_true(expected[i] > 0 ? near((double)scores[i], expected[i]) : isnan(scores[i]));
    mem_free(items);
    mem_free(scores);
    mem_free(expected);
}

/* Of all households, by their receipts before a day. */
static void check_asked(const fitted *f, const shop *s, const shop_line *lines,
                        const item_item_options *o, int32_t as_of)
{
    shop asked = *s;
    assert_int_equal(households_init(&asked.h, &s->a, s->dataset, as_of, NULL, NULL), AISLE_OK);
    double *counts = naive_pair_weights(&asked, lines, LINES, o->weight, o->decay);
    for (uint32_t u = 0; u < asked.h.n_users; u++)
        check_scores(f, s, &asked.h, counts, u);
    mem_free(counts);
    households_fini(&asked.h);
}

static void check_model(shop *s, const shop_line *lines, item_measure measure)
{
    fitted f;
    const item_item_options *o = options_of(s, measure);
    double *w = naive_pair_weights(s, lines, LINES, o->weight, o->decay);
    fit(&f, s, measure);
    assert_int_equal(f.k, o->neighbours < s->c.count ? (uint32_t)o->neighbours : s->c.count);
    for (int32_t as_of = s->h.as_of - 10; as_of <= s->h.as_of + 10; as_of += 10)
        check_asked(&f, s, lines, o, as_of);
    naive_measure(w, s, measure, o);
    for (uint32_t place = 0; place < s->c.count; place++)
        check_row(&f, s, w, place);
    unfit(&f);
    mem_free(w);
}

static void models(void **state)
{
    (void)state;
    const int64_t sizes[] = {1, 4, 1000};
    shop_line lines[LINES];
    shop s;
    shop_random_lines(lines, LINES, USERS, ITEMS, 3);
    shop_init(&s, lines, LINES, SHOP_AS_OF - 10);
    for (int pass = 0; pass < 2; pass++) {
        for (int measure = MEASURE_COUNT; measure <= MEASURE_BM25; measure++) {
            for (int weight = PAIR_LINES; weight <= PAIR_BINARY; weight++) {
                item_item_options *o = options_of(&s, (item_measure)measure);
                o->weight = weight;
                o->decay = weight == PAIR_LOG ? 0.9 : 1;
                o->neighbours = sizes[weight];
                check_model(&s, lines, (item_measure)measure);
            }
        }
        shop_allow(&s, 3, 1);
        s.options.item_bm25.bm25_k1 = 100;
        s.options.item_bm25.bm25_b = 0.8;
    }
    shop_fini(&s);
}

/* The wider a row, the more of it is found by looking at every sum: items of one household and of
 * all, in a catalogue that is large against what a household buys. */
static void sparse_rows(void **state)
{
    (void)state;
    shop_line lines[LINES];
    shop s;
    for (int i = 0; i < LINES; i++)
        lines[i] = (shop_line){i % 200, i < 200 ? 0 : i, i, SHOP_AS_OF - 1 - i % 5, 1};
    shop_init(&s, lines, LINES, SHOP_AS_OF);
    s.options.item_cosine.neighbours = 5;
    check_model(&s, lines, MEASURE_COSINE);
    shop_fini(&s);
}

/* Sums of 300,000 terms: as a float alone they would be off by some thousandths. */
static void long_sums(void **state)
{
    (void)state;
    enum { MANY = 300000, FEW = 4 };
    aisle_error err = AISLE_ERROR_INIT;
    item_neighbours found;
    csr w;
    assert_int_equal(csr_init(&w, MANY, FEW, (uint64_t)MANY * FEW, &err), AISLE_OK);
    for (uint32_t u = 0; u < MANY; u++) {
        w.offset[u + 1] = (uint64_t)(u + 1) * FEW;
        for (uint32_t i = 0; i < FEW; i++) {
            w.column[(size_t)u * FEW + i] = i;
            w.value[(size_t)u * FEW + i] = 0.1f + 0.01f * (float)i;
        }
    }
    neighbours_options options = {.k = FEW, .threads = 2};
    assert_int_equal(item_neighbours_init(&found, &w, &options, &err), AISLE_OK);
    for (uint32_t i = 0; i < FEW; i++) {
        for (uint32_t j = 0; j < FEW; j++) {
            uint32_t column = found.column[i * FEW + j];
            double expected = MANY * (double)w.value[i] * (double)w.value[column];
            assert_int_equal(column, FEW - 1 - j);
            assert_true(fabs((double)found.value[i * FEW + j] - expected) <= 1e-5 * expected);
        }
    }
    item_neighbours_fini(&found);
    csr_fini(&w);
}

/* Itself is not similar; the order is that of the row. */
static void similar(void **state)
{
    (void)state;
    shop_line lines[LINES];
    shop s;
    fitted f;
    neighbour found[ITEMS];
    size_t n;
    shop_random_lines(lines, LINES, USERS, ITEMS, 3);
    shop_init(&s, lines, LINES, SHOP_AS_OF);
    shop_allow(&s, 4, 1);
    s.options.item_cosine.neighbours = 9;
    fit(&f, &s, MEASURE_COSINE);
    for (uint32_t place = 0; place < s.c.count; place++) {
        uint32_t item = s.c.items[place], j = place * 9;
        assert_int_equal(f.row->similar_items(&n, found, 4, f.state, &f.context, item, NULL),
                         AISLE_OK);
        assert_int_equal(n, 4);
        for (size_t i = 0; i < n; i++, j++) {
            j += f.neighbours[j] == item;
            assert_int_equal(found[i].index, f.neighbours[j]);
            assert_true(found[i].score == f.similarity[j]);
        }
    }
    unfit(&f);
    shop_fini(&s);
}

/* Whatever the parameters: finite values, and a household that bought everything is none to fall
 * over. */
static void extremes(void **state)
{
    (void)state;
    const struct {
        double k1, b, decay;
    } cases[] = {{0, 0, 1}, {0, 1, 0}, {1e300, 1, 0.5}, {1e300, 0, 1}, {1.2, 0.2, 0}, {1, 1, 1e-9}};
    shop_line lines[LINES];
    shop_random_lines(lines, LINES, USERS, ITEMS, 3);
    for (size_t size = 1; size <= LINES; size = size * 7 + 3) {
        shop s;
        shop_init(&s, lines, size, SHOP_AS_OF);
        for (int measure = MEASURE_COUNT; measure <= MEASURE_BM25; measure++) {
            for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
                fitted f;
                item_item_options *o = options_of(&s, (item_measure)measure);
                o->bm25_k1 = cases[i].k1;
                o->bm25_b = cases[i].b;
                o->decay = cases[i].decay;
                o->weight = PAIR_LINES;
                fit(&f, &s, (item_measure)measure);
                unfit(&f);
            }
        }
        shop_fini(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(models),  cmocka_unit_test(sparse_rows), cmocka_unit_test(long_sums),
        cmocka_unit_test(similar), cmocka_unit_test(extremes),
    };
    return cmocka_run_group_tests_name("item-item", tests, NULL, NULL);
}
