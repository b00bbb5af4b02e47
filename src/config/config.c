#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/mem.h"
#include "config/dump.h"
#include "config/option.h"
#include "config/yaml_load.h"

aisle_status aisle_config_new(aisle_config **out, aisle_error *err)
{
    aisle_config *config = NEW_ZEROED(aisle_config, 1);
    if (!config)
        return fail_memory(err);
    aisle_status status = yaml_set_defaults(config, err);
    if (status == AISLE_OK)
        *out = config;
    else
        aisle_config_free(config);
    return status;
}

void aisle_config_free(aisle_config *config)
{
    if (!config)
        return;
    for (size_t i = 0; i < config->n_owned; i++)
        mem_free(config->owned[i]);
    mem_free(config->owned);
    mem_free(config->catalogues);
    mem_free(config->new_only);
    mem_free(config->folder);
    mem_free(config);
}

/* What no single key can show to be wrong. */
static aisle_status check_together(const aisle_config *config, const char *name, aisle_error *err)
{
    const source_options *sources[3] = {&config->data.receipts.source,
                                        &config->data.products.source,
                                        &config->data.households.source};
    static const char *const names[3] = {"data.receipts", "data.products", "data.households"};
    for (int i = 0; i < 3; i++) {
        const source_options *s = sources[i];
        if (!!s->path + !!s->sql + !!s->postgres > 1)
            return fail_at(err, AISLE_ERROR_CONFIG, name, 0, 0,
                           "key '%s': found several of path, sql and postgres, expected one",
                           names[i]);
        if (!!s->postgres != !!s->table)
            return fail_at(err, AISLE_ERROR_CONFIG, name, 0, 0,
                           "key '%s': postgres and table go together", names[i]);
    }
    const catalogue_options *chosen;
    aisle_status status = config_catalogue(&chosen, config, err);
    if (status != AISLE_OK && err)
        snprintf(err->file, sizeof err->file, "%s", name);
    return status;
}

aisle_status config_catalogue(const catalogue_options **out, const aisle_config *config,
                              aisle_error *err)
{
    *out = NULL;
    if (!config->catalogue)
        return AISLE_OK;
    char known[256] = "";
    for (size_t i = 0; i < config->n_catalogues; i++) {
        if (strcmp(config->catalogues[i].name, config->catalogue) == 0) {
            *out = &config->catalogues[i];
            return AISLE_OK;
        }
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", used ? ", " : "",
                 config->catalogues[i].name);
    }
    return fail(err, AISLE_ERROR_CONFIG, "key 'catalogue': found '%s', expected one of: %s",
                config->catalogue, known[0] ? known : "(no catalogues are given)");
}

/* The values of new_only, where only new products are asked for. */
static aisle_status take_new_only(aisle_config *config, const char *name, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    for (size_t i = 0; config->evaluate.new_only && i < config->n_new_only; i++) {
        const config_override *o = &config->new_only[i];
        TRY(yaml_load(config, o->key, o->value, strlen(o->value), name, err));
    }
done:
    return status;
}

aisle_status aisle_config_parse(aisle_config **out, const char *bytes, size_t length,
                                const char *name, const char *folder, aisle_error *err)
{
    aisle_config *config = NULL;
    aisle_status status = AISLE_OK;
    TRY(aisle_config_new(&config, err));
    if (folder)
        TRY_ALLOC(config->folder = mem_text(folder));
    TRY(yaml_load(config, "", bytes, length, name, err));
    if (config->base)
        TRY(fail_at(err, AISLE_ERROR_CONFIG, name, 0, 0,
                    "key 'base': found '%s', but only a file can have it", config->base));
    TRY(take_new_only(config, name, err));
    TRY(check_together(config, name, err));
    *out = config;
    config = NULL;
done:
    aisle_config_free(config);
    return status;
}

aisle_status aisle_config_check(const aisle_config *config, aisle_error *err)
{
    return check_together(config, "", err);
}

/* The folder of a file. */
static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? mem_text_n(path, slash == path ? 1 : (size_t)(slash - path)) : mem_text(".");
}

static aisle_status open_file(aisle_config **out, const char *path, int depth, aisle_error *err);

/* The configuration that a file changes, or one of defaults. */
static aisle_status open_base(aisle_config **out, const char *base, const char *folder, int depth,
                              const char *name, aisle_error *err)
{
    text path = {0};
    if (!base)
        return aisle_config_new(out, err);
    if (depth == 0)
        return fail_at(err, AISLE_ERROR_CONFIG, name, 0, 0,
                       "key 'base': found '%s', one too many that change another", base);
    if (base[0] != '/')
        text_add(&path, "%s/", folder);
    text_add(&path, "%s", base);
    aisle_status status =
        path.failed ? fail_memory(err) : open_file(out, path.bytes, depth - 1, err);
    text_fini(&path);
    return status;
}

/* Paths in it are relative to its own folder; in a query ${folder} is that of the first base. */
static aisle_status open_file(aisle_config **out, const char *path, int depth, aisle_error *err)
{
    aisle_config *config = NULL;
    char *bytes = NULL, *folder = NULL, *base = NULL, *outer;
    size_t length = 0;
    aisle_status status = AISLE_OK;
    TRY(file_read(&bytes, &length, path, err));
    TRY_ALLOC(folder = folder_of(path));
    TRY(yaml_find_base(&base, bytes, length, path, err));
    TRY(open_base(&config, base, folder, depth, path, err));
    outer = config->folder;
    config->folder = folder;
    status = yaml_load(config, "", bytes, length, path, err);
    config->base = NULL;
    if (outer)
        config->folder = outer;
    else
        folder = NULL;
    if (status == AISLE_OK)
        status = check_together(config, path, err);
    if (status == AISLE_OK) {
        *out = config;
        config = NULL;
    }
done:
    aisle_config_free(config);
    mem_free(base);
    mem_free(folder);
    mem_free(bytes);
    return status;
}

aisle_status aisle_config_open(aisle_config **out, const char *path, aisle_error *err)
{
    enum { FILES_MOST = 8 };
    aisle_config *config;
    aisle_status status = open_file(&config, path, FILES_MOST - 1, err);
    if (status != AISLE_OK)
        return status;
    status = take_new_only(config, path, err);
    if (status == AISLE_OK)
        *out = config;
    else
        aisle_config_free(config);
    return status;
}

aisle_status aisle_config_set(aisle_config *config, const char *key, const char *value,
                              aisle_error *err)
{
    aisle_config *changed = NULL;
    aisle_status status = AISLE_OK;
    if (!config_key_is_known(key)) {
        const char *near = option_nearest(key);
        return fail(err, AISLE_ERROR_CONFIG, "unknown key '%s'%s%s%s", key,
                    near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    }
    if (strcmp(key, "base") == 0)
        return fail(err, AISLE_ERROR_CONFIG, "key 'base': found '%s', but only a file can have it",
                    value);
    TRY(aisle_config_copy(&changed, config, err));
    /* A path given by hand is relative to where one stands, not to the file. */
    mem_free(changed->folder);
    changed->folder = NULL;
    TRY(yaml_load(changed, key, value, strlen(value), "", err));
    if (strcmp(key, "evaluate.new_only") == 0 || strncmp(key, "new_only", 8) == 0)
        TRY(take_new_only(changed, "", err));
    if (config->folder)
        TRY_ALLOC(changed->folder = mem_text(config->folder));
    aisle_config swap = *config;
    *config = *changed;
    *changed = swap;
done:
    aisle_config_free(changed);
    return status;
}

aisle_status aisle_config_copy(aisle_config **out, const aisle_config *config, aisle_error *err)
{
    aisle_config *copy = NULL;
    text dump = {0};
    aisle_status status = AISLE_OK;
    config_dump(&dump, config, "");
    if (dump.failed)
        TRY(fail_memory(err));
    TRY(aisle_config_new(&copy, err));
    TRY(config_restore(copy, dump.bytes, dump.length, "configuration", NULL, err));
    if (config->folder)
        TRY_ALLOC(copy->folder = mem_text(config->folder));
    *out = copy;
    copy = NULL;
done:
    text_fini(&dump);
    aisle_config_free(copy);
    return status;
}
