/* Any bytes as a configuration: refused with a message, or taken; what is taken has every value
 * within its bounds, and a copy is the same. */
#include "fuzz_target.h"

#include "config/dump.h"
#include "config/option.h"

#include <string.h>

static void check_bounds(const char *base, const option *row)
{
    const void *slot = base + row->offset;
    if (row->kind == OPTION_INT) {
        double value = (double)*(const int64_t *)slot;
        HOLDS(value >= row->least && value <= row->most);
    }
    if (row->kind == OPTION_REAL) {
        double value = *(const double *)slot;
        HOLDS(value >= row->least && value <= row->most);
    }
    if (row->kind == OPTION_CHOICE)
        HOLDS(*(const int *)slot >= 0 && (size_t) * (const int *)slot <= strlen(row->choices));
}

static void check_values(const aisle_config *config)
{
    for (size_t i = 0; i < option_count; i++) {
        if (!strchr(option_table[i].path, '*'))
            check_bounds((const char *)config, &option_table[i]);
        else
            for (size_t c = 0; c < config->n_catalogues; c++)
                check_bounds((const char *)&config->catalogues[c], &option_table[i]);
    }
}

static void check_copy(const aisle_config *config)
{
    aisle_config *copy = NULL;
    text a = {0}, b = {0};
    HOLDS(aisle_config_copy(&copy, config, NULL) == AISLE_OK);
    config_dump(&a, config, "");
    config_dump(&b, copy, "");
    HOLDS(a.length == b.length && memcmp(a.bytes, b.bytes, a.length) == 0);
    HOLDS(aisle_config_set(copy, "ranker.trees", "7", NULL) == AISLE_OK);
    text_fini(&a);
    text_fini(&b);
    aisle_config_free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_config *config = NULL;
    aisle_status status =
        aisle_config_parse(&config, (const char *)data, size, "fuzzed.yaml", NULL, &err);
    HOLDS(status == err.code);
    if (status != AISLE_OK) {
        HOLDS(!config && err.message[0] && status == AISLE_ERROR_CONFIG);
        return 0;
    }
    check_values(config);
    check_copy(config);
    aisle_config_free(config);
    return 0;
}
