/* base/file.h: files read whole, mapped, and written so that a reader sees the old or the new. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stddef.h>
#include <stdio.h>

#include "aisle/error.h"

/* The whole file, with a zero byte behind it that length does not count; freed with mem_free. */
aisle_status file_read(char **out, size_t *length, const char *path, aisle_error *err);

typedef struct file_map {
    const char *bytes; /* read-only; NULL when length is 0 */
    size_t length;
} file_map;

aisle_status file_map_init(file_map *out, const char *path, aisle_error *err);
void file_map_fini(file_map *map);

/* A file under a temporary name beside path; what is there and no regular file (a device, a pipe)
 * is written to as it is. */
typedef struct file_writer {
    FILE *stream;
    char path[4096];
    char temporary[4128]; /* "": none */
} file_writer;

aisle_status file_writer_init(file_writer *w, const char *path, aisle_error *err);

/* Flushes, syncs, renames, syncs the folder. On failure the temporary file is gone. */
aisle_status file_writer_commit(file_writer *w, aisle_error *err);

/* Removes what was not committed; fine after commit. */
void file_writer_fini(file_writer *w);

/* A temporary name beside path for others to write to, then to put in place, or to write through to
 * what is there and no regular file. */
aisle_status file_temporary_name(char *out, size_t size, const char *path, aisle_error *err);
aisle_status file_put_in_place(const char *temporary, const char *path, aisle_error *err);

#endif
