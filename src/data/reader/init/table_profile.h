/* data/reader/init/table_profile.h: a table that nobody has described, as its first rows show it.
 */
#ifndef DATA_READER_TABLE_PROFILE_H
#define DATA_READER_TABLE_PROFILE_H

#include "data/reader/init/column_profile.h"
#include "data/reader/init/dialect_guess.h"
#include "data/reader/source/file_list.h"
#include "data/reader/sql/session.h"

enum { PROFILE_ROWS = 200000 };

typedef struct table_profile {
    char *path; /* a file, or a pattern for the files that have the same columns */
    file_list files;
    bool is_csv, whole; /* whole: all of its rows were looked at */
    dialect_guess dialect;
    column_profile *columns;
    size_t n_columns, rows;
} table_profile;

/* Looks at the first rows of its files. files move in. */
aisle_status table_profile_read(table_profile *out, file_list *files, session *s, aisle_error *err);

/* Whether a file has just the columns of the table, in any order. */
bool table_profile_fits(const table_profile *t, const table_profile *one);

void table_profile_fini(table_profile *t);

#endif
