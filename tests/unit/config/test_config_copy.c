/* Copies, single keys set later, and memory that runs out. */
#include "base/mem.h"
#include "config/dump.h"
#include "receipts.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const char everything[] =
    "seed: 77\n"
    "data:\n"
    "  receipts: {path: 'r \"1\".csv', user: 'tab\there', item: \"new\\nline\", basket: "
    "back\\slash,\n"
    "    value: \"\\x85\\u2028\\u00e4\\ufeff\\U0001F6D2\\a\\x7f\", time_format: epoch_ms, week: "
    "'7',\n"
    "    origin: 2000-02-29, quantity: 'null', time: ''}\n"
    "  products: {sql: 'select 1 -- ${folder}', categories: [a, 'b, c', '\"', ''], label: "
    "[\"x\\ty\"]}\n"
    "  cleaning: {quantity_above: 0.1, price_above: 1e-300, category_required: true}\n"
    "split: {protocol: frozen, test_first: -5, horizon: 520}\n"
    "catalogue: Ä/ö\n"
    "catalogues: {Ä/ö: {items_in: ['0001', 1, A-01], top: 2147483647}, b: {}, 'c d': {share_to: "
    "0.30000000000000004}}\n"
    "candidates: {als: {weighting: binary, alpha: 0.1}}\n"
    "ranker: {parameters: 'a=1'}\n"
    "evaluate: {k: [], metrics: [], pad: false}\n";

static void same_dump(const aisle_config *a, const aisle_config *b)
{
    text x = {0}, y = {0};
    config_dump(&x, a, "");
    config_dump(&y, b, "");
    assert_false(x.failed || y.failed);
    assert_string_equal(x.bytes, y.bytes);
    text_fini(&x);
    text_fini(&y);
}

static void copies_everything(void **state)
{
    (void)state;
    aisle_error err = AISLE_ERROR_INIT;
    aisle_config *a = receipts_config(everything), *b = NULL;
    if (aisle_config_copy(&b, a, &err))
        fail_msg("%s", err.message);
    same_dump(a, b);
    assert_string_equal(a->data.receipts.user.items[0], "tab\there");
    assert_string_equal(b->data.receipts.user.items[0], a->data.receipts.user.items[0]);
    assert_string_equal(b->data.receipts.item.items[0], "new\nline");
    assert_string_equal(b->data.receipts.value, a->data.receipts.value);
    assert_string_equal(b->data.receipts.quantity, "null");
    assert_string_equal(b->data.receipts.time.items[0], "");
    assert_string_equal(b->data.receipts.week, "7");
    assert_string_equal(b->catalogues[0].items_in.items[0], "0001");
    assert_int_equal(b->data.receipts.origin.value, a->data.receipts.origin.value);
    assert_true(b->catalogues[2].share_to == a->catalogues[2].share_to);
    assert_int_equal(b->evaluate.k.count, 0);
    assert_int_equal(b->evaluate.metrics.count, 0);
    aisle_config_free(a);
    aisle_config_free(b);
}

/* A path that was made relative to a folder is not made so again. */
static void copies_paths_as_they_are(void **state)
{
    (void)state;
    aisle_error err = AISLE_ERROR_INIT;
    aisle_config *a = NULL, *b = NULL;
    const char yaml[] = "data: {receipts: {path: r.csv}}";
    assert_int_equal(aisle_config_parse(&a, yaml, strlen(yaml), "x", "here", &err), AISLE_OK);
    assert_int_equal(aisle_config_copy(&b, a, &err), AISLE_OK);
    assert_string_equal(b->data.receipts.source.path, "here/r.csv");
    assert_string_equal(b->folder, "here");
    assert_int_equal(aisle_config_set(b, "data.rejected_path", "out.csv", &err), AISLE_OK);
    assert_string_equal(b->data.rejected_path, "out.csv");
    assert_string_equal(b->data.receipts.source.path, "here/r.csv");
    assert_string_equal(b->folder, "here");
    aisle_config_free(a);
    aisle_config_free(b);
}

static void sets_keys(void **state)
{
    (void)state;
    aisle_error err = AISLE_ERROR_INIT;
    aisle_config *c = receipts_config("catalogues: {a: {top: 3}}");
    assert_int_equal(aisle_config_set(c, "ranker.trees", "200", &err), AISLE_OK);
    assert_int_equal(c->ranker.trees, 200);
    assert_int_equal(aisle_config_set(c, "evaluate.k", "[5, 10]", &err), AISLE_OK);
    assert_int_equal(c->evaluate.k.count, 2);
    assert_int_equal(aisle_config_set(c, "catalogue", "a", &err), AISLE_OK);
    assert_string_equal(c->catalogue, "a");
    assert_int_equal(aisle_config_set(c, "catalogue", "null", &err), AISLE_OK);
    assert_null(c->catalogue);
    assert_int_equal(aisle_config_set(c, "catalogues.b.top", "9", &err), AISLE_OK);
    assert_int_equal(c->n_catalogues, 2);
    assert_int_equal(aisle_config_set(c, "catalogues.a", "{price_below: 4}", &err), AISLE_OK);
    assert_int_equal(c->catalogues[0].top, 3);
    assert_true(c->catalogues[0].price_below == 4);
    assert_int_equal(aisle_config_set(c, "ranker", "{trees: 5, leaves: 3}", &err), AISLE_OK);
    assert_int_equal(c->ranker.leaves, 3);
    assert_int_equal(aisle_config_set(c, "ranker.trees", "", &err), AISLE_OK);
    assert_int_equal(c->ranker.trees, 0);
    aisle_config_free(c);
}

/* Keys may be set in any order: what they say together is checked when all are set. */
static void check_sees_keys_together(void **state)
{
    (void)state;
    const char *const wrong[][3] = {
        {"catalogue", "nothing", "'catalogue'"},
        {"data.products.path", "p.csv", "'data.products'"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        aisle_error err = AISLE_ERROR_INIT;
        aisle_config *c = receipts_config(everything);
        assert_int_equal(aisle_config_check(c, &err), AISLE_OK);
        assert_int_equal(aisle_config_set(c, wrong[i][0], wrong[i][1], &err), AISLE_OK);
        assert_int_equal(aisle_config_check(c, &err), AISLE_ERROR_CONFIG);
        assert_non_null(strstr(err.message, wrong[i][2]));
        aisle_config_free(c);
    }
}

static void failed_set_changes_nothing(void **state)
{
    (void)state;
    const char *const wrong[][3] = {
        {"ranker.tres", "5", "did you mean 'ranker.trees'"},
        {"ranker.trees", "-1", "'ranker.trees'"},
        {"ranker", "{leaves: 3, trees: x}", "'ranker.trees'"},
        {"catalogues.new", "{top: x}", "'catalogues.new.top'"},
        {"evaluate.k", "[1, 2", "not YAML"},
        {"seed", "1\n---\n2", "more than one document"},
        {"", "1", "unknown key"},
    };
    aisle_config *c = receipts_config(everything), *before = receipts_config(everything);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        aisle_error err = AISLE_ERROR_INIT;
        assert_int_equal(aisle_config_set(c, wrong[i][0], wrong[i][1], &err), AISLE_ERROR_CONFIG);
        if (!strstr(err.message, wrong[i][2]))
            fail_msg("'%s' is not in '%s'", wrong[i][2], err.message);
        same_dump(c, before);
    }
    char longest[400];
    memset(longest, 'x', sizeof longest);
    memcpy(longest, "catalogues.", 11);
    memcpy(longest + sizeof longest - 5, ".top", 5);
    assert_int_equal(aisle_config_set(c, longest, "4", NULL), AISLE_ERROR_CONFIG);
    same_dump(c, before);
    aisle_config_free(c);
    aisle_config_free(before);
}

static void restore_refuses_damage(void **state)
{
    (void)state;
    const char *const wrong[] = {"seed",       "seed\t5", "seed 5\n", "sed\t5\n",
                                 "seed\t-1\n", "\t\n",    "seed\t[\n"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        aisle_config *c = NULL;
        assert_int_equal(aisle_config_new(&c, NULL), AISLE_OK);
        assert_int_equal(config_restore(c, wrong[i], strlen(wrong[i]), "x", NULL, NULL),
                         AISLE_ERROR_CONFIG);
        aisle_config_free(c);
    }
}

static void dump_leaves_out_what_is_asked(void **state)
{
    (void)state;
    aisle_config *c = receipts_config(everything);
    text t = {0};
    config_dump(&t, c, "data.");
    assert_null(strstr(t.bytes, "\ndata.receipts"));
    assert_non_null(strstr(t.bytes, "data.cleaning.returns\t"));
    assert_non_null(strstr(t.bytes, "seed\t77\n"));
    text_fini(&t);
    aisle_config_free(c);
}

/* n allocations succeed, then none: an error, nothing written, nothing lost. */
static void memory_runs_out(void **state)
{
    (void)state;
    aisle_config *base = receipts_config("seed: 3\ncatalogues: {a: {top: 3}}");
    bool done = false;
    for (long n = 0; !done; n++) {
        aisle_error err = AISLE_ERROR_INIT;
        aisle_config *parsed = NULL, *copy = NULL;
        mem_fail_after(n);
        aisle_status a =
            aisle_config_parse(&parsed, everything, sizeof everything - 1, "x", "f", &err);
        aisle_status b = a ? a : aisle_config_copy(&copy, parsed, &err);
        aisle_status c = b ? b : aisle_config_set(base, "seed", "9", &err);
        mem_fail_after(-1);
        done = c == AISLE_OK;
        assert_true(done || c == AISLE_ERROR_MEMORY);
        assert_true(a == AISLE_OK || parsed == NULL);
        assert_true(b == AISLE_OK || copy == NULL);
        assert_int_equal(base->seed, done ? 9 : 3);
        aisle_config_free(parsed);
        aisle_config_free(copy);
        assert_true(n < 100000);
    }
    aisle_config_free(base);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copies_everything),
        cmocka_unit_test(copies_paths_as_they_are),
        cmocka_unit_test(sets_keys),
        cmocka_unit_test(check_sees_keys_together),
        cmocka_unit_test(failed_set_changes_nothing),
        cmocka_unit_test(restore_refuses_damage),
        cmocka_unit_test(dump_leaves_out_what_is_asked),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests_name("config copy", tests, NULL, NULL);
}
