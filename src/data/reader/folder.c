#include "data/reader/folder.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fail.h"

aisle_status folder_make(const char *folder, aisle_error *err)
{
    struct stat found;
    if (mkdir(folder, 0777) == 0 ||
        (errno == EEXIST && stat(folder, &found) == 0 && S_ISDIR(found.st_mode)))
        return AISLE_OK;
    return fail(err, AISLE_ERROR_IO, "cannot make the folder '%s': %s", folder, strerror(errno));
}

aisle_status folder_path(char out[4096], const char *folder, const char *name, const char *ending,
                         aisle_error *err)
{
    int n = snprintf(out, 4096, "%s/%s.%s", folder, name, ending);
    return n < 4096 ? AISLE_OK : fail(err, AISLE_ERROR_ARGUMENT, "the folder's path is too long");
}

aisle_status folder_remove(const char *folder, const char *name, const char *ending,
                           aisle_error *err)
{
    char path[4096];
    aisle_status status = folder_path(path, folder, name, ending, err);
    if (status == AISLE_OK && unlink(path) != 0 && errno != ENOENT)
        status = fail(err, AISLE_ERROR_IO, "cannot replace '%s': %s", path, strerror(errno));
    return status;
}
