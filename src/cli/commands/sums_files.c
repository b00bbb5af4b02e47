#include "cli/commands/sums_files.h"

#include <glob.h>

#include "cli/command.h"

/* Adds the file's sums, and names it where they don't go with the others. */
static aisle_status add_file(aisle_sums **to, const char *path, aisle_error *err)
{
    aisle_error why = AISLE_ERROR_INIT;
    aisle_sums *more;
    aisle_status status = aisle_sums_open(&more, path, err);
    if (status)
        return status;
    if (!*to) {
        *to = more;
        return AISLE_OK;
    }
    status = aisle_sums_add(*to, more, &why);
    aisle_sums_free(more);
    return status ? refuse(err, status, "%.200s, and those before it: %.400s", path, why.message)
                  : AISLE_OK;
}

aisle_status sums_files_open(aisle_sums **out, const char *pattern, aisle_error *err)
{
    glob_t found;
    aisle_sums *all = NULL;
    aisle_status status = AISLE_OK;
    int failed = glob(pattern, 0, NULL, &found);
    if (failed)
        return refuse(err, failed == GLOB_NOSPACE ? AISLE_ERROR_MEMORY : AISLE_ERROR_IO,
                      "'%.400s': no such file of sums", pattern);
    for (size_t i = 0; i < found.gl_pathc && !status; i++)
        status = add_file(&all, found.gl_pathv[i], err);
    globfree(&found);
    if (status)
        aisle_sums_free(all);
    else
        *out = all;
    return status;
}
