#include "data_fixture.h"
#include "journey.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

const char *journey_path(const char *name)
{
    static char paths[8][1024];
    static int next;
    char *path = paths[next++ % 8];
    const char *folder = getenv("AISLE_DATA");
    snprintf(path, sizeof paths[0], "%s/%s", folder ? folder : SOURCE_ROOT "/data/complete-journey",
             name);
    return path;
}

bool journey_is_there(void)
{
    return access(journey_path("transactions.parquet"), R_OK) == 0;
}

aisle_config *journey_config(void)
{
    aisle_config *config = NULL;
    aisle_error err = AISLE_ERROR_INIT;
    if (aisle_config_open(&config, SOURCE_ROOT "/examples/complete-journey.yaml", &err))
        fail_msg("%s, line %u: %s", err.file, err.line, err.message);
    config->data.receipts.source.path = (char *)journey_path("transactions.parquet");
    config->data.products.source.path = (char *)journey_path("products.parquet");
    config->data.households.source.path = (char *)journey_path("demographics.parquet");
    config->data.promotions.source.path = (char *)journey_path("promotions.parquet");
    return config;
}

aisle_dataset *journey_read(const aisle_config *config)
{
    aisle_dataset *dataset = NULL;
    aisle_error err = AISLE_ERROR_INIT;
    if (aisle_dataset_read(&dataset, config, 2, &err) || dataset_check(dataset, &err))
        fail_msg("%s", err.message);
    return dataset;
}
