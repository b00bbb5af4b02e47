/* experiment/participants.h: rows of data as households, by group. */
#ifndef EXPERIMENT_PARTICIPANTS_H
#define EXPERIMENT_PARTICIPANTS_H

#include "aisle/abtest_analysis.h"

typedef enum household_column {
    HOUSEHOLD_ORDERS,
    HOUSEHOLD_VISITS,
    HOUSEHOLD_REVENUE,
    HOUSEHOLD_PRE_ORDERS,
    HOUSEHOLD_PRE_REVENUE,
    HOUSEHOLD_COLUMNS
} household_column;

enum { HOUSEHOLD_GROUPS_MOST = 64 };

/* Households of a group stand together, by the bytes of their ids, so that the order of the
 * rows changes nothing. */
typedef struct household_table {
    size_t n, n_groups;
    const char *name[HOUSEHOLD_GROUPS_MOST];  /* the control first, then by their bytes; borrowed */
    size_t offset[HOUSEHOLD_GROUPS_MOST + 1]; /* into the columns */
    double *column[HOUSEHOLD_COLUMNS];        /* [n] NULL: not there */
} household_table;

/* Sums the rows of a household. What makes no sense is AISLE_ERROR_DATA with the row. */
aisle_status household_table_init(household_table *out, const aisle_abtest_data *data,
                                  const char *control, aisle_error *err);
void household_table_fini(household_table *t);

#endif
