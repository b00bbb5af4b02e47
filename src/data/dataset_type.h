/* data/dataset_type.h: what an aisle_dataset is. Columns as arrays, lines sorted by
 * (user, day, basket, item), so a user's lines, and a basket's, stand together. A basket's line of
 * an item is one, or a purchase and then a return. */
#ifndef DATA_DATASET_TYPE_H
#define DATA_DATASET_TYPE_H

#include "aisle/dataset.h"
#include "config/options.h"
#include "data/id_table.h"
#include "data/line_columns.h"

/* Category columns and labels of items or users, by dense index. The levels of a column are the
 * sorted distinct values of the whole table, sold or not: receipts don't change a code. */
typedef struct attribute_table {
    size_t rows; /* items or users of the dataset */
    size_t columns;
    char **names;             /* [columns] */
    uint32_t **code;          /* [columns][rows]; AISLE_MISSING where there is no value */
    id_table *levels;         /* [columns] */
    char **label;             /* [rows], NULL entries where there is none; NULL: no labels at all */
    int department, category; /* column in that role, or -1 */
} attribute_table;

/* Weeks as days: week first + w has the days [start[w], start[w + 1]). */
typedef struct week_table {
    int32_t first; /* number of the first week */
    size_t count;
    int32_t *start; /* [count + 1] */
    /* Every day with receipts begins a week of 7: it stands for the week. */
    bool by_day;
    int32_t *label; /* [count] the source's numbers where they jump; NULL: as counted */
} week_table;

/* Promotions of one week: by product the stores that had one, each with its kind in the low bits.
 * offset NULL: none. */
typedef struct promotion_week {
    uint32_t *offset; /* [items + 1] into place */
    uint32_t *place;  /* store << PROMOTION_BITS | aisle_promotion_kind, ascending by store */
} promotion_week;

enum { PROMOTION_BITS = 2, PROMOTION_KINDS = 2, PROMOTION_MASK = (1 << PROMOTION_BITS) - 1 };

/* Weeks that promotions may lie beyond the last receipt: a horizon's. */
enum { PROMOTION_WEEKS_BEYOND = 520 };

typedef struct promotion_table {
    size_t weeks;         /* from weeks.first on; 0: no table */
    bool by_store;        /* false: store 0 stands for all */
    promotion_week *week; /* [weeks] */
} promotion_table;

struct aisle_dataset {
    id_table users, items; /* dense indices in the order of the original ids */
    id_table stores;       /* those of the baskets; empty without a store column */
    id_table left_out;     /* products whose lines the cleaning left out */
    uint64_t *user_offset; /* [users.count + 1] into the lines */
    line_columns line;     /* baskets 0, 1, … in the order of the lines */
    size_t baskets;
    uint32_t *store; /* [baskets] or AISLE_MISSING; NULL without a store column */
    week_table weeks;
    attribute_table products, households;
    promotion_table promotions;
    aisle_dataset_summary summary;
    aisle_finding *findings; /* [n_findings], texts owned */
    size_t n_findings;
    aisle_file_count *files; /* [n_files], their names owned */
    size_t n_files;
    aisle_config *config;
};

/* Offsets monotone, indices in range, lines sorted, values finite. */
aisle_status dataset_check(const aisle_dataset *dataset, aisle_error *err);

/* First day of a week by its number: weeks beyond the data go on in steps of 7 days. */
int32_t week_first_day(const week_table *weeks, int32_t number);

/* The number of the week that a day falls in; as above beyond the data. */
int32_t week_of_day(const week_table *weeks, int32_t day);

/* The number inside of a week that people know by this one. false: it lies between two of them, and
 * is none; *number is that of the next. Beyond the first and the last week they go on by one. */
bool week_from_label(int32_t *number, const week_table *weeks, int32_t label);

/* The other way round. */
int32_t week_label(const week_table *weeks, int32_t number);

#endif
