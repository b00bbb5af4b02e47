/* data/reader/source/source_columns.h: what columns a file or a query has, and which are meant. */
#ifndef DATA_READER_SOURCE_COLUMNS_H
#define DATA_READER_SOURCE_COLUMNS_H

#include "data/reader/source/source.h"

aisle_status found_columns_of_csv(found_columns *out, const csv_reader *csv, aisle_error *err);

/* Of s->from; path: the Parquet file that it reads, or NULL. */
aisle_status found_columns_of_query(found_columns *out, const source *s, const char *path,
                                    aisle_error *err);

/* The place of each column that is read; *fields [s->n_raw] is freed with mem_free. path: for
 * messages, or NULL. */
aisle_status found_columns_match(int **fields, const source *s, const found_columns *found,
                                 const char *path, aisle_error *err);

/* The kinds of these columns; where they are those of a later file, what all files can be read as.
 */
void found_columns_kinds(cell_kind *kinds, const source *s, const found_columns *found,
                         const int *fields, bool first);

void found_columns_fini(found_columns *found);

#endif
