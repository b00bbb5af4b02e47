/* The configurations that name a split's tables. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/quoted.h"
#include "base/text.h"
#include "config/dump.h"
#include "evaluate/split/split_tables.h"

/* Dotted keys as nested YAML; those of a section come one after another. */
typedef struct yaml_writer {
    text out;
    char before[256]; /* the last key */
} yaml_writer;

/* Parts of a dotted key that both begin with; where the rest of key begins. */
static int common_parts(const char **rest, const char *key, const char *before)
{
    int parts = 0;
    *rest = key;
    for (size_t i = 0; key[i] && key[i] == before[i]; i++)
        if (key[i] == '.') {
            parts++;
            *rest = key + i + 1;
        }
    return parts;
}

/* value: YAML. */
static void write_key(yaml_writer *w, const char *key, size_t length, const char *value,
                      size_t value_length)
{
    char own[sizeof w->before];
    const char *rest;
    length = length < sizeof own ? length : sizeof own - 1;
    memcpy(own, key, length);
    own[length] = '\0';
    int depth = common_parts(&rest, own, w->before);
    for (const char *dot; (dot = strchr(rest, '.')) != NULL; rest = dot + 1)
        text_add(&w->out, "%*s%.*s:\n", 2 * depth++, "", (int)(dot - rest), rest);
    text_add(&w->out, "%*s%s: %.*s\n", 2 * depth, "", rest, (int)value_length, value);
    memcpy(w->before, own, length + 1);
}

static void write_text(yaml_writer *w, const char *key, const char *value)
{
    text quoted = {0};
    quoted_scalar(&quoted, value);
    w->out.failed |= quoted.failed;
    if (quoted.bytes)
        write_key(w, key, strlen(key), quoted.bytes, quoted.length);
    text_fini(&quoted);
}

/* The file of a table; name: of several with a star. */
static void write_path(yaml_writer *w, const char *section, const char *name, const char *ending)
{
    char key[64], path[64];
    snprintf(key, sizeof key, "data.%s.path", section);
    snprintf(path, sizeof path, "%s.%s", name, ending);
    write_text(w, key, path);
    snprintf(key, sizeof key, "data.%s.delimiter", section);
    if (strcmp(ending, "csv") == 0)
        write_text(w, key, ",");
    /* Ids and values as they are. */
    snprintf(key, sizeof key, "data.%s.trim", section);
    write_key(w, key, strlen(key), "false", strlen("false"));
}

static void write_receipts(yaml_writer *w, const aisle_split_tables *t, const char *ending)
{
    const aisle_dataset *d = t->dataset;
    write_path(w, "receipts", "receipts_*", ending);
    write_text(w, "data.receipts.user", "user_id");
    write_key(w, "data.receipts.no_card", strlen("data.receipts.no_card"), "[]", strlen("[]"));
    write_text(w, "data.receipts.item", "item_id");
    write_text(w, "data.receipts.basket", "basket_id");
    if (d->store)
        write_text(w, "data.receipts.store", "store_id");
    write_text(w, "data.receipts.time", "date");
    if (d->summary.week_from_source)
        write_text(w, "data.receipts.week", "week");
    write_text(w, "data.receipts.quantity", "quantity");
    if (t->has_values)
        write_text(w, "data.receipts.value", "value");
    if (d->line.discount)
        write_text(w, "data.receipts.discount", "discount");
}

static void write_categories(yaml_writer *w, const char *key, const attribute_table *t)
{
    text list = {0};
    text_add(&list, "[");
    for (size_t c = 0; c < t->columns; c++) {
        text_add(&list, c ? ", " : "");
        quoted_text(&list, t->names[c]);
    }
    text_add(&list, "]");
    w->out.failed |= list.failed;
    if (list.bytes)
        write_key(w, key, strlen(key), list.bytes, list.length);
    text_fini(&list);
}

static void write_attributes(yaml_writer *w, const aisle_split_tables *t, const char *ending)
{
    const attribute_table *p = &t->dataset->products, *h = &t->dataset->households;
    if (split_has_attributes(p)) {
        write_path(w, "products", "products", ending);
        write_text(w, "data.products.item", t->item_name);
        write_categories(w, "data.products.categories", p);
        if (p->label)
            write_text(w, "data.products.label", t->label_name);
        if (p->department >= 0)
            write_text(w, "data.products.department", p->names[p->department]);
        if (p->category >= 0)
            write_text(w, "data.products.category", p->names[p->category]);
    }
    if (split_has_attributes(h)) {
        write_path(w, "households", "households", ending);
        write_text(w, "data.households.user", t->user_name);
        write_categories(w, "data.households.categories", h);
    }
}

static void write_promotions(yaml_writer *w, const aisle_split_tables *t, const char *ending)
{
    if (t->dataset->promotions.weeks == 0)
        return;
    write_path(w, "promotions", "promotions", ending);
    write_text(w, "data.promotions.item", "item_id");
    if (t->dataset->promotions.by_store)
        write_text(w, "data.promotions.store", "store_id");
    write_text(w, "data.promotions.week", "week");
    write_text(w, "data.promotions.display", "display");
    write_text(w, "data.promotions.mailer", "mailer");
}

/* ---- The keys of the dataset's own configuration ---- */

static bool has_line(const text *lines, const char *line, size_t length)
{
    const char *end = lines->bytes + lines->length;
    for (const char *at = lines->bytes; at < end;) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        if ((size_t)(stop - at) == length && memcmp(at, line, length) == 0)
            return true;
        at = stop + 1;
    }
    return false;
}

/* A line "key<TAB>value" of a configuration. */
typedef struct own_key {
    const char *key, *value;
    size_t key_length, value_length;
} own_key;

static int by_key(const void *a, const void *b)
{
    const own_key *x = a, *y = b;
    size_t n = x->key_length < y->key_length ? x->key_length : y->key_length;
    int order = memcmp(x->key, y->key, n);
    return order ? order : (x->key_length > y->key_length) - (x->key_length < y->key_length);
}

/* Those that are no defaults, [most]: how many. cleaning: data.cleaning alone, else all others. */
static size_t find_own(own_key *out, const text *lines, const text *defaults, bool cleaning)
{
    static const char kept[] = "data.cleaning.";
    const char *end = lines->bytes + lines->length;
    size_t n = 0;
    for (const char *at = lines->bytes; at < end;) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        const char *tab = memchr(at, '\t', (size_t)(stop - at));
        if ((strncmp(at, kept, sizeof kept - 1) == 0) == cleaning && strncmp(at, "base\t", 5) &&
            !has_line(defaults, at, (size_t)(stop - at)))
            out[n++] = (own_key){at, tab + 1, (size_t)(tab - at), (size_t)(stop - tab - 1)};
        at = stop + 1;
    }
    return n;
}

/* Values under new_only are kept as texts; a plain one is written as such. */
static void unquote(own_key *own)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
    const char *v = own->value;
    size_t n = own->value_length;
    if (n > 2 && v[0] == '"' && v[n - 1] == '"' && strspn(v + 1, plain) == n - 2) {
        own->value++;
        own->value_length -= 2;
    }
}

/* In the order of their names: those of a section stand together. */
static void write_own(yaml_writer *w, const text *lines, const text *defaults, bool cleaning)
{
    size_t most = 0;
    for (size_t i = 0; i < lines->length; i++)
        most += lines->bytes[i] == '\n';
    own_key *own = NEW_ARRAY(own_key, most);
    w->out.failed |= !own;
    size_t n = own ? find_own(own, lines, defaults, cleaning) : 0;
    qsort(own, n, sizeof *own, by_key);
    for (size_t i = 0; i < n; i++) {
        if (strncmp(own[i].key, "new_only.", strlen("new_only.")) == 0)
            unquote(&own[i]);
        write_key(w, own[i].key, own[i].key_length, own[i].value, own[i].value_length);
    }
    mem_free(own);
}

/* Defaults with the same catalogues, but for one key of each: so none goes that has no other. */
static aisle_status dump_defaults(text *out, const aisle_config *config, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    aisle_config *usual = NULL;
    char key[256], value[32];
    TRY(aisle_config_new(&usual, err));
    for (size_t c = 0; c < config->n_catalogues; c++) {
        int64_t top = config->catalogues[c].top;
        snprintf(key, sizeof key, "catalogues.%.200s.top", config->catalogues[c].name);
        snprintf(value, sizeof value, "%d", top == 0);
        TRY(aisle_config_set(usual, key, value, err));
    }
    config_dump(out, usual, "data.");
done:
    aisle_config_free(usual);
    return status;
}

/* Windows as days, so that they do not depend on what is read. */
static void take_windows(aisle_config *config, const split *s)
{
    static const moment none = {MOMENT_NONE, 0};
    split_options *o = &config->split;
    o->test_first = o->test_last = o->labels_first = o->labels_last = none;
    if (s->n_labels == 0)
        return;
    o->test_first = (moment){MOMENT_DAY, s->test.from};
    o->test_last = (moment){MOMENT_DAY, s->test.to - 1};
    o->labels_first = (moment){MOMENT_DAY, s->labels[0].from};
    o->labels_last = (moment){MOMENT_DAY, s->labels[s->n_labels - 1].to - 1};
}

/* Paths that hold from another folder: [most] pointers into the configuration and what they become,
 * which is freed after its use. */
typedef struct paths {
    size_t n;
    char **whole;
} paths;

static void take_path(paths *p, char **path)
{
    char *whole = *path ? realpath(*path, NULL) : NULL;
    if (whole)
        *path = p->whole[p->n++] = whole;
}

static void paths_fini(paths *p)
{
    for (size_t i = 0; i < p->n; i++)
        free(p->whole[i]);
    mem_free(p->whole);
}

static aisle_status dump_own(text *out, const aisle_split_tables *t, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    aisle_config *config = NULL;
    paths p = {0};
    TRY(aisle_config_copy(&config, t->dataset->config, err));
    TRY_ALLOC(p.whole = NEW_ARRAY(char *, 2 + 2 * config->n_catalogues));
    take_path(&p, &config->rules.items_in_file);
    take_path(&p, &config->rules.items_out_file);
    for (size_t c = 0; c < config->n_catalogues; c++) {
        take_path(&p, &config->catalogues[c].items_in_file);
        take_path(&p, &config->catalogues[c].items_out_file);
    }
    take_windows(config, &t->windows);
    config->catalogue_as_of = (moment){MOMENT_DAY, t->windows.catalogue_as_of};
    config_dump(out, config, "data.");
done:
    aisle_config_free(config);
    paths_fini(&p);
    return status;
}

static aisle_status write_shop(yaml_writer *w, const aisle_split_tables *t, const char *ending,
                               aisle_error *err)
{
    aisle_status status = AISLE_OK;
    text own = {0}, defaults = {0};
    TRY(dump_defaults(&defaults, t->dataset->config, err));
    TRY(dump_own(&own, t, err));
    if (own.failed || defaults.failed)
        TRY(fail_memory(err));
    text_add(&w->out, "# What aisle split wrote: receipts_known is what was known before the test "
                      "window,\n# receipts_test what was bought in it, truth the pairs of it that "
                      "count.\n");
    write_receipts(w, t, ending);
    write_attributes(w, t, ending);
    write_promotions(w, t, ending);
    write_own(w, &own, &defaults, true);
    write_own(w, &own, &defaults, false);
done:
    text_fini(&own);
    text_fini(&defaults);
    return status;
}

/* What differs from shop.yaml. */
static aisle_status write_known(yaml_writer *w, const aisle_split_tables *t, const char *ending,
                                aisle_error *err)
{
    static const char *const keys[] = {"split.test_first", "split.test_last", "split.labels_first",
                                       "split.labels_last", "catalogue_as_of"};
    aisle_status status = AISLE_OK;
    aisle_config *config = NULL;
    char value[32], path[64];
    TRY(aisle_config_copy(&config, t->dataset->config, err));
    take_windows(config, &t->earlier);
    if (config->catalogue_as_of.kind != MOMENT_NONE)
        config->catalogue_as_of = (moment){MOMENT_DAY, t->windows.catalogue_as_of};
    text_add(&w->out, "# Receipts before the test window alone: to fit, to choose, to look at. Its "
                      "windows lie a horizon earlier.\n");
    write_text(w, "base", "shop.yaml");
    snprintf(path, sizeof path, "receipts_known.%s", ending);
    write_text(w, "data.receipts.path", path);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        size_t length = aisle_config_get(value, sizeof value, config, keys[i]);
        write_key(w, keys[i], strlen(keys[i]), value, length);
    }
done:
    aisle_config_free(config);
    return status;
}

size_t aisle_split_tables_config(char *out, size_t size, const aisle_split_tables *tables,
                                 const char *ending, bool known)
{
    yaml_writer w = {0};
    aisle_status status =
        known ? write_known(&w, tables, ending, NULL) : write_shop(&w, tables, ending, NULL);
    size_t length = status == AISLE_OK && !w.out.failed ? w.out.length : 0;
    if (size > 0) {
        size_t n = length < size ? length : size - 1;
        memcpy(out, n ? w.out.bytes : "", n);
        out[n] = '\0';
    }
    text_fini(&w.out);
    return length;
}
