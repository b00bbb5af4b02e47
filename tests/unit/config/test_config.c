/* Reading configurations: every kind of option, and what is said of wrong ones. */
#include "config/option.h"
#include "receipts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static aisle_status parse(aisle_config **out, const char *yaml, aisle_error *err)
{
    *err = (aisle_error)AISLE_ERROR_INIT;
    return aisle_config_parse(out, yaml, strlen(yaml), "shop.yaml", "/shops", err);
}

/* yaml is refused at this place, with a message that has every one of the texts ('|' apart). */
static void refused(const char *yaml, uint32_t line, uint32_t column, const char *texts)
{
    aisle_error err;
    aisle_config *config = (aisle_config *)&err;
    char part[128];
    assert_int_equal(parse(&config, yaml, &err), AISLE_ERROR_CONFIG);
    assert_ptr_equal(config, &err);
    assert_int_equal(err.code, AISLE_ERROR_CONFIG);
    assert_string_equal(err.file, "shop.yaml");
    if (err.line != line || err.column != column)
        fail_msg("%s: at %u:%u, not %u:%u (%s)", yaml, err.line, err.column, line, column,
                 err.message);
    for (const char *t = texts; *t; t += strcspn(t, "|"), t += *t == '|') {
        snprintf(part, sizeof part, "%.*s", (int)strcspn(t, "|"), t);
        if (!strstr(err.message, part))
            fail_msg("'%s' is not in '%s'", part, err.message);
    }
}

static void is_read_back(void **state)
{
    (void)state;
    aisle_config *config = NULL;
    char value[32] = "?";
    assert_int_equal(aisle_config_new(&config, NULL), AISLE_OK);
    assert_int_equal(aisle_config_get(value, sizeof value, config, "ranker.trees"), 1);
    assert_string_equal(value, "0");
    assert_int_equal(aisle_config_set(config, "evaluate.k", "[5, 10]", NULL), AISLE_OK);
    assert_int_equal(aisle_config_get(value, sizeof value, config, "evaluate.k"), 7);
    assert_string_equal(value, "[5, 10]");
    assert_int_equal(aisle_config_get(value, 4, config, "evaluate.k"), 7);
    assert_string_equal(value, "[5,");
    assert_int_equal(aisle_config_get(NULL, 0, config, "evaluate.k"), 7);
    assert_int_equal(aisle_config_get(value, sizeof value, config, "catalogue"), 4);
    assert_string_equal(value, "null");
    assert_int_equal(aisle_config_get(value, sizeof value, config, "evaluate.nothing"), 0);
    assert_string_equal(value, "");
    assert_int_equal(aisle_config_get(value, sizeof value, config, "catalogues.*.top"), 0);
    aisle_config_free(config);
}

static void has_defaults(void **state)
{
    (void)state;
    aisle_config *config = NULL;
    assert_int_equal(aisle_config_new(&config, NULL), AISLE_OK);
    assert_int_equal(config->seed, 1);
    assert_string_equal(config->data.receipts.user.items[0], "user_id");
    assert_int_equal(config->data.receipts.basket.count, 0);
    assert_null(config->data.receipts.source.path);
    assert_int_equal(config->split.horizon, 3);
    assert_int_equal(config->split.protocol, SPLIT_REFIT);
    assert_int_equal(config->split.test_first.kind, MOMENT_NONE);
    assert_null(config->catalogue);
    assert_int_equal(config->n_catalogues, 0);
    assert_int_equal(config->candidates.own_decay.quota, 60);
    assert_true(config->candidates.own_decay.decay == 0.95);
    assert_int_equal(config->ranker.trees, 0);
    assert_true(config->ranker.learning_rate == 0.05);
    assert_int_equal(config->evaluate.k.count, 4);
    assert_int_equal(config->evaluate.k.items[3], 200);
    assert_int_equal(config->evaluate.metrics.count, 6);
    assert_string_equal(config->evaluate.metrics.items[0], "precision");
    assert_true(config->evaluate.pad);
    aisle_config_free(config);
    aisle_config_free(NULL);
}

static void empty_is_defaults(void **state)
{
    (void)state;
    const char *texts[] = {"", "# nothing\n", "---\n", "{}", "~"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        aisle_error err;
        aisle_config *config = NULL;
        if (parse(&config, texts[i], &err))
            fail_msg("'%s': %s", texts[i], err.message);
        assert_int_equal(config->ranker.trees, 0);
        aisle_config_free(config);
    }
}

static void reads_every_kind(void **state)
{
    (void)state;
    aisle_config *c = receipts_config("evaluate: {new_only: true, k: [3, 5], models: blend}\n"
                                      "ranker:\n"
                                      "  trees: 7\n"
                                      "  learning_rate: 1e-2\n"
                                      "  objective: lambdarank\n"
                                      "  parameters: \"lambda_l1=1 path_smooth=2\"\n"
                                      "split: {test_first: 93, test_last: 2017-12-31}\n"
                                      "data:\n"
                                      "  products: {label: [a, 'b c', \"d\\te\"]}\n"
                                      "  receipts: {path: receipts.csv, delimiter: ';'}\n");
    assert_true(c->evaluate.new_only);
    assert_int_equal(c->evaluate.k.count, 2);
    assert_int_equal(c->evaluate.k.items[1], 5);
    assert_int_equal(c->evaluate.models.count, 1);
    assert_string_equal(c->evaluate.models.items[0], "blend");
    assert_int_equal(c->ranker.trees, 7);
    assert_true(c->ranker.learning_rate == 0.01);
    assert_int_equal(c->ranker.objective, RANKER_LAMBDARANK);
    assert_string_equal(c->ranker.parameters, "lambda_l1=1 path_smooth=2");
    assert_int_equal(c->split.test_first.kind, MOMENT_WEEK);
    assert_int_equal(c->split.test_first.value, 93);
    assert_int_equal(c->split.test_last.kind, MOMENT_DAY);
    assert_int_equal(c->split.test_last.value, 17531);
    assert_int_equal(c->data.products.label.count, 3);
    assert_string_equal(c->data.products.label.items[2], "d\te");
    assert_string_equal(c->data.receipts.source.path, "receipts.csv");
    assert_string_equal(c->data.receipts.source.delimiter, ";");
    aisle_config_free(c);
}

static void paths_are_relative_to_the_folder(void **state)
{
    (void)state;
    aisle_error err;
    aisle_config *c = NULL;
    assert_int_equal(
        parse(&c, "data: {receipts: {path: a/b.csv}, rejected_path: /tmp/r.csv}", &err), AISLE_OK);
    assert_string_equal(c->data.receipts.source.path, "/shops/a/b.csv");
    assert_string_equal(c->data.rejected_path, "/tmp/r.csv");
    aisle_config_free(c);
}

/* Nothing behind a key is its default, not a zero that no check has seen. */
static void null_is_the_default(void **state)
{
    (void)state;
    aisle_config *c = receipts_config("ranker: {trees: , learning_rate: null}\n"
                                      "split: {horizon: ~}\n"
                                      "evaluate: {k: null, pad: null}\n"
                                      "data: {receipts: {user: null, basket: null}}\n"
                                      "catalogues: {a: {price_below: null}, b: }\n");
    assert_int_equal(c->ranker.trees, 0);
    assert_true(c->ranker.learning_rate == 0.05);
    assert_int_equal(c->split.horizon, 3);
    assert_int_equal(c->evaluate.k.count, 4);
    assert_true(c->evaluate.pad);
    assert_string_equal(c->data.receipts.user.items[0], "user_id");
    assert_int_equal(c->data.receipts.basket.count, 0);
    assert_true(c->catalogues[0].price_below == 1e300);
    assert_int_equal(c->n_catalogues, 2);
    aisle_config_free(c);
}

static void reads_catalogues(void **state)
{
    (void)state;
    aisle_config *c = receipts_config("catalogue: cheap\n"
                                      "catalogues:\n"
                                      "  all: {}\n"
                                      "  cheap:\n"
                                      "    price_below: 2.5\n"
                                      "    departments_out: [FUEL, 'A, B']\n"
                                      "    top: 500\n");
    assert_int_equal(c->n_catalogues, 2);
    const catalogue_options *o = NULL;
    assert_int_equal(config_catalogue(&o, c, NULL), AISLE_OK);
    assert_string_equal(o->name, "cheap");
    assert_true(o->price_below == 2.5);
    assert_true(o->price_above == -1 && o->share_to == 1);
    assert_int_equal(o->departments_out.count, 2);
    assert_string_equal(o->departments_out.items[1], "A, B");
    assert_int_equal(o->top, 500);
    assert_int_equal(c->catalogues[0].top, 0);
    aisle_config_free(c);
}

static void refuses_wrong_values(void **state)
{
    (void)state;
    refused("ranker:\n  trees: many\n", 2, 10,
            "'ranker.trees'|found 'many'|whole number from 0 to");
    refused("ranker: {trees: -1}", 1, 17, "found '-1'");
    refused("ranker: {trees: 1.5}", 1, 17, "found '1.5'");
    refused("ranker: {trees: 99999999999999999999}", 1, 17, "found '99999999999999999999'");
    refused("ranker: {trees: [1]}", 1, 17, "found 'a list'|whole number");
    refused("ranker: {learning_rate: fast}", 1, 25, "found 'fast'|number from 1e-06 to 10");
    refused("ranker: {learning_rate: nan}", 1, 25, "found 'nan'");
    refused("ranker: {lambda_l2: inf}", 1, 21, "found 'inf'|number from 0");
    refused("ranker: {objective: bin}", 1, 21, "found 'bin'|one of binary|lambdarank");
    refused("evaluate: {pad: yes}", 1, 17, "'evaluate.pad'|found 'yes'|true or false");
    refused("evaluate:\n  k: [5, 0]\n", 2, 10, "'evaluate.k'|found '0'|whole numbers from 1");
    refused("evaluate: {k: [5, [6]]}", 1, 19, "found 'a list'");
    refused("evaluate: {k: {a: 1}}", 1, 15, "'evaluate.k'|found 'a mapping'");
    refused("split: {test_first: 2017-02-30}", 1, 21, "found '2017-02-30'|date");
    refused("data: {receipts: {value: [a]}}", 1, 26, "'data.receipts.value'|found 'a list'|text");
    refused("data: {receipts: {user: [[a]]}}", 1, 26, "'data.receipts.user'|found 'a list'|texts");
    refused("data: {receipts: {time_format: epoch}}", 1, 32, "found 'epoch'|epoch_s|pattern");
    refused("data: {receipts: {user: {b: c}}}", 1, 25, "'data.receipts.user'|found 'a mapping'");
    refused("seed: -1", 1, 7, "'seed'|found '-1'");
    refused("seed: 1 2", 1, 7, "found '1 2'");
}

static void refuses_wrong_shapes(void **state)
{
    (void)state;
    refused("ranker: 5", 1, 9, "'ranker'|found '5'|keys below it");
    refused("[1, 2]", 1, 1, "found 'a list'");
    refused("just text", 1, 1, "found 'just text'");
    refused("catalogues: [a]", 1, 13, "'catalogues'|found 'a list'");
    refused("catalogues: {a: 5}", 1, 17, "'catalogues.a'|found '5'");
    refused("? [a, b]\n: 1\n", 1, 3, "up to 100 bytes");
    refused("seed: 1\nseed: 2\n", 2, 1, "key 'seed' stands twice");
    refused("catalogues: {a: {}, b: {}, a: {top: 3}}", 1, 28, "'a' stands twice");
    refused("seed: [1", 2, 1, "not YAML");
    refused("seed: 1\n\tx: 2\n", 2, 1, "not YAML");
    refused("seed: 1\n---\nranker: {trees: 5}\n", 3, 1, "more than one document");
    refused("seed: 1\n...\n'unfinished", 3, 12, "not YAML");
}

static void refuses_unknown_keys(void **state)
{
    (void)state;
    refused("ranker:\n  tree: 5\n", 2, 3, "unknown key 'ranker.tree'|did you mean 'ranker.trees'");
    refused("sead: 5", 1, 1, "unknown key 'sead'|did you mean 'seed'");
    refused("catalogues: {a: {tops: 5}}", 1, 18, "unknown key 'catalogues.a.tops'");
    refused("catalogues: {a.b: {top: 5}}", 1, 14, "unknown key");
    refused("catalogues: {'': {top: 5}}", 1, 14, "unknown key");
    refused("catalogues: {\"a\\tb\": {top: 5}}", 1, 14, "control characters");
    aisle_error err;
    aisle_config *config = NULL;
    assert_int_equal(parse(&config, "completely_different: 1", &err), AISLE_ERROR_CONFIG);
    assert_null(strstr(err.message, "did you mean"));
}

static void refuses_zero_bytes(void **state)
{
    (void)state;
    refused("ranker: {parameters: \"a\\0b\"}", 1, 22, "'ranker.parameters'|zero byte");
    refused("evaluate: {metrics: [\"map\\0\"]}", 1, 22, "'evaluate.metrics'|zero byte");
    refused("\"seed\\0\": 3", 1, 1, "control characters");
    aisle_error err;
    aisle_config *config = NULL;
    assert_int_equal(aisle_config_parse(&config, "seed: 3\0\0", 9, "shop.yaml", NULL, &err),
                     AISLE_ERROR_CONFIG);
}

static void refuses_what_does_not_fit(void **state)
{
    (void)state;
    refused("data: {receipts: {path: a.csv, sql: select}}", 0, 0, "'data.receipts'|expected one");
    refused("data: {products: {postgres: host=x}}", 0, 0, "'data.products'|go together");
    refused("catalogue: x\ncatalogues: {a: {}, b: {}}", 0, 0, "'catalogue'|found 'x'|a, b");
    refused("catalogue: x", 0, 0, "no catalogues are given");
}

static void deep_nesting_ends(void **state)
{
    (void)state;
    char yaml[4096];
    memset(yaml, '[', sizeof yaml - 1);
    yaml[sizeof yaml - 1] = '\0';
    aisle_error err;
    aisle_config *config = NULL;
    assert_int_equal(parse(&config, yaml, &err), AISLE_ERROR_CONFIG);
    refused("seed: &a [*a]", 1, 7, "found 'a list'");
    refused("catalogues: &a {x: *a}", 1, 17, "unknown key");
}

/* Each row of the table: a name once, a default of its own kind, a kind, a sentence. */
static void table_is_sound(void **state)
{
    (void)state;
    aisle_config_key key, other;
    size_t n = 0;
    for (; aisle_config_key_at(&key, n); n++) {
        assert_true(strlen(key.path) < 64);
        assert_true(key.kind[0] && key.meaning[0]);
        assert_int_equal(key.meaning[strlen(key.meaning) - 1], '.');
        assert_non_null(option_find(key.path));
        const char *path = key.path;
        for (size_t j = 0; j < n; j++) {
            assert_int_equal(aisle_config_key_at(&other, j), 1);
            assert_string_not_equal(path, other.path);
        }
    }
    assert_int_equal(n, option_count);
    assert_int_equal(aisle_config_key_at(&key, SIZE_MAX), 0);
    assert_string_equal(option_nearest("ranker.leafs"), "ranker.leaves");
    assert_null(option_nearest("x"));
}

static void opens_a_file(void **state)
{
    (void)state;
    aisle_error err = AISLE_ERROR_INIT;
    aisle_config *config = NULL;
    assert_int_equal(aisle_config_open(&config, "/nowhere/shop.yaml", &err), AISLE_ERROR_IO);
    assert_non_null(strstr(err.message, "/nowhere/shop.yaml"));
    char path[] = "/tmp/aisle-config-XXXXXX";
    int fd = mkstemp(path);
    FILE *f = fdopen(fd, "w");
    fputs("data: {receipts: {path: r.csv}}\nranker: {tres: 1}\n", f);
    fclose(f);
    assert_int_equal(aisle_config_open(&config, path, &err), AISLE_ERROR_CONFIG);
    assert_string_equal(err.file, path);
    assert_int_equal(err.line, 2);
    f = fopen(path, "w");
    fputs("data: {receipts: {path: r.csv}}\n", f);
    fclose(f);
    assert_int_equal(aisle_config_open(&config, path, &err), AISLE_OK);
    assert_string_equal(config->data.receipts.source.path, "/tmp/r.csv");
    aisle_config_free(config);
    remove(path);
}

static void write_yaml(const char *path, const char *yaml)
{
    FILE *f = fopen(path, "w");
    fputs(yaml, f);
    fclose(f);
}

static void changes_another_file(void **state)
{
    (void)state;
    aisle_error err = AISLE_ERROR_INIT;
    aisle_config *config = NULL;
    char folder[] = "/tmp/aisle-config-XXXXXX", a[64], b[64], c[64];
    assert_non_null(mkdtemp(folder));
    snprintf(a, sizeof a, "%s/shops", folder);
    assert_int_equal(mkdir(a, 0700), 0);
    snprintf(a, sizeof a, "%s/shops/a.yaml", folder);
    snprintf(b, sizeof b, "%s/b.yaml", folder);
    snprintf(c, sizeof c, "%s/c.yaml", folder);
    write_yaml(a, "data: {receipts: {path: r.csv}}\nranker: {trees: 7, leaves: 9}\n");
    write_yaml(b, "ranker: {trees: 8}\nbase: shops/a.yaml\ndata: {products: {path: p.csv}}\n");
    write_yaml(c, "base: b.yaml\nranker: {leaves: null}\n");
    if (aisle_config_open(&config, c, &err))
        fail_msg("%s", err.message);
    assert_int_equal(config->ranker.trees, 8);
    assert_int_equal(config->ranker.leaves, 0);
    assert_null(config->base);
    char path[96];
    snprintf(path, sizeof path, "%s/shops/r.csv", folder);
    assert_string_equal(config->data.receipts.source.path, path);
    snprintf(path, sizeof path, "%s/p.csv", folder);
    assert_string_equal(config->data.products.source.path, path);
    snprintf(path, sizeof path, "%s/shops", folder);
    assert_string_equal(config->folder, path);
    assert_int_equal(aisle_config_set(config, "base", b, &err), AISLE_ERROR_CONFIG);
    aisle_config_free(config);
    write_yaml(a, "base: ../b.yaml\n");
    assert_int_equal(aisle_config_open(&config, c, &err), AISLE_ERROR_CONFIG);
    assert_non_null(strstr(err.message, "one too many"));
    write_yaml(a, "base: [x]\n");
    assert_int_equal(aisle_config_open(&config, c, &err), AISLE_ERROR_CONFIG);
    write_yaml(c, "base: d.yaml\n");
    assert_int_equal(aisle_config_open(&config, c, &err), AISLE_ERROR_IO);
    assert_int_equal(parse(&config, "base: d.yaml", &err), AISLE_ERROR_CONFIG);
    remove(a);
    remove(b);
    remove(c);
    snprintf(a, sizeof a, "%s/shops", folder);
    rmdir(a);
    rmdir(folder);
}

static void new_only_has_its_own_values(void **state)
{
    (void)state;
    static const char yaml[] =
        "candidates: {als: {quota: 30}}\n"
        "new_only:\n"
        "  candidates: {als: {quota: 40}, substitutes: {columns: [a, 'b c']}}\n"
        "  split: {labels_first: 36}\n"
        "  ranker: {parameters: null, trees: 9}\n";
    aisle_error err = AISLE_ERROR_INIT;
    aisle_config *config = NULL, *copy = NULL;
    assert_int_equal(parse(&config, yaml, &err), AISLE_OK);
    assert_int_equal(config->candidates.als.quota, 30);
    assert_int_equal(config->split.labels_first.kind, MOMENT_NONE);
    assert_int_equal(aisle_config_copy(&copy, config, &err), AISLE_OK);
    if (aisle_config_set(copy, "evaluate.new_only", "true", &err))
        fail_msg("%s", err.message);
    assert_int_equal(copy->candidates.als.quota, 40);
    assert_string_equal(copy->candidates.substitutes.columns.items[1], "b c");
    assert_int_equal(copy->split.labels_first.value, 36);
    assert_int_equal(copy->ranker.trees, 9);
    assert_int_equal(aisle_config_set(copy, "candidates.als.quota", "50", &err), AISLE_OK);
    assert_int_equal(copy->candidates.als.quota, 50);
    assert_int_equal(aisle_config_set(copy, "new_only.ranker.trees", "11", &err), AISLE_OK);
    assert_int_equal(copy->ranker.trees, 11);
    aisle_config_free(copy);
    aisle_config_free(config);
    char both[512];
    snprintf(both, sizeof both, "evaluate: {new_only: true}\n%s", yaml);
    assert_int_equal(parse(&config, both, &err), AISLE_OK);
    assert_int_equal(config->candidates.als.quota, 40);
    aisle_config_free(config);
    refused("new_only: {ranker: {trees: x}}", 1, 28, "'ranker.trees'|found 'x'");
    refused("new_only: {ranker: {tres: 1}}", 1, 21, "unknown key 'new_only.ranker.tres'");
    refused("new_only: {data: {receipts: {path: x}}}", 1, 12, "unknown key 'new_only.data'");
    refused("new_only: 5", 1, 11, "found '5'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_defaults),
        cmocka_unit_test(is_read_back),
        cmocka_unit_test(empty_is_defaults),
        cmocka_unit_test(reads_every_kind),
        cmocka_unit_test(paths_are_relative_to_the_folder),
        cmocka_unit_test(null_is_the_default),
        cmocka_unit_test(reads_catalogues),
        cmocka_unit_test(refuses_wrong_values),
        cmocka_unit_test(refuses_wrong_shapes),
        cmocka_unit_test(refuses_unknown_keys),
        cmocka_unit_test(refuses_zero_bytes),
        cmocka_unit_test(refuses_what_does_not_fit),
        cmocka_unit_test(deep_nesting_ends),
        cmocka_unit_test(table_is_sound),
        cmocka_unit_test(opens_a_file),
        cmocka_unit_test(changes_another_file),
        cmocka_unit_test(new_only_has_its_own_values),
    };
    return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
