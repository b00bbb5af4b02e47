/* model/sums/sums_options.h: the options that sums go by: sums by others do not add up. */
#ifndef MODEL_SUMS_SUMS_OPTIONS_H
#define MODEL_SUMS_SUMS_OPTIONS_H

#include "config/options.h"

/* Those of a configuration as lines "key<TAB>YAML"; freed with mem_free. */
aisle_status sums_options_list(char **out, const aisle_config *config, aisle_error *err);

/* AISLE_ERROR_DATA that names the first key that differs. */
aisle_status sums_options_compare(const char *a, const char *b, aisle_error *err);

#endif
