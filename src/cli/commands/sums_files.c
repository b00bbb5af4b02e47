#include "cli/commands/sums_files.h"

#include <glob.h>
#include <stdio.h>
#include <string.h>

static aisle_status say(aisle_error *err, aisle_status code, const char *message)
{
    memset(err, 0, sizeof *err);
    err->code = code;
    snprintf(err->message, sizeof err->message, "%s", message);
    return code;
}

/* Adds the file's sums, and names it where they don't go with the others. */
static aisle_status add_file(aisle_sums **to, const char *path, aisle_error *err)
{
    char message[sizeof err->message];
    aisle_sums *more;
    aisle_status status = aisle_sums_open(&more, path, err);
    if (status)
        return status;
    if (!*to) {
        *to = more;
        return AISLE_OK;
    }
    status = aisle_sums_add(*to, more, err);
    aisle_sums_free(more);
    if (status) {
        snprintf(message, sizeof message, "%.200s, and those before it: %.400s", path,
                 err->message);
        say(err, status, message);
    }
    return status;
}

aisle_status sums_files_open(aisle_sums **out, const char *pattern, aisle_error *err)
{
    char message[sizeof err->message];
    glob_t found;
    aisle_sums *all = NULL;
    aisle_status status = AISLE_OK;
    int failed = glob(pattern, 0, NULL, &found);
    if (failed) {
        snprintf(message, sizeof message, "'%.400s': no such file of sums", pattern);
        return say(err, failed == GLOB_NOSPACE ? AISLE_ERROR_MEMORY : AISLE_ERROR_IO, message);
    }
    for (size_t i = 0; i < found.gl_pathc && !status; i++)
        status = add_file(&all, found.gl_pathv[i], err);
    globfree(&found);
    if (status)
        aisle_sums_free(all);
    else
        *out = all;
    return status;
}
