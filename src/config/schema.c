/* The table of options as a JSON Schema. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/text.h"
#include "config/option.h"

#define UNLIMITED 1e300

typedef struct schema_writer {
    text out;
    const aisle_config *usual; /* all defaults */
    int depth;
} schema_writer;

/* A value of YAML that is taken as a text, whatever it looks like. */
#define ANY_SCALAR "\"string\", \"number\", \"boolean\""

static void add_json_text(text *out, const char *value, size_t length)
{
    text_add(out, "\"");
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)value[i];
        if (c == '"' || c == '\\')
            text_add(out, "\\%c", c);
        else if (c < 0x20)
            text_add(out, "\\u%04x", c);
        else
            text_add_bytes(out, value + i, 1);
    }
    text_add(out, "\"");
}

static void new_line(schema_writer *w)
{
    text_add(&w->out, "\n%*s", 2 * w->depth, "");
}

/* ---- Values ---- */

static void add_choices(text *out, const char *choices)
{
    text_add(out, "\"enum\": [");
    for (;; choices++) {
        size_t n = strcspn(choices, "|");
        add_json_text(out, choices, n);
        text_add(out, ", ");
        choices += n;
        if (!*choices)
            break;
    }
    text_add(out, "null]");
}

static void add_bound(text *out, const char *name, double bound, bool whole)
{
    if (fabs(bound) < UNLIMITED)
        text_add(out, whole ? ", \"%s\": %.0f" : ", \"%s\": %.12g", name, bound);
}

static void add_bounds(text *out, const option *row)
{
    add_bound(out, "minimum", row->least, row->kind != OPTION_REAL);
    add_bound(out, "maximum", row->most, row->kind != OPTION_REAL);
}

/* Null stands for the default. */
static void add_type(text *out, const option *row)
{
    switch (row->kind) {
    case OPTION_BOOL:
        text_add(out, "\"type\": [\"boolean\", \"null\"]");
        break;
    case OPTION_INT:
        text_add(out, "\"type\": [\"integer\", \"null\"]");
        add_bounds(out, row);
        break;
    case OPTION_REAL:
        text_add(out, "\"type\": [\"number\", \"null\"]");
        add_bounds(out, row);
        break;
    case OPTION_CHOICE:
        add_choices(out, row->choices);
        break;
    case OPTION_FORMAT:
        text_add(out, "\"type\": [\"string\", \"null\"], \"pattern\": \"%%|^(%s)$\"",
                 row->choices);
        break;
    case OPTION_MOMENT:
        text_add(out, "\"type\": [\"integer\", \"string\", \"null\"], \"pattern\": "
                      "\"^(-?[0-9]+|[0-9]{4}-[0-9]{2}-[0-9]{2})$\"");
        break;
    case OPTION_TEXTS:
        text_add(out, "\"type\": [\"array\", " ANY_SCALAR ", \"null\"], \"items\": {\"type\": "
                      "[" ANY_SCALAR "]}");
        break;
    case OPTION_INTS:
        text_add(out, "\"type\": [\"array\", \"integer\", \"null\"], \"items\": {\"type\": "
                      "\"integer\"");
        add_bounds(out, row);
        text_add(out, "}");
        add_bounds(out, row);
        break;
    default:
        text_add(out, "\"type\": [" ANY_SCALAR ", \"null\"]");
    }
}

static void add_default_list(schema_writer *w, const option *row)
{
    const char *slot = (const char *)w->usual + row->offset;
    const text_list *texts = (const text_list *)slot;
    const int_list *ints = (const int_list *)slot;
    bool is_texts = row->kind == OPTION_TEXTS;
    text_add(&w->out, ", \"default\": [");
    for (size_t i = 0; i < (is_texts ? texts->count : ints->count); i++) {
        text_add(&w->out, i ? ", " : "");
        if (is_texts)
            add_json_text(&w->out, texts->items[i], strlen(texts->items[i]));
        else
            text_add(&w->out, "%" PRId64, ints->items[i]);
    }
    text_add(&w->out, "]");
}

/* The table has it as YAML; of a number or a boolean that is JSON. */
static void add_default(schema_writer *w, const option *row)
{
    if (!row->initial || !*row->initial)
        return;
    if (row->kind == OPTION_TEXTS || row->kind == OPTION_INTS) {
        if (!strchr(row->path, '*'))
            add_default_list(w, row);
    } else if (row->kind == OPTION_BOOL || row->kind == OPTION_INT || row->kind == OPTION_REAL) {
        text_add(&w->out, ", \"default\": %s", row->initial);
    } else {
        text_add(&w->out, ", \"default\": ");
        add_json_text(&w->out, row->initial, strlen(row->initial));
    }
}

static void add_option(schema_writer *w, const option *row)
{
    text_add(&w->out, "{");
    add_type(&w->out, row);
    add_default(w, row);
    text_add(&w->out, ", \"description\": ");
    add_json_text(&w->out, row->meaning, strlen(row->meaning));
    text_add(&w->out, "}");
}

/* ---- Sections ---- */

/* The part of a row's path below a section of that length, "" for all; NULL: it is not below. */
static const char *part_below(const option *row, const char *section, size_t length)
{
    if (length == 0)
        return row->path;
    bool below = strncmp(row->path, section, length) == 0 && row->path[length] == '.';
    return below ? row->path + length + 1 : NULL;
}

/* Whether an earlier row below the section has the same part. */
static bool is_repeated(size_t index, const char *section, size_t length, const char *part)
{
    size_t n = strcspn(part, ".");
    for (size_t i = 0; i < index; i++) {
        const char *other = part_below(&option_table[i], section, length);
        if (other && strcspn(other, ".") == n && memcmp(other, part, n) == 0)
            return true;
    }
    return false;
}

/* A comma and a property's name; the value comes next. */
static void begin_property(schema_writer *w, bool *first, const char *name, size_t length)
{
    text_add(&w->out, *first ? "" : ",");
    *first = false;
    new_line(w);
    add_json_text(&w->out, name, length);
    text_add(&w->out, ": ");
}

/* The properties below a section, without what comes around them. The recursion is as deep as the
 * table's paths. */
static void add_properties(schema_writer *w, bool *first, const char *section, size_t length)
{
    for (size_t i = 0; i < option_count; i++) {
        const option *row = &option_table[i];
        const char *part = part_below(row, section, length);
        if (!part || is_repeated(i, section, length, part))
            continue;
        size_t n = strcspn(part, ".");
        begin_property(w, first, part, n);
        if (!part[n]) {
            add_option(w, row);
            continue;
        }
        size_t below = (size_t)(part - row->path) + n;
        bool named = strncmp(part + n, ".*.", 3) == 0, none = true;
        text_add(&w->out, "{\"type\": [\"object\", \"null\"], \"additionalProperties\": ");
        if (named) {
            below += 2;
            text_add(&w->out, "{\"type\": [\"object\", \"null\"], \"additionalProperties\": ");
        }
        text_add(&w->out, "false, \"properties\": {");
        w->depth++;
        add_properties(w, &none, row->path, below);
        w->depth--;
        new_line(w);
        text_add(&w->out, named ? "}}}" : "}}");
    }
}

static void add_reference(schema_writer *w, bool *first, const char *name, const char *pointer)
{
    begin_property(w, first, name, strlen(name));
    text_add(&w->out, "{\"$ref\": \"#/properties/%s\"}", pointer);
}

/* Keys that take the others' place where only new products are asked for. */
static void add_new_only(schema_writer *w, bool *first)
{
    static const char *const sections[] = {"candidates", "features", "ranker"};
    bool none = true, no_label = true;
    begin_property(w, first, "new_only", strlen("new_only"));
    text_add(&w->out, "{\"type\": [\"object\", \"null\"], \"additionalProperties\": false, "
                      "\"description\": \"Values of these keys where only new products are asked "
                      "for.\", \"properties\": {");
    w->depth++;
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        add_reference(w, &none, sections[i], sections[i]);
    begin_property(w, &none, "split", strlen("split"));
    text_add(&w->out, "{\"type\": [\"object\", \"null\"], \"additionalProperties\": false, "
                      "\"properties\": {");
    w->depth++;
    add_reference(w, &no_label, "labels_first", "split/properties/labels_first");
    add_reference(w, &no_label, "labels_last", "split/properties/labels_last");
    w->depth -= 2;
    text_add(&w->out, "}}}}");
}

static void add_schema(schema_writer *w)
{
    bool first = true;
    text_add(&w->out, "{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
                      "  \"title\": \"A configuration of Aisle\",\n"
                      "  \"type\": [\"object\", \"null\"],\n"
                      "  \"additionalProperties\": false,\n  \"properties\": {");
    w->depth = 2;
    add_properties(w, &first, "", 0);
    add_new_only(w, &first);
    text_add(&w->out, "\n  }\n}\n");
}

size_t aisle_config_schema(char *out, size_t size)
{
    schema_writer w = {0};
    aisle_config *usual = NULL;
    size_t length = 0;
    if (aisle_config_new(&usual, NULL) == AISLE_OK) {
        w.usual = usual;
        add_schema(&w);
        length = w.out.failed ? 0 : w.out.length;
    }
    if (size > 0) {
        size_t n = length < size ? length : size - 1;
        memcpy(out, n ? w.out.bytes : "", n);
        out[n] = '\0';
    }
    text_fini(&w.out);
    aisle_config_free(usual);
    return length;
}
