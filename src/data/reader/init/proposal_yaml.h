/* data/reader/init/proposal_yaml.h: what was found, as a configuration that says why. */
#ifndef DATA_READER_PROPOSAL_YAML_H
#define DATA_READER_PROPOSAL_YAML_H

#include "base/text.h"
#include "data/reader/init/shop_tables.h"

typedef struct proposal_style {
    const char *folder; /* real path that paths are relative to */
    bool without_week;
    int horizon; /* 0: the default */
} proposal_style;

void proposal_yaml(text *out, const shop_tables *shop, const proposal_style *style);

/* A text, plain where YAML takes it so. */
void proposal_name(text *out, const char *name);

/* Where a table is and how it is written; numbers: [n] columns that are read as numbers, or -1. */
void proposal_source(text *out, const table_profile *t, const char *folder, const int *numbers,
                     size_t n);

/* A path as it stands in the configuration. */
void proposal_path(text *out, const char *path, const char *folder);

#endif
