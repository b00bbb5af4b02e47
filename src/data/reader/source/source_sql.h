/* data/reader/source/source_sql.h: the SQL that a source is read by. */
#ifndef DATA_READER_SOURCE_SQL_H
#define DATA_READER_SOURCE_SQL_H

#include "data/reader/source/source.h"

/* What stands behind FROM: of a Parquet file, in place of what from holds. */
aisle_status source_sql_file(text *from, const char *path, aisle_error *err);

/* The same of sql, or of a table of PostgreSQL, which is attached. */
aisle_status source_sql_query(text *from, session *db, const source_options *options,
                              const char *key, const char *folder, aisle_error *err);

/* The columns that are read, as their kinds say, of the rows that `where` keeps. fields: of each
 * its place in found. by_rows: found are those of csv_rows. numbered: the row's number comes last.
 */
void source_sql_select(text *sql, const source *s, const found_columns *found, const int *fields,
                       bool by_rows, bool numbered);

/* The rows of s->from. */
aisle_status source_sql_count(uint64_t *rows, const source *s, aisle_error *err);

#endif
