/* YAML → options, by libyaml's document tree, so that each message has the node's own line. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include "base/date.h"
#include "base/fail.h"
#include "base/mem.h"
#include "base/text.h"
#include "config/option.h"
#include "base/quoted.h"
#include "config/yaml_load.h"

typedef struct loader {
    aisle_config *config;
    yaml_document_t *document;
    const char *name; /* of the text, for messages */
    const char *key;  /* of the value being set */
    aisle_error *err;
} loader;

__attribute__((format(printf, 3, 4))) static aisle_status
refuse(const loader *l, const yaml_node_t *node, const char *format, ...)
{
    char what[512];
    va_list list;
    va_start(list, format);
    vsnprintf(what, sizeof what, format, list);
    va_end(list);
    return fail_at(l->err, AISLE_ERROR_CONFIG, l->name, (uint32_t)node->start_mark.line + 1,
                   (uint32_t)node->start_mark.column + 1, "%s", what);
}

static const char *node_text(const yaml_node_t *node)
{
    return node->type == YAML_SCALAR_NODE     ? (const char *)node->data.scalar.value
           : node->type == YAML_SEQUENCE_NODE ? "a list"
                                              : "a mapping";
}

static bool node_is_null(const yaml_node_t *node)
{
    if (node->type != YAML_SCALAR_NODE || node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
        return false;
    const char *v = (const char *)node->data.scalar.value;
    return v[0] == '\0' || strcmp(v, "~") == 0 || strcmp(v, "null") == 0;
}

static aisle_status refuse_value(const loader *l, const yaml_node_t *node, const option *row)
{
    char kind[128];
    option_describe_kind(kind, sizeof kind, row);
    return refuse(l, node, "key '%s': found '%.100s', expected %s", l->key, node_text(node), kind);
}

/* Texts here end at a zero byte: one that has it would be cut without a word. */
static bool node_is_text(const yaml_node_t *node)
{
    return node->type == YAML_SCALAR_NODE &&
           strlen((const char *)node->data.scalar.value) == node->data.scalar.length;
}

/* Keeps a text until the configuration goes. */
static char *own_text(aisle_config *config, const char *value)
{
    if (mem_grow(&config->owned, &config->owned_capacity, config->n_owned + 1, sizeof(char *)))
        return NULL;
    char *copy = mem_text(value);
    if (copy)
        config->owned[config->n_owned++] = copy;
    return copy;
}

/* The same for an array, as bytes. */
static void *own_array(aisle_config *config, size_t n, size_t size)
{
    if (mem_grow(&config->owned, &config->owned_capacity, config->n_owned + 1, sizeof(char *)))
        return NULL;
    char *array = mem_zeroed(n, size);
    if (array)
        config->owned[config->n_owned++] = array;
    return array;
}

static aisle_status set_path(loader *l, char **out, const char *value)
{
    text t = {0};
    if (value[0] != '/' && l->config->folder)
        text_add(&t, "%s/%s", l->config->folder, value);
    else
        text_add(&t, "%s", value);
    *out = t.failed ? NULL : own_text(l->config, t.bytes);
    text_fini(&t);
    return *out ? AISLE_OK : fail_memory(l->err);
}

static bool parse_choice(int *out, const char *choices, const char *value)
{
    size_t length = strlen(value);
    int index = 0;
    for (const char *c = choices;; index++) {
        size_t n = strcspn(c, "|");
        if (n == length && memcmp(c, value, n) == 0) {
            *out = index;
            return true;
        }
        if (c[n] == '\0')
            return false;
        c += n + 1;
    }
}

static bool parse_moment(moment *out, const char *value)
{
    int64_t week;
    if (text_parse_i64(&week, value, strlen(value)) && week > -10000000 && week < 10000000) {
        out->kind = MOMENT_WEEK;
        out->value = (int32_t)week;
        return true;
    }
    if (!date_parse(&out->value, value))
        return false;
    out->kind = MOMENT_DAY;
    return true;
}

static bool parse_int(int64_t *out, const option *row, const char *value)
{
    return text_parse_i64(out, value, strlen(value)) && (double)*out >= row->least &&
           (double)*out <= row->most;
}

static aisle_status set_scalar(loader *l, void *slot, const option *row, const yaml_node_t *node)
{
    if (node->type != YAML_SCALAR_NODE)
        return refuse_value(l, node, row);
    if (!node_is_text(node))
        return refuse(l, node, "key '%s': a value with a zero byte", l->key);
    const char *value = (const char *)node->data.scalar.value;
    bool good = true;
    int64_t whole;
    double real;
    switch (row->kind) {
    case OPTION_BOOL:
        good = strcmp(value, "true") == 0 || strcmp(value, "false") == 0;
        if (good)
            *(bool *)slot = value[0] == 't';
        break;
    case OPTION_INT:
        good = parse_int(&whole, row, value);
        if (good)
            *(int64_t *)slot = whole;
        break;
    case OPTION_REAL:
        good = text_parse_real(&real, value) && real >= row->least && real <= row->most;
        if (good)
            *(double *)slot = real;
        break;
    case OPTION_CHOICE:
        good = parse_choice(slot, row->choices, value);
        break;
    case OPTION_FORMAT:
        if (!strchr(value, '%') && !parse_choice(&(int){0}, row->choices, value))
            return refuse_value(l, node, row);
        *(char **)slot = own_text(l->config, value);
        return *(char **)slot ? AISLE_OK : fail_memory(l->err);
    case OPTION_MOMENT:
        good = parse_moment(slot, value);
        break;
    case OPTION_PATH:
        return set_path(l, slot, value);
    default:
        *(char **)slot = own_text(l->config, value);
        return *(char **)slot ? AISLE_OK : fail_memory(l->err);
    }
    return good ? AISLE_OK : refuse_value(l, node, row);
}

/* A list; a single scalar counts as a list of one. */
static aisle_status set_list(loader *l, void *slot, const option *row, yaml_node_t *node)
{
    if (node->type == YAML_MAPPING_NODE)
        return refuse_value(l, node, row);
    bool sequence = node->type == YAML_SEQUENCE_NODE;
    size_t n =
        sequence ? (size_t)(node->data.sequence.items.top - node->data.sequence.items.start) : 1;
    bool texts = row->kind == OPTION_TEXTS;
    void *array = own_array(l->config, n, texts ? sizeof(char *) : sizeof(int64_t));
    if (!array)
        return fail_memory(l->err);
    for (size_t i = 0; i < n; i++) {
        yaml_node_t *element =
            sequence ? yaml_document_get_node(l->document, node->data.sequence.items.start[i])
                     : node;
        if (element->type != YAML_SCALAR_NODE)
            return refuse_value(l, element, row);
        if (!node_is_text(element))
            return refuse(l, element, "key '%s': a value with a zero byte", l->key);
        const char *value = (const char *)element->data.scalar.value;
        if (!texts && !parse_int(&((int64_t *)array)[i], row, value))
            return refuse_value(l, element, row);
        if (texts && !(((char **)array)[i] = own_text(l->config, value)))
            return fail_memory(l->err);
    }
    if (texts)
        *(text_list *)slot = (text_list){array, n};
    else
        *(int_list *)slot = (int_list){array, n};
    return AISLE_OK;
}

static size_t kind_size(option_kind kind)
{
    switch (kind) {
    case OPTION_BOOL:
        return sizeof(bool);
    case OPTION_CHOICE:
        return sizeof(int);
    case OPTION_MOMENT:
        return sizeof(moment);
    case OPTION_TEXTS:
        return sizeof(text_list);
    case OPTION_INTS:
        return sizeof(int_list);
    default:
        return 8;
    }
}

static aisle_status set_initial(aisle_config *config, char *base, const option *row,
                                aisle_error *err);

/* Null is the default: a zero might be a value that no check has let in. */
static aisle_status set_option(loader *l, char *base, const option *row, yaml_node_t *node)
{
    void *slot = base + row->offset;
    if (node_is_null(node)) {
        memset(slot, 0, kind_size(row->kind));
        return set_initial(l->config, base, row, l->err);
    }
    return row->kind == OPTION_TEXTS || row->kind == OPTION_INTS ? set_list(l, slot, row, node)
                                                                 : set_scalar(l, slot, row, node);
}

/* Sets a row's default: its text is YAML of its own. */
static aisle_status set_initial(aisle_config *config, char *base, const option *row,
                                aisle_error *err)
{
    yaml_parser_t parser;
    yaml_document_t document;
    if (!row->initial)
        return AISLE_OK;
    if (!yaml_parser_initialize(&parser))
        return fail_memory(err);
    yaml_parser_set_input_string(&parser, (const unsigned char *)row->initial,
                                 strlen(row->initial));
    aisle_status status;
    if (!yaml_parser_load(&parser, &document)) {
        status = fail_memory(err);
    } else {
        loader l = {config, &document, "default", row->path, err};
        status = set_option(&l, base, row, yaml_document_get_root_node(&document));
        yaml_document_delete(&document);
    }
    yaml_parser_delete(&parser);
    return status;
}

aisle_status yaml_set_defaults(aisle_config *config, aisle_error *err)
{
    for (size_t i = 0; i < option_count; i++) {
        if (strchr(option_table[i].path, '*'))
            continue;
        aisle_status status = set_initial(config, (char *)config, &option_table[i], err);
        if (status != AISLE_OK)
            return status;
    }
    return AISLE_OK;
}

/* A key of up to 100 bytes, none of them a control character: config_dump writes it as it is. */
static bool is_key(const char *name, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)name[i] < 0x20 || name[i] == 0x7f)
            return false;
    return length <= 100;
}

static const char key_rule[] = "a key must be a text of up to 100 bytes without control characters";

/* The catalogue of a name, made with defaults when it is new. */
static aisle_status open_catalogue(loader *l, size_t *index, const char *name, size_t length)
{
    aisle_config *config = l->config;
    for (size_t i = 0; i < config->n_catalogues; i++)
        if (strlen(config->catalogues[i].name) == length &&
            memcmp(config->catalogues[i].name, name, length) == 0) {
            *index = i;
            return AISLE_OK;
        }
    if (!is_key(name, length))
        return fail_at(l->err, AISLE_ERROR_CONFIG, l->name, 0, 0, "%s", key_rule);
    size_t capacity = config->n_catalogues;
    if (mem_grow(&config->catalogues, &capacity, config->n_catalogues + 1,
                 sizeof(catalogue_options)))
        return fail_memory(l->err);
    catalogue_options *made = &config->catalogues[config->n_catalogues];
    memset(made, 0, sizeof *made);
    char *copy = mem_text_n(name, length);
    made->name = copy ? own_text(config, copy) : NULL;
    mem_free(copy);
    if (!made->name)
        return fail_memory(l->err);
    *index = config->n_catalogues++;
    for (size_t i = 0; i < option_count; i++) {
        if (!strchr(option_table[i].path, '*'))
            continue;
        aisle_status status = set_initial(config, (char *)made, &option_table[i], l->err);
        if (status != AISLE_OK)
            return status;
    }
    return AISLE_OK;
}

static aisle_status apply(loader *l, const char *path, yaml_node_t *node, int depth);

static void dump_node(text *out, yaml_document_t *document, const yaml_node_t *node)
{
    if (node->type == YAML_SCALAR_NODE) {
        quoted_scalar(out, node_is_null(node) ? NULL : node_text(node));
        return;
    }
    text_add(out, "[");
    for (yaml_node_item_t *i = node->data.sequence.items.start; i < node->data.sequence.items.top;
         i++) {
        if (i > node->data.sequence.items.start)
            text_add(out, ", ");
        dump_node(out, document, yaml_document_get_node(document, *i));
    }
    text_add(out, "]");
}

/* Keeps a value for when only new products are asked for. It is read into a configuration that
 * goes, so that a wrong one is refused here. */
static aisle_status keep_override(loader *l, const option *row, yaml_node_t *node)
{
    aisle_config *config = l->config, scratch;
    text value = {0};
    memset(&scratch, 0, sizeof scratch);
    l->key = row->path;
    aisle_status status = set_option(l, (char *)&scratch, row, node);
    if (status != AISLE_OK)
        return status;
    dump_node(&value, l->document, node);
    char *copy = value.failed ? NULL : own_text(config, value.bytes);
    text_fini(&value);
    if (!copy || mem_grow(&config->new_only, &config->new_only_capacity, config->n_new_only + 1,
                          sizeof *config->new_only))
        return fail_memory(l->err);
    config->new_only[config->n_new_only++] = (config_override){row->path, copy};
    return AISLE_OK;
}

/* A catalogue's own mapping may be empty: it is still there. */
static aisle_status touch_catalogue(loader *l, const char *path)
{
    static const char under[] = "catalogues.";
    if (strncmp(path, under, sizeof under - 1) != 0)
        return AISLE_OK;
    const char *name = path + sizeof under - 1;
    size_t index;
    return open_catalogue(l, &index, name, strcspn(name, "."));
}

static aisle_status apply_mapping(loader *l, const char *path, yaml_node_t *node, int depth)
{
    yaml_node_pair_t *pair = node->data.mapping.pairs.start;
    for (; pair < node->data.mapping.pairs.top; pair++) {
        yaml_node_t *key = yaml_document_get_node(l->document, pair->key);
        yaml_node_t *value = yaml_document_get_node(l->document, pair->value);
        if (key->type != YAML_SCALAR_NODE || !is_key(node_text(key), key->data.scalar.length))
            return refuse(l, key, "%s", key_rule);
        for (yaml_node_pair_t *seen = node->data.mapping.pairs.start; seen < pair; seen++) {
            yaml_node_t *other = yaml_document_get_node(l->document, seen->key);
            if (strcmp(node_text(other), node_text(key)) == 0)
                return refuse(l, key, "key '%s' stands twice", node_text(key));
        }
        char below[256];
        int length =
            snprintf(below, sizeof below, "%s%s%s", path, *path ? "." : "", node_text(key));
        if (length < 0 || (size_t)length >= sizeof below)
            return refuse(l, key, "%s", key_rule);
        if (!config_key_is_known(below)) {
            const char *near = option_nearest(below);
            return refuse(l, key, "unknown key '%s'%s%s%s", below, near ? "; did you mean '" : "",
                          near ? near : "", near ? "'?" : "");
        }
        aisle_status status = apply(l, below, value, depth + 1);
        if (status != AISLE_OK)
            return status;
    }
    return AISLE_OK;
}

static aisle_status apply(loader *l, const char *path, yaml_node_t *node, int depth)
{
    if (depth > 16)
        return refuse(l, node, "nested too deep");
    const char *own = config_key_under_new_only(path);
    const option *row = own ? option_find(own) : option_find(path);
    if (row && own)
        return keep_override(l, row, node);
    if (!row || node->type == YAML_MAPPING_NODE) {
        aisle_status status = touch_catalogue(l, path);
        if (status != AISLE_OK || node_is_null(node))
            return status;
        if (node->type != YAML_MAPPING_NODE || (row && !option_is_prefix(path)))
            return refuse(l, node, "key '%s': found '%.100s', expected %s", path, node_text(node),
                          row ? "a value" : "keys below it");
        return apply_mapping(l, path, node, depth);
    }
    l->key = path;
    char *base = (char *)l->config;
    if (strchr(row->path, '*')) {
        const char *name = strchr(path, '.') + 1;
        size_t index;
        aisle_status status = open_catalogue(l, &index, name, strcspn(name, "."));
        if (status != AISLE_OK)
            return status;
        base = (char *)&l->config->catalogues[index];
    }
    return set_option(l, base, row, node);
}

static aisle_status load_document(yaml_document_t *document, yaml_parser_t *parser,
                                  const char *name, aisle_error *err)
{
    if (yaml_parser_load(parser, document))
        return AISLE_OK;
    return fail_at(err, AISLE_ERROR_CONFIG, name, (uint32_t)parser->problem_mark.line + 1,
                   (uint32_t)parser->problem_mark.column + 1, "not YAML: %s",
                   parser->problem ? parser->problem : "out of memory");
}

/* A second document would be left out without a word. */
static aisle_status expect_end(yaml_parser_t *parser, const char *name, aisle_error *err)
{
    yaml_document_t document;
    aisle_status status = load_document(&document, parser, name, err);
    if (status != AISLE_OK)
        return status;
    yaml_node_t *root = yaml_document_get_root_node(&document);
    if (root)
        status = fail_at(err, AISLE_ERROR_CONFIG, name, (uint32_t)root->start_mark.line + 1,
                         (uint32_t)root->start_mark.column + 1, "more than one document");
    yaml_document_delete(&document);
    return status;
}

aisle_status yaml_load(aisle_config *config, const char *path, const char *bytes, size_t length,
                       const char *name, aisle_error *err)
{
    yaml_parser_t parser;
    yaml_document_t document;
    if (!yaml_parser_initialize(&parser))
        return fail_memory(err);
    yaml_parser_set_input_string(&parser, (const unsigned char *)bytes, length);
    aisle_status status = load_document(&document, &parser, name, err);
    if (status == AISLE_OK) {
        yaml_node_t *root = yaml_document_get_root_node(&document);
        loader l = {config, &document, name, path, err};
        if (root && (*path || !node_is_null(root)))
            status = apply(&l, path, root, 0);
        else if (!root && *path)
            status = yaml_load(config, path, "null", 4, name, err);
        yaml_document_delete(&document);
    }
    if (status == AISLE_OK)
        status = expect_end(&parser, name, err);
    yaml_parser_delete(&parser);
    return status;
}

aisle_status yaml_find_base(char **out, const char *bytes, size_t length, const char *name,
                            aisle_error *err)
{
    yaml_parser_t parser;
    yaml_document_t document;
    *out = NULL;
    if (!yaml_parser_initialize(&parser))
        return fail_memory(err);
    yaml_parser_set_input_string(&parser, (const unsigned char *)bytes, length);
    aisle_status status = load_document(&document, &parser, name, err);
    bool loaded = status == AISLE_OK;
    yaml_node_t *root = loaded ? yaml_document_get_root_node(&document) : NULL;
    if (root && root->type == YAML_MAPPING_NODE) {
        yaml_node_pair_t *pair = root->data.mapping.pairs.start;
        for (; pair < root->data.mapping.pairs.top && !*out && status == AISLE_OK; pair++) {
            const yaml_node_t *value = yaml_document_get_node(&document, pair->value);
            if (strcmp(node_text(yaml_document_get_node(&document, pair->key)), "base") == 0 &&
                node_is_text(value) && !node_is_null(value)) {
                *out = mem_text(node_text(value));
                status = *out ? AISLE_OK : fail_memory(err);
            }
        }
    }
    if (loaded)
        yaml_document_delete(&document);
    yaml_parser_delete(&parser);
    return status;
}
