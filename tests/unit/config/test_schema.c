/* The JSON Schema of the configuration: it is JSON, has every key, takes every example and refuses
 * what the program refuses. The validator here knows the words that the schema uses, and no other.
 */
#include "aisle/config.h"
#include "config/option.h"

#include <glob.h>
#include <jansson.h>
#include <math.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static json_t *load_schema(void)
{
    size_t length = aisle_config_schema(NULL, 0);
    char *text = malloc(length + 1);
    assert_non_null(text);
    assert_int_equal(aisle_config_schema(text, length + 1), length);
    json_error_t err;
    json_t *schema = json_loads(text, JSON_REJECT_DUPLICATES, &err);
    if (!schema)
        fail_msg("line %d: %s", err.line, err.text);
    free(text);
    return schema;
}

/* ---- YAML as an editor reads it: plain scalars by the core schema of YAML 1.2 ---- */

static json_t *scalar_json(const yaml_node_t *node)
{
    const char *v = (const char *)node->data.scalar.value;
    char *end;
    if (node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
        return json_string(v);
    if (!*v || strcmp(v, "~") == 0 || strcmp(v, "null") == 0)
        return json_null();
    if (strcmp(v, "true") == 0 || strcmp(v, "false") == 0)
        return json_boolean(*v == 't');
    long long whole = strtoll(v, &end, 10);
    if (!*end)
        return json_integer(whole);
    double real = strtod(v, &end);
    return *end || !isfinite(real) ? json_string(v) : json_real(real);
}

static json_t *node_json(yaml_document_t *document, int index)
{
    const yaml_node_t *node = yaml_document_get_node(document, index);
    if (node->type == YAML_SCALAR_NODE)
        return scalar_json(node);
    if (node->type == YAML_SEQUENCE_NODE) {
        json_t *array = json_array();
        for (yaml_node_item_t *i = node->data.sequence.items.start;
             i < node->data.sequence.items.top; i++)
            json_array_append_new(array, node_json(document, *i));
        return array;
    }
    json_t *object = json_object();
    for (yaml_node_pair_t *p = node->data.mapping.pairs.start; p < node->data.mapping.pairs.top;
         p++) {
        const yaml_node_t *key = yaml_document_get_node(document, p->key);
        json_object_set_new(object, (const char *)key->data.scalar.value,
                            node_json(document, p->value));
    }
    return object;
}

static json_t *yaml_json(const char *bytes, size_t length)
{
    yaml_parser_t parser;
    yaml_document_t document;
    assert_true(yaml_parser_initialize(&parser));
    yaml_parser_set_input_string(&parser, (const unsigned char *)bytes, length);
    assert_true(yaml_parser_load(&parser, &document));
    json_t *out = yaml_document_get_root_node(&document) ? node_json(&document, 1) : json_null();
    yaml_document_delete(&document);
    yaml_parser_delete(&parser);
    return out;
}

/* ---- The validator ---- */

static const json_t *follow(const json_t *root, const char *pointer)
{
    char part[128];
    assert_true(strncmp(pointer, "#/", 2) == 0);
    for (const char *p = pointer + 2; *p; p += *p == '/') {
        size_t n = strcspn(p, "/");
        snprintf(part, sizeof part, "%.*s", (int)n, p);
        root = json_object_get(root, part);
        assert_non_null(root);
        p += n;
    }
    return root;
}

static bool is_of_type(const json_t *value, const char *type)
{
    if (strcmp(type, "integer") == 0)
        return json_is_integer(value);
    if (strcmp(type, "number") == 0)
        return json_is_number(value);
    if (strcmp(type, "string") == 0)
        return json_is_string(value);
    if (strcmp(type, "boolean") == 0)
        return json_is_boolean(value);
    if (strcmp(type, "array") == 0)
        return json_is_array(value);
    if (strcmp(type, "object") == 0)
        return json_is_object(value);
    assert_string_equal(type, "null");
    return json_is_null(value);
}

static bool is_of_types(const json_t *value, const json_t *types)
{
    size_t i;
    json_t *type;
    bool is = json_is_string(types) && is_of_type(value, json_string_value(types));
    json_array_foreach(types, i, type) is |= is_of_type(value, json_string_value(type));
    return is;
}

static bool is_in(const json_t *value, const json_t *choices)
{
    size_t i;
    json_t *choice;
    json_array_foreach(choices, i, choice) if (json_equal(value, choice)) return true;
    return false;
}

static bool matches(const char *value, const char *pattern)
{
    regex_t regex;
    assert_int_equal(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0);
    bool does = regexec(&regex, value, 0, NULL, 0) == 0;
    regfree(&regex);
    return does;
}

static bool is_valid(const json_t *root, const json_t *schema, const json_t *value);

static bool members_are_valid(const json_t *root, const json_t *schema, const json_t *value)
{
    const json_t *properties = json_object_get(schema, "properties");
    const json_t *others = json_object_get(schema, "additionalProperties");
    const char *name;
    json_t *member;
    json_object_foreach((json_t *)value, name, member)
    {
        const json_t *of = json_object_get(properties, name);
        if (!of && json_is_false(others))
            return false;
        of = of ? of : others;
        if (of && !is_valid(root, of, member))
            return false;
    }
    return true;
}

static bool is_valid(const json_t *root, const json_t *schema, const json_t *value)
{
    static const char *const words[] = {"$schema",    "title",   "type",    "properties",
                                        "$ref",       "minimum", "maximum", "additionalProperties",
                                        "enum",       "pattern", "items",   "default",
                                        "description"};
    const char *word;
    json_t *argument, *element;
    size_t i;
    bool valid = true;
    json_object_foreach((json_t *)schema, word, argument)
    {
        bool known = false;
        for (size_t k = 0; k < sizeof words / sizeof *words; k++)
            known |= strcmp(word, words[k]) == 0;
        if (!known)
            fail_msg("'%s' is a word that is not checked", word);
        if (strcmp(word, "$ref") == 0)
            valid &= is_valid(root, follow(root, json_string_value(argument)), value);
        if (strcmp(word, "type") == 0)
            valid &= is_of_types(value, argument);
        if (strcmp(word, "enum") == 0)
            valid &= is_in(value, argument);
        if (strcmp(word, "pattern") == 0 && json_is_string(value))
            valid &= matches(json_string_value(value), json_string_value(argument));
        if (strcmp(word, "minimum") == 0 && json_is_number(value))
            valid &= json_number_value(value) >= json_number_value(argument);
        if (strcmp(word, "maximum") == 0 && json_is_number(value))
            valid &= json_number_value(value) <= json_number_value(argument);
        if (strcmp(word, "items") == 0)
            json_array_foreach(value, i, element) valid &= is_valid(root, argument, element);
    }
    return valid && (!json_is_object(value) || members_are_valid(root, schema, value));
}

/* ---- Tests ---- */

static void every_key_is_there(void **state)
{
    (void)state;
    json_t *schema = load_schema();
    for (size_t i = 0; i < option_count; i++) {
        const option *row = &option_table[i];
        const json_t *at = schema;
        char part[128];
        for (const char *p = row->path; *p; p += *p == '.') {
            size_t n = strcspn(p, ".");
            snprintf(part, sizeof part, "%.*s", (int)n, p);
            at = strcmp(part, "*") == 0 ? json_object_get(at, "additionalProperties")
                                        : json_object_get(json_object_get(at, "properties"), part);
            if (!at)
                fail_msg("'%s' is not in the schema", row->path);
            p += n;
        }
        assert_string_equal(json_string_value(json_object_get(at, "description")), row->meaning);
        const json_t *usual = json_object_get(at, "default");
        if (usual && !is_valid(schema, at, usual))
            fail_msg("the default of '%s' is refused", row->path);
        if (row->initial && *row->initial && !strchr(row->path, '*'))
            assert_non_null(usual);
    }
    json_decref(schema);
}

static void takes_the_file(const json_t *schema, const char *path)
{
    static char bytes[1 << 16];
    aisle_error err;
    aisle_config *config;
    if (aisle_config_open(&config, path, &err))
        fail_msg("%s: %s", path, err.message);
    aisle_config_free(config);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t length = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    json_t *value = yaml_json(bytes, length);
    if (!is_valid(schema, schema, value))
        fail_msg("%s is refused", path);
    json_decref(value);
}

static void examples_are_valid(void **state)
{
    (void)state;
    json_t *schema = load_schema();
    static const char *const patterns[] = {SOURCE_ROOT "/examples/*.yaml",
                                           SOURCE_ROOT "/tests/cli/data/*.yaml"};
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        glob_t found;
        assert_int_equal(glob(patterns[i], 0, NULL, &found), 0);
        for (size_t f = 0; f < found.gl_pathc; f++)
            takes_the_file(schema, found.gl_pathv[f]);
        globfree(&found);
    }
    json_decref(schema);
}

/* What the program takes the schema takes, and what it refuses the schema refuses. */
static void it_agrees_with_the_program(void **state)
{
    (void)state;
    static const struct {
        const char *yaml;
        bool good;
    } cases[] = {
        {"", true},
        {"split: {horizon: 2, test_first: 2024-03-01, test_last: 53, labels_first: -3}", true},
        {"split: {horizon: 0}", false},
        {"split: {horizon: 2.5}", false},
        {"split: {horizons: 2}", false},
        {"split: {protocol: frozen}", true},
        {"split: {protocol: cold}", false},
        {"split: {protocol: null, horizon: null}", true},
        {"split: {test_first: yesterday}", false},
        {"split: 3", false},
        {"seed: 9000000000000000", true},
        {"seed: -1", false},
        {"evaluate: {k: 5, metrics: precision, confidence: 0.9}", true},
        {"evaluate: {k: [5, 10], metrics: [precision, map]}", true},
        {"evaluate: {k: [5, 0]}", false},
        {"evaluate: {k: {a: 1}}", false},
        {"ranker: {calibrated: true}", true},
        {"ranker: {calibrated: yes}", false},
        {"data: {receipts: {path: 2024, discount: off}, promotions: {none: [0, NONE]}}", true},
        {"data: {receipts: {paths: a.csv}}", false},
        {"data: {cleaning: {price_above: -2}}", false},
        {"catalogues: {A: , b c: {top: 3, items_in: [1, '01']}}", true},
        {"catalogues: {A: {tops: 3}}", false},
        {"catalogues: {A: {top: -3}}", false},
        {"new_only: {candidates: {als: {quota: 3}}, split: {labels_first: 3}}", true},
        {"new_only: {candidates: {als: {quota: -3}}}", false},
        {"new_only: {split: {horizon: 3}}", false},
        {"new_only: {seed: 3}", false},
        {"rules:", true},
        {"rules: {most: [brand=2], not_bought_days: 7}", true},
    };
    json_t *schema = load_schema();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t length = strlen(cases[i].yaml);
        aisle_config *config = NULL;
        bool taken =
            aisle_config_parse(&config, cases[i].yaml, length, "case", NULL, NULL) == AISLE_OK;
        json_t *value = yaml_json(cases[i].yaml, length);
        if (taken != cases[i].good || is_valid(schema, schema, value) != cases[i].good)
            fail_msg("'%s': the program %s it", cases[i].yaml, taken ? "takes" : "refuses");
        json_decref(value);
        aisle_config_free(config);
    }
    json_decref(schema);
}

static void a_small_buffer_is_filled(void **state)
{
    (void)state;
    char few[8];
    assert_true(aisle_config_schema(few, sizeof few) > 10000);
    assert_string_equal(few, "{\n  \"$s");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_is_there),
        cmocka_unit_test(examples_are_valid),
        cmocka_unit_test(it_agrees_with_the_program),
        cmocka_unit_test(a_small_buffer_is_filled),
    };
    return cmocka_run_group_tests_name("schema", tests, NULL, NULL);
}
