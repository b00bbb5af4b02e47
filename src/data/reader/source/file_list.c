#include "data/reader/source/file_list.h"

#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/text.h"

static bool ends_with(const char *path, const char *ending)
{
    size_t n = strlen(path), m = strlen(ending);
    return n > m && strcasecmp(path + n - m, ending) == 0;
}

bool path_is_parquet(const char *path)
{
    return ends_with(path, ".parquet") || ends_with(path, ".pq");
}

static bool is_folder(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

static const char *key_of(const char *key)
{
    return key ? key : "init";
}

static aisle_status refuse_folder(const char *folder, const char *key, aisle_error *err)
{
    return fail_at(err, AISLE_ERROR_CONFIG, folder, 0, 0,
                   "key '%s.path': found the folder '%s' among the files; a pattern such as "
                   "'%s/*.csv' names the files in it",
                   key, folder, folder);
}

static aisle_status add_path(file_list *list, const char *path, aisle_error *err)
{
    if (mem_grow(&list->paths, &list->capacity, list->n + 1, sizeof *list->paths))
        return fail_memory(err);
    list->paths[list->n] = mem_text(path);
    if (!list->paths[list->n])
        return fail_memory(err);
    list->n++;
    return AISLE_OK;
}

static int compare_paths(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static aisle_status add_folder(file_list *list, const char *folder, const char *key,
                               aisle_error *err)
{
    aisle_status status = AISLE_OK;
    text path = {0};
    DIR *stream = opendir(folder);
    if (!stream)
        TRY(fail_at(err, AISLE_ERROR_IO, folder, 0, 0, "key '%s.path': cannot read '%s': %s",
                    key_of(key), folder, strerror(errno)));
    for (const struct dirent *entry; (entry = readdir(stream));) {
        if (entry->d_name[0] == '.' || entry->d_name[0] == '_')
            continue;
        path.length = 0;
        text_add(&path, "%s/%s", folder, entry->d_name);
        if (path.failed)
            TRY(fail_memory(err));
        if (!is_folder(path.bytes))
            TRY(add_path(list, path.bytes, err));
        else if (key)
            TRY(refuse_folder(path.bytes, key, err));
    }
    if (list->n == 0)
        TRY(fail_at(err, AISLE_ERROR_IO, folder, 0, 0, "key '%s.path': no file in folder '%s'",
                    key_of(key), folder));
    qsort(list->paths, list->n, sizeof *list->paths, compare_paths);
done:
    if (stream)
        closedir(stream);
    text_fini(&path);
    return status;
}

static aisle_status add_matches(file_list *list, const char *pattern, const char *key,
                                aisle_error *err)
{
    aisle_status status = AISLE_OK;
    glob_t found = {0};
    int code = glob(pattern, GLOB_ERR | GLOB_NOSORT, NULL, &found);
    if (code == GLOB_NOSPACE)
        TRY(fail_memory(err));
    if (code == GLOB_ABORTED)
        TRY(fail_at(err, AISLE_ERROR_IO, pattern, 0, 0, "key '%s.path': cannot read '%s': %s",
                    key_of(key), pattern, strerror(errno)));
    for (size_t i = 0; code == 0 && i < found.gl_pathc; i++)
        if (!is_folder(found.gl_pathv[i]))
            TRY(add_path(list, found.gl_pathv[i], err));
        else if (key)
            TRY(refuse_folder(found.gl_pathv[i], key, err));
    if (list->n == 0)
        TRY(fail_at(err, AISLE_ERROR_IO, pattern, 0, 0, "key '%s.path': no file matches '%s'",
                    key_of(key), pattern));
    qsort(list->paths, list->n, sizeof *list->paths, compare_paths);
done:
    globfree(&found);
    return status;
}

aisle_status file_list_init(file_list *out, const char *path, const char *key, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    file_list list = {0};
    bool there = access(path, R_OK) == 0, is_pattern = strpbrk(path, "*?[") != NULL;
    if (there && is_folder(path))
        TRY(add_folder(&list, path, key, err));
    else if (there || strstr(path, "://"))
        TRY(add_path(&list, path, err));
    else if (is_pattern && access(path, F_OK) != 0)
        TRY(add_matches(&list, path, key, err));
    else
        TRY(fail_at(err, AISLE_ERROR_IO, path, 0, 0, "key '%s.path': cannot read '%s': %s",
                    key_of(key), path,
                    access(path, F_OK) == 0 ? "permission denied" : "no such file"));
    *out = list;
done:
    if (status)
        file_list_fini(&list);
    return status;
}

void file_list_fini(file_list *list)
{
    for (size_t i = 0; i < list->n; i++)
        mem_free(list->paths[i]);
    mem_free(list->paths);
    memset(list, 0, sizeof *list);
}
