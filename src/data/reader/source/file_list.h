/* data/reader/source/file_list.h: the files that a path names. */
#ifndef DATA_READER_FILE_LIST_H
#define DATA_READER_FILE_LIST_H

#include <stdbool.h>
#include <stdbool.h>
#include <stddef.h>

#include "aisle/error.h"

typedef struct file_list {
    char **paths;
    size_t n, capacity;
} file_list;

/* A file; those that a pattern with * ? [ ] matches; or those of a folder, without the ones that
 * begin with . or _. In the order of their names. A folder among them is refused: its files would
 * be left out without a word. key: the option, for messages; NULL: folders are passed over. */
aisle_status file_list_init(file_list *out, const char *path, const char *key, aisle_error *err);
void file_list_fini(file_list *list);

/* By its name. */
bool path_is_parquet(const char *path);

#endif
