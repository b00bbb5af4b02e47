/* Any bytes as a file that nobody has described: refused with a message that names it, or a
 * configuration that can be read, but for what is asked for. */
#include "fuzz_target.h"

#include "aisle/config.h"
#include "aisle/propose.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void read_back(const aisle_proposal *p, const char *folder)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_config *config = NULL;
    const char *yaml = aisle_proposal_yaml(p);
    aisle_status status =
        aisle_config_parse(&config, yaml, strlen(yaml), "shop.yaml", folder, &err);
    HOLDS(status == AISLE_OK || aisle_proposal_questions(p) > 0);
    aisle_config_free(config);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char folder[] = "/tmp/aisle-fuzz-XXXXXX", path[64], out[64];
    aisle_error err = AISLE_ERROR_INIT;
    aisle_proposal *p = NULL;
    if (!mkdtemp(folder))
        return 0;
    snprintf(path, sizeof path, "%s/r.csv", folder);
    snprintf(out, sizeof out, "%s/shop.yaml", folder);
    FILE *stream = fopen(path, "wb");
    HOLDS(stream);
    HOLDS(fwrite(data, 1, size, stream) == size);
    HOLDS(fclose(stream) == 0);
    const char *files[] = {path};
    aisle_status status = aisle_proposal_new(&p, files, 1, out, 1, &err);
    HOLDS(status == err.code);
    HOLDS(status == AISLE_OK || *err.message);
    if (status == AISLE_OK)
        read_back(p, folder);
    aisle_proposal_free(p);
    unlink(path);
    rmdir(folder);
    return 0;
}
