/* data/reader/csv/csv_header.h: the lines of a CSV file before its rows. */
#ifndef DATA_READER_CSV_HEADER_H
#define DATA_READER_CSV_HEADER_H

#include "data/reader/csv/csv.h"

/* Finds delimiter and header in the window of a reader that was just opened, and steps over them.
 */
aisle_status csv_header_read(csv_reader *csv, const csv_dialect *dialect, aisle_error *err);

/* Whether two names of columns are the same: 2 to the byte, 1 but for their case, 0 not. */
int csv_name_match(slice found, const char *wanted);

#endif
