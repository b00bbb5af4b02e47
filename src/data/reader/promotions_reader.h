/* data/reader/promotions_reader.h: the table of promotions, handed to the dataset as it is read:
 * tens of millions of rows are never in memory at once. */
#ifndef DATA_READER_PROMOTIONS_READER_H
#define DATA_READER_PROMOTIONS_READER_H

#include "data/reader/values/coder.h"
#include "data/reader/source/source.h"

/* AISLE_ERROR_CONFIG where the columns that are named don't make a table of promotions. */
aisle_status promotions_check(const data_options *o, aisle_error *err);

/* Reads what config->data.promotions names into a dataset that was just built; nothing where it
 * names nothing. Bad rows go to bad, *rows is the number of the others; their share is not judged
 * here. */
aisle_status promotions_read(aisle_dataset *dataset, rejects *bad, size_t *rows, session *s,
                             const aisle_config *config, aisle_error *err);

#endif
