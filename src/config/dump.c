#include "config/dump.h"

#include <inttypes.h>
#include <string.h>

#include "base/date.h"
#include "base/fail.h"
#include "base/mem.h"
#include "config/option.h"
#include "base/quoted.h"
#include "config/yaml_load.h"

static void dump_choice(text *out, const char *choices, int index)
{
    for (; index > 0; index--)
        choices += strcspn(choices, "|") + 1;
    size_t length = strcspn(choices, "|");
    /* A mark such as a comma would end the value. */
    const char *quote = length == 1 ? "'" : "";
    text_add(out, "%s%.*s%s", quote, (int)length, choices, quote);
}

static void dump_moment(text *out, const moment *m)
{
    char date[16];
    if (m->kind == MOMENT_NONE)
        text_add(out, "null");
    else if (m->kind == MOMENT_WEEK)
        text_add(out, "%" PRId32, m->value);
    else {
        date_format(date, m->value);
        text_add(out, "%s", date);
    }
}

static void dump_list(text *out, const option *row, const char *slot)
{
    const text_list *texts = (const text_list *)slot;
    const int_list *ints = (const int_list *)slot;
    size_t n = row->kind == OPTION_TEXTS ? texts->count : ints->count;
    text_add(out, "[");
    for (size_t i = 0; i < n; i++) {
        if (i)
            text_add(out, ", ");
        if (row->kind == OPTION_TEXTS)
            quoted_text(out, texts->items[i]);
        else
            text_add(out, "%" PRId64, ints->items[i]);
    }
    text_add(out, "]");
}

static void dump_value(text *out, const option *row, const char *slot)
{
    switch (row->kind) {
    case OPTION_BOOL:
        text_add(out, *(const bool *)slot ? "true" : "false");
        break;
    case OPTION_INT:
        text_add(out, "%" PRId64, *(const int64_t *)slot);
        break;
    case OPTION_REAL:
        text_add(out, "%.17g", *(const double *)slot);
        break;
    case OPTION_TEXT:
    case OPTION_FORMAT:
    case OPTION_PATH:
        quoted_scalar(out, *(char *const *)slot);
        break;
    case OPTION_CHOICE:
        dump_choice(out, row->choices, *(const int *)slot);
        break;
    case OPTION_MOMENT:
        dump_moment(out, (const moment *)slot);
        break;
    case OPTION_TEXTS:
    case OPTION_INTS:
        dump_list(out, row, slot);
        break;
    }
}

size_t aisle_config_get(char *out, size_t size, const aisle_config *config, const char *key)
{
    text value = {0};
    const option *row = option_find(key);
    if (size > 0)
        out[0] = '\0';
    if (!row || strchr(row->path, '*'))
        return 0;
    dump_value(&value, row, (const char *)config + row->offset);
    size_t length = value.failed ? 0 : value.length;
    if (length > 0 && size > 0) {
        size_t n = length < size ? length : size - 1;
        memcpy(out, value.bytes, n);
        out[n] = '\0';
    }
    text_fini(&value);
    return length;
}

void config_dump(text *out, const aisle_config *config, const char *without)
{
    static const char under[] = "catalogues.*", kept[] = "data.cleaning.";
    for (size_t i = 0; i < option_count; i++) {
        const option *row = &option_table[i];
        if (*without && strncmp(row->path, without, strlen(without)) == 0 &&
            strncmp(row->path, kept, sizeof kept - 1) != 0)
            continue;
        if (strchr(row->path, '*'))
            continue;
        text_add(out, "%s\t", row->path);
        dump_value(out, row, (const char *)config + row->offset);
        text_add(out, "\n");
    }
    for (size_t i = 0; i < config->n_new_only; i++)
        text_add(out, "new_only.%s\t%s\n", config->new_only[i].key, config->new_only[i].value);
    for (size_t c = 0; c < config->n_catalogues; c++) {
        for (size_t i = 0; i < option_count; i++) {
            const option *row = &option_table[i];
            if (!strchr(row->path, '*'))
                continue;
            text_add(out, "catalogues.%s%s\t", config->catalogues[c].name,
                     row->path + sizeof under - 1);
            dump_value(out, row, (const char *)&config->catalogues[c] + row->offset);
            text_add(out, "\n");
        }
    }
}

void config_clear_quotas(aisle_config *config)
{
    static const char under[] = "candidates.", quota[] = ".quota";
    for (size_t i = 0; i < option_count; i++) {
        const option *row = &option_table[i];
        size_t length = strlen(row->path);
        if (strncmp(row->path, under, sizeof under - 1) == 0 &&
            strcmp(row->path + length - (sizeof quota - 1), quota) == 0)
            *(int64_t *)((char *)config + row->offset) = 0;
    }
}

aisle_status config_restore(aisle_config *config, const char *lines, size_t length,
                            const char *name, bool (*passed)(const char *key), aisle_error *err)
{
    const char *end = lines + length;
    while (lines < end) {
        const char *stop = memchr(lines, '\n', (size_t)(end - lines));
        const char *tab = memchr(lines, '\t', (size_t)(end - lines));
        if (!stop || !tab || tab > stop || tab - lines > 200)
            return fail_at(err, AISLE_ERROR_CONFIG, name, 0, 0, "not lines of key, tab, value");
        char key[256];
        memcpy(key, lines, (size_t)(tab - lines));
        key[tab - lines] = '\0';
        const char *own = config_key_under_new_only(key);
        if (passed && passed(own ? own : key)) {
            lines = stop + 1;
            continue;
        }
        if (!option_find(own ? own : key))
            return fail_at(err, AISLE_ERROR_CONFIG, name, 0, 0, "unknown key '%s'", key);
        aisle_status status = yaml_load(config, key, tab + 1, (size_t)(stop - tab - 1), name, err);
        if (status != AISLE_OK)
            return status;
        lines = stop + 1;
    }
    return AISLE_OK;
}
