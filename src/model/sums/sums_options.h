/* model/sums/sums_options.h: what sums go by, options and tables: sums by others do not add up. */
#ifndef MODEL_SUMS_SUMS_OPTIONS_H
#define MODEL_SUMS_SUMS_OPTIONS_H

#include "history/windows.h"

/* The options as lines "key<TAB>YAML", and for each table or column that a shop may lack whether
 * the dataset has it; freed with mem_free. */
aisle_status sums_options_list(char **out, const aisle_config *config, const aisle_dataset *dataset,
                               aisle_error *err);

/* AISLE_ERROR_DATA that names the first key that differs. */
aisle_status sums_options_compare(const char *a, const char *b, aisle_error *err);

#endif
