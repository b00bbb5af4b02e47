/* cli/abtest/abtest_arguments.h: what the commands of abtest can be told. */
#ifndef CLI_ABTEST_ABTEST_ARGUMENTS_H
#define CLI_ABTEST_ABTEST_ARGUMENTS_H

#include <aisle/abtest.h>

enum { ABTEST_GROUPS = 64 };

typedef enum abtest_column {
    ABTEST_HOUSEHOLD,
    ABTEST_VARIANT,
    ABTEST_ORDERS,
    ABTEST_VISITORS,
    ABTEST_REVENUE,
    ABTEST_PRE_ORDERS,
    ABTEST_PRE_REVENUE,
    ABTEST_COLUMNS
} abtest_column;

typedef struct abtest_arguments {
    aisle_abtest_design_options design;
    bool has_baseline, has_mean;
    aisle_abtest_analysis_options analysis;
    const char *control, *data, *salt, *strata, *previous;
    const char *treatment[ABTEST_GROUPS - 1];
    size_t n_treatments;
    const char *column[ABTEST_COLUMNS]; /* names in the file, by abtest_column */
    double shares[ABTEST_GROUPS];
    char share_names[ABTEST_GROUPS][64]; /* "" where no name was given */
    size_t n_shares;
    aisle_abtest_panel_options panel;
    aisle_abtest_simulation_options simulation;
} abtest_arguments;

void abtest_arguments_init(abtest_arguments *out);

/* What --column calls a column; NULL: no such. */
const char *abtest_column_name(size_t index);

bool abtest_is_utf8(const char *text, size_t length);

#endif
