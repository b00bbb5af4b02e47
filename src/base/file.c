#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/mem.h"

static aisle_status fail_io(aisle_error *err, const char *path, const char *what)
{
    return fail_at(err, AISLE_ERROR_IO, path, 0, 0, "%s '%s': %s", what, path, strerror(errno));
}

/* Opens for reading; folders are refused here, since reading one fails less clearly. */
static aisle_status open_regular(int *fd, size_t *size, const char *path, aisle_error *err)
{
    struct stat info;
    *fd = open(path, O_RDONLY | O_CLOEXEC);
    if (*fd < 0)
        return fail_io(err, path, "cannot open");
    if (fstat(*fd, &info) == 0 && S_ISREG(info.st_mode)) {
        *size = (size_t)info.st_size;
        return AISLE_OK;
    }
    close(*fd);
    *fd = -1;
    return fail_at(err, AISLE_ERROR_IO, path, 0, 0, "cannot open '%s': not a file", path);
}

aisle_status file_read(char **out, size_t *length, const char *path, aisle_error *err)
{
    int fd;
    size_t size, got = 0;
    char *bytes = NULL;
    aisle_status status = open_regular(&fd, &size, path, err);
    if (status != AISLE_OK)
        return status;
    TRY_ALLOC(bytes = mem_array(size + 1, 1));
    while (got < size) {
        ssize_t n = read(fd, bytes + got, size - got);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            TRY(fail_io(err, path, "cannot read"));
        if (n == 0)
            break;
        got += (size_t)n;
    }
    bytes[got] = '\0';
    *out = bytes;
    *length = got;
    bytes = NULL;
done:
    mem_free(bytes);
    close(fd);
    return status;
}

aisle_status file_map_init(file_map *out, const char *path, aisle_error *err)
{
    int fd;
    size_t size;
    aisle_status status = open_regular(&fd, &size, path, err);
    if (status != AISLE_OK)
        return status;
    void *bytes = NULL;
    if (size > 0)
        bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    if (bytes == MAP_FAILED)
        return fail_io(err, path, "cannot map");
    out->bytes = bytes;
    out->length = size;
    return AISLE_OK;
}

void file_map_fini(file_map *map)
{
    if (map->bytes)
        munmap((void *)map->bytes, map->length);
    map->bytes = NULL;
    map->length = 0;
}

aisle_status file_temporary_name(char *out, size_t size, const char *path, aisle_error *err)
{
    int length = snprintf(out, size, "%s.%ld.part", path, (long)getpid());
    if (length < 0 || (size_t)length >= size)
        return fail(err, AISLE_ERROR_IO, "path too long: '%.200s…'", path);
    return AISLE_OK;
}

static void sync_folder_of(const char *path)
{
    char folder[4096];
    const char *slash = strrchr(path, '/');
    size_t length = slash ? (size_t)(slash - path) : 0;
    if (!slash)
        snprintf(folder, sizeof folder, ".");
    else if (length == 0)
        snprintf(folder, sizeof folder, "/");
    else if (length < sizeof folder)
        snprintf(folder, sizeof folder, "%.*s", (int)length, path);
    else
        return;
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
}

/* A device, a pipe, …: it is written to, never replaced. */
static bool is_no_regular_file(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && !S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode);
}

/* Writes a finished file through to what cannot be replaced. */
static aisle_status copy_through(const char *temporary, const char *path, aisle_error *err)
{
    char *bytes = NULL;
    size_t length;
    aisle_status status = file_read(&bytes, &length, temporary, err);
    unlink(temporary);
    if (status != AISLE_OK)
        return status;
    FILE *stream = fopen(path, "we");
    bool good = stream && fwrite(bytes, 1, length, stream) == length;
    good = stream && fclose(stream) == 0 && good;
    mem_free(bytes);
    return good ? AISLE_OK : fail_io(err, path, "cannot write");
}

aisle_status file_put_in_place(const char *temporary, const char *path, aisle_error *err)
{
    if (is_no_regular_file(path))
        return copy_through(temporary, path, err);
    int fd = open(temporary, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail_io(err, temporary, "cannot open");
    int synced = fsync(fd);
    close(fd);
    if (synced != 0 || rename(temporary, path) != 0) {
        aisle_status status = fail_io(err, path, "cannot write");
        unlink(temporary);
        return status;
    }
    sync_folder_of(path);
    return AISLE_OK;
}

aisle_status file_writer_init(file_writer *w, const char *path, aisle_error *err)
{
    memset(w, 0, sizeof *w);
    if (strlen(path) >= sizeof w->path)
        return fail(err, AISLE_ERROR_IO, "path too long: '%.200s…'", path);
    memcpy(w->path, path, strlen(path) + 1);
    if (!is_no_regular_file(path)) {
        aisle_status status = file_temporary_name(w->temporary, sizeof w->temporary, path, err);
        if (status != AISLE_OK)
            return status;
    }
    w->stream = fopen(w->temporary[0] ? w->temporary : path, "wbe");
    return w->stream ? AISLE_OK : fail_io(err, path, "cannot write");
}

aisle_status file_writer_commit(file_writer *w, aisle_error *err)
{
    int bad = ferror(w->stream);
    bad |= fclose(w->stream);
    w->stream = NULL;
    if (bad) {
        aisle_status status = fail_io(err, w->path, "cannot write");
        if (w->temporary[0])
            unlink(w->temporary);
        return status;
    }
    return !w->temporary[0] ? AISLE_OK : file_put_in_place(w->temporary, w->path, err);
}

void file_writer_fini(file_writer *w)
{
    if (!w->stream)
        return;
    fclose(w->stream);
    w->stream = NULL;
    if (w->temporary[0])
        unlink(w->temporary);
}
