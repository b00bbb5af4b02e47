/* What aisle split writes, read again: the same lines, households, products and truth. */
#include "aisle/split.h"

#include "base/mem.h"
#include "receipts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

typedef struct shop {
    aisle_config *config;
    aisle_dataset *d;
    char folder[64];
} shop;

/* Returns, parts of pieces, products that nobody knows, and the fixture's own peculiarities. */
static void shop_init(shop *s, const char *yaml, int ids)
{
    receipts r = {.ids = ids};
    receipts_init(&r, 23);
    r.ids = ids;
    receipts_init_promotions(&r, 24);
    for (int32_t i = 0; i < 40; i++) {
        receipts_add(&r, (receipt){100 + 7 * i, 1005 + 5 * i, 70000 + i, RECEIPTS_END - 30 - i,
                                   0.1 + i / 3.0, 1.005 * i + 0.01});
        receipts_add(&r, (receipt){100 + 7 * i, 1005 + 5 * i, 70000 + i, RECEIPTS_END - 30 - i,
                                   -0.25 - i, -0.5 * i - 0.01});
        receipts_add(&r, (receipt){100 + 7 * i, 5001 + i, 80000 + i, RECEIPTS_END - 4, 2, 3});
    }
    s->config = receipts_config(yaml);
    s->d = receipts_build(&r, s->config);
    snprintf(s->folder, sizeof s->folder, "/tmp/aisle-split-XXXXXX");
    assert_non_null(mkdtemp(s->folder));
    receipts_fini(&r);
}

static void shop_fini(shop *s)
{
    char command[128];
    aisle_dataset_free(s->d);
    aisle_config_free(s->config);
    snprintf(command, sizeof command, "rm -r '%s'", s->folder);
    assert_int_equal(system(command), 0);
}

static void same_ids(const id_table *a, const id_table *b)
{
    char x[32], y[32];
    assert_int_equal(a->count, b->count);
    for (uint32_t i = 0; i < a->count; i++)
        assert_string_equal(id_table_text(a, i, x), id_table_text(b, i, y));
}

static void same_attributes(const attribute_table *a, const attribute_table *b)
{
    char x[32], y[32];
    assert_int_equal(a->rows, b->rows);
    assert_int_equal(a->columns, b->columns);
    assert_int_equal(a->department, b->department);
    assert_int_equal(a->category, b->category);
    for (size_t c = 0; c < a->columns; c++)
        for (size_t i = 0; i < a->rows; i++) {
            uint32_t m = a->code[c][i], n = b->code[c][i];
            assert_int_equal(m == AISLE_MISSING, n == AISLE_MISSING);
            if (m != AISLE_MISSING)
                assert_string_equal(id_table_text(&a->levels[c], m, x),
                                    id_table_text(&b->levels[c], n, y));
        }
}

static void same_dataset(const aisle_dataset *a, const aisle_dataset *b)
{
    same_ids(&a->users, &b->users);
    same_ids(&a->items, &b->items);
    same_ids(&a->stores, &b->stores);
    assert_int_equal(a->line.n, b->line.n);
    assert_int_equal(a->baskets, b->baskets);
    assert_memory_equal(a->user_offset, b->user_offset,
                        (a->users.count + 1) * sizeof *a->user_offset);
    for (size_t c = 0; c < line_column_count; c++) {
        const line_column *column = &line_column_table[c];
        const char *x = *line_columns_at((line_columns *)&a->line, column);
        const char *y = *line_columns_at((line_columns *)&b->line, column);
        if (column->option == LINE_PROMOTION)
            continue; /* weeks of the test are no known ones */
        assert_int_equal(!x, !y);
        if (x)
            assert_memory_equal(x, y, a->line.n * column->size);
    }
    for (size_t i = 0; a->store && i < a->baskets; i++)
        assert_int_equal(a->store[i], b->store[i]);
    same_attributes(&a->products, &b->products);
    same_attributes(&a->households, &b->households);
    assert_int_equal(a->summary.first_week, b->summary.first_week);
    assert_int_equal(a->summary.last_week, b->summary.last_week);
    assert_true(a->summary.value == b->summary.value);
}

static aisle_dataset *read_again(const shop *s, const char *name)
{
    char path[128];
    aisle_error err = AISLE_ERROR_INIT;
    aisle_dataset *d;
    snprintf(path, sizeof path, "%s/%s.yaml", s->folder, name);
    if (aisle_dataset_open(&d, path, &err))
        fail_msg("%s", err.message);
    return d;
}

static aisle_split_written write_shop(const shop *s, const char *format)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_split_written written;
    if (aisle_split_write(&written, s->d, s->folder, format, NULL, &err))
        fail_msg("%s", err.message);
    return written;
}

static aisle_evaluation *evaluate(const aisle_dataset *d)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_evaluation *e;
    if (aisle_evaluate(&e, d, false, NULL, &err))
        fail_msg("%s", err.message);
    return e;
}

static const char *const yamls[] = {
    RECEIPTS_SMALL "evaluate: {models: [own_count, popular], bootstrap: 0}",
    RECEIPTS_SMALL "evaluate: {models: [own_count], bootstrap: 0, new_only: true}\n"
                   "new_only: {candidates: {popular: {quota: 30}}, ranker: {trees: 3}}",
    RECEIPTS_SMALL "evaluate: {models: [own_count], bootstrap: 0, unseen: 0.4}\n"
                   "split: {age: 9, protocol: frozen, test_last: 28}",
    RECEIPTS_SMALL "evaluate: {models: [own_count], bootstrap: 0}\ncatalogue: \"few\"\n"
                   "catalogues: {few: {top: 20, price_above: 0.5}, A: {}}\n"
                   "features: {planned_promotions: true}",
};

static void files_are_the_dataset(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof yamls / sizeof *yamls; i++) {
        shop s;
        shop_init(&s, yamls[i], i == 0 ? IDS_INTS : i == 1 ? IDS_TEXTS : IDS_MIXED);
        aisle_split_written w = write_shop(&s, i % 2 ? "parquet" : "csv");
        aisle_dataset *again = read_again(&s, "shop");
        if (i != 2) /* its window ends before the receipts do */
            same_dataset(s.d, again);
        aisle_evaluation *a = evaluate(s.d), *b = evaluate(again);
        assert_memory_equal(&a->counts, &b->counts, sizeof a->counts);
        assert_memory_equal(&a->split, &b->split, sizeof a->split);
        assert_int_equal(w.rows[AISLE_SPLIT_TRUTH], a->counts.pairs);
        for (size_t m = 0; m < a->n_models; m++)
            for (size_t c = 0; c < a->n_metrics; c++)
                assert_true(a->models[m].metric[c].value == b->models[m].metric[c].value);
        aisle_evaluation_free(a);
        aisle_evaluation_free(b);
        aisle_dataset_free(again);
        shop_fini(&s);
    }
}

/* Nothing of the window is in what was known, and all of what lies before it is. */
static void known_is_before_the_window(void **state)
{
    (void)state;
    shop s;
    size_t lines = 0;
    shop_init(&s, yamls[0], IDS_INTS);
    aisle_split_written w = write_shop(&s, "csv");
    aisle_dataset *known = read_again(&s, "known");
    for (size_t l = 0; l < s.d->line.n; l++)
        lines += s.d->line.day[l] < w.windows.test.from;
    assert_int_equal(known->line.n, lines);
    assert_int_equal(w.rows[AISLE_SPLIT_KNOWN], lines);
    assert_int_equal(w.rows[AISLE_SPLIT_KNOWN] + w.rows[AISLE_SPLIT_TEST], s.d->line.n);
    assert_true(known->summary.last_day < w.windows.test.from);
    assert_int_equal(known->summary.promotions.last_week, w.windows.first_week - 1);
    aisle_split earlier;
    assert_int_equal(aisle_split_plan(&earlier, known, NULL), AISLE_OK);
    assert_int_equal(earlier.test.to, w.windows.test.from);
    aisle_dataset_free(known);
    shop_fini(&s);
}

/* The same files each time; what an earlier call wrote does not mix with it. */
static void written_again_it_is_the_same(void **state)
{
    (void)state;
    shop s;
    char command[256];
    shop_init(&s, yamls[0], IDS_INTS);
    write_shop(&s, "csv");
    snprintf(command, sizeof command, "cd %s && cat * | cksum > /tmp/aisle-split-a.%d", s.folder,
             (int)getpid());
    assert_int_equal(system(command), 0);
    write_shop(&s, "csv");
    snprintf(command, sizeof command,
             "cd %s && cat * | cksum | cmp - /tmp/aisle-split-a.%d && rm /tmp/aisle-split-a.%d",
             s.folder, (int)getpid(), (int)getpid());
    assert_int_equal(system(command), 0);
    shop_fini(&s);
}

static void wrong_ones_are_refused(void **state)
{
    (void)state;
    shop s;
    aisle_error err;
    aisle_split_written written;
    shop_init(&s, yamls[0], IDS_INTS);
    assert_int_equal(aisle_split_write(&written, s.d, s.folder, "xls", NULL, &err),
                     AISLE_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, "xls"));
    assert_int_equal(aisle_split_write(&written, s.d, "/dev/null", "csv", NULL, &err),
                     AISLE_ERROR_IO);
    shop_fini(&s);
}

static void memory_runs_out(void **state)
{
    (void)state;
    shop s;
    shop_init(&s, yamls[3], IDS_TEXTS);
    aisle_status status = AISLE_ERROR_MEMORY;
    for (long n = 0; status != AISLE_OK; n += n < 300 ? 1 : 97) {
        aisle_split_tables *t = NULL;
        aisle_split_rows *rows = NULL;
        size_t length = 1;
        mem_fail_after(n);
        status = aisle_split_tables_new(&t, s.d, NULL, NULL);
        for (int table = 0; !status && table < AISLE_SPLIT_TABLES; table++) {
            status = aisle_split_rows_open(&rows, t, (aisle_split_table)table, NULL);
            aisle_split_rows_free(status ? NULL : rows);
        }
        if (!status)
            length = aisle_split_tables_config(NULL, 0, t, "csv", n % 2);
        mem_fail_after(-1);
        assert_true(status == AISLE_OK || status == AISLE_ERROR_MEMORY);
        status = length == 0 ? AISLE_ERROR_MEMORY : status;
        aisle_split_tables_free(t);
        assert_true(n < 1000000);
    }
    shop_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_the_dataset),
        cmocka_unit_test(known_is_before_the_window),
        cmocka_unit_test(written_again_it_is_the_same),
        cmocka_unit_test(wrong_ones_are_refused),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests_name("split_tables", tests, NULL, NULL);
}
