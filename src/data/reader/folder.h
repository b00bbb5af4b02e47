/* data/reader/folder.h: a folder that several files are written into. */
#ifndef DATA_READER_FOLDER_H
#define DATA_READER_FOLDER_H

#include "aisle/error.h"

/* Makes it, if it is not there. */
aisle_status folder_make(const char *folder, aisle_error *err);

/* "folder/name.ending" */
aisle_status folder_path(char out[4096], const char *folder, const char *name, const char *ending,
                         aisle_error *err);

/* Removes that file, if it is there. */
aisle_status folder_remove(const char *folder, const char *name, const char *ending,
                           aisle_error *err);

#endif
